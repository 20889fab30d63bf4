"""A real Postfix that receives: one address for each set of checks."""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtas import HERE, RESOLV, Mta
from net import RECV, sh
from plan import DNS_IP, SENDER_IP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan import Scenario

CHECK_DNS = "192.0.2.54"
MAIN = """compatibility_level = 3.6
myhostname = mx.receiver.example
mydestination =
inet_protocols = ipv4
inet_interfaces = 127.0.0.1
mynetworks = 127.0.0.0/8
maillog_file = /var/log/postfix.log
smtpd_recipient_restrictions = permit
smtpd_relay_restrictions = permit
smtpd_peername_lookup = yes
smtpd_client_connection_count_limit = 0
"""
FILES = {
    "charset": "/^Subject:.*=\\?(gb2312|gbk|big5)\\?/ REJECT Chinese encoding not accepted by this server\n",
    "mime": "/charset=.?big5/ REJECT Character set big5 is not accepted here\n",
    "country": f"{SENDER_IP}/24 REJECT Mail from your country is not accepted here\n",
}


def reversed_ip(zone: str) -> str:
    """Give the sender's address as a list is asked for it."""
    return ".".join(reversed(SENDER_IP.split("."))) + "." + zone


def records() -> dict[str, Any]:
    """Give what the receiver's name server knows: only the lists."""
    error = "Error: open resolver; https://www.spamhaus.org/returnc/pub/198.51.100.53"
    seen = f"Listed, see https://dnsbl.example/?{SENDER_IP}"
    return {
        reversed_ip("dnsbl.example"): {"A": ["127.0.0.2"], "TXT": [seen]},
        reversed_ip("open.dnsbl.example"): {"A": ["127.255.255.254"], "TXT": [error]},
        "example.org.domains.dnsbl.example": {"A": ["127.0.1.2"], "TXT": ["Domain listed"]},
    }


class Receiver(Mta):
    """Postfix, receiving; it never sends."""

    name = "postfix-receiver"
    packages = ("postfix",)

    def configure_checks(self, plan: list[Scenario]) -> None:
        """Write one smtpd service for each scenario, on the scenario's address."""
        self.put("/etc/resolv.conf", RESOLV.replace(DNS_IP, CHECK_DNS))
        self.put("/etc/hosts", "127.0.0.1 localhost\n")
        self.put("/etc/postfix/main.cf", MAIN)
        for name, text in FILES.items():
            self.put(f"/etc/postfix/{name}", text)
        kept = self.root / "etc/postfix/master.cf.dist"
        if not kept.exists():
            kept.write_text((self.root / "etc/postfix/master.cf").read_text())
        lines = [x for x in kept.read_text().splitlines() if not x.startswith("smtp      inet")]
        for one in plan:
            options = list(one.row["checks"])
            service = f"{one.ip}:25 inet n - n - - smtpd"
            if one.row.get("cleanup"):
                cleaner = f"clean{one.number}"
                lines.append(f"{cleaner} unix n - n - 0 cleanup")
                lines += [f"  -o {{ {option} }}" for option in options]
                options = [f"cleanup_service_name={cleaner}"]
            lines.append(service)
            lines += [f"  -o {{ {option} }}" for option in options]
        self.put("/etc/postfix/master.cf", "\n".join(lines) + "\n")
        self.at_receiver("postconf", "-F", "*/*/chroot=n")

    def at_receiver(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in this root, in the receiving namespace."""
        call = ("ip", "netns", "exec", RECV, "chroot", str(self.root), *command)
        return sh(*call, check=False)


@contextlib.contextmanager
def receiving(plan: list[Scenario], work: Path) -> Iterator[None]:
    """Run the receiver with the checks that the scenarios name."""
    one = Receiver(work)
    one.build()
    part = [each for each in plan if "checks" in each.row]
    with one.mounted():
        one.configure_checks(part)
        one.at_receiver("postfix", "start")
        yield
        one.at_receiver("postfix", "stop")


__all__ = ["CHECK_DNS", "HERE", "receiving", "records"]
