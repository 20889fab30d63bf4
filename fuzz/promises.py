"""What holds for every report whatsoever, checked on one input."""

from __future__ import annotations

import json
import re
import time

import ndrkit

SECONDS = 0.5
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_HREF = re.compile(r'(?:href|src)="([^"]*)"')


class BrokenError(AssertionError):
    """A promise that an input broke."""


def check(data: bytes) -> None:
    """Explain ``data`` as a mail and as pasted text; raise what goes wrong."""
    for msg in (data, data.decode("utf-8", "replace")):
        start = time.process_time()
        report = ndrkit.explain(msg)
        words = report.to_json()
        _check_time("explaining", start, data)
        _check_evidence(report)
        start = time.process_time()
        _check_shown(report, words)
        _check_time("showing", start, data)


def _check_time(what: str, start: float, data: bytes) -> None:
    took = time.process_time() - start
    if took > SECONDS:
        raise BrokenError(f"slow: {what} took {took:.1f} s for {len(data)} bytes")


def _check_evidence(report: ndrkit.Report) -> None:
    for finding in report.findings:
        for one in finding.evidence:
            if not one.quote or report.part(one.part)[one.start : one.end] != one.quote:
                raise BrokenError(f"evidence of {one.rule} does not spell its quote")
        if finding.verdict.suppress and finding.cause:
            raise BrokenError(f"{finding.reason}: a cause makes an address dead")


def _check_shown(report: ndrkit.Report, words: str) -> None:
    if json.loads(words)["kind"] != report.kind:
        raise BrokenError("the JSON is about another mail")
    if _CONTROL.search(report.to_text()):
        raise BrokenError("a control character in the text")
    links = {link.url for finding in report.findings for link in finding.advice.links}
    shown = {url.replace("&amp;", "&") for url in _HREF.findall(report.to_html())}
    if not shown <= links:
        raise BrokenError("a link in the HTML that is not from the table")
