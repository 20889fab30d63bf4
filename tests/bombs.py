"""Hostile inputs, each made of something that grows: shared by the tests and ``benchmarks/bounds.py``."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

LIMIT = 50_000_000
HEAD = b"From: MAILER-DAEMON@example.net\nSubject: Undelivered Mail Returned to Sender\n"
WORDS = b"\nThis is the mail system at host mx.example.net.\n\n"
FAILED = b"<a@example.org>: host x[192.0.2.1] said: 550 5.1.1 User unknown\n"
NOTICE = WORDS + FAILED
BASE64 = HEAD + b"Content-Transfer-Encoding: base64\n\n"
HTML = HEAD + b"Content-Type: text/html\n\n"
HTML_PART = b"\n--x\nContent-Type: text/html\n\n"
PARTS = HEAD + b"Content-Type: multipart/mixed; boundary=x\n\n"
REPORT = (
    HEAD + b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n"
    b"Reporting-MTA: dns; mx.example.net\n"
)
RECIPIENT = (
    b"\nFinal-Recipient: rfc822; u%d@example.org\nAction: failed\nStatus: 5.1.1\n"
    b"Remote-MTA: dns; mx.example.org\nDiagnostic-Code: smtp; 550 5.1.1 <u%d@example.org>: Recipient\n"
    b"    address rejected: User unknown in virtual mailbox table\n"
)


class Bomb(NamedTuple):
    """``make(units)`` gives the mail; with more than ``units`` it grows. None: there is one size."""

    units: int | None
    make: Callable[[int], bytes]

    def grown(self, times: int) -> bytes:
        """Give the mail ``times`` as large, up to :data:`LIMIT`."""
        return self.make((self.units or 1) * times)[:LIMIT]


def one(mail: bytes) -> Bomb:
    """Give a bomb of one size."""
    return Bomb(None, lambda _: mail)


def many(count: int, unit: bytes, head: bytes = HEAD + b"\n", tail: bytes = b"") -> Bomb:
    """Give a bomb of one thing many times, cut so that its tail stays inside the limit."""
    return Bomb(count, lambda n: head + unit * min(n, (LIMIT - len(head + tail)) // len(unit)) + tail)


def numbered(count: int, unit: bytes, head: bytes, tail: bytes = b"") -> Bomb:
    """Give a bomb of one thing many times, each with its number in all places ``%d``."""
    places = unit.count(b"%d")
    return Bomb(count, lambda n: head + b"".join(unit % ((i,) * places) for i in range(n)) + tail)


def nested(count: int, kind: bytes) -> Bomb:
    """Nest parts in one another."""
    unit = b"Content-Type: " + kind + b'; boundary="b%d"\n\n--b%d\n'
    return numbered(count, unit, HEAD, NOTICE)


BOMBS = {
    "empty": one(b""),
    "one line of 5 MB": many(5_000_000, b"x"),
    "5 MB without a header": many(5_000_000, b"x", b""),
    "1 MB of 5.": many(500_000, b"5.", HEAD + NOTICE),
    "50,000 <": many(50_000, b"<", HTML),
    "50,000 open tags": many(50_000, b"<style>", HTML),
    "50,000 open comments": many(50_000, b"<!--", HTML),
    "100,000 nested elements": many(100_000, b"<div>", HTML, NOTICE),
    "330,000 blank HTML entities": many(330_000, b"&nbsp;", HTML, b"word"),
    "25 HTML parts of tags alone": many(25, HTML_PART + b"<b> " * 480_000, PARTS),
    "100,000 HTML entities": many(100_000, b"&lt;&#64;&gt;", HTML),
    "a tag of 1 MB": many(1_000_000, b" a=b", HTML + b"<p"),
    "2,000 nested multiparts": nested(2_000, b"multipart/mixed"),
    "2,000 nested mails": nested(2_000, b"message/rfc822"),
    "20,000 parts": many(20_000, b"--x\n\nword\n", PARTS),
    "100,000 Received fields": many(100_000, b"Received: from x by y; z\n", b"", HEAD + NOTICE),
    "a header without end": many(200_000, b" folded\n", b"X:"),
    "50,000 encoded words": many(50_000, b"=?utf-8?q?a?= ", b"Subject: ", b"\n" + HEAD + NOTICE),
    "a subject of 1 MB": many(1_000_000, b"s", b"Subject: ", b"\n" + HEAD + NOTICE),
    "500,000 blank lines": many(500_000, b"\n", HEAD, NOTICE),
    "500,000 lines with CRLF": many(500_000, b"a\r\n", tail=NOTICE),
    "100,000 NULs": many(100_000, b"\0", tail=NOTICE),
    "100,000 lone CRs": many(100_000, b"\r", (HEAD + NOTICE).replace(b"\n", b"\r")),
    "bad base64": many(100_000, b"=?=", BASE64),
    "good base64 of 4 MB": many(50_000, b"YWFh" * 18 + b"\n", BASE64),
    "bad quoted-printable": many(100_000, b"=G", HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n"),
    "no such charset": one(HEAD + b"Content-Type: text/plain; charset=x-nothing\n\n\xff\xfe" + NOTICE),
    "a charset with NUL": one(HEAD + b'Content-Type: text/plain; charset="a\0b"\n\n\xff' + NOTICE),
    "a boundary of 100 kB": many(
        100_000, b"b", HEAD + b"Content-Type: multipart/mixed; boundary=", b"\n\n--b\n"
    ),
    "a boundary of one sign": many(
        20_000, b"---\n", HEAD + b"Content-Type: multipart/mixed; boundary=-\n\n"
    ),
    "400 kB of quotes": many(200_000, b"> ", tail=NOTICE),
    "100,000 addresses": many(100_000, b"a@b.c ", HEAD + NOTICE),
    "500,000 signs of at": many(500_000, b"@", HEAD + NOTICE),
    "an address of 400 kB": many(200_000, b"a.", HEAD + WORDS + b"<a@", b">: 550 no\n"),
    "500,000 colons": many(500_000, b":", HEAD + NOTICE),
    "100,000 reply codes": many(100_000, b"550-5.1.1 ", HEAD + NOTICE),
    "5,000 hosts that said in one line": many(5_000, FAILED[:-1], HEAD + WORDS),
    "20,000 blanks": many(20_000, b" ", HEAD + NOTICE[:-2]),
    "all bytes": many(2_000, bytes(range(256)), b""),
    "UTF-16": one((HEAD + NOTICE).decode().encode("utf-16")),
    "50,000 escapes of ISO-2022": many(50_000, b"\x1b$B"),
    "1 MB of UTF-8 that is none": many(300_000, b"\xe4\xb8 "),
    "ends in a header": one(b"From"),
    "10,000 recipients in a DSN": numbered(10_000, RECIPIENT, REPORT, b"\n--x--\n"),
    "10,000 recipients in words": numbered(10_000, FAILED.replace(b"a@", b"u%d@"), HEAD + WORDS),
    "4,000 recipients and reasons": numbered(
        4_000,
        "收件人：u%d@example.org\n退信原因：552 5.2.2 信箱已滿\n".encode(),
        HEAD + "\n您的郵件無法投遞\n\n".encode(),
    ),
    "8,000 recipients who share 7 kB": numbered(
        8_000, b"<u%d@example.org>:\n", HEAD + WORDS, b"    550 5.1.1 no such user, blocked by dnsbl\n" * 150
    ),
    "300 recipients who share 3 kB": numbered(
        300, b"<u%d@example.org>:\n", HEAD + WORDS, b"    550 5.1.1 no such user, blocked by dnsbl\n" * 70
    ),
    "250 recipients who share 4 kB without a blank": numbered(
        250, b"<u%d@example.org>:\n", HEAD + WORDS, b"    " + b"550-5.1.1,x" * 360 + b"\n"
    ),
    "1,000 quotations in one line": many(
        1_000, b"<u@example.org>: host mx.example.org[192.0.2.9] said: 554 5.7.1 no", b""
    ),
    "500 recipients of 8 kB each": numbered(
        500, RECIPIENT + b"    550 5.1.1 no such user, blocked by dnsbl\n" * 175, REPORT, b"\n--x--\n"
    ),
    "a delivery-status of 10 MB": many(
        1_000_000, b"X-Junk: y\n", REPORT + RECIPIENT % (1, 1), RECIPIENT % (2, 2) + b"\n--x--\n"
    ),
    "a Diagnostic-Code of 1 MB": many(
        20_000, b" 550 5.1.1 no such user here, try again later said host\n", REPORT + RECIPIENT % (1, 1)
    ),
    "a bidi address": one(HEAD + "\n<\u202euser@example.org>: 550 User unknown\n".encode()),
    "an IDN address": one(HEAD + "\n<用户@例え.テスト>: 550 User unknown\n".encode()),
}  # fmt: skip
