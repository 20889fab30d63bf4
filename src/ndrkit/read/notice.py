"""The one interpreter of free-form notices: formats are rows of ``rules/formats``, not code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ndrkit import patterns
from ndrkit.folding import lower
from ndrkit.model import Delivery, Span
from ndrkit.read import address
from ndrkit.read.said import give_server, host_of, verb
from ndrkit.tables.automaton import place_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import regex

    from ndrkit.patterns import Expression
    from ndrkit.tables.formats import Format

MAX_LINES = 20_000
MAX_LINE = 4_000
MAX_BLOCK_LINES = 60
MAX_DELIVERIES = 10_000
MAX_SPANS = 3

_LIKE_HEADER = re.compile(
    r"^[ \t]?(?:[>|] ?){0,50}(received|return-path|message-id|mime-version|from|to|subject|date|content-type"
    r"|x-[\w-]{1,100}|dkim-signature|delivered-to|reply-to|cc)[ \t]{0,50}:",
    re.MULTILINE,
)
_SURE_HEADERS = {"received", "return-path", "message-id", "mime-version", "dkim-signature"}


class Words(NamedTuple):
    """The words of a notice: as they are, and in lower case with every character at its place."""

    text: str
    low: str

    @classmethod
    def of(cls, text: str) -> Words:
        """Give the words of a text."""
        return cls(text, lower(text))

    def until(self, limit: int) -> Words:
        """Give the first ``limit`` characters."""
        return self if limit >= len(self.text) else Words(self.text[:limit], self.low[:limit])


class Line(NamedTuple):
    """A line of a notice, as it is and in lower case, with its place in the text."""

    text: str
    low: str
    start: int
    end: int


class Block:
    """A delivery under construction: its facts and where its words stand."""

    __slots__ = ("delivery", "end", "exact", "lines", "start")

    def __init__(self, delivery: Delivery, start: int) -> None:
        self.delivery = delivery
        self.start = start
        self.end = start
        self.lines = 0
        self.exact: list[tuple[int, int, bool]] = []


class Notice(NamedTuple):
    """What a notice gave: its deliveries and the host that wrote it, if it says so."""

    deliveries: list[Delivery]
    reporting_mta: str | None


def end_of_notice(words: Words, returned: Iterable[str]) -> int:
    """Give where the returned message begins inside the words; what follows is the sender's.

    ``returned`` are the literals of lines that may announce it.
    """
    low = words.low
    found = [at for literal in returned if (at := place_of(literal, low)) >= 0]
    lines = ((low.rfind("\n", 0, at) + 1, at) for at in found)
    ends = [begin if low[:begin].strip() else at for begin, at in lines]  # all may stand in one line
    for name in _SURE_HEADERS:
        if name in low:
            header = _header_block(low)
            ends += [] if header is None else [header]
            break
    return min(ends) if ends else len(low)


def lines_unread(text: str, limit: int) -> list[str]:
    """Say which lines of a notice are not read for recipients."""
    lines = text[:limit].split("\n") if limit > MAX_LINE else []
    notes = []
    if len(lines) > MAX_LINES:
        notes.append(f"only the first {MAX_LINES:,} lines of the notice were read")
    if any(len(line) > MAX_LINE for line in lines):
        notes.append(f"only the first {MAX_LINE:,} characters of a line were read")
    return notes


def _header_block(low: str) -> int | None:
    """Find a block of header fields of a mail: three in a row, one of them no person would write."""
    begin, behind = -1, 0
    seen: set[str] = set()
    for match in _LIKE_HEADER.finditer(low):
        start = match.start()
        if begin < 0 or not _is_folded(low[behind:start]):
            begin, seen = start, set()
        seen.add(match[1])
        if len(seen) >= 3 and not seen.isdisjoint(_SURE_HEADERS):
            return begin
        behind = low.find("\n", match.end()) + 1 or len(low)
    return None


def _is_folded(lines: str) -> bool:
    """Tell whether the lines between two header fields all belong to the first (RFC 5322, 2.2.3)."""
    return not lines or all(line[:1] in (" ", "\t") and line.strip() for line in lines.split("\n")[:-1])


def read_notice(format_: Format, words: Words, part: str) -> Notice:
    """Read the deliveries of a notice in one format; none when it is not like that after all."""
    region = _region(format_, words.low)
    blocks = _blocks(format_, words, *region) if region else []
    deliveries = [_finish(block, words.text, part) for block in blocks]
    mta = share(format_, deliveries, words, part)
    return Notice(deliveries, mta)


def _blocks(format_: Format, words: Words, begin: int, end: int) -> list[Block]:
    """Read the lines from ``begin`` to ``end``: one that names a recipient begins a block."""
    low = words.low
    recipient = [one for one in format_.recipient if one.can_match(low)]
    fields = [one for one in format_.fields if one.can_match(low)]
    skip = [word for word in format_.skip if word in low]
    bare_names = format_.bare_names
    blocks: list[Block] = []
    behind = begin
    for whole in words.text[begin:end].split("\n", MAX_LINES)[:MAX_LINES] if recipient else ():
        start, behind = behind, behind + len(whole) + 1
        may_name = "@" in whole or bare_names
        if not (blocks or may_name):
            continue
        stop = min(behind - 1, start + MAX_LINE)
        line = Line(whole[:MAX_LINE], low[start:stop], start, stop)
        if skip and any(word in line.low for word in skip):
            continue
        if format_.reply and blocks and _goes_on(format_.reply, blocks[-1], low, start):
            blocks[-1].exact.append((start, stop, False))
            continue
        found = _first_match(recipient, line) if may_name else None
        if found is not None and not _same_again(blocks, found):
            blocks += _open(format_, line, found)
            if len(blocks) > MAX_DELIVERIES:
                break
        elif blocks and blocks[-1].lines < MAX_BLOCK_LINES:
            _add(fields, blocks[-1], line)
    return blocks


def _region(format_: Format, low: str) -> tuple[int, int] | None:
    """Give where the lines with recipients begin and end: behind the start's line, before the stop's."""
    begin = 0
    if format_.start:
        found = [at for word in format_.start if (at := low.find(word)) >= 0]
        if not found:
            return None
        begin = low.find("\n", min(found)) + 1
        if not begin:
            return None
    stops = [at for word in format_.stop if (at := low.find(word, begin)) >= 0]
    return begin, max(low.rfind("\n", 0, min(stops)), begin) if stops else len(low)


def _first_match(expressions: list[Expression], line: Line) -> regex.Match[str] | None:
    for expression in expressions:
        match = patterns.match(expression, line.text, line.low)
        if match:
            return match
    return None


def _goes_on(reply: tuple[str, str], block: Block, low: str, at: int) -> bool:
    """Tell whether a quoted reply goes on at ``at``, whatever the line that begins there looks like."""
    begin, end = reply
    since, until = block.start, at + MAX_LINE
    if low.find(begin, since, at) < 0 or low.find(end, since, at) >= 0:
        return False
    ends = low.find(end, at, until)
    return ends >= 0 and low.find(begin, at, ends) < 0


def _same_again(blocks: list[Block], match: regex.Match[str]) -> bool:
    """A line with the address of the block that is open says more about it, not a new recipient."""
    name = match.groupdict().get("recipient")
    last = blocks[-1].delivery.recipient if blocks else None
    return bool(name and last and address.tidy(name) == last)


def _open(format_: Format, line: Line, match: regex.Match[str]) -> list[Block]:
    groups = match.groupdict()
    names = address.every(groups["recipients"]) if groups.get("recipients") else []
    one = address.tidy(groups["recipient"]) if groups.get("recipient") else None
    if one is None and groups.get("recipient") and format_.bare_names:
        one = groups["recipient"].strip()
    blocks = []
    for name in names or ([one] if one else []):
        block = Block(Delivery(recipient=name, reader=f"formats/{format_.id}"), line.start)
        _take(block, match, line.start)
        if not block.exact:
            block.start = block.end = line.start + match.end()
            if line.text[match.end() :].strip():
                block.end = line.end
        blocks.append(block)
    return blocks


def _add(fields: list[Expression], block: Block, line: Line) -> None:
    block.lines += 1
    for expression in fields:
        match = patterns.match(expression, line.text, line.low)
        if match:
            _take(block, match, line.start)
    if line.text.strip():
        block.end = line.end


def _take(block: Block, match: regex.Match[str], offset: int) -> None:
    """Take the facts that the named groups of an expression give."""
    one = block.delivery
    for name, value in match.groupdict().items():
        if not value or not value.strip():
            continue
        if name in ("said", "remote_said"):
            begin, end = match.span(name)
            block.exact.append((offset + begin, offset + end, name == "remote_said"))
            if name == "remote_said":
                one.said_by = "remote"
        else:
            give(one, name, value.strip())


def give(one: Delivery, name: str, value: str) -> None:
    """Set one fact of a delivery that an expression of the tables found, unless it is set already."""
    if name == "remote_mta":
        give_server(one, value)
    elif name == "remote_ip":
        one.remote_ip = one.remote_ip or value
    elif name == "command":
        one.smtp_command = one.smtp_command or verb(value)
    elif name == "original_recipient":
        wrote = address.first(value)
        if wrote and wrote.lower() != (one.recipient or "").lower():
            one.original_recipient = one.original_recipient or wrote
    elif name == "status":
        one.status = one.status or value
    elif name == "reply_code":
        one.reply_code = one.reply_code or value
    elif name == "until":
        one.retry_until = one.retry_until or value
    elif name == "attempt":
        one.last_attempt = one.last_attempt or value


def _finish(block: Block, text: str, part: str) -> Delivery:
    one = block.delivery
    if not block.exact:
        one.spans = _stretch(text, block.start, block.end, part)
        return one
    for remote in (True, False):  # what the server said stands before what the MTA made of it
        places = [(begin, end) for begin, end, theirs in block.exact if theirs == remote]
        if places:
            begin, end = min(places)[0], max(end for _, end in places)
            one.spans += _stretch(text, begin, end, part)
    return one


def _stretch(text: str, start: int, end: int, part: str) -> tuple[Span, ...]:
    words = text[start:end]
    lead = len(words) - len(words.lstrip(" \t\n:-=>"))
    return (Span(part, start + lead, start + len(words.rstrip())),) if words.strip(" \t\n:-=>.") else ()


def share(format_: Format, deliveries: list[Delivery], words: Words, part: str) -> str | None:
    """Apply the expressions over the whole notice: to the recipient they name, or to all.

    Gives the reporting MTA, where one of them names it.
    """
    _pass_back(deliveries)
    mta = None
    by_name = {(one.recipient or "").lower(): one for one in deliveries}
    for expression in format_.shared:
        most = MAX_DELIVERIES + 1 if "<recipient>" in expression.source else MAX_SPANS
        for match in patterns.every(expression, words.text, words.low, most):
            groups = match.groupdict()
            mta = mta or host_of(groups.get("reporting_mta"))
            name = address.tidy(groups["recipient"]) if groups.get("recipient") else None
            if groups.get("recipient") and not name:
                continue
            if name and name.lower() not in by_name:
                new = Delivery(recipient=name, reader=f"formats/{format_.id}")
                by_name[name.lower()] = new
                deliveries.append(new)
            for one in [by_name[name.lower()]] if name else deliveries:
                _give_shared(one, match, part, alone=bool(name) or len(deliveries) == 1)
    return mta


def _give_shared(one: Delivery, match: regex.Match[str], part: str, alone: bool) -> None:
    """Give what a shared expression found.

    ``said`` fills a gap; ``remote_said`` adds to what is there, unless it may be about another one.
    """
    for key, value in match.groupdict().items():
        if not value or key == "recipient":
            continue
        if key in ("said", "remote_said"):
            if one.reply_code and one.reader == "delivery-status":
                continue  # the field said it all
            span = Span(part, *match.span(key))
            adds = key == "remote_said" or one.reader == "delivery-status" or one.said_by == "remote"
            room = MAX_SPANS if adds and alone else 1
            if len(one.spans) < room and not any(_meet(span, other) for other in one.spans):
                one.spans = (*one.spans, span)
                one.said_by = "remote" if key == "remote_said" else one.said_by
        elif alone:
            give(one, key, value.strip())


def _meet(one: Span, other: Span) -> bool:
    return one.part == other.part and one.start < other.end and other.start < one.end


def _pass_back(deliveries: list[Delivery]) -> None:
    """Recipients listed one under the other share the words that follow the last of them."""
    spans: tuple[Span, ...] = ()
    for one in reversed(deliveries):
        if one.spans:
            spans = one.spans
        elif spans:
            one.spans = spans
