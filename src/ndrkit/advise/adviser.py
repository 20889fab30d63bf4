"""Chooses the words: the advice for a finding, in one language and one voice."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ndrkit.advise.fill import fill
from ndrkit.model import Advice, ChoiceError, Finding, Link, Report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ndrkit.tables.tables import Tables

FORMS = ("line", "text", "markdown", "html", "page")
_LISTED = ("ip_blocklisted", "ip_reputation", "dynamic_ip", "domain_blocklisted", "geo_blocked")
MAX_LINKS = 5


class TableAdviser:
    """Takes every word from the tables. It is the :class:`ndrkit.model.Adviser` of each report."""

    __slots__ = ("_tables",)

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def words(self, lang: str) -> Words:
        """Give the texts of a language; what it lacks comes from English."""
        return Words(self._tables.texts(lang), self._tables.texts("en"))

    def render(self, report: Report, form: str) -> str:
        """Give the report in one of :data:`FORMS`; raises ChoiceError for others."""
        if form not in FORMS:
            raise ChoiceError("format", form, FORMS)
        renderer = import_module(f"ndrkit.advise.render_{form}")
        return str(renderer.render(report, self.words(report.lang)))

    def advise(self, finding: Finding, report: Report) -> Advice:
        """Give the advice for one finding, in the report's language and voice."""
        words = self.words(report.lang)
        facts = self._facts(finding, report, words)
        advice = _filled(words.reason(finding.reason), facts, report)
        if report.voice == "admin":
            advice.steps += tuple(self._tell_apart(finding, words, facts))
        if report.voice != "sender":
            advice.links = tuple(self._links(finding, words))
        return advice

    def advise_kind(self, report: Report) -> Advice | None:
        """Give the advice for a mail of the report's kind; None for a bounce, whose findings have theirs."""
        words = self.words(report.lang)
        texts = words.kind(report.kind)
        return _filled(texts, self._shared_facts(report, words), report) if report.voice in texts else None

    def _shared_facts(self, report: Report, words: Words) -> dict[str, str | None]:
        """The facts in which all findings agree."""
        first, *rest = [self._facts(one, report, words) for one in report.findings] or [{}]
        return {name: value for name, value in first.items() if all(one[name] == value for one in rest)}

    def _tell_apart(self, finding: Finding, words: Words, facts: Mapping[str, str | None]) -> list[str]:
        """Where causes share the text: the check of each cause that is possible too."""
        return [
            words.get("words", "tell_apart").format(
                cause=words.cause(cause, "name"), check=fill(words.cause(cause, "check"), facts)
            )
            for cause in finding.verdict.also
            if finding.cause and cause in self._tables.same_text(finding.cause)
        ]

    def _facts(self, finding: Finding, report: Report, words: Words) -> dict[str, str | None]:
        read, why = finding.delivery, finding.verdict
        row = self._tables.blocklists.get(why.blocklist.id) if why.blocklist else None
        provider = self._tables.providers.get(why.provider or "")
        recipient = read.recipient
        return {
            "recipient": recipient,
            "recipient_domain": recipient.rpartition("@")[2] if recipient else None,
            "ip": why.ip,
            "domain": why.domain,
            "blocklist": row.name if row else None,
            "removal": words.get("removals", row.removal) if row else None,
            "remote_mta": read.remote_mta,
            "remote_ip": read.remote_ip,
            "reporting_mta": report.reporting_mta,
            "provider": provider.name if provider else None,
            "status": read.status,
            "reply_code": read.reply_code,
            "limit": why.limit,
            "retry_after": _duration(why.retry_after_s, words),
            "retry_until": _moment(read.retry_until),
        }

    def _links(self, finding: Finding, words: Words) -> Iterator[Link]:
        seen: set[str] = set()
        for title, url in self._all_links(finding, words):
            if url not in seen and len(seen) < MAX_LINKS:
                seen.add(url)
                yield Link(title, url)

    def _all_links(self, finding: Finding, words: Words) -> Iterator[tuple[str, str]]:
        """The list's own look-up first, then the receiver's page, then the general ones."""
        why = finding.verdict
        given = {"ip": why.ip, "domain": why.domain}
        row = self._tables.blocklists.get(why.blocklist.id) if why.blocklist else None
        if row and finding.reason in _LISTED:
            url = expand(row.lookup, given) or row.page or expand(row.lookup, given, bare=True)
            if url:  # the list's own page decides; no other one is put beside it
                yield words.get("words", "look_up").format(list=row.name), url
                return
        provider = self._tables.providers.get(why.provider or "")
        names = [provider.help] if provider and provider.help else []
        names += self._tables.reasons[finding.reason].links
        for name in names:
            link = self._tables.links.get(name)
            url = expand(link.url, given) if link else None
            if link and url:
                yield words.link(name, link.what), url


class Words:
    """The texts of one language, with English behind it."""

    __slots__ = ("_english", "_texts")

    def __init__(self, texts: Mapping[str, Any], english: Mapping[str, Any]) -> None:
        self._texts = texts
        self._english = english

    def get(self, group: str, key: str) -> str:
        """Give a word of a group (``words``, ``actors``, ``remedies``, …)."""
        found = self._texts.get(group, {}).get(key) or self._english.get(group, {}).get(key)
        return str(found) if found else key

    def reason(self, reason: str) -> Mapping[str, Any]:
        """Give the advice of a reason."""
        found: Mapping[str, Any] | None = self._texts.get("reasons", {}).get(reason)
        return found or dict(self._english["reasons"][reason])

    def kind(self, kind: str) -> Mapping[str, Any]:
        """Give the title of a kind of mail and, but for bounces, its advice."""
        mine = self._texts.get("kinds", {}).get(kind, {})
        return {**self._english["kinds"][kind], **mine}

    def cause(self, cause: str, key: str) -> str:
        """Give the ``name`` or the ``check`` of a cause."""
        mine = self._texts.get("causes", {}).get(cause, {}).get(key)
        return str(mine or self._english["causes"][cause][key])

    def link(self, name: str, what: str) -> str:
        """Give the title of a link."""
        found = self._texts.get("links", {}).get(name) or self._english.get("links", {}).get(name)
        return str(found or what)


def expand(template: str | None, given: Mapping[str, str | None], bare: bool = False) -> str | None:
    """Fill an IP or domain, percent-encoded, into one of our templates; None when it is missing.

    ``bare`` gives the template's site without anything filled in.
    """
    if template is None:
        return None
    if bare:
        return template.split("{", 1)[0].split("?", 1)[0]
    for name in ("ip", "domain"):
        if "{" + name + "}" in template:
            value = given.get(name)
            if not value:
                return None
            template = template.replace("{" + name + "}", quote(value, safe=":."))
    return template


def _filled(texts: Mapping[str, Any], facts: Mapping[str, str | None], report: Report) -> Advice:
    """Give the advice that ``texts`` hold for the report's voice, with the facts filled in."""
    voice = texts[report.voice]
    steps = (fill(_text(step), facts) for step in voice.get("steps", ()))
    return Advice(
        lang=report.lang,
        voice=report.voice,
        title=fill(texts["title"], facts),
        summary=fill(voice["summary"], facts),
        steps=tuple(step for step in steps if step),
    )


def _text(step: str | Mapping[str, Any]) -> str:
    return step if isinstance(step, str) else str(step["text"])


def _duration(seconds: int | None, words: Words) -> str | None:
    if seconds is None:
        return None
    for unit, size in (("hours", 3600), ("minutes", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size} {words.get('words', unit)}"
    return f"{seconds} {words.get('words', 'seconds')}"


def _moment(date: str | None) -> str | None:
    """Give a date of RFC 5322 in figures that every language reads; None when it is no date."""
    if date is None:
        return None
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 -- only few notices name a date

    try:
        return f"{parsedate_to_datetime(date[:100]):%Y-%m-%d %H:%M %z}".strip()
    except (ValueError, TypeError, OverflowError):
        return None
