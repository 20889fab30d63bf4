"""Trouble on the own server: Postfix with mailbox files, a scanner and a Dovecot store behind it."""

from __future__ import annotations

import re
import shutil
import time
from typing import TYPE_CHECKING

import yaml

from collect import collect
from mtas import Postfix
from net import HERE, network, sh
from notices import CORPUS
from plan import Scenario, domain_name, plan_recipients

if TYPE_CHECKING:
    from pathlib import Path

FIRST_NUMBER = 700
SETTINGS = """transport_maps = texthash:/etc/postfix/own
virtual_mailbox_base = /srv/mail
virtual_mailbox_maps = texthash:/etc/postfix/boxes
virtual_uid_maps = static:1000
virtual_gid_maps = static:8
virtual_mailbox_lock = dotlock
virtual_mailbox_limit = 60000
message_size_limit = 50000
deliver_lock_attempts = 1
deliver_lock_delay = 1s
scan_time_limit = 3s
lmtp_connect_timeout = 3s
"""
SCAN = "scan unix - n n - - pipe\n  flags=R user=nobody argv=/usr/local/bin/virus-scan ${domain}\n"
DOVECOT = """protocols = lmtp
listen = 127.0.0.1
ssl = no
log_path = /var/log/dovecot.log
mail_location = maildir:/srv/mail/%u
mail_uid = 1000
mail_gid = 8
first_valid_uid = 100
mail_plugins = $mail_plugins quota
passdb {
  driver = passwd-file
  args = /etc/dovecot/users
}
userdb {
  driver = passwd-file
  args = /etc/dovecot/users
}
service lmtp {
  inet_listener lmtp {
    port = 24
  }
}
protocol lmtp {
  postmaster_address = postmaster@example.org
}
plugin {
  quota = maildir:User quota
  quota_rule = *:storage=1G
  quota_exceeded_message = Quota exceeded (mailbox for user is full)
}
"""


class Own(Postfix):
    """Postfix as the server on which the mailboxes are."""

    name = "own"
    packages: tuple[str, ...] = ("postfix", "dovecot-core", "dovecot-lmtpd")

    def configure(self, variant: str) -> None:
        """Write the settings of Postfix and Dovecot, and spoil what is to be spoiled."""
        super().configure(variant)
        main = self.root / "etc/postfix/main.cf"
        main.write_text(main.read_text() + SETTINGS)
        master = self.root / "etc/postfix/master.cf"
        master.write_text(master.read_text() + SCAN)
        self.put("/etc/dovecot/dovecot.conf", DOVECOT)
        shutil.rmtree(self.root / "srv", ignore_errors=True)
        rows = cases()
        self.put("/etc/postfix/own", "".join(f"{one.domain} {one.row['nexthop']}\n" for one in rows))
        boxes = [f"{one.recipients[0]} {one.row['box']}\n" for one in rows if one.row.get("box")]
        self.put("/etc/postfix/boxes", "".join(boxes))
        self.put("/usr/local/bin/virus-scan", self.scanner(rows), 0o755)
        self.put("/etc/dovecot/users", "".join(user(one) for one in rows if "user" in one.row))
        self.inside("sh", "-c", "mkdir -p /srv/mail; chown 1000:8 /srv/mail")

    @staticmethod
    def scanner(rows: list[Scenario]) -> str:
        """Give the script that stands for the scanner: it prints what a scanner prints, and fails."""
        lines = ["#!/bin/sh", "cat >/dev/null", 'case "$1" in']
        for one in rows:
            if "scan" in one.row:
                said = one.row["scan"].replace("\n", "\\n")
                wait = one.row.get("sleep", 0)
                lines.append(
                    f"{one.domain}) sleep {wait}; printf '%b\\n' \"{said}\"; exit {one.row['exit']};;"
                )
        return "\n".join([*lines, "esac", ""])

    def start(self) -> None:
        """Spoil the files, then start both servers."""
        for one in cases():
            if "disk" in one.row:
                disk = self.root / "srv/mail" / one.row["box"].split("/")[0]
                disk.mkdir(parents=True, exist_ok=True)
                sh("mount", "-t", "tmpfs", "-o", one.row["disk"], "tmpfs", str(disk))
            if "make" in one.row:
                self.inside("sh", "-c", one.row["make"], check=False)
        self.inside("sh", "-c", "dovecot >/dev/null 2>&1", check=False)
        time.sleep(2)
        super().start()

    def stop(self) -> None:
        """Stop both servers, and take the small disks away."""
        super().stop()
        self.inside("doveadm", "stop", check=False)
        for disk in ("small", "small2", "nodes"):
            sh("umount", "-l", str(self.root / "srv/mail" / disk), check=False)


def user(one: Scenario) -> str:
    """Give the line of one user in Dovecot's table."""
    quota = "userdb_quota_rule=*:bytes=1" if one.row["user"] == "full" else ""
    return f"{one.recipients[0]}:{{plain}}x:1000:8::/srv/mail::{quota}\n"


def cases() -> list[Scenario]:
    """Read the scenarios of the own server."""
    result = []
    for number, row in enumerate(yaml.safe_load((HERE / "own.yaml").read_text(encoding="utf-8"))):
        one = Scenario(row["id"], FIRST_NUMBER + number, row, domain_name("own-" + row["id"]))
        one.ip = f"198.51.100.{10 + number}"
        plan_recipients(one)
        result.append(one)
    return result


def main(work: Path, *, again: bool) -> int:
    """Run the own server, unless `again`, and write down what came back."""
    mta, plan = Own(work), cases()
    count = 0
    for variant in mta.variants:
        raw = work / "raw" / f"own-{variant}"
        if not again:
            mta.build()
            with network(plan, work) as keep:
                mta.run(plan, variant)
                shutil.rmtree(raw, ignore_errors=True)
                shutil.copytree(keep, raw)
    mta.name = "postfix-own"
    if (work / "raw" / "own-fail").exists():
        shutil.rmtree(CORPUS / mta.name, ignore_errors=True)
    for variant in mta.variants:
        raw = work / "raw" / f"own-{variant}"
        if raw.exists():
            count += collect(mta, plan, raw, variant)
    for path in (CORPUS / mta.name).glob("*.yaml"):
        said = path.read_text(encoding="utf-8")
        path.write_text(said.replace("receiver scripted", "trouble on the own server"), encoding="utf-8")
        mail = path.with_suffix(".eml")
        mail.write_bytes(re.sub(rb"/\d{10}\.P\d+\.", b"/1793610764.P4711.", mail.read_bytes()))
    return count
