"""What the three renderers have in common: visible characters, groups of findings, the cause's line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ndrkit.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ndrkit.advise.adviser import Words
    from ndrkit.model import Finding, Report

MAX_SHOWN = 600
BUDGET = 8_500
MAX_RECIPIENTS = 12
GIST = 300
_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


class Group(NamedTuple):
    """Findings that share what was said and why: told once, with all their recipients."""

    first: Finding
    recipients: tuple[str, ...]


def groups(findings: Sequence[Finding]) -> list[Group]:
    """Put together the findings with the same verdict and the same words of advice."""
    found: dict[object, list[Finding]] = {}
    for finding in findings:
        why = finding.verdict
        key = (why.reason, why.strength, why.blocklist, why.ip, why.domain, _gist(finding))
        found.setdefault(key, []).append(finding)
    return [Group(same[0], tuple(one.recipient for one in same if one.recipient)) for same in found.values()]


def fitting(report: Report, told: Callable[[Group], Iterable[str]]) -> tuple[list[str], int]:
    """Tell the groups that fit into the room, at least one; give them and how many are left.

    The room is what the advice for the mail as a whole leaves of :data:`BUDGET`.
    """
    advice = report.advice
    room = BUDGET - sum(map(len, (advice.summary, *advice.steps)) if advice else ())
    found = groups(report.findings)
    taken: list[str] = []
    for group in found:
        piece = "\n".join(told(group))
        room -= len(piece)
        if taken and room < 0:
            break
        taken.append(piece)
    return taken, len(found) - len(taken)


def _gist(finding: Finding) -> str:
    """Give the beginning of what was said, whoever the recipient is."""
    return fold((finding.delivery.diagnostic or "")[:GIST])


def visible(text: str, most: int = MAX_SHOWN) -> str:
    """Give text from a mail as it may be shown: control and direction marks become visible codes."""
    shown = text if len(text) <= most else text[:most] + " …"
    return _HIDDEN.sub(lambda m: " " if m[0] in "\t\n\r" else f"\\u{ord(m[0]):04x}", shown)


def label(key: str, words: Words) -> str:
    """Give a word of ``rules/texts`` with the colon of its language behind it."""
    return words.get("words", key) + words.get("words", "colon")


def facts(group: Group, words: Words) -> list[tuple[str, str]]:
    """Give the facts of a group as (label with its colon, value), in the order in which they are shown.

    Values are not escaped.
    """
    why = group.first.verdict
    names = [visible(name, 254) for name in group.recipients[:MAX_RECIPIENTS]]
    more = len(group.recipients) - MAX_RECIPIENTS
    separator = words.get("words", "separator")
    family = words.get("families", why.family or "other")
    guessed = why.strength == "weak" and why.reason != "undetermined"
    rows = (
        ("recipient", ", ".join(names) + (f", … +{more}" if more > 0 else "")),
        ("cause", words.cause(why.cause, "name") if why.cause else family),
        ("also_possible", separator.join(words.cause(cause, "name") for cause in why.also)),
        ("certain", words.get("strengths", "weak") if guessed else ""),
        ("list", why.blocklist.name if why.blocklist else ""),
        ("ip", why.ip or ""),
        ("who", words.get("actors", why.action_by)),
    )
    return [(label(key, words), value) for key, value in rows if value]


def marked(finding: Finding) -> tuple[str, str, str] | None:
    """Cut what was said in three around the words that decided, when they stand in it as they are."""
    said = finding.delivery.diagnostic or ""
    for evidence in finding.evidence:
        quote = " ".join(evidence.quote.split())
        at = said.find(quote)
        if quote and at >= 0:
            return said[:at], quote, said[at + len(quote) :]
    return None
