"""From what was said to a verdict: the claim that wins, and what follows from it."""

from __future__ import annotations

from functools import lru_cache, partial
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from ndrkit.match import codes as by_code
from ndrkit.match import facts
from ndrkit.match.case import MAX_KEPT, MAX_SAID, Case, Said, Stretches, case_of
from ndrkit.match.claims import Claim, Heard, claims, listings, why_lost
from ndrkit.model import Blocklist, Delivery, Evidence, RunnerUp, Verdict
from ndrkit.tables.rows import LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ndrkit.tables.rows import Reason, Rule
    from ndrkit.tables.tables import Tables

MAX_RIVALS = 6
MAX_DECISIONS = 2_048
MAX_REMEMBERED = 1_000  # characters: what is longer comes again less often
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
    """What decides in one case: one of the two claims, or none.

    ``provider`` is the receiver that spoke, ``blocklist`` the row of the list that was named.
    """

    claim: Claim | None
    code: by_code.CodeClaim | None
    provider: str | None
    blocklist: str | None


class Judge:
    """Judges deliveries with one set of tables; make it once, for many mails and threads.

    It remembers what decided in the last :data:`MAX_DECISIONS` cases: mails bounce for the same few
    reasons, in the same words.
    """

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._decide = partial(_decide, tables)
        self._remembered = lru_cache(maxsize=MAX_DECISIONS)(self._decide)

    def verdicts(
        self,
        deliveries: Sequence[Delivery],
        parts: Mapping[str, str],
        date: Callable[[], str | None] = lambda: None,
    ) -> list[Verdict]:
        """Give the verdict on each delivery of a mail, into whose ``parts`` their spans point.

        ``date`` gives the Date of the mail (RFC 5322); it is asked for only where a verdict hangs on it.
        """
        stretches = Stretches(parts)
        kept: dict[Case, _Decision] = {}
        return [self._of(one, stretches, kept, date) for one in deliveries]

    def _of(
        self,
        delivery: Delivery,
        stretches: Stretches,
        kept: dict[Case, _Decision],
        date: Callable[[], str | None],
    ) -> Verdict:
        tables = self.tables
        said = stretches.about(delivery)
        case = case_of(delivery, said, tables)
        decision = self._decision(case, kept)
        if decision.claim:
            verdict = self._from_claim(decision.claim, delivery, said, date)
        elif decision.code and not (decision.code.final and delivery.action == "delayed"):
            verdict = self._from_code(decision.code, delivery, stretches.parts)
        else:
            verdict = _verdict(tables.reasons["undetermined"], delivery)
        verdict.provider = decision.provider
        verdict.rivals = partial(_rivals, case, tables)
        if decision.blocklist:
            row = tables.blocklists[decision.blocklist]
            verdict.blocklist = Blocklist(row.id, row.name)
        _add_facts(verdict, delivery, said, decision.claim, tables)
        return verdict

    def _decision(self, case: Case, kept: dict[Case, _Decision]) -> _Decision:
        """Decide a case, or remember how: a long one only as long as its mail is judged (``kept``)."""
        if sum(map(len, case.texts)) <= MAX_REMEMBERED:
            return self._remembered(case)
        known = kept.get(case)
        if known is None:
            known = self._decide(case)
            if len(kept) < MAX_KEPT:
                kept[case] = known
        return known

    def _from_claim(
        self, claim: Claim, delivery: Delivery, said: list[Said], date: Callable[[], str | None]
    ) -> Verdict:
        reason = self._reason_then(claim.rule, date) or claim.rule.reason
        verdict = _verdict(self.tables.reasons[reason], delivery, dict(claim.rule.changes))
        verdict.strength = claim.rule.strength
        verdict.suppress = verdict.suppress and verdict.strength != "weak"
        verdict.evidence = (_evidence(claim, said[claim.woken.place]),)
        verdict.limit = claim.facts.get("limit")
        return verdict

    def _reason_then(self, rule: Rule, date: Callable[[], str | None]) -> str | None:
        """Give what a blocklist that has closed stood for, when the mail is older than its end."""
        closed = self.tables.blocklists[rule.blocklist].closed if rule.blocklist else None
        day = facts.day(date()) if closed else None
        return closed.before if closed and day and day < closed.since else None

    def _from_code(self, code: by_code.CodeClaim, delivery: Delivery, parts: Mapping[str, str]) -> Verdict:
        verdict = _verdict(self.tables.reasons[code.reason], delivery)
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


def _decide(tables: Tables, case: Case) -> _Decision:
    heard = Heard(case, tables)
    code = by_code.claim(case, tables)
    best = next(claims(heard, tables, code.rank if code else LEVELS["none"]), None)
    blocklist = best.rule.blocklist if best else None
    if best and not blocklist and best.rule.reason in LISTED:  # a list may be named beside it
        blocklist = next((claim.rule.blocklist for claim in listings(heard, tables)), None)
    return _Decision(best, None if best else code, min(heard.receivers, default=None), blocklist)


def _rivals(case: Case, tables: Tables) -> tuple[RunnerUp, ...]:
    """Give the rules that passed their tests and lost, best first, at most :data:`MAX_RIVALS`."""
    found = list(islice(claims(Heard(case, tables), tables), MAX_RIVALS))
    code = by_code.claim(case, tables)
    if found and code and found[0].rule.rank > code.rank:
        why = "a code decided before it"
        return tuple(RunnerUp(claim.rule.name, claim.rule.reason, why) for claim in found)
    return tuple(
        RunnerUp(claim.rule.name, claim.rule.reason, why_lost(claim.woken, found[0].woken))
        for claim in found[1:]
    )


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
    if code.startswith("4") or delivery.action == "delayed":
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
        verdict.domain = facts.blamed_domain(won.get("domain"), raw, delivery.remote_mta)
    if not verdict.permanent:
        verdict.retry_after_s = tables.times.wait(_text(said))


def _text(said: list[Said]) -> str:
    return " ".join(one.folded.text for one in said)
