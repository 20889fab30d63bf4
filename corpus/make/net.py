"""The closed network: one namespace that sends, one that receives and answers names."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plan import DNS_IP, GATE_IP, SENDER_HOST, SENDER_IP, STORE_IP, UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan import Scenario

HERE = Path(__file__).parent
SPACE = str(os.getpid())
SEND, RECV = f"ndr-send-{SPACE}", f"ndr-recv-{SPACE}"


def sh(*command: str, check: bool = True, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run a command and give its output."""
    return subprocess.run(command, check=check, text=True, capture_output=True, **more)


def sending(*command: str, check: bool = True, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run a command in the sending namespace."""
    return sh("ip", "netns", "exec", SEND, *command, check=check, **more)


def make_links() -> None:
    """Join the two namespaces by a cable; nothing else is connected."""
    tear_down()
    for space in (SEND, RECV):
        sh("ip", "netns", "add", space)
        sh("ip", "-n", space, "link", "set", "lo", "up")
    sh("ip", "-n", SEND, "link", "add", "eth0", "type", "veth", "peer", "eth0", "netns", RECV)
    for space, address, six in ((SEND, SENDER_IP, "7"), (RECV, GATE_IP, "1")):
        sh("ip", "-n", space, "address", "add", f"{address}/24", "dev", "eth0")
        sh("ip", "-n", space, "address", "add", f"2001:db8::{six}/64", "dev", "eth0", "nodad")
        sh("ip", "-n", space, "link", "set", "eth0", "up")
    sh("ip", "-n", SEND, "route", "add", "default", "via", GATE_IP)
    sh("ip", "-n", RECV, "address", "add", f"{DNS_IP}/32", "dev", "lo")
    for block in ("198.51.100.0/24", "203.0.113.0/24"):
        sh("ip", "-n", RECV, "address", "add", block, "dev", "lo")
    sh("ip", "-n", SEND, "route", "add", "unreachable", f"{UNREACHABLE}/32")


def tear_down() -> None:
    """Take both namespaces away, if they are there."""
    for space in (SEND, RECV):
        pids = sh("ip", "netns", "pids", space, check=False).stdout.split()
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), 9)
        sh("ip", "netns", "del", space, check=False)


def firewall(plan: list[Scenario]) -> None:
    """Drop or refuse port 25 of the receivers that are so planned."""
    rules = ["table ip corpus {", "chain in { type filter hook input priority 0;"]
    for one in plan:
        kind = one.row.get("net")
        if kind == "dropped":
            rules.append(f"ip daddr {one.ip} tcp dport 25 drop")
        if kind == "refused":
            rules.append(f"ip daddr {one.ip} tcp dport 25 reject with tcp reset")
    rules += ["}", "}"]
    sh("ip", "netns", "exec", RECV, "nft", "-f", "-", input="\n".join(rules))


def base_records() -> dict[str, dict[str, list[str]]]:
    """Give the names of the sending side."""
    reverse = ".".join(reversed(SENDER_IP.split("."))) + ".in-addr.arpa"
    return {
        "example.org": {"MX": ["10 store.example.org"], "TXT": ["v=spf1 mx -all"]},
        "store.example.org": {"A": [STORE_IP]},
        SENDER_HOST: {"A": [SENDER_IP]},
        reverse: {"PTR": [SENDER_HOST]},
    }


@contextlib.contextmanager
def name_server(table: Path, address: str, program: str = "dns.py") -> Iterator[None]:
    """Run one more name server on the receiving side, at an address of its own."""
    sh("ip", "-n", RECV, "address", "add", f"{address}/32", "dev", "lo")
    call = ["ip", "netns", "exec", RECV, sys.executable, str(HERE / program), str(table), address]
    server = subprocess.Popen(call)
    try:
        yield
    finally:
        server.kill()
        server.wait()


@contextlib.contextmanager
def network(plan: list[Scenario], work: Path, extra: dict[str, Any] | None = None) -> Iterator[Path]:
    """Put the network up with its name server and receiver; give the folder of kept mails."""
    make_links()
    keep = work / f"net-{SPACE}" / "kept"
    keep.mkdir(parents=True, exist_ok=True)
    for old in keep.iterdir():
        old.unlink()
    hosts = {one.ip: one.host() for one in plan}
    hosts[STORE_IP] = {"name": "store.example.org", "keep": True}
    table = base_records()
    for one in plan:
        table.update(one.records())
    table.update(extra or {})
    work = keep.parent
    (work / "hosts.json").write_text(json.dumps(hosts))
    (work / "names.json").write_text(json.dumps(table))
    firewall(plan)
    inside = ["ip", "netns", "exec", RECV, sys.executable]
    servers = [
        subprocess.Popen([*inside, HERE / "dns.py", work / "names.json", DNS_IP]),
        subprocess.Popen([*inside, HERE / "receiver.py", work / "hosts.json", keep]),
    ]
    time.sleep(0.7)
    try:
        yield keep
    finally:
        for server in servers:
            server.kill()
            server.wait()
        tear_down()
