"""Writes the scaffold of a new rule: its words, its hit, and the nearest look-alike as its miss."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any

from ndrkit.folding import fold
from ndrkit.scan.templates import example, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ndrkit.tables import Tables

_SHORTEST = 4
_UNLIKE = "a real look-alike that belongs to another reason"


def rule_for(text: str, reason: str, provider: str | None, tables: Tables) -> list[str] | None:
    """Give the lines of a rule that ``text`` wakes; None when it holds no words for that."""
    literal = words(text)
    if len(literal) < _SHORTEST and literal.isascii():
        return None
    name = "_".join(re.findall(r"[a-z0-9]+", literal)[:4]) or "new_rule"
    rows = {
        "words": f"[{_quoted(literal)}]",
        "hit": f"[{_quoted(example(text))}]",
        "miss": f"[{_quoted(_look_alike(text, reason, tables))}]",
        "source": "https://where.it.was.seen.example/",
        "seen": f"'{datetime.datetime.now(tz=datetime.UTC):%Y-%m}'",
        "checked": "recalled",
    }
    given = {"reason": reason} if provider else {}
    return [f"  - id: {name}", *(f"    {key}: {value}" for key, value in (given | rows).items())]


def head_of(reason: str, provider: str | None, tables: Tables) -> Iterator[str]:
    """Give the lines above the rules in a file of the user's own: what our own file says there."""
    import yaml  # noqa: PLC0415 -- this command only

    folder, name = ("providers", provider) if provider else ("reasons", reason)
    row = {key: value for key, value in tables.documents[folder][name].items() if key != "rules"}
    yield from yaml.safe_dump(row, allow_unicode=True, sort_keys=False, width=108).splitlines()
    yield "rules:"


def _look_alike(text: str, reason: str, tables: Tables) -> str:
    """Give the proof of another reason that shares the most words with ``text``."""
    mine = set(re.findall(r"[^\W\d]+", fold(text)))
    best, found = 0.0, _UNLIKE
    for other, proof in sorted(_hits(tables)):
        theirs = set(re.findall(r"[^\W\d]+", fold(proof)))
        alike = len(mine & theirs) / max(1, len(mine | theirs))
        if other != reason and alike > best:
            best, found = alike, proof
    return found


def _hits(tables: Tables) -> Iterator[tuple[str, str]]:
    for kind in ("reasons", "providers"):
        for name, data in tables.documents[kind].items():
            for row in data.get("rules", ()):
                yield from ((row.get("reason", name), text) for text in _texts(row))


def _texts(row: dict[str, Any]) -> Iterator[str]:
    return (one if isinstance(one, str) else one["text"] for one in row["hit"])


def _quoted(text: str) -> str:
    return "'" + " ".join(text.split()).replace("'", "''") + "'"
