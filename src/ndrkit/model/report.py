"""A finding about one recipient, and the report on one mail: what comes out, and its JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ndrkit.model.values import Advice, Adviser, Delivery, Evidence, Original, Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

JSON_SCHEMA_VERSION = 1
_UNSEEN = re.compile(r"[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def as_json(value: object, indent: int | None = None) -> str:
    """Give a value as JSON in valid UTF-8, with every character escaped that nobody sees.

    So it is one line for every reader of lines, and moves no terminal that it is printed to.
    """
    import json  # noqa: PLC0415 -- the core's import stays light

    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if text.isascii() and "\x7f" not in text:
        return text
    valid = text.encode("utf-8", "replace").decode("utf-8")
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", valid)


@dataclass(slots=True)
class Finding:
    """One recipient that did not get the mail: what was said, why, who must act, what to do."""

    delivery: Delivery
    verdict: Verdict
    report: Report = field(repr=False, compare=False)
    _advice: Advice | None = field(default=None, repr=False, compare=False)

    @property
    def recipient(self) -> str | None:
        """The address that failed (RFC 3464 Final-Recipient)."""
        return self.delivery.recipient

    @property
    def reason(self) -> str:
        """One of :data:`ndrkit.model.vocabulary.REASONS`."""
        return self.verdict.reason

    @property
    def cause(self) -> str | None:
        """One of the eight causes, or None when the reason lies outside them."""
        return self.verdict.cause

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The very words that decided."""
        return self.verdict.evidence

    @property
    def advice(self) -> Advice:
        """What to do; put together when first asked for."""
        if self._advice is None:
            self._advice = self.report.adviser.advise(self, self.report)
        return self._advice

    def to_dict(self) -> dict[str, object]:
        """Give the finding as in the published JSON Schema."""
        read, why = self.delivery, self.verdict
        return {
            "recipient": read.recipient,
            "original_recipient": read.original_recipient,
            "action": read.action,
            "status": read.status,
            "reply_code": read.reply_code,
            "smtp_command": read.smtp_command,
            "diagnostic": read.diagnostic,
            "remote_mta": read.remote_mta,
            "remote_ip": read.remote_ip,
            "said_by": read.said_by,
            "last_attempt": read.last_attempt,
            "retry_until": read.retry_until,
            "provider": why.provider,
            "reason": why.reason,
            "cause": why.cause,
            "family": why.family,
            "also": list(why.also),
            "strength": why.strength,
            "permanent": why.permanent,
            "action_by": why.action_by,
            "remedy": why.remedy,
            "suppress": why.suppress,
            "retry_after_s": why.retry_after_s,
            "blocklist": why.blocklist._asdict() if why.blocklist else None,
            "ip": why.ip,
            "domain": why.domain,
            "evidence": [evidence._asdict() for evidence in why.evidence],
            "advice": self.advice.to_dict(),
        }


@dataclass(slots=True)
class Report:
    """Everything that ndrkit has to say about one mail. ``lang`` and ``voice`` are the advice's.

    ``genuine`` tells whether it is about a mail that we sent: ``yes``, ``no`` or ``unknown``. ``unread``
    says what of the mail was left unread, but for what came back with it: see :attr:`notes`.
    """

    kind: str
    adviser: Adviser = field(repr=False, compare=False)
    lang: str = "en"
    voice: str = "admin"
    source: str | None = None
    format: str | None = None
    reporting_mta: str | None = None
    arrival_date: str | None = None
    reply_safe: bool = False
    genuine: str = "unknown"
    findings: tuple[Finding, ...] = ()
    unread: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    read_original: Callable[[], Original] = field(default=Original, repr=False, compare=False)
    _original: Original | None = field(default=None, repr=False, compare=False)

    @property
    def original(self) -> Original:
        """What came back of the mail that failed; its header is read when first asked for."""
        if self._original is None:
            self._original = self.read_original()
        return self._original

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left unread, and why; empty for nearly every mail."""
        return tuple(dict.fromkeys((*self.unread, *self.original.notes)))

    def part(self, name: str) -> str:
        """Give the text of a part that evidence points into; raises KeyError for other names."""
        return self.parts[name]

    @property
    def advice(self) -> Advice | None:
        """What to do with a mail of this kind; None for a bounce, whose findings have theirs."""
        return self.adviser.advise_kind(self)

    @property
    def verdict(self) -> Outcome:
        """What to do with this mail, for programs that only have to act."""
        found = [(finding.recipient, finding.verdict) for finding in self.findings]
        actors = (why.action_by for _, why in found if why.action_by != "nobody")
        dead = (recipient for recipient, why in found if recipient and why.suppress)
        return Outcome(
            is_bounce=self.kind == "bounce",
            reply_safe=self.reply_safe,
            original_message_id=self.original.message_id,
            notify=tuple(dict.fromkeys(actors)),
            suppress=tuple(dict.fromkeys(dead)),
            summary=self.adviser.render(self, "line"),
        )

    def to_dict(self) -> dict[str, object]:
        """Give the report as in the published JSON Schema (:func:`ndrkit.schema`)."""
        original, advice = self.original, self.advice
        return {
            "schema": JSON_SCHEMA_VERSION,
            "source": self.source,
            "kind": self.kind,
            "format": self.format,
            "reporting_mta": self.reporting_mta,
            "arrival_date": self.arrival_date,
            "reply_safe": self.reply_safe,
            "genuine": self.genuine,
            "original": {
                "message_id": original.message_id,
                "from": original.from_,
                "to": list(original.to),
                "subject": original.subject,
                "date": original.date,
                "list_id": original.list_id,
            },
            "advice": advice.to_dict() if advice else None,
            "findings": [finding.to_dict() for finding in self.findings],
            "notes": list(self.notes),
        }

    def to_json(self, indent: int | None = None) -> str:
        """Give the report as JSON, one line unless ``indent`` asks for more; see :func:`as_json`."""
        return as_json(self.to_dict(), indent)

    def to_text(self) -> str:
        """Give the report as plain text for people."""
        return self.adviser.render(self, "text")

    def to_markdown(self) -> str:
        """Give the report as Markdown; text from the mail is escaped."""
        return self.adviser.render(self, "markdown")

    def to_html(self, page: bool = False) -> str:
        """Give the report as an HTML fragment, or as a whole page.

        Text from the mail is escaped, and URLs in it stay text.
        """
        return self.adviser.render(self, "page" if page else "html")
