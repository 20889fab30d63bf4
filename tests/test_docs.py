"""The documentation cannot drift from the tables, and says nothing of the place it was written in."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType

import pytest

import ndrkit
from conftest import ROOT


def make() -> ModuleType:
    """Load ``docs/make.py``."""
    spec = importlib.util.spec_from_file_location("docs_make", ROOT / "docs" / "make.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_pages_are_up_to_date() -> None:
    """The generated pages and the outputs in the README are what the tables give today."""
    for path, text in make().pages().items():
        assert path.read_text("utf-8") == text, f"{path.name} is out of date: run make docs"


@pytest.mark.parametrize("lang", ["en", "zh-Hans", "zh-Hant"])
def test_every_point_of_the_article_has_its_place(lang: str) -> None:
    """Each point A1 to A10 is carried by a step of the advice, in English and both Chinese scripts."""
    docs = make()
    carried = docs.carried(lang)
    assert set(docs.POINTS) <= set(carried)
    assert set(carried) <= set(docs.POINTS), "a step carries a point that does not exist"
    english = docs.carried("en")
    for point in docs.POINTS:
        assert {one for one, _ in carried[point]} == {one for one, _ in english[point]}, point


def test_readme_example_runs() -> None:
    """The Python of the README does what its comments say."""
    report = ndrkit.explain(
        ROOT / "corpus/article/traditional-open-big5-8bit.eml", lang="zh-TW", voice="agent"
    )
    (finding,) = report.findings
    assert (finding.recipient, finding.reason, finding.cause) == (
        "user@domain.com",
        "ip_blocklisted",
        "blocklisted",
    )
    assert finding.advice.lang == "zh-Hant"


def test_internal_links_lead_somewhere() -> None:
    """Relative links of the pages name files that exist."""
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "rules/SPEC.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#\s]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), (page.name, target)


def test_the_rates_in_the_readme_were_measured() -> None:
    """The README quotes the table that ``make bench`` wrote, whole and unchanged."""
    measured = (ROOT / "benchmarks" / "RESULTS.md").read_text("utf-8").splitlines()
    rows = [line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if line.endswith(" |")]
    quoted = [line for line in rows if line.count("|") == 6]
    assert len(quoted) > 5
    assert set(quoted) <= set(measured)
