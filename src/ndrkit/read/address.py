"""Addresses as notices print them: RFC 3464 address fields, RFC 6533 encodings, free text."""

from __future__ import annotations

import re

import regex

from ndrkit.tables.formats import ADDRESS

MAX_TEXT = 65_536
_ADDRESS = regex.compile(ADDRESS)
# An address as nearly all are, which nothing sticks to: its name holds no sign but these.
_PLAIN = r"[A-Za-z0-9_+-][A-Za-z0-9_.+-]{0,63}@[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){0,10}"
_PLAIN_FIELD = re.compile(rf"(?:(?i:rfc822);[ ]?)?<?({_PLAIN})>?")
# Scripts without blanks between words: 您发送给bob@example.com的邮件. A name is in one script, so is a label.
_IDEOGRAPHS = "\u2e80-\uffef"
_GLUED_BEFORE = re.compile(rf"^[^\"].*[{_IDEOGRAPHS}](?=[!-~]+$)", re.DOTALL)
_GLUED_BEHIND = re.compile(rf"(?<=[0-9A-Za-z])[{_IDEOGRAPHS}].*", re.DOTALL)
_KEY = re.compile(r"(?:from|to|orig_to|sender|recipient|rcpt|user|email|mail)=(?=[^=])", re.IGNORECASE)
_XTEXT = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
_VERP = re.compile(
    r"(?:\+|-return-\d{1,10}-)(?P<local>[^+=@\s]{1,64})=(?P<domain>[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})$"
)
_TYPED = re.compile(r"\s*([\w-]{1,30})\s*;\s*(.*)", re.DOTALL)


def first(text: str | None) -> str | None:
    """Give the first address in ``text``, or None."""
    match = _ADDRESS.search(text[:4000]) if text else None
    return tidy(match[0]) if match else None


def every(text: str) -> list[str]:
    """Give all addresses in ``text``, each once, in order."""
    return list(dict.fromkeys(filter(None, (tidy(m[0]) for m in _ADDRESS.finditer(text[:MAX_TEXT])))))


def tidy(address: str) -> str | None:
    """Strip what sticks to a printed address; None when nothing sensible is left."""
    address = address.strip().strip("<>\"'.,;:()[]").strip()
    local, _, domain = address.rpartition("@")
    if "=" in local:  # from=alice@example.org: the name of a field in a log
        local = _KEY.sub("", local, count=1) if _KEY.match(local) else local
    if not address.isascii():
        local, domain = _GLUED_BEFORE.sub("", local), _GLUED_BEHIND.sub("", domain)
    if not (local and domain) or local.startswith("//"):  # a URL
        return None
    local, domain = local.removeprefix("'"), domain.rstrip(".")
    return f"{local}@{domain}"


def of_field(value: str) -> str | None:
    """Read an address field of a delivery-status part (``rfc822; <user@example.com>``).

    RFC 6533 ``utf-8`` addresses come back decoded. Addresses of other systems (X.400) give None
    unless an Internet address stands in them; a bare local part comes back as it is.
    """
    plain = _PLAIN_FIELD.fullmatch(value)
    if plain:
        return plain[1]
    match = _TYPED.match(value)
    kind, text = (match[1].lower(), match[2]) if match else ("", value)
    if kind == "utf-8" or "\\x{" in text:
        text = _XTEXT.sub(_character, text)
    text = text.split("\n", 1)[0].strip()
    found = first(text)
    if found:
        return found
    bare = text.strip("<>()\"' ")
    if kind in ("x400", "x.400") or not bare or any(c in bare for c in " =/;@"):
        return None
    return bare


def of_verp(address: str) -> str | None:
    """Give the recipient that a return path was made for (VERP), or None.

    ``list-bounces+bob=example.org@lists.example.net`` was made for ``bob@example.org``; so was ezmlm's
    ``list-return-12-bob=example.org@…``. Forms that leave open where the local part begins give None.
    """
    match = _VERP.search(address.rpartition("@")[0])
    return tidy(f"{match['local']}@{match['domain']}") if match else None


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return chr(code) if 0x20 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
