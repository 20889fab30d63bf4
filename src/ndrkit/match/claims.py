"""Rules that what was said wakes, tested in the order in which they win (``rules/SPEC.md``, "What wins").

The order depends on the text and the rules alone, never on the order of files or of rules.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from ndrkit import patterns
from ndrkit.match import codes as by_code
from ndrkit.tables.concepts import together
from ndrkit.tables.rows import LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ndrkit.match.case import Case
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
    start: int
    end: int
    rule: Rule


# The same without the rule: most that wake are never tested.
_Order = tuple[int, int, int, int, int, int, int]
PLACE, BY_NAME = Woken._fields.index("place"), Woken._fields.index("by_name")


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


class Heard:
    """A case with what was found in its texts: literals of rules, and the receivers that spoke.

    Those are told by the host's name, else by their tokens in the texts.
    """

    __slots__ = ("case", "literals", "receivers")

    def __init__(self, case: Case, tables: Tables) -> None:
        found = [tables.found_in(text) for text in case.texts]
        self.case = case
        self.literals = [one.rules for one in found]
        self.receivers = set(case.spoke) or set().union(*(one.receivers for one in found))


def claims(heard: Heard, tables: Tables, last: int = LEVELS["none"]) -> Iterator[Claim]:
    """Yield the claims down to the level ``last``, the winner first; only what is asked for is tested.

    Concepts are looked for where no words decide: they cost more and say less.
    """
    by_words = _woken(heard, tables)
    before = bisect_left(by_words, (LEVELS["meaning"],))
    yield from _tested(by_words[:before], heard.case, tables)
    if last >= LEVELS["meaning"]:
        yield from _tested(_meant(heard, tables), heard.case, tables)
        yield from _tested(by_words[before : bisect_left(by_words, (last + 1,))], heard.case, tables)


def listings(heard: Heard, tables: Tables) -> Iterator[Claim]:
    """Yield the claims that name a blocklist, the best first."""
    lists = [order for order in _woken(heard, tables) if tables.rules[order[BY_NAME]].blocklist]
    return _tested(lists, heard.case, tables)


def _tested(orders: list[_Order], case: Case, tables: Tables) -> Iterator[Claim]:
    for order in orders:
        claim = _test(order, case, tables)
        if claim:
            yield claim


def _woken(heard: Heard, tables: Tables) -> list[_Order]:
    """Wake the rules of these receivers and the general ones, each by its longest literal."""
    waking, receivers = tables.waking, heard.receivers
    out = []
    for place, literals in enumerate(heard.literals):
        for owner, (start, end) in literals.items():
            rank, weakness, provider = waking[owner]
            if provider is None or provider in receivers:
                out.append((rank, place, weakness, start - end, owner, start, end))
    out.sort()
    return out[:MAX_WOKEN]


def _meant(heard: Heard, tables: Tables) -> list[_Order]:
    """Wake the rules all of whose concepts stand in one sentence, each by its longest words.

    Where a server replied, its reply is asked alone: mail servers' own words around one are known.
    """
    out: dict[tuple[int, int], _Order] = {}
    texts = heard.case.texts
    for place, text in enumerate(texts[:1] if heard.case.reply_code else texts):
        for found in tables.concepts.find(text):
            for owner, rule in _near(found, tables):
                wakes = rule.provider is None or rule.provider in heard.receivers
                if not wakes or not found.keys().isdisjoint(rule.without):
                    continue
                stretch = together(found, rule.near, text)
                if stretch:
                    (start, end), length = stretch
                    mine = (rule.rank, place, rule.weakness, -length, owner, start, end)
                    out[place, owner] = min(mine, out.get((place, owner), mine))
    return sorted(out.values())


def _near(found: Mapping[str, object], tables: Tables) -> Iterator[tuple[int, Rule]]:
    """Yield the rules all of whose concepts were found, with their places among the rules."""
    for concept in found:
        for owner, rule in tables.near_rules.get(concept, ()):
            if all(name in found for name in rule.near):
                yield owner, rule


def _test(order: _Order, case: Case, tables: Tables) -> Claim | None:
    """Give the rule's claim if everything it asks for holds; what costs most is asked last."""
    rule, text = tables.rules[order[BY_NAME]], case.texts[order[PLACE]]
    match = None
    if refused_by(rule, text, case):
        return None
    if rule.expression is not None and (match := patterns.search(rule.expression, text, text)) is None:
        return None
    if not rule.near and speaks_of(rule.without, text, tables):
        return None
    woken = Woken(*order, rule)
    if match is None:
        return Claim(woken, woken.start, woken.end, {})
    found = {name: value for name, value in match.groupdict().items() if value}
    return Claim(woken, match.start(), match.end(), found)


def refused_by(rule: Rule, text: str, case: Case) -> str | None:
    """Give the first key of the rule that does not hold here (``regex`` and ``without`` apart), or None."""
    if rule.said_by and rule.said_by != case.said_by:
        return "said_by"
    if rule.commands and case.smtp_command not in rule.commands:
        return "commands"
    if rule.codes and not by_code.among(rule.codes, case):
        return "codes"
    if rule.without_code and case.reply_code:
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
