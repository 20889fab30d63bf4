"""Outlook's .msg files: read like the mails that they were made from."""

from __future__ import annotations

import random
import struct
import sys
from typing import TYPE_CHECKING

import pytest

import ndrkit
from conftest import CORPUS, check_report
from ndrkit.message import outlook

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted((CORPUS / "outlook").glob("*.msg"))
FACTS = (
    "recipient",
    "action",
    "status",
    "reply_code",
    "diagnostic",
    "remote_mta",
    "said_by",
    "reason",
    "cause",
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_like_its_twin(path: Path) -> None:
    """A saved NDR gives the same findings as the mail that it was made from."""
    saved = check_report(ndrkit.explain(path))
    mail = check_report(ndrkit.explain(CORPUS / "written" / f"{path.stem}.eml"))
    rows = [[{key: one[key] for key in FACTS} for one in report["findings"]] for report in (saved, mail)]
    assert rows[0] == rows[1]
    assert rows[0]
    for key in ("kind", "format", "reporting_mta"):
        assert saved[key] == mail[key]
    for key in ("message_id", "to", "subject"):
        assert saved["original"][key] == mail["original"][key]


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without python-oxmsg the report says what to install."""
    monkeypatch.setitem(sys.modules, "oxmsg", None)
    report = ndrkit.explain(FILES[0])
    assert report.kind == "not_bounce"
    assert "ndrkit[msg]" in report.notes[0]


def test_broken_files() -> None:
    """Bytes changed, cut off or left out anywhere give a report, never an error."""
    data, dice = FILES[0].read_bytes(), random.Random(7)  # noqa: S311 -- the same broken files each time
    for _ in range(150):
        broken = bytearray(data[: dice.choice((len(data), dice.randrange(len(data))))])
        for _ in range(dice.randrange(30)):
            if broken:
                broken[dice.randrange(len(broken))] = dice.randrange(256)
        assert ndrkit.explain(outlook.MAGIC + bytes(broken[8:])).kind


def test_streams_that_share_sectors() -> None:
    """Streams that claim more bytes than the file has are not read: a small file stays small."""
    data = bytearray(FILES[0].read_bytes())
    at = data.find("__substg1.0_1000001F".encode("utf-16-le"))
    data[at + 116 : at + 128] = struct.pack("<IQ", 0, 1 << 30)
    assert outlook.to_mime(bytes(data)) == b""
