"""Folds what was said into the form that the words of rules are written in.

``rules/SPEC.md`` ("What the words of a rule are compared with") is the contract. A folded text
remembers where each of its characters stood, so that evidence can be cut out of the original.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise

# Blanks that are not one plain space, together with the repeated prefix of a multi-line reply behind
# them (RFC 5321, 4.2.1): "550-5.7.26 " in mid-sentence, as some servers print after joining lines.
_PREFIX = (
    r"\s*(?:<<<\s+)?(?:\d{3}-(?:[245]\.\d{1,3}\.\d{1,3}(?=\s))?\s*"
    r"|(?P<last>\d{3})\s[245]\.\d{1,3}\.\d{1,3}\s+)"
)
_FOLD = re.compile(rf"\s(?:(?=[\s\d<])(?:{_PREFIX}|\s+)|(?<! ))")
_REPEATED = re.compile(r"\d{3}-")  # without it there is no such prefix
_SIGNS = r".!#$%&'*+/=?^{|}~-"
_LETTERS = r"0-9A-Za-z_\u00c0-\u024f\u0370-\u1fff"  # of scripts that put blanks between words


def _address(letters: str) -> re.Pattern[str]:
    local, label = f"[{letters}{_SIGNS}]", f"[{letters}-]"
    return re.compile(rf"(?<!{local}){local}{{1,64}}+@{label}{{1,63}}+(?:\.{label}{{1,63}}+){{0,8}}")


_ADDRESS, _ANY_ADDRESS = _address(_LETTERS), _address(r"\w")
_MAX_LOCAL = 64
_QUOTES = str.maketrans("‘’‚“”„`´\u00a0", "'''\"\"\"'' ")
_QUOTE = re.compile("[‘’‚“”„`´\u00a0]")

Cut = tuple[int, int, str]  # what becomes one character: begin and end, and that character


class Folded:
    """A folded text and the way back: :meth:`source` maps its offsets to those of the original."""

    __slots__ = ("_at", "_begin", "_cuts", "_places", "original", "text")

    def __init__(self, source: str, start: int = 0, end: int | None = None) -> None:
        piece = spaced(source[start : len(source) if end is None else end])
        if "`" in piece or (not piece.isascii() and _QUOTE.search(piece)):
            piece = piece.translate(_QUOTES)
        low = lower(piece)
        at = len(low) - len(low.lstrip())
        self.original = source
        self._begin = start
        self._at = at
        self._cuts = _cuts(low, at)
        self._places: tuple[list[int], list[int]] | None = None
        self.text = _without(self._cuts, low, at) if self._cuts else low.strip()

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Give the range of the original that the folded range ``start`` to ``end`` came from."""
        return self._place(start), self._place(end - 1, behind=True) if end > start else start

    def _place(self, offset: int, behind: bool = False) -> int:
        folded_at, source_at = self._places = self._places or self._count()
        index = bisect_right(folded_at, offset) - 1
        at = source_at[index] + offset - folded_at[index]
        if not behind:
            return self._begin + at
        replaced = index + 1 < len(folded_at) and folded_at[index + 1] == offset + 1
        after = source_at[index + 1] if replaced else at + 1
        return self._begin + after

    def _count(self) -> tuple[list[int], list[int]]:
        """Give the folded offsets where a stretch or a cut begins, and where each begins in the source."""
        folded_at, source_at = [0], [self._at]
        for begin, stop, _ in self._cuts:
            length = folded_at[-1] + begin - source_at[-1]
            folded_at += (length, length + 1)
            source_at += (begin, stop)
        return folded_at, source_at


def _cuts(low: str, at: int) -> list[Cut]:
    """Give what becomes one character, in order and apart."""
    addresses = _addresses(low, at) if "@" in low else []
    folds = _folds(low, at) if _may_fold(low) else []
    if not (addresses and folds):
        return addresses or folds
    cuts = sorted(addresses + folds)
    return [cuts[0], *(cut for before, cut in pairwise(cuts) if cut[0] >= before[1])]


def _without(cuts: list[Cut], low: str, at: int) -> str:
    """Give the text with one character for each cut."""
    out: list[str] = []
    for begin, stop, sign in cuts:
        out += (low[at:begin], sign)
        at = stop
    out.append(low[at:])
    return "".join(out).rstrip()


def _may_fold(low: str) -> bool:
    """Tell whether there may be other blanks than single spaces (which alone are printable), or prefixes."""
    return not low.isprintable() or "  " in low or ("-" in low and _REPEATED.search(low) is not None)


def _folds(low: str, at: int) -> list[Cut]:
    """Find the blanks that become one space, with the repeated prefixes of a reply behind them."""
    cuts: list[Cut] = []
    for match in _FOLD.finditer(low, at):
        last = match["last"]
        if not last or f"{last}-" in low:
            cuts.append((*match.span(), " "))
    return cuts


def _addresses(low: str, at: int) -> list[Cut]:
    """Find the addresses: looking back from each ``@`` is much quicker than trying at every word."""
    found: list[Cut] = []
    sign = low.find("@", at)
    while sign >= 0:
        begin = max(at, sign - _MAX_LOCAL)
        begin, end = max(begin, low.rfind(" ", begin, sign) + 1), sign + 640
        match = _ADDRESS.search(low, begin, end)
        if not (match and match.start() < sign) and not low.isascii():
            match = _ANY_ADDRESS.search(low, begin, end)
        if match:
            at = match.end()
            found.append((match.start(), at, "@"))
        sign = low.find("@", max(at, sign + 1))
    return found


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


def one_line(text: str) -> str:
    """Give ``text`` in one line, with one blank for each stretch of them."""
    return " ".join(text.split())
