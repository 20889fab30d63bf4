"""The command: what people see and type, in a terminal and in a pipe, when it goes right and wrong."""

from __future__ import annotations

import csv
import json
import mailbox
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conftest import CORPUS, ROOT, validator
from ndrkit.cli import main

MAIL = CORPUS / "article" / "traditional-open-utf8-8bit.eml"
MASKED = CORPUS / "article" / "traditional-masked-utf8-8bit.eml"


def run(*args: str | Path, stdin: bytes | None = None) -> Result:
    """Run the command inside this process."""
    return CliRunner().invoke(main, [str(one) for one in args], input=stdin)


def test_explain_shows_the_whole_story() -> None:
    """Recipient, cause, the words with the proof marked, who must act, steps and the link are shown."""
    out = run("explain", MAIL).output
    for word in (
        "user@domain.com",
        "Spamhaus ZEN",
        "192.0.2.7",
        "»spamhaus.org/query/bl?ip=«",
        " 1. ",
        "check.spamhaus.org",
    ):
        assert word in out, word
    said = "553 connection block by dnsbl, [http://www.spamhaus.org/query/bl?ip=192.0.2.7]"
    assert said in " ".join(out.replace("»", "").replace("«", "").split())


@pytest.mark.parametrize(("form", "mark"), [("json", '"schema": 1'), ("markdown", "### "), ("html", "<p>")])
def test_formats(form: str, mark: str) -> None:
    """Each format can be asked for, and JSON holds to the schema."""
    out = run("explain", "--format", form, MAIL).output
    assert mark in out
    if form == "json":
        validator().validate(json.loads(out))


def test_standard_input_and_pasted_text() -> None:
    """``-`` reads a mail or pasted words."""
    assert "recipient" in run("explain", "-", stdin=b"550 5.1.1 <a@b.example>: User unknown").output.lower()
    assert run("explain", "-", stdin=MAIL.read_bytes()).output == run("explain", MAIL).output


def test_exit_codes(tmp_path: Path) -> None:
    """0 explained, 1 no bounce in it, 2 a bad call."""
    letter = tmp_path / "letter.eml"
    letter.write_bytes(b"From: a@example.com\nSubject: lunch\n\nAt twelve?\n")
    assert run("explain", MAIL).exit_code == 0
    assert run("explain", letter).exit_code == 1
    assert run("explain", "--lang", "tlh", MAIL).exit_code == 2


def bad_calls(tmp_path: Path) -> list[tuple[list[str | Path], str]]:
    """Give calls that cannot work, and what the one line about them must say."""
    empty = tmp_path / "empty.eml"
    empty.write_bytes(b"")
    rules = tmp_path / "rules" / "reasons"
    rules.mkdir(parents=True)
    (rules / "greylisted.yaml").write_text("reason: greylisted\nseen: 2026-10-01\n", "utf-8")
    return [
        (["explain", empty], "empty.eml: is empty"),
        (["explain", tmp_path], "is a folder; to explain all its mails: ndrkit scan"),
        (["explain", tmp_path / "nothing.eml"], "nothing.eml: No such file"),
        (["explain", "550 5.1.1 User unknown"], "no such file; words are piped in"),
        (["explain", "550 " * 2_000], "no such file; words are piped in"),
        (["explain", "--voice", "boss", MAIL], "unknown voice 'boss': use one of sender, agent, admin"),
        (["explain", "--lang", "tlh", MAIL], "unknown language 'tlh': use one of en, "),
        (["explain", "--rules", tmp_path / "rules", MAIL], "greylisted.yaml:1: the key 'meaning' is missing"),
        (["rules", "check", tmp_path / "rules"], "greylisted.yaml:2: "),
        (["rules", "check", tmp_path / "none"], "no such folder of rules"),
        (["scan", tmp_path / "none"], "none: no such file or folder"),
        (["scan", MAIL, "-o", tmp_path / "no" / "such" / "out"], "cannot write: No such file"),
    ]


def test_bad_calls_say_what_to_do(tmp_path: Path) -> None:
    """A bad call gives a clear line, exit 2, and no traceback."""
    for args, words in bad_calls(tmp_path):
        result = run(*args)
        assert result.exit_code == 2, result.output
        assert words in result.output
        assert result.output.startswith("ndrkit: ")
        assert "Traceback" not in result.output


def test_binary_is_no_bounce(tmp_path: Path) -> None:
    """A binary is read, found to be no bounce, and told so."""
    path = tmp_path / "picture.eml"
    path.write_bytes(bytes(range(256)) * 300)
    result = run("explain", path)
    assert result.exit_code == 1
    assert "Traceback" not in result.output


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """Give a folder with two mails, a Maildir and an mbox of two mails."""
    top = tmp_path / "box"
    (top / "b").mkdir(parents=True)
    (top / "a.eml").write_bytes(MAIL.read_bytes())
    (top / "b" / "c.eml").write_bytes(b"From: a@example.com\nSubject: lunch\n\nAt twelve?\n")
    maildir = mailbox.Maildir(top / "maildir")
    maildir.add(MASKED.read_bytes())
    mbox = mailbox.mbox(top / "old.mbox")
    mbox.add(MAIL.read_bytes())
    mbox.add(MASKED.read_bytes())
    mbox.close()
    return top


def test_scan_writes_one_row_a_mail_in_order(box: Path, tmp_path: Path) -> None:
    """Rows come in the order of the mailbox, with the path below it, and hold to the schema."""
    out = tmp_path / "out.jsonl"
    result = run("scan", box, "--format", "jsonl", "--output", out)
    assert result.exit_code == 0, result.output
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    for row in rows:
        validator().validate(row)
    names = [row["source"] for row in rows]
    assert names[0] == "a.eml"
    assert names[-1].startswith("maildir/new/")
    assert {"old.mbox:1", "old.mbox:2", "b/c.eml"} <= set(names)
    assert [row["kind"] for row in rows if row["source"] == "b/c.eml"] == ["not_bounce"]
    assert "blocklisted" in result.output
    again = tmp_path / "again.jsonl"
    run("scan", box, "--output", again)
    assert again.read_bytes() == out.read_bytes()


def test_scan_writes_csv_that_no_spreadsheet_runs(tmp_path: Path) -> None:
    """A cell that begins like a formula is made text."""
    top = tmp_path / "in"
    top.mkdir()
    (top / "x.eml").write_bytes(
        b"From: MAILER-DAEMON@example.net\nSubject: Undelivered Mail Returned to Sender\n\n"
        b"This is the mail system at host mx.example.net.\n\n<=cmd|x@example.org>: =1+1 User unknown\n"
    )
    out = tmp_path / "out.csv"
    assert run("scan", top, "--format", "csv", "-o", out).exit_code == 0
    (row,) = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert row["reason"] == "recipient_unknown"
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


def test_an_unreadable_mail_loses_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail that cannot be read is told in one line; the others are written, and the exit code is 1."""
    top = tmp_path / "in"
    top.mkdir()
    for name in ("a.eml", "b.eml", "c.eml"):
        (top / name).write_bytes(MAIL.read_bytes())
    true_open = Path.open

    def broken(self: Path, *args: str, **kwargs: str) -> object:
        if self.name == "b.eml":
            raise PermissionError(13, "Permission denied", str(self))
        return true_open(self, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", broken)
    out = tmp_path / "out.jsonl"
    result = run("scan", top, "-o", out)
    assert result.exit_code == 1
    assert "b.eml: Permission denied" in result.output
    assert [json.loads(line)["source"] for line in out.read_text("utf-8").splitlines()] == ["a.eml", "c.eml"]


def test_a_pipe_gets_no_colour_and_utf8() -> None:
    """In a pipe, under any locale, the output is UTF-8 without escape sequences."""
    env = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "ndrkit", "explain", "--lang", "zh-Hant", str(MAIL)]
    done = subprocess.run(command, capture_output=True, env=env, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode("utf-8")
    assert "收件者" in text
    assert "\x1b" not in text


def test_try_tells_who_won_and_who_lost() -> None:
    """``rules try`` names the winner, its words, and why the others lost."""
    out = run("rules", "try", "550 5.1.1 <a@b.example>: Recipient address rejected: User unknown").output
    assert "won      reasons/recipient_unknown/" in out
    assert "lost     " in out
    assert "nothing woke" in run("rules", "try", "have a nice day").output


def test_coverage_shows_what_no_rule_knows(tmp_path: Path) -> None:
    """Unknown words are masked, grouped and counted; known ones are counted by rule."""
    top = tmp_path / "in"
    top.mkdir()
    head = b"From: MAILER-DAEMON@example.net\nSubject: Undelivered Mail\n\n"
    head += b"This is the mail system at host x.example.\n\n"
    for n in range(3):
        said = b"<u%d@example.org>: host mx%d.example.org[192.0.2.%d] said: 554 zorp blarg %d%d%d\n" % (
            (n,) * 6
        )
        (top / f"{n}.eml").write_bytes(head + said)
    (top / "known.eml").write_bytes(MAIL.read_bytes())
    out = run("rules", "coverage", top).output
    assert "4 recipients, 1 of them with a reason" in out
    assert "      1  blocklists/spamhaus_zen" in out
    assert re.search(r"^ +3  .*zorp blarg <n>", out, re.MULTILINE), out


def test_new_prints_a_rule_that_works(tmp_path: Path) -> None:
    """The scaffold, with its look-alike written, is a rule that wins its own line."""
    text = "552 5.2.2 The postbox of the user is crammed"
    rule = run("rules", "new", "mailbox_full", text).output
    rule = rule.replace("a real look-alike that belongs to another reason", "550 5.1.1 User unknown")
    ours = (ROOT / "rules/reasons/mailbox_full.yaml").read_text("utf-8").split("rules:\n")[0]
    path = tmp_path / "mine" / "reasons" / "mailbox_full.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(ours + "rules:\n" + rule, "utf-8")
    result = run("rules", "check", tmp_path / "mine")
    assert result.exit_code == 0, result.output
    assert run("rules", "new", "nonsense", text).exit_code == 2


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["explain"],
        ["scan"],
        ["rules"],
        ["rules", "check"],
        ["rules", "try"],
        ["rules", "coverage"],
        ["rules", "new"],
        ["schema"],
    ],
)
def test_help_has_examples(command: list[str]) -> None:
    """Each command's help shows how it is typed."""
    out = run(*command, "--help").output
    assert "Usage:" in out
    assert "ndrkit " in out
    if command != ["rules"]:
        assert "Example" in out


def test_why_shows_what_was_read_where() -> None:
    """``--why`` names the reader, the place, the winner and the losers."""
    out = run("explain", "--why", MAIL).output
    for word in ('"read_by": "formats/hmailserver"', '"read_from"', '"won"', '"lost"'):
        assert word in out


def test_bench_measures_mail() -> None:
    """``ndrkit bench`` prints rates, the ratio to parsing, and the slowest mails with their names."""
    done = run("bench", str(CORPUS / "article"), "--most", "6")
    assert done.exit_code == 0
    assert "a second" in done.stdout
    assert "rate, parsing = 1" in done.stdout
    assert done.stdout.count("bytes)") == 3
