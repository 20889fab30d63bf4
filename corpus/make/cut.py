"""The sending server cut off: no resolver, port 53 or port 25 filtered, as firewalls do it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from mtas import RESOLV
from net import RECV, SEND, name_server, sh
from part import Part, cases
from plan import STORE_IP, Scenario, plan_recipients

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from home import Home

SHORT_IP = "192.0.2.55"
PLACES = {"out": (SEND, "output"), "in": (SEND, "input"), "gate": (RECV, "input")}


class Cut(Scenario):
    """A scenario in which no receiver says anything."""

    def records(self) -> dict[str, dict[str, list[str]]]:
        """Add an address of the sixth version where there is one."""
        table = super().records()
        if "six" in self.row:
            table[f"mx.{self.domain}"]["AAAA"] = [self.row["six"]]
        return table


def filters(plan: list[Scenario]) -> None:
    """Put the firewall's rules and routes in place; nobody waits long, and every packet is answered."""
    sh("ip", "netns", "exec", SEND, "sysctl", "-w", "net.ipv4.tcp_syn_retries=1")
    for space in (SEND, RECV):
        sh("ip", "netns", "exec", space, "sysctl", "-w", "net.ipv4.icmp_ratelimit=0")
    for key, (space, hook) in PLACES.items():
        rules = [f"table inet cut_{key} {{", f"chain c {{ type filter hook {hook} priority 0;"]
        rules += [f"ip daddr {STORE_IP} accept", f"ip saddr {STORE_IP} accept"]
        rules += [rule.replace("{ip}", one.ip) for one in plan for rule in one.row.get(key, ())]
        sh("ip", "netns", "exec", space, "nft", "-f", "-", input="\n".join([*rules, "}", "}"]))
    for one in plan:
        if "route" in one.row:
            sh("ip", "-n", SEND, "route", "add", one.row["route"], f"{one.ip}/32")


@contextlib.contextmanager
def around(mta: Home, plan: list[Scenario], folder: Path) -> Iterator[None]:
    """Give the server its resolver, and put the firewall up."""
    row = plan[0].row
    mta.more = row.get("more", "")
    short = "server" in row
    mta.resolv = (
        f"nameserver {SHORT_IP}\n{RESOLV.partition(chr(10))[2]}" if short else row.get("resolv", RESOLV)
    )
    filters(plan)
    truncating = name_server(folder / "names.json", SHORT_IP, "dns_short.py")
    with truncating if short else contextlib.nullcontext():
        yield


def with_others(rows: list[Scenario]) -> list[Scenario]:
    """Give mails that wait behind another one the receiver of that one."""
    first = {one.id: one for one in rows}
    for one in rows:
        if "same" in one.row:
            one.domain, one.ip = first[one.row["same"]].domain, first[one.row["same"]].ip
            plan_recipients(one)
    return rows


ALONE = cases("cut.yaml", "resolver", 800, Cut, {"reason": "dns_lookup_failed", "also": ["firewall"]})
PORT25 = cases("cut.yaml", "port25", 820, Cut, {"reason": "connect_timeout"})
SUSPENDED = with_others(cases("cut.yaml", "suspended", 846, Cut, {"reason": "connect_timeout"}))
GROUPS = [*((one.id, [one]) for one in ALONE), ("port25", PORT25), ("suspended", SUSPENDED)]
main = Part("cut", "the sending server cut off", GROUPS, around).main
