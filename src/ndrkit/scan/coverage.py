"""Which rules fired how often on a mailbox, and what was said that none of them knows."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ndrkit.scan.templates import template

if TYPE_CHECKING:
    from ndrkit.model import Finding, Report
    from ndrkit.tables import Tables

MAX_TEMPLATES = 20_000


@dataclass(slots=True)
class Seen:
    """A template of what was said: how often it came, and the first text and mail that it came from."""

    template: str
    count: int
    example: str
    source: str | None


class Templates:
    """Texts grouped by their template; beyond :data:`MAX_TEMPLATES` kinds, new ones are only counted."""

    def __init__(self) -> None:
        self.total = 0
        self._seen: dict[str, Seen] = {}

    def __len__(self) -> int:
        return len(self._seen)

    def add(self, text: str, source: str | None) -> None:
        """Count one text."""
        self.total += 1
        key = template(text)
        if key in self._seen:
            self._seen[key].count += 1
        elif len(self._seen) < MAX_TEMPLATES:
            self._seen[key] = Seen(key, 1, text, source)

    def commonest(self, most: int) -> list[Seen]:
        """Give the templates, the commonest first."""
        return sorted(self._seen.values(), key=lambda one: (-one.count, one.template))[:most]


class Coverage:
    """Counts over reports: rules by how often they fired, what no rule knows by template.

    ``by_code`` are the texts that got their reason from a code alone, ``unknown`` those that got none;
    ``silent`` counts recipients of whom nothing was said.
    """

    def __init__(self) -> None:
        self.mails = 0
        self.unread = 0
        self.findings = 0
        self.silent = 0
        self.fired: Counter[str] = Counter()
        self.by_code = Templates()
        self.unknown = Templates()

    @property
    def known(self) -> int:
        """How many recipients got a reason."""
        return self.findings - self.unknown.total - self.silent

    def add(self, report: Report) -> None:
        """Count one report."""
        self.mails += 1
        for finding in report.findings:
            self._add(finding, report.source)

    def _add(self, finding: Finding, source: str | None) -> None:
        self.findings += 1
        rules = [evidence.rule for evidence in finding.evidence]
        self.fired.update(rules)
        said = finding.delivery.diagnostic
        if finding.reason == "undetermined" and said:
            self.unknown.add(said, source)
        elif finding.reason == "undetermined":
            self.silent += 1
        elif said and all(rule.startswith("status/") for rule in rules):
            self.by_code.add(said, source)

    def never(self, tables: Tables) -> list[str]:
        """Give the names of the rules that did not fire."""
        return [rule.name for rule in tables.rules if rule.name not in self.fired]

    def to_dict(self, most: int) -> dict[str, object]:
        """Give the counts as values for JSON, with ``most`` templates of each sort."""
        return {
            "mails": self.mails,
            "unread": self.unread,
            "recipients": self.findings,
            "known": self.known,
            "fired": dict(self.commonest()),
            "by_code": [asdict(one) for one in self.by_code.commonest(most)],
            "unknown": [asdict(one) for one in self.unknown.commonest(most)],
        }

    def commonest(self) -> list[tuple[str, int]]:
        """Give the rules that fired, the commonest first."""
        return sorted(self.fired.items(), key=lambda pair: (-pair[1], pair[0]))
