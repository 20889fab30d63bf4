"""The report as Markdown (CommonMark); every character from the mail is escaped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&:@/=$^])")


def escape(text: str) -> str:
    """Escape everything that could be markup, autolinked URLs and addresses included."""
    return _SPECIAL.sub(r"\\\1", visible(text))


def render(report: Report, words: Words) -> str:
    """Give the report as Markdown, ending with a line break."""
    return "\n".join(_lines(report, words)).rstrip() + "\n"


def _lines(report: Report, words: Words) -> Iterator[str]:
    yield words.kind(report.kind)["title"]
    if report.genuine == "no":
        yield f"\n**{words.get('words', 'forged')}**"
    if report.original.subject:
        yield ""
        yield f"**{label('original_message', words)}** {escape(report.original.subject[:120])}"
    advice = report.advice
    if advice:
        yield ""
        yield from _advice(advice)
    taken, left = fitting(report, lambda group: _group(group, words))
    for piece in taken:
        yield ""
        yield piece
    if left:
        yield f"\n… +{left}"
    if report.findings and not report.reply_safe:
        yield f"\n*{words.get('words', 'no_reply')}*"


def _group(group: Group, words: Words) -> Iterator[str]:
    finding = group.first
    advice = finding.advice
    yield f"### {advice.title}"
    yield ""
    for name, value in facts(group, words):
        yield f"- **{name}** {escape(value)}"
    if finding.delivery.diagnostic:
        yield ""
        yield f"> {_said(group)}"
    yield ""
    yield from _advice(advice)
    yield ""
    for link in advice.links:
        yield f"- [{escape(link.title)}]({link.url})"


def _advice(advice: Advice) -> Iterator[str]:
    yield advice.summary
    yield ""
    for number, step in enumerate(advice.steps, 1):
        yield f"{number}. {step}"


def _said(group: Group) -> str:
    cut = marked(group.first)
    if cut is None:
        return escape(group.first.delivery.diagnostic or "")
    before, quote, after = cut
    return f"{escape(before[-300:])}**{escape(quote)}**{escape(after)}"
