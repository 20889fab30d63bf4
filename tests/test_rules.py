"""The rule tables prove themselves, mean the same in any order, and their mistakes are all named."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

import ndrkit
from conftest import ROOT, truths
from ndrkit.advise.fill import faults
from ndrkit.model.vocabulary import CAUSES, REASONS
from ndrkit.proofs import run_proofs
from ndrkit.tables import Tables
from ndrkit.tables.folder import read_folder
from ndrkit.tables.references import check_references

RULES = ROOT / "rules"
OURS = read_folder(RULES)


def test_our_tables_are_right() -> None:
    """No file has a mistake, nothing refers to what is not there, and every proof holds."""
    assert OURS.problems == []
    assert list(check_references(OURS, OURS.documents, faults)) == []
    assert list(run_proofs(OURS, ndrkit.Explainer())) == []


def test_vocabulary_is_whole() -> None:
    """Each of the 40 reasons has a row, and each of the eight causes at least one reason."""
    assert set(OURS.documents["reasons"]) == set(REASONS)
    assert {row.get("cause") for row in OURS.documents["reasons"].values()} - {None} == set(CAUSES)


def test_causes_never_suppress() -> None:
    """An address is dead only for reasons of the recipient's family."""
    for name, row in OURS.documents["reasons"].items():
        assert not row["suppress"] or row.get("family") == "recipient", name


FREE = {"words", "unless", "codes", "commands", "hosts", "tokens", "zones", "replies", "subjects", "rules"}
FREE |= {
    "know",
    "start",
    "stop",
    "skip",
    "returned",
    "senders",
    "notices",
    "headers",
}


def shuffled(value: Any, dice: random.Random, key: str = "") -> Any:
    """Give the same documents with files, keys, rules and literals in another order."""
    if isinstance(value, dict):
        names = list(value)
        dice.shuffle(names)
        return {name: shuffled(value[name], dice, name) for name in names}
    if isinstance(value, list):
        rows = [shuffled(one, dice) for one in value]
        if key in FREE:
            dice.shuffle(rows)
        return rows
    return value


def test_shuffling_changes_the_order() -> None:
    """The shuffle below moves files, rules and words, and loses none of them."""
    mixed = shuffled(OURS.documents, random.Random(1))  # noqa: S311 -- a shuffle
    for kind in ("reasons", "providers", "blocklists", "formats"):
        assert list(mixed[kind]) != list(OURS.documents[kind])
        assert sorted(mixed[kind]) == sorted(OURS.documents[kind])
    ours, theirs = (one["reasons"]["mailbox_full"]["rules"] for one in (OURS.documents, mixed))
    assert [rule["id"] for rule in ours] != [rule["id"] for rule in theirs]
    by_id = {rule["id"]: rule for rule in theirs}
    ours = [rule for rule in ours if "words" in rule]
    assert any(rule["words"] != by_id[rule["id"]]["words"] for rule in ours)
    assert all(sorted(rule["words"]) == sorted(by_id[rule["id"]]["words"]) for rule in ours)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_order_means_nothing(seed: int) -> None:
    """Files, keys, rules and words in another order give the same answers, runners-up included."""
    explainer, other = ndrkit.Explainer(), ndrkit.Explainer()
    other.tables = Tables(shuffled(OURS.documents, random.Random(seed)))  # noqa: S311 -- a shuffle
    mails = truths()[seed::8]
    assert len(mails) > 300
    for path in mails:
        one, two = (which.explain(path.with_suffix(".eml")) for which in (explainer, other))
        assert two.to_json() == one.to_json(), path.stem
        lost = ([finding.verdict.runners_up for finding in which.findings] for which in (one, two))
        assert next(lost) == next(lost), path.stem


GOOD = """\
reason: greylisted
meaning: A first-time sender is put off on purpose.
family: receiver_side
permanent: false
action_by: nobody
remedy: retry
suppress: false
differs: Our own words for it.
source: https://example.com/
seen: '2026-10'
checked: verified
rules:
  - id: our_gateway
    words: [house rule forty-two applies]
    hit: ['451 4.7.1 House rule forty-two applies, come back']
    miss: ['550 5.1.1 User unknown']
"""


def folder(tmp_path: Path, text: str, name: str = "reasons/greylisted.yaml") -> Path:
    """Write one table file into a folder of the user's own."""
    path = tmp_path / "mine" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return tmp_path / "mine"


def test_own_rules_are_laid_over_ours(tmp_path: Path) -> None:
    """A user's rule wins where it fits, and all of ours stay."""
    explainer = ndrkit.Explainer(rules=folder(tmp_path, GOOD))
    text = "451 4.7.1 House rule forty-two applies, come back"
    assert explainer.explain(text).findings[0].evidence[0].rule == "reasons/greylisted/our_gateway"
    assert explainer.explain("550 5.1.1 User unknown").findings[0].reason == "recipient_unknown"


TWIN = "    words: [abcd]\n    hit: [x]\n    miss: [y]\n"


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("meaning:", "meanign:"), 2, "unknown key 'meanign': did you mean 'meaning'?"),
        (("permanent: false", "permanent: 'no'"), 4, "true or false is meant here"),
        (("seen: '2026-10'", "seen: 2026-10-01"), 10, "put quotes around it"),
        (("https://example.com/", "5.1"), 9, "'5.1' is read as a float, not as text: put quotes around it"),
        (("family: receiver_side", "family: receiver"), 3, "'receiver' is not one of: recipient, "),
        (("words: [house rule forty-two applies]", "words: [HOUSE]"), 14, "write it as the text is folded"),
        (("words: [house rule forty-two applies]", "words: [hi]"), 14, "too short to wake a rule"),
        (("    miss: ['550 5.1.1 User unknown']\n", ""), 13, "the key 'miss' is missing"),
        (("reason: greylisted", "reason: greylisted\nreason: greylisted"), 2, "stands here twice"),
        (("rules:\n", "rules:\n  - "), 14, "not valid YAML"),
        (("remedy: retry", "remedy:"), 6, "nothing stands after this key"),
        (("    words:", "    regex: '(['\n    words:"), 14, "not a valid regular expression"),
        (("id: our_gateway", f"id: twice\n{TWIN}  - id: twice"), 17, "stands twice"),
        (("hit: ['451", "hit: [451, '451"), 15, "put quotes around it"),
    ],
)  # fmt: skip
def test_mistakes_are_named(tmp_path: Path, change: tuple[str, str], line: int, words: str) -> None:
    """Each mistake is told with file and line, and in words that say what to do."""
    mine = folder(tmp_path, GOOD.replace(*change))
    with pytest.raises(ndrkit.TableError) as caught:
        ndrkit.Explainer(rules=mine)
    told = [one for one in caught.value.problems if one.line == line and words in one.text]
    assert told, caught.value
    assert told[0].file.endswith("greylisted.yaml")


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    """Two mistakes in one file and one in another are told together."""
    mine = folder(tmp_path, GOOD.replace("meaning:", "meanign:").replace("nobody", "somebody"))
    folder(tmp_path, "- a list", "reasons/rate_limited.yaml")
    folder(tmp_path, "x: y", "resaons/rate_limited.yaml")
    with pytest.raises(ndrkit.TableError) as caught:
        ndrkit.Explainer(rules=mine)
    assert len({(one.file, one.line) for one in caught.value.problems}) >= 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("House rule forty-two applies, come", "User unknown, house rule"), "is won by"),
        (
            ("miss: ['550 5.1.1 User unknown']", "miss: ['451 house rule forty-two applies']"),
            "wins this miss",
        ),
    ],
)
def test_broken_proofs_are_found(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    """A hit that another rule wins, and a miss that this rule wins, are problems with their line."""
    mine = folder(tmp_path, GOOD.replace(*change))
    found = list(run_proofs(read_folder(mine), ndrkit.Explainer(rules=mine)))
    assert [one for one in found if words in one.text and one.line in (15, 16)], found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the address {ip}", "must stand inside [[ ]]"),
        ("[[the {phase}]]", "unknown fact {phase}"),
        ("[[the {ip}", "do not pair"),
        ("see https://example.com/", "links go through links.yaml"),
    ],
)
def test_faulty_texts_are_found(text: str, words: str) -> None:
    """A text with a fact that could be missing, or with a URL, is a mistake."""
    assert any(words in fault for fault in faults(text))
