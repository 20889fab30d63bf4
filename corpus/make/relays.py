"""The sending server's own relay: five mail servers that take mail and have no room for it."""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
from typing import TYPE_CHECKING

from courier import Courier
from exim import Exim
from logbook import inhabited
from mtas import Mta, Postfix
from net import RECV, sh
from opensmtpd import OpenSmtpd
from real import MAIN, MASTER
from sendmail import SOURCE, Sendmail

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

RELAY = "relay.example.org"
EXIM = """primary_hostname = {host}
daemon_smtp_ports = {port}
acl_smtp_rcpt = everything
queue_only
keep_environment =
log_file_path = /var/log/exim4/%slog
{limit}
begin acl
everything:
  accept
begin routers
nowhere:
  driver = redirect
  data = :blackhole:
begin transports
begin retry
begin rewrite
begin authenticators
"""
SENDMAIL = """FEATURE(`no_default_msa')dnl
DAEMON_OPTIONS(`Port={port}, Name=MTA')dnl
FEATURE(`promiscuous_relay')dnl
FEATURE(`accept_unresolvable_domains')dnl
define(`confDELIVERY_MODE', `queueonly')dnl
{limit}
MAILER(`local')dnl
MAILER(`smtp')dnl
"""
OPENSMTPD = """listen on 192.0.2.1 port {port} hostname {host}
action "out" relay helo "{host}"
match from any for any action "out"
"""
WARM = """import smtplib, sys
with smtplib.SMTP("192.0.2.1", int(sys.argv[1])) as relay:
    relay.sendmail("", ["postmaster@example.org"], "Subject: first")
"""


@contextlib.contextmanager
def small_disk(place: Path, options: str) -> Iterator[None]:
    """Put a folder with all that is in it on a small disk of its own."""
    place.mkdir(parents=True, exist_ok=True)
    aside = place.with_name(place.name + ".aside")
    shutil.rmtree(aside, ignore_errors=True)
    sh("cp", "-a", str(place), str(aside))
    options += f",mode={place.stat().st_mode & 0o7777:o}"
    sh("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place))
    sh("cp", "-a", f"{aside}/.", str(place))
    try:
        yield
    finally:
        sh("umount", "-l", str(place), check=False)


def fill(place: Path, what: str) -> None:
    """Fill a disk: its room, or its number of files."""
    data = {"disk": bytes(4096), "inodes": b""}.get(what)
    with contextlib.suppress(OSError):
        for number in range(100_000 if data is not None else 0):
            (place / f"other-{number}").write_bytes(data or b"")


class Relay(Mta):
    """What the relays share: they run on the other machine, and their queue has a disk of its own."""

    port = 0
    spool = ""
    limit = ""
    warm = True  # takes a first message while there is room, so that all its processes run

    def inside(
        self, *command: str, check: bool = True, text: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the root and the receiving namespace."""
        call = ["unshare", "--uts", "sh", "-c", 'hostname "$1"; shift; exec chroot "$@"', "-"]
        whole = ["ip", "netns", "exec", RECV, *call, RELAY, str(self.root), *command]
        return sh(*whole, check=check, input=text)

    def settle(self, limit: str) -> None:
        """Write the configuration; `limit` is the setting that keeps room free."""

    @contextlib.contextmanager
    def serving(self, trouble: str) -> Iterator[None]:
        """Run the relay with its queue on a disk that is full, or with a limit that is reached."""
        Mta.configure(self, "fail")
        self.settle(self.limit if trouble == "limit" else "")
        place = self.root / self.spool.lstrip("/")
        size = {"disk": "size=3m", "inodes": "size=9m,nr_inodes=2000", "limit": "size=9m"}[trouble]
        with small_disk(place, size), inhabited(self):
            self.start()
            time.sleep(1)
            if self.warm:
                call = ["ip", "netns", "exec", RECV, sys.executable, "-c", WARM, str(self.port)]
                sh(*call, check=False)
            fill(place, trouble)
            yield


class RelayPostfix(Relay, Postfix):
    """Postfix."""

    name = "relay-postfix"
    port = 2601
    spool = "/var/spool/postfix"
    limit = "queue_minfree = 900000000000\n"

    def settle(self, limit: str) -> None:
        """Write main.cf and master.cf."""
        main = MAIN.replace("mx.receiver.example", RELAY)
        self.put("/etc/postfix/main.cf", f"{main}message_size_limit = 1000000\n{limit}")
        self.put("/etc/postfix/master.cf", f"{MASTER}{self.port} inet n - n - - smtpd\n")

    def start(self) -> None:
        """Start the master."""
        self.inside("postfix", "start")


class RelayExim(Relay, Exim):
    """Exim."""

    name = "relay-exim"
    port = 2602
    spool = "/var/spool/exim4"
    limit = "check_spool_space = 90G"

    def settle(self, limit: str) -> None:
        """Write the one file of configuration."""
        limit = limit or "check_spool_space = 0\ncheck_spool_inodes = 0"
        self.put("/etc/exim4/exim4.conf", EXIM.format(host=RELAY, port=self.port, limit=limit))

    def start(self) -> None:
        """Start the daemon."""
        self.inside("exim4", "-bd")


class RelaySendmail(Relay, Sendmail):
    """Sendmail."""

    name = "relay-sendmail"
    port = 2603
    spool = "/var/spool/mqueue"
    limit = "define(`confMIN_FREE_BLOCKS', `99999999')dnl"

    def settle(self, limit: str) -> None:
        """Write sendmail.mc and let m4 make the configuration of it."""
        limit = limit or "define(`confMIN_FREE_BLOCKS', `0')dnl"
        text = SOURCE.replace("@HOST@", RELAY).replace("@RETURN@", "5d").replace("@WARN@", "1d")
        text = text.partition("MAILER(")[0] + SENDMAIL.format(port=self.port, limit=limit)
        self.put("/etc/mail/sendmail.mc", text)
        self.put("/etc/mail/aliases", "postmaster: root\n")
        self.put("/etc/mail/sendmail.cf", self.inside("m4", "/etc/mail/sendmail.mc").stdout)
        self.inside("mkdir", "-p", self.spool, "/var/run/sendmail/mta", "/var/lib/sendmail/host_status")
        self.inside("newaliases", "-Am", check=False)
        self.inside("chown", "root:root", self.spool)

    def start(self) -> None:
        """Start the daemon."""
        self.inside("sendmail", "-Am", "-bd")


class RelayCourier(Relay, Courier):
    """Courier."""

    name = "relay-courier"
    port = 2604
    spool = "/var/lib/courier"

    def settle(self, limit: str) -> None:  # noqa: ARG002
        """Write one file per setting, and the port."""
        self.put("/etc/courier/me", RELAY + "\n")
        self.put("/etc/courier/locals", "localhost\n")
        self.put("/etc/courier/bofh", "opt BOFHCHECKDNS=0\n")
        self.inside("sed", "-i", f"s/^PORT=.*/PORT={self.port}/", "/etc/courier/esmtpd")
        self.inside("mkdir", "-p", "/etc/courier/smtpaccess", "/run/courier")
        self.inside("chown", "courier:courier", "/run/courier")
        self.put("/etc/courier/smtpaccess/default", "192.0.2\tallow,RELAYCLIENT\n")
        self.inside("makesmtpaccess", check=False)
        self.inside("makealiases", check=False)

    def start(self) -> None:
        """Start the scheduler and the listener."""
        self.inside("courier", "start", check=False)
        self.inside("esmtpd", "start", check=False)


class RelayOpenSmtpd(Relay, OpenSmtpd):
    """OpenSMTPD."""

    name = "relay-opensmtpd"
    port = 2605
    spool = "/var/spool/smtpd"
    warm = False

    def settle(self, limit: str) -> None:  # noqa: ARG002
        """Write smtpd.conf."""
        self.put("/etc/smtpd.conf", OPENSMTPD.format(host=RELAY, port=self.port))
        self.inside("mkdir", "-p", "-m", "711", self.spool)

    def start(self) -> None:
        """Start the daemon."""
        self.inside("smtpd")


RELAYS: tuple[type[Relay], ...] = (RelayPostfix, RelayExim, RelaySendmail, RelayCourier, RelayOpenSmtpd)
