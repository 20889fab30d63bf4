"""One Aho–Corasick automaton over many literals, each with its owners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick

if TYPE_CHECKING:
    from collections.abc import Iterable


SURE_LENGTH = 16
FIRST_IDEOGRAPH = "\u2e80"  # from here on scripts that put no blanks between words: 列入RBL黑名单


class Automaton:
    """Finds all literals in a text in one pass, linear in its length.

    A literal begins where a word begins: ``dul.ru`` is not found in ``modul.ru``; Chinese, Japanese and
    Korean words begin anywhere. It may end inside a word (``reject`` finds ``rejected``), and one of
    :data:`SURE_LENGTH` characters may begin inside one, since some servers join lines without a blank.
    ``whole_words=False`` lifts the rule.
    """

    __slots__ = ("_owners", "_search", "_whole")

    def __init__(self, pairs: Iterable[tuple[str, int]], whole_words: bool = True) -> None:
        self._whole = whole_words
        owners: dict[str, list[int]] = {}
        for literal, owner in pairs:
            owners.setdefault(literal.strip(), []).append(owner)
        self._owners = list(owners.values())
        self._search = AhoCorasick(owners) if owners else None

    def find(self, text: str) -> list[tuple[list[int], int, int]]:
        """Give every literal that stands in ``text``, overlapping ones too: its owners, begin and end."""
        if self._search is None:
            return []
        owners = self._owners
        found = self._search.find_matches_as_indexes(text, overlapping=True)
        if not self._whole:
            return [(owners[index], start, end) for index, start, end in found]
        return [
            (owners[index], start, end)
            for index, start, end in found
            if not start or text[start - 1] == " " or begins_word(text, start, end)
        ]

    def owners(self, text: str) -> set[int]:
        """Give the owners of all literals that stand in ``text``."""
        return {owner for owners, _, _ in self.find(text) for owner in owners}

    def longest(self, text: str) -> dict[int, tuple[int, int]]:
        """Give for each owner where the longest of its literals stands in ``text``."""
        found: dict[int, tuple[int, int]] = {}
        for owners, start, end in self.find(text):
            for owner in owners:
                known = found.get(owner)
                if known is None or end - start > known[1] - known[0]:
                    found[owner] = (start, end)
        return found


def begins_word(text: str, start: int, end: int) -> bool:
    """Tell whether the literal that was found there may begin there (:class:`Automaton`)."""
    if not start or end - start >= SURE_LENGTH:
        return True
    before, first = text[start - 1], text[start]
    return not (before.isascii() and before.isalnum() and first.isalnum() and first < FIRST_IDEOGRAPH)


def place_of(literal: str, text: str) -> int:
    """Give where a single literal first stands in ``text``, begun where a word may begin; -1 for nowhere."""
    start = text.find(literal)
    while start >= 0 and not begins_word(text, start, start + len(literal)):
        start = text.find(literal, start + 1)
    return start
