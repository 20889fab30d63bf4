"""Checks a table file against its shape, and names everything that does not fit, with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import regex

from ndrkit.folding import fold
from ndrkit.model import vocabulary as words
from ndrkit.tables.shapes import CLASS_SHAPE, LINK_SHAPE, SHAPES, Field, needed, some

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from ndrkit.model import Problem
    from ndrkit.tables.yaml_file import Document, Path

SLUG = regex.compile(r"[a-z0-9][a-z0-9_-]*")
MONTH = regex.compile(r"20\d\d-(?:0[1-9]|1[0-2])")
DATE = regex.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
NUMBER = regex.compile(r"[1-9]\d{0,6}")
CODE = regex.compile(r"[245](?:\d\d|\.\d{1,3}(?:\.\d{1,3})?)?")
_SHORTEST = {"literal": 4, "veto": 1, "stem": 2}  # characters of a word, if it is ASCII
_MEANT = {
    "slug": "a slug (a-z, 0-9, _)",
    "month": "a month ('2026-10')",
    "date": "a date ('2024-06-05', '2024-06' or '2024')",
    "code": "a code",
    "number": "a number",
    "url": "a URL",
}
TEMPLATE = regex.compile(r"https?://(?:[^\s{}<>\"]|\{(?:ip|domain)\})+")
_WHOLE = {"slug": SLUG, "month": MONTH, "date": DATE, "code": CODE, "number": NUMBER, "url": TEMPLATE}


def check(document: Document, kind: str) -> Iterator[Problem]:
    """Yield everything in ``document`` that does not fit the shape of ``kind`` (a folder's name)."""
    if not isinstance(document.data, dict):
        yield document.problem((), "the file must be a mapping of keys (see rules/SPEC.md)")
        return
    yield from _shape(document, document.data, (), SHAPES[kind])


def _shape(
    document: Document, data: dict[str, Any], path: Path, shape: dict[str, Field]
) -> Iterator[Problem]:
    for key in data:
        if key not in shape:
            yield document.problem((*path, key), f"unknown key {key!r}{_like(key, shape)}")
    for key, field in shape.items():
        if key in data:
            yield from _field(document, data[key], (*path, key), field)
        elif field.needed:
            yield document.problem(path, f"the key {key!r} is missing")


def _like(key: str, known: Collection[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 -- only when there is a mistake

    near = get_close_matches(key, known, 1)
    return f": did you mean {near[0]!r}?" if near else f"; keys here: {', '.join(known)}"


def _field(document: Document, value: Any, path: Path, field: Field) -> Iterator[Problem]:
    if field.many:
        if not isinstance(value, list):
            yield document.problem(path, "a list is meant here ('- …' or '[…]')")
            return
        if field.needed and not value:
            yield document.problem(path, f"{path[-1]!r} needs at least one entry")
        for i, item in enumerate(value):
            yield from _one(document, item, (*path, i), field)
    else:
        yield from _one(document, value, path, field)


def _one(document: Document, value: Any, path: Path, field: Field) -> Iterator[Problem]:
    form = field.form
    if form == "shape" or (form in ("proof", "step") and isinstance(value, dict)):
        shape = field.of or {"text": needed(), "point": some()}
        if isinstance(value, dict):
            yield from _shape(document, value, path, shape)
        else:
            yield document.problem(path, "a mapping of keys is meant here")
    elif form.startswith("open"):
        yield from _open(document, value, path, field)
    elif form == "boolean":
        if not isinstance(value, bool):
            yield document.problem(path, f"true or false is meant here, not {value!r}")
    elif not isinstance(value, str):
        yield document.problem(path, "a text is meant here")
    elif complaint := _complaint(form, value, field.of):
        yield document.problem(path, complaint)


def _complaint(form: str, value: str, of: Any) -> str | None:
    if not value.strip():
        return "the text is empty"
    if form == "choice" and value not in of:
        return f"{value!r} is not one of: {', '.join(of)}"
    if form in _SHORTEST:
        return _literal(value, _SHORTEST[form])
    if form in ("pattern", "line"):
        return _pattern(value)
    whole = _WHOLE.get(form)
    if whole and not whole.fullmatch(value):
        return f"{value!r} is not {_MEANT[form]}"
    return None


def _literal(value: str, shortest: int) -> str | None:
    if fold(value) != value.strip():
        return f"write it as the text is folded: {fold(value)!r}"
    if value.isascii() and len(value.strip()) < shortest:
        return f"{value!r} is too short to wake a rule: at least {shortest} characters"
    return None


def _pattern(value: str) -> str | None:
    try:
        regex.compile(value.replace("{address}", "x").replace("{host}", "x"))
    except regex.error as error:
        return f"not a valid regular expression: {error}"
    return None


def _open(document: Document, value: Any, path: Path, field: Field) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield document.problem(path, "a mapping of keys is meant here")
        return
    inner = {
        "open_causes": (words.CAUSES, {"name": needed(), "check": needed()}),
        "open_kinds": (words.KINDS, field.of),
        "open_reasons": (words.REASONS, field.of),
        "open_links": (None, LINK_SHAPE),
        "open_classes": (words.REASONS, CLASS_SHAPE),
    }.get(field.form)
    for key, item in value.items():
        if field.form == "open_words":
            yield from _field(document, item, (*path, key), some("stem"))
            continue
        if inner is None:
            if not isinstance(item, str):
                yield document.problem((*path, key), "a text is meant here")
            continue
        allowed, shape = inner
        if allowed is not None and key not in allowed:
            yield document.problem((*path, key), f"unknown key {key!r}{_like(key, allowed)}")
        elif not isinstance(item, dict):
            yield document.problem((*path, key), "a mapping of keys is meant here")
        else:
            yield from _shape(document, item, (*path, key), shape)
