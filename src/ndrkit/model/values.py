"""The values that flow through the pipeline and come out of it.

They are slotted dataclasses: cheap to make, compared by value, not changed after they are built.
Absent facts are ``None``; nothing here is ever made up to fill a gap.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from ndrkit.model.report import Finding, Report


class Span(NamedTuple):
    """Where something stands: characters ``start`` to ``end`` of the text of ``part``."""

    part: str
    start: int
    end: int


class Link(NamedTuple):
    """A link from our own table, never from a mail."""

    title: str
    url: str


class Blocklist(NamedTuple):
    """A blocklist operator: its row in ``rules/blocklists`` and its name."""

    id: str
    name: str


class Evidence(NamedTuple):
    """The words that decided: ``report.part(part)[start:end] == quote``."""

    rule: str
    quote: str
    part: str
    start: int
    end: int


class RunnerUp(NamedTuple):
    """A rule that woke and lost: its name, the reason it spoke for, and why it lost."""

    rule: str
    reason: str
    why: str


@dataclass(slots=True)
class Advice:
    """What to do, in one language (BCP 47) and one voice."""

    lang: str
    voice: str
    title: str
    summary: str
    steps: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Give the advice as in the published JSON Schema."""
        return {
            "lang": self.lang,
            "voice": self.voice,
            "title": self.title,
            "summary": self.summary,
            "steps": list(self.steps),
            "links": [link._asdict() for link in self.links],
        }


@dataclass(slots=True)
class Original:
    """What the bounce tells of the mail that came back (RFC 5322 fields, RFC 2047 decoded).

    ``more`` finds the values of any other field of its header: see :meth:`fields`. ``notes`` say what of
    it was left unread.
    """

    message_id: str | None = None
    from_: str | None = None
    to: tuple[str, ...] = ()
    subject: str | None = None
    date: str | None = None
    list_id: str | None = None
    more: Callable[[str], tuple[str, ...]] | None = field(default=None, repr=False, compare=False)
    notes: tuple[str, ...] = field(default=(), repr=False, compare=False)

    def fields(self, name: str) -> tuple[str, ...]:
        """Give the values of the fields ``name`` of the returned header (at most 20), decoded."""
        return self.more(name) if self.more else ()


@dataclass(slots=True)
class Delivery:
    """What a notice says about one recipient, before anybody judges it.

    ``diagnostic`` is what was said, cleaned for reading; ``spans`` where it stands. ``said_by`` is
    ``own`` (the reporting MTA's own words), ``remote`` (it quotes the other server) or ``None``.
    ``reader`` names the table or field that the recipient was read with. ``quoted`` is the other server's
    reply where the text quotes it, without the words around it.
    """

    recipient: str | None = None
    original_recipient: str | None = None
    action: str | None = None
    status: str | None = None
    reply_code: str | None = None
    smtp_command: str | None = None
    diagnostic: str | None = None
    remote_mta: str | None = None
    remote_ip: str | None = None
    said_by: str | None = None
    last_attempt: str | None = None
    retry_until: str | None = None
    spans: tuple[Span, ...] = ()
    reader: str | None = None
    quoted: str | None = field(default=None, repr=False, compare=False)


@dataclass(slots=True)
class Verdict:
    """Why a delivery failed, as the tables say it; see :class:`Finding` for the fields."""

    reason: str = "undetermined"
    cause: str | None = None
    family: str | None = "other"
    also: tuple[str, ...] = ()
    strength: str = "weak"
    permanent: bool = False
    action_by: str = "nobody"
    remedy: str = "inspect"
    suppress: bool = False
    retry_after_s: int | None = None
    provider: str | None = None
    blocklist: Blocklist | None = None
    ip: str | None = None
    domain: str | None = None
    limit: str | None = None
    evidence: tuple[Evidence, ...] = ()
    rivals: Callable[[], tuple[RunnerUp, ...]] | None = field(default=None, repr=False, compare=False)

    @property
    def runners_up(self) -> tuple[RunnerUp, ...]:
        """The rules that woke and lost, best first; looked for when asked."""
        return self.rivals() if self.rivals else ()


class Outcome(NamedTuple):
    """What a program does with a mail, in one value: see :attr:`Report.verdict`.

    ``notify`` holds the actors (:data:`ndrkit.model.vocabulary.ACTORS`) that have something to do,
    ``suppress`` the addresses that are dead, ``summary`` one line in the report's language.
    """

    is_bounce: bool
    reply_safe: bool
    original_message_id: str | None
    notify: tuple[str, ...]
    suppress: tuple[str, ...]
    summary: str


class Adviser(Protocol):
    """Puts a finding and a report into words; the engine brings it, so that values import nothing."""

    def advise(self, finding: Finding, report: Report) -> Advice:
        """Give the advice for one finding, in the report's language and voice."""

    def advise_kind(self, report: Report) -> Advice | None:
        """Give the advice for a mail of the report's kind, None for a bounce."""

    def render(self, report: Report, form: str) -> str:
        """Give the report as ``line``, ``text``, ``markdown``, ``html`` or ``page``."""
