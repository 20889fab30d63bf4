"""The words that an expression needs: read off it, and never more than what it really needs."""

from __future__ import annotations

import re

import pytest

from conftest import CORPUS
from ndrkit import Explainer
from ndrkit.folding import fold, lower
from ndrkit.patterns import Expression
from ndrkit.tables.formats import expression
from ndrkit.tables.needed import needed
from ndrkit.tables.tables import Tables

TABLES = Explainer().tables
LINE_BREAKS = re.compile(r"\r?\n")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("mailbox full", (("mailbox full",),)),
        (r"Mailbox\s+full", (("mailbox",), ("full",))),
        ("(?:mail ?box|inbox) full", (("inbox full", "mail box full", "mailbox full"),)),
        ("(?:over quota|mailbox|mailbox of yours)", (("mailbox", "over quota"),)),
        ("(?:quota.*|full)", (("full", "quota"),)),
        ("(?:quota|.*)", ()),
        ("(?:quota)?", ()),
        ("(?:quota){2,5}", (("quota",),)),
        ("quota(?!full)", (("quota",),)),
        ("quota(?=.*full)", (("quota",), ("full",))),
        ("(?<!not )full", (("full",),)),
        (r"[45]\d\d", ()),
        ("5[.]1[.][12]", (("5.1.1", "5.1.2"),)),
        ("[^a]full", (("full",),)),
        (r"(full) \1", (("full ",),)),
        (r"\p{L}+ is full", ()),  # Python's re cannot read it
        ("İ ist voll", (("İ ist voll",),)),  # its lower case has two characters: folding leaves it
        ("{address} is full", ((" is full",),)),
    ],
)
def test_what_is_needed_is_read_off_the_expression(source: str, words: tuple[tuple[str, ...], ...]) -> None:
    """Sets of words, of each of which one must stand in the text; the longest words first."""
    assert needed(source) == words


def test_every_expression_of_the_tables_matches_only_where_its_words_stand() -> None:
    """On the texts of the tables' own proofs and on notices of the corpus no match is given away."""
    tried = 0
    for tried_on, one in [*_of_rules(), *_of_formats(TABLES)]:
        for text in tried_on:
            if one.compiled.search(text):
                tried += 1
                assert one.can_match(lower(text)), (one.source, text)
    assert tried > 2_000


def test_our_tables_know_what_their_expressions_need() -> None:
    """Compiled tables bring the words along; most expressions need some."""
    expressions = [one for _, one in [*_of_rules(), *_of_formats(TABLES)]]
    assert sum(bool(one.needs) for one in expressions) > 0.8 * len(expressions)


def test_an_expression_that_needs_other_words_is_not_compiled() -> None:
    """What cannot match costs nothing but a look."""
    one = Expression("(?:a+b", needs=[["quota"]])  # would not compile
    assert not one.can_match("the mailbox is full")
    assert one.can_match("over quota")


def _of_rules() -> list[tuple[list[str], Expression]]:
    out = []
    for kind in ("reasons", "providers"):
        for data in TABLES.documents[kind].values():
            for row in data.get("rules", ()):
                if "regex" in row:
                    needs = TABLES.documents["needed"][""][row["regex"]]
                    hits = [fold(hit if isinstance(hit, str) else hit["text"]) for hit in row["hit"]]
                    out.append((hits, Expression(row["regex"], needs=needs)))
    return out


def _of_formats(tables: Tables) -> list[tuple[list[str], Expression]]:
    examples = [text["text"] for one in tables.formats.values() for text in one.row.get("examples", ())]
    mails = [path.read_bytes().decode("utf-8", "replace") for path in sorted(CORPUS.glob("notices/*.eml"))]
    texts = [LINE_BREAKS.sub("\n", text)[:3_000] for text in (*examples, *mails[::3])]
    keys = ("recipient", "fields", "shared", "said", "log")
    needs = tables.documents["needed"][""]
    sources = {source for one in tables.formats.values() for key in keys for source in one.row.get(key, ())}
    return [(texts, expression(source, needs[source])) for source in sorted(sources)]
