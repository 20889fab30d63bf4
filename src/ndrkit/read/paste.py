"""Reads text that is no mail: a pasted notice, a forwarded bounce, one SMTP reply, one log line."""

from __future__ import annotations

import html
import re
from functools import partial
from typing import TYPE_CHECKING

from ndrkit import patterns
from ndrkit.folding import one_line
from ndrkit.message.bounds import cut
from ndrkit.message.view import FIRST_WORDS
from ndrkit.model import Delivery, Span
from ndrkit.read import address
from ndrkit.read.notice import MAX_DELIVERIES, Words, end_of_notice, give, read_notice
from ndrkit.read.original import original_behind
from ndrkit.read.reader import Reading, bound, shorten
from ndrkit.read.said import MAX_SAID, codes, interpret, speakers
from ndrkit.read.status import read_status

if TYPE_CHECKING:
    import regex

    from ndrkit.tables.formats import Format
    from ndrkit.tables.tables import Tables

MAX_TEXT = 262_144
_PART = "text"
MAX_WORDS = 600
_QUOTE = re.compile(r"^[ \t]{0,8}(?:[>|][ \t]?){1,8}", re.MULTILINE)
_RESULTS = {  # how the words begin with which mail servers log what became of a delivery
    **dict.fromkeys(("**", "adminbounce", "bounce", "expir", "fail", "oob"), "failed"),
    **dict.fromkeys(("perm", "reject", "undeliver"), "failed"),
    **dict.fromkeys(("defer", "delay", "temp", "transient"), "delayed"),
    **dict.fromkeys(("deliver", "ok", "sent", "success"), "delivered"),
}
_DSN_FIELD = re.compile(r"^[ \t]*(?:final-recipient|diagnostic-code)[ \t]*:", re.I | re.M)

_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
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
    if "&" in text or "<br" in text:  # copied out of a page's source
        text = html.unescape(_BREAK.sub("\n", text))
    if len(_QUOTE.findall(text)) * 2 > text.count("\n"):
        text = _QUOTE.sub("", text)
    reading = Reading("bounce", parts={_PART: text}, notes=notes)
    if not text.strip():
        return Reading("not_bounce", parts={_PART: text})
    readers = (_log_lines, _status_fields, *(() if _REPLY_LINE.match(text) else (_notice,)), _reply)
    for reader in readers:
        reader(reading, text, tables)
        if reading.deliveries:
            break
    shorten(reading.deliveries, reading.notes)
    for one in reading.deliveries:
        for span in one.spans:
            interpret(one, text[span.start : span.end], tables)
    known = tables.formats.get(reading.format or "")
    speakers(
        reading.deliveries,
        known.said_by if known else None,
        reading.reporting_mta,
        always=known is not None and "said_by" in known.row,
    )
    bound(reading.deliveries, reading.notes)
    reading.kind = _kind(reading, known if reader is _notice else None, tables)
    return reading


def _kind(reading: Reading, notice: Format | None, tables: Tables) -> str:
    """Tell the kind: by the actions, in a known notice by its words, else by the class of the codes."""
    actions = {one.action for one in reading.deliveries} - {None}
    if actions:
        return next((k for k, a in (("bounce", "failed"), ("delay", "delayed")) if a in actions), "success")
    if notice:
        low = one_line(reading.parts[_PART][:FIRST_WORDS].lower())
        kinds = {tables.kinds[owner].kind for owner in tables.sight(low).kinds}
        return "delay" if "delay" in kinds else notice.kind
    codes = {(one.reply_code or one.status or "5")[0] for one in reading.deliveries}
    return "bounce" if "5" in codes else "delay" if "4" in codes else "success"


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
        elif name in ("said", "remote_said"):
            one.spans = (Span(_PART, *match.span(name)),)
            one.said_by = "remote" if name == "remote_said" else one.said_by
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


def _status_fields(reading: Reading, text: str, _tables: Tables) -> None:
    if not _DSN_FIELD.search(text):
        return
    report = read_status(text, _PART)
    reading.deliveries = report.deliveries
    reading.reporting_mta = report.reporting_mta
    reading.arrival_date = report.arrival_date
    reading.format = "dsn" if report.deliveries else None


def _notice(reading: Reading, text: str, tables: Tables) -> None:
    low = one_line(text[:8000].lower())
    known = tables.known_formats("", tables.sight(low), len(low))
    words = Words.of(text)
    limit = end_of_notice(words, tables.returned_words)
    words = words.until(limit)
    several = "\n" in text.strip()
    guesses = [*(() if known else _quoting(words.until(MAX_SAID), tables)), *tables.fallbacks]
    for format_ in [*known, *(guesses if several else ())]:
        found = read_notice(format_, words, _PART)
        if found.deliveries and (known or any(one.spans for one in found.deliveries)):
            reading.deliveries = found.deliveries
            reading.reporting_mta = found.reporting_mta
            reading.format = None if format_.fallback else format_.id
            reading.original = partial(original_behind, text, limit)
            for one in found.deliveries:
                one.said_by = one.said_by or (format_.said_by if format_.said_by == "remote" else None)
            return
    reading.format = known[0].id if known else None


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
    names = address.every(text) if reading.format is None else []  # a known notice would have named them
    begin = len(text) - len(text.lstrip())
    reading.deliveries = [
        Delivery(
            recipient=tables.whose.recipient(text.lower(), names) if names else None,
            spans=(Span(_PART, begin, len(text.rstrip())),),
            reader="reply",
        )
    ]
    of_smtp = _SMTP_WORD.search(text) is not None and codes(text).reply is not None
    reading.certain = of_smtp or _REPLY_LINE.match(text) is not None
    if not reading.certain and len(text.strip()) > MAX_WORDS:
        reading.deliveries = []
