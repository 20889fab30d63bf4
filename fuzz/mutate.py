"""Changes mails the way that broken and hostile software does: in their parts, fields and log lines."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

Change = Callable[[random.Random, bytes, bytes], bytes]

CHARSETS = (
    *(b"utf-8", b"utf-7", b"utf-16", b"gb2312", b"big5", b"shift_jis", b"iso-2022-jp", b"koi8-r"),
    *(b"idna", b"punycode", b"hex", b"rot13", b"unicode_escape", b"x-nothing", b"a\0b", b"", b"'\""),
)
ENCODINGS = (b"base64", b"quoted-printable", b"8bit", b"x-uuencode", b"BASE64 ", b"")
TYPES = (
    *(b"text/plain", b"text/html", b"multipart/mixed", b"multipart/report", b"multipart/digest"),
    *(b"message/rfc822", b"message/delivery-status", b"text/rfc822-headers", b"message/global"),
    *(b"message/feedback-report", b"message/disposition-notification", b"application/octet-stream", b"x"),
)
LINES = (
    b"Nov  2 09:12:44 mx postfix/smtp[77]: 4A1: to=<a@example.org>, dsn=5.1.1, status=bounced (no)",
    b"2026-11-02 09:12:44 1tA-0-1 ** a@example.org R=dnslookup T=remote_smtp: 550 5.1.1 User unknown",
    b'"SMTPC"\t1\t2\t"2026-11-02 09:12:44"\t"192.0.2.1"\t"RECEIVED: 550 5.7.1 blocked by zen.spamhaus.org"',
    b"Final-Recipient: rfc822; b@example.org\nAction: failed\nStatus: 4.4.7",
    b"Diagnostic-Code: smtp; 552-5.2.2 Mailbox full",
    b"<b@example.org>: host mx.example.org[192.0.2.9] said: 554 5.7.1 no",
    b"   ----- The following addresses had permanent fatal errors -----",
    b"------ This is a copy of the message, including all the headers. ------",
    b"Final-Recipient: utf-8; \\x{7528}\\x{110000}@example.org",
    b"Subject: =?utf-8?B?////?= =?x?q?=GG?=",
    b"550 " + b"5." * 40,
)
SIGNS = (
    *(b"\r", b"\r\n", b"\n\n", b"\0", b"<", b">", b"@", b";", b'"'),
    *(b"=?", b"?=", b"\x1b$B", b"\xff", b"--"),
)


def mutate(mail: bytes, other: bytes, dice: random.Random, most: int) -> bytes:
    """Change a mail in one to four ways; ``other`` is a mail that pieces come from."""
    for _ in range(dice.randint(1, 4)):
        mail = dice.choice(CHANGES)(dice, mail, other)[:most]
    return mail


def _point(dice: random.Random, data: bytes) -> int:
    return dice.randint(0, len(data))


def _range(dice: random.Random, data: bytes) -> tuple[int, int]:
    begin = _point(dice, data)
    return begin, min(len(data), begin + dice.choice((1, 10, 100, 1_000)))


def splice(dice: random.Random, mail: bytes, other: bytes) -> bytes:
    """Put a piece of the other mail into this one."""
    begin, end = _range(dice, other)
    at, upto = _range(dice, mail)
    return mail[:at] + other[begin:end] + mail[dice.choice((at, upto)) :]


def swap_parts(dice: random.Random, mail: bytes, other: bytes) -> bytes:
    """Cut both mails at delimiter lines and mix the parts."""
    parts = [*mail.split(b"\n--"), *other.split(b"\n--")[1:]]
    top, rest = parts[0], parts[1:]
    dice.shuffle(rest)
    return b"\n--".join([top, *rest[: dice.randint(0, 8)]])


def boundary(dice: random.Random, mail: bytes, other: bytes) -> bytes:
    """Change one mention of a boundary, or the kind of its quoting."""
    found = re.search(rb'boundary="?([^"\s;]{1,80})', mail)
    if not found:
        return b'Content-Type: multipart/report; boundary="b"\n' + mail
    name = found[1]
    new = dice.choice((b"", b"-", name[:-1], name + b" ", name * 2, b'"' + name, other[:5]))
    return mail.replace(name, new, dice.choice((1, 2, -1)))


def fields(dice: random.Random, mail: bytes, _other: bytes) -> bytes:
    """Double, drop, move, fold or empty a line that looks like a header field."""
    lines = mail.split(b"\n")
    at = [i for i, line in enumerate(lines) if re.match(rb"[\w-]{1,40}:", line)]
    if not at:
        return b"Subject: failure notice\n" + mail
    one, two = dice.choice(at), dice.choice(at)
    how = dice.randrange(5)
    if how == 0:
        lines[one:one] = [lines[one]] * dice.choice((1, 3, 50))
    elif how == 1:
        del lines[one]
    elif how == 2:
        lines[one], lines[two] = lines[two], lines[one]
    elif how == 3:
        lines[one] = lines[one].replace(b" ", b"\n\t")
    else:
        lines[one] = lines[one].partition(b":")[0] + b":"
    return b"\n".join(lines)


def _label(pattern: bytes, choices: Sequence[bytes]) -> Change:
    """Give the change that puts another value where ``pattern`` has its group."""

    def change(dice: random.Random, mail: bytes, _other: bytes) -> bytes:
        found = list(re.finditer(pattern, mail, re.IGNORECASE))
        if not found:
            return mail
        one = dice.choice(found)
        return mail[: one.start(1)] + dice.choice(choices) + mail[one.end(1) :]

    return change


def insert(choices: Sequence[bytes], around: bytes) -> Change:
    """Give the change that puts one of ``choices`` anywhere, between ``around``."""

    def change(dice: random.Random, mail: bytes, _other: bytes) -> bytes:
        at = _point(dice, mail)
        if around:
            at = mail.rfind(around, 0, at) + 1
        return mail[:at] + dice.choice(choices) * dice.choice((1, 1, 2, 300)) + around + mail[at:]

    return change


def repeat(dice: random.Random, mail: bytes, _other: bytes) -> bytes:
    """Say a piece many times: what is slow grows."""
    begin, end = _range(dice, mail)
    return mail[:end] + mail[begin:end] * dice.choice((1, 10, 500)) + mail[end:]


def drop(dice: random.Random, mail: bytes, _other: bytes) -> bytes:
    """Leave a piece out."""
    begin, end = _range(dice, mail)
    return mail[:begin] + mail[end:]


def line_ends(dice: random.Random, mail: bytes, _other: bytes) -> bytes:
    """Change all line ends, or some."""
    return mail.replace(b"\n", dice.choice((b"\r\n", b"\r", b"\n\n")), dice.choice((-1, 5, 20)))


def wrap(dice: random.Random, mail: bytes, _other: bytes) -> bytes:
    """Put the mail into another as its part."""
    top = b"From: a@example.com\nContent-Type: multipart/mixed; boundary=w\n\n--w\nContent-Type: "
    return top + dice.choice(TYPES) + b"\n\n" + mail


CHANGES: tuple[Change, ...] = (
    *(splice, swap_parts, boundary, fields, repeat, drop, line_ends, wrap),
    _label(rb"charset=\"?([\w-]*)", CHARSETS),
    _label(rb"=\?([\w-]*)\?", CHARSETS),
    _label(rb"content-transfer-encoding:[ \t]*([\w-]*)", ENCODINGS),
    _label(rb"content-type:[ \t]*([\w/-]*)", TYPES),
    insert(LINES, b"\n"),
    insert(SIGNS, b""),
)
