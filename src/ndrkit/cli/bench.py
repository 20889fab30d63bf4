"""``ndrkit bench``: how fast ndrkit is on the user's own mail."""

from __future__ import annotations

import contextlib
import email
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
from rich.console import Console
from rich.table import Table

from ndrkit.cli.options import rules_option
from ndrkit.cli.terminal import progress
from ndrkit.engine import Explainer
from ndrkit.scan import items_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROUNDS = 3
SLOWEST = 3


class Timed(NamedTuple):
    """The best times of one mail, in seconds: ours, and the standard library's for parsing only."""

    explain: float
    parse: float
    source: str
    size: int


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@click.option("--most", default=5_000, show_default=True, help="Take this many mails, no more.")
@rules_option()
def bench(paths: tuple[Path, ...], most: int, rule_folders: tuple[Path, ...]) -> None:
    """Measure how fast your own mail is explained: PATH as for scan.

    \b
    Examples:
      ndrkit bench ~/Maildir
      ndrkit bench postmaster.mbox --most 500

    All mails are explained in three rounds, each beginning with nothing remembered of the one before. Of
    each mail the best time is taken, in turns with what Python's email package takes to parse it. Reading
    the files is not counted, and nothing is written.
    """
    found = items_of(paths)[:most]
    explainer = Explainer(rule_folders)
    mails = [(item.source, item.read()) for item in found]
    timed: dict[int, Timed] = {}
    for place in progress([*range(len(mails))] * ROUNDS):
        if not place:
            explainer.forget()
        source, mail = mails[place]
        mine = Timed(_seconds(explainer.explain, mail), _seconds(_parse, mail), source, len(mail))
        timed[place] = _better(timed.get(place, mine), mine)
    Console(file=sys.stdout, highlight=False).print(_table([*timed.values()]))


def _better(one: Timed, other: Timed) -> Timed:
    """Give the best times of two rounds."""
    return one._replace(explain=min(one.explain, other.explain), parse=min(one.parse, other.parse))


def _seconds(work: Callable[[bytes], object], mail: bytes) -> float:
    start = time.perf_counter()
    work(mail)
    return time.perf_counter() - start


def _parse(mail: bytes) -> None:
    with contextlib.suppress(RecursionError):  # on deeply nested mail
        email.message_from_bytes(mail)


def _table(timed: Sequence[Timed]) -> Table:
    ours, parse = sum(one.explain for one in timed), sum(one.parse for one in timed)
    each = sorted(one.explain for one in timed)
    table = Table(box=None, pad_edge=False, show_header=False)
    rows = (
        ("mails", f"{len(timed):,} of {statistics.mean(one.size for one in timed):,.0f} bytes on average"),
        ("explained", f"{len(timed) / ours:,.0f} a second"),
        ("to parse them only", f"{len(timed) / parse:,.0f} a second (Python's email package)"),
        ("rate, parsing = 1", f"{parse / ours:.2f}"),
        ("median", f"{statistics.median(each) * 1e6:,.0f} µs"),
        ("99 % below", f"{each[int(len(each) * 0.99)] * 1e6:,.0f} µs"),
    )
    for name, value in rows:
        table.add_row(name, value)
    table.add_row("slowest", "")
    for one in sorted(timed, reverse=True)[:SLOWEST]:
        table.add_row(f"  {one.explain * 1e6:,.0f} µs", f"{one.source} ({one.size:,} bytes)")
    return table
