"""Why rules that a literal woke did not pass their tests: for the rule author, never for a verdict."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from ndrkit import patterns
from ndrkit.match.case import Case, Stretches, case_of
from ndrkit.match.claims import refused_by, speaks_of
from ndrkit.model import RunnerUp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ndrkit.model import Delivery
    from ndrkit.tables.rows import Rule
    from ndrkit.tables.tables import Tables

SHOWN = 12


def case_in(delivery: Delivery, parts: Mapping[str, str], tables: Tables) -> Case:
    """Give the case of a delivery of a mail, into whose ``parts`` its spans point."""
    return case_of(delivery, Stretches(parts).about(delivery), tables)


def literal(rule: Rule, texts: Iterable[str], tables: Tables) -> str | None:
    """Give what woke ``rule``: its longest literal that stands in ``texts``, or its concepts."""
    if rule.near:
        return " + ".join(rule.near)
    owner = tables.rules.index(rule)
    spans = ((text, tables.found_in(text).rules.get(owner)) for text in texts)
    return max((text[slice(*span)] for text, span in spans if span), key=len, default=None)


def refusals(case: Case, provider: str | None, tables: Tables) -> tuple[RunnerUp, ...]:
    """Give the rules that woke and refused, with the reason why, at most :data:`SHOWN`.

    Those of receivers that did not speak come last.
    """
    return tuple(islice(_refusals(case, provider, tables), SHOWN))


def _refusals(case: Case, provider: str | None, tables: Tables) -> Iterator[RunnerUp]:
    woken: dict[int, list[str]] = {}
    for text in case.texts:
        for owner in tables.found_in(text).rules:
            woken.setdefault(owner, []).append(text)
    rules = [(tables.rules[owner], texts) for owner, texts in woken.items()]
    for rule, texts in sorted(rules, key=lambda one: (one[0].provider not in (None, provider), one[0].name)):
        whys = [_refusal(rule, text, case, provider, tables) for text in texts]
        if whys[0] and all(whys):
            yield RunnerUp(rule.name, rule.reason, whys[0])


def _refusal(rule: Rule, text: str, case: Case, provider: str | None, tables: Tables) -> str | None:
    if rule.provider not in (None, provider):
        return f"counts only where {rule.provider} spoke"
    key = refused_by(rule, text, case)
    if key is None:
        if rule.expression and not patterns.search(rule.expression, text, text):
            return "its regex does not match"
        sleeps = speaks_of(rule.without, text, tables)
        return f"the text speaks of one of: {', '.join(rule.without)} ('without')" if sleeps else None
    veto = next((word for word in rule.unless if word in text), None)
    return {
        "said_by": f"counts only with 'said_by: {rule.said_by}'",
        "commands": f"counts only for an answer to {', '.join(rule.commands)} ('commands')",
        "without_code": "counts only where no server gave a reply code ('without_code')",
        "codes": f"none of its codes: {', '.join(rule.codes)}",
        "unless": f"put to sleep by {veto!r} ('unless')",
    }[key]
