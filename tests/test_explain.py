"""The public door: what explain() takes, what it refuses, and that nothing in a mail makes it raise."""

from __future__ import annotations

import email
import io
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import ndrkit
from conftest import CORPUS, check_report, truths
from ndrkit.model.vocabulary import REASONS, VOCABULARIES

MAIL = CORPUS / "article" / "traditional-open-utf8-8bit.eml"


def test_exports() -> None:
    """``__all__`` is exactly what the package offers."""
    modules = {
        "engine",
        "model",
        "tables",
        "message",
        "read",
        "match",
        "advise",
        "folding",
        "languages",
        "patterns",
        "genuine",
    }
    modules |= {"cli", "scan", "proofs", "annotations", "cache", "TYPE_CHECKING", "Any"}
    offered = {name for name in vars(ndrkit) if not name.startswith("_")} - modules
    assert offered == set(ndrkit.__all__)


def test_every_kind_of_input_gives_the_same() -> None:
    """Bytes, bytearray, str, Message, Path and binary file are one and the same mail."""
    data = MAIL.read_bytes()
    text = data.decode("utf-8")
    wanted = ndrkit.explain(data).to_dict()["findings"]
    for given in (bytearray(data), memoryview(data), text, email.message_from_bytes(data), MAIL):
        assert ndrkit.explain(given).to_dict()["findings"] == wanted, type(given)
    assert ndrkit.explain(io.BytesIO(data)).to_dict()["findings"] == wanted


@pytest.mark.parametrize(
    ("text", "reason", "recipient"),
    [
        (
            "550 5.1.1 <a@b.example>: Recipient address rejected: User unknown",
            "recipient_unknown",
            "a@b.example",
        ),
        ("452 4.2.2 The email account that you tried to reach is over quota", "mailbox_full", None),
        ("553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", "relay_denied", None),
        (
            "> 550-5.7.26 unauthenticated email is not accepted\n> 550 5.7.26 due to DMARC policy",
            "email_auth_failed",
            None,
        ),
        (
            "无法将您的邮件投递至以下指定地址:\na@b.example : 550 User unknown",
            "recipient_unknown",
            "a@b.example",
        ),
    ],
)
def test_pasted_text(text: str, reason: str, recipient: str | None) -> None:
    """A str without a header block is a pasted notice, reply or log line."""
    report = ndrkit.explain(text)
    check_report(report)
    assert [(one.reason, one.recipient) for one in report.findings] == [(reason, recipient)]


@pytest.mark.parametrize("text", ["", " \n", "hello", "Dear all, lunch is at 12.", "{}", "0"])
def test_words_that_are_no_bounce(text: str) -> None:
    """Text in which nothing is known is no bounce; nothing is made up."""
    report = ndrkit.explain(text)
    assert (report.kind, report.findings) == ("not_bounce", ())
    check_report(report)


def test_wrong_choices_name_the_right_ones() -> None:
    """An unknown language or voice raises one clear line that lists what may stand there."""
    with pytest.raises(ndrkit.ChoiceError, match="voice 'boss': use one of sender, agent, admin"):
        ndrkit.explain(b"", voice="boss")
    with pytest.raises(ndrkit.ChoiceError, match="language 'tlh': use one of en, "):
        ndrkit.explain(b"", lang="tlh")
    with pytest.raises(TypeError, match="not int"):
        ndrkit.explain(3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tag", "lang"),
    [
        ("zh-TW", "zh-Hant"),
        ("zh", "zh-Hans"),
        ("zh_CN", "zh-Hans"),
        ("en-GB", "en"),
        ("zh-hant-hk", "zh-Hant"),
    ],
)
def test_language_tags(tag: str, lang: str) -> None:
    """BCP 47 tags find the nearest language."""
    assert ndrkit.explain("550 User unknown", lang=tag).lang == lang


def test_auto_takes_the_language_of_the_notice() -> None:
    """``auto`` answers a Chinese notice in Chinese, in its script."""
    assert ndrkit.explain(MAIL, lang="auto").lang == "zh-Hant"


def test_files_that_are_none(tmp_path: Path) -> None:
    """A folder and a missing file raise SourceError with their name; an empty file is no bounce."""
    with pytest.raises(ndrkit.SourceError, match="no-such-file"):
        ndrkit.explain(tmp_path / "no-such-file")
    with pytest.raises(ndrkit.SourceError, match="directory|denied"):
        ndrkit.explain(tmp_path)
    empty = tmp_path / "empty.eml"
    empty.write_bytes(b"")
    assert ndrkit.explain(empty).kind == "not_bounce"


@pytest.mark.parametrize("path", truths()[::12], ids=lambda p: p.stem)
def test_cut_off_anywhere(path: Path) -> None:
    """A mail cut off at any place gives a report, and evidence that spells its quote."""
    data = path.with_suffix(".eml").read_bytes()
    for end in range(0, len(data), max(len(data) // 40, 1)):
        check_report(ndrkit.explain(data[:end]))


def test_threads_and_pickles_agree() -> None:
    """One Explainer serves many threads, survives pickling, and gives the same answers each time."""
    explainer = ndrkit.Explainer()
    paths = [path.with_suffix(".eml") for path in truths()[:40]]
    wanted = [explainer.explain(path).to_json() for path in paths]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda path: explainer.explain(path).to_json(), paths)) == wanted
    again = pickle.loads(pickle.dumps(explainer))  # noqa: S301 -- our own object
    assert [again.explain(path).to_json() for path in paths] == wanted


def test_other_vocabularies() -> None:
    """Every reason has a class in each other vocabulary; unknown ones are told."""
    for reason in REASONS:
        for vocabulary in VOCABULARIES:
            assert ndrkit.map_reason(reason, vocabulary)
    assert ndrkit.map_reason("recipient_unknown", "kumomta") == "InvalidRecipient"
    assert ndrkit.map_reason("mailbox_full", "ses") == "Transient/MailboxFull"
    with pytest.raises(ndrkit.ChoiceError, match="vocabulary 'x': use one of sisimai"):
        ndrkit.map_reason("mailbox_full", "x")
    with pytest.raises(ndrkit.ChoiceError, match="reason 'x'"):
        ndrkit.map_reason("x", "ses")


def test_the_import_is_light() -> None:
    """Importing and explaining loads neither YAML, nor the email package, nor the command's libraries."""
    code = "import sys, ndrkit; ndrkit.explain('550 User unknown').to_dict(); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert loaded.isdisjoint(
        {"email.message", "flufl.bounce", "click", "rich", "yaml.constructor", "jsonschema"}
    )


@pytest.mark.parametrize(
    ("path", "recipient"),
    [
        ("list-bounces+bob.smith=example.org@lists.example.net", "bob.smith@example.org"),
        ("news-return-12-bob-smith=mail.example.org@lists.example.net", "bob-smith@mail.example.org"),
        ("list-owner-bob=example.org@lists.example.net", None),  # "owner-bob" or "bob"? It stays open
        ("prvs=0123456789=ann@example.net", None),  # BATV: that is the sender
        ("ann+tag@example.net", None),
    ],
)
def test_a_return_path_made_for_one_recipient(path: str, recipient: str | None) -> None:
    """Where the notice names nobody, the address that it was sent to may (VERP); it is never guessed."""
    mail = (
        f"From: MAILER-DAEMON@example.org\nTo: {path}\nSubject: Undelivered Mail Returned to Sender\n\n"
        "Your message could not be delivered:\n\n550 5.1.1 User unknown\n"
    )
    (found,) = ndrkit.explain(mail).findings
    assert found.recipient == recipient
    assert found.reason == "recipient_unknown"


def test_a_complaint_tells_who_complained() -> None:
    """In a feedback report the address is a field of its own; the returned To may be a list."""
    mail = (
        "From: <feedback@mail.example.org>\nTo: <abuse@example.net>\nSubject: FW: Offer\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=feedback-report; boundary=x\n\n--x\n\nA report.\n\n"
        "--x\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n"
        "Original-Rcpt-To: <bob@example.org>\n\n--x\nContent-Type: message/rfc822\n\n"
        "From: <news@example.net>\nTo: <list@example.net>\nSubject: Offer\n\nHello\n--x--\n"
    )
    report = ndrkit.explain(mail)
    assert report.kind == "complaint"
    assert report.original.to == ("bob@example.org",)


def test_a_refusal_by_sieve_is_no_read_receipt() -> None:
    """Dovecot and Cyrus refuse for a user with a disposition notification (RFC 5429, 2.1.2)."""
    mail = (
        "From: MDS <postmaster@mail.example.org>\nTo: <ann@example.net>\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=x\n"
        "Subject: Automatically rejected mail\nAuto-Submitted: auto-replied (rejected)\n\n"
        "--x\nContent-Type: text/plain; charset=utf-8\n\n"
        "Your message to <bob@example.org> was automatically rejected:\nI do not want mail from this list.\n"
        "--x\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; bob@example.org\n"
        "Disposition: automatic-action/MDN-sent-automatically; deleted\n\n--x--\n"
    )
    report = ndrkit.explain(mail)
    assert report.kind == "bounce"
    assert [one.recipient for one in report.findings] == ["bob@example.org"]
    assert "do not want mail" in (report.findings[0].delivery.diagnostic or "")
    answered = mail.replace(" (rejected)", "").replace("Automatically rejected mail", "Read: Offer")
    assert ndrkit.explain(answered).kind == "read_receipt"


@pytest.mark.parametrize(
    ("words", "lang"),
    [
        (
            "Ihre Nachricht konnte nicht an den Empfänger zugestellt werden. Die Adresse ist nicht da.",
            "de",
        ),
        (
            "Votre message n'a pas pu être remis. Le destinataire est inconnu et les essais ont été arrêtés.",
            "fr",
        ),
        ("Su mensaje no se pudo entregar. El buzón de la persona no existe en el servidor.", "es"),
        (
            "A sua mensagem não foi entregue. O endereço da pessoa não foi encontrado em seu servidor.",
            "pt-BR",
        ),
        ("Ваше письмо не было доставлено. Такого адреса на сервере не существует.", "ru"),
        ("メールは配信されませんでした。宛先が見つかりません。", "ja"),
        ("无法将您的邮件投递到以下地址，请联系对方。", "zh-Hans"),
        ("Your message could not be delivered. The address was not found.", "en"),
    ],
)
def test_auto_knows_a_language_by_its_words(words: str, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """``lang="auto"`` answers in the language that the notice is written in."""
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("LC_MESSAGES", "C")
    monkeypatch.setenv("LANG", "C")
    head = "From: MAILER-DAEMON@example.org\nSubject: failure notice\n\n"
    mail = f"{head}{words}\n\n<bob@example.org>: 550 5.1.1 User unknown\n"
    assert ndrkit.explain(mail.encode(), lang="auto").lang == lang
