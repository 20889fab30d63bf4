"""From what was said to a verdict: wake rules, test them, let the best one win.

The order is that of ``rules/SPEC.md``, "What wins". It depends on the text and the rules alone,
never on the order of files or of rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ndrkit import patterns
from ndrkit.folding import Folded
from ndrkit.match import codes as by_code
from ndrkit.match import facts
from ndrkit.model import Blocklist, Delivery, Evidence, RunnerUp, Span, Verdict
from ndrkit.tables.rows import LEVELS, STRENGTH_RANK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ndrkit.tables.rows import Reason, Rule
    from ndrkit.tables.tables import Tables

MAX_SAID = 8_000
MAX_WOKEN = 400
LISTED = frozenset(("ip_blocklisted", "dynamic_ip", "domain_blocklisted", "geo_blocked", "ip_reputation"))
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


class Said(NamedTuple):
    """One stretch of what was said: its span, folded."""

    span: Span
    folded: Folded


class Claim(NamedTuple):
    """A rule that woke and passed its tests. The smallest claim wins: see :func:`order`."""

    rule: Rule
    length: int
    said: Said
    start: int
    end: int
    facts: Mapping[str, str]
    place: int

    @property
    def order(self) -> tuple[int, int, int, int, str]:
        """Level, nearer text, strength, longer literal, name."""
        return (
            self.rule.rank,
            self.place,
            STRENGTH_RANK[self.rule.strength],
            -self.length,
            self.rule.name,
        )


def judge(delivery: Delivery, parts: Mapping[str, str], tables: Tables) -> Verdict:
    """Give the verdict on one delivery; ``parts`` are the texts that its spans point into."""
    said = [
        Said(span, Folded(parts[span.part], span.start, min(span.end, span.start + MAX_SAID)))
        for span in delivery.spans
    ]
    providers = _providers(delivery, said, tables)
    claims = sorted(_claims(delivery, said, providers, tables), key=lambda claim: claim.order)
    code = by_code.claim(delivery, tables)
    if claims and (code is None or claims[0].rule.rank <= code.rank):
        verdict = _from_claim(claims, delivery, tables)
    elif code is not None:
        verdict = _from_code(code, delivery, parts, tables)
    else:
        verdict = _verdict(tables.reasons["undetermined"], delivery)
    verdict.provider = min(providers, default=None)
    verdict.runners_up = _runners_up(claims, verdict)
    _add_facts(verdict, delivery, said, claims, tables)
    return verdict


def _providers(delivery: Delivery, said: list[Said], tables: Tables) -> set[str]:
    """Give the receivers that spoke: by the host's name, else by their tokens in the text."""
    by_host = tables.providers_of((delivery.remote_mta or "").lower().rstrip("."))
    if by_host:
        return set(by_host)
    return {tables.provider_list[hit.owner].id for one in said for hit in tables.tokens.find(one.folded.text)}


def _claims(delivery: Delivery, said: list[Said], providers: set[str], tables: Tables) -> list[Claim]:
    claims = []
    for place, one in enumerate(said):
        woken: dict[int, tuple[int, int]] = {}
        for hit in tables.rule_words.find(one.folded.text):
            begin, end = woken.get(hit.owner, (0, 0))
            if hit.end - hit.start > end - begin:
                woken[hit.owner] = (hit.start, hit.end)
        for owner in sorted(woken)[:MAX_WOKEN]:
            claim = _test(tables.rules[owner], woken[owner], one, place, delivery, providers)
            if claim:
                claims.append(claim)
    return claims


def _test(
    rule: Rule,
    literal: tuple[int, int],
    said: Said,
    place: int,
    delivery: Delivery,
    providers: set[str],
) -> Claim | None:
    """Give the rule's claim if everything it asks for holds."""
    if rule.provider and rule.provider not in providers:
        return None
    if rule.said_by and rule.said_by != delivery.said_by:
        return None
    if rule.codes and not by_code.among(rule.codes, delivery):
        return None
    text = said.folded.text
    for word in rule.unless:
        if word in text:
            return None
    start, end = literal
    found: Mapping[str, str] = {}
    if rule.regex is not None:
        match = patterns.search(rule.regex, text)
        if not match:
            return None
        start, end = match.span()
        found = {name: value for name, value in match.groupdict().items() if value}
    return Claim(rule, literal[1] - literal[0], said, start, end, found, place)


def _from_claim(claims: list[Claim], delivery: Delivery, tables: Tables) -> Verdict:
    best = claims[0]
    verdict = _verdict(tables.reasons[best.rule.reason], delivery, dict(best.rule.changes))
    verdict.strength = best.rule.strength
    verdict.suppress = verdict.suppress and verdict.strength != "weak"
    verdict.evidence = (_evidence(best),)
    verdict.limit = best.facts.get("limit")
    return verdict


def _evidence(claim: Claim) -> Evidence:
    span, folded = claim.said
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


def _runners_up(claims: list[Claim], verdict: Verdict) -> tuple[RunnerUp, ...]:
    winner = claims[0] if claims and verdict.evidence[:1] == (_evidence(claims[0]),) else None
    out = []
    for claim in claims[:6]:
        if winner is None:
            out.append(RunnerUp(claim.rule.name, claim.rule.reason, "a code decided before it"))
        elif claim is not winner:
            out.append(RunnerUp(claim.rule.name, claim.rule.reason, _why_lost(claim, winner)))
    return tuple(out)


def _why_lost(claim: Claim, winner: Claim) -> str:
    words = (
        f"{_level(claim)} comes after {_level(winner)}",
        "its words stand farther from what was said",
        f"{claim.rule.strength} against {winner.rule.strength}",
        f"its literal is shorter ({claim.length} against {winner.length} characters)",
        "its name comes later",
    )
    pairs = zip(claim.order, winner.order, words, strict=True)
    return next(why for mine, best, why in pairs if mine != best)


def _level(claim: Claim) -> str:
    weak = claim.rule.strength == "weak"
    return f"level {claim.rule.level}" + (" (weak phrases only rank)" if weak else "")


def _add_facts(
    verdict: Verdict, delivery: Delivery, said: list[Said], claims: list[Claim], tables: Tables
) -> None:
    text = " ".join(one.folded.text for one in said)
    raw = " ".join(one.folded.original[one.span.start : one.span.end][:MAX_SAID] for one in said)
    won = claims[0].facts if claims else {}
    if verdict.reason in LISTED or verdict.reason == "receiver_unavailable":
        names = [claim.rule.blocklist for claim in claims if claim.rule.blocklist]
        if names and (verdict.reason in LISTED or claims[0].rule.blocklist):
            row = tables.blocklists[names[0]]
            verdict.blocklist = Blocklist(row.id, row.name)
    if verdict.reason in _WITH_IP:
        given = facts.valid_ip(won["ip"]) if "ip" in won else None
        others = [ip for ip in facts.addresses(text) if ip != delivery.remote_ip]
        verdict.ip = given or next(iter(others), None)
    if verdict.reason in _WITH_DOMAIN:
        verdict.domain = facts.blamed_domain(won.get("domain"), raw)
    if not verdict.permanent:
        verdict.retry_after_s = facts.retry_after(text)
