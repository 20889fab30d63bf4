"""The rows of free-form formats and of kinds, with their expressions compiled on first use."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import regex

from ndrkit.patterns import Expression

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ndrkit.tables.folder import Documents

    Needs = Sequence[Sequence[str]]

# What stands for an address in the expressions of the tables: RFC 5321 Mailbox as servers print it,
# quoted local parts and non-ASCII (RFC 6531) included, without the brackets around it.
ADDRESS = (
    r"(?:\"[^\"\s{}]{1,64}\"|[^\s<>()\[\]{}\",;:@=：，；、。（）《》【】“”]{1,64}"
    r"(?:=[^\s<>()\[\]{}\",;:@=：，；、。（）《》【】“”]{1,64}){0,4})"
    r"@(?:[\w-]{1,63}(?:\.[\w-]{1,63}){0,10}|\[[\d.]{7,15}\])"
)
HOST = r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){1,10}"


def expression(text: str, needs: Needs = ()) -> Expression:
    """Give an expression of the tables; ``{address}`` and ``{host}`` are macros in it."""
    return Expression(expand(text), regex.IGNORECASE | regex.MULTILINE, needs)


def expand(text: str) -> str:
    """Put what they stand for in the place of the macros."""
    return text.replace("{address}", ADDRESS).replace("{host}", HOST)


@dataclass(frozen=True)
class Format:
    """One kind of notice; ``row`` is its YAML, as ``rules/SPEC.md`` describes it.

    ``needs`` are the words that expressions need (``needed.py``), by their text.
    """

    id: str
    row: dict[str, Any]
    needs: Mapping[str, Needs] = field(default_factory=dict)

    @cached_property
    def know(self) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
        """Groups of (header literals, notice literals); one whole group makes the format known."""
        return tuple(
            (tuple(group.get("header", ())), tuple(group.get("notice", ())))
            for group in self.row.get("know", ())
        )

    @cached_property
    def fallback(self) -> bool:
        """Whether the format is tried only when no other one is known."""
        return bool(self.row.get("fallback", False))

    @cached_property
    def bare_names(self) -> bool:
        """Whether recipients are named without a domain."""
        return bool(self.row.get("bare_names", False))

    @cached_property
    def reply(self) -> tuple[str, str] | None:
        """Literals with which a quoted reply begins and ends, lines that look like recipients in it."""
        row = self.row.get("reply")
        return (row["begin"], row["end"]) if row else None

    @cached_property
    def kind(self) -> str:
        """The kind of mail that this notice is."""
        return str(self.row.get("kind", "bounce"))

    @cached_property
    def said_by(self) -> str:
        """Who speaks where the notice quotes nobody."""
        return str(self.row.get("said_by", "own"))

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """Header fields of the notice that name recipients."""
        return tuple(self.row.get("from_header", ()))

    @cached_property
    def start(self) -> tuple[str, ...]:
        """Literals of the line after which the recipients begin."""
        return tuple(self.row.get("start", ()))

    @cached_property
    def stop(self) -> tuple[str, ...]:
        """Literals of the line at which they end."""
        return tuple(self.row.get("stop", ()))

    @cached_property
    def skip(self) -> tuple[str, ...]:
        """Literals of lines that say nothing."""
        return tuple(self.row.get("skip", ()))

    @cached_property
    def recipient(self) -> tuple[Expression, ...]:
        """Expressions of a line that begins a recipient."""
        return self._expressions("recipient")

    @cached_property
    def fields(self) -> tuple[Expression, ...]:
        """Expressions of a recipient's further lines that give facts."""
        return self._expressions("fields")

    @cached_property
    def shared(self) -> tuple[Expression, ...]:
        """Expressions over the whole notice that give facts to every recipient."""
        return self._expressions("shared")

    @cached_property
    def said(self) -> tuple[Expression, ...]:
        """Expressions of how this MTA quotes another server (host, IP, command)."""
        return self._expressions("said")

    @cached_property
    def log(self) -> tuple[Expression, ...]:
        """Expressions of this MTA's log lines about one recipient."""
        return self._expressions("log")

    def _expressions(self, key: str) -> tuple[Expression, ...]:
        return tuple(expression(text, self.needs.get(text, ())) for text in self.row.get(key, ()))


@dataclass(frozen=True)
class KindRule:
    """How one kind of mail is told: any of the literals in its place is enough."""

    kind: str
    headers: tuple[tuple[str, str], ...]
    subjects: tuple[str, ...]
    senders: tuple[str, ...]
    notices: tuple[str, ...]
    pasted: tuple[str, ...]


def formats(documents: Documents) -> dict[str, Format]:
    """Give the formats by id."""
    rows = documents["formats"]
    needs = words_needed(documents)
    return {name: Format(name, rows[name], needs) for name in sorted(rows)}


def words_needed(documents: Documents) -> Mapping[str, Needs]:
    """Give the words that expressions need, by their text, as far as they were looked for."""
    return documents.get("needed", {}).get("", {})


def kinds(documents: Documents) -> tuple[KindRule, ...]:
    """Give the rules of kinds."""
    rows = documents["kinds"].get("", {}).get("rules", ())
    return tuple(
        KindRule(
            row["kind"],
            tuple((item["name"].lower(), item["value"].lower()) for item in row.get("headers", ())),
            tuple(row.get("subjects", ())),
            tuple(row.get("senders", ())),
            tuple(row.get("notices", ())),
            tuple(row.get("pasted", ())),
        )
        for row in rows
    )
