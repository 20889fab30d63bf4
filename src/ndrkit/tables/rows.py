"""The typed rows of the tables, as the pipeline uses them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ndrkit.patterns import Expression
from ndrkit.tables.formats import words_needed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ndrkit.tables.folder import Documents
    from ndrkit.tables.formats import Needs

LEVELS = {
    "false_listing": 1,
    "provider": 2,
    "blocklist": 3,
    "mta": 4,
    "general": 5,
    "code": 6,
    "meaning": 7,
    "weak": 8,
    "weak_code": 9,
    "reply": 10,
    "none": 11,
}
STRENGTH_RANK = {"strong": 0, "medium": 1, "weak": 2}


@dataclass(slots=True, frozen=True)
class Reason:
    """One of the 40 reasons and what follows from it."""

    id: str
    cause: str | None
    family: str | None
    also: tuple[str, ...]
    permanent: bool
    action_by: str
    remedy: str
    suppress: bool
    links: tuple[str, ...]
    meaning: str
    differs: str


@dataclass(frozen=True)
class Rule:
    """One rule; ``name`` is ``<folder>/<file>[/<id>]``, ``level`` a key of :data:`LEVELS`.

    It is woken by one of ``words``, or, at the level ``meaning``, by all concepts of ``near`` in one
    sentence of a text that mentions none of ``without``.
    """

    name: str
    reason: str
    level: str
    words: tuple[str, ...]
    strength: str = "strong"
    pattern: str | None = None
    needs: Needs = ()
    unless: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    without_code: bool = False
    commands: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    said_by: str | None = None
    provider: str | None = None
    blocklist: str | None = None
    changes: tuple[tuple[str, Any], ...] = ()

    @cached_property
    def expression(self) -> Expression | None:
        """The expression that has to match where a word of the rule woke it."""
        return Expression(self.pattern, needs=self.needs) if self.pattern else None

    @cached_property
    def rank(self) -> int:
        """The level as a number; a weak phrase comes after the exact codes."""
        weak = self.level in ("general", "mta") and self.strength == "weak"
        return LEVELS["weak" if weak else self.level]

    @cached_property
    def weakness(self) -> int:
        """The strength as a number; the smaller wins."""
        return STRENGTH_RANK[self.strength]


@dataclass(slots=True, frozen=True)
class Provider:
    """A receiver: the ends of its host names and the tokens that only it prints."""

    id: str
    name: str
    hosts: tuple[str, ...]
    tokens: tuple[str, ...]
    help: str | None


class Closed(NamedTuple):
    """Since when a list has ended (ISO 8601, as exact as known), and the reason that it stood for before."""

    since: str
    before: str


@dataclass(slots=True, frozen=True)
class Blocklist:
    """A blocklist: its look-up page (with ``{ip}`` or ``{domain}``) and how one gets off it."""

    id: str
    name: str
    kind: str
    status: str
    zones: tuple[str, ...]
    words: tuple[str, ...]
    lookup: str | None
    page: str | None
    removal: str
    closed: Closed | None = None


@dataclass(slots=True, frozen=True)
class Code:
    """An enhanced status code without its class (``X.1.1``), RFC 3463.

    ``final``: it speaks of a mail that was given up; while somebody still tries it says nothing.
    """

    reason_4: str | None
    reason_5: str | None
    weight: str
    final: bool


@dataclass(slots=True, frozen=True)
class Link:
    """A link of our table; the URL may hold ``{ip}`` or ``{domain}``."""

    id: str
    url: str
    what: str


_CHANGES = ("also", "permanent", "action_by", "remedy", "suppress")


def reasons(documents: Documents) -> dict[str, Reason]:
    """Give the reasons by id."""
    return {
        name: Reason(
            id=name,
            cause=data.get("cause"),
            family=data.get("family"),
            also=tuple(data.get("also", ())),
            permanent=data["permanent"],
            action_by=data["action_by"],
            remedy=data["remedy"],
            suppress=data["suppress"],
            links=tuple(data.get("links", ())),
            meaning=data["meaning"],
            differs=data["differs"],
        )
        for name, data in documents["reasons"].items()
    }


def rules(documents: Documents) -> list[Rule]:
    """Give every rule, sorted by name, so that the order of files and lines means nothing."""
    needs = words_needed(documents)
    out = [
        _rule(f"reasons/{name}/{row['id']}", row, needs, reason=name)
        for name, data in documents["reasons"].items()
        for row in data.get("rules", ())
    ]
    out += [
        _rule(f"providers/{name}/{row['id']}", row, needs, level="provider", provider=name)
        for name, data in documents["providers"].items()
        for row in data.get("rules", ())
    ]
    out += [_listing(name, data) for name, data in documents["blocklists"].items()]
    return sorted(out, key=lambda rule: rule.name)


def _rule(name: str, row: dict[str, Any], needs: Mapping[str, Needs], **given: Any) -> Rule:
    changes = ((key, row[key]) for key in _CHANGES if key in row)
    near = tuple(row.get("near", ()))
    return Rule(
        name=name,
        reason=given.get("reason") or row["reason"],
        level="meaning" if near else given.get("level") or row.get("level", "general"),
        words=tuple(row.get("words", ())),
        near=near,
        without=tuple(row.get("without", ())),
        strength=row.get("strength", "weak" if near else "strong"),
        pattern=row.get("regex"),
        needs=needs.get(row.get("regex", ""), ()),
        unless=tuple(row.get("unless", ())),
        codes=tuple(row.get("codes", ())),
        without_code=row.get("without_code", False),
        commands=tuple(row.get("commands", ())),
        said_by=row.get("said_by"),
        provider=given.get("provider"),
        changes=tuple((k, tuple(v) if isinstance(v, list) else v) for k, v in changes),
    )


def _listing(name: str, data: dict[str, Any]) -> Rule:
    receiver = data["reason"] == "receiver_unavailable"
    return Rule(
        name=f"blocklists/{name}",
        reason=data["reason"],
        level="false_listing" if receiver else "blocklist",
        words=tuple(dict.fromkeys([*data.get("words", ()), *data.get("zones", ())])),
        unless=tuple(data.get("unless", ())),
        blocklist=name,
    )


def providers(documents: Documents) -> dict[str, Provider]:
    """Give the receivers by id."""
    return {
        name: Provider(
            name,
            data["name"],
            tuple(data.get("hosts", ())),
            tuple(data.get("tokens", ())),
            data.get("help"),
        )
        for name, data in documents["providers"].items()
    }


def blocklists(documents: Documents) -> dict[str, Blocklist]:
    """Give the blocklists by id."""
    return {
        name: Blocklist(
            name,
            data["name"],
            data["kind"],
            data["status"],
            tuple(data.get("zones", ())),
            tuple(data.get("words", ())),
            data.get("lookup"),
            data.get("page"),
            data["removal"],
            Closed(**data["closed"]) if "closed" in data else None,
        )
        for name, data in documents["blocklists"].items()
    }


def links(documents: Documents) -> dict[str, Link]:
    """Give the links by id."""
    rows = documents["links"].get("", {}).get("links", {})
    return {name: Link(name, row["url"], row["what"]) for name, row in rows.items()}


def codes(documents: Documents) -> dict[str, Code]:
    """Give the enhanced codes by ``X.y.z``."""
    rows = documents["status"].get("", {}).get("codes", ())
    return {
        row["code"]: Code(
            row.get("reason_4"), row.get("reason_5"), row["weight"], bool(row.get("final", False))
        )
        for row in rows
    }


def replies(documents: Documents) -> dict[tuple[str, str | None], str]:
    """Give the reasons of reply codes by (code, SMTP command or None)."""
    rows: Iterable[dict[str, Any]] = documents["status"].get("", {}).get("replies", ())
    return {(row["code"], row.get("command")): row["reason"] for row in rows}


def subjects(documents: Documents) -> dict[str, str]:
    """Give the reasons of RFC 3463 subjects by ``X.y``."""
    rows = documents["status"].get("", {}).get("subjects", ())
    return {row["subject"]: row["reason"] for row in rows}
