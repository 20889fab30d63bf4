"""What is shown: escaped, safe, short, and told once."""

from __future__ import annotations

import re
from html import unescape

import nh3
import pytest
import wcwidth

import ndrkit
from conftest import CORPUS
from ndrkit.advise.render_text import wrap
from ndrkit.model.vocabulary import VOICES

TAGS = {"b", "i", "p", "ul", "ol", "li", "a", "code", "blockquote"}
MAILS = [
    *sorted(CORPUS.glob("article/*-open-*.eml")),
    *sorted(CORPUS.glob("hostile/*.eml")),
    *sorted(CORPUS.glob("postfix/*.eml"))[:30],
]
FORGED = (
    "From: MAILER-DAEMON@example.net\nSubject: Undelivered Mail Returned to Sender\n\n"
    "This is the mail system at host mx.example.net.\n\n"
    "<a@example.org>: host evil.example[192.0.2.1] said: 550 User unknown <script>alert(1)</script>\n"
    "    <a href='https://evil.example/'>click</a> [x](https://evil.example/) `rm` \u202egnp.exe \x1b[31m\n"
)


def nothing_changes(html: str) -> None:
    """A strict allow-list has nothing to take out of the HTML."""
    cleaned = nh3.clean(
        html, tags=TAGS, attributes={"a": {"href"}}, link_rel=None, url_schemes={"http", "https"}
    )
    assert cleaned.replace("&nbsp;", "\u00a0") == html


@pytest.mark.parametrize("path", MAILS, ids=lambda p: p.stem)
@pytest.mark.parametrize("lang", ["en", "zh-Hans"])
def test_html_of_the_corpus_is_safe(path: object, lang: str) -> None:
    """HTML made from real and hostile mail passes a strict allow-list unchanged, and is short."""
    html = ndrkit.explain(path, lang=lang).to_html()  # type: ignore[arg-type]
    nothing_changes(html.replace("&quot;", '"').replace("&#x27;", "'"))
    assert len(html) < 10_000


OF_A_KIND = {
    "delay": "courier/barracuda-greylist-delay",
    "success": "courier/success-relayed",
    "auto_reply": "not_bounce/auto-reply-01-en",
    "complaint": "not_bounce/complaint-abuse",
    "read_receipt": "not_bounce/receipt-en",
    "challenge": "not_bounce/challenge-01-en",
    "not_bounce": "not_bounce/not-bounce-01-en",
}


@pytest.mark.parametrize("lang", ndrkit.Explainer().languages)
@pytest.mark.parametrize("kind", OF_A_KIND)
def test_every_form_tells_what_to_do_with_a_kind_of_mail(kind: str, lang: str) -> None:
    """Mail that is no bounce has its title, summary and steps in every form, and they alter no HTML."""
    for voice in VOICES:
        report = ndrkit.explain(CORPUS / f"{OF_A_KIND[kind]}.eml", lang=lang, voice=voice)
        assert report.kind == kind
        advice = report.advice
        assert advice
        html, page, markdown = report.to_html(), report.to_html(page=True), report.to_markdown()
        text = "".join(report.to_text().split())
        nothing_changes(html.replace("&quot;", '"').replace("&#x27;", "'"))
        shown = unescape(re.sub(r"</?code>", "`", html))
        for one in (advice.title, advice.summary, *advice.steps):
            assert one in shown
            assert one in markdown
            assert "".join(one.split()) in text
        assert html in page
        assert report.verdict.summary.startswith(advice.title)


def test_wide_brackets_stay_with_their_words() -> None:
    """No line ends with an opening bracket or begins with a closing one, however it is broken."""
    for length in range(30, 60):
        lines = list(wrap("字" * length + "（`postqueue`）「字」。" + "字" * length))
        assert not any(line.endswith(("（", "「")) or line.startswith(("）", "」", "。")) for line in lines)


def test_a_forged_bounce_plants_nothing() -> None:
    """Markup, links, direction marks and terminal escapes from a mail are shown, not obeyed."""
    report = ndrkit.explain(FORGED)
    html, text, markdown = report.to_html(), report.to_text(), report.to_markdown()
    assert "<script" not in html
    assert 'href="https://evil' not in html
    assert "](https://evil" not in markdown
    for shown in (html, text, markdown):
        assert "\u202e" not in shown
        assert "\x1b" not in shown
    assert "\\u202e" in text


def test_no_command_of_a_forger_gets_into_advice() -> None:
    """A host name that a shell would obey is left out of commands that people copy."""
    mail = (
        "From: MAILER-DAEMON@example.net\nSubject: Undelivered\n"
        "Content-Type: multipart/report; boundary=x\n\n"
        "--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
        "Final-Recipient: rfc822; a@example.org\nAction: failed\nStatus: 4.4.1\n"
        "Remote-MTA: dns; mx.evil.example&calc\n"
        "Diagnostic-Code: X-Postfix; connect to mx: Connection timed out\n--x--\n"
    )
    for voice in ("sender", "agent", "admin"):
        advice = ndrkit.explain(mail, voice=voice).findings[0].advice
        assert "calc" not in advice.summary + " ".join(advice.steps)


@pytest.mark.parametrize("lang", ["en", "zh-Hans"])
def test_text_keeps_its_width(lang: str) -> None:
    """Lines are at most 88 cells wide, wide characters counted as two; only links may be longer."""
    text = ndrkit.explain(CORPUS / "article" / "traditional-open-utf8-8bit.eml", lang=lang).to_text()
    for line in text.splitlines():
        assert "://" in line or wcwidth.wcswidth(line) <= 90, line


def test_recipients_with_one_fate_are_told_once() -> None:
    """Ten recipients that fail the same way give one explanation with all addresses."""
    lines = "".join(
        f"<u{i}@example.org>: host mx[192.0.2.1] said: 550 5.1.1 User unknown\n" for i in range(10)
    )
    mail = FORGED.split("<a@example.org>", maxsplit=1)[0] + lines
    report = ndrkit.explain(mail)
    assert len(report.findings) == 10
    text = report.to_text()
    assert text.count(report.findings[0].advice.title) == 1
    assert all(f"u{i}@example.org" in text for i in range(10))


@pytest.mark.parametrize(
    ("mail", "site"),
    [
        ("gmail-auth", "support.google.com/a/answer/3726730"),
        ("outlook-515", "learn.microsoft.com"),
        ("outlook-s3150", "substrate.office.com"),
        ("yahoo-policy", "senders.yahooinc.com"),
        ("qq-spf", "service.mail.qq.com"),
        ("mailru-spam", "help.mail.ru"),
        ("gmx-ptr-banner", "postmaster.gmx.net/en/error-messages"),
        ("gmx-banner", "postmaster.gmx.net/en/case"),
    ],
)
def test_the_receivers_own_page_comes_first(mail: str, site: str) -> None:
    """The page of the receiver, or of the list it names, stands before general ones; five links at most."""
    path = next(CORPUS.rglob(f"{mail}.eml"))
    links = ndrkit.explain(path).findings[0].advice.links
    assert links[0].url.startswith(f"https://{site}")
    assert len(links) <= 5


def test_verdict_for_programs() -> None:
    """``report.verdict`` says what a program has to do: never answer, whom to tell, whom to suppress."""
    listed = ndrkit.explain(MAILS[0]).verdict
    assert (listed.is_bounce, listed.reply_safe, listed.suppress) == (True, False, ())
    assert listed.notify == ("sender_admin",)
    assert listed.summary.startswith("user@domain.com: ")
    assert "\n" not in listed.summary
    gone = ndrkit.explain(FORGED.split("<script>", maxsplit=1)[0]).verdict
    assert gone.suppress == ("a@example.org",)


def test_only_a_person_is_answered() -> None:
    """A letter may be answered; bounces, auto-replies and list mail may not."""
    letter = b"From: Ann <ann@example.com>\nSubject: lunch\n\nAt twelve?\n"
    assert ndrkit.explain(letter).reply_safe
    asked = letter.replace(b"lunch", b"Undelivered mail: what is it?")
    assert ndrkit.explain(asked).reply_safe
    fields = (
        b"Auto-Submitted: auto-replied",
        b"Precedence: bulk",
        b"Return-Path: <>",
        b"List-Id: <a.example>",
    )
    for field in (*fields, b"List-Unsubscribe: <https://example.com/u>"):
        assert not ndrkit.explain(field + b"\n" + letter).reply_safe
    report = b"Content-Type: multipart/report; boundary=x\n" + letter.replace(b"\n\n", b"\n\n--x\n\n")
    assert not ndrkit.explain(report).reply_safe
    assert not ndrkit.explain(FORGED).reply_safe


def test_the_page_is_whole_and_loads_nothing() -> None:
    """The page names its language and charset, forbids loading, and holds the fragment."""
    report = ndrkit.explain(FORGED)
    page = report.to_html(page=True)
    assert page.startswith("<!doctype html>")
    assert "default-src 'none'" in page
    assert report.to_html() in page
    assert "src=" not in page.replace("default-src", "")


@pytest.mark.parametrize("lang", ndrkit.Explainer().languages)
def test_every_form_is_short(lang: str) -> None:
    """Many recipients with many fates, and hostile words, stay below 10,000 characters in every form."""
    replies = [
        "550 5.1.1 User unknown",
        "552 5.2.2 mailbox full",
        "554 5.7.1 Client host [192.0.2.7] blocked using zen.spamhaus.org",
        "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.7]",
        "550 5.7.26 DMARC policy <&>" + "<&`*" * 500,
        "Name service error for name=example.org type=MX: Host not found, try again",
    ]
    lines = "".join(f"<u{n}@example.org>: {replies[n % 6]} {n // 9}\n" for n in range(90))
    mail = FORGED.split("<a@example.org>", maxsplit=1)[0] + lines
    for voice in VOICES:
        report = ndrkit.explain(mail, lang=lang, voice=voice)
        assert len(report.findings) == 90
        for report.kind in ("bounce", "delay"):
            for shown in (report.to_text(), report.to_markdown(), report.to_html()):
                assert len(shown) < 10_000
                assert "… +" in shown
