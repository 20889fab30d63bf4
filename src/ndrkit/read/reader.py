"""Reads a mail: its kind, who failed, what was said.

The parts of the work stand in the modules beside this one; here is their order.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from ndrkit.folding import one_line
from ndrkit.message.bounds import note
from ndrkit.message.view import FIRST_WORDS, MailView
from ndrkit.model import Delivery, Original, Span
from ndrkit.read import address, kind, safety_net
from ndrkit.read.complete import complete, is_first_line
from ndrkit.read.notice import MAX_DELIVERIES, Notice, Words, end_of_notice, lines_unread, read_notice, share
from ndrkit.read.original import complained_about, read_original
from ndrkit.read.said import MAX_SAID, codes, complete_facts, interpret, speakers
from ndrkit.read.status import read_status

if TYPE_CHECKING:
    from collections.abc import Callable

    from ndrkit.tables.formats import Format
    from ndrkit.tables.tables import Sight, Tables

FAILURES = ("bounce", "delay")
NO_SIGNS: Counter[str] = Counter()
_PEOPLE = ("from", "to", "cc", "reply-to", "sender", "return-path")
_PATHS = ("to", "delivered-to", "x-original-to")  # whom the bounce was sent to
MAX_SAID_IN_ALL = 1_000_000
MIN_SAID = 400


def _undated() -> None:
    return None


@dataclass(slots=True)
class Reading:
    """What was read from one mail; ``parts`` are the texts that spans point into.

    ``original`` reads what came back, ``date`` gives the mail's Date (RFC 5322), for those who ask.
    """

    kind: str
    format: str | None = None
    reporting_mta: str | None = None
    arrival_date: str | None = None
    deliveries: list[Delivery] = field(default_factory=list)
    original: Callable[[], Original] = Original
    parts: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    certain: bool = True
    reply_safe: bool = False
    date: Callable[[], str | None] = _undated


def read_mail(data: bytes, tables: Tables) -> Reading:
    """Read the bytes of a mail (RFC 5322); never raises, whatever they are."""
    view = MailView(data)
    reading = _read_view(view, tables)
    if reading.kind == "bounce" and not reading.deliveries and (inner := view.inner()):
        deeper = _read_view(inner, tables)
        reading = deeper if deeper.deliveries else reading
    reading.notes += view.notes
    return reading


def _read_view(view: MailView, tables: Tables) -> Reading:
    stated = kind.of_report(view)
    if stated:
        return Reading(stated, original=partial(complained_about, view))
    reading = Reading("not_bounce", parts={"notice": view.notice}, date=partial(view.header, "date"))
    status = view.status
    if status:
        _from_status(reading, status, "delivery-status", tables)
    sight = tables.sight(view.first_words)
    signs = NO_SIGNS if reading.deliveries else kind.signs(view, sight, tables)
    if status or signs["bounce"]:
        _read_words(reading, view, sight, signs, tables)
    else:
        reading.kind = kind.of_signs(signs)
    reading.reply_safe = reading.kind == "not_bounce" and kind.from_person(view, tables)
    return reading


def _read_words(reading: Reading, view: MailView, sight: Sight, signs: Counter[str], tables: Tables) -> None:
    """Read the words of a bounce, as far as its fields do not say it all."""
    notice = view.notice
    words = Words.of(notice)
    limit = end_of_notice(words, sight.returned if len(notice) <= FIRST_WORDS else tables.returned_words)
    reading.notes += lines_unread(notice, limit)
    words = words.until(limit)
    length = len(sight.text)
    if limit < len(notice) or limit > FIRST_WORDS:  # the line that announces it counts as well
        head = one_line(notice[: min(limit + 120, 8_000)].lower())
        sight = sight if limit + 120 <= FIRST_WORDS else tables.sight(head)
        length = len(head)
    known = tables.known_formats(view.low_header, sight, length)
    if not view.status and "-recipient:" in sight.text[:length]:
        _from_status(reading, words.text, "notice", tables)
    if reading.deliveries:
        reading.kind = kind.of_deliveries(reading.deliveries)
    elif not signs["bounce"]:
        reading.kind = kind.of_signs(signs)
        return
    if not _told_by_fields(reading, words, tables):
        _from_notice(reading, view, known, words, tables)
    if reading.format is None:
        reading.format = known[0].id if known else ("dsn" if reading.deliveries else None)
    _finish(reading, view, tables, limit, signs, known)


def _from_status(reading: Reading, status: str, part: str, tables: Tables) -> None:
    report = read_status(status, part)
    reading.parts.setdefault(part, status)
    reading.reporting_mta = report.reporting_mta
    reading.arrival_date = report.arrival_date
    reading.deliveries = report.deliveries
    shorten(reading.deliveries, reading.notes)
    for one in reading.deliveries:
        _interpret(one, reading, tables)


def _told_by_fields(reading: Reading, words: Words, tables: Tables) -> bool:
    """Tell whether the fields say it all, but for facts that are found without taking the notice apart.

    That is so for one recipient with a whole reply, when the notice names nobody else.
    """
    if len(reading.deliveries) != 1:
        return bool(reading.deliveries) and all(map(_is_whole, reading.deliveries))
    one = reading.deliveries[0]
    whole_reply = one.reply_code and one.status and not is_first_line(one.diagnostic or "")
    if whole_reply and one.recipient:
        alone = words.low.count("@") == words.low.count(one.recipient.lower())
        told = _is_whole(one) or complete_facts(one, words.text, tables, alone)
        return told and (one.remote_mta or one.remote_ip) is not None
    return _is_whole(one)


def _is_whole(one: Delivery) -> bool:
    return one.reply_code is not None and one.smtp_command is not None


def _from_notice(reading: Reading, view: MailView, known: list[Format], words: Words, tables: Tables) -> None:
    """Read the words for people: the known formats, then the fallbacks, then the safety net."""
    for format_ in [*known, *(tables.fallbacks if not reading.deliveries else ())]:
        found = read_notice(format_, words, "notice")
        named = _named_in_header(format_, view, found.deliveries)
        if not found.deliveries:
            for one in named:
                one.spans = _whole(words.text)
        found = Notice(found.deliveries + named, found.reporting_mta)
        reading.reporting_mta = reading.reporting_mta or found.reporting_mta
        if not found.deliveries:
            if reading.deliveries:
                share(format_, list(reading.deliveries), words, "notice")
            continue
        shorten(found.deliveries, reading.notes)
        for one in found.deliveries:
            _interpret(one, reading, tables)
        if reading.deliveries:
            complete(reading.deliveries, found.deliveries, reading.parts)
        else:
            reading.deliveries = found.deliveries
            reading.format = reading.format or (None if format_.fallback else format_.id)
        for one in found.deliveries:
            one.said_by = one.said_by or (format_.said_by if format_.said_by == "remote" else None)
        break
    if not reading.deliveries:
        reading.deliveries = [
            Delivery(recipient=name, reader="flufl.bounce") for name in safety_net.find(view.data)
        ]


def _named_in_header(format_: Format, view: MailView, found: list[Delivery]) -> list[Delivery]:
    names = {(one.recipient or "").lower() for one in found}
    out = []
    for header in format_.headers:
        for value in view.headers(header.lower()):
            for name in address.every(value):
                if name.lower() not in names:
                    names.add(name.lower())
                    out.append(Delivery(recipient=name, reader=f"header {header}"))
    return out


def _finish(
    reading: Reading,
    view: MailView,
    tables: Tables,
    limit: int,
    signs: Counter[str],
    known: list[Format],
) -> None:
    reading.original = partial(read_original, view, reading.parts["notice"], limit)
    if reading.kind == "not_bounce":
        reading.kind = _kind_by_words(reading, signs, known)
    if not reading.deliveries and reading.kind in FAILURES:
        _guess_recipient(reading, view, limit, tables)
    for one in reading.deliveries:
        if one.diagnostic is None or one.reply_code is None:
            _interpret(one, reading, tables)
    bound(reading.deliveries, reading.notes)
    speakers(
        reading.deliveries,
        known[0].said_by if known else None,
        reading.reporting_mta,
        always=bool(known) and "said_by" in known[0].row,
    )


def shorten(deliveries: list[Delivery], notes: list[str]) -> None:
    """Bound what was said about all recipients together: with thousands of them, each gets less room."""
    room = max(MIN_SAID, min(MAX_SAID, MAX_SAID_IN_ALL // max(len(deliveries), 1)))
    for one in deliveries:
        if max([span.end - span.start for span in one.spans], default=0) > room:
            one.spans = tuple(Span(part, start, min(end, start + room)) for part, start, end in one.spans)
            note(f"only the first {room:,} characters of what was said about a recipient were read", notes)


def bound(deliveries: list[Delivery], notes: list[str]) -> None:
    """Leave out the recipients beyond the bound, and say so."""
    if len(deliveries) > MAX_DELIVERIES:
        del deliveries[MAX_DELIVERIES:]
        note(f"only the first {MAX_DELIVERIES:,} recipients were read", notes)


def _kind_by_words(reading: Reading, signs: Counter[str], known: list[Format]) -> str:
    """Tell the kind of a mail that has signs of a bounce but no delivery-status part."""
    late = signs["delay"] or (known and known[0].kind == "delay")
    if signs["success"] and not any(map(_failed, reading.deliveries)):
        return "success"
    if reading.deliveries or known or signs["bounce"] > 1:
        other = kind.of_signs(signs)
        if not (reading.deliveries or known) and signs[other] >= signs["bounce"]:
            return other
        return "delay" if late else "bounce"
    return kind.of_signs(signs)


def _failed(one: Delivery) -> bool:
    """Tell whether a code says that it failed, or that it is late."""
    return (one.reply_code or one.status or "2")[0] in "45"


def _interpret(one: Delivery, reading: Reading, tables: Tables) -> None:
    if len(one.spans) > 1 and one.spans[0].part == "notice":  # the words with a code come first
        one.spans = tuple(sorted(one.spans, key=lambda span: _without_code(reading, span)))
    for span in one.spans:
        interpret(one, reading.parts[span.part][span.start : span.end], tables)


def _without_code(reading: Reading, span: Span) -> bool:
    return codes(reading.parts[span.part][span.start : span.end]).reply is None


def _whole(words: str) -> tuple[Span, ...]:
    """The words of a notice as one stretch, where nothing in them belongs to one recipient."""
    words = words[:4_000]
    start = len(words) - len(words.lstrip())
    return (Span("notice", start, len(words.rstrip())),) if words.strip() else ()


def _guess_recipient(reading: Reading, view: MailView, limit: int, tables: Tables) -> None:
    """Where nobody is named, the return path may have been made for one recipient (VERP).

    Else the one addressee of the returned mail failed, or the one address that the words name; else it
    stays open who.
    """
    to = reading.original().to
    notice = reading.parts["notice"][:limit]
    spans = _whole(notice)
    paths = [name for field in _PATHS for value in view.headers(field) for name in address.every(value)]
    made_for = next(filter(None, map(address.of_verp, paths)), None)
    if made_for:
        reading.deliveries = [Delivery(recipient=made_for, spans=spans, reader="return path (VERP)")]
    elif len(to) == 1:
        reading.deliveries = [Delivery(recipient=to[0], spans=spans, reader="returned header")]
    elif spans:
        named = _named_in_words(notice[:4_000], view, tables)
        reading.deliveries = [Delivery(recipient=named, spans=spans, reader="notice")]


def _named_in_words(text: str, view: MailView, tables: Tables) -> str | None:
    """Give the one address in the words that may be the recipient's, and is nobody's in the header."""
    header = {name.lower() for field in _PEOPLE for name in address.every(view.header(field) or "")}
    names = [name for name in address.every(text) if name.lower() not in header]
    return tables.whose.recipient(text.lower(), names)
