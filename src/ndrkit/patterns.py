"""Runs the expressions of the tables: with a time-out, and without ever raising.

The time-out is a last resort against expressions that nobody checked; ours end long before it, so
that the answer does not depend on how busy the machine is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

TIMEOUT = 1.0


def search(pattern: regex.Pattern[str], text: str) -> regex.Match[str] | None:
    """Find the first match anywhere in ``text``; None when it takes too long."""
    try:
        return pattern.search(text, timeout=TIMEOUT)
    except TimeoutError:
        return None


def match(pattern: regex.Pattern[str], text: str) -> regex.Match[str] | None:
    """Match at the beginning of ``text``; None when it takes too long."""
    try:
        return pattern.match(text, timeout=TIMEOUT)
    except TimeoutError:
        return None


def every(pattern: regex.Pattern[str], text: str, most: int) -> list[regex.Match[str]]:
    """Find at most ``most`` matches in ``text``: those found before it took too long."""
    found: list[regex.Match[str]] = []
    try:
        for one in pattern.finditer(text, timeout=TIMEOUT):
            found.append(one)
            if len(found) >= most:
                break
    except TimeoutError:
        pass
    return found
