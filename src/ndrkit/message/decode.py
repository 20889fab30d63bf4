"""Decodes what is asked for: transfer encodings, header words, HTML. Never raises."""

from __future__ import annotations

import binascii
import html
import re
import string
from urllib.parse import unquote_to_bytes

from ndrkit.folding import lower
from ndrkit.message.bounds import cut
from ndrkit.message.charset import decode

MAX_VALUE = 65_536
_ENCODED_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?\s]{0,2000})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,40}\?[bBqQ]\?)")
_NOT_BASE64 = bytes(set(range(256)) - set(string.ascii_letters.encode() + string.digits.encode() + b"+/"))
_DROPPED = (("<style", "</style>"), ("<script", "</script>"), ("<head", "</head>"), ("<!--", "-->"))
_ENCODINGS = (b"base64", b"quoted-printable")
_BREAK = re.compile(
    r"(?:br|/?p|/?div|/?tr|/?table|/?h[1-6]|/?ul|/?ol|li|/?pre|hr|/?blockquote)\b.*", re.I | re.S
)
_TAG = re.compile(r"<(/?[A-Za-z!][^<>]*)>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_BLANK = " \t"


def is_encoded(encoding: bytes | None) -> bool:
    """Tell whether a Content-Transfer-Encoding changes anything (RFC 2045, 6)."""
    return encoding is not None and encoding.strip().lower() in _ENCODINGS


def transfer(data: bytes, encoding: bytes | None) -> bytes:
    """Undo a Content-Transfer-Encoding (RFC 2045, 6); broken input gives what can be had of it."""
    name = (encoding or b"").strip().lower()
    if name == b"base64":
        return from_base64(data)
    if name == b"quoted-printable":
        return binascii.a2b_qp(data)
    return data


def from_base64(data: bytes) -> bytes:
    """Decode base64 with whatever stands between; text that is no base64 comes back as it is."""
    clean = data.split(b"=\n\n", 1)[0].translate(None, _NOT_BASE64)
    clean = clean[: len(clean) // 4 * 4 + (len(clean) % 4 > 1) * (len(clean) % 4)]
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def text_of(data: bytes, encoding: bytes | None, label: str | None, html_form: bool) -> str:
    """Give the text of a part's content."""
    text = decode(transfer(data, encoding) if encoding else data, label)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        text = text.replace("\0", " ")
    return from_html(text) if html_form else text


def from_html(text: str) -> str:
    """Give the words of HTML: block elements become line breaks, the rest of the tags vanish."""
    words = _without_dropped(text).replace("\t", " ").replace("\n", " ").split(" ")
    pieces = _TAG.split(" ".join(filter(None, words)))
    tags = pieces[1::2]
    breaks = {tag for tag in set(tags) if _BREAK.fullmatch(tag)}
    pieces[1::2] = ["\n" if tag in breaks else "" for tag in tags]
    return _fold_lines(html.unescape("".join(pieces)).replace("\xa0", " "))


def _fold_lines(text: str) -> str:
    """Take away the blanks around line breaks, and all empty lines but one."""
    lines: list[str] = []
    for line in text.split("\n"):
        words = line.strip(_BLANK)
        if words or (lines and lines[-1]):
            lines.append(words)
    return "\n".join(lines).strip()


def _without_dropped(text: str) -> str:
    """Take out what is not shown: style, script, head and comments."""
    low = lower(text)
    for opening, closing in _DROPPED:
        if opening in low:
            text = _drop(text, low, opening, closing)
            low = lower(text)
    return text


def _drop(text: str, low: str, opening: str, closing: str) -> str:
    """Take out everything between the two, each pair once; an unclosed one stays."""
    at = 0
    out: list[str] = []
    while (begin := low.find(opening, at)) >= 0:
        end = low.find(closing, begin)
        if end < 0:
            break
        out += (text[at:begin], " ")
        at = end + len(closing)
    return "".join(out) + text[at:]


def header_text(value: bytes | None, notes: list[str]) -> str | None:
    """Decode a header value: RFC 2047 encoded words, raw 8-bit; control characters become blanks."""
    if value is None:
        return None
    if value.isascii() and len(value) <= MAX_VALUE and b"=?" not in value:
        text = value.decode("ascii")
        if text.isprintable():  # as nearly every field is
            return text.strip()
    text = decode(cut(value, MAX_VALUE, "a header field", notes))
    if "=?" in text:
        text = encoded_words(text)
    return text.strip() if text.isprintable() else _CONTROL.sub(" ", text).strip()


def encoded_words(text: str) -> str:
    """Decode RFC 2047 encoded words wherever they stand; some servers put them into Diagnostic-Code."""
    return _ENCODED_WORD.sub(_word, _BETWEEN_WORDS.sub(r"\1", text))


def _word(match: re.Match[str]) -> str:
    label, how, payload = match.groups()
    raw = payload.encode("utf-8", "replace")
    if how in "bB":
        return decode(from_base64(raw), label)
    return decode(unquote_to_bytes(raw.replace(b"_", b" ").replace(b"%", b"%25").replace(b"=", b"%")), label)
