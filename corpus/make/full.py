"""The sending server's own relay has no room in its queue."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from logbook import logged
from net import RECV, sh
from part import Part, cases
from plan import Scenario
from relays import RELAYS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from home import Home


@contextlib.contextmanager
def around(mta: Home, plan: list[Scenario], folder: Path) -> Iterator[None]:  # noqa: ARG001
    """Run the relays that these situations need, each behind the address that it has in the plan."""
    rules = ["table ip relay {", "chain there { type nat hook prerouting priority -100;"]
    relays = []
    with contextlib.ExitStack() as stack:
        for one in plan:
            relay = next(kind(mta.work) for kind in RELAYS if kind.name == f"relay-{one.row['relay']}")
            relays.append(relay)
            relay.build()
            stack.enter_context(relay.serving(one.row["trouble"]))
            rules.append(f"ip daddr {one.ip} tcp dport 25 redirect to :{relay.port}")
        sh("ip", "netns", "exec", RECV, "nft", "-f", "-", input="\n".join([*rules, "}", "}"]))
        time.sleep(1)
        yield
    mta.aside = "".join(logged(relay.root) for relay in relays)


BY_ITSELF = {
    "mxname": "relay.example.org",
    "reason": "queue_congested",
    "unnamed": "receiver_unavailable",
    "skip": ["dma"],
}
ROWS = cases("full.yaml", "relays", 880, Scenario, BY_ITSELF)
GROUPS = [
    (trouble, [one for one in ROWS if one.row["trouble"] == trouble])
    for trouble in ("disk", "inodes", "limit")
]
main = Part("full", "its own relay without room", GROUPS, around).main
