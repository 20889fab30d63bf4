"""What holds for every mail, tried on mails that hypothesis makes, tears and mixes."""

from __future__ import annotations

import random
import re
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import ndrkit
from bombs import HEAD
from conftest import check_report, truths

SETTINGS = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
SEEDS = [
    mail
    for path in truths()[::9]
    if path.parent.name != "hostile" and len(mail := path.with_suffix(".eml").read_bytes()) < 20_000
]
UTF8 = [mail for mail in SEEDS if b"\r" not in mail and b"base64" not in mail.lower()]

seeds = st.sampled_from(SEEDS)
numbers = st.integers(0, 2**32)


def answer(mail: bytes) -> list[tuple[Any, ...]]:
    """Give what must stay the same: the kind, and who, why and where to go for each recipient."""
    report = ndrkit.explain(mail)
    return [(report.kind, report.format)] + [
        (
            *(one.recipient, one.reason, one.cause, one.delivery.status, one.delivery.reply_code),
            *(one.delivery.diagnostic, one.verdict.suppress, one.verdict.blocklist, one.verdict.ip),
            tuple(one.advice.links),
        )
        for one in report.findings
    ]


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
@given(seeds, seeds, numbers)
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
@given(st.sampled_from(UTF8))
def test_line_ends_change_nothing(mail: bytes) -> None:
    """A mail gives the same with LF, CRLF and CR."""
    plain = answer(mail)
    assert answer(mail.replace(b"\n", b"\r\n")) == plain
    assert answer(mail.replace(b"\n", b"\r")) == plain


@SETTINGS
@given(seeds)
def test_the_same_answer_every_time(mail: bytes) -> None:
    """A mail explained twice, and by another Explainer, gives the same JSON."""
    first = ndrkit.explain(mail).to_json()
    assert ndrkit.explain(mail).to_json() == first


def _name(field: bytes) -> bytes:
    return field.partition(b":")[0].strip().lower()


@SETTINGS
@given(seeds, numbers)
def test_the_order_of_header_fields_changes_nothing(mail: bytes, seed: int) -> None:
    """Header fields of the mail in any order, those of one name in theirs, give the same."""
    head, blank, body = mail.partition(b"\n\n")
    fields = re.split(rb"\n(?![ \t])", head)
    assume(not head.startswith((b"From ", b"\n")))
    names = sorted({_name(field) for field in fields})
    random.Random(seed).shuffle(names)  # noqa: S311 -- a shuffle
    fields.sort(key=lambda field: names.index(_name(field)))
    assert answer(b"\n".join(fields) + blank + body) == answer(mail)


@SETTINGS
@given(seeds, st.binary(max_size=200))
def test_trailing_junk_changes_nothing(mail: bytes, junk: bytes) -> None:
    """What hangs behind the last delimiter of a mail changes no finding."""
    top = mail.partition(b"\n\n")[0].lower()
    assume(mail.rstrip().endswith(b"--") and re.search(rb"^content-type:\s*multipart", top, re.M))
    assert answer(mail.rstrip() + b"\n\n" + junk.replace(b"--", b"")) == answer(mail)


TYPES = (
    *("text/plain", "text/html", "multipart/report", "multipart/mixed", "message/rfc822", "nonsense"),
    *("message/delivery-status", "text/rfc822-headers", "multipart/digest", "message/global"),
)
WORDS = (
    "Final-Recipient: rfc822; a@example.org\nAction: failed\nStatus: 5.1.1\n",
    "<a@example.org>: host mx.example.org[192.0.2.9] said: 552 5.2.2 full\n",
    "From: a@example.com\nSubject: x\n\n=?utf-8?q?=GG?=\n",
    "<p>550 &lt;b@example.org&gt;<br>",
    "",
)


@st.composite
def mime(draw: st.DrawFn, depth: int = 0) -> str:
    """Make a part: its fields, then words or more parts, now and then with something missing."""
    kind = draw(st.sampled_from(TYPES))
    name = draw(st.sampled_from(("b", "b b", "", "--", f"b{depth}")))
    encoding = draw(st.sampled_from(("", "base64", "quoted-printable", "x")))
    charset = draw(st.sampled_from(("utf-8", "x-none", "utf-16", "iso-2022-jp", "hex", '"')))
    top = f"Content-Type: {kind}; charset={charset}; boundary={name}\n" * draw(st.integers(0, 2))
    top += f"Content-Transfer-Encoding: {encoding}\n\n" if encoding else "\n" * draw(st.integers(0, 2))
    if depth > 3 or draw(st.booleans()):
        return top + "".join(draw(st.lists(st.sampled_from(WORDS), max_size=3)))
    inner = draw(st.lists(mime(depth + 1), max_size=3))
    return top + "".join(f"--{name}\n{one}\n" for one in inner) + draw(st.sampled_from((f"--{name}--\n", "")))


@SETTINGS
@given(mime(), st.integers(0, 4_000))
def test_mime_made_and_torn(part: str, end: int) -> None:
    """Parts in parts of any kind, whole and torn off anywhere, give a report."""
    mail = HEAD + part.encode()
    check_report(ndrkit.explain(mail))
    check_report(ndrkit.explain(mail[:end]))


LURES = (
    *("550 5.7.1 blocked using zen.spamhaus.org", "552 5.2.2 Mailbox full", "Action: failed"),
    *("Final-Recipient: rfc822; victim@example.com", "Status: 5.1.1", "https://evil.example/delist"),
    *("<victim@example.com>: host mx[203.0.113.66] said: 550 no", "--x", "--x--", "User unknown", "dns"),
    *("Diagnostic-Code: smtp; 554 5.7.1 spam", "----- The following addresses had permanent errors -----"),
)
lures = st.lists(
    st.one_of(st.sampled_from(LURES), st.text("ab <>@.:;=?5\u202e\u4e2d", max_size=30)), max_size=8
)


@SETTINGS
@given(lures, lures, lures)
def test_the_sender_chooses_nothing(subject: list[str], body: list[str], fields: list[str]) -> None:
    """A hostile subject, body or field of the returned mail changes neither reason, cause nor links."""

    def bounce(subject: str, body: str, fields: str) -> bytes:
        return HEAD + (
            "Content-Type: multipart/report; report-type=delivery-status; boundary=xyz\n\n--xyz\n\n"
            "This is the mail system at host mx.example.net.\n\n"
            "<a@example.org>: host x[192.0.2.1] said: 550 5.1.1 User unknown\n\n--xyz\n"
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
            "Final-Recipient: rfc822; a@example.org\nAction: failed\nStatus: 5.1.1\n"
            "Diagnostic-Code: smtp; 550 5.1.1 User unknown\n\n--xyz\nContent-Type: message/rfc822\n\n"
            f"Received: from a by b; now\nFrom: me@example.net\n{fields}"
            f"Subject: {subject}\n\n{body}\n--xyz--\n"
        ).encode("utf-8", "replace")

    tried = bounce(" ".join(subject), "\n".join(body), "".join(f"X-Note: {one}\n" for one in fields))
    assert answer(tried) == answer(bounce("offer", "Dear Sir", ""))
