"""The report as an HTML fragment of plain tags, which helpdesks keep: b i p ul ol li a code blockquote.

Every character from the mail is escaped; the only links are those of our own table.
"""

from __future__ import annotations

import re
from html import escape as html_escape
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
    from ndrkit.model import Advice, Link, Report

_CODE = re.compile(r"`([^`]+)`")


def escape(text: str) -> str:
    """Escape text from a mail for HTML."""
    return html_escape(visible(text))


def render(report: Report, words: Words) -> str:
    """Give the report as an HTML fragment."""
    return "\n".join(_blocks(report, words)) + "\n"


def _blocks(report: Report, words: Words) -> Iterator[str]:
    yield f"<p>{html_escape(words.kind(report.kind)['title'])}</p>"
    if report.genuine == "no":
        yield f"<p><b>{html_escape(words.get('words', 'forged'))}</b></p>"
    if report.original.subject:
        name = html_escape(label("original_message", words))
        yield f"<p><b>{name}</b> {escape(report.original.subject[:120])}</p>"
    advice = report.advice
    if advice:
        yield from _advice(advice)
    taken, left = fitting(report, lambda group: _group(group, words))
    yield from taken
    if left:
        yield f"<p>… +{left}</p>"
    if report.findings and not report.reply_safe:
        yield f"<p><i>{html_escape(words.get('words', 'no_reply'))}</i></p>"


def _group(group: Group, words: Words) -> Iterator[str]:
    finding = group.first
    advice = finding.advice
    yield f"<p><b>{_words(advice.title)}</b></p>"
    rows = (f"<li><b>{html_escape(name)}</b> {escape(value)}</li>" for name, value in facts(group, words))
    yield f"<ul>{''.join(rows)}</ul>"
    if finding.delivery.diagnostic:
        yield f"<blockquote>{_said(group)}</blockquote>"
    yield from _advice(advice)
    if advice.links:
        yield "<ul>" + "".join(map(_link, advice.links)) + "</ul>"


def _said(group: Group) -> str:
    cut = marked(group.first)
    if cut is None:
        return escape(group.first.delivery.diagnostic or "")
    before, quote, after = cut
    return f"{escape(before[-300:])}<b>{escape(quote)}</b>{escape(after)}"


def _advice(advice: Advice) -> Iterator[str]:
    yield f"<p>{_words(advice.summary)}</p>"
    if advice.steps:
        yield "<ol>" + "".join(f"<li>{_words(step)}</li>" for step in advice.steps) + "</ol>"


def _words(text: str) -> str:
    """Our own words: escaped, literal words as code."""
    return _CODE.sub(r"<code>\1</code>", html_escape(text))


def _link(link: Link) -> str:
    url = html_escape(link.url, quote=True)
    return f'<li><a href="{url}">{html_escape(link.title)}</a></li>'
