"""The report as one line, for lists and log files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ndrkit.advise.shared import groups, visible

if TYPE_CHECKING:
    from ndrkit.advise.adviser import Words
    from ndrkit.model import Report

MAX_GROUPS = 3


def render(report: Report, words: Words) -> str:
    """Give the report as one line without a line break."""
    told = groups(report.findings)
    title = str(words.kind(report.kind)["title"])
    if not told:
        return title
    parts = []
    for group in told[:MAX_GROUPS]:
        names = ", ".join(visible(name, 254) for name in group.recipients[:MAX_GROUPS])
        more = f" +{len(group.recipients) - MAX_GROUPS}" if len(group.recipients) > MAX_GROUPS else ""
        parts.append(f"{names}{more}: {group.first.advice.title}" if names else group.first.advice.title)
    line = "; ".join(parts) + (" …" if len(told) > MAX_GROUPS else "")
    return line if report.kind == "bounce" else f"{title} {line}"
