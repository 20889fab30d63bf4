"""Each mail of the corpus is read and judged as its truth file says, whatever its line ends are."""

from __future__ import annotations

from pathlib import Path

import pytest

import ndrkit
from conftest import CORPUS, check_report, truth, truths

# Notices written by hand after documentation: the truth names a product, our table a family of them.
BY_HAND = ("written", "notices")
FACTS = ("status", "reply_code", "reason", "cause")


@pytest.mark.parametrize("path", truths(), ids=lambda p: p.relative_to(CORPUS).with_suffix("").as_posix())
def test_truth(path: Path) -> None:
    """Kind, format, recipients, codes, reason and cause are those that the truth file asks for."""
    wanted = truth(path)
    report = ndrkit.explain(path.with_suffix(".eml"))
    found = check_report(report)
    assert found["kind"] == wanted.get("kind", found["kind"])
    if path.parent.name not in BY_HAND:
        assert found["format"] == (wanted.get("format") or found["format"])
    if "never" in wanted:
        links = [link.url for finding in report.findings for link in finding.advice.links]
        assert not any(wanted["never"] in url for url in links)
    if "findings" not in wanted:
        return
    rows = {(row["recipient"] or "").lower(): row for row in found["findings"]}
    assert set(rows) == {(row.get("recipient") or "").lower() for row in wanted["findings"]}
    for row in wanted["findings"]:
        got = rows[(row.get("recipient") or "").lower()]
        asked = {key: row[key] for key in (*FACTS, "ip") if key in row}
        assert {key: got[key] for key in asked} == asked
        if row.get("blocklist"):
            assert got["blocklist"]["id"] == row["blocklist"]


def test_the_truth_asks_enough() -> None:
    """Most truth files ask for a kind, and for each recipient's reason and codes."""
    rows = [row for path in truths() for row in truth(path).get("findings", ())]
    assert len(rows) > 500
    assert all(set(FACTS) <= set(row) for row in rows)


@pytest.mark.parametrize("path", truths()[::7], ids=lambda p: p.stem)
@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
def test_line_ends_mean_nothing(path: Path, ends: bytes) -> None:
    """The same mail with other line ends gives the same findings."""
    data = path.with_suffix(".eml").read_bytes().replace(b"\r\n", b"\n")
    if b"\r" in data:
        pytest.skip("this mail has lone CRs on purpose")
    plain = ndrkit.explain(data).to_dict()
    other = ndrkit.explain(data.replace(b"\n", ends)).to_dict()
    assert other["findings"] == plain["findings"]
    assert other["kind"] == plain["kind"]
