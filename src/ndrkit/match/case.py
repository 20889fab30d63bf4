"""A case: what was said about a recipient and by whom. All that a decision hangs on, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ndrkit.folding import Folded
from ndrkit.model import Delivery, Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ndrkit.tables.tables import Tables

MAX_SAID = 8_000
MAX_KEPT = 64
SHORT = 9  # characters before a reply that are no words, but a type ("smtp; 550 …")


class Case(NamedTuple):
    """All that a decision hangs on: where two deliveries agree in it, the same has decided.

    ``spoke`` are the receivers that the host's name tells, ``texts`` what was said, folded, the nearest
    first.
    """

    reply_code: str | None
    status: str | None
    smtp_command: str | None
    said_by: str | None
    spoke: tuple[str, ...]
    texts: tuple[str, ...]


class Said(NamedTuple):
    """One stretch of what was said: its span, and the same folded."""

    span: Span
    folded: Folded


class Stretches:
    """What was said in one mail, whose ``parts`` the spans of its deliveries point into.

    What is said of many recipients at once is folded once.
    """

    def __init__(self, parts: Mapping[str, str]) -> None:
        self.parts = parts
        self._kept: dict[Span, Said] = {}

    def about(self, delivery: Delivery) -> list[Said]:
        """Give what was said about one delivery.

        A quoted reply stands before the words that the server which quotes it wrote around it.
        """
        replies, wholes = [], []
        for span in delivery.spans:
            reply = _reply_in(span, delivery, self.parts[span.part])
            if reply:
                replies.append(reply)
            if reply is None or reply.end < span.end or reply.start >= span.start + SHORT:
                wholes.append(span)
        return [self._said(span) for span in (*replies, *wholes)]

    def _said(self, span: Span) -> Said:
        known = self._kept.get(span)
        if known is None:
            end = min(span.end, span.start + MAX_SAID)
            known = Said(span, Folded(self.parts[span.part], span.start, end))
            if len(self._kept) < MAX_KEPT:
                self._kept[span] = known
        return known


def case_of(delivery: Delivery, said: list[Said], tables: Tables) -> Case:
    """Give the case of a delivery about which this was said."""
    host = delivery.remote_mta
    return Case(
        delivery.reply_code,
        delivery.status,
        delivery.smtp_command,
        delivery.said_by,
        tables.providers_of(host.lower().rstrip(".")) if host else (),
        tuple([one.folded.text for one in said]),
    )


def _reply_in(span: Span, delivery: Delivery, text: str) -> Span | None:
    """Find where in a span another server's reply stands: as quoted, else from its code on."""
    if delivery.said_by != "remote" or not delivery.reply_code:
        return None
    if delivery.quoted and (at := text.find(delivery.quoted, span.start, span.end)) >= 0:
        return Span(span.part, at, at + len(delivery.quoted))
    at = text.find(delivery.reply_code, span.start, span.end)
    return Span(span.part, at, span.end) if at > span.start else None
