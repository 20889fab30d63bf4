"""Filters that refuse and scanners that fail: at a receiver, at the own relay, in the own server."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from gates import Gate, gates, letter
from home import AllCame, HomeCourier, HomeExim, HomePostfix, HomeSendmail
from net import HERE, SEND
from part import Part, cases, mails_of
from plan import SENDER_HOST
from scanners import Scanners

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from home import Home
    from plan import Scenario

IDS = (  # numbers and names of amavis and Dovecot
    (rb"\bid=\d{3,7}-\d\d(?:-\d+)?", b"id=04711-01"),
    (rb"\b\d{3,7}-\d\d(?:-\d+)?/[-\w]{12}", b"04711-01/aB3dE5fG7hJ9"),
    (rb"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\]", b"[2026-11-02 09:12:44]"),
    (rb"Message-ID: <[-\w]{13,16}@mail\.example\.org>", b"Message-ID: <SSaB3dE5fG7hJ9@mail.example.org>"),
    (rb"=_\d{10}-\d+-\d+", b"=_1793610764-4711-0"),
    (rb"\bdovecot-\d+-\d+-\d+@", b"dovecot-1793610764-471100-0@"),
    (rb"\b\d{2,7}/mail\.example\.org", b"4711/mail.example.org"),
    (rb"\bid [0-9A-Za-z+/]{22}(?=\s)", b"id aB3dE5fG7hJ9kL1mN3pQ5r"),
    (rb"amavis-\d{8}T\d{6}-\d+-\w{8}", b"amavis-20261102T091244-04711-aB3dE5fG"),
)
TABLE: dict[str, Any] = yaml.safe_load((HERE / "filters.yaml").read_text(encoding="utf-8"))
BACK = """10025 inet n - n - - smtpd
  -o content_filter=discard:ok
10027 inet n - n - - smtpd
10026 inet n - n - - smtpd
  -o message_size_limit=100
"""
EXIM_LOCAL = """acl_not_smtp = own
av_scanner = clamd:127.0.0.1 3399
spamd_address = 127.0.0.1 784
begin acl
own:
@OWN@
  accept
"""


class SlowPostfix(HomePostfix):
    """Postfix that gives a scanner its time."""

    def configure(self, variant: str) -> None:
        """Wait longer for the reply to the whole message."""
        super().configure(variant)
        self.edit("/etc/postfix/main.cf", "smtp_data_done_timeout = 4s", "smtp_data_done_timeout = 40s")


class SlowExim(HomeExim):
    """Exim that gives a scanner its time."""

    def configure(self, variant: str) -> None:
        """Wait longer for the reply to the whole message."""
        super().configure(variant)
        self.edit("/etc/exim4/exim4.conf", "final_timeout = 5s", "final_timeout = 40s")
        self.edit("/etc/exim4/exim4.conf", "command_timeout = 5s", "command_timeout = 40s")


class SlowSendmail(HomeSendmail):
    """Sendmail that gives a scanner its time."""

    def configure(self, variant: str) -> None:
        """Wait longer for the reply to the whole message."""
        super().configure(variant)
        self.edit("/etc/mail/sendmail.cf", "Timeout.datafinal=5s", "Timeout.datafinal=40s")
        self.turns = 0

    def command(self) -> tuple[str, ...]:
        """Only put the message into the queue, so that each is tried when its time is over."""
        return ("/usr/sbin/sendmail", "-Am", "-odq")

    def poke(self) -> None:
        """Run the queue at times, so that no two runs meet."""
        if self.came() >= self.awaited:
            raise AllCame
        if self.turns % 6 == 1:
            self.inside("sh", "-c", "sendmail -Am -q >/dev/null 2>&1 &")
        self.turns += 1


class SlowCourier(HomeCourier):
    """Courier that gives a scanner its time."""

    def configure(self, variant: str) -> None:
        """Wait longer for the reply to the whole message."""
        super().configure(variant)
        self.put("/etc/courier/esmtptimeoutdata", "40\n")


class OwnPostfix(SlowPostfix):
    """Postfix with amavis behind it, which gives the mail back at ports 10025 and 10026."""

    def configure(self, variant: str) -> None:
        """Add the ports that take back what amavis has read."""
        super().configure(variant)
        master = self.root / "etc/postfix/master.cf"
        master.write_text(master.read_text() + BACK)


class OwnExim(HomeExim):
    """Exim that scans what programs on the machine hand in."""

    lists = ""

    def configure(self, variant: str) -> None:
        """Add the access list for mail that comes from the machine itself."""
        super().configure(variant)
        self.edit("/etc/exim4/exim4.conf", "begin acl\n", EXIM_LOCAL.replace("@OWN@\n", self.lists))


@dataclass
class GatePart(Part):
    """A part whose letters differ, run by some of the servers."""

    homes: tuple[type[Home], ...] = (SlowPostfix, SlowExim, SlowSendmail, SlowCourier)

    def run(self, mta: Home) -> None:
        """Let one server send every situation's own letter."""

        def send(one: Scenario) -> None:
            text = letter(one, TABLE["letters"])
            mta.inside(*mta.command(), "-f", one.sender, *one.recipients, text=text, check=False)

        mta.send = send  # type: ignore[method-assign]
        super().run(mta)

    def read_again(self, folder: Path, one: Scenario, server: str) -> None:
        """Put down the format of a notice that another program wrote; set its own ids to fixed values."""
        super().read_again(folder, one, server)
        for path in mails_of(folder, one):
            if "format" in one.row:
                truth = yaml.safe_load(path.read_text(encoding="utf-8"))
                truth["format"] = one.row["format"]
                path.write_text(yaml.safe_dump(truth, sort_keys=False, allow_unicode=True), encoding="utf-8")
            mail = path.with_suffix(".eml")
            text = mail.read_bytes()
            for pattern, value in IDS:
                text = re.sub(pattern, value, text)
            mail.write_bytes(text)


@contextlib.contextmanager
def at_gates(mta: Home, plan: list[Scenario], folder: Path) -> Iterator[None]:
    """Run the receivers."""
    with gates(plan, mta.work, folder):
        yield


@contextlib.contextmanager
def at_home(mta: Home, plan: list[Scenario], folder: Path) -> Iterator[None]:  # noqa: ARG001
    """Run the scanners beside the sending server."""
    if isinstance(mta, OwnExim):
        mta.lists = "".join(own_lines(one) for one in plan)
    scanners = Scanners(mta.work)
    scanners.build()
    with scanners.serving(SEND, SENDER_HOST):
        yield


def own_lines(one: Scenario) -> str:
    """Give the lines of the access list that decide one situation."""
    first = f"  {one.row.get('verb', 'deny')} condition = ${{if eq{{$recipients}}{{{one.recipients[0]}}}}}\n"
    return first + "".join(f"    {line}\n" for line in one.row["lines"])


def rows(group: str, first: int, by_itself: dict[str, Any]) -> list[Scenario]:
    """Read one group."""
    return cases("filters.yaml", group, first, Gate, by_itself)


GATE = rows("receiver", 1000, {})
RELAY = rows("relay", 1100, {"mxname": "relay.example.org", "reason": "local_filter_failure"})
OWN = rows("amavis", 1200, {"reason": "local_filter_failure"})
EXIM = rows("exim", 1300, {"reason": "local_filter_failure"})
PARTS = (
    GatePart("filter", "refused by real filters", [("gate", GATE)], at_gates),
    GatePart("scan", "its own relay's scanner in trouble", [("relay", RELAY)], at_gates),
    GatePart("amavis", "amavis on the own server", [("own", OWN)], at_home, homes=(OwnPostfix,)),
    GatePart("scanner", "a scanner on the own server", [("own", EXIM)], at_home, homes=(OwnExim,)),
)


def main(work: Path, wanted: list[str], *, again: bool) -> None:
    """Run the parts that are wanted."""
    for part in PARTS:
        part.main(work, wanted, again=again)
