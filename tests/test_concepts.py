"""Rules by concepts: what no rule has literally is understood by its meaning, and never made up."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import ndrkit
from conftest import CORPUS, ROOT
from ndrkit.tables.concepts import MAX_GAP, Place, together
from ndrkit.tables.folder import read_folder
from ndrkit.tables.references import check_references
from test_rules import GOOD, folder

TABLES = ndrkit.Explainer().tables
LANGUAGES = sorted(path.stem for path in (ROOT / "rules/words").glob("*.yaml"))
RULE = GOOD.replace("words: [house rule forty-two applies]", "near: [frog, leap]").replace(
    "451 4.7.1 House rule forty-two applies, come back", "the frog was seen to leap"
)
CONCEPTS = "concepts:\n  - {id: frog, is: an animal}\n  - {id: leap, is: moves}\n"
WORDS = "language: en\nsource: x\nchecked: recalled\nconcepts: {frog: [frog, toad], leap: [leap, jump]}\n"
DANISH = "language: da\nsource: x\nchecked: recalled\nconcepts: {frog: [frø], leap: [hopper]}\n"
FINNISH = "language: fi\nsource: x\nchecked: recalled\nconcepts: {frog: [sammakko], leap: [hyppää]}\n"


def pond(tmp_path: Path, rule: str = RULE, words: str = WORDS) -> Path:
    """Write tables about frogs."""
    mine = folder(tmp_path, rule)
    folder(tmp_path, CONCEPTS, "concepts.yaml")
    folder(tmp_path, DANISH, "words/da.yaml")
    folder(tmp_path, FINNISH, "words/fi.yaml")
    folder(tmp_path, words, "words/en.yaml")
    return mine


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("550 qx a frog made a leap", True),
        ("550 qx leaping were the toads", True),
        ("550 qx FROG+JUMP", True),
        ("550 qx frø, der hopper", True),
        ("550 qx en frø: jump", True),  # English words are everybody's
        ("550 qx frø, joka hyppää", False),  # two languages in one sentence are an accident
        ("550 qx a frog. A leap", False),
        ("550 qx a frog " + "x" * MAX_GAP + " leap", False),
        ("550 qx bullfrog leap", False),  # a word begins where a word begins
        ("550 qx a frog", False),
    ],
)
def test_a_word_of_each_concept_in_one_sentence_wakes(tmp_path: Path, said: str, meant: bool) -> None:
    """All concepts in one sentence, near each other and in one language, in any order."""
    verdict = ndrkit.Explainer(rules=pond(tmp_path)).explain(said).findings[0]
    assert (verdict.reason == "greylisted") is meant
    if meant:
        [evidence] = verdict.evidence
        assert evidence.rule == "reasons/greylisted/our_gateway"
        assert evidence.quote in said


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("near: [frog, leap]", "near: [frog]"), "'near' needs at least two concepts"),
        (("near: [frog, leap]", "near: [frog, leap]\n    words: [frog leap]"), "either 'words' or 'near'"),
        (("near: [frog, leap]", "unless: [x]"), "either 'words' or 'near'"),
        (("near: [frog, leap]", "near: [frog, newt]"), "no concept 'newt'"),
        (("near: [frog, leap]", "near: [frog, leap]\n    without: [newt]"), "no concept 'newt'"),
        (("near: [frog, leap]", "near: [frog, leap]\n    regex: frog"), "'regex' goes with 'words'"),
        (("near: [frog, leap]", "near: [frog, leap]\n    level: mta"), "'level' goes with 'words'"),
    ],
)
def test_faulty_rules_are_found(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    """A rule that cannot wake, or asks for a concept that nobody knows, is a mistake."""
    assert any(told in text for text in faults(pond(tmp_path, RULE.replace(*change))))


def test_faulty_words_are_found(tmp_path: Path) -> None:
    """A language that lacks a concept, one of an unknown one, and a concept without a rule are faults."""
    assert faults(pond(tmp_path)) == []
    texts = faults(pond(tmp_path, RULE, WORDS.replace("leap: [leap, jump]", "newt: [newt]")))
    assert texts == ["no concept 'newt' in concepts.yaml", "no words for the concept 'leap'"]
    rule = RULE.replace("near: [frog, leap]", "words: [frogs leap]")
    assert faults(pond(tmp_path, rule)) == [
        f"no rule asks for the concept {one!r}" for one in ("frog", "leap")
    ]


def faults(mine: Path) -> list[str]:
    """Give what does not fit together in a folder that stands alone."""
    read = read_folder(mine)
    found = check_references(read, read.documents, lambda _: [])
    return [one.text for one in found if "concept" in one.text or "'words'" in one.text]


def test_meaning_comes_after_words_and_codes(tmp_path: Path) -> None:
    """An exact code decides before concepts do, and concepts before a reply code."""
    explainer = ndrkit.Explainer(rules=pond(tmp_path))
    for said, wanted in (
        ("421 qx frogs leap", "greylisted"),
        ("550 5.1.1 qx frogs leap", "recipient_unknown"),
        ("550 qx user unknown, frogs leap", "recipient_unknown"),
        ("421 qx", "receiver_unavailable"),
    ):
        assert explainer.explain(said).findings[0].reason == wanted, said


def test_what_is_only_meant_declares_nobody_dead() -> None:
    """A verdict by concepts is weak or medium, and suppresses no address where it is weak."""
    for rule in TABLES.rules:
        if rule.near and TABLES.reasons[rule.reason].suppress:
            assert rule.strength == "weak", rule.name


def test_a_concept_inside_a_longer_word_is_none() -> None:
    """``reverse dns`` speaks of no resolver, ``blacklist`` of no refusal."""
    [found] = TABLES.concepts.find("the reverse dns and the blacklist")
    assert "dns" not in found
    assert "refused" not in found
    assert {"reverse_dns", "blocklist"} <= found.keys()


@pytest.mark.parametrize("text", ["dns " * 4_000, "域名服务器" * 2_000, "\x00" * 9_000, "", "ß" * 8_000])
def test_texts_of_an_enemy_cost_little(text: str) -> None:
    """The number of mentions is bounded; nothing is raised."""
    for found in TABLES.concepts.find(text[:8_000]):
        together({"dns": found.get("dns", []), "later": found.get("dns", [])}, ["dns", "later"], text)


def test_the_narrowest_place_wins() -> None:
    """Of several pairs the nearest is the evidence, and words that overlap are no pair."""
    found = {"a": [Place(0, 3), Place(20, 23)], "b": [Place(2, 6), Place(25, 28)]}
    assert together(found, ["a", "b"], "x" * 40) == (Place(20, 28), 6)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_reads_the_causes(language: str) -> None:
    """In every language a server that gives no answer, and a full queue, are understood from two words."""
    concepts = yaml.safe_load((ROOT / f"rules/words/{language}.yaml").read_text("utf-8"))["concepts"]
    for thing, fate, wanted in (("dns", "no_answer", "dns_timeout"), ("queue", "full", "queue_congested")):
        said = f"{concepts[thing][0]} : {concepts[fate][0]}"
        assert reason(f"550 qx {said}") == wanted, said


def reason(text: str) -> str:
    """Give the reason of a reply."""
    return ndrkit.explain(text).findings[0].reason


def test_replies_are_understood_by_their_meaning_too() -> None:
    """Of the replies in the corpus, some are understood by concepts alone; those count as weak or medium."""
    rows = yaml.safe_load((CORPUS / "replies/europe.yaml").read_text("utf-8"))
    verdicts = [ndrkit.explain(row["text"]).findings[0].verdict for row in rows]
    meant = [one for one in verdicts if one.evidence and "/meant_" in one.evidence[0].rule]
    assert meant
    assert {one.strength for one in meant} <= {"weak", "medium"}
