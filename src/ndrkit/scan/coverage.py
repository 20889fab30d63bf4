"""Which rules fired how often on a mailbox, and what was said that none of them knows."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from ndrkit.folding import fold

if TYPE_CHECKING:
    from ndrkit.model import Report

_MASKS = (
    (re.compile(r"https?://\S+"), "<url>"),
    (re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}\b"), "<ip>"),
    (re.compile(r"\b(?:[\w-]+\.)+[a-z]{2,}\b"), "<host>"),
    (re.compile(r"\b(?=[\w-]*\d)[\w-]{5,}\b"), "<id>"),
    (re.compile(r"\b\d+\b"), "<n>"),
)
_CODE = re.compile(r"^([245]\d\d)[ -](?:([245]\.\d{1,3}\.\d{1,3})\s)?")


class Coverage:
    """Counts over reports: ``fired`` by rule, ``unknown`` by template of what was said."""

    def __init__(self) -> None:
        self.findings = 0
        self.fired: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()

    def add(self, report: Report) -> None:
        """Count one report."""
        for finding in report.findings:
            self.findings += 1
            self.fired.update(evidence.rule for evidence in finding.evidence)
            if finding.reason == "undetermined" and finding.delivery.diagnostic:
                self.unknown[template(finding.delivery.diagnostic)] += 1


def template(text: str) -> str:
    """Mask what changes from mail to mail, so that the same words of a server become one template."""
    text = fold(text[:600])
    code = _CODE.match(text)
    head = code[0] if code else ""
    text = text[len(head) :]
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return (head + text)[:200]
