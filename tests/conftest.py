"""What the tests share: the corpus with its truth, and a check that every report has to pass."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

import ndrkit

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "corpus"


@cache
def truths() -> list[Path]:
    """Give the truth files of the corpus, in order."""
    found = sorted(path for path in CORPUS.glob("*/*.yaml") if path.with_suffix(".eml").is_file())
    assert found, "the corpus is empty"
    return found


def truth(path: Path) -> dict[str, Any]:
    """Read one truth file."""
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return found


@cache
def validator() -> jsonschema.Draft202012Validator:
    """Give the validator of the published schema."""
    return jsonschema.Draft202012Validator(ndrkit.schema())


def check_report(report: ndrkit.Report) -> dict[str, Any]:
    """Check what holds for every report whatsoever, and give its dict."""
    found = report.to_dict()
    validator().validate(found)
    for finding in report.findings:
        for evidence in finding.evidence:
            assert evidence.quote
            assert report.part(evidence.part)[evidence.start : evidence.end] == evidence.quote
        assert not (finding.verdict.suppress and finding.cause), "a cause never makes an address dead"
        blamed = finding.verdict.domain
        assert blamed is None or blamed != finding.delivery.remote_mta, "the host that speaks is not to blame"
        for link in finding.advice.links:
            assert link.url.startswith("https://") or link.url.startswith("http://")
    return found
