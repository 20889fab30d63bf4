"""Send to a real Postfix that checks names, lists, countries and character sets.

The receiver has its own view of the DNS, in which the sending side is set up wrongly or listed.
"""

from __future__ import annotations

import base64
import contextlib
import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import yaml

from collect import collect
from mtas import Mta, message
from net import HERE, RECV, SEND, name_server, network, sh
from notices import CORPUS
from plan import Scenario, domain_name, plan_recipients
from servers import ALL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST_NUMBER = 500
FIRST_PORT = 2500
VIEW_IP = "192.0.2.54"
TITLE = "Postfix 3.7 on Debian 12"
MAIN = """compatibility_level = 3.6
myhostname = mx.receiver.example
mydestination =
relay_domains = static:all
mynetworks = 127.0.0.0/8
inet_interfaces = all
inet_protocols = ipv4
default_transport = discard:ok
relay_transport = discard:ok
local_transport = discard:ok
smtpd_relay_restrictions = permit_mynetworks reject_unauth_destination
maillog_file = /var/log/postfix.log
maillog_file_prefixes = /var
smtpd_peername_lookup = yes
soft_bounce = no
"""
MASTER = """cleanup   unix  n       -       n       -       0       cleanup
rewrite   unix  -       -       n       -       -       trivial-rewrite
qmgr      unix  n       -       n       300     1       qmgr
discard   unix  -       -       n       -       -       discard
error     unix  -       -       n       -       -       error
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
proxymap  unix  -       -       n       -       -       proxymap
anvil     unix  -       -       n       -       1       anvil
postlog   unix-dgram n  -       n       -       1       postlogd
"""


class Case(Scenario):
    """A scenario that a real server decides."""

    @property
    def client(self) -> str:
        """The address that the sending side comes from in this scenario."""
        return f"192.0.2.{100 + self.number - FIRST_NUMBER}"

    @property
    def port(self) -> int:
        """The port at which the receiver checks for this scenario."""
        return FIRST_PORT + self.number - FIRST_NUMBER

    def view(self) -> dict[str, dict[str, list[str]]]:
        """The records that only the receiver sees."""
        table: dict[str, dict[str, list[str]]] = {}
        backwards = ".".join(reversed(self.client.split(".")))
        name = self.row.get("ptr", "" if "ptr" in self.id else f"host{self.number}.example.net")
        if name and self.id != "fcrdns-no-ptr":
            table[f"{backwards}.in-addr.arpa"] = {"PTR": [name]}
            address = self.row.get("forward", None if "ptr" in self.row else self.client)
            table[name] = {"A": [address]} if address else {"TXT": ["-"]}
        if "listed" in self.row:
            zone, answer, text = self.row["listed"]
            table[f"{backwards}.{zone}"] = listing(answer, text.replace("{ip}", self.client))
        if "names" in self.row:
            table[self.row["names"][0]] = listing(*self.row["names"][1:])
        return table


def listing(answer: str, text: str) -> dict[str, list[str]]:
    """Give the records of a listing: the address, and the text if there is one."""
    return {"A": [answer], "TXT": [text]} if text else {"A": [answer]}


def cases() -> list[Scenario]:
    """Read the scenarios of the real receiver."""
    result: list[Scenario] = []
    for number, row in enumerate(yaml.safe_load((HERE / "real.yaml").read_text(encoding="utf-8"))):
        one = Case(row["id"], FIRST_NUMBER + number, row, domain_name("real-" + row["id"]))
        one.ip = f"198.51.100.{10 + number}"
        plan_recipients(one)
        result.append(one)
    return result


def words(one: Scenario) -> str:
    """Give the message a scenario sends, in the character set it asks for."""
    text = message(one)
    charset = one.row.get("charset")
    if not charset:
        return text
    subject = base64.b64encode("報價單".encode(charset) if charset == "big5" else "报价单".encode(charset))
    head = text.partition("\n\n")[0]
    lines = [line for line in head.split("\n") if not line.startswith(("Subject", "Content"))]
    lines += [
        f"Subject: =?{charset}?B?{subject.decode()}?=",
        f"Content-Type: text/plain; charset={charset}",
        "Content-Transfer-Encoding: base64",
    ]
    body = base64.b64encode("您好\n".encode(charset)).decode()
    return "\n".join(lines) + "\n\n" + body + "\n"


class Receiver(Mta):
    """A Postfix that checks: one port a scenario."""

    name = "receiver"
    packages = ("postfix",)

    def inside(
        self, *command: str, check: bool = True, text: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the root and the receiving namespace."""
        return sh("ip", "netns", "exec", RECV, "chroot", str(self.root), *command, check=check, input=text)

    def set_up(self, plan: list[Scenario]) -> None:
        """Write the configuration with one smtpd a scenario."""
        self.put("/etc/resolv.conf", f"nameserver {VIEW_IP}\noptions timeout:1 attempts:1\n")
        self.put("/etc/hosts", "127.0.0.1 localhost\n")
        self.put("/etc/postfix/main.cf", MAIN)
        rows = [MASTER]
        for one in plan:
            assert isinstance(one, Case)  # noqa: S101 - the type checker's
            options = [*one.row.get("check", []), f"myhostname = mx.{one.domain}"]
            if "table" in one.row:
                path = one.row["check"][0].partition("cidr:")[2]
                self.put(path, f"192.0.2.0/24 {one.row['table']}\n")
            if "header" in one.row:
                self.put(f"/etc/postfix/header-{one.number}", one.row["header"] + "\n")
                check = f"header_checks = regexp:/etc/postfix/header-{one.number}"
                rows.append(f"clean{one.number} unix n - n - 0 cleanup\n  -o {{ {check} }}\n")
                options.append(f"cleanup_service_name = clean{one.number}")
            words_of = "".join(f"  -o {{ {option} }}\n" for option in options)
            rows.append(f"{one.port} inet n - n - - smtpd\n{words_of}")
        self.put("/etc/postfix/master.cf", "".join(rows))

    @contextlib.contextmanager
    def serving(self, plan: list[Scenario], view: Path) -> Iterator[None]:
        """Run the receiver, with the name server of its own view."""
        self.set_up(plan)
        table = {key: value for one in plan if isinstance(one, Case) for key, value in one.view().items()}
        view.write_text(json.dumps(table))
        with name_server(view, VIEW_IP), self.mounted():
            self.inside("postfix", "start")
            try:
                yield
            finally:
                self.inside("postfix", "stop", check=False)


def redirect(plan: list[Scenario]) -> None:
    """Lead each scenario from its own client address to its own port."""
    there = ["table ip real {", "chain there { type nat hook prerouting priority -100;"]
    back = ["table ip real {", "chain back { type nat hook postrouting priority 100;"]
    for one in plan:
        if isinstance(one, Case):
            sh("ip", "-n", SEND, "address", "add", f"{one.client}/32", "dev", "eth0")
            there.append(f"ip daddr {one.ip} tcp dport 25 redirect to :{one.port}")
            back.append(f"ip daddr {one.ip} snat to {one.client}")
    for space, rules in ((RECV, there), (SEND, back)):
        sh("ip", "netns", "exec", space, "nft", "-f", "-", input="\n".join([*rules, "}", "}"]))


def folder_of(mta: Mta) -> str:
    """Give the corpus folder of one server's mails to the real receiver."""
    return f"{mta.name}-to-postfix"


def chosen(variant: str) -> list[Scenario]:
    """Give the cases that a server runs: all, or those that it would try again."""
    return [one for one in cases() if variant == "fail" or one.temporary]


def run(mta: Mta) -> None:
    """Send every case through one server and keep what comes back."""
    receiver = Receiver(mta.work)
    receiver.build()
    mta.build()

    def send(one: Scenario) -> None:
        mta.inside(*mta.command(), "-f", one.sender, *one.recipients, text=words(one), check=False)

    mta.send = send  # type: ignore[method-assign]
    for variant in mta.variants:
        plan = chosen(variant)
        with network(plan, mta.work) as keep:
            redirect(plan)
            with receiver.serving(plan, keep.parent / "view.json"):
                mta.run(plan, variant)
            raw = mta.work / "raw" / f"{folder_of(mta)}-{variant}"
            shutil.rmtree(raw, ignore_errors=True)
            shutil.copytree(keep, raw)


def write_down(mta: Mta) -> int:
    """Write what the run brought; return how many mails."""
    folder, count = folder_of(mta), 0
    mta.name = folder
    if (mta.work / "raw" / f"{folder}-fail").exists():
        shutil.rmtree(CORPUS / folder, ignore_errors=True)
    for variant in mta.variants:
        raw = mta.work / "raw" / f"{folder}-{variant}"
        if raw.exists():
            count += collect(mta, chosen(variant), raw, variant)
    for path in (CORPUS / folder).glob("*.yaml"):
        said = path.read_text(encoding="utf-8")
        path.write_text(said.replace("receiver scripted", f"refused by {TITLE}"), encoding="utf-8")
    return count


def main(work: Path, wanted: list[str], *, again: bool) -> None:
    """Run the servers that are wanted; with `again`, only write down what is kept."""
    for kind in ALL:
        mta = kind(work)
        if wanted and folder_of(mta) not in wanted:
            continue
        if not again:
            run(mta)
        name = folder_of(mta)
        print(f"{name}: {write_down(mta)} mails", flush=True)
