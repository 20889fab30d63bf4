"""Real receivers that ask real block lists: rbldnsd, and a list whose name server is dead."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

import yaml

from logbook import inhabited, logged
from mtas import Mta
from net import HERE, RECV, sh
from part import Part, cases
from plan import DNS_IP, SENDER_IP, Scenario
from real import MAIN, MASTER
from relays import EXIM, Relay, RelayExim, RelayPostfix, RelaySendmail
from sendmail import SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from home import Home

LISTS_IP, RESOLVER_IP, DEAD_IP = "192.0.2.54", "192.0.2.56", "192.0.2.57"
FIRST_PORT = 2700
PATIENCE = 20
ZONES: dict[str, list[str]] = yaml.safe_load((HERE / "listed.yaml").read_text(encoding="utf-8"))["zones"]
SENDMAIL = """FEATURE(`no_default_msa')dnl
DAEMON_OPTIONS(`Port={port}, Name=MTA')dnl
FEATURE(`promiscuous_relay')dnl
FEATURE(`accept_unresolvable_domains')dnl
define(`confDELIVERY_MODE', `queueonly')dnl
{check}dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
"""
DENY = """  deny
    domains = {domain}
    {check}
"""
POSTSCREEN = """{port} inet n - n - 1 postscreen
{options}smtpd pass - - n - - smtpd
dnsblog unix - - n - 0 dnsblog
tlsproxy unix - - n - 0 tlsproxy
"""


class Listed(Scenario):
    """A scenario that a real server decides after asking a list."""

    @property
    def port(self) -> int:
        """The port at which the receiver checks for this scenario."""
        return FIRST_PORT + self.number - ROWS[0].number

    def words(self) -> str:
        """The reply with the client's address in it."""
        return str(self.row["reply"]).replace("{ip}", SENDER_IP)


class Names(Relay):
    """The lists, and the resolver that the receivers ask."""

    name = "lists"
    packages = ("rbldnsd", "dnsmasq-base")

    def start(self) -> None:
        """Write the zones, then start both servers."""
        zones, ways = [], []
        for zone, entry in ZONES.items():
            ways.append(f"--server=/{zone}/{LISTS_IP if entry else DEAD_IP}")
            if entry:
                self.put(f"/zones/{zone}", f":{entry[0]}:{entry[1]}\n{SENDER_IP}\n")
                zones.append(f"{zone}:ip4set:{zone}")
        self.inside("rbldnsd", "-r", "/zones", "-b", f"{LISTS_IP}/53", *zones)
        self.inside(
            *("dnsmasq", "--no-resolv", "--no-hosts", "--user=root", f"--server={DNS_IP}", *ways),
            *(f"--listen-address={RESOLVER_IP}", "--bind-interfaces", "--cache-size=0", "--pid-file"),
        )


class Receiver(Relay):
    """What the receivers share."""

    plan: tuple[Listed, ...] = ()

    def settle(self, limit: str) -> None:  # noqa: ARG002
        """Give it the resolver that knows the lists."""
        self.put("/etc/resolv.conf", f"nameserver {RESOLVER_IP}\noptions timeout:1 attempts:1\n")


class ListedPostfix(Receiver, RelayPostfix):
    """Postfix: one port a scenario."""

    def settle(self, limit: str) -> None:
        """Write main.cf and master.cf."""
        super().settle(limit)
        self.put("/etc/postfix/main.cf", MAIN)
        rows = [MASTER]
        for one in self.plan:
            checks = [*one.row["check"], f"myhostname = mx.{one.domain}"]
            options = "".join(f"  -o {{ {check} }}\n" for check in checks)
            service = POSTSCREEN if "screen" in one.row else "{port} inet n - n - - smtpd\n{options}"
            rows.append(service.format(port=one.port, options=options))
        self.put("/etc/postfix/master.cf", "".join(rows))


class ListedExim(Receiver, RelayExim):
    """Exim: one port, and a condition for each domain."""

    def settle(self, limit: str) -> None:
        """Write the one file of configuration."""
        super().settle(limit)
        self.port = self.plan[0].port
        ports = " : ".join(str(one.port) for one in self.plan)
        rules = [DENY.format(domain=one.domain, check="\n    ".join(one.row["check"])) for one in self.plan]
        text = EXIM.format(host="mx.receiver.example", port=ports, limit="dns_retrans = 1s\ndns_retry = 1")
        self.put("/etc/exim4/exim4.conf", text.replace("everything:\n", "everything:\n" + "".join(rules)))


class ListedSendmail(Receiver, RelaySendmail):
    """Sendmail: one daemon a scenario."""

    def settle(self, limit: str) -> None:
        """Write one sendmail.cf for each scenario."""
        super().settle(limit)
        for one in self.plan:
            text = SOURCE.replace("@HOST@", f"mx.{one.domain}")
            text = text.replace("@RETURN@", "5d").replace("@WARN@", "1d").partition("MAILER(")[0]
            text += SENDMAIL.format(port=one.port, check=one.row["check"][0])
            self.put("/etc/mail/sendmail.mc", text)
            self.put(f"/etc/mail/{one.port}.cf", self.inside("m4", "/etc/mail/sendmail.mc").stdout)
        self.put("/etc/mail/aliases", "postmaster: root\n")
        self.inside("mkdir", "-p", self.spool, "/var/run/sendmail/mta")

    def start(self) -> None:
        """Start the daemons."""
        for one in self.plan:
            self.inside("sendmail", "-Am", f"-C/etc/mail/{one.port}.cf", "-bd")


RECEIVERS = {"postfix": ListedPostfix, "exim": ListedExim, "sendmail": ListedSendmail}


@contextlib.contextmanager
def serving(server: Relay) -> Iterator[None]:
    """Run one server in its root."""
    server.build()
    Mta.configure(server, "fail")
    server.settle("")
    with inhabited(server):
        server.start()
        yield


def listening(ports: list[int]) -> None:
    """Wait until something listens at each of these ports, but not for long."""
    for _ in range(PATIENCE):
        there = sh("ip", "netns", "exec", RECV, "ss", "-Hltn").stdout
        if all(f":{port} " in there for port in ports):
            return
        time.sleep(1)


@contextlib.contextmanager
def around(mta: Home, plan: list[Scenario], folder: Path) -> Iterator[None]:  # noqa: ARG001
    """Run the lists and the receivers; lead each scenario to its own port."""
    for address in (LISTS_IP, RESOLVER_IP, DEAD_IP):
        sh("ip", "-n", RECV, "address", "add", f"{address}/32", "dev", "lo")
    rules = [
        "table ip listed {",
        f"chain dead {{ type filter hook input priority 0; ip daddr {DEAD_IP} drop",
        "}",
    ]
    rules += ["chain there { type nat hook prerouting priority -100;"]
    rows = [one for one in plan if isinstance(one, Listed)]
    rules += [f"ip daddr {one.ip} tcp dport 25 redirect to :{one.port}" for one in rows]
    sh("ip", "netns", "exec", RECV, "nft", "-f", "-", input="\n".join([*rules, "}", "}"]))
    servers: list[Any] = [Names(mta.work)]
    for name, kind in RECEIVERS.items():
        server = kind(mta.work)
        server.plan = tuple(one for one in rows if one.row["by"] == name)
        servers += [server] if server.plan else []
    with contextlib.ExitStack() as stack:
        for server in servers:
            stack.enter_context(serving(server))
        listening([one.port for one in rows])
        yield
    mta.aside = "".join(logged(server.root) for server in servers)


ROWS = cases("listed.yaml", "listed", 900, Listed, {"reason": "ip_blocklisted"})
main = Part("listed", "refused after asking real block lists", [("all", ROWS)], around).main
