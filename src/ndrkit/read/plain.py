"""Takes away what pages, chats and mail programs put around pasted words: quoting, HTML, Markdown, links."""

from __future__ import annotations

import html
import re

_QUOTE = re.compile(r"^[ \t]{0,8}(?:[>|][ \t]?){1,8}", re.MULTILINE)
_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_ANCHOR = re.compile(r"</?a(?: [^<>]{1,600})?>", re.IGNORECASE)
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")
_LINK = re.compile(r"\[(<?[^\s\[\]<>]{1,320}>?)\]\((?:mailto:|https?://)[^\s()]{1,600}\)")
_TWICE = re.compile(r"(?<![^\s<])([^\s<>@]{1,64}@[^\s<>@]{1,255})<mailto:[^\s<>]{1,320}>")
_EMPHASIS = re.compile(r"(?<![\w*`])(\*\*|`)(?![\s*`])([^*`\n]{1,400}(?<!\s))\1(?![\w*`])")
_ESCAPED = re.compile(r"\\([<>*_\[\]`])")
_DIALOG = re.compile(
    r"^(?:\S{1,3} ?)?354[ -][^\n]*\n(?P<message>(?:(?!\.\s*$)[^\n]*\n){1,200})\.\s*$", re.MULTILINE
)


def plain(text: str) -> str:
    """Give pasted words as a mail server printed them; line ends are LF."""
    if "&" in text or "<br" in text:  # copied out of a page's source
        text = html.unescape(_BREAK.sub("\n", text))
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    if "<a " in text:
        text = _ANCHOR.sub("", text)
    if "<mailto:" in text:
        text = _TWICE.sub(r"\1", text)
    if "**" in text or "`" in text:
        text = _EMPHASIS.sub(r"\2", text)
    if len(_QUOTE.findall(text)) * 2 > text.count("\n"):
        text = _QUOTE.sub("", text)
    return text


def without_message(text: str) -> str:
    """Take the message out of a dialog (RFC 5321, 3.3): it stands between 354 and a lone dot."""
    return _DIALOG.sub(lambda match: match[0][: match.start("message") - match.start()], text)
