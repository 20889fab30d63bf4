"""Masks what changes from mail to mail in what servers say, so that the same words come together."""

from __future__ import annotations

import ipaddress
import re

from ndrkit.folding import fold

MAX_TEXT = 600
MAX_TEMPLATE = 200
MAX_WORDS = 60
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},? )?"
_CODE = r"(?:^|(?<=[:;])|(?<=[:;] ))[245]\d\d(?=[ -]|$)|(?<![\w.])[245]\.\d{1,3}\.\d{1,3}(?![\w.])"
_IPV6 = r"(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])"
_MASKS = {
    "": _CODE,
    "<url>": r"https?://\S+",
    "<date>": rf"\b{_DAY}(?:\d{{1,2}} {_MONTH}|{_MONTH} \d{{1,2}})\b(?:,? \d{{4}}\b)?|\b\d{{4}}-\d\d-\d\d\b",
    "<time>": r"(?<![\w:])\d{1,2}:\d\d(?::\d\d)?(?: ?[ap]m\b)?(?: [+-]\d{4}\b)?(?![\w:])",
    "<ip>": rf"\b(?:\d{{1,3}}\.){{3}}\d{{1,3}}\b|{_IPV6}",
    "<host>": r"\b(?=\w)(?:[\w-]{1,63}\.){1,9}[a-z]{2,24}\b",
    "<id>": r"\b(?=[\w-]{0,60}\d)[\w-]{5,}\b",
    "<n>": r"\b\d+\b",
}
_NAMES = tuple(_MASKS)
_CHANGING = re.compile("|".join(f"({pattern})" for pattern in _MASKS.values()))
_BETWEEN = re.compile(rf"<[a-z]+>|@|{_CODE}")
_EXAMPLES = (
    (re.compile(r"https?://[^\s<>\"']+"), "https://www.example.com/"),
    (re.compile(r"[\w.+-]{1,64}@[\w.-]{1,255}"), "user@example.com"),
    (re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b"), "192.0.2.7"),
    (
        re.compile(r"(?<![\w.@/-])(?!www\.example\.com)(?:[\w-]{1,63}\.){1,9}[A-Za-z]{2,24}(?![\w-])"),
        "mx.example.com",
    ),
)


def template(text: str) -> str:
    """Give what was said, folded, with a mask for each part that changes; codes stay."""
    masked = _CHANGING.sub(_mask, fold(text[:MAX_TEXT]))
    return masked if len(masked) <= MAX_TEMPLATE else _cut(masked, MAX_TEMPLATE) + " …"


def words(text: str) -> str:
    """Give the longest stretch behind the last code that holds nothing that changes: a rule's words."""
    masked = template(text)
    code = max((match.end() for match in re.finditer(_CODE, masked)), default=0)
    found = (piece.strip(" :;,.-…\"'()[]<>") for piece in _BETWEEN.split(masked[code:]))
    return _cut(max(found, key=len), MAX_WORDS)


def example(text: str) -> str:
    """Give the text with addresses, hosts and IPs for documentation in the place of the real ones."""
    for pattern, instead in _EXAMPLES:
        text = pattern.sub(instead, text)
    return re.sub(_IPV6, _documented, text, flags=re.IGNORECASE)


def _mask(match: re.Match[str]) -> str:
    return _NAMES[(match.lastindex or 1) - 1] or match[0]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most + 1].rpartition(" ")[0] or text[:most]


def _documented(match: re.Match[str]) -> str:
    try:
        ipaddress.ip_address(match[0])
    except ValueError:
        return match[0]
    return "2001:db8::7"
