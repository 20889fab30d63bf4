"""The mail servers: how each is set up in its own root, started, fed and stopped."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from net import sending, sh
from plan import DNS_IP, SENDER_HOST, SENDER_IP

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from plan import Scenario

HERE = Path(__file__).parent
RESOLV = f"nameserver {DNS_IP}\noptions timeout:1 attempts:1\n"
HOSTS = f"127.0.0.1 localhost\n{SENDER_IP} {SENDER_HOST} mail\n"
BODY = """From: Sales <{sender}>
To: {to}
Subject: {subject}
Date: Mon, 02 Nov 2026 09:12:44 +0000
Message-ID: <20261102091244.{number:03}@example.org>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{text}
"""
TEXTS = (
    ("Quotation for November", "Dear Sir or Madam,\nplease find our quotation below.\n"),
    ("=?utf-8?B?5oql5Lu35Y2V?=", "您好,\n附上报价单,请查收。\n"),
    ("Delivery date", "Hello,\nwe ship on Friday. Is that all right with you?\n"),
    ("=?utf-8?B?6KiC5Zau56K66KqN?=", "您好,\n已收到您的訂單。\n"),
)
NO_NOTIFY = ("success-relayed", "success-two")  # scenarios for servers that know -N


class Mta:
    """One mail server in a Debian root of its own."""

    name = ""
    title = ""
    format: str | None = None
    delay_format: str | None = None
    packages: tuple[str, ...] = ()
    wait = 12.0
    variants: tuple[str, ...] = ("fail", "delay")
    skip: tuple[str, ...] = ()

    def __init__(self, work: Path):
        self.work = work
        self.root = work / self.name

    def build(self) -> None:
        """Make the root and install the packages."""
        sh(str(HERE / "roots.sh"), str(self.work), self.name, *self.packages)

    def put(self, path: str, text: str, mode: int = 0o644) -> None:
        """Write a file in the root."""
        target = self.root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        target.chmod(mode)

    def inside(
        self, *command: str, check: bool = True, text: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the root and the sending namespace."""
        call = ["unshare", "--uts", "sh", "-c", 'hostname "$1"; shift; exec chroot "$@"', "-"]
        return sending(*call, SENDER_HOST, str(self.root), *command, check=check, input=text)

    @contextlib.contextmanager
    def mounted(self) -> Iterator[None]:
        """Give the root its /dev and /proc."""
        sh("mount", "--bind", "/dev", str(self.root / "dev"))
        sh("mount", "-t", "proc", "proc", str(self.root / "proc"))
        try:
            yield
        finally:
            self.end_processes()
            for place in ("dev", "proc"):
                sh("umount", "-l", str(self.root / place), check=False)

    def end_processes(self) -> None:
        """End what still runs in this root."""
        for proc in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if proc.name.isdigit() and (proc / "root").readlink() == self.root:
                    os.kill(int(proc.name), 9)

    def configure(self, variant: str) -> None:  # noqa: ARG002
        """Write the configuration: `fail` gives up at the first delay, `delay` warns of it."""
        self.put("/etc/resolv.conf", RESOLV)
        self.put("/etc/hosts", HOSTS)
        self.put("/etc/hostname", SENDER_HOST + "\n")
        self.put("/etc/mailname", "example.org\n")

    def start(self) -> None:
        """Start the server."""

    def poke(self) -> None:
        """Make the server look at its queue again; called every two seconds."""

    def stop(self) -> None:
        """Stop the server."""

    def send(self, one: Scenario) -> None:
        """Hand the message of one scenario in, as a program on the machine would."""
        wish = ("-N", one.row["notify"]) if "notify" in one.row else ()
        call = (*self.command(), *wish, "-f", one.sender, *one.recipients)
        self.inside(*call, text=message(one), check=False)

    def command(self) -> tuple[str, ...]:
        """Give the program that takes mail in."""
        return ("/usr/sbin/sendmail",)

    def run(self, plan: list[Scenario], variant: str) -> None:
        """Send every scenario's message and wait for what comes back."""
        self.configure(variant)
        with self.mounted():
            self.start()
            time.sleep(1)
            for one in plan:
                self.send(one)
            end = time.monotonic() + self.wait
            while time.monotonic() < end:
                time.sleep(2)
                self.poke()
            self.stop()

    def clean(self, *folders: str) -> None:
        """Empty queue folders of an earlier run."""
        for folder in folders:
            for path in (self.root / folder.lstrip("/")).glob("**/*"):
                if path.is_file():
                    path.unlink()


def message(one: Scenario) -> str:
    """Give the message that a scenario sends."""
    subject, text = TEXTS[one.number % len(TEXTS)]
    to = ", ".join(one.recipients)
    return BODY.format(sender=one.sender, to=to, subject=subject, text=text, number=one.number)


def postfix_nexthop(via: str) -> str:
    """Give the transport that hands mail to a filter on this machine."""
    host, _, port = via.partition(":")
    return f"smtp:[{host}]:{port}" if port else f"{host}:"


class Postfix(Mta):
    """Postfix."""

    name = "postfix"
    title = "Postfix 3.7 on Debian 12"
    format = delay_format = "postfix"
    packages: tuple[str, ...] = ("postfix",)
    wait = 30.0

    def configure(self, variant: str) -> None:
        """Write main.cf and master.cf."""
        super().configure(variant)
        for name in ("resolv.conf", "hosts"):
            self.put(f"/var/spool/postfix/etc/{name}", RESOLV if "resolv" in name else HOSTS)
        if not (self.root / "etc/postfix/master.cf.dist").exists():
            shutil.copy(self.root / "etc/postfix/master.cf", self.root / "etc/postfix/master.cf.dist")
        shutil.copy(self.root / "etc/postfix/master.cf.dist", self.root / "etc/postfix/master.cf")
        settings = (HERE / "postfix.cf").read_text().replace("@HOST@", SENDER_HOST)
        late = {"fail": ("0", "0"), "delay": ("1d", "1s")}[variant]
        settings += f"maximal_queue_lifetime = {late[0]}\ndelay_warning_time = {late[1]}\n"
        self.put("/etc/postfix/main.cf", settings)
        self.put("/etc/postfix/tls", "")
        self.inside("postconf", "-F", "*/*/chroot=n")
        self.clean(
            *(
                f"/var/spool/postfix/{q}"
                for q in ("maildrop", "incoming", "active", "deferred", "defer", "bounce")
            )
        )

    def run(self, plan: list[Scenario], variant: str) -> None:
        """Name the domains that need TLS, then run."""
        self.via = "".join(
            f"{one.domain} {postfix_nexthop(one.row['via'])}\n" for one in plan if "via" in one.row
        )
        self.tls = "".join(f"{one.domain} encrypt\n" for one in plan if one.row.get("tls"))
        super().run(plan, variant)

    def start(self) -> None:
        """Start the master."""
        self.put("/etc/postfix/tls", self.tls)
        self.put("/etc/postfix/via", self.via)
        self.inside("postfix", "start")

    def stop(self) -> None:
        """Stop the master."""
        self.inside("postfix", "stop", check=False)
