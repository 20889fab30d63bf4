"""Input is hostile: any bytes give a report, in bounded time and memory, and nothing is cut in silence."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import ndrkit
from bombs import BOMBS, FAILED, HEAD, HTML, LIMIT, NOTICE, RECIPIENT, REPORT, WORDS
from conftest import CORPUS, ROOT, check_report

MEGABYTES = 200


def _steps() -> float:
    """Give the seconds of processor time that a million plain steps of Python take here."""
    start = time.process_time()
    for number in range(1_000_000):
        _ = number * number % 7
    return time.process_time() - start


# A second on a machine that does a million steps in 120 ms; a slower one is given more, a faster one no less.
SECONDS = max(1.0, min(_steps() for _ in range(5)) / 0.12)


def timed(msg: bytes | str, tries: int = 3) -> tuple[ndrkit.Report, float]:
    """Explain, and give the least seconds of processor time: a busy machine takes longer now and then."""
    for _ in range(tries):
        start = time.process_time()
        report = ndrkit.explain(msg)
        took = time.process_time() - start
        if took < SECONDS:
            break
    return report, took


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_shown_in_time(name: str) -> None:
    """Text and HTML for people take no longer than explaining may, however many findings there are."""
    report = ndrkit.explain(BOMBS[name].grown(1))
    start = time.process_time()
    shown = report.to_text(), report.to_html(), report.to_markdown()
    assert time.process_time() - start < SECONDS
    assert max(map(len, shown)) < 100_000


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_give_a_report_in_time(name: str) -> None:
    """Each gives a right report within the bound of a second, ten times as large too."""
    report, took = timed(BOMBS[name].grown(1))
    check_report(report)
    assert took < SECONDS
    assert timed(BOMBS[name].grown(10))[1] < SECONDS


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_as_text_give_a_report_in_time(name: str) -> None:
    """The same as pasted text."""
    report, took = timed("\n" + BOMBS[name].grown(1)[:300_000].decode("latin-1"))
    check_report(report)
    assert took < SECONDS


@pytest.mark.parametrize(
    "name", ["10,000 recipients in a DSN", "100,000 HTML entities", "500,000 lines with CRLF", "all bytes"]
)
def test_fifty_megabytes_stay_within_the_bounds(name: str, tmp_path: Path) -> None:
    """50 MB are explained in a process that never holds more than 200 MB."""
    pytest.importorskip("resource")
    bomb, mail = BOMBS[name], tmp_path / "mail.eml"
    unit = max(1, len(bomb.grown(2)) - len(bomb.grown(1)))
    assert mail.write_bytes(bomb.grown(LIMIT // unit + 1)) > 0.99 * LIMIT
    script = ROOT / "benchmarks" / "bounds.py"
    out = subprocess.run([sys.executable, script, mail], check=True, capture_output=True)
    took = json.loads(out.stdout)
    assert took["seconds"] < SECONDS * 2  # of the clock, on a machine that does other work too
    assert took["megabytes"] < MEGABYTES


@pytest.mark.parametrize("name", ["10,000 recipients in a DSN", "10,000 recipients in words"])
def test_time_grows_with_the_size_and_no_faster(name: str) -> None:
    """Four times as many recipients take about four times as long."""
    make = BOMBS[name].make
    small, large = (min(timed(make(n))[1] for _ in range(2)) for n in (500, 2_000))
    assert large < 8 * small


def test_ten_thousand_recipients_are_all_read() -> None:
    """A DSN with 10,000 recipients gives 10,000 findings."""
    block = b"\nFinal-Recipient: rfc822; u%d@example.org\nAction: failed\nStatus: 5.1.1\n"
    mail = REPORT + b"".join(block % n for n in range(10_000)) + b"\n--x--\n"
    assert len({one.recipient for one in ndrkit.explain(mail).findings}) == 10_000


def parts_in_parts(depth: int) -> bytes:
    """Put a notice that many multiparts deep."""
    opening = b"Content-Type: multipart/mixed; boundary=b%d.\n\n--b%d.\n"
    return HEAD + b"".join(opening % (n, n) for n in range(depth)) + NOTICE


def log_lines(count: int) -> str:
    """Give log lines about that many recipients."""
    line = "Nov  2 09:12:44 mx postfix/smtp[77]: 4A: to=<u%d@example.org>, dsn=5.1.1, status=bounced (no)\n"
    return "".join(line % n for n in range(count))


MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=x\n\n"
STATUS = b"--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n"
RETURNED = REPORT + RECIPIENT % (1, 1) + b"--x\nContent-Type: message/rfc822\n\n"
# What is left unread: an input of which not everything is read.
CUTS: dict[str, Callable[[], bytes | str]] = {
    "a mail over 64 MB": lambda: (
        MIXED + b"--x\n" + NOTICE + b"--x\nContent-Type: application/pdf\n\n" + b"x\n" * 32_500_000
    ),
    "a header over 256 kB": lambda: b"Received: from x by y; z\n" * 12_000 + HEAD + NOTICE,
    "parts too deep": lambda: parts_in_parts(40),
    "too many parts": lambda: MIXED + b"--x\n\nword\n" * 1_000,
    "a text of 300 kB": lambda: HEAD + WORDS + b"hello\n" * 50_000 + FAILED,
    "four texts of 100 kB": lambda: MIXED + (b"--x\n" + WORDS + b"hello you\n" * 10_000) * 4 + b"--x--\n",
    "HTML of 2 MB": lambda: HTML + b"<p>" + b"<b></b>" * 300_000 + b"Hello</p>",
    "30,000 lines": lambda: HEAD + WORDS + b"hi you\n" * 30_000 + FAILED,
    "a line of 9,000 characters": lambda: HEAD + WORDS + FAILED[:17] + b"x" * 9_000 + FAILED[17:],
    "a diagnostic of 20 kB": lambda: REPORT + RECIPIENT % (1, 1) + b"    and words\n" * 2_000 + b"--x--\n",
    "30,000 recipients": lambda: (
        REPORT + b"".join(b"\nFinal-Recipient: a;u%d@b.example\n" % n for n in range(30_000))
    ),
    "a subject of 80 kB": lambda: RETURNED + b"Subject: " + b"offer " * 13_000 + b"\n\n--x--\n",
    "60 addressees": lambda: (
        RETURNED + b"To: " + b",".join(b"u%d@example.org" % n for n in range(60)) + b"\n\n--x--\n"
    ),
    "an encoded returned mail of 300 kB": lambda: (
        RETURNED[:-1] + b"Content-Transfer-Encoding: base64\n\n" + b"QUJD\n" * 60_000 + b"--x--\n"
    ),
    "2,000 return paths": lambda: b"Delivered-To: a\n" * 2_000 + HEAD + WORDS + b"It failed.\n",
    "pasted text of 300 kB": lambda: "words\n" * 50_000 + "550 5.1.1 <a@example.org> User unknown",
    "a log of 3 MB": lambda: log_lines(30_000),
}  # fmt: skip


@pytest.mark.parametrize("name", CUTS)
def test_no_cut_is_silent(name: str) -> None:
    """Where something is left unread, the notes of the report say so."""
    assert any(
        note.startswith(("only the first", "parts nested")) for note in ndrkit.explain(CUTS[name]()).notes
    )


def test_a_mail_that_is_read_whole_has_no_notes() -> None:
    """Notes speak of cuts only: the article's bounce has none."""
    for path in sorted((CORPUS / "article").glob("*.eml"))[:10]:
        assert ndrkit.explain(path).notes == ()


def test_every_delivery_status_part_is_read() -> None:
    """Twelve reports in one mail give twelve recipients."""
    mail = MIXED + b"".join(STATUS + RECIPIENT % (n, n) for n in range(12)) + b"--x--\n"
    assert len(ndrkit.explain(mail).findings) == 12


def test_ten_thousand_recipients_with_their_diagnostics_are_all_read() -> None:
    """A DSN of 2.3 MB with 10,000 recipients gives 10,000 findings."""
    mail = BOMBS["10,000 recipients in a DSN"].grown(1)
    report = ndrkit.explain(mail)
    assert len({one.recipient for one in report.findings}) == 10_000
    assert not report.notes


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


def test_the_safety_net_holds() -> None:
    """flufl.bounce raises on some mails; nothing of that reaches the caller or standard error."""
    for path in sorted((CORPUS / "article").glob("*.eml"))[:3]:
        data = path.read_bytes().replace(b"user@domain.com", b"nobody at all")
        assert ndrkit.explain(data).kind in ("bounce", "not_bounce")


def constants() -> dict[str, object]:
    """Give the table of bounds of the guarantees: constant and value."""
    text = (ROOT / "docs" / "guarantees.md").read_text("utf-8")
    rows = re.findall(r"^\| `(ndrkit\.[\w.]+)` \| ([\d,.]+) \|", text, re.MULTILINE)
    return {name: float(value.replace(",", "")) for name, value in rows}


def test_the_bounds_are_written_down() -> None:
    """The guarantees name every bound of the core with the value that it has."""
    found: dict[str, object] = {}
    for folder in ("", "message/", "read/", "tables/", "match/"):
        for path in (ROOT / "src" / "ndrkit").glob(f"{folder}*.py"):
            module = f"ndrkit.{folder.replace('/', '.')}{path.stem}"
            for name in re.findall(
                r"^(MAX_\w+|FIRST_WORDS|SECONDS) = ", path.read_text("utf-8"), re.MULTILINE
            ):
                found[f"{module}.{name}"] = float(getattr(importlib.import_module(module), name))
    assert constants() == found


@pytest.mark.parametrize("page", ["guarantees.md", "security.md"])
def test_the_tests_that_hold_a_promise_exist(page: str) -> None:
    """Every test that a page names is there."""
    named = re.findall(r"`(tests/test_\w+\.py)(?:::(\w+))?`", (ROOT / "docs" / page).read_text("utf-8"))
    assert named
    for file, test in named:
        assert f"def {test}" in (ROOT / file).read_text("utf-8"), (file, test)
