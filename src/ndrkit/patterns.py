"""Runs the expressions of the tables: where they can match, with a time-out, and without ever raising.

The time-out is a last resort against expressions that nobody checked; ours end long before it, so
that the answer does not depend on how busy the machine is. All expressions together have one
:class:`Budget` for a mail.
"""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextvars import Token

SECONDS = 0.7
LEAST = 1e-6


class Expression:
    """An expression of the tables: compiled when it is first tried.

    ``needs`` are sets of words in lower case; of each, one stands in any text that it matches
    (``tables/needed.py``). ``low``, in the functions below, is the text in lower case, to look for them.
    """

    __slots__ = ("_compiled", "_flags", "needs", "source")

    def __init__(self, source: str, flags: int = 0, needs: Sequence[Sequence[str]] = ()) -> None:
        self.source = source
        self.needs = needs
        self._flags = flags
        self._compiled: regex.Pattern[str] | None = None

    @property
    def compiled(self) -> regex.Pattern[str]:
        """The expression as ``regex`` runs it."""
        if self._compiled is None:
            self._compiled = regex.compile(self.source, self._flags)
        return self._compiled

    def can_match(self, low: str) -> bool:
        """Tell whether the words that it needs stand in a text."""
        for words in self.needs:
            for word in words:
                if word in low:
                    break
            else:
                return False
        return True


class Budget:
    """The time that the expressions may take for one mail; ``used_up`` when one was stopped.

    It counts for all expressions that run inside its ``with`` (in this thread or task). Only the search
    counts: an expression is compiled when first asked for, which no mail can make longer.
    """

    __slots__ = ("_token", "left", "used_up")

    def __init__(self, seconds: float = SECONDS) -> None:
        self.left = seconds
        self.used_up = False

    def __enter__(self) -> Budget:
        """Begin to count."""
        self._token: Token[Budget | None] = _BUDGET.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        """Give back the budget that counted before."""
        _BUDGET.reset(self._token)

    def spend(self, since: float) -> None:
        """Take off what went by; never down to zero, which would mean no limit."""
        left = self.left - time.monotonic() + since
        self.left = left if left > LEAST else LEAST


_BUDGET: ContextVar[Budget | None] = ContextVar("budget", default=None)


def search(expression: Expression, text: str, low: str) -> regex.Match[str] | None:
    """Find the first match anywhere in ``text``; None when it takes too long."""
    return _timed(expression.compiled.search, text) if expression.can_match(low) else None


def match(expression: Expression, text: str, low: str) -> regex.Match[str] | None:
    """Match at the beginning of ``text``; None when it takes too long."""
    return _timed(expression.compiled.match, text) if expression.can_match(low) else None


def _timed(find: Callable[..., regex.Match[str] | None], text: str) -> regex.Match[str] | None:
    mine = _BUDGET.get() or Budget()
    start = time.monotonic()
    try:
        return find(text, timeout=mine.left)
    except TimeoutError:
        mine.used_up = True
        return None
    finally:
        mine.spend(start)


def every(expression: Expression, text: str, low: str, most: int) -> list[regex.Match[str]]:
    """Find at most ``most`` matches in ``text``: those found before it took too long."""
    found: list[regex.Match[str]] = []
    if not expression.can_match(low):
        return found
    run = expression.compiled.finditer
    mine = _BUDGET.get() or Budget()
    start = time.monotonic()
    try:
        for one in run(text, timeout=mine.left):
            found.append(one)
            if len(found) >= most:
                break
    except TimeoutError:
        mine.used_up = True
    finally:
        mine.spend(start)
    return found
