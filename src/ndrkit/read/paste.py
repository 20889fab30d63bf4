"""Reads text that is no mail: a pasted notice, a forwarded bounce, one SMTP reply, one log line."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from ndrkit import patterns
from ndrkit.folding import one_line
from ndrkit.message.bounds import cut
from ndrkit.message.view import FIRST_WORDS
from ndrkit.model import Delivery, Span
from ndrkit.read import address
from ndrkit.read.complete import complete
from ndrkit.read.notice import MAX_DELIVERIES, Words, end_of_notice, give, read_notice
from ndrkit.read.original import original_behind
from ndrkit.read.plain import plain, without_message
from ndrkit.read.reader import Reading, bound, shorten
from ndrkit.read.said import MAX_SAID, codes, interpret, speakers
from ndrkit.read.status import read_status

if TYPE_CHECKING:
    from collections.abc import Iterable

    import regex

    from ndrkit.tables.formats import Format
    from ndrkit.tables.tables import Tables

MAX_TEXT = 262_144
_PART = "text"
MAX_WORDS = 600
_RESULTS = {  # how the words begin with which mail servers log what became of a delivery
    **dict.fromkeys(("**", "adminbounce", "bounce", "expir", "fail", "oob"), "failed"),
    **dict.fromkeys(("perm", "reject", "undeliver"), "failed"),
    **dict.fromkeys(("defer", "delay", "temp", "transient"), "delayed"),
    **dict.fromkeys(("deliver", "ok", "sent", "success"), "delivered"),
}
_HEAD = re.compile(
    r"(?:^[ \t>*]{0,9}(?:from|to|cc|sent|date|subject|reply-to)[ *]?:[^\n]*\n){3,9}", re.I | re.M
)
_WORD = re.compile(r"[^\n]")
_SAID = {"said": None, "remote_said": "remote", "own_said": "own"}  # groups of log lines, with who speaks
_DSN_FIELD = re.compile(r"^[ \t]*(?:final-recipient|diagnostic-code)[ \t]*:", re.I | re.M)
_FIRST_FIELD = re.compile(
    r"^[ \t]*(?:(?:reporting|remote)-mta|[\w-]{5,8}-recipient|action|arrival-date)[ \t]*:", re.I | re.M
)

_SMTP_WORD = re.compile(
    r"\b(?:smtp|rcpt|mail from|ehlo|helo|data|said|got|repl(?:y|ied)|respon(?:se|ded)|remote server|mta"
    r"|error|answer(?:ed)?)\b",
    re.IGNORECASE,
)
_REPLY_LINE = re.compile(r"\s*(?:4[2-57]|5[0-57])\d(?:[ -]\S|$)")


def read_text(text: str, tables: Tables) -> Reading:
    """Read pasted text; the reading is ``certain`` only when something in it is known."""
    notes: list[str] = []
    text = cut(text, MAX_TEXT, "the text", notes).replace("\r\n", "\n").replace("\r", "\n")
    text = without_message(plain(text))
    reading = Reading("bounce", parts={_PART: text}, notes=notes)
    if not text.strip():
        return Reading("not_bounce", parts={_PART: text})
    readers = (_log_lines, _status_fields, *(() if _REPLY_LINE.match(text) else (_notice,)), _reply)
    for reader in readers:
        reader(reading, text, tables)
        if reading.deliveries:
            break
    shorten(reading.deliveries, reading.notes)
    _interpret(reading.deliveries, text, tables)
    known = tables.formats.get(reading.format or "")
    speakers(
        reading.deliveries,
        known.said_by if known else None,
        reading.reporting_mta,
        always=known is not None and "said_by" in known.row,
    )
    bound(reading.deliveries, reading.notes)
    reading.kind = _kind(reading, known if reader is not _reply else None, tables)
    if reading.kind in ("success", "auto_reply", "challenge"):
        reading.deliveries, reading.certain = [], True
    return reading


def _kind(reading: Reading, known: Format | None, tables: Tables) -> str:
    """Tell the kind: by the actions, by the words of the notice, else by the class of the codes."""
    actions = {one.action for one in reading.deliveries} - {None}
    if actions:
        return next((k for k, a in (("bounce", "failed"), ("delay", "delayed")) if a in actions), "success")
    low = one_line(reading.parts[_PART][:FIRST_WORDS].lower())
    kinds = {tables.kinds[owner].kind for owner in tables.sight(low).kinds}
    kinds |= {one.kind for one in tables.kinds if any(word in low for word in one.pasted)}
    codes = {(one.reply_code or one.status or " ")[0] for one in reading.deliveries}
    if kinds and not codes & {"4", "5"}:
        told = next((kind for kind in ("success", "delay", "challenge", "auto_reply") if kind in kinds), None)
        if told:
            return told
    if known:
        return "delay" if "delay" in kinds else known.kind
    return "delay" if "4" in codes and "5" not in codes else "success" if codes == {"2"} else "bounce"


def _log_lines(reading: Reading, text: str, tables: Tables) -> None:
    """Read log lines about recipients, of the first mail server whose lines these are."""
    low = text.lower()
    for format_ in tables.logging:
        matches: dict[int, regex.Match[str]] = {}  # by the end of the line; the first that fits reads it
        for pattern in format_.log:
            for match in patterns.every(pattern, text, low, MAX_DELIVERIES + 1):
                matches.setdefault(text.find("\n", match.end()), match)
        found = [_from_log(match, format_.id) for match in sorted(matches.values(), key=_place)]
        if found:
            reading.deliveries = [one for one in found if one.action not in ("delivered",)] or found
            reading.format = format_.id
            return


def _place(match: regex.Match[str]) -> int:
    return match.start()


def _from_log(match: regex.Match[str], format_id: str) -> Delivery:
    one = Delivery(reader=f"formats/{format_id} (log)")
    groups = match.groupdict()
    for name, value in groups.items():
        if not value or not value.strip():
            continue
        if name == "recipient":
            one.recipient = address.tidy(value)
        elif name in _SAID:
            one.spans = (Span(_PART, *match.span(name)),)
            one.said_by = _SAID[name]
        elif name == "result":
            one.action = _result(value.lower())
        else:
            give(one, name, value.strip())
    parts = [groups.get(name) for name in ("class", "subject", "detail")]
    if one.status is None and all(parts):  # RFC 3463, its three numbers apart
        one.status = ".".join(filter(None, parts))
    if not one.spans:
        one.spans = (Span(_PART, *match.span()),)
    return one


def _result(word: str) -> str | None:
    return next((action for start, action in _RESULTS.items() if word.startswith(start)), None)


def _status_fields(reading: Reading, text: str, tables: Tables) -> None:
    """Read the fields of a delivery-status part (RFC 3464), and the notice above them."""
    if not _DSN_FIELD.search(text):
        return
    report = read_status(text, _PART)
    if not report.deliveries:
        return
    reading.deliveries, reading.format = report.deliveries, "dsn"
    reading.reporting_mta, reading.arrival_date = report.reporting_mta, report.arrival_date
    above = Reading("bounce", parts=reading.parts)
    first = _FIRST_FIELD.search(text)
    _notice(above, text[: first.start() if first else 0], tables)
    if above.format:
        _join(reading, above, tables)


def _join(reading: Reading, above: Reading, tables: Tables) -> None:
    """Add what the notice above the fields tells, also of recipients whose fields are cut off."""
    reading.format = above.format
    _interpret([*reading.deliveries, *above.deliveries], reading.parts[_PART], tables)
    complete(reading.deliveries, above.deliveries, reading.parts)
    names = {(one.recipient or "").lower() for one in reading.deliveries}
    reading.deliveries += [one for one in above.deliveries if (one.recipient or "").lower() not in names]


def _interpret(deliveries: Iterable[Delivery], text: str, tables: Tables) -> None:
    for one in deliveries:
        for span in one.spans:
            interpret(one, text[span.start : span.end], tables)


def _notice(reading: Reading, text: str, tables: Tables) -> None:
    low = one_line(text[:8000].lower())
    known = tables.known_formats("", tables.sight(low), len(low))
    words = Words.of(text)
    limit = end_of_notice(words, tables.returned_words)
    words = words.until(limit)
    several = "\n" in text.strip()
    guesses = [*(() if known else _quoting(words.until(MAX_SAID), tables)), *tables.fallbacks]
    for format_ in [*known, *(guesses if several else ())]:
        found = read_notice(format_, _headless(words) if format_.fallback else words, _PART)
        if found.deliveries and (known or any(one.spans for one in found.deliveries)):
            reading.deliveries = found.deliveries
            reading.reporting_mta = found.reporting_mta
            reading.format = None if format_.fallback else format_.id
            reading.original = partial(original_behind, text, limit)
            for one in found.deliveries:
                one.said_by = one.said_by or (format_.said_by if format_.said_by == "remote" else None)
            return
    reading.format = known[0].id if known else None


def _headless(words: Words) -> Words:
    """Give the words with blanks for the header of a forwarded mail: those in it sent and got the notice."""
    text = _HEAD.sub(lambda match: _WORD.sub(" ", match[0]), words.text)
    return words if text == words.text else Words.of(text)


def _quoting(words: Words, tables: Tables) -> list[Format]:
    """Give the formats whose MTA quotes another server in these words."""
    return [
        one
        for one in tables.formats.values()
        if any(patterns.search(said, words.text, words.low) for said in one.said)
    ]


def _reply(reading: Reading, text: str, tables: Tables) -> None:
    """Take the whole text as what was said; the one address in it that may be the recipient's is.

    What has the form of a reply (RFC 5321, 4.2) is one, even where nobody knows its words. What has not,
    and is longer than :data:`MAX_WORDS`, is a letter, whatever it speaks of.
    """
    words = _headless(Words.of(text))
    names = (
        address.every(words.text) if reading.format is None else []
    )  # a known notice would have named them
    begin = len(text) - len(text.lstrip())
    reading.deliveries = [
        Delivery(
            recipient=tables.whose.recipient(words.low, names) if names else None,
            spans=(Span(_PART, begin, len(text.rstrip())),),
            reader="reply",
        )
    ]
    of_smtp = _SMTP_WORD.search(text) is not None and codes(text).reply is not None
    reading.certain = bool(of_smtp or reading.format or _REPLY_LINE.match(text))
    if not reading.certain and len(text.strip()) > MAX_WORDS:
        reading.deliveries = []
