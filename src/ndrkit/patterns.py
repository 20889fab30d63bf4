"""Runs the expressions of the tables: with a time-out, and without ever raising.

The time-out is a last resort against expressions that nobody checked; ours end long before it, so
that the answer does not depend on how busy the machine is. All expressions together have one
:class:`Budget` for a mail.
"""

from __future__ import annotations

import contextlib
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import regex

SECONDS = 0.7


class Budget:
    """The time that the expressions may take for one mail; ``used_up`` when one was stopped.

    Only the search counts: an expression is compiled when first asked for, which no mail can make longer.
    """

    __slots__ = ("left", "used_up")

    def __init__(self, seconds: float) -> None:
        self.left = seconds
        self.used_up = False

    def spend(self, since: float) -> None:
        """Take off what went by; never down to zero, which would mean no limit."""
        self.left = max(self.left - time.monotonic() + since, 1e-6)


_BUDGET: ContextVar[Budget | None] = ContextVar("budget", default=None)


@contextlib.contextmanager
def budget(seconds: float = SECONDS) -> Iterator[Budget]:
    """Give one budget to all expressions that run inside (in this thread or task)."""
    mine = Budget(seconds)
    token = _BUDGET.set(mine)
    try:
        yield mine
    finally:
        _BUDGET.reset(token)


def search(pattern: regex.Pattern[str], text: str) -> regex.Match[str] | None:
    """Find the first match anywhere in ``text``; None when it takes too long."""
    return _timed(pattern.search, text)


def match(pattern: regex.Pattern[str], text: str) -> regex.Match[str] | None:
    """Match at the beginning of ``text``; None when it takes too long."""
    return _timed(pattern.match, text)


def _timed(find: Callable[..., regex.Match[str] | None], text: str) -> regex.Match[str] | None:
    mine = _BUDGET.get() or Budget(SECONDS)
    start = time.monotonic()
    try:
        return find(text, timeout=mine.left)
    except TimeoutError:
        mine.used_up = True
        return None
    finally:
        mine.spend(start)


def every(pattern: regex.Pattern[str], text: str, most: int) -> list[regex.Match[str]]:
    """Find at most ``most`` matches in ``text``: those found before it took too long."""
    mine = _BUDGET.get() or Budget(SECONDS)
    found: list[regex.Match[str]] = []
    start = time.monotonic()
    try:
        for one in pattern.finditer(text, timeout=mine.left):
            found.append(one)
            if len(found) >= most:
                break
    except TimeoutError:
        mine.used_up = True
    finally:
        mine.spend(start)
    return found
