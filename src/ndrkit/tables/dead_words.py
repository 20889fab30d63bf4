"""Finds the words of rules that can never win: another rule always does, or their own expression forbids it.

Whether a whole rule wins is proven by its hits. A single word beside others can be dead without anybody
noticing; that it is follows from the rows alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ndrkit.tables.automaton import Automaton
from ndrkit.tables.rows import STRENGTH_RANK
from ndrkit.tables.samples import TooManyError, samples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ndrkit.model import Problem
    from ndrkit.tables.folder import Folder
    from ndrkit.tables.rows import Rule
    from ndrkit.tables.tables import Tables
    from ndrkit.tables.yaml_file import Document, Path


def check_words(folder: Folder, tables: Tables) -> Iterator[Problem]:
    """Yield the words in ``folder`` that never win against the whole ``tables``, with file and line."""
    by_name = {rule.name: rule for rule in tables.rules}
    for name, document, path in _rows(folder):
        rule = by_name[name]
        lacking = _never_matched(rule)
        for word in rule.words:
            fault = _vetoed(rule, word) or lacking.get(word) or _beaten(rule, word, tables)
            if fault:
                yield document.problem(_place(document, path, word), fault)


def _rows(folder: Folder) -> Iterator[tuple[str, Document, Path]]:
    for (kind, name), document in folder.files.items():
        if kind in ("reasons", "providers"):
            for i, row in enumerate(document.data.get("rules", ())):
                yield f"{kind}/{name}/{row['id']}", document, ("rules", i)
        elif kind == "blocklists":
            yield f"blocklists/{name}", document, ()


def _place(document: Document, path: Path, word: str) -> Path:
    row = document.data
    for key in path:
        row = row[key]
    for key in ("words", "zones"):
        if word in row.get(key, ()):
            return (*path, key, row[key].index(word))
    return path


def _vetoed(rule: Rule, word: str) -> str | None:
    veto = next((veto for veto in rule.unless if veto in word), None)
    return f"{word!r} never wins: it holds {veto!r}, which stands under 'unless'" if veto else None


def _never_matched(rule: Rule) -> dict[str, str]:
    """Say which words stand in nothing that the expression matches, while others stand in all of it.

    A word that holds another one may be there for its length.
    """
    if rule.pattern is None:
        return {}
    words = Automaton((word, i) for i, word in enumerate(rule.words))
    try:
        found = [words.owners(text) for text in samples(rule.pattern)]
    except (re.error, RecursionError, TooManyError):
        return {}
    if not all(found):
        return {}
    needed = set().union(*found)
    text = "never wins by itself: all that the regex matches holds another word of the rule"
    return {
        word: f"{word!r} {text}"
        for i, word in enumerate(rule.words)
        if i not in needed and words.owners(word) == {i}
    }


def _beaten(rule: Rule, word: str, tables: Tables) -> str | None:
    for owners, start, end in tables.said_words.find(word):
        for owner in owners:
            other = tables.rules[owner] if owner < len(tables.rules) else rule
            if other is rule or not _asks_no_more(other, rule):
                continue
            mine, theirs = _order(rule), _order(other)
            if theirs < mine:
                return f"{word!r} always loses to {other.name}"
            if theirs == mine and end - start == len(word.strip()) and other.reason != rule.reason:
                return f"{word!r} ties with {other.name}: only their names decide"
    return None


def _order(rule: Rule) -> tuple[int, int]:
    return rule.rank, STRENGTH_RANK[rule.strength]


def _asks_no_more(other: Rule, rule: Rule) -> bool:
    """Tell whether ``other`` passes its tests wherever ``rule`` does."""
    return (
        other.provider in (None, rule.provider)
        and other.said_by in (None, rule.said_by)
        and other.pattern in (None, rule.pattern)
        and set(other.unless) <= set(rule.unless)
        and set(other.without) <= set(rule.without)
        and other.codes in ((), rule.codes)
        and other.without_code <= rule.without_code
        and other.commands in ((), rule.commands)
    )
