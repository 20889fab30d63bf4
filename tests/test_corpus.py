"""Each mail of the corpus is read and judged as its truth file says, whatever its line ends are."""

from __future__ import annotations

from pathlib import Path

import pytest

import ndrkit
from conftest import CORPUS, check_report, truth, truths

FACTS = ("status", "reply_code", "reason", "cause")


@pytest.mark.parametrize("path", truths(), ids=lambda p: p.relative_to(CORPUS).with_suffix("").as_posix())
def test_truth(path: Path) -> None:
    """Kind, recipients, codes, reason and cause are those of the truth file."""
    wanted = truth(path)
    report = ndrkit.explain(path.with_suffix(".eml"))
    found = check_report(report)
    assert found["kind"] == wanted["kind"]
    rows = {(row["recipient"] or "").lower(): row for row in found["findings"]}
    assert set(rows) == {(row["recipient"] or "").lower() for row in wanted["findings"]}
    for row in wanted["findings"]:
        got = rows[(row["recipient"] or "").lower()]
        assert {key: got[key] for key in FACTS} == {key: row[key] for key in FACTS}


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
