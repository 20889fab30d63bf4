"""A mail shield between the sending server and the world, as desktop antivirus puts one there."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from net import HERE, SEND, sh
from part import Part, cases
from plan import STORE_IP, Scenario
from shield_proxy import PORT, USER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from home import Home

WAY = ("at", "does", "reply", "banner", "both", "mask")


class Shielded(Scenario):
    """A scenario in which the receiver is sound, or at least says what receivers say."""

    def host(self) -> dict[str, Any]:
        """What the receiver does: nothing but good, unless it has a stage of its own."""
        host = super().host()
        return host if "stage" in self.row else {"name": host["name"], "rcpts": {}, **self.features()}

    def features(self) -> dict[str, Any]:
        """The keywords that the receiver gives."""
        return {"features": self.row["features"]} if "features" in self.row else {}

    def way(self) -> dict[str, Any]:
        """What the shield does with connections to this receiver."""
        return {key: self.words(self.row[key]) for key in WAY if key in self.row}

    def words(self, value: Any) -> Any:
        """Fill the receiver's address into what the shield says."""
        return value.replace("{mx}", self.ip) if isinstance(value, str) else value


@contextlib.contextmanager
def around(mta: Home, plan: list[Scenario], folder: Path) -> Iterator[None]:  # noqa: ARG001
    """Put the shield up on the sending machine, and lead port 25 into it."""
    ways = folder / "ways.json"
    ways.write_text(json.dumps({one.ip: one.way() for one in plan if isinstance(one, Shielded)}))
    rules = ["table ip shield {", "chain out { type nat hook output priority -100;"]
    rules += [f"meta skuid != {USER} ip daddr != {STORE_IP} tcp dport 25 redirect to :{PORT}", "}", "}"]
    sh("ip", "netns", "exec", SEND, "nft", "-f", "-", input="\n".join(rules))
    call = ["ip", "netns", "exec", SEND, sys.executable, str(HERE / "shield_proxy.py"), str(ways)]
    shield = subprocess.Popen(call)
    time.sleep(0.7)
    try:
        yield
    finally:
        shield.kill()
        shield.wait()


ROWS = cases("shield.yaml", "shield", 860, Shielded, {"reason": "antivirus_interference"})
main = Part("shield", "a mail shield in the line", [("all", ROWS)], around).main
