"""What may stand in each kind of table file: shapes are data, ``{key: field}``.

``rules/SPEC.md`` tells the same in prose; ``check.py`` applies them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ndrkit.model import vocabulary as words

BLOCKLIST_REASONS = (
    "ip_blocklisted",
    "ip_reputation",
    "dynamic_ip",
    "domain_blocklisted",
    "geo_blocked",
    "receiver_unavailable",
)


class Field(NamedTuple):
    """What one key takes: a form, whether it must be there, whether it is a list.

    Forms: text, slug, month, date, code, number, url, literal, veto, pattern, line, boolean, choice (one of
    ``of``), proof, step, shape (``of`` is the shape) and open (a mapping of free keys).
    """

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
    "smtp_command": Field("choice", of=words.COMMANDS),
    "said_by": Field("choice", of=words.SPEAKERS),
}
_RULE = {
    "id": needed("slug"),
    "words": some("literal"),
    "near": some("slug"),
    "without": some("slug"),
    "regex": Field("pattern"),
    "unless": some("veto"),
    "codes": some("code"),
    "without_code": Field("boolean"),
    "commands": some("choice", words.COMMANDS),
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
_CLOSED = {"since": needed("date"), "before": needed("choice", BLOCKLIST_REASONS)}
_ADVICE = {"title": needed(), **dict.fromkeys(words.VOICES, needed("shape", _VOICE))}
_KIND = {"title": needed(), **dict.fromkeys(words.VOICES, Field("shape", of=_VOICE))}
_KNOW = {"header": some(), "notice": some()}
_REPLY = {"begin": needed(), "end": needed()}
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
        "closed": Field("shape", of=_CLOSED),
        "zones": some(),
        "words": some("literal"),
        "unless": some("veto"),
        "reason": needed("choice", BLOCKLIST_REASONS),
        "lookup": Field("url"),
        "page": Field("url"),
        "removal": needed("choice", ("automatic", "self_service", "owner_only", "form", "paid_fast", "none")),
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
        "reply": Field("shape", of=_REPLY),
        "bare_names": Field("boolean"),
        "log": some("line"),
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
            ("words", "actors", "remedies", "strengths", "removals", "families", "links"),
            Field("open"),
        ),
        "causes": Field("open_causes"),
        "kinds": Field("open_kinds", of=_KIND),
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
                "final": Field("boolean"),
                "reference": Field(),
                "note": Field(),
            },
        ),
        "replies": some(
            "shape",
            {
                "code": needed("code"),
                "command": Field("choice", of=words.COMMANDS),
                "reason": needed("choice", words.REASONS),
                "weight": needed("choice", ("low",)),
                "reference": Field(),
                "note": Field(),
            },
        ),
        "subjects": some("shape", {"subject": needed(), "reason": needed("choice", words.REASONS)}),
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
                "pasted": some(),
                "note": Field(),
            },
        ),
        **_SEEN,
    },
    "links": {"links": Field("open_links"), **_SEEN},
    "concepts": {"concepts": some("shape", {"id": needed("slug"), "is": needed()}, need=True)},
    "words": {"language": needed(), "concepts": Field("open_words"), **_SEEN},
    "times": {
        "within": needed("number"),
        "units": some("shape", {"seconds": needed("number"), "words": some("veto", need=True)}, need=True),
        "ones": some("veto"),
        "again": some("veto", need=True),
        "examples": some("shape", {"text": needed(), "seconds": needed("number")}, need=True),
        "never": some(need=True),
        **_SEEN,
    },
    "recipients": {
        "within": needed("number"),
        "recipient": some("veto", need=True),
        "before": some("veto", need=True),
        "behind": some("veto", need=True),
        "names": some("veto", need=True),
        "examples": some("shape", {"text": needed(), "recipient": needed()}, need=True),
        "never": some(need=True),
        **_SEEN,
    },
    "vocabularies": {"reasons": Field("open_classes"), **_SEEN},
}
CLASS_SHAPE = {name: needed() for name in words.VOCABULARIES}
LINK_SHAPE = {
    "url": needed("url"),
    "what": needed(),
    "replaces": some(),
    "note": Field(),
    **_SEEN,
}
