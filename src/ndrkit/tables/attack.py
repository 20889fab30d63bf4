"""Tries on a regular expression what ``loops.py`` found: texts that feed several of its loops.

The verdict is no matter of seconds: an expression is slow when twice the text takes much more than twice
the time, and the whole some times what a search of known cost takes on the same machine. What is measured
is the time of this thread alone, so that a busy machine does not change the answer.
"""

from __future__ import annotations

import contextlib
import time
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import regex

from ndrkit.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ndrkit.tables.loops import Chain

DEAR, DEADLY = 2.5, 15  # how many times the known search, where it grows, and in any case
GROWTH = 3  # where time is linear, twice the text takes twice the time; where it is quadratic, four times
_KNOWN = regex.compile(r"a{0,60}(?=[bc])")


def slow(pattern: regex.Pattern[str], chain: Chain, length: int, searched: bool, folded: bool) -> str | None:
    """Give a text, cut short, on which ``pattern`` is slow; None when no text of the chain makes it so."""
    for make in _texts(chain):

        def cost(size: int, rounds: int, known: float, make: Callable[[int], str] = make) -> float:
            text = fold(make(size)) if folded else make(size)
            return min(_seconds(pattern, text, searched, 2 * DEADLY * known) for _ in range(rounds)) / known

        if cost(length, 1, _known(length)) > DEAR and _is_slow(cost, length, 2, _known(length)):
            afresh = _known.__wrapped__(length)  # the machine may have slowed down since
            if _is_slow(cost, length, 5, afresh):
                return make(60)
    return None


def _is_slow(cost: Callable[[int, int, float], float], length: int, rounds: int, known: float) -> bool:
    whole = cost(length, rounds, known)
    return whole > DEADLY or (whole > DEAR and whole > GROWTH * cost(length // 2, rounds, known))


@cache
def _known(length: int) -> float:
    """Give what some sixty steps at each character take here."""
    return min(_seconds(_KNOWN, "a" * length, searched=True, most=60) for _ in range(5))


def _texts(chain: Chain) -> Iterator[Callable[[int], str]]:
    """Give texts of any length: the words repeated, joined and ended in several ways."""
    for between, start, end in product(("", " "), (chain.opening, chain.ending), ("", "!")):
        yield lambda size, between=between, start=start, end=end: (  # type: ignore[misc]
            start + _pumped(chain.words, between, size - len(start)) + end
        )


def _pumped(words: tuple[str, ...], between: str, size: int) -> str:
    share = max(1, size // len(words))
    return "".join(((word + between) * (share // len(word + between) + 1))[:share] for word in words)


def _seconds(pattern: regex.Pattern[str], text: str, searched: bool, most: float) -> float:
    run = pattern.search if searched else pattern.match
    start = time.thread_time()
    with contextlib.suppress(TimeoutError):
        run(text, timeout=most)
    return time.thread_time() - start
