"""What may stand in each kind of table file, and a checker that names everything that does not fit.

A shape is data: ``{key: field}``. ``rules/SPEC.md`` tells the same in prose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import regex

from ndrkit.folding import fold
from ndrkit.model import vocabulary as words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from ndrkit.model import Problem
    from ndrkit.tables.yaml_file import Document, Path

SLUG = regex.compile(r"[a-z0-9][a-z0-9_-]*")
MONTH = regex.compile(r"20\d\d-(?:0[1-9]|1[0-2])")
CODE = regex.compile(r"[245](?:\d\d|\.\d{1,3}(?:\.\d{1,3})?)?")
TEMPLATE = regex.compile(r"https?://(?:[^\s{}<>\"]|\{(?:ip|domain)\})+")
BLOCKLIST_REASONS = (
    "ip_blocklisted",
    "ip_reputation",
    "dynamic_ip",
    "domain_blocklisted",
    "geo_blocked",
    "receiver_unavailable",
)


class Field(NamedTuple):
    """What one key takes. ``form``: text, slug, month, code, url, literal, pattern, boolean, proof,
    open (a mapping of texts) or shape; ``many``: a list of it; ``of``: allowed words or a shape."""

    form: str = "text"
    needed: bool = False
    many: bool = False
    of: Any = None


def needed(form: str = "text", of: Any = None, many: bool = False) -> Field:
    """A key that must be there."""
    return Field(form, needed=True, many=many, of=of)


def some(form: str = "text", of: Any = None, need: bool = False) -> Field:
    """A key that takes a list."""
    return Field(form, needed=need, many=True, of=of)


_SEEN = {
    "source": Field(),
    "seen": Field("month"),
    "checked": Field("choice", of=("verified", "recalled")),
}
_JUDGE = {
    "also": some("choice", words.CAUSES),
    "permanent": Field("boolean"),
    "suppress": Field("boolean"),
    "action_by": Field("choice", of=words.ACTORS),
    "remedy": Field("choice", of=words.REMEDIES),
}
_PROOF = {
    "text": needed(),
    "host": Field(),
    "status": Field("code"),
    "reply_code": Field("code"),
    "said_by": Field("choice", of=words.SPEAKERS),
}
_RULE = {
    "id": needed("slug"),
    "words": some("literal", need=True),
    "regex": Field("pattern"),
    "unless": some("veto"),
    "codes": some("code"),
    "said_by": Field("choice", of=words.SPEAKERS),
    "strength": Field("choice", of=words.STRENGTHS),
    **_JUDGE,
    "hit": some("proof", _PROOF, need=True),
    "miss": some("proof", _PROOF, need=True),
    "note": Field(),
    **_SEEN,
}
_REASON_RULE = {**_RULE, "level": Field("choice", of=("false_listing", "mta", "general"))}
_PROVIDER_RULE = {**_RULE, "reason": needed("choice", words.REASONS)}
_VOICE = {"summary": needed(), "steps": some("step")}
_ADVICE = {"title": needed(), "sender": needed("shape", _VOICE), "agent": needed("shape", _VOICE)}
_ADVICE = {**_ADVICE, "admin": needed("shape", _VOICE)}
_KNOW = {"header": some(), "notice": some()}
_EXPECT = {
    "recipient": Field(),
    "original_recipient": Field(),
    "status": Field("code"),
    "reply_code": Field("code"),
    "said_by": Field("choice", of=words.SPEAKERS),
    "remote_mta": Field(),
    "remote_ip": Field(),
    "smtp_command": Field(),
    "diagnostic": Field(),
    "action": Field("choice", of=words.ACTIONS),
}
_EXAMPLE = {"text": needed(), "expect": some("shape", _EXPECT, need=True)}

SHAPES: dict[str, dict[str, Field]] = {
    "reasons": {
        "reason": needed("choice", words.REASONS),
        "meaning": needed(),
        "cause": Field("choice", of=words.CAUSES),
        "family": Field("choice", of=words.FAMILIES),
        "also": some("choice", words.CAUSES),
        "permanent": needed("boolean"),
        "action_by": needed("choice", words.ACTORS),
        "remedy": needed("choice", words.REMEDIES),
        "suppress": needed("boolean"),
        "differs": needed(),
        "links": some("slug"),
        "rules": some("shape", _REASON_RULE),
        **_SEEN,
    },
    "providers": {
        "provider": needed("slug"),
        "name": needed(),
        "hosts": some(),
        "tokens": some("literal"),
        "help": Field("slug"),
        "note": Field(),
        "rules": some("shape", _PROVIDER_RULE),
        **_SEEN,
    },
    "blocklists": {
        "blocklist": needed("slug"),
        "name": needed(),
        "kind": needed("choice", ("ip", "domain", "uri")),
        "status": needed("choice", ("active", "private", "closed", "uncertain")),
        "zones": some(),
        "words": some("literal"),
        "unless": some("veto"),
        "reason": needed("choice", BLOCKLIST_REASONS),
        "lookup": Field("url"),
        "page": Field("url"),
        "removal": needed(
            "choice", ("automatic", "self_service", "owner_only", "form", "paid_fast", "none")
        ),
        "note": Field(),
        "hit": some("proof", _PROOF, need=True),
        "miss": some("proof", _PROOF, need=True),
        **_SEEN,
    },
    "formats": {
        "format": needed("slug"),
        "name": needed(),
        "kind": Field("choice", of=words.KINDS),
        "know": some("shape", _KNOW),
        "from_header": some(),
        "start": some(),
        "stop": some(),
        "skip": some(),
        "recipient": some("line"),
        "fields": some("line"),
        "shared": some("line"),
        "returned": some(),
        "said": some("line"),
        "said_words": some(),
        "bare_names": Field("boolean"),
        "log": some("line"),
        "log_words": some(),
        "said_by": Field("choice", of=words.SPEAKERS),
        "fallback": Field("boolean"),
        "note": Field(),
        "examples": some("shape", _EXAMPLE),
        **_SEEN,
    },
    "texts": {
        "language": needed(),
        "name": needed(),
        **dict.fromkeys(
            ("words", "kinds", "actors", "remedies", "strengths", "removals", "families", "links"),
            Field("open"),
        ),
        "causes": Field("open_causes"),
        "reasons": Field("open_reasons", of=_ADVICE),
    },
    "status": {
        "codes": some(
            "shape",
            {
                "code": needed(),
                "name": needed(),
                "reason_4": Field("choice", of=words.REASONS),
                "reason_5": Field("choice", of=words.REASONS),
                "weight": needed("choice", ("high", "medium", "low", "none")),
                "reference": Field(),
                "note": Field(),
            },
        ),
        "replies": some(
            "shape",
            {
                "code": needed("code"),
                "command": Field("choice", of=("CONNECT", "EHLO", "MAIL", "RCPT", "DATA")),
                "reason": needed("choice", words.REASONS),
                "weight": needed("choice", ("low",)),
                "reference": Field(),
                "note": Field(),
            },
        ),
        "subjects": some(
            "shape", {"subject": needed(), "reason": needed("choice", words.REASONS)}
        ),
        **_SEEN,
    },
    "causes": {
        "causes": some(
            "shape",
            {
                "cause": needed("choice", words.CAUSES),
                "number": needed(),
                "points": some(),
                "same_text_as": some("choice", words.CAUSES),
                "note": Field(),
            },
        ),
        "families": some("shape", {"family": needed("choice", words.FAMILIES), "note": Field()}),
        **_SEEN,
    },
    "kinds": {
        "rules": some(
            "shape",
            {
                "kind": needed("choice", words.KINDS),
                "headers": some("shape", {"name": needed(), "value": needed()}),
                "subjects": some(),
                "senders": some(),
                "notices": some(),
                "note": Field(),
            },
        ),
        **_SEEN,
    },
    "links": {"links": Field("open_links"), **_SEEN},
}
LINK_SHAPE = {
    "url": needed("url"),
    "what": needed(),
    "replaces": some(),
    "note": Field(),
    **_SEEN,
}


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
    if form in ("literal", "veto"):
        return _literal(value, shortest=4 if form == "literal" else 1)
    if form in ("pattern", "line"):
        return _pattern(value)
    whole = {"slug": SLUG, "month": MONTH, "code": CODE, "url": TEMPLATE}.get(form)
    if whole and not whole.fullmatch(value):
        what = {"slug": "a slug (a-z, 0-9, _)", "month": "a month ('2026-10')"}
        return f"{value!r} is not {what.get(form, {'code': 'a code', 'url': 'a URL'}.get(form))}"
    return None


def _literal(value: str, shortest: int) -> str | None:
    if fold(value) != value.strip():
        return f"write it as the text is folded: {fold(value)!r}"
    if value.isascii() and len(value.strip()) < shortest:
        return f"{value!r} is too short to wake a rule: at least four characters"
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
        "open_reasons": (words.REASONS, field.of),
        "open_links": (None, LINK_SHAPE),
    }.get(field.form)
    for key, item in value.items():
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
