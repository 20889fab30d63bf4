"""Mail stores behind Postfix: Dovecot and Cyrus take the mail by LMTP, or do not."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from filters import BACK, GatePart
from gates import Gate
from home import HomePostfix
from logbook import inhabited
from mtas import HOSTS
from net import SEND, sh
from own import DOVECOT
from part import cases
from plan import SENDER_HOST
from scanners import Programs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from home import Home
    from plan import Scenario

NEXTHOPS = {"dovecot": "lmtp:inet:127.0.0.1:24", "cyrus": "lmtp:inet:127.0.0.1:2003"}
SIEVE = f"""hostname = {SENDER_HOST}
submission_host = 127.0.0.1:10027
protocol lmtp {{
  mail_plugins = $mail_plugins quota sieve
}}
plugin {{
  sieve = file:~/sieve;active=~/.dovecot.sieve
  quota_max_mail_size = 20k
}}
"""
CYRUS = f"""configdirectory: /var/lib/cyrus
proc_path: /run/cyrus/proc
mboxname_lockpath: /run/cyrus/lock
defaultpartition: default
partition-default: /var/spool/cyrus/mail
servername: {SENDER_HOST}
sasl_pwcheck_method: auxprop
lmtpsocket: /run/cyrus/socket/lmtp
smtp_backend: host
smtp_host: 127.0.0.1:10027
postmaster: postmaster
autocreate_post: yes
autocreate_quota: {{quota}}
autocreate_users: {{users}}
reject8bit: yes
maxmessagesize: 20480
lmtp_downcase_rcpt: yes
"""
CYRUS_SERVICES = """START {
  recover cmd="ctl_cyrusdb -r"
}
SERVICES {
  lmtp cmd="lmtpd -a" listen="127.0.0.1:2003" prefork=1
}
EVENTS {
}
"""


class Stores(Programs):
    """Dovecot and Cyrus in one root."""

    name = "stores"
    packages = ("dovecot-core", "dovecot-lmtpd", "dovecot-sieve", "cyrus-imapd", "sasl2-bin")

    def settle(self, plan: list[Scenario]) -> None:
        """Write the settings of both, with the users and their scripts."""
        self.put("/etc/hosts", HOSTS)
        self.put("/etc/dovecot/dovecot.conf", DOVECOT + SIEVE)
        sh("chroot", str(self.root), "sh", "-c", "rm -rf /srv/mail /srv/home")
        users = []
        for one in plan:
            local = one.recipients[0].partition("@")[0]
            if one.row.get("store") == "dovecot" and one.row.get("user"):
                quota = one.row.get("quota", "")
                extra = f"userdb_quota_rule=*:bytes={quota}" if quota else ""
                users.append(f"{one.recipients[0]}:{{plain}}x:1000:8::/srv/home/{local}::{extra}\n")
                self.put(f"/srv/home/{local}/.dovecot.sieve", one.row.get("sieve", "keep;\n"))
        self.put("/etc/dovecot/users", "".join(users))
        names = " ".join(
            one.recipients[0].partition("@")[0]
            for one in plan
            if one.row.get("store") == "cyrus" and one.row.get("user")
        )
        self.put("/etc/imapd.conf", CYRUS.format(quota=4, users=names))
        self.put("/etc/cyrus.conf", CYRUS_SERVICES)
        for command in (
            "mkdir -p /srv/mail /srv/home; chown -R 1000:8 /srv/mail /srv/home",
            "rm -rf /var/lib/cyrus/* /var/spool/cyrus/mail/*",
            "mkdir -p /run/cyrus/socket /run/cyrus/proc /run/cyrus/lock",
            "chown -R cyrus:mail /run/cyrus /var/lib/cyrus /var/spool/cyrus",
            "su cyrus -c /usr/lib/cyrus/bin/makedirs",
        ):
            sh("chroot", str(self.root), "sh", "-c", command, check=False)
        for one in plan:
            if "make" in one.row:
                sh("chroot", str(self.root), "sh", "-c", one.row["make"].replace("{rcpt}", one.recipients[0]))

    @contextlib.contextmanager
    def serving(self, plan: list[Scenario]) -> Iterator[None]:
        """Run both."""
        self.space = SEND
        self.settle(plan)
        with inhabited(self):
            self.run_here("dovecot", "-F")
            self.run_here("/usr/lib/cyrus/bin/master", "-M", "/etc/cyrus.conf", "-C", "/etc/imapd.conf")
            self.listens(24, 2003)
            time.sleep(1)
            yield


class StorePostfix(HomePostfix):
    """Postfix in front of the stores."""

    rows: tuple[Scenario, ...] = ()

    def configure(self, variant: str) -> None:
        """Add the port at which the stores hand in mail of their own."""
        super().configure(variant)
        master = self.root / "etc/postfix/master.cf"
        master.write_text(master.read_text() + BACK)

    def start(self) -> None:
        """Start the master, with the ways to the stores."""
        for one in self.rows:
            nexthop = one.row.get("nexthop") or NEXTHOPS[one.row["store"]]
            self.via += f"{one.domain} {nexthop}\n"
        super().start()


@contextlib.contextmanager
def at_stores(mta: Home, plan: list[Scenario], folder: Path) -> Iterator[None]:  # noqa: ARG001
    """Run the stores beside Postfix."""
    if isinstance(mta, StorePostfix):
        mta.rows = tuple(plan)
    stores = Stores(mta.work)
    stores.build()
    with stores.serving(plan):
        yield


ROWS = cases("stores.yaml", "stores", 1400, Gate, {})
main = GatePart("store", "a store behind it", [("store", ROWS)], at_stores, homes=(StorePostfix,)).main
