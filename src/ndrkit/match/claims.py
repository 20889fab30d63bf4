"""Rules that what was said wakes, tested in the order in which they win (``rules/SPEC.md``, "What wins").

The order depends on the text and the rules alone, never on the order of files or of rules.
"""

from __future__ import annotations

from bisect import bisect_left
from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

from ndrkit import patterns
from ndrkit.match import codes as by_code
from ndrkit.tables.concepts import together
from ndrkit.tables.rows import LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ndrkit.match.heard import Said
    from ndrkit.model import Delivery
    from ndrkit.tables.rows import Rule
    from ndrkit.tables.tables import Tables

MAX_WOKEN = 400


class Woken(NamedTuple):
    """A rule that a literal of its woke; they are tested in this order, and the first to pass wins.

    The order is level, nearer text (its place in what was said), strength, longer literal, name of the
    rule (its place among the rules, which are sorted by name).
    """

    rank: int
    place: int
    weakness: int
    minus_length: int
    by_name: int
    rule: Rule
    start: int
    end: int


class Claim(NamedTuple):
    """A rule that woke and passed its tests, with where its words stand and what they gave."""

    woken: Woken
    start: int
    end: int
    facts: Mapping[str, str]

    @property
    def rule(self) -> Rule:
        """The rule that makes the claim."""
        return self.woken.rule


def claims(
    delivery: Delivery, said: list[Said], providers: set[str], tables: Tables, last: int = LEVELS["none"]
) -> Iterator[Claim]:
    """Yield the claims down to the level ``last``, the winner first; only what is asked for is tested.

    Concepts are looked for where no words decide: they cost more and say less.
    """
    by_words = sorted(_woken(said, providers, tables))
    before = bisect_left(by_words, (LEVELS["meaning"],))
    yield from _tested(by_words[:before], said, delivery, tables)
    if last >= LEVELS["meaning"]:
        yield from _tested(sorted(_meant(delivery, said, providers, tables)), said, delivery, tables)
        yield from _tested(by_words[before : bisect_left(by_words, (last + 1,))], said, delivery, tables)


def _tested(woken: list[Woken], said: list[Said], delivery: Delivery, tables: Tables) -> Iterator[Claim]:
    for one in woken:
        claim = _test(one, said[one.place].folded.text, delivery, tables)
        if claim:
            yield claim


def _woken(said: list[Said], providers: set[str], tables: Tables) -> list[Woken]:
    """Wake the rules of these receivers and the general ones, each by its longest literal."""
    rules = tables.rules
    out = []
    for place, one in enumerate(said):
        for owner, (start, end) in one.literals.items():
            rule = rules[owner]
            if rule.provider is None or rule.provider in providers:
                out.append(Woken(rule.rank, place, rule.weakness, start - end, owner, rule, start, end))
    return out if len(out) <= MAX_WOKEN else nsmallest(MAX_WOKEN, out)


def _meant(delivery: Delivery, said: list[Said], providers: set[str], tables: Tables) -> list[Woken]:
    """Wake the rules all of whose concepts stand in one sentence, each by its longest words.

    Where a server replied, its reply is asked alone: mail servers' own words around one are known.
    """
    out: dict[tuple[int, int], Woken] = {}
    for place, one in enumerate(said[:1] if delivery.reply_code else said):
        text = one.folded.text
        for found in tables.concepts.find(text):
            for owner, rule in tables.near_rules:
                if rule.provider not in (None, *providers) or not found.keys() >= set(rule.near):
                    continue
                if not found.keys().isdisjoint(rule.without):
                    continue
                stretch = together(found, rule.near, text)
                if stretch:
                    (start, end), length = stretch
                    mine = Woken(rule.rank, place, rule.weakness, -length, owner, rule, start, end)
                    out[place, owner] = min(mine, out.get((place, owner), mine))
    return list(out.values())


def _test(woken: Woken, text: str, delivery: Delivery, tables: Tables) -> Claim | None:
    """Give the rule's claim if everything it asks for holds; what costs most is asked last."""
    rule = woken.rule
    match = None
    if refused_by(rule, text, delivery):
        return None
    if rule.regex is not None and (match := patterns.search(rule.regex, text)) is None:
        return None
    if not rule.near and speaks_of(rule.without, text, tables):
        return None
    if match is None:
        return Claim(woken, woken.start, woken.end, {})
    found = {name: value for name, value in match.groupdict().items() if value}
    return Claim(woken, match.start(), match.end(), found)


def refused_by(rule: Rule, text: str, delivery: Delivery) -> str | None:
    """Give the first key of the rule that does not hold here (``regex`` and ``without`` apart), or None."""
    if rule.said_by and rule.said_by != delivery.said_by:
        return "said_by"
    if rule.commands and delivery.smtp_command not in rule.commands:
        return "commands"
    if rule.codes and not by_code.among(rule.codes, delivery):
        return "codes"
    if rule.without_code and delivery.reply_code:
        return "without_code"
    for word in rule.unless:
        if word in text:
            return "unless"
    return None


def speaks_of(concepts: tuple[str, ...], text: str, tables: Tables) -> bool:
    """Tell whether a text mentions one of the concepts, in whatever language it may be in."""
    if not concepts:
        return False
    return any(name in found for found in tables.concepts.find(text) for name in concepts)


def why_lost(loser: Woken, winner: Woken) -> str:
    """Say what put a rule behind the winner."""
    words = (
        f"{_level(loser.rule)} comes after {_level(winner.rule)}",
        "its words stand farther from what was said",
        f"{loser.rule.strength} against {winner.rule.strength}",
        f"its literal is shorter ({-loser.minus_length} against {-winner.minus_length} characters)",
        "its name comes later",
    )
    pairs = zip(loser[:5], winner[:5], words, strict=True)
    return next(why for mine, best, why in pairs if mine != best)


def _level(rule: Rule) -> str:
    weak = rule.strength == "weak"
    return f"level {rule.level}" + (" (weak phrases only rank)" if weak else "")
