"""The article's bounce, in each of its encodings, tells the same story."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

import ndrkit
from conftest import CORPUS, check_report, truth

MAILS = sorted((CORPUS / "article").glob("*.eml"))


def test_all_encodings_are_there() -> None:
    """Traditional and simplified, four legacy charsets and UTF-8, plain, quoted-printable, base64."""
    names = " ".join(path.stem for path in MAILS)
    for word in ("traditional", "simplified", "utf8", "big5", "gbk", "gb18030", "8bit", "quoted", "base64"):
        assert word in names


@pytest.mark.parametrize("path", MAILS, ids=lambda p: p.stem)
def test_article(path: Path) -> None:
    """Recipient, 553, listed at Spamhaus ZEN; an IP only when it is not masked; the one safe link."""
    wanted = truth(path.with_suffix(".yaml"))["findings"][0]
    found = check_report(ndrkit.explain(path))
    assert found["format"] == "hmailserver"
    (row,) = found["findings"]
    assert row["recipient"] == "user@domain.com"
    assert (row["reply_code"], row["status"]) == ("553", None)
    assert (row["reason"], row["cause"]) == ("ip_blocklisted", "blocklisted")
    assert row["blocklist"] == {"id": "spamhaus_zen", "name": "Spamhaus ZEN"}
    assert row["ip"] == wanted["ip"]
    assert {urlsplit(link["url"]).netloc for link in row["advice"]["links"]} == {"check.spamhaus.org"}


@pytest.mark.parametrize("lang", ndrkit.Explainer().languages)
@pytest.mark.parametrize("voice", ["sender", "agent", "admin"])
def test_every_language_and_voice_has_words(lang: str, voice: str) -> None:
    """The advice comes in the language and voice that was asked for."""
    report = ndrkit.explain(MAILS[-1], lang=lang, voice=voice)
    check_report(report)
    advice = report.findings[0].advice
    assert (advice.lang, advice.voice) == (lang, voice)
    assert advice.summary
    assert "{" not in advice.summary + "".join(advice.steps)
    english = ndrkit.explain(MAILS[-1], voice=voice).findings[0].advice
    assert (advice.title == english.title) == (lang == "en")
