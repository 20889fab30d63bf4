"""How everything here is timed: the best of some rounds, in one process, over mails in memory."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parents[1]
ROUNDS = 5


def best(
    work: Callable[[bytes], object],
    mails: Sequence[bytes],
    rounds: int = ROUNDS,
    before: Callable[[], object] = lambda: None,
) -> float:
    """Give the seconds that the fastest of some rounds over ``mails`` takes; ``before`` begins each."""
    times = []
    for _ in range(rounds):
        before()
        start = time.perf_counter()
        for mail in mails:
            work(mail)
        times.append(time.perf_counter() - start)
    return min(times)


def in_turns(works: Sequence[Callable[[], float]]) -> list[float]:
    """Give the least seconds of each of several timings that take turns: the machine is the same to all."""
    rounds = [[work() for work in works] for _ in range(ROUNDS)]
    return [min(times) for times in zip(*rounds, strict=True)]


def corpus() -> list[Path]:
    """Give the mails of our corpus but for the hostile ones, which some of the peers do not survive."""
    return sorted(path for path in (ROOT / "corpus").glob("*/*.eml") if path.parent.name != "hostile")


def table(*columns: str) -> str:
    """Give the head of a Markdown table; the first column is text, the others numbers."""
    marks = "|".join(["---", *["---:"] * (len(columns) - 1)])
    return f"| {' | '.join(columns)} |\n|{marks}|"
