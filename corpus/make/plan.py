"""Read the scenarios and give each its names and addresses in the closed network."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
FILES = ("scenarios_rcpt.yaml", "scenarios_stages.yaml", "scenarios_network.yaml", "scenarios_local.yaml")
SENDER_IP = "192.0.2.7"
SENDER_HOST = "mail.example.org"
DNS_IP = "192.0.2.53"
GATE_IP = "192.0.2.1"
STORE_IP = "203.0.113.250"
UNREACHABLE = "203.0.113.248"
FIRST = (
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "hazel",
    "inlet",
    "jade",
    "kestrel",
    "lotus",
    "maple",
    "north",
)
SECOND = (
    "works",
    "trade",
    "foods",
    "tools",
    "media",
    "lines",
    "parts",
    "labs",
    "paper",
    "optics",
    "motors",
    "textiles",
)
CAUSE = {
    "dns_lookup_failed": "dns",
    "dns_timeout": "firewall",
    "connect_timeout": "firewall",
    "antivirus_interference": "antivirus_scanning",
    "queue_congested": "queue_congestion",
    "local_file_error": "antivirus_misconfigured",
    "local_filter_failure": "antivirus_misconfigured",
    "helo_rejected": "server_identity",
    "reverse_dns_failed": "server_identity",
    "sender_domain_unresolvable": "server_identity",
    "ip_blocklisted": "blocklisted",
    "ip_reputation": "blocklisted",
    "dynamic_ip": "blocklisted",
    "domain_blocklisted": "blocklisted",
    "charset_rejected": "charset_or_geo",
    "geo_blocked": "charset_or_geo",
}


@dataclass
class Expected:
    """What a careful reader finds for one recipient."""

    recipient: str
    reason: str
    reply: str = ""

    @property
    def code(self) -> str | None:
        """The reply code the receiver gave, if it gave any."""
        return self.reply[:3] if self.reply else None

    @property
    def enhanced(self) -> str | None:
        """The enhanced status code in the receiver's reply, if there is one."""
        first = re.escape(self.reply[:1])
        found = re.search(rf"(?<![\d.]){first}\.\d{{1,3}}\.\d{{1,3}}(?![\d.]\d)", self.reply)
        return found[0] if found else None


@dataclass
class Scenario:
    """One thing that goes wrong, with its domain, its receiver and what is true of it."""

    id: str
    number: int
    row: dict[str, Any]
    domain: str = ""
    ip: str = ""
    expected: list[Expected] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    @property
    def sender(self) -> str:
        """The envelope sender, which tells the bounces apart."""
        return f"sales.{self.number:03}@example.org"

    @property
    def temporary(self) -> bool:
        """Whether the sending server would try again."""
        row = self.row
        if any(e.reply.startswith("4") for e in self.expected):
            return True
        trouble = row.get("dns") in ("servfail", "silent", "refused", "mx-servfail")
        return trouble or "net" in row or "via" in row or ("action" in row and "reply" not in row)

    def host(self) -> dict[str, Any]:
        """What the receiver at this address does."""
        keys = ("stage", "action", "reply", "features", "banner")
        host = {key: self.row[key] for key in keys if key in self.row}
        mx = f"mx.{self.domain}"
        if "mxname" in self.row:
            mx = self.records()[self.domain]["MX"][0].split()[1]
        host["name"] = mx
        rows = self.row.get("rcpts", {})
        host["rcpts"] = {name: v if v == "open" else v[1] for name, v in rows.items()}
        if "reply" in host:
            host.setdefault("stage", "rcpt")
        return host

    def records(self) -> dict[str, dict[str, list[str]]]:
        """The records of the name server for this domain."""
        mx, dns = f"mx.{self.domain}", self.row.get("dns", "")
        if "mxname" in self.row:
            mx = self.row["mxname"].replace(".", f"{self.number}.", 1)
        table = {self.domain: {"MX": [f"10 {mx}"]}, mx: {"A": [self.ip]}}
        if self.row.get("mx") == 2:
            table[self.domain]["MX"].append(f"20 mx2.{self.domain}")
            table[f"mx2.{self.domain}"] = {"A": [self.ip]}
        if dns in ("servfail", "silent", "refused", "nxdomain"):
            table = {f"*.{self.domain}": {"fail": [dns]}, self.domain: {"fail": [dns]}}
        elif dns == "mx-servfail":
            table[mx] = {"fail": ["servfail"]}
        elif dns == "dangling":
            table[mx] = {"fail": ["nxdomain"]}
        elif dns == "nullmx":
            table = {self.domain: {"MX": ["0 ."]}}
        elif dns == "nodata":
            table = {self.domain: {"TXT": ["v=spf1 -all"]}}
        elif dns == "self":
            table[self.domain] = {"MX": [f"10 {SENDER_HOST}"]}
        return table


def domain_name(key: str) -> str:
    """Give a scenario a neutral domain that says nothing about what goes wrong."""
    digest = hashlib.sha256(key.encode()).digest()
    first, second = FIRST[digest[0] % len(FIRST)], SECOND[digest[1] % len(SECOND)]
    return f"{first}-{second}{digest[2] % 90 + 10}.example"


def scenarios() -> list[Scenario]:
    """Read every scenario; addresses follow the order of the files."""
    rows = [r for f in FILES for r in yaml.safe_load((HERE / f).read_text(encoding="utf-8"))]
    result, domains = [], set()
    for number, row in enumerate(rows):
        one = Scenario(row["id"], number, row, domain_name(row["id"]))
        if one.domain in domains:
            one.domain = domain_name(row["id"] + "2")
        domains.add(one.domain)
        block = "198.51.100" if number < 230 else "203.0.113"
        one.ip = f"{block}.{10 + number % 230}"
        if row.get("net") == "unreachable":
            one.ip = UNREACHABLE
        plan_recipients(one)
        result.append(one)
    return result


def plan_recipients(one: Scenario) -> None:
    """Give a scenario its recipients and what is to be read of each."""
    row = one.row
    if "rcpts" not in row:
        address = f"{row.get('local', 'info')}@{one.domain}"
        one.recipients = [address]
        one.expected = [Expected(address, row["reason"], row.get("reply", ""))]
        return
    for local, told in row["rcpts"].items():
        address = f"{local}@{one.domain}"
        one.recipients.append(address)
        if told != "open":
            one.expected.append(Expected(address, told[0], told[1]))
