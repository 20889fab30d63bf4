"""Times to wait that servers name in their replies: the table ``rules/times.yaml`` as one expression."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ndrkit.tables.folder import Documents

LONGEST = 7 * 86_400
_LONG_WORD = 4
_TOGETHER = 6  # characters between two amounts that belong together ("1 hour and 30 minutes")


class Amount(NamedTuple):
    """A stretch of time in a text: its seconds and where it stands."""

    seconds: int
    start: int
    end: int


class Times:
    """Finds how long to wait, in folded text."""

    def __init__(self, row: dict[str, Any]) -> None:
        self._seconds = {word: int(unit["seconds"]) for unit in row["units"] for word in unit["words"]}
        words = sorted(self._seconds, key=len, reverse=True)
        ones = "|".join(map(re.escape, row.get("ones", ())))
        self._amount = re.compile(
            rf"(?<![a-z0-9_.:])(?:(?P<number>\d{{1,6}})\s{{0,2}}|(?P<one>{ones})(?:\s{{1,2}}|(?<=[\u4e00-\u9fff])))"
            rf"(?P<unit>{'|'.join(map(_word, words))})"
            r"|(?<![\d:])(?P<clock>\d{1,2}:\d\d:\d\d)(?![\d:])"
        )
        self._again = re.compile("|".join(map(re.escape, row["again"])))
        self._within = int(row["within"])

    def wait(self, text: str) -> int | None:
        """Give the seconds to wait that ``text`` (folded) states, at most a week; None when it does not."""
        around = [match.span() for match in self._again.finditer(text)]
        if not around:
            return None
        amounts = [self._read(match) for match in self._amount.finditer(text)]
        for place, first in enumerate(amounts):
            if any(
                first.start - end <= self._within and begin - first.end <= self._within
                for begin, end in around
            ):
                total, end = first.seconds, first.end
                for more in amounts[place + 1 :]:
                    if more.start - end > _TOGETHER:
                        break
                    total, end = total + more.seconds, more.end
                return total if 0 < total <= LONGEST else None
        return None

    def _read(self, match: re.Match[str]) -> Amount:
        if clock := match["clock"]:
            hours, minutes, seconds = map(int, clock.split(":"))
            return Amount(hours * 3600 + minutes * 60 + seconds, *match.span())
        return Amount(int(match["number"] or 1) * self._seconds[match["unit"]], *match.span())


def _word(word: str) -> str:
    """A short Latin word stands alone; a longer one may go on (``минут`` finds ``минуты``)."""
    alone = word.isascii() and len(word) <= _LONG_WORD
    return re.escape(word) + (r"(?![^\W\d_])" if alone else "")


def times(documents: Documents) -> Times:
    """Give the table of times."""
    return Times(documents["times"][""])
