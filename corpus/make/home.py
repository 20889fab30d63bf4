"""The mail servers, each with a way home for its notices that needs no name server.

They stop as soon as every notice that is awaited has come.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from courier import Courier
from dma import Dma
from exim import Exim
from logbook import inhabited, logged
from mtas import HOSTS, RESOLV, Mta, Postfix
from opensmtpd import OpenSmtpd
from plan import STORE_IP
from sendmail import Sendmail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from plan import Scenario

EXIM_HOME = f"""begin routers
home:
  driver = manualroute
  domains = example.org
  transport = smtp
  route_list = * {STORE_IP}
  no_more
"""
SENDMAIL_HOME = f"""LOCAL_NET_CONFIG
R$* < @ example.org $* > $*\t$#esmtp $@ [{STORE_IP}] $: $1 < @ example.org $2 > $3
"""
OPENSMTPD_HOME = f"""action "home" relay host smtp://{STORE_IP} helo "mail.example.org"
match from any for domain "example.org" action "home"
match from any for any"""
MANY = 1000


class AllCame(Exception):  # noqa: N818 - no error
    """Every notice that was awaited is there."""


class Home(Mta):
    """What the servers below share: their resolver, and when they stop."""

    resolv: str | None = RESOLV
    keep: Path
    awaited = 0
    aside = ""
    more = ""
    trouble: Callable[[], None] | None = None

    def configure(self, variant: str) -> None:
        """Write the configuration, then the resolver's own, or none."""
        super().configure(variant)
        (self.root / "etc/resolv.conf").unlink(missing_ok=True)
        if self.resolv is not None:
            self.put("/etc/resolv.conf", self.resolv)

    def edit(self, path: str, old: str, new: str) -> None:
        """Change a file of the configuration."""
        file = self.root / path.lstrip("/")
        text = file.read_text()
        assert old in text, old  # noqa: S101 - a change elsewhere
        self.put(path, text.replace(old, new))

    @contextlib.contextmanager
    def mounted(self) -> Iterator[None]:
        """Give the root a /dev of its own, with a log, and its /proc."""
        with inhabited(self):
            yield

    def logged(self) -> str:
        """Give what the server wrote into its log, and what others have to add to it."""
        return logged(self.root) + self.aside

    def came(self) -> int:
        """Count the notices that are there."""
        return len(list(self.keep.iterdir()))

    def poke(self) -> None:
        """Make the server look at its queue, unless all is over; before the first time, the trouble."""
        if self.trouble:
            self.trouble()
            self.trouble = None
        if self.came() >= self.awaited:
            raise AllCame
        super().poke()

    def run(self, plan: list[Scenario], variant: str) -> None:
        """Send every message and wait for its notice."""
        self.awaited = len(plan) + (MANY if self.trouble else 0)
        with contextlib.suppress(AllCame):
            super().run(plan, variant)


class HomePostfix(Home, Postfix):
    """Postfix."""

    def configure(self, variant: str) -> None:
        """Let it use both kinds of addresses, as it does by itself."""
        super().configure(variant)
        self.edit("/etc/postfix/main.cf", "inet_protocols = ipv4", "inet_protocols = all")
        main = self.root / "etc/postfix/main.cf"
        self.put("/etc/postfix/main.cf", main.read_text() + self.more + "\n")

    def start(self) -> None:
        """Start the master, with the way home."""
        self.via += f"example.org smtp:[{STORE_IP}]\n"
        super().start()


class HomeExim(Home, Exim):
    """Exim."""

    def configure(self, variant: str) -> None:
        """Write the way home before the other routers."""
        super().configure(variant)
        self.edit("/etc/exim4/exim4.conf", "begin routers\n", EXIM_HOME)


class HomeSendmail(Home, Sendmail):
    """Sendmail."""

    def configure(self, variant: str) -> None:
        """Write a rule of its own for the way home; it looks the name up all the same."""
        super().configure(variant)
        source = self.root / "etc/mail/sendmail.mc"
        self.put("/etc/mail/sendmail.mc", source.read_text() + SENDMAIL_HOME)
        self.put("/etc/mail/sendmail.cf", self.inside("m4", "/etc/mail/sendmail.mc").stdout)
        self.put("/etc/hosts", f"{HOSTS}{STORE_IP} example.org\n")
        self.clean("/var/lib/sendmail/host_status")


class HomeCourier(Home, Courier):
    """Courier."""

    def configure(self, variant: str) -> None:
        """Write the way home."""
        super().configure(variant)
        self.put("/etc/courier/esmtproutes", f"example.org:[{STORE_IP}]\n")


class HomeOpenSmtpd(Home, OpenSmtpd):
    """OpenSMTPD."""

    def configure(self, variant: str) -> None:
        """Write the way home."""
        super().configure(variant)
        self.edit("/etc/smtpd.conf", "match from any for any", OPENSMTPD_HOME)


class HomeDma(Home, Dma):
    """The DragonFly mail agent: it knows no routes, so its senders have a mailbox on the machine."""

    def configure(self, variant: str) -> None:
        """Make the sender's domain that of the machine."""
        super().configure(variant)
        self.put("/etc/dma/dma.conf", "MAILNAME example.org\n")
        for box in (self.root / "var/mail").iterdir():
            box.unlink()

    def send(self, one: Scenario) -> None:
        """Give the sender a mailbox, then hand the message in."""
        user = one.sender.partition("@")[0]
        users = self.root / "etc/passwd"
        if f"{user}:" not in users.read_text():
            self.put("/etc/passwd", users.read_text() + f"{user}:x:1000:8::/:/bin/false\n")
        super().send(one)

    def came(self) -> int:
        """Take the notices out of the mailboxes."""
        for box in (self.root / "var/mail").iterdir():
            mail = box.read_bytes().partition(b"\n")[2]
            address = f"{box.name}@example.org".encode()
            (self.keep / box.name).write_bytes(b"\n".join([b"", address, mail]))
        return super().came()


HOMES: tuple[type[Home], ...] = (
    HomePostfix,
    HomeExim,
    HomeSendmail,
    HomeOpenSmtpd,
    HomeCourier,
    HomeDma,
)
