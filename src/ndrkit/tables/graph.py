"""Regular expressions as graphs of their characters, to see what makes them slow (``loops.py``).

Glushkov's construction: each character of the expression is a place, an edge leads to what may follow it.
An edge counts in how many ways it can be gone (one, or more), since ``(a*)*`` reads the same as ``a*`` but
in many more ways. What the graph leaves out (``\\b``, what a lookahead forbids) can only add ways.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass, field
from itertools import product
from typing import Any, NamedTuple

SMALLEST = 10  # a repeat of fewer turns is no loop
_SAMPLES = "a1 x-.:;,@=<>()[]\"'/_#éß中あ가я："
_NOT_FOLDED = "\n\tAXZÉ"
_MOST = 2**31
_NAME = re.compile(r"\(\?P<\w+>")  # `regex` lets two groups have one name

_parser: Any = importlib.import_module("re._parser")
Ways = dict[int, int]


class Loop(NamedTuple):
    """A repeat: the most turns that it takes, and the places inside it."""

    most: int
    inside: range


@dataclass
class Graph:
    """The places of an expression: what each may be (bits of ``alphabet``) and what may follow it.

    Place 0 stands before the expression; where it is searched for, it may be any character, again and
    again. ``ends`` are the places at which a match ends, ``never`` the literals that no text can have.
    """

    alphabet: str
    ends: frozenset[int] = frozenset()
    labels: list[int] = field(default_factory=list)
    edges: list[Ways] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    never: list[str] = field(default_factory=list)


class _Piece(NamedTuple):
    """A part of an expression: where it may begin and end, and in how many ways it may be empty."""

    first: Ways
    last: Ways
    empty: int


_NOTHING = _Piece({}, {}, 1)


def parse(pattern: str, flags: int = 0) -> Any:
    """Parse an expression with Python's own parser; raises ``re.error`` for what it does not understand."""
    return _parser.parse(_NAME.sub("(", pattern), flags)


def graph(pattern: str, flags: int = 0, folded: bool = False, searched: bool = True) -> Graph:
    """Build the graph of ``pattern``; raises as :func:`parse` does.

    ``folded`` leaves out the characters that a folded text never has, such as capitals; ``searched``
    tells whether a match may begin anywhere.
    """
    parsed = parse(pattern, flags)
    extra = {char for code in _codes(parsed) for char in (chr(code), chr(code).swapcase()) if len(char) == 1}
    wide = dict.fromkeys(_SAMPLES + _NOT_FOLDED + "".join(sorted(extra)))
    alphabet = "".join(char for char in wide if not folded or not (char.isupper() or char in "\n\t"))
    out = Graph(alphabet)
    builder = _Builder(out, parsed.state.flags)
    begin = builder.place((1 << len(alphabet)) - 1 if searched else 0)
    whole = builder.sequence(parsed)
    builder.join(begin.last, whole.first)
    if searched:
        builder.join(begin.last, begin.first)
        out.loops.append(Loop(_MOST, range(1)))
    out.loops.sort(key=lambda loop: (loop.inside.start, loop.inside.stop))
    out.ends = frozenset(whole.last)
    return out


def _codes(node: Any) -> set[int]:
    """Give the characters that are named in a parsed expression, at the ends of ranges too."""
    if isinstance(node, tuple) and len(node) == 2:
        name, value = str(node[0]), node[1]
        if name in ("LITERAL", "NOT_LITERAL"):
            return {value}
        if name == "RANGE":
            return {value[0], value[1], (value[0] + value[1]) // 2}
    if isinstance(node, list | tuple | _parser.SubPattern):
        return {code for one in node for code in _codes(one)}
    return set()


class _Builder:
    def __init__(self, out: Graph, flags: int) -> None:
        self.out = out
        self.flags = flags
        self.places = {char: i for i, char in enumerate(out.alphabet)}

    def place(self, label: int) -> _Piece:
        at = len(self.out.labels)
        self.out.labels.append(label)
        self.out.edges.append({})
        return _Piece({at: 1}, {at: 1}, 0)

    def join(self, last: Ways, first: Ways) -> None:
        for (one, ways), (other, more) in product(last.items(), first.items()):
            edges = self.out.edges[one]
            edges[other] = min(2, edges.get(other, 0) + ways * more)

    def sequence(self, nodes: Any) -> _Piece:
        whole = _NOTHING
        for name, value in nodes:
            piece = self.node(str(name), value)
            self.join(whole.last, piece.first)
            whole = _Piece(
                _sum(whole.first, piece.first, whole.empty),
                _sum(piece.last, whole.last, piece.empty),
                min(2, whole.empty * piece.empty),
            )
        return whole

    def node(self, name: str, value: Any) -> _Piece:
        if name in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
            return self.place(self.label(name, value))
        if name == "SUBPATTERN":
            before, self.flags = self.flags, (self.flags | value[1]) & ~value[2]
            piece = self.sequence(value[3])
            self.flags = before
            return piece
        if name in ("BRANCH", "GROUPREF_EXISTS"):
            ways = value[1] if name == "BRANCH" else value[1:]
            return _any([self.sequence(one or ()) for one in ways])
        if name.endswith("_REPEAT"):
            return self.repeat(*value)
        if name == "ATOMIC_GROUP":
            return self.sequence(value)
        if name in ("ASSERT", "ASSERT_NOT") and value[0] > 0:
            return _Piece(self.sequence(value[1]).first, {}, 1)
        if name == "AT" and str(value) == "AT_BEGINNING":
            return self.place(self.mask("\n") if self.flags & re.MULTILINE else 0)
        return _NOTHING

    def repeat(self, least: int, most: int, nodes: Any) -> _Piece:
        if not most:
            return _NOTHING
        begin = len(self.out.labels)
        piece = self.sequence(nodes)
        if most >= SMALLEST:
            self.join(piece.last, piece.first)
            self.out.loops.append(Loop(int(most), range(begin, len(self.out.labels))))
        return _Piece(piece.first, piece.last, min(2, piece.empty + (least == 0)))

    def label(self, name: str, value: Any) -> int:
        if name == "ANY":
            mask = self.mask("" if self.flags & re.DOTALL else "\n", without=True)
        elif name == "IN":
            mask = 0
            for one, given in value:
                mask |= self.set_item(str(one), given)
            mask = ~mask & self.mask("", without=True) if str(value[0][0]) == "NEGATE" else mask
        else:
            mask = self.mask(self.cases(chr(value)), without=name == "NOT_LITERAL")
            if not mask:
                self.out.never.append(chr(value))
        return mask

    def set_item(self, name: str, given: Any) -> int:
        if name == "LITERAL":
            return self.mask(self.cases(chr(given)))
        if name == "RANGE":
            low, high = given
            return self.mask(
                "".join(
                    char
                    for char in self.out.alphabet
                    if any(low <= ord(one) <= high for one in self.cases(char) if len(one) == 1)
                )
            )
        if name == "CATEGORY":
            kind = str(given).removeprefix("CATEGORY_")
            test = {"DIGIT": str.isdecimal, "SPACE": str.isspace, "WORD": _in_word}[kind.removeprefix("NOT_")]
            found = "".join(filter(test, self.out.alphabet))
            return self.mask(found, without=kind.startswith("NOT_"))
        return 0

    def cases(self, char: str) -> str:
        return char + char.lower() + char.upper() if self.flags & re.IGNORECASE else char

    def mask(self, chars: str, without: bool = False) -> int:
        mask = 0
        for char in chars:
            mask |= 1 << self.places[char] if char in self.places else 0
        return ~mask & (1 << len(self.out.alphabet)) - 1 if without else mask


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _sum(one: Ways, other: Ways, times: int) -> Ways:
    out = dict(one)
    if times:
        for at, ways in other.items():
            out[at] = min(2, out.get(at, 0) + ways * times)
    return out


def _any(pieces: list[_Piece]) -> _Piece:
    first: Ways = {}
    last: Ways = {}
    for piece in pieces:
        first, last = _sum(first, piece.first, 1), _sum(last, piece.last, 1)
    return _Piece(first, last, min(2, sum(piece.empty for piece in pieces)))
