"""Which words must stand in a text for an expression to match it, read off the expression.

To look for a few words is much quicker than to try an expression, and most expressions match nothing. So
an expression is tried only on a text in which they stand. Nobody writes them down: they follow from it.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from ndrkit.folding import lower
from ndrkit.tables.formats import expand
from ndrkit.tables.graph import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ndrkit.tables.folder import Documents

CLAUSES = 5  # sets of words, at most
MOST_WORDS = 256  # words of a set
WAYS = 24  # ways to spell a piece that are followed one by one
SHORTEST = 2  # characters of a word

Words = frozenset[str]
Clauses = tuple[tuple[str, ...], ...]
_EMPTY: Words = frozenset(("",))


class _Piece(NamedTuple):
    """A part of an expression: all that it can be, when that is little, and what must stand with it."""

    exact: Words | None
    clauses: tuple[Words, ...] = ()

    def every(self) -> tuple[Words, ...]:
        """Give the clauses, with one that says what the piece itself can be."""
        return (*self.clauses, self.exact) if self.exact is not None and _says(self.exact) else self.clauses


_ANYTHING = _Piece(None)
_NOTHING = _Piece(_EMPTY)


def needed(source: str) -> Clauses:
    """Give sets of words in lower case: of each, one stands in any text that the expression matches.

    ``source`` may hold the macros of formats. The best :data:`CLAUSES` sets come, the longest words
    first; none where nothing can be said. A text has to be in lower case to be compared with them.
    """
    try:
        nodes = parse(expand(source))
    except (re.error, RecursionError):  # written in a way that only `regex` knows
        return ()
    found = {_shortest(clause) for clause in _sequence(nodes).every()}
    best = sorted(found, key=lambda words: (-min(map(len, words)), len(words), sorted(words)))
    return tuple(tuple(sorted(words)) for words in best[:CLAUSES])


def needed_in(documents: Documents) -> dict[str, Clauses]:
    """Give what each expression of the tables needs, by its text."""
    return {source: needed(source) for source in sorted(set(_expressions(documents)))}


def _expressions(documents: Documents) -> Iterator[str]:
    for kind in ("reasons", "providers"):
        for data in documents[kind].values():
            yield from (rule["regex"] for rule in data.get("rules", ()) if "regex" in rule)
    for row in documents["formats"].values():
        for key in ("recipient", "fields", "shared", "said", "log"):
            yield from row.get(key, ())


def _says(words: Words) -> bool:
    return len(words) <= MOST_WORDS and min(map(len, words)) >= SHORTEST


def _shortest(words: Words) -> Words:
    """Leave out each word that holds another one: where it stands, the other does."""
    return frozenset(word for word in words if not any(one in word for one in words if one != word))


def _sequence(nodes: Iterable[Any]) -> _Piece:
    """Read pieces that follow one another: what can be spelled out is, as far as it goes."""
    run: Words = _EMPTY
    clauses: list[Words] = []
    whole = True
    for name, value in nodes:
        piece = _node(str(name), value)
        clauses += piece.clauses
        if piece.exact is not None and len(run) * len(piece.exact) <= WAYS:
            run = frozenset(left + right for left, right in product(run, piece.exact))
            continue
        whole = False
        clauses += _Piece(run).every()
        run = piece.exact if piece.exact is not None else _EMPTY
    return _Piece(run, tuple(clauses)) if whole else _Piece(None, (*clauses, *_Piece(run).every()))


def _node(name: str, value: Any) -> _Piece:
    if name == "LITERAL":
        return _Piece(frozenset((lower(chr(value)),)))
    if name == "IN":
        return _Piece(_characters(value))
    if name in ("SUBPATTERN", "ATOMIC_GROUP"):
        return _sequence(value[3] if name == "SUBPATTERN" else value)
    if name == "BRANCH":
        return _branch([_sequence(one) for one in value[1]])
    if name.endswith("_REPEAT"):
        return _repeat(*value)
    if name == "ASSERT":
        return _Piece(_EMPTY, _sequence(value[1]).every())
    return _NOTHING if name in ("AT", "ASSERT_NOT") else _ANYTHING


def _characters(items: Any) -> Words | None:
    """Give the characters of a short set, None for any other."""
    chars: set[str] = set()
    for name, value in items:
        if str(name) == "LITERAL":
            chars.add(lower(chr(value)))
        elif str(name) == "RANGE" and value[1] - value[0] < WAYS:
            chars.update(lower(chr(code)) for code in range(value[0], value[1] + 1))
        else:
            return None
    return frozenset(chars) if len(chars) <= WAYS else None


def _branch(pieces: list[_Piece]) -> _Piece:
    exact = None
    if all(piece.exact is not None for piece in pieces):
        exact = frozenset(word for piece in pieces for word in piece.exact or ())
        if len(exact) <= WAYS:
            return _Piece(exact)
    best = [max(piece.every(), key=lambda words: min(map(len, words)), default=None) for piece in pieces]
    either = frozenset(word for words in best for word in words or ())
    return _Piece(None, (either,) if None not in best and _says(_shortest(either)) else ())


def _repeat(least: int, most: int, nodes: Any) -> _Piece:
    piece = _sequence(nodes)
    if not least:
        optional = most == 1 and piece.exact is not None
        return _Piece(_EMPTY | (piece.exact or _EMPTY)) if optional else _ANYTHING
    if least == most == 1:
        return piece
    return _Piece(None, piece.every())
