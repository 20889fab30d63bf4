"""One Aho–Corasick automaton over many literals, each with its owners."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ahocorasick_rs import AhoCorasick

if TYPE_CHECKING:
    from collections.abc import Iterable


SURE_LENGTH = 16


class Hit(NamedTuple):
    """A literal found: its owner, and the characters ``start`` to ``end``."""

    owner: int
    start: int
    end: int


class Automaton:
    """Finds all literals in a text in one pass, linear in its length.

    A literal begins where a word begins: ``dul.ru`` is not found in ``modul.ru``. It may end inside
    a word (``reject`` finds ``rejected``), and one of :data:`SURE_LENGTH` characters may begin inside one,
    since some servers join lines without a blank. ``whole_words=False`` lifts the rule.
    """

    __slots__ = ("_literals", "_owners", "_search", "_whole")

    def __init__(self, pairs: Iterable[tuple[str, int]], whole_words: bool = True) -> None:
        self._whole = whole_words
        owners: dict[str, list[int]] = {}
        for literal, owner in pairs:
            owners.setdefault(literal.strip(), []).append(owner)
        self._literals = list(owners)
        self._owners = list(owners.values())
        self._search = AhoCorasick(self._literals) if owners else None

    def find(self, text: str) -> list[Hit]:
        """Give every hit, overlapping ones too."""
        if self._search is None:
            return []
        out = []
        for index, start, end in self._search.find_matches_as_indexes(text, overlapping=True):
            short = end - start < SURE_LENGTH
            if start and short and self._whole and _in_word(text[start - 1]) and text[start].isalnum():
                continue
            out += [Hit(owner, start, end) for owner in self._owners[index]]
        return out


def _in_word(char: str) -> bool:
    return char.isascii() and char.isalnum()
