"""Whose mail a bounce is about: ours, or one that only claims to be (``docs/security.md``).

Header fields can be forged, all of them. So "yes" means that the returned mail bears our marks, and "no"
that it names us as its sender but did not come through our servers. Who wants proof gives ``is_ours``
and looks into his own log.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ndrkit.model import Original

_HOP = re.compile(r"(?:^|\s)(?:from|by)\s+([^\s;()]{1,255}(?:\s*\([^()]{0,512}\))?)", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s\[\]()<>;,]+")


class Own(NamedTuple):
    """What is ours: host names and addresses, domains with all below them, and a function that knows."""

    hosts: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    is_ours: Callable[[Original], bool | None] | None = None

    def __bool__(self) -> bool:
        """Tell whether anything is known of us."""
        return bool(self.hosts or self.domains or self.is_ours)

    def has(self, host: str) -> bool:
        """Tell whether a host or domain name is one of ours."""
        labels = host.lower().strip(".").split(".")[-20:]
        return ".".join(labels) in self.hosts or any(
            ".".join(labels[at:]) in self.domains for at in range(len(labels))
        )


def names(given: str | Iterable[str]) -> frozenset[str]:
    """Give host or domain names in the form that they are compared in."""
    several = [given] if isinstance(given, str) else given
    return frozenset(name.lower().strip(" .@[]") for name in several)


def genuine(read_original: Callable[[], Original], own: Own) -> str:
    """Tell whether the returned mail is one that we sent: ``yes``, ``no`` or ``unknown``."""
    if not own:
        return "unknown"
    original = read_original()
    if original.more is None:  # no header came back
        return "unknown"
    known = own.is_ours(original) if own.is_ours else None
    if known is not None:
        return "yes" if known else "no"
    return _by_marks(original, own) if own.hosts or own.domains else "unknown"


def _by_marks(original: Original, own: Own) -> str:
    """Weigh the marks: the way that the mail took counts most, for a sender is what forgers forge first."""
    came = original.fields("received")
    if any(own.has(host) for one in came for host in hosts_of(one)):
        return "yes"
    path = next(iter(original.fields("return-path")), "")
    marked = own.has(_domain(original.message_id)) or (_is_tagged(path) and own.has(_domain(path)))
    if not came:  # a header cut short, or one that never left: nothing speaks against us
        return "yes" if marked else "unknown"
    claimed = own.has(_domain(original.from_)) or own.has(_domain(path))
    return "no" if claimed and not marked else "unknown"


def hosts_of(received: str) -> Iterator[str]:
    """Yield the hosts and addresses that a Received field tells the mail went through (RFC 5321, 4.4)."""
    for hop in _HOP.finditer(received[:2_000].partition(";")[0]):
        yield from (word for word in _BETWEEN.split(hop[1]) if "@" not in word and "=" not in word)


def _domain(address: str | None) -> str:
    """Give what stands behind the last ``@`` of an address or a Message-ID."""
    return (address or "").rpartition("@")[2].strip(" <>")


def _is_tagged(address: str) -> bool:
    """Tell whether a return path is made for one mail: VERP, BATV and SRS all set ``=`` before the ``@``."""
    return "=" in address.rpartition("@")[0]
