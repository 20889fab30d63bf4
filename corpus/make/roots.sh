#!/bin/sh
# Builds one Debian root per mail server, so that packages that exclude one another can all run.
# Usage: roots.sh WORK NAME PACKAGE…   (makes WORK/base once, then WORK/NAME with the packages)
set -eu
work=$1 name=$2
shift 2
export DEBIAN_FRONTEND=noninteractive
mkdir -p "$work"
command -v debootstrap >/dev/null || apt-get install -y -qq debootstrap >/dev/null
command -v ip >/dev/null || apt-get install -y -qq iproute2 >/dev/null
command -v nft >/dev/null || apt-get install -y -qq nftables >/dev/null
if [ ! -e "$work/base/.done" ]; then
    rm -rf "$work/base"
    mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Codename: bookworm' |
        grep -v security | head -1)
    debootstrap --variant=minbase --include=ca-certificates bookworm "$work/base" "$mirror" >/dev/null
    rm -f "$work/base/etc/apt/sources.list"
    cp -a /etc/apt/. "$work/base/etc/apt/"
    printf '#!/bin/sh\nexit 101\n' >"$work/base/usr/sbin/policy-rc.d"
    chmod 755 "$work/base/usr/sbin/policy-rc.d"
    touch "$work/base/.done"
fi
root=$work/$name
[ -e "$root/.done" ] && exit 0
umount "$root/dev" "$root/proc" 2>/dev/null || true
rm -rf --one-file-system "$root"
cp -ax "$work/base" "$root"
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
cp /etc/hosts "$root/etc/hosts"
mount --bind /dev "$root/dev"
mount -t proc proc "$root/proc"
trap 'umount "$root/dev" "$root/proc"' EXIT
chroot "$root" apt-get update -qq
chroot "$root" apt-get install -y -qq --no-install-recommends "$@" >"$work/$name.log" 2>&1 ||
    chroot "$root" apt-get install -y -qq -f >>"$work/$name.log" 2>&1
touch "$root/.done"
