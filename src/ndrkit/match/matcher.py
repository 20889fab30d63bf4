"""From what was said to a verdict: wake rules, test them, let the best one win.

The order is that of ``rules/SPEC.md``, "What wins". It depends on the text and the rules alone,
never on the order of files or of rules.
"""

from __future__ import annotations

from functools import partial
from heapq import nsmallest
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from ndrkit import patterns
from ndrkit.match import codes as by_code
from ndrkit.match import facts
from ndrkit.match.heard import MAX_SAID, Heard, Said
from ndrkit.model import Blocklist, Delivery, Evidence, RunnerUp, Verdict
from ndrkit.tables.rows import LEVELS, STRENGTH_RANK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ndrkit.tables.rows import Reason, Rule
    from ndrkit.tables.tables import Tables

MAX_WOKEN = 400
MAX_RIVALS = 6
LISTED = frozenset(("ip_blocklisted", "dynamic_ip", "domain_blocklisted", "geo_blocked", "ip_reputation"))
_LISTINGS = LISTED | {"receiver_unavailable"}
_WITH_IP = LISTED | {"reverse_dns_failed", "helo_rejected", "rate_limited", "receiver_unavailable"}
_WITH_DOMAIN = frozenset(
    (
        "domain_blocklisted",
        "sender_domain_unresolvable",
        "recipient_domain_unknown",
        "email_auth_failed",
        "helo_rejected",
        "dns_lookup_failed",
        "dns_timeout",
        "domain_not_accepting_mail",
    )
)


class Woken(NamedTuple):
    """A rule that a literal of its woke; they are tested in this order, and the first to pass wins.

    The order is level, nearer text, strength, longer literal, name of the rule.
    """

    rank: int
    place: int
    weakness: int
    minus_length: int
    name: str
    rule: Rule
    start: int
    end: int


class Claim(NamedTuple):
    """A rule that woke and passed its tests, with where its words stand and what they gave."""

    woken: Woken
    said: Said
    start: int
    end: int
    facts: Mapping[str, str]

    @property
    def rule(self) -> Rule:
        """The rule that makes the claim."""
        return self.woken.rule


def judge(delivery: Delivery, heard: Heard, date: Callable[[], str | None] = lambda: None) -> Verdict:
    """Give the verdict on one delivery by what was ``heard`` about it.

    ``date`` gives the Date of the mail (RFC 5322); it is asked for only where the verdict hangs on it.
    """
    said, parts, tables = heard.about(delivery), heard.parts, heard.tables
    providers = _providers(delivery, said, tables)
    claims = _claims(delivery, said, providers, tables)
    best = next(claims, None)
    code = by_code.claim(delivery, tables)
    if best and (code is None or best.rule.rank <= code.rank):
        verdict = _from_claim(best, delivery, tables, date)
    elif code is not None:
        verdict = _from_code(code, delivery, parts, tables)
    else:
        verdict = _verdict(tables.reasons["undetermined"], delivery)
    verdict.provider = min(providers, default=None)
    verdict.rivals = partial(rivals, delivery, parts, tables)
    if verdict.reason in _LISTINGS:
        _name_blocklist(verdict, best, claims, tables)
    _add_facts(verdict, delivery, said, best, tables)
    return verdict


def rivals(delivery: Delivery, parts: Mapping[str, str], tables: Tables) -> tuple[RunnerUp, ...]:
    """Give the rules that passed their tests and lost, best first, at most :data:`MAX_RIVALS`."""
    said = Heard(parts, tables).about(delivery)
    providers = _providers(delivery, said, tables)
    claims = list(islice(_claims(delivery, said, providers, tables), MAX_RIVALS))
    code = by_code.claim(delivery, tables)
    if claims and code and claims[0].rule.rank > code.rank:
        why = "a code decided before it"
        return tuple(RunnerUp(claim.rule.name, claim.rule.reason, why) for claim in claims)
    return tuple(
        RunnerUp(claim.rule.name, claim.rule.reason, _why_lost(claim.woken, claims[0].woken))
        for claim in claims[1:]
    )


def _providers(delivery: Delivery, said: list[Said], tables: Tables) -> set[str]:
    """Give the receivers that spoke: by the host's name, else by their tokens in the text."""
    if delivery.remote_mta:
        by_host = tables.providers_of(delivery.remote_mta.lower().rstrip("."))
        if by_host:
            return set(by_host)
    return {tables.provider_list[owner].id for one in said for owner in tables.tokens.owners(one.folded.text)}


def _claims(delivery: Delivery, said: list[Said], providers: set[str], tables: Tables) -> Iterator[Claim]:
    """Yield the claims, the winner first; only what is asked for is tested."""
    for one in sorted(_woken(said, providers, tables)):
        claim = _test(one, said[one.place], delivery)
        if claim:
            yield claim


def _woken(said: list[Said], providers: set[str], tables: Tables) -> list[Woken]:
    """Wake the rules of these receivers and the general ones, each by its longest literal."""
    out = []
    for place, one in enumerate(said):
        for owner, (start, end) in one.literals.items():
            rule = tables.rules[owner]
            if rule.provider is None or rule.provider in providers:
                weakness = STRENGTH_RANK[rule.strength]
                out.append(Woken(rule.rank, place, weakness, start - end, rule.name, rule, start, end))
    return out if len(out) <= MAX_WOKEN else nsmallest(MAX_WOKEN, out)


def _test(woken: Woken, said: Said, delivery: Delivery) -> Claim | None:
    """Give the rule's claim if everything it asks for holds."""
    rule, text = woken.rule, said.folded.text
    if refused_by(rule, text, delivery):
        return None
    if rule.regex is None:
        return Claim(woken, said, woken.start, woken.end, {})
    match = patterns.search(rule.regex, text)
    if not match:
        return None
    found = {name: value for name, value in match.groupdict().items() if value}
    return Claim(woken, said, match.start(), match.end(), found)


def refused_by(rule: Rule, text: str, delivery: Delivery) -> str | None:
    """Give the first key of the rule that does not hold here (its regex apart), or None."""
    if rule.said_by and rule.said_by != delivery.said_by:
        return "said_by"
    if rule.commands and delivery.smtp_command not in rule.commands:
        return "commands"
    if rule.codes and not by_code.among(rule.codes, delivery):
        return "codes"
    for word in rule.unless:
        if word in text:
            return "unless"
    return None


def _from_claim(best: Claim, delivery: Delivery, tables: Tables, date: Callable[[], str | None]) -> Verdict:
    reason = _reason_then(best.rule, tables, date) or best.rule.reason
    verdict = _verdict(tables.reasons[reason], delivery, dict(best.rule.changes))
    verdict.strength = best.rule.strength
    verdict.suppress = verdict.suppress and verdict.strength != "weak"
    verdict.evidence = (_evidence(best),)
    verdict.limit = best.facts.get("limit")
    return verdict


def _reason_then(rule: Rule, tables: Tables, date: Callable[[], str | None]) -> str | None:
    """Give what a blocklist that has closed stood for, when the mail is older than its end."""
    closed = tables.blocklists[rule.blocklist].closed if rule.blocklist else None
    day = facts.day(date()) if closed else None
    return closed.before if closed and day and day < closed.since else None


def _evidence(claim: Claim) -> Evidence:
    span, folded = claim.said.span, claim.said.folded
    start, end = folded.source(claim.start, claim.end)
    return Evidence(claim.rule.name, folded.original[start:end], span.part, start, end)


def _from_code(
    code: by_code.CodeClaim, delivery: Delivery, parts: Mapping[str, str], tables: Tables
) -> Verdict:
    verdict = _verdict(tables.reasons[code.reason], delivery)
    verdict.strength = {LEVELS["code"]: "medium"}.get(code.rank, "weak")
    verdict.suppress = verdict.suppress and verdict.strength != "weak"  # a guess declares nobody dead
    for span in delivery.spans:
        at = parts[span.part].find(code.quote, span.start, span.end)
        if at < 0 and span.part == "delivery-status":
            at = parts[span.part].rfind(code.quote, 0, span.start)
        if at >= 0:
            end = at + len(code.quote)
            verdict.evidence = (Evidence(code.rule, code.quote, span.part, at, end),)
            break
    return verdict


def _verdict(reason: Reason, delivery: Delivery, changes: Mapping[str, object] | None = None) -> Verdict:
    """Build a verdict from the reason's row, a rule's own words about it, and the class of the code."""
    verdict = Verdict(
        reason=reason.id,
        cause=reason.cause,
        family=reason.family,
        also=reason.also,
        permanent=reason.permanent,
        action_by=reason.action_by,
        remedy=reason.remedy,
        suppress=reason.suppress,
    )
    for key, value in (changes or {}).items():
        setattr(verdict, key, value)
    code = delivery.reply_code or delivery.status or ""
    if code.startswith("4"):
        verdict.permanent = False
    verdict.suppress = verdict.suppress and verdict.permanent
    return verdict


def _why_lost(loser: Woken, winner: Woken) -> str:
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


def _name_blocklist(verdict: Verdict, best: Claim | None, others: Iterator[Claim], tables: Tables) -> None:
    """Name the list: the winner's own, else, where something is listed, that of the next best claim."""
    name = best.rule.blocklist if best else None
    if name is None and best and verdict.reason in LISTED:
        name = next((claim.rule.blocklist for claim in others if claim.rule.blocklist), None)
    if name:
        row = tables.blocklists[name]
        verdict.blocklist = Blocklist(row.id, row.name)


def _add_facts(
    verdict: Verdict, delivery: Delivery, said: list[Said], best: Claim | None, tables: Tables
) -> None:
    won = best.facts if best else {}
    if verdict.reason in _WITH_IP:
        given = facts.valid_ip(won["ip"]) if "ip" in won else None
        others = (ip for ip in facts.addresses(_text(said)) if ip != delivery.remote_ip)
        verdict.ip = given or next(others, None)
    if verdict.reason in _WITH_DOMAIN:
        raw = " ".join(one.folded.original[one.span.start : one.span.end][:MAX_SAID] for one in said)
        verdict.domain = facts.blamed_domain(won.get("domain"), raw)
    if not verdict.permanent:
        verdict.retry_after_s = tables.times.wait(_text(said))


def _text(said: list[Said]) -> str:
    return " ".join(one.folded.text for one in said)
