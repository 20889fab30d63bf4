"""Finds the expressions of rules and formats that can take very long, or never match."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import regex

from ndrkit.tables.attack import slow
from ndrkit.tables.formats import expand, expression
from ndrkit.tables.graph import graph
from ndrkit.tables.loops import chains, doubling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ndrkit.model import Problem
    from ndrkit.tables.folder import Folder
    from ndrkit.tables.yaml_file import Document, Path

LINE, TEXT = 4_000, 8_000  # the longest line of a notice, and text, that an expression is given
_STEPS = 2e7  # what a chain may cost before it is tried
_TRIED = 3
_MANY = 64
_OF_LINES = ("recipient", "fields")
_OF_TEXTS = ("shared", "said", "log")


class _Use(NamedTuple):
    """How an expression is used: on a folded text, searched in a text or matched with a line."""

    folded: bool
    searched: bool


def check_expressions(folder: Folder) -> Iterator[Problem]:
    """Yield what is wrong with the expressions in ``folder``, with file and line."""
    found = [
        (document, path, text, use)
        for (kind, _), document in folder.files.items()
        for path, text, use in _expressions(kind, document)
    ]
    texts, uses = [text for *_, text, _ in found], [use for *_, use in found]
    for (document, path, *_), fault in zip(found, _faults(texts, uses), strict=True):
        if fault:
            yield document.problem(path, fault)


def _faults(texts: list[str], uses: list[_Use]) -> Iterator[str | None]:
    """Check the expressions; many of them on all processors."""
    if len(texts) < _MANY:
        yield from map(_fault, texts, uses)
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 -- few folders have so many

    with ProcessPoolExecutor() as pool:
        yield from pool.map(_fault, texts, uses, chunksize=8)


def _expressions(kind: str, document: Document) -> Iterator[tuple[Path, str, _Use]]:
    if kind in ("reasons", "providers"):
        for i, rule in enumerate(document.data.get("rules", ())):
            if "regex" in rule:
                yield ("rules", i, "regex"), rule["regex"], _Use(folded=True, searched=True)
    elif kind == "formats":
        for key in (*_OF_LINES, *_OF_TEXTS):
            for i, text in enumerate(document.data.get(key, ())):
                yield (key, i), text, _Use(folded=False, searched=key in _OF_TEXTS)


def _fault(text: str, use: _Use) -> str | None:
    pattern = regex.compile(text) if use.folded else expression(text).compiled
    length = TEXT if use.searched else LINE
    flags = 0 if use.folded else re.IGNORECASE | re.MULTILINE
    try:
        found = graph(text if use.folded else expand(text), flags, **use._asdict())
    except (re.error, RecursionError) as error:
        return f"the expression cannot be checked: write it as Python's re has it ({error})"
    if found.never:
        return f"holds {found.never[0]!r}, which no folded text does (see rules/SPEC.md)"
    if word := doubling(found):
        return f"can take for ever: a repeat reads {word!r} in two ways, again and again"
    dear = sorted((one for one in chains(found, length) if one.steps > _STEPS), key=lambda one: -one.steps)
    for chain in dear[:_TRIED]:
        if example := slow(pattern, chain, length, use.searched, use.folded):
            return f"takes very long on texts like {example!r}: bound its repeats, or let them share no text"
    return None
