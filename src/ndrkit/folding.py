"""Folds what was said into the form that the words of rules are written in.

``rules/SPEC.md`` ("What the words of a rule are compared with") is the contract. A folded text
remembers where each of its characters stood, so that evidence can be cut out of the original.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Blanks that are not one plain space, together with the repeated prefix of a multi-line reply behind
# them (RFC 5321, 4.2.1): "550-5.7.26 " in mid-sentence, as some servers print after joining lines.
_PREFIX = (
    r"\s+(?:<<<\s+)?(?:\d{3}-(?:[245]\.\d{1,3}\.\d{1,3}(?=\s))?\s*"
    r"|(?P<last>\d{3})\s[245]\.\d{1,3}\.\d{1,3}\s+)"
)
_FOLD = re.compile(rf"(?=\s[\s\d<]|[^\S ])(?:(?P<prefix>{_PREFIX})|\s\s+|[^\S ])")
_LOCAL = r"\w.!#$%&'*+/=?^{|}~-"
_ADDRESS = re.compile(rf"(?<![{_LOCAL}])[{_LOCAL}]{{1,64}}+@[\w-]{{1,63}}+(?:\.[\w-]{{1,63}}+){{0,8}}+")
_MAX_LOCAL = 64
_QUOTES = str.maketrans("‘’‚“”„`´\u00a0", "'''\"\"\"'' ")


class Folded:
    """A folded text and the way back: :meth:`source` maps its offsets to those of the original."""

    __slots__ = ("_begin", "_folded_at", "_source_at", "original", "text")

    def __init__(self, source: str, start: int = 0, end: int | None = None) -> None:
        piece = spaced(source[start : len(source) if end is None else end])
        if "`" in piece or not piece.isascii():
            piece = piece.translate(_QUOTES)
        low = lower(piece)
        out: list[str] = []
        at = len(low) - len(low.lstrip())
        length = 0
        folded_at, source_at = [0], [at]
        for begin, stop, sign in _cuts(low, at):
            out += (low[at:begin], sign)
            length += begin - at
            folded_at += (length, length + 1)
            source_at += (begin, stop)
            length += 1
            at = stop
        out.append(low[at:])
        self.text = "".join(out).rstrip()
        self.original = source
        self._begin = start
        self._folded_at = folded_at
        self._source_at = source_at

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Give the range of the original that the folded range ``start`` to ``end`` came from."""
        return self._place(start), self._place(end - 1, behind=True) if end > start else start

    def _place(self, offset: int, behind: bool = False) -> int:
        index = bisect_right(self._folded_at, offset) - 1
        at = self._source_at[index] + offset - self._folded_at[index]
        if not behind:
            return self._begin + at
        replaced = index + 1 < len(self._folded_at) and self._folded_at[index + 1] == offset + 1
        after = self._source_at[index + 1] if replaced else at + 1
        return self._begin + after


def _cuts(low: str, at: int) -> list[tuple[int, int, str]]:
    """Give what becomes one character: (begin, end, that character), in order and apart."""
    cuts = [(begin, stop, "@") for begin, stop in _addresses(low, at)] if "@" in low else []
    for match in _FOLD.finditer(low, at):
        last = match["last"]
        if not last or f"{last}-" in low:
            cuts.append((*match.span(), " "))
    if len(cuts) > 1:
        cuts.sort()
        cuts = [cuts[0], *(cut for before, cut in pairwise(cuts) if cut[0] >= before[1])]
    return cuts


def _addresses(low: str, at: int) -> Iterator[tuple[int, int]]:
    """Find the addresses: looking back from each ``@`` is much quicker than trying at every word."""
    sign = low.find("@", at)
    while sign >= 0:
        match = _ADDRESS.search(low, max(at, sign - _MAX_LOCAL), sign + 640)
        if match:
            at = match.end()
            yield match.span()
        sign = low.find("@", max(at, sign + 1))


def spaced(text: str) -> str:
    """Give the blanks back that qmail's log writes as underlines (``Remote_host_said:_550_``)."""
    in_log = text.count("_") >= 4 and len(text) >= 40 and " " not in text.strip()
    return text.replace("_", " ") if in_log else text


def lower(text: str) -> str:
    """Give ``text`` in lower case, character by character: offsets stay what they are."""
    low = text.lower()
    if len(low) != len(text):  # a few letters (such as Turkish dotted I) grow
        low = "".join(c if len(c.lower()) != 1 else c.lower() for c in text)
    return low


def fold(text: str) -> str:
    """Fold ``text`` and forget where it came from."""
    return Folded(text).text
