"""Writes reports as JSON lines or CSV. Each row is written whole, so an end half-way loses nothing."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from ndrkit.model import Report

FORMATS = ("jsonl", "csv")
COLUMNS = (
    "source",
    "kind",
    "genuine",
    "recipient",
    "status",
    "reply_code",
    "reason",
    "cause",
    "action_by",
    "remedy",
    "suppress",
    "blocklist",
    "ip",
    "diagnostic",
)
_FORMULA = tuple("=+-@＝＋－＠")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


class Writer(Protocol):
    """Takes reports one after the other."""

    def write(self, report: Report) -> None:
        """Write one report."""


def writer(form: str, file: TextIO) -> Writer:
    """Give a writer of ``form`` (one of :data:`FORMATS`) onto an open text file."""
    return CsvWriter(file) if form == "csv" else JsonLinesWriter(file)


class JsonLinesWriter:
    """One JSON object a mail, one line each."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, report: Report) -> None:
        """Write one report as one line."""
        self._file.write(report.to_json() + "\n")


class CsvWriter:
    """One row a finding; a mail without findings has one row too."""

    def __init__(self, file: TextIO) -> None:
        self._rows = csv.writer(file, lineterminator="\n")
        self._rows.writerow(COLUMNS)

    def write(self, report: Report) -> None:
        """Write the rows of one report."""
        findings = report.to_dict()["findings"]
        rows: list[dict[str, object]] = findings if isinstance(findings, list) else []
        for row in rows or [{}]:
            given = {"source": report.source, "kind": report.kind, "genuine": report.genuine, **row}
            listed = given.get("blocklist")
            if isinstance(listed, dict):
                given["blocklist"] = listed["name"]
            self._rows.writerow([_cell(given.get(name)) for name in COLUMNS])


def _cell(value: object) -> str:
    """Give a cell that no spreadsheet takes for a formula (CSV injection), and that moves no terminal.

    Some spreadsheets take the wide signs of East Asian input for the narrow ones.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = " ".join(_UNSEEN.sub(" ", str(value)).split())
    return f"'{text}" if text.startswith(_FORMULA) else text
