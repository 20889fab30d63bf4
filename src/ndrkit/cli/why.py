"""Why a verdict is what it is: what was read where, the rule that won and its literal, what lost and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ndrkit.match.refusals import literal, refusals, texts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ndrkit.model import Delivery, Report, Verdict
    from ndrkit.tables import Tables

MAX_TEXT = 400


def why(report: Report, tables: Tables) -> list[dict[str, object]]:
    """Give, for each finding, the whole way from what was read to the rule that won."""
    return [
        {
            "recipient": finding.recipient,
            "read_by": finding.delivery.reader,
            "said_by": finding.delivery.said_by,
            "read_from": [
                {**span._asdict(), "text": report.part(span.part)[span.start : span.end][:MAX_TEXT]}
                for span in finding.delivery.spans
            ],
            "reason": finding.reason,
            "won": won(finding.verdict, finding.delivery, report.parts, tables),
            "lost": [other._asdict() for other in finding.verdict.runners_up],
            "refused": [
                other._asdict()
                for other in refusals(finding.delivery, report.parts, finding.verdict.provider, tables)
            ],
        }
        for finding in report.findings
    ]


def won(
    verdict: Verdict, delivery: Delivery, parts: Mapping[str, str], tables: Tables
) -> list[dict[str, object]]:
    """Give the evidence with the level and strength of its rule, and the literal that woke it."""
    rules = {rule.name: rule for rule in tables.rules}
    texts = texts_of(delivery, parts, tables)
    out: list[dict[str, object]] = []
    for evidence in verdict.evidence:
        rule = rules.get(evidence.rule)
        how = (
            {"level": rule.level, "literal": literal(rule, texts, tables)}
            if rule
            else {"level": "code", "literal": None}
        )
        out.append({**evidence._asdict(), **how, "strength": verdict.strength})
    return out
