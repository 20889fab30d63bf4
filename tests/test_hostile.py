"""Input is hostile: any bytes give a report, and the sender's words never choose the answer."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ndrkit
from conftest import CORPUS, check_report, truths

HEAD = b"From: MAILER-DAEMON@example.net\nSubject: Undelivered Mail Returned to Sender\n"
NOTICE = (
    b"\nThis is the mail system at host mx.example.net.\n\n"
    b"<a@example.org>: host x[192.0.2.1] said: 550 5.1.1 User unknown\n"
)
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def nested(depth: int, kind: bytes) -> bytes:
    """Nest parts in one another."""
    out = HEAD
    for n in range(depth):
        out += b"Content-Type: " + kind + b'; boundary="b%d"\n\n--b%d\n' % (n, n)
    return out + NOTICE


BOMBS = {
    "empty": b"",
    "one line of 5 MB": HEAD + b"\n" + b"x" * 5_000_000,
    "5 MB without a line break": b"x" * 5_000_000,
    "1 MB of 5.": HEAD + NOTICE + b"5." * 500_000,
    "50,000 <": HEAD + b"Content-Type: text/html\n\n" + b"<" * 50_000,
    "50,000 open tags": HEAD + b"Content-Type: text/html\n\n" + b"<style>" * 50_000,
    "50,000 comments": HEAD + b"Content-Type: text/html\n\n" + b"<!--" * 50_000,
    "2,000 multiparts": nested(2_000, b"multipart/mixed"),
    "2,000 mails": nested(2_000, b"message/rfc822"),
    "100,000 Received": b"Received: from x by y; z\n" * 100_000 + HEAD + NOTICE,
    "500,000 blank lines": HEAD + b"\n" * 500_000 + NOTICE,
    "NULs": HEAD + b"\n" + b"\0" * 100_000 + NOTICE,
    "lone CRs": (HEAD + NOTICE).replace(b"\n", b"\r") + b"\r" * 100_000,
    "bad base64": HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"=?=" * 100_000,
    "bad quoted-printable": HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=G" * 100_000,
    "50,000 encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 50_000 + b"\n" + HEAD + NOTICE,
    "no such charset": HEAD + b"Content-Type: text/plain; charset=x-nothing\n\n\xff\xfe" + NOTICE,
    "charset with NUL": HEAD + b'Content-Type: text/plain; charset="a\0b"\n\n\xff' + NOTICE,
    "endless boundary": HEAD + b"Content-Type: multipart/mixed; boundary=" + b"b" * 100_000 + b"\n\n--b\n",
    "boundary of one": HEAD + b"Content-Type: multipart/mixed; boundary=-\n\n" + b"---\n" * 20_000,
    "header without end": b"X: " + b" folded\n" * 200_000,
    "quotes": HEAD + b"\n" + b"> " * 200_000 + NOTICE,
    "addresses": HEAD + NOTICE + b"a@b.c " * 100_000,
    "signs of at": HEAD + NOTICE + b"@" * 500_000,
    "dots": HEAD + NOTICE + b"<" + b"a." * 100_000 + b"@" + b"b." * 100_000 + b">: 550 no\n",
    "colons": HEAD + NOTICE + b":" * 500_000,
    "reply codes": HEAD + NOTICE + b"550-5.1.1 " * 100_000,
    "all bytes": bytes(range(256)) * 2_000,
    "UTF-16": (HEAD + NOTICE).decode().encode("utf-16"),
    "iso-2022 escapes": HEAD + b"\n" + b"\x1b$B" * 50_000,
    "ends in a header": b"From",
    "delivery-status of 4 MB": HEAD
    + b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n"
    + b"Final-Recipient: rfc822; a@example.org\nAction: failed\nStatus: 5.1.1\n" * 500
    + b"X-Junk: y\n" * 400_000,
    "bidi address": HEAD + "\n<\u202euser@example.org>: 550 User unknown\n".encode(),
    "IDN address": HEAD + "\n<用户@例え.テスト>: 550 User unknown\n".encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_give_a_report(name: str) -> None:
    """Each gives a report that holds to the schema, and evidence that spells its quote."""
    check_report(ndrkit.explain(BOMBS[name]))


@pytest.mark.parametrize("name", list(BOMBS)[::3])
def test_bombs_as_text_give_a_report(name: str) -> None:
    """The same as pasted text."""
    check_report(ndrkit.explain("\n" + BOMBS[name][:300_000].decode("latin-1")))


def test_ten_thousand_recipients_are_all_read() -> None:
    """A DSN with 10,000 recipients gives 10,000 findings."""
    block = b"\nFinal-Recipient: rfc822; u%d@example.org\nAction: failed\nStatus: 5.1.1\n"
    mail = HEAD + b"Content-Type: multipart/report; boundary=x\n\n--x\n"
    mail += b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n"
    mail += b"".join(block % n for n in range(10_000)) + b"\n--x--\n"
    report = ndrkit.explain(mail)
    assert len({one.recipient for one in report.findings}) == 10_000


LIES = (
    "550 5.7.1 Client host [203.0.113.66] blocked using zen.spamhaus.org",
    "Final-Recipient: rfc822; victim@example.com\nAction: failed\nStatus: 5.1.1",
    "<victim@example.com>: host mx[203.0.113.66] said: 550 5.1.1 User unknown",
    "Diagnostic-Code: smtp; 552 5.2.2 Mailbox full",
    "See https://evil.example/delist for removal",
)


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("place", ["subject", "body", "header"])
def test_the_returned_mail_chooses_nothing(lie: str, place: str) -> None:
    """What the sender wrote into the returned mail changes neither recipient, reason nor links."""
    subject = lie.replace("\n", " ") if place == "subject" else "offer"
    body = lie if place == "body" else "Dear Sir"
    extra = f"X-Note: {lie.splitlines()[0]}\n" if place == "header" else ""
    returned = (
        f"Received: from a by b; now\nMessage-ID: <1@example.net>\n{extra}Subject: {subject}\n\n{body}\n"
    )
    plain = HEAD.decode() + NOTICE.decode() + "\n" + returned
    parted = (
        f"{HEAD.decode()}Content-Type: multipart/report; boundary=x\n\n--x\n{NOTICE.decode()}\n--x\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
        "Final-Recipient: rfc822; a@example.org\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown\n\n--x\n"
        f"Content-Type: message/rfc822\n\n{returned}\n--x--\n"
    )
    for mail in (plain, parted):
        (finding,) = ndrkit.explain(mail).findings
        assert (finding.recipient, finding.reason) == ("a@example.org", "recipient_unknown")
        assert not any("evil" in link.url for link in finding.advice.links)


def test_a_person_who_quotes_a_bounce_sends_no_bounce() -> None:
    """A letter that quotes a bounce is a letter."""
    letter = b"From: Ann <ann@example.com>\nTo: help@example.net\nSubject: Re: what is this?\n\nHi,\n\n"
    quoted = b"".join(b"> " + line + b"\n" for line in (HEAD + NOTICE).splitlines())
    assert ndrkit.explain(letter + quoted).kind == "not_bounce"


SEEDS = [path.with_suffix(".eml").read_bytes() for path in truths()[::11]][:80]


@SETTINGS
@given(st.binary(max_size=2_000))
def test_any_bytes(data: bytes) -> None:
    """Any bytes whatsoever give a report."""
    check_report(ndrkit.explain(data))


@SETTINGS
@given(st.text(max_size=1_000))
def test_any_text(text: str) -> None:
    """Any text whatsoever gives a report."""
    check_report(ndrkit.explain(text))


@SETTINGS
@given(st.sampled_from(SEEDS), st.sampled_from(SEEDS), st.integers(0, 2**32))
def test_splices(one: bytes, other: bytes, seed: int) -> None:
    """Pieces of two mails in any order, with bytes changed, give a report."""
    dice = random.Random(seed)  # noqa: S311 -- a shuffle
    cuts = (
        sorted(dice.randrange(len(one)) for _ in range(3)),
        sorted(dice.randrange(len(other)) for _ in range(3)),
    )
    pieces = [one[: cuts[0][0]], other[cuts[1][0] : cuts[1][1]], one[cuts[0][1] :], other[cuts[1][2] :]]
    dice.shuffle(pieces)
    data = bytearray(b"".join(pieces))
    for _ in range(dice.randrange(20)):
        if data:
            data[dice.randrange(len(data))] = dice.choice(b"\r\n\0:;<>@=-. 5\xff")
    check_report(ndrkit.explain(bytes(data)))


@SETTINGS
@given(st.sampled_from(SEEDS), st.binary(max_size=200))
def test_trailing_junk_changes_nothing(mail: bytes, junk: bytes) -> None:
    """What hangs behind the last delimiter of a mail changes no finding."""
    if not mail.rstrip().endswith(b"--") or b"Content-Type: multipart" not in mail:
        return
    plain = ndrkit.explain(mail).to_dict()["findings"]
    assert ndrkit.explain(mail.rstrip() + b"\n\n" + junk.replace(b"--", b"")).to_dict()["findings"] == plain


def test_the_safety_net_holds() -> None:
    """flufl.bounce raises on some mails; nothing of that reaches the caller or standard error."""
    for path in sorted((CORPUS / "article").glob("*.eml"))[:3]:
        data = path.read_bytes().replace(b"user@domain.com", b"nobody at all")
        assert ndrkit.explain(data).kind in ("bounce", "not_bounce")
