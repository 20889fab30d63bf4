"""Why a verdict is what it is: what was read where, the rule that won and its literal, what lost and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ndrkit.match.refusals import case_in, literal, refusals

if TYPE_CHECKING:
    from ndrkit.match.case import Case
    from ndrkit.model import Finding, Report, Verdict
    from ndrkit.tables import Tables

MAX_TEXT = 400


def why(report: Report, tables: Tables) -> list[dict[str, object]]:
    """Give, for each finding, the whole way from what was read to the rule that won."""
    return [_one(finding, report, tables) for finding in report.findings]


def _one(finding: Finding, report: Report, tables: Tables) -> dict[str, object]:
    read, case = finding.delivery, case_in(finding.delivery, report.parts, tables)
    return {
        "recipient": finding.recipient,
        "read_by": read.reader,
        "said_by": read.said_by,
        "read_from": [
            {**span._asdict(), "text": report.part(span.part)[span.start : span.end][:MAX_TEXT]}
            for span in read.spans
        ],
        "reason": finding.reason,
        "won": won(finding.verdict, case, tables),
        "lost": [other._asdict() for other in finding.verdict.runners_up],
        "refused": [other._asdict() for other in refusals(case, finding.verdict.provider, tables)],
    }


def won(verdict: Verdict, case: Case, tables: Tables) -> list[dict[str, object]]:
    """Give the evidence with the level and strength of its rule, and the literal that woke it."""
    rules = {rule.name: rule for rule in tables.rules}
    out: list[dict[str, object]] = []
    for evidence in verdict.evidence:
        rule = rules.get(evidence.rule)
        how = (
            {"level": rule.level, "literal": literal(rule, case.texts, tables)}
            if rule
            else {"level": "code", "literal": None}
        )
        out.append({**evidence._asdict(), **how, "strength": verdict.strength})
    return out
