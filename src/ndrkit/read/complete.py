"""Puts together what delivery-status fields and the words of a notice say about one recipient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ndrkit.read.said import better_status

if TYPE_CHECKING:
    from ndrkit.model import Delivery, Span

_FACTS = ("remote_mta", "remote_ip", "smtp_command", "reply_code", "retry_until", "said_by")


def complete(deliveries: list[Delivery], told_again: list[Delivery], parts: dict[str, str]) -> None:
    """Give to each delivery what the notice's words say beyond the delivery-status part."""
    by_name = {(one.recipient or "").lower(): one for one in told_again}
    by_name |= {one.original_recipient.lower(): one for one in told_again if one.original_recipient}
    alone = told_again[0] if len(told_again) == len(deliveries) == 1 else None
    for one in deliveries:
        names = filter(None, (one.recipient, one.original_recipient))
        other = next((by_name[name.lower()] for name in names if name.lower() in by_name), alone)
        if other is None:
            continue
        one.recipient = one.recipient or other.recipient
        whole = _whole_reply(one, other, parts) or _own_words(one, other, parts)
        if whole:
            one.spans, one.diagnostic = whole, None
        elif one.reply_code is None:
            one.spans = (*one.spans, *(span for span in other.spans if span not in one.spans))
            one.diagnostic = one.diagnostic or other.diagnostic
            nearer = other.reply_code is not None  # a server's own reply stands before the field
            codes_ = (other.status, one.status) if nearer else (one.status, other.status)
            one.status = better_status(*codes_)
        for name in _FACTS:
            if getattr(one, name) is None:
                setattr(one, name, getattr(other, name))
        if one.original_recipient is None and other.original_recipient != one.recipient:
            one.original_recipient = other.original_recipient


def _whole_reply(one: Delivery, other: Delivery, parts: dict[str, str]) -> tuple[Span, ...]:
    """Give where the whole of a multi-line reply stands, of which the field has the first line only."""
    first = one.diagnostic or ""
    if not is_first_line(first):
        return ()
    texts = ((span, parts[span.part][span.start : span.end]) for span in other.spans)
    return tuple(span for span, text in texts if "\n" in text and first[:20] in text)


def _own_words(one: Delivery, other: Delivery, parts: dict[str, str]) -> tuple[Span, ...]:
    """Put the notice's words before a field that holds no reply but the system's error (type x-unix)."""
    about_system = any(_is_system_error(parts[span.part], span.start) for span in one.spans)
    return (*other.spans, *one.spans) if about_system and other.diagnostic else ()


def _is_system_error(text: str, at: int) -> bool:
    return text[at : at + 7].lower().startswith("x-unix;")


def is_first_line(said: str) -> bool:
    """Tell whether a reply goes on after this line (RFC 5321, 4.2.1)."""
    return said[3:4] == "-" and said[:3].isdigit()
