"""What servers and people speak of, and what happens to it, by the words of many languages.

A rule with ``near`` names concepts instead of words: a word of each has to stand in one sentence.
So a language is read by one file, ``rules/words/<language>.yaml``, for all such rules at once.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ndrkit.tables.folder import Documents

MAX_GAP = 50  # characters at most between the words of two concepts
MAX_MENTIONS = 1_000
MAX_LANGUAGES = 3
MAX_KEPT = 64
SHARE = 0.5  # of the letters of English words: a language with fewer is an accident
ENGLISH = "en"
HEAD = 5
ENDING = 3  # characters that a stem may be shorter than another of the same word
# Words begin behind what is no letter; from Thai on, scripts put no blanks between them.
_BEGINNING = re.compile(r"(?:(?<!\w)|(?<=[_\u0e00-\uffff]))\w|[\u0e00-\uffff]|[./](?=\w)")
_END_OF_SENTENCE = re.compile(r"[。！？；]|[.!?;](?=\s)")

Mentions = dict[str, list["Place"]]


class Hit(NamedTuple):
    """A word of a concept: its owner, and the characters ``start`` to ``end``."""

    owner: int
    start: int
    end: int


class Place(NamedTuple):
    """Where a word stands: characters ``start`` to ``end``."""

    start: int
    end: int


class Concepts:
    """Finds the concepts that a folded text mentions, in the words of its language and in English ones."""

    def __init__(self, documents: Documents) -> None:
        tables = sorted(documents["words"].items())
        self._owners = [(language, name) for language, table in tables for name in table["concepts"]]
        words = (words for _, table in tables for words in table["concepts"].values())
        self._words = _Words((word, owner) for owner, several in enumerate(words) for word in several)
        self.find = lru_cache(maxsize=MAX_KEPT)(self._find)

    def _find(self, text: str) -> list[Mentions]:
        """Give where each concept is mentioned, in order: once for each language that the text may be in.

        Of a text with very many mentions only the first :data:`MAX_MENTIONS` count.
        """
        hits = sorted(
            islice(self._words.find(text), MAX_MENTIONS), key=lambda hit: (hit.start, -hit.end, hit.owner)
        )
        return [self._mentions(hits, (language, ENGLISH)) for language in self._languages(hits)]

    def _languages(self, hits: Iterable[Hit]) -> Iterator[str]:
        """Yield the languages whose words fill most of the text."""
        letters = Counter[str]()
        for hit in hits:
            letters[self._owners[hit.owner][0]] += hit.end - hit.start
        least = letters.pop(ENGLISH, 0) * SHARE
        foreign = [language for language, most in letters.most_common(MAX_LANGUAGES) if most > least]
        yield from foreign or (ENGLISH,)

    def _mentions(self, hits: Iterable[Hit], languages: tuple[str, ...]) -> Mentions:
        """Give the places by concept; a word inside a longer one is no mention (its stem is)."""
        found: Mentions = {}
        longest = Place(0, 0)
        for hit in hits:
            language, name = self._owners[hit.owner]
            place = Place(hit.start, hit.end)
            if language not in languages or _inside(place, longest):
                continue
            longest = max(longest, place, key=lambda one: one.end)
            found.setdefault(name, []).append(place)
        return found


class _Words:
    """Finds words by their first letters where a word of the text begins.

    An automaton over tens of thousands of words finds them faster, but takes too long to build.
    """

    def __init__(self, pairs: Iterable[tuple[str, int]]) -> None:
        self._by_head: dict[str, list[tuple[str, int]]] = {}
        for word, owner in pairs:
            self._by_head.setdefault(word[:HEAD], []).append((word, owner))

    def find(self, text: str) -> Iterator[Hit]:
        """Yield the words that stand in ``text``, by where they begin."""
        for begin in _BEGINNING.finditer(text):
            start = begin.start()
            for size in range(min(HEAD, len(text) - start), 1, -1):
                for word, owner in self._by_head.get(text[start : start + size], ()):
                    if text.startswith(word, start):
                        yield Hit(owner, start, start + len(word))


def _inside(place: Place, longest: Place) -> bool:
    stem = place.start == longest.start and longest.end - place.end <= ENDING
    return place.end <= longest.end and not stem


def together(
    found: Mapping[str, Sequence[Place]], wanted: Sequence[str], text: str
) -> tuple[Place, int] | None:
    """Give the narrowest place where all ``wanted`` concepts stand in one sentence.

    With it comes the length of their words, which do not overlap; no more than :data:`MAX_GAP` characters
    stand between two of them.
    """
    hits = sorted((place, i) for i, name in enumerate(wanted) for place in found[name])
    latest: dict[int, Place] = {}
    best: tuple[int, Place, int] | None = None
    for place, which in hits:
        latest[which] = place
        if len(latest) < len(wanted):
            continue
        words = sorted(latest.values())
        gaps = [right.start - left.end for left, right in pairwise(words)]
        if min(gaps, default=0) < 0 or max(gaps, default=0) > MAX_GAP or (best and sum(gaps) >= best[0]):
            continue
        whole = Place(words[0].start, words[-1].end)
        if not _END_OF_SENTENCE.search(text, whole.start, whole.end):
            best = sum(gaps), whole, sum(word.end - word.start for word in words)
    return best[1:] if best else None
