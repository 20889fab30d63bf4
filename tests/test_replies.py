"""Replies and log lines read by hand (``corpus/replies``): the reason and the cause that a person reads."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

import ndrkit
from conftest import CORPUS, check_report
from ndrkit.model.vocabulary import CAUSES, REASONS

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
ROWS: dict[str, dict[str, Any]] = {
    f"{path.stem}-{place}": row
    for path in sorted((CORPUS / "replies").glob("*.yaml"))
    for place, row in enumerate(yaml.load(path.read_text("utf-8"), LOADER), 1)  # noqa: S506 -- the safe one
}


OPEN = pytest.mark.xfail(reason="read by a person, and not by our tables yet", strict=True)


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=name, marks=OPEN if "open" in row else ()) for name, row in ROWS.items()]
)
def test_a_reply_read_by_hand_gets_its_reason_and_its_cause(row: dict[str, Any]) -> None:
    """One line of what a server said is enough for the reason and the cause that a person reads in it."""
    report = ndrkit.explain(row["text"])
    check_report(report)
    found = report.findings[0]
    assert found.reason in {row["reason"], *row.get("or", ())}
    if found.reason == row["reason"]:
        assert found.cause in {row["cause"], *row.get("or_cause", ())}


def test_every_row_is_whole() -> None:
    """Nobody has to take a reading on trust: each row is in our words and says where its text is printed."""
    assert ROWS
    for row in ROWS.values():
        assert set(row) - {"or", "or_cause", "open"} == {"text", "reason", "cause", "lang", "source"}
        assert {row["reason"], *row.get("or", ())} <= set(REASONS)
        assert {row["cause"], *row.get("or_cause", ())} <= {None, *CAUSES}
        assert row["source"]
        assert row["lang"]
