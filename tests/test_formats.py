"""The examples of the formats, read as real mails: line ends, MIME, a returned mail, a person who quotes.

As pasted text they are read by the proofs of the tables (``test_our_tables_are_right``).
"""

from __future__ import annotations

import base64
from typing import Any, NamedTuple

import pytest
import yaml

import ndrkit
from conftest import ROOT

HEAD = (
    "From: Mail Delivery Subsystem <MAILER-DAEMON@mail.example.net>\n"
    "To: seller@example.net\n"
    "Subject: Undeliverable: Quotation\n"
    "Message-ID: <notice@mail.example.net>\n"
    "MIME-Version: 1.0\n"
)
RETURNED = (
    "Return-Path: <seller@example.net>\n"
    "Received: from pc.example.net ([192.0.2.99]) by mail.example.net; Mon, 2 Nov 2026 09:12:40 +0800\n"
    "Message-ID: <quotation@example.net>\n"
    "From: seller@example.net\n"
    "To: purchase@example.com\n"
    "Subject: Quotation\n"
    "\n"
    "<innocent@example.com>: 550 5.7.1 blocked using list.example\n"
)


class Example(NamedTuple):
    """One notice, the format that it is in, and what each of its findings says."""

    format: str
    text: str
    expect: list[dict[str, Any]]


def examples() -> dict[str, Example]:
    """Give the notices among the formats' examples: no log lines, and none that is a whole mail already."""
    found = {}
    for path in sorted((ROOT / "rules" / "formats").glob("*.yaml")):
        row = yaml.safe_load(path.read_text("utf-8"))
        if "know" not in row and "recipient" not in row:  # nothing but lines of a log
            continue
        for i, example in enumerate(row.get("examples", ())):
            text = example["text"]
            if "\n" in text.strip() and not text.startswith(("From: ", "Return-Path: ", "Subject: ")):
                found[f"{path.stem}-{i}"] = Example(row["format"], text, example["expect"])
    return found


EXAMPLES = examples()
EACH = pytest.mark.parametrize("name", EXAMPLES)


def plain(text: str) -> str:
    """Give a notice as a mail of plain text."""
    return f"{HEAD}Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}"


def multipart(text: str) -> str:
    """Give a notice as a mail of two parts: the notice, in base64, and the mail that came back."""
    words = base64.encodebytes(text.encode()).decode()
    return (
        f"{HEAD}Content-Type: multipart/mixed; boundary=cut\n\n"
        f"--cut\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{words}\n"
        f"--cut\nContent-Type: message/rfc822\n\n{RETURNED}\n--cut--\n"
    )


def check(report: ndrkit.Report, example: Example) -> None:
    """Check that a report says what the example's table expects, in its order."""
    assert report.kind in ("bounce", "delay")
    assert report.format == example.format
    found = [finding.to_dict() for finding in report.findings]
    told = [{key: one[key] for key in want} for want, one in zip(example.expect, found, strict=True)]
    assert told == example.expect


@EACH
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_as_a_mail_of_plain_text(name: str, ends: str) -> None:
    """Each notice says the same as a mail of its own, with the line ends of each system."""
    example = EXAMPLES[name]
    check(ndrkit.explain(plain(example.text).replace("\n", ends).encode()), example)


@EACH
def test_with_the_mail_that_came_back(name: str) -> None:
    """Nothing of a returned mail, which names somebody else, gets into the report of a notice."""
    example = EXAMPLES[name]
    report = ndrkit.explain(multipart(example.text).encode())
    check(report, example)
    assert report.original.message_id == "<quotation@example.net>"
    assert "list.example" not in "".join(one.delivery.diagnostic or "" for one in report.findings)


@EACH
def test_quoted_by_a_person(name: str) -> None:
    """A person's mail that quotes a notice, of whatever format, is no bounce."""
    quoted = "".join(f"> {line}\n" for line in EXAMPLES[name].text.splitlines())
    mail = (
        "From: Bob <bob@example.org>\nTo: help@example.net\nSubject: Re: my mail came back\n"
        f"Message-ID: <1@example.org>\n\nHello,\n\nwhat does this mean?\n\n{quoted}\nBob\n"
    )
    report = ndrkit.explain(mail.encode())
    assert report.kind == "not_bounce"
    assert not report.findings
