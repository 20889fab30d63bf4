"""The texts of every language: complete, and silent about facts that a finding lacks."""

from __future__ import annotations

import re

import pytest

import ndrkit
from ndrkit.advise import TableAdviser
from ndrkit.advise.fill import PLACEHOLDERS, fill
from ndrkit.model import Delivery, Finding, Report, Verdict
from ndrkit.model.vocabulary import KINDS, REASONS, VOICES

TABLES = ndrkit.Explainer().tables
ADVISER = TableAdviser(TABLES)


def bare(reason: str, lang: str, voice: str) -> Finding:
    """Give a finding of which nothing is known but its reason."""
    row = TABLES.reasons[reason]
    report = Report("bounce", ADVISER, lang=lang, voice=voice)
    verdict = Verdict(reason=reason, cause=row.cause, family=row.family, also=row.also)
    report.findings = (Finding(Delivery(), verdict, report),)
    return report.findings[0]


@pytest.mark.parametrize("lang", TABLES.languages)
@pytest.mark.parametrize("reason", REASONS)
def test_no_text_names_a_missing_fact(lang: str, reason: str) -> None:
    """With no facts at all, every text is still a whole sentence: no braces, no holes, no doubled blanks."""
    for voice in VOICES:
        advice = bare(reason, lang, voice).advice
        for text in (advice.title, advice.summary, *advice.steps):
            words = re.sub(r"`[^`]*`", "code", text)
            assert text
            assert not re.search(r"\{\w+\}|\[\[|\]\]|  |\(\)|（）|: *$| [,;.]", words), text
        assert len(bare(reason, lang, voice).report.to_html()) < 10_000


@pytest.mark.parametrize("lang", TABLES.languages)
def test_every_language_is_complete(lang: str) -> None:
    """Each language has its own words for all reasons, kinds and renderers."""
    texts, english = TABLES.texts(lang), TABLES.texts("en")
    assert set(texts["reasons"]) == set(REASONS)
    assert set(texts["kinds"]) >= set(KINDS)
    for group in ("words", "actors", "strengths", "removals", "families", "links"):
        assert set(texts[group]) >= set(english[group]), group


@pytest.mark.parametrize("lang", TABLES.languages)
def test_commands_are_those_of_english(lang: str) -> None:
    """What stands in backticks is the same in every language: a command is not translated."""
    for reason in REASONS:
        for voice in VOICES:
            mine = commands(lang, reason, voice)
            assert mine == commands("en", reason, voice), (reason, voice)


def commands(lang: str, reason: str, voice: str) -> list[str]:
    """Give the literal words of an advice, sorted."""
    voices = TABLES.texts(lang)["reasons"][reason][voice]
    steps = [step if isinstance(step, str) else step["text"] for step in voices.get("steps", ())]
    return sorted(
        " ".join(one.split()) for one in re.findall(r"`([^`]+)`", "\n".join([voices["summary"], *steps]))
    )


def test_only_safe_facts_are_filled_in() -> None:
    """A fact that could be markup, a link or a command is left out with the words around it."""
    for evil in ("mx.example&calc", "$(reboot)", "a`b", "https://evil.example", "x y", "a;b", "<b>", "a\nb"):
        for name in PLACEHOLDERS - {"blocklist", "removal", "provider", "retry_after"}:
            assert fill(f"Hello[[ to {{{name}}}]].", {name: evil}) == "Hello."
    assert (
        fill("Hello[[ to {recipient}]].", {"recipient": "a.b+c@example.org"}) == "Hello to a.b+c@example.org."
    )
