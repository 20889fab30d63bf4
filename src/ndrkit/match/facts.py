"""Facts, parsed and never guessed: IP addresses (RFC 4291), domains (RFC 1035), days (RFC 5322)."""

from __future__ import annotations

import ipaddress
import re

_LIKE_V4 = re.compile(r"\d(?:\.\d{1,3}){2}\.\d")
_LIKE_V6 = re.compile(r":[0-9a-f]{0,4}:", re.IGNORECASE)
_V4 = re.compile(r"\d(?<![\d.]\d)\d{0,2}(?:\.\d{1,3}){3}(?![\d.]\d|\d)")
_V6 = re.compile(r"(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])", re.IGNORECASE)
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_CANONICAL = re.compile(rf"(?!0\.|127\.|22[4-9]\.|23[0-9]\.){_OCTET}(?:\.{_OCTET}){{3}}")
_DOMAIN = re.compile(r"(?:[\w-]{1,63}\.){1,8}[\w-]{2,24}", re.IGNORECASE)
_BLAMED = re.compile(
    r"(?:domain(?: name)?|url|helo|ehlo|mail ?from|sender(?: address)?|name=|named|host|policy (?:of|for))"
    r"[ :=]{0,2}[\[<('\"]{0,2}"
    r"(?:[^@\s<>\[\]]{1,64}@)?((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})(?![\w@-]|\.\w)"
    r"(?! ?[\[(][0-9a-f.:]{3,45}[\])])",  # with its address behind it, a host is the receiver
    re.IGNORECASE,
)
# Hosts in "host mx.example[192.0.2.1] said" are the receiver, not the one that is blamed.
_ITS_IP = r"[\[(][0-9a-f.:]{3,45}[\])](?::\d+)?(?= said| refused|:|,|$)"
_LIKE_RECEIVER = re.compile(_ITS_IP, re.IGNORECASE)
_RECEIVER = re.compile(rf"(?:host|server|remote-mta:?|relay=|from) [\w.-]{{1,255}} ?{_ITS_IP}", re.IGNORECASE)


def addresses(text: str) -> list[str]:
    """Give the IP addresses in ``text`` in order, receivers' own left out."""
    like_v6 = _LIKE_V6.search(text)
    if not (like_v6 or _LIKE_V4.search(text)):
        return []
    if _LIKE_RECEIVER.search(text):
        text = _RECEIVER.sub(" ", text)
    found = [(m.start(), m[0]) for m in _V4.finditer(text)]
    if like_v6:
        found += [(m.start(), m[0]) for m in _V6.finditer(text)]
    return [ip for _, word in sorted(found) if (ip := valid_ip(word))]


def valid_ip(word: str) -> str | None:
    """Give the address in its canonical form, or None for what is none, or none of the Internet's.

    Answers of blocklists (``127.0.0.2``) and unspecified addresses are nobody's server.
    """
    if _CANONICAL.fullmatch(word):
        return word
    try:
        ip = ipaddress.ip_address(word)
    except ValueError:
        return None
    return None if ip.is_loopback or ip.is_unspecified or ip.is_multicast else str(ip)


def blamed_domain(given: str | None, text: str, receiver: str | None = None) -> str | None:
    """Give the domain that the text is about: the rule's own find, else one named as such.

    That is not ``receiver``, the host that speaks.
    """
    named = (match[1] for match in _BLAMED.finditer(text[:4000]))
    found = given or next((name for name in named if name.lower() != (receiver or "").lower()), None)
    return found.lower().strip(".") if found and _DOMAIN.fullmatch(found.strip(".")) else None


def day(date: str | None) -> str | None:
    """Give the day (ISO 8601) of a Date field (RFC 5322, 3.3), or None for what is no date."""
    from email.utils import parsedate  # noqa: PLC0415 -- few verdicts hang on the date of the mail

    found = parsedate(date[:200]) if date else None
    return f"{found[0]:04}-{found[1]:02}-{found[2]:02}" if found else None
