"""The DragonFly mail agent: no daemon, one process a message."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from mtas import NO_NOTIFY, Mta
from plan import SENDER_HOST

if TYPE_CHECKING:
    from plan import Scenario

DAYS = 6 * 24 * 3600


class Dma(Mta):
    """The DragonFly mail agent."""

    name = "dma"
    title = "dma 0.13 on Debian 12"
    format = delay_format = "dragonfly"
    packages = ("dma",)
    wait = 40.0
    skip = ("filter-down", "filter-transport", *NO_NOTIFY)
    variants = ("fail",)

    def configure(self, variant: str) -> None:
        """Write dma.conf."""
        super().configure(variant)
        self.put("/etc/dma/dma.conf", f"MAILNAME {SENDER_HOST}\n")
        self.put("/etc/aliases", "")
        self.clean("/var/spool/dma")
        self.aged = False

    def run(self, plan: list[Scenario], variant: str) -> None:
        """Note when the run began."""
        self.began = time.monotonic()
        super().run(plan, variant)

    def poke(self) -> None:
        """After a while, make what is still queued six days old, and try it the last time."""
        if self.aged or time.monotonic() - self.began < 25:
            return
        self.end_processes()
        old = time.time() - DAYS
        for path in (self.root / "var/spool/dma").iterdir():
            if path.is_file():
                os.utime(path, (old, old))
        self.inside("sh", "-c", "dma -q >/dev/null 2>&1 &")
        self.aged = True
