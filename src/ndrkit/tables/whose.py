"""Whose the addresses in a reply are: the table ``rules/recipients.yaml``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ndrkit.tables.folder import Documents

MANY = 20  # a text with more addresses is a list
_SIGNS = re.compile(r"[\s<>()\[\]{}\"':]{0,9}(?:\.{3})?\s{0,9}")  # between an address and what is said of it
# What a reply begins with (RFC 5321, 4.2; RFC 3463, 2), at the end of what stands before an address.
_BEGIN = re.compile(r"(?:^|(?<![\d.])[245]\d\d[ -])(?:[245]\.\d{1,3}\.\d{1,3} )?[\s<]{0,9}$")


class Whose:
    """Tells whether an address in a reply is the recipient's."""

    def __init__(self, row: dict[str, Any]) -> None:
        self._within = int(row["within"])
        self._recipient = tuple(row["recipient"])
        self._before = tuple(row["before"])
        self._behind = tuple(row["behind"])
        self._names = frozenset(row["names"])

    def recipient(self, low: str, names: Sequence[str]) -> str | None:
        """Give the one of ``names``, addresses that stand in ``low`` (lower case), that is the recipient's.

        None where it is nobody's, or may be that of several.
        """
        mine = [name for name in names if self._is_recipient(low, name.lower())] if len(names) <= MANY else []
        return mine[0] if len(mine) == 1 else None

    def _is_recipient(self, low: str, name: str) -> bool:
        at = max(low.find(name), 0)
        if self._is_senders(low, at + len(name)):
            return False
        begin = max(at - self._within, 0)
        if _BEGIN.search(low, begin, at):
            return True
        before = low[begin:at].rpartition("@")[2]  # words in front of the address before it are about that
        named, other = (_last(words, before) for words in (self._recipient, self._before))
        if named >= 0 or other >= 0:
            return named > other
        return name.rpartition("@")[0] not in self._names

    def _is_senders(self, low: str, end: int) -> bool:
        """Tell whether what stands behind an address says that somebody else has it."""
        signs = _SIGNS.match(low, end)
        return low.startswith(self._behind, signs.end() if signs else end)


def _last(words: Sequence[str], text: str) -> int:
    """Give where the last of the words in a text begins; -1 for none."""
    return max(text.rfind(word) for word in words)


def whose(documents: Documents) -> Whose:
    """Give the table of whose an address is."""
    return Whose(documents["recipients"][""])
