"""Fills the facts of a finding into a text of ``rules/texts`` (``rules/SPEC.md`` tells the form).

A piece in double square brackets vanishes when a fact in it is missing. Facts come from mail, so
only those that look like what they are get into prose: an address, a host, an IP, a number.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACEHOLDERS = frozenset(
    (
        "recipient",
        "recipient_domain",
        "ip",
        "domain",
        "blocklist",
        "removal",
        "remote_mta",
        "remote_ip",
        "reporting_mta",
        "provider",
        "status",
        "reply_code",
        "limit",
        "retry_after",
        "retry_until",
    )
)
# Our own words may hold anything. Words from a mail stand in commands that people copy into a shell,
# so only what is a host, an address, a code or a size gets in: nothing that a shell or a page obeys.
OWN = frozenset(("blocklist", "removal", "provider", "retry_after", "retry_until"))
_SAFE = re.compile(r"[\w][\w.:-]{0,253}")
_SAFE_FORMS = {
    "recipient": re.compile(r"[\w.+=-]{1,64}@[\w.-]{1,253}"),
    "limit": re.compile(r"[\d.,]{1,15}(?: ?(?:[kKMG]i?)?(?:B|bytes?))?"),
}
_PIECE = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_BLANKS = re.compile(r"[ \t\r\n]+")  # no-break spaces, which French asks for, stay
_NAME = re.compile(r"\{(\w+)\}")


class _Piece(NamedTuple):
    """A piece of a text: the facts that it needs, and its words, of which every second is such a fact."""

    names: frozenset[str]
    words: tuple[str, ...]


def fill(text: str, facts: Mapping[str, str | None]) -> str:
    """Give ``text`` with the facts filled in, and without the pieces that lack one."""
    filled = "".join([_filled(piece, facts) for piece in _pieces(text)])
    return (_BLANKS.sub(" ", filled) if "  " in filled else filled).strip()


@lru_cache(maxsize=4_096)
def _pieces(text: str) -> tuple[_Piece, ...]:
    """Take a text of the tables apart: they are few, and come again in every advice."""
    found = []
    for place, piece in enumerate(_PIECE.split(_BLANKS.sub(" ", text))):
        words = tuple(_NAME.split(piece)) if place % 2 else (piece,)
        found.append(_Piece(frozenset(words[1::2]), words))
    return tuple(found)


def _filled(piece: _Piece, facts: Mapping[str, str | None]) -> str:
    if not piece.names:
        return piece.words[0]
    for name in piece.names:
        value = facts.get(name)
        if not value or not (name in OWN or _safe(name, value)):
            return ""
    return "".join([(facts[word] or "") if place % 2 else word for place, word in enumerate(piece.words)])


def _safe(name: str, value: str) -> bool:
    return _SAFE_FORMS.get(name, _SAFE).fullmatch(value) is not None


def faults(text: str) -> list[str]:
    """Name what is wrong with the placeholders of a text (for the checker of the tables)."""
    outside = _NAME.findall(_PIECE.sub("", text))
    out = [f"the fact {{{name}}} must stand inside [[ ]]" for name in outside]
    out += [
        f"unknown fact {{{name}}}: there are {', '.join(sorted(PLACEHOLDERS))}"
        for name in _NAME.findall(text)
        if name not in PLACEHOLDERS
    ]
    if text.count("[[") != text.count("]]"):
        out.append("[[ and ]] do not pair")
    if re.search(r"https?://", text):
        out.append("no URL in a text: links go through links.yaml")
    return out
