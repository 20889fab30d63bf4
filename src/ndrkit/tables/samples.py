"""The shortest texts that a regular expression matches, one for each way through its alternatives."""

from __future__ import annotations

from itertools import product
from typing import Any

from ndrkit.tables.graph import parse

MOST = 2_000


class TooManyError(Exception):
    """There are more ways through an expression than anybody wants to look at."""


def samples(pattern: str) -> list[str]:
    """Give the shortest texts for ``pattern``, with NUL for a character that is not fixed.

    Raises :class:`TooManyError`, and as :func:`~ndrkit.tables.graph.parse` does.
    """
    return _sequence(parse(pattern))


def _sequence(nodes: Any) -> list[str]:
    out = [""]
    for name, value in nodes:
        mine = _node(str(name), value)
        if len(out) * len(mine) > MOST:
            raise TooManyError
        out = list(dict.fromkeys(map("".join, product(out, mine))))
    return out


def _node(name: str, value: Any) -> list[str]:
    if name == "LITERAL":
        return [chr(value)]
    if name in ("ANY", "IN", "NOT_LITERAL"):
        return ["\0"]
    if name == "SUBPATTERN":
        return _sequence(value[3])
    if name == "BRANCH":
        return list(dict.fromkeys(text for one in value[1] for text in _sequence(one)))
    if name.endswith("_REPEAT"):
        least, most, nodes = value
        some = [text * max(1, least) for text in _sequence(nodes)] if most else []
        return some if least else ["", *some]
    if name == "ATOMIC_GROUP":
        return _sequence(value)
    return [""]
