"""The texts of every language: complete, and silent about facts that a finding lacks."""

from __future__ import annotations

import re

import pytest

import ndrkit
from ndrkit.advise import TableAdviser
from ndrkit.advise.fill import OWN, PLACEHOLDERS, fill
from ndrkit.model import Advice, Delivery, Finding, Report, Verdict
from ndrkit.model.vocabulary import KINDS, REASONS, VOICES

TABLES = ndrkit.Explainer().tables
ADVISER = TableAdviser(TABLES)
ADVISED = [kind for kind in KINDS if kind != "bounce"]


def bare(reason: str, lang: str, voice: str) -> Finding:
    """Give a finding of which nothing is known but its reason."""
    row = TABLES.reasons[reason]
    report = Report("bounce", ADVISER, lang=lang, voice=voice)
    verdict = Verdict(reason=reason, cause=row.cause, family=row.family, also=row.also)
    report.findings = (Finding(Delivery(), verdict, report),)
    return report.findings[0]


def whole(advice: Advice) -> None:
    """Every text of an advice is a whole sentence."""
    for text in (advice.title, advice.summary, *advice.steps):
        words = re.sub(r"`[^`]*`", "code", text)
        assert text
        assert not re.search(r"\{\w+\}|\[\[|\]\]|  |\(\)|（）|: *$| [,;.]", words), text


@pytest.mark.parametrize("lang", TABLES.languages)
@pytest.mark.parametrize("reason", REASONS)
def test_no_text_names_a_missing_fact(lang: str, reason: str) -> None:
    """With no facts at all, every text is still a whole sentence: no braces, no holes, no doubled blanks."""
    for voice in VOICES:
        advice = bare(reason, lang, voice).advice
        whole(advice)
        assert len(bare(reason, lang, voice).report.to_html()) < 10_000


@pytest.mark.parametrize("lang", TABLES.languages)
def test_every_language_is_complete(lang: str) -> None:
    """Each language has its own words for all reasons, kinds and renderers."""
    texts, english = TABLES.texts(lang), TABLES.texts("en")
    assert set(texts["reasons"]) == set(REASONS)
    assert set(texts["kinds"]) == set(KINDS)
    for kind, mine in texts["kinds"].items():
        assert set(mine) == ({"title"} if kind == "bounce" else {"title", *VOICES}), kind
    for group in ("words", "actors", "strengths", "removals", "families", "links"):
        assert set(texts[group]) >= set(english[group]), group


@pytest.mark.parametrize("lang", TABLES.languages)
def test_commands_are_those_of_english(lang: str) -> None:
    """What stands in backticks is the same in every language: a command is not translated."""
    for reason in REASONS:
        for voice in VOICES:
            mine = commands(lang, reason, voice)
            assert mine == commands("en", reason, voice), (reason, voice)
    for kind in ADVISED:
        for voice in VOICES:
            assert commands(lang, kind, voice, "kinds") == commands("en", kind, voice, "kinds"), (kind, voice)


@pytest.mark.parametrize("lang", TABLES.languages)
@pytest.mark.parametrize("kind", ADVISED)
def test_no_text_of_a_kind_names_a_missing_fact(lang: str, kind: str) -> None:
    """With no facts at all, what is said about a kind of mail is whole, and has steps like English."""
    for voice in VOICES:
        advice = Report(kind, ADVISER, lang=lang, voice=voice).advice
        english = Report(kind, ADVISER, voice=voice).advice
        assert advice
        assert english
        whole(advice)
        assert (advice.lang, advice.voice) == (lang, voice)
        assert len(advice.steps) == len(english.steps)


@pytest.mark.parametrize("lang", TABLES.languages)
def test_a_delay_names_what_it_knows(lang: str) -> None:
    """A delay's advice names the recipient and the end of the attempts, in figures, when all agree."""
    report = Report("delay", ADVISER, lang=lang, voice="sender")

    def told(*waiting: Delivery) -> str:
        report.findings = tuple(Finding(one, Verdict(), report) for one in waiting)
        advice = report.advice
        assert advice
        whole(advice)
        return advice.summary

    until = "Mon, 2 Nov 2026 09:12:44 +0100"
    one = told(Delivery(recipient="a@example.org", retry_until=until))
    assert "a@example.org" in one
    assert "2026-11-02 09:12 +0100" in one
    two = told(*(Delivery(recipient=f"{name}@example.org", retry_until=until) for name in "ab"))
    assert "example.org" not in two
    assert "2026-11-02 09:12 +0100" in two
    for wrong in ("soon `reboot`", "", "Mon, 99 Foo 99999999999 99:99:99 +9999"):
        assert "reboot" not in told(Delivery(retry_until=wrong))


def test_a_bounce_has_no_advice_of_its_own() -> None:
    """For a bounce it is the findings that say what to do."""
    assert Report("bounce", ADVISER).advice is None


def commands(lang: str, key: str, voice: str, group: str = "reasons") -> list[str]:
    """Give the literal words of an advice, sorted."""
    voices = TABLES.texts(lang)[group][key][voice]
    steps = [step if isinstance(step, str) else step["text"] for step in voices.get("steps", ())]
    return sorted(
        " ".join(one.split()) for one in re.findall(r"`([^`]+)`", "\n".join([voices["summary"], *steps]))
    )


def test_only_safe_facts_are_filled_in() -> None:
    """A fact that could be markup, a link or a command is left out with the words around it."""
    for evil in ("mx.example&calc", "$(reboot)", "a`b", "https://evil.example", "x y", "a;b", "<b>", "a\nb"):
        for name in PLACEHOLDERS - OWN:
            assert fill(f"Hello[[ to {{{name}}}]].", {name: evil}) == "Hello."
    assert (
        fill("Hello[[ to {recipient}]].", {"recipient": "a.b+c@example.org"}) == "Hello to a.b+c@example.org."
    )
