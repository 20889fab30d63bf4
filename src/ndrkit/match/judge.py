"""From what was said to a verdict: the claim that wins, and what follows from it."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from ndrkit.match import codes as by_code
from ndrkit.match import facts
from ndrkit.match.claims import Claim, claims, why_lost
from ndrkit.match.heard import MAX_KEPT, MAX_SAID, Heard, Said
from ndrkit.model import Blocklist, Delivery, Evidence, RunnerUp, Verdict
from ndrkit.tables.rows import LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ndrkit.tables.rows import Reason, Rule
    from ndrkit.tables.tables import Tables

MAX_RIVALS = 6
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


class _Decision(NamedTuple):
    """What decides about all recipients of whom the same was said: one of the two claims, or none.

    ``provider`` is the receiver that spoke, ``blocklist`` the row of the list that was named.
    """

    claim: Claim | None
    code: by_code.CodeClaim | None
    provider: str | None
    blocklist: str | None


class Judge:
    """Judges the deliveries of one mail, into whose ``parts`` their spans point.

    ``date`` gives the Date of the mail (RFC 5322); it is asked for only where a verdict hangs on it.
    """

    def __init__(
        self,
        parts: Mapping[str, str],
        tables: Tables,
        date: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._heard = Heard(parts, tables)
        self._parts = parts
        self._tables = tables
        self._date = date
        self._decided: dict[tuple[str | None, ...], _Decision] = {}

    def verdict(self, delivery: Delivery) -> Verdict:
        """Give the verdict on one delivery by what was said about it."""
        said, tables = self._heard.about(delivery), self._tables
        decision = self._decision(delivery, said)
        if decision.claim:
            verdict = self._from_claim(decision.claim, delivery, said)
        elif decision.code:
            verdict = self._from_code(decision.code, delivery)
        else:
            verdict = _verdict(tables.reasons["undetermined"], delivery)
        verdict.provider = decision.provider
        verdict.rivals = partial(_rivals, delivery, self._parts, tables)
        if decision.blocklist:
            row = tables.blocklists[decision.blocklist]
            verdict.blocklist = Blocklist(row.id, row.name)
        _add_facts(verdict, delivery, said, decision.claim, tables)
        return verdict

    def _decision(self, delivery: Delivery, said: list[Said]) -> _Decision:
        """Decide once for all recipients of whom the same was said: there may be thousands."""
        key = (
            delivery.reply_code,
            delivery.status,
            delivery.smtp_command,
            delivery.said_by,
            delivery.remote_mta,
            *(one.folded.text for one in said),
        )
        known = self._decided.get(key)
        if known is None:
            known = _decide(delivery, said, self._tables)
            if len(self._decided) < MAX_KEPT:
                self._decided[key] = known
        return known

    def _from_claim(self, claim: Claim, delivery: Delivery, said: list[Said]) -> Verdict:
        reason = self._reason_then(claim.rule) or claim.rule.reason
        verdict = _verdict(self._tables.reasons[reason], delivery, dict(claim.rule.changes))
        verdict.strength = claim.rule.strength
        verdict.suppress = verdict.suppress and verdict.strength != "weak"
        verdict.evidence = (_evidence(claim, said[claim.woken.place]),)
        verdict.limit = claim.facts.get("limit")
        return verdict

    def _reason_then(self, rule: Rule) -> str | None:
        """Give what a blocklist that has closed stood for, when the mail is older than its end."""
        closed = self._tables.blocklists[rule.blocklist].closed if rule.blocklist else None
        day = facts.day(self._date()) if closed else None
        return closed.before if closed and day and day < closed.since else None

    def _from_code(self, code: by_code.CodeClaim, delivery: Delivery) -> Verdict:
        parts = self._parts
        verdict = _verdict(self._tables.reasons[code.reason], delivery)
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


def _decide(delivery: Delivery, said: list[Said], tables: Tables) -> _Decision:
    providers = _providers(delivery, said, tables)
    code = by_code.claim(delivery, tables)
    found = claims(delivery, said, providers, tables, code.rank if code else LEVELS["none"])
    best = next(found, None)
    blocklist = _named_list(best, found) if best else None
    return _Decision(best, None if best else code, min(providers, default=None), blocklist)


def _named_list(best: Claim, others: Iterator[Claim]) -> str | None:
    """Give the winner's own list, else, where something is listed, that of the next best claim."""
    if best.rule.blocklist or best.rule.reason not in LISTED:
        return best.rule.blocklist
    return next((claim.rule.blocklist for claim in others if claim.rule.blocklist), None)


def _rivals(delivery: Delivery, parts: Mapping[str, str], tables: Tables) -> tuple[RunnerUp, ...]:
    """Give the rules that passed their tests and lost, best first, at most :data:`MAX_RIVALS`."""
    said = Heard(parts, tables).about(delivery)
    found = list(islice(claims(delivery, said, _providers(delivery, said, tables), tables), MAX_RIVALS))
    code = by_code.claim(delivery, tables)
    if found and code and found[0].rule.rank > code.rank:
        why = "a code decided before it"
        return tuple(RunnerUp(claim.rule.name, claim.rule.reason, why) for claim in found)
    return tuple(
        RunnerUp(claim.rule.name, claim.rule.reason, why_lost(claim.woken, found[0].woken))
        for claim in found[1:]
    )


def _providers(delivery: Delivery, said: list[Said], tables: Tables) -> set[str]:
    """Give the receivers that spoke: by the host's name, else by their tokens in the text."""
    if delivery.remote_mta:
        by_host = tables.providers_of(delivery.remote_mta.lower().rstrip("."))
        if by_host:
            return set(by_host)
    return {tables.provider_list[owner].id for one in said for owner in tables.tokens.owners(one.folded.text)}


def _evidence(claim: Claim, said: Said) -> Evidence:
    start, end = said.folded.source(claim.start, claim.end)
    return Evidence(claim.rule.name, said.folded.original[start:end], said.span.part, start, end)


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


def _add_facts(
    verdict: Verdict, delivery: Delivery, said: list[Said], claim: Claim | None, tables: Tables
) -> None:
    won = claim.facts if claim else {}
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
