"""The report as plain text, for terminals, logs and e-mail; wide characters measured right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import wcwidth

from ndrkit.advise.shared import (
    facts,
    fitting,
    label,
    marked,
    visible,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ndrkit.advise.adviser import Words
    from ndrkit.advise.shared import Group
    from ndrkit.model import Advice, Report

WIDTH = 88


def render(report: Report, words: Words) -> str:
    """Give the report as text; lines end with LF, the last one too."""
    return "\n".join(_lines(report, words)).rstrip() + "\n"


def _lines(report: Report, words: Words) -> Iterator[str]:
    yield from wrap(words.kind(report.kind)["title"])
    if report.genuine == "no":
        yield from wrap(words.get("words", "forged"))
    if report.original.subject:
        name = label("original_message", words)
        blank = "" if name.endswith("：") else " "  # a wide colon brings its own
        yield from wrap(f"{name}{blank}{visible(report.original.subject, 120)}")
    advice = report.advice
    if advice:
        yield ""
        yield from _advice(advice)
    taken, left = fitting(report, lambda group: _group(group, words))
    for piece in taken:
        yield ""
        yield piece
    if left:
        yield f"… +{left}"
    if report.findings and not report.reply_safe:
        yield ""
        yield from wrap(words.get("words", "no_reply"))


def _group(group: Group, words: Words) -> Iterator[str]:
    finding = group.first
    advice = finding.advice
    yield "── " + advice.title
    rows = facts(group, words)
    rows[-1:-1] = [(label("said", words), _said(group))]
    width = max(wcwidth.wcswidth(name) for name, _ in rows) + 1
    for name, value in rows:
        if value:
            first = name + " " * (width - wcwidth.wcswidth(name))
            yield from wrap(value, first=first, rest=" " * width)
    yield ""
    yield from _advice(advice)
    for link in advice.links:
        yield f"  → {link.title}"
        yield f"    {link.url}"


def _advice(advice: Advice) -> Iterator[str]:
    yield from wrap(advice.summary)
    for number, step in enumerate(advice.steps, 1):
        yield from wrap(step, first=f"{number:2}. ", rest="    ")


def _said(group: Group) -> str:
    """What was said, with the words that decided between » and «."""
    finding = group.first
    cut = marked(finding)
    if cut is None:
        return visible(finding.delivery.diagnostic or "")
    before, quote, after = cut
    return f"{visible(before, 300)}»{visible(quote, 300)}«{visible(after, 300)}"


# What may not be torn: a word (a no-break space belongs to it) or a wide character, with the opening
# brackets before it and the closing punctuation behind it; blanks.
_UNITS = re.compile(
    r"[ \t\r\n]+|[（「『]*(?:[^ \t\r\n\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]+|.)[，。；：、！？）」』]*",
    re.DOTALL,
)


def wrap(text: str, first: str = "", rest: str = "") -> Iterator[str]:
    """Break a text into lines of at most :data:`WIDTH` cells: at blanks, and between CJK characters.

    Libraries break at blanks only, which tears Chinese sentences that hold a few Latin words.
    """
    line, used, blank = first, wcwidth.wcswidth(first), ""
    empty = True
    for unit in _UNITS.findall(text):
        if unit.isspace():
            blank = " "
            continue
        room = len(blank) + max(wcwidth.wcswidth(unit), 0)
        if not empty and used + room > WIDTH:
            yield line.rstrip()
            line, used, blank, empty = rest, wcwidth.wcswidth(rest), "", True
            room = max(wcwidth.wcswidth(unit), 0)
        line += ("" if empty else blank) + unit
        used += room
        blank, empty = "", False
    yield line.rstrip()
