"""What was said about a recipient, folded: what the words of rules are compared with."""

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


class Said(NamedTuple):
    """One stretch of what was said: its span, folded, with the longest literal of each rule that it wakes.

    ``literals`` are (begin, end) in the folded text by the rule's index in ``Tables.rules``.
    """

    span: Span
    folded: Folded
    literals: Mapping[int, tuple[int, int]]


class Heard:
    """All that was said in one mail, whose ``parts`` the spans of its deliveries point into.

    What is said of many recipients, at once or in the same words, is folded and searched once.
    """

    def __init__(self, parts: Mapping[str, str], tables: Tables) -> None:
        self.parts = parts
        self.tables = tables
        self._kept: dict[Span, Said] = {}
        self._literals: dict[str, Mapping[int, tuple[int, int]]] = {}

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
            folded = Folded(self.parts[span.part], span.start, min(span.end, span.start + MAX_SAID))
            known = Said(span, folded, self._woken_by(folded.text))
            if len(self._kept) < MAX_KEPT:
                self._kept[span] = known
        return known

    def _woken_by(self, text: str) -> Mapping[int, tuple[int, int]]:
        known = self._literals.get(text)
        if known is None:
            known = self.tables.rule_words.longest(text)
            if len(self._literals) < MAX_KEPT:
                self._literals[text] = known
        return known


def _reply_in(span: Span, delivery: Delivery, text: str) -> Span | None:
    """Find where in a span another server's reply stands: as quoted, else from its code on."""
    if delivery.said_by != "remote" or not delivery.reply_code:
        return None
    if delivery.quoted and (at := text.find(delivery.quoted, span.start, span.end)) >= 0:
        return Span(span.part, at, at + len(delivery.quoted))
    at = text.find(delivery.reply_code, span.start, span.end)
    return Span(span.part, at, span.end) if at > span.start else None
