"""The rule author's kit: each fault planted is found at its line, and what it prints helps to write rules."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest
import regex
from click.testing import CliRunner, Result

import ndrkit
from conftest import ROOT
from ndrkit.cli.app import main
from ndrkit.match import Judge
from ndrkit.match.refusals import case_in, refusals
from ndrkit.proofs import delivery_of, run_proofs
from ndrkit.scan.templates import example, template, words
from ndrkit.tables.dead_words import check_words
from ndrkit.tables.expressions import check_expressions
from ndrkit.tables.folder import read_folder
from ndrkit.tables.graph import graph
from ndrkit.tables.loops import doubling
from ndrkit.tables.shapes import CLASS_SHAPE, LINK_SHAPE, SHAPES, Field
from test_rules import GOOD, OURS, folder

SAID = "451 4.7.1 House rule forty-two applies, come back"


def run(*args: object, env: dict[str, str] | None = None) -> Result:
    """Run the command."""
    return CliRunner(env=env).invoke(main, [str(arg) for arg in args])


def with_regex(tmp_path: Path, pattern: str) -> Path:
    """Write the good table with an expression, in line 15 of the file."""
    quoted = pattern.replace("'", "''")
    return folder(tmp_path, GOOD.replace("    hit:", f"    regex: '{quoted}'\n    hit:"))


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        (r"(?:forty-?(?:two)?)+ applies|(?:a+)+b", "can take for ever"),
        (r"(?:house|rule|house rule| )+forty", "can take for ever"),
        (r"(?:\w+ ?)+applies", "can take for ever"),
        (r"(?:o{1,40}r?){1,40} applies", "can take for ever"),
        (r"house.*rule.*applies", "takes very long"),
        (r"e\w*[^\d]{0,60}\d", "takes very long"),
        (r"House rule forty-two", "holds 'H', which no folded text does"),
        (r"house rule\n? forty-two", "holds '\\n', which no folded text does"),
        (r"\p{L}+ rule", "cannot be checked"),
    ],
)
def test_faulty_expressions_are_found(tmp_path: Path, pattern: str, told: str) -> None:
    """An expression that blows up, grows out of proportion, or never matches is a mistake at its line."""
    problems = list(check_expressions(read_folder(with_regex(tmp_path, pattern))))
    assert [(one.line, told in one.text) for one in problems] == [(15, True)], problems


@pytest.mark.parametrize(
    "pattern",
    [
        r"\bhouse\b.{0,60}\bapplies\b",
        r"house (?:[a-z]{1,20} ){1,8}forty",
        r"(?:house|rule) [\w.-]+\[[0-9a-f.:]{3,45}\]",
        r"^\W{0,8}(?:451 )?(?:4\.7\.1 )?house",
        r"house rule \w*$",
        r"(?:\d{1,3}\.){3}\d{1,3}",
        r"(?P<ip>[0-9a-f:.]{3,45})(?: and (?P<domain>[a-z.]{3,60}))?",
    ],
)
def test_sound_expressions_pass(tmp_path: Path, pattern: str) -> None:
    """Bounded gaps, repeats that share no text, and anchored expressions are no mistakes."""
    assert list(check_expressions(read_folder(with_regex(tmp_path, pattern)))) == []


@pytest.mark.parametrize(
    "pattern", [r"(?:a+)+b", r"(?:a|a)*b", r"(?:a|ab|b)*c", r"(?:a?b?)*c", r"(?:\s*a\s*)*b"]
)
def test_the_text_that_doubles_is_one(pattern: str) -> None:
    """What is said to double the work is read by the loop, repeated, and in more ways than one."""
    word = doubling(graph(pattern))
    assert word
    loop = pattern.rsplit("*" if "*" in pattern[-3:] else "+", 1)[0]
    assert regex.fullmatch(f"{loop}*", word * 5)


FORMAT = r"""format: ours
name: Ours
know:
  - notice: [house rule forty-two applies]
recipient:
  - '\s{0,8}<(?P<recipient>{address})>$'
  - '(?P<recipient>(?:[\w-]+\.?)+@\w{1,60}\.example)'
shared:
  - 'it said (?P<said>.*) to .* again'
source: https://example.com/
seen: '2026-11'
checked: recalled
"""


def test_faulty_expressions_of_formats_are_found(tmp_path: Path) -> None:
    """The expressions of formats are looked at too, with what their macros stand for."""
    problems = check_expressions(read_folder(folder(tmp_path, FORMAT, "formats/ours.yaml")))
    assert [(one.line, one.text[:15]) for one in problems] == [(7, "can take for ev"), (9, "takes very long")]


RULES = """\
  - id: other
    words:
      - house rule forty-two
      - and something else
{more}
    hit: ['450 and something else']
    miss: ['550 5.1.1 User unknown']
"""


def dead(tmp_path: Path, more: str) -> list[tuple[int, str]]:
    """Write a second rule behind the good one, in lines 17 and on, and give the dead words."""
    mine = folder(tmp_path, GOOD + RULES.format(more=more))
    found = check_words(read_folder(mine), ndrkit.Explainer(rules=mine).tables)
    return [(one.line, one.text) for one in found]


def test_words_that_always_lose_are_found(tmp_path: Path) -> None:
    """A word that a better rule has too, and asks for no more, is dead; its neighbours are not."""
    good = GOOD.replace("words: [house rule forty-two applies]", "words: [house rule]\n    level: mta")
    mine = folder(tmp_path, good + RULES.format(more="    strength: medium"))
    found = list(check_words(read_folder(mine), ndrkit.Explainer(rules=mine).tables))
    assert [(one.line, one.text) for one in found] == [
        (20, "'house rule forty-two' always loses to reasons/greylisted/our_gateway")
    ]


def test_words_of_a_rule_that_asks_for_more_do_not_beat(tmp_path: Path) -> None:
    """Where the better rule has a test of its own, the other one may win."""
    for test in ("regex: 'applies'", "codes: ['450']", "unless: [elsewhere]", "said_by: own"):
        good = GOOD.replace(
            "words: [house rule forty-two applies]", f"words: [house rule]\n    level: mta\n    {test}"
        )
        mine = folder(tmp_path, good + RULES.format(more="    strength: medium"))
        assert list(check_words(read_folder(mine), ndrkit.Explainer(rules=mine).tables)) == [], test


def test_ties_are_found(tmp_path: Path) -> None:
    """Two rules of different reasons with one literal, of which one asks for no more, tie."""
    mine = folder(tmp_path, GOOD)
    other = GOOD.replace("greylisted", "rate_limited").replace("our_gateway", "twin")
    folder(tmp_path, other.replace("    hit:", "    codes: ['451']\n    hit:"), "reasons/rate_limited.yaml")
    found = list(check_words(read_folder(mine), ndrkit.Explainer(rules=mine).tables))
    assert [(Path(one.file).name, one.line, one.text) for one in found] == [
        (
            "rate_limited.yaml",
            14,
            "'house rule forty-two applies' ties with reasons/greylisted/our_gateway: "
            "only their names decide",
        )
    ]


def test_words_that_their_own_rule_forbids_are_found(tmp_path: Path) -> None:
    """A word that holds a veto, and one that the regex never matches with, are dead."""
    assert dead(tmp_path, "    unless: [something]") == [
        (20, "'and something else' never wins: it holds 'something', which stands under 'unless'")
    ]
    told = dead(tmp_path, "    regex: '\\b(?:house rule|and) something else'\n    unless: [nothing]")
    assert told == []
    told = dead(tmp_path, "    regex: 'house rule forty-two .{0,20}(?:now|here)'")
    assert [line for line, _ in told] == [20]
    assert "all that the regex matches holds another word" in told[0][1]


def test_the_command_tells_all_of_it(tmp_path: Path) -> None:
    """``rules check`` fails with file and line for a slow expression and for a dead word, at once."""
    text = GOOD.replace("    hit:", "    regex: '(?:[a-z-]+ ?)+applies'\n    unless: [house]\n    hit:")
    result = run("rules", "check", folder(tmp_path, text))
    assert result.exit_code == 2
    assert "greylisted.yaml:15: can take for ever" in result.output
    assert "greylisted.yaml:14: 'house rule forty-two applies' never wins" in result.output
    assert "Traceback" not in result.output


def rule_of(explainer: ndrkit.Explainer) -> str | None:
    """Give the rule that judges the line of the good table, if one does."""
    found = [evidence.rule for one in explainer.explain(SAID).findings for evidence in one.evidence]
    return found[0] if found else None


def test_reload_takes_what_was_edited(tmp_path: Path) -> None:
    """After an edit ``reload`` makes the new rule count, and reports made before keep their words."""
    mine = folder(tmp_path, GOOD.replace("House rule forty-two", "x").replace("house rule forty-two", "xxxx"))
    explainer = ndrkit.Explainer(rules=mine)
    before = explainer.explain(SAID)
    folder(tmp_path, GOOD)
    assert rule_of(explainer) is None
    explainer.reload()
    assert rule_of(explainer) == "reasons/greylisted/our_gateway"
    assert before.to_text()


@pytest.mark.parametrize("faulty", [GOOD.replace("meaning:", "meanign:"), "reason: [", "", "\0", None])
def test_reload_keeps_the_last_good_tables(tmp_path: Path, faulty: str | None) -> None:
    """A faulty edit, a half-written file or a folder that is gone raises, and the old tables still count."""
    mine = folder(tmp_path, GOOD)
    explainer = ndrkit.Explainer(rules=mine)
    path = mine / "reasons" / "greylisted.yaml"
    if faulty is None:
        mine.rename(tmp_path / "gone")
    else:
        path.write_text(faulty, "utf-8")
    with pytest.raises(ndrkit.TableError) as caught:
        explainer.reload()
    assert str(mine) in caught.value.problems[0].file
    assert rule_of(explainer) == "reasons/greylisted/our_gateway"
    if faulty is not None:
        path.write_text(GOOD.replace("our_gateway", "mended"), "utf-8")
        explainer.reload()
        assert rule_of(explainer) == "reasons/greylisted/mended"


def test_reload_while_others_explain(tmp_path: Path) -> None:
    """Each mail is explained with one set of tables, the old or the new, while another thread reloads."""
    mine = folder(tmp_path, GOOD)
    explainer = ndrkit.Explainer(rules=mine)
    wrong: list[str] = []
    done = threading.Event()

    def work() -> None:
        while not done.is_set():
            report = explainer.explain(SAID)
            told = (report.findings[0].evidence[0].rule, report.findings[0].reason)
            if told not in expected or not report.to_text():
                wrong.append(str(told))

    other = GOOD.replace("our_gateway", "second").replace("permanent: false", "permanent: true")
    expected = {(f"reasons/greylisted/{name}", "greylisted") for name in ("our_gateway", "second")}
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for text in (other, "reason: [", GOOD, other, GOOD):
            folder(tmp_path, text)
            if text == "reason: [":
                with pytest.raises(ndrkit.TableError):
                    explainer.reload()
            else:
                explainer.reload()
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_folders_from_the_environment(tmp_path: Path) -> None:
    """``NDRKIT_RULES`` names folders as PATH does, the later over the earlier; ``--rules`` goes before it."""
    first = folder(tmp_path / "a", GOOD)
    second = folder(tmp_path / "b", GOOD.replace("our_gateway", "a_second"))
    won = {"": "", str(first): "our_gateway", f"{first}{os.pathsep}{second}": "a_second"}
    for value, name in won.items():
        out = run("rules", "try", SAID, env={"NDRKIT_RULES": value}).output
        assert (f"won      reasons/greylisted/{name}" in out) == bool(name), out
    out = run("rules", "try", SAID, "--rules", first, env={"NDRKIT_RULES": str(second)}).output
    assert "greylisted/our_gateway" in out
    assert "a_second" not in out


def test_try_tells_why_rules_refuse() -> None:
    """``rules try`` names the winner's level and literal, and why rules that woke did not pass."""
    out = run("rules", "try", "550 5.1.8 Domain of sender address does not exist").output
    assert "level general" in out
    assert "woke     'domain of sender address'" in out
    assert "refused  reasons/recipient_domain_unknown/domain_gone" in out
    assert "put to sleep by 'domain of sender' ('unless')" in out


def proofs() -> list[tuple[str, dict[str, Any]]]:
    """Give the hits of our rules, each with the name of its rule."""
    out = []
    for kind in ("reasons", "providers"):
        for name, data in OURS.documents[kind].items():
            for rule in data.get("rules", ()):
                hits = ({"text": hit} if isinstance(hit, str) else hit for hit in rule["hit"])
                out += [(f"{kind}/{name}/{rule['id']}", hit) for hit in hits]
    return out


def test_refusals_agree_with_the_verdict() -> None:
    """No rule that wins its own hit is said to have refused it, and none of the runners-up is."""
    explainer = ndrkit.Explainer()
    judge = Judge(explainer.tables)
    found = 0
    for name, hit in proofs():
        hosts = explainer.tables.providers[name.split("/")[1]].hosts if name[0] == "p" else ()
        one = delivery_of(hit, hosts, explainer.tables)
        parts = {"text": hit["text"]}
        [verdict] = judge.verdicts([one], parts)
        case = case_in(one, parts, explainer.tables)
        refused = {other.rule for other in refusals(case, verdict.provider, explainer.tables)}
        passed = {name, *(other.rule for other in verdict.runners_up)}
        assert not refused & passed, name
        found += len(refused)
    assert found > 500


def test_why_tells_the_whole_way() -> None:
    """``explain --why`` says what was read where, by whom, and the rule that won with level and literal."""
    mail = ROOT / "corpus/exim/postfix-helo-notfound.eml"
    out = run("explain", "--why", mail).output
    (found,) = json.loads(out[out.index("\n[") :])
    assert found["read_by"] == "delivery-status"
    assert found["said_by"] == "remote"
    assert "Helo command rejected" in found["read_from"][0]["text"]
    assert found["won"][0]["level"] == "mta"
    assert found["won"][0]["literal"] == "helo command rejected: host not found"
    assert found["lost"][0]["why"].startswith(("level general", "level meaning"))
    assert {one["rule"] for one in found["refused"]} >= {"reasons/helo_rejected/helo_word"}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("550 5.1.1 <Joe@example.com>: User unknown", "550 5.1.1 <@>: user unknown"),
        ("host mx1.example.com[192.0.2.7] said: 450 4.2.0 wait", "host <host>[<ip>] said: 450 4.2.0 wait"),
        ("554 See https://example.com/?id=1 for id 3F2A-99x1", "554 see <url> for id <id>"),
        ("452 full at 12:30:01, 99 of 100 MB (Sat Oct 4)", "452 full at <time>, <n> of <n> mb (<date>)"),
        ("550-[2001:db8::1] is listed", "550-[<ip>] is listed"),
        ("500 lines are too many: 550 no", "500 lines are too many: 550 no"),
    ],
)
def test_what_changes_is_masked(text: str, masked: str) -> None:
    """Addresses, hosts, IPs, ids, times and numbers are masked; codes and words stay."""
    assert template(text) == masked


def test_templates_are_bounded() -> None:
    """A text of any length gives a template that is short and does not end in half a word."""
    found = template("550 no " + "such words here " * 5_000)
    assert len(found) <= 202
    assert found.endswith(("such …", "words …", "here …"))


def test_the_words_of_a_rule_are_those_that_stay() -> None:
    """The words for a new rule hold nothing that changes; its hit holds nobody's address."""
    said = "host a.test[203.0.113.9] said: 552 5.2.2 <joe@b.test> The postbox is crammed at mx1.b.test"
    assert words(said) == "the postbox is crammed at"
    assert example("<joe@b.test> at mx1.b.test [203.0.113.9] [2001:db8:1::5], 12:30:45") == (
        "<user@example.com> at mx.example.com [192.0.2.7] [2001:db8::7], 12:30:45"
    )


def mailbox(tmp_path: Path) -> Path:
    """Make a folder of three bounces that nobody knows, one judged by its code, and one that is known."""
    top = tmp_path / "in"
    top.mkdir()
    head = "From: MAILER-DAEMON@example.net\nSubject: Undelivered Mail\n\n"
    head += "This is the mail system at host x.example.\n\n"
    for n in range(3):
        said = f"<u{n}@example.org>: host mx{n}.example.org[192.0.2.{n}] said: 554 zorp blarg {n}{n}{n}\n"
        (top / f"{n}.eml").write_text(head + said, "utf-8")
    said = "<u@example.org>: host mx.example.org[192.0.2.1] said: 550 5.2.1 zorp\n"
    (top / "code.eml").write_text(head + said, "utf-8")
    (top / "known.eml").write_bytes((ROOT / "corpus/postfix/cn-helohost.eml").read_bytes())
    return top


def test_coverage_for_programs(tmp_path: Path) -> None:
    """``rules coverage --format json`` counts rules and templates, with one example and its mail."""
    found = json.loads(run("rules", "coverage", "--format", "json", "--never", mailbox(tmp_path)).output)
    assert (found["mails"], found["unread"], found["recipients"], found["known"]) == (5, 0, 5, 2)
    (unknown,) = found["unknown"]
    assert unknown["count"] == 3
    assert unknown["template"].endswith("said: 554 zorp blarg <n>")
    assert unknown["source"] == "0.eml"
    assert "554 zorp blarg 000" in unknown["example"]
    assert [one["source"] for one in found["by_code"]] == ["code.eml"]
    fired = set(found["fired"])
    names = {rule.name for rule in ndrkit.Explainer().tables.rules}
    assert set(found["never"]) == names - fired
    assert fired - names == {"status/X.2.1"}


def test_coverage_for_eyes(tmp_path: Path) -> None:
    """``rules coverage`` shows the commonest first, each with an example, and the sleepers on demand."""
    top = mailbox(tmp_path)
    out = run("rules", "coverage", top).output
    assert out.index("      3  ") < out.index("0.eml: ")
    assert "never fired" not in out
    assert "never fired" in run("rules", "coverage", "--never", top).output


def test_a_whole_file_for_a_folder_of_ones_own(tmp_path: Path) -> None:
    """``rules new --whole`` prints a file that is right as it stands, for reasons and for providers."""
    said = "552 5.2.2 <joe@b.test> The postbox of the user is crammed"
    for name, extra in (("reasons/mailbox_full", ()), ("providers/qq", ("--provider", "qq"))):
        out = run("rules", "new", "--whole", *extra, "mailbox_full", said)
        assert out.exit_code == 0, out.output
        assert "joe" not in out.output
        mine = folder(tmp_path, out.output, f"{name}.yaml")
        read = read_folder(mine)
        assert read.problems == []
        assert list(run_proofs(read, ndrkit.Explainer(rules=mine))) == []


def test_new_refuses_what_it_cannot_use() -> None:
    """A text without words, and a provider that is none, are told in one line."""
    assert "holds no words" in run("rules", "new", "mailbox_full", "550 5.1.1 <a@b.test>").output
    result = run("rules", "new", "--provider", "nobody", "mailbox_full", "552 crammed indeed")
    assert (result.exit_code, "unknown provider 'nobody'" in result.output) == (2, True)


def keys(shape: dict[str, Field]) -> set[str]:
    """Give the keys of a shape, and of the shapes in it."""
    out = set(shape)
    for field in shape.values():
        if isinstance(field.of, dict):
            out |= keys(field.of)
    return out


@pytest.mark.parametrize("kind", sorted(SHAPES))
def test_the_form_is_told_whole(kind: str) -> None:
    """``rules/SPEC.md`` names every key that a kind of table may have, in the section on it."""
    text = (ROOT / "rules/SPEC.md").read_text("utf-8")
    sections = {part.split("\n", 1)[0]: part for part in text.split("\n## ")}
    mine = "".join(part for title, part in sections.items() if title.startswith((f"`{kind}/", f"`{kind}.")))
    assert mine, f"no section on {kind}"
    if kind in ("reasons", "providers", "blocklists"):
        mine += sections["A rule"]
    mine += sections["General"]
    told = set(regex.findall(r"[`{\s,-]([a-z_0-9]+)(?:`|:)", mine))
    inside = {"links": LINK_SHAPE, "vocabularies": CLASS_SHAPE}.get(kind, {})
    assert keys(SHAPES[kind]) | keys(inside) <= told, keys(SHAPES[kind]) - told
