"""Nullmailer: everything goes to one relay, which refuses recipient by recipient."""

from __future__ import annotations

import copy
import re
import shutil
from typing import TYPE_CHECKING, Any

from collect import collect
from mtas import Mta
from net import network
from notices import CORPUS
from plan import SENDER_HOST, Expected, Scenario, scenarios

if TYPE_CHECKING:
    from pathlib import Path

RELAY_IP = "198.51.100.250"
RELAY = "relay.example.net"


class Relayed(Scenario):
    """A scenario whose words the relay says at RCPT."""

    replies: dict[str, str]

    def host(self) -> dict[str, Any]:
        """Give the one relay: it keeps what it takes, and refuses the planned recipients."""
        return {"name": RELAY, "keep": True, "rcpts": self.replies}

    def records(self) -> dict[str, dict[str, list[str]]]:
        """Give the relay's name; nullmailer looks up nothing else."""
        return {RELAY: {"A": [RELAY_IP]}}


def relayed() -> list[Scenario]:
    """Give the scenarios that a relay can play: one recipient, refused for good at RCPT."""
    replies: dict[str, str] = {}
    result: list[Scenario] = []
    for one in scenarios():
        row = one.row
        plain = "rcpts" not in row and row.get("stage", "rcpt") == "rcpt" and "local" not in row
        if not plain or not str(row.get("reply", "")).startswith("5") or "mxname" in row:
            continue
        case = Relayed(**copy.copy(vars(one)))
        case.ip, case.replies = RELAY_IP, replies
        address = f"info.{one.number:03}@{one.domain}"
        case.recipients = [address]
        case.expected = [Expected(address, row["reason"], row["reply"])]
        replies[f"info.{one.number:03}"] = row["reply"]
        result.append(case)
    return result


class Nullmailer(Mta):
    """A relay-only mailer with notices of its own."""

    name = "nullmailer"
    title = "nullmailer 2.2 on Debian 12"
    format = delay_format = "nullmailer"
    packages = ("nullmailer",)
    wait = 30.0
    variants = ("fail",)

    def configure(self, variant: str) -> None:
        """Write one file per setting."""
        super().configure(variant)
        settings = {"me": SENDER_HOST, "remotes": f"{RELAY_IP} smtp", "pausetime": "2", "sendtimeout": "10"}
        for name, value in {**settings, "defaultdomain": "example.org", "adminaddr": ""}.items():
            self.put(f"/etc/nullmailer/{name}", value + "\n")
        self.clean("/var/spool/nullmailer/queue", "/var/spool/nullmailer/failed")

    def start(self) -> None:
        """Start the sender in the background."""
        self.inside("mkfifo", "-m", "622", "/var/spool/nullmailer/trigger", check=False)
        self.inside("chown", "mail", "/var/spool/nullmailer/trigger")
        sender = "su -s /bin/sh mail -c nullmailer-send >/var/log/nullmailer 2>&1 &"
        self.inside("sh", "-c", sender)


def main(work: Path, *, again: bool) -> int:
    """Run nullmailer, unless `again`, and write down what came back."""
    mta, plan = Nullmailer(work), relayed()
    raw = work / "raw" / "nullmailer-fail"
    if not again:
        mta.build()
        with network(plan, work) as keep:
            mta.run(plan, "fail")
            shutil.rmtree(raw, ignore_errors=True)
            shutil.copytree(keep, raw)
    if not raw.exists():
        return 0
    shutil.rmtree(CORPUS / mta.name, ignore_errors=True)
    count = collect(mta, plan, raw, "fail")
    for path in (CORPUS / mta.name).glob("*.eml"):
        path.write_bytes(same_ids(path.read_bytes()))
    return count


def same_ids(mail: bytes) -> bytes:
    """Set nullmailer's own ids, made of time and process, to fixed values."""
    mail = re.sub(rb"nullmailer pid \d+", b"nullmailer pid 4711", mail)
    for number, word in enumerate(dict.fromkeys(re.findall(rb"\b\d{10}\.\d{5,6}\.\d{1,7}\b", mail))):
        mail = mail.replace(word, b"1793610764.%06d.4711" % (471100 + number))
    return mail
