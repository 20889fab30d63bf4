"""Prints which reasons are taken for which, as a table in Markdown: a row for each reason with misses.

    python benchmarks/confusion.py corpus                    a truth file (.yaml) beside each mail
    python benchmarks/confusion.py mails truth.jsonl         one truth a line, by the name of its mail
    python benchmarks/confusion.py mails truth.jsonl --allowed labels.json

A line of ``truth.jsonl`` is ``{"file": "mails/1.eml", "expected": {"recipients": ["a@example.com"],
"reason": ["mailbox_full"]}}``. Where its labels are another project's, ``labels.json`` tells which of our
reasons each allows: ``{"userunknown": ["recipient_unknown"]}``; labels that are not in it are left out.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

import ndrkit
from ndrkit.model.vocabulary import REASONS
from timing import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    Allowed = dict[str, list[str]]


class Wanted(NamedTuple):
    """What the truth says of one recipient of a mail, the ``place``-th in it."""

    mail: Path
    recipient: str | None
    place: int
    label: str


def beside(folder: Path) -> Iterator[Wanted]:
    """Yield the truth of the files that stand beside their mails."""
    for path in sorted(folder.rglob("*.yaml")):
        mail = path.with_suffix(".eml")
        rows = yaml.safe_load(path.read_text("utf-8")).get("findings", ()) if mail.is_file() else ()
        for i, row in enumerate(rows):
            if row.get("reason"):
                yield Wanted(mail, row.get("recipient"), i, row["reason"])


def listed(folder: Path, truth: Path) -> Iterator[Wanted]:
    """Yield the truth of a file with one JSON object a line."""
    for line in truth.read_text("utf-8").splitlines():
        row = json.loads(line)
        names = row["expected"].get("recipients") or []
        for i, label in enumerate(row["expected"].get("reason") or []):
            if label:
                yield Wanted(folder / Path(row["file"]).name, names[i] if i < len(names) else None, i, label)


def told(wanted: Wanted, report: ndrkit.Report) -> str:
    """Give the reason of the finding that the truth is about: by its address, else by its place."""
    name = (wanted.recipient or "").lower()
    same = [one for one in report.findings if name and (one.recipient or "").lower() == name]
    found = same or list(report.findings[wanted.place : wanted.place + 1])
    return found[0].reason if found else "nothing"


def confusion(wanted: list[Wanted], allowed: Allowed) -> dict[str, Counter[str]]:
    """Count what was told for each label; what the label allows is counted as the label itself."""
    reports: dict[Path, Any] = {}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in wanted:
        if one.label not in allowed:
            continue
        if one.mail not in reports:
            reports[one.mail] = ndrkit.explain(one.mail)
        reason = told(one, reports[one.mail])
        counts[one.label][one.label if reason in allowed[one.label] else reason] += 1
    return counts


def lines(counts: dict[str, Counter[str]]) -> Iterator[str]:
    """Yield the table, most misses first, and a line with the sums."""
    right = sum(row[label] for label, row in counts.items())
    total = sum(row.total() for row in counts.values())
    yield f"{right} of {total} as the truth has it ({right / max(1, total):.1%})."
    yield ""
    yield table("truth", "of", "right", "told instead")
    for label, row in sorted(counts.items(), key=lambda pair: (pair[1][pair[0]] - pair[1].total(), pair[0])):
        others = [(reason, count) for reason, count in row.items() if reason != label]
        if others:
            others.sort(key=lambda pair: (-pair[1], pair[0]))
            yield (
                f"| {label} | {row.total()} | {row[label]} "
                f"| {', '.join(f'{reason} {count}' for reason, count in others)} |"
            )


def main() -> None:
    """Read the arguments and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("truth", type=Path, nargs="?")
    parser.add_argument("--allowed", type=Path, help="JSON: the reasons that each label allows")
    given = parser.parse_args()
    wanted = list(listed(given.folder, given.truth) if given.truth else beside(given.folder))
    ours = {reason: [reason] for reason in REASONS}
    allowed = json.loads(given.allowed.read_text("utf-8")) if given.allowed else ours
    for line in lines(confusion(wanted, allowed)):
        print(line)


if __name__ == "__main__":
    main()
