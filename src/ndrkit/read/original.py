"""What the bounce tells of the mail that came back: fields of its header, decoded."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from ndrkit.message.bounds import note
from ndrkit.message.decode import header_text
from ndrkit.message.mime import Part, head_at
from ndrkit.model import Original
from ndrkit.read import address

if TYPE_CHECKING:
    from ndrkit.message.view import MailView

_UNQUOTE = re.compile(r"^[ \t]{0,8}(?:[>|][ \t]?)?", re.MULTILINE)
_COMPLAINER = re.compile(r"^original-rcpt-to[ \t]*:[ \t]*(.{3,320})$", re.IGNORECASE | re.MULTILINE)
MAX_BEHIND = 65_536
MAX_ADDRESSEES = 50


def read_original(view: MailView, notice: str, limit: int) -> Original:
    """Read the returned header from its own part, else from behind the notice's words."""
    notes: list[str] = []
    return _of(view.returned(notes) or _behind(notice, limit), notes)


def original_behind(notice: str, limit: int) -> Original:
    """Read the returned header from behind the words of a notice that is no mail."""
    return _of(_behind(notice, limit), [])


def complained_about(view: MailView) -> Original:
    """Read the returned header of a complaint; who it was sent to stands in the report (RFC 5965, 3.2)."""
    original = read_original(view, "", 0)
    text = next((view.text(part) for part in view.parts if part.type == "message/feedback-report"), "")
    named = tuple(address.every(" ".join(_COMPLAINER.findall(text))))[:MAX_ADDRESSEES]
    original.to = named or original.to
    return original


def _of(part: Part | None, notes: list[str]) -> Original:
    if part is None:
        return Original(notes=tuple(notes))
    line = partial(_line, part, notes)
    to = tuple(address.every(line(b"to") or ""))
    if len(to) > MAX_ADDRESSEES:
        note(f"only the first {MAX_ADDRESSEES} addressees of the returned mail were read", notes)
    author = line(b"from")
    return Original(
        message_id=line(b"message-id"),
        from_=address.first(author) or author,
        to=to[:MAX_ADDRESSEES],
        subject=line(b"subject"),
        date=line(b"date"),
        list_id=line(b"list-id"),
        more=partial(_values, part),
        notes=tuple(notes),
    )


def _behind(notice: str, limit: int) -> Part | None:
    text = notice[limit : limit + MAX_BEHIND]
    if not text:
        return None
    data = _UNQUOTE.sub(_dedent, text).lstrip("\n").encode("utf-8", "replace")
    at = re.search(
        rb"^(?:Received|Return-Path|Message-ID|From|To|Subject|Date|MIME-Version)[ \t]*:",
        data,
        re.I | re.M,
    )
    if at is None:
        return None
    return head_at(data, at.start(), len(data))


def _dedent(match: re.Match[str]) -> str:
    """Take quoting away, but keep the fold of a field's next line."""
    return "" if any(c in match[0] for c in ">|") else match[0]


def _values(part: Part, name: str) -> tuple[str, ...]:
    found = part.headers(name.lower().encode("ascii", "ignore"))
    return tuple(text for value in found if (text := header_text(value, [])))


def _line(part: Part, notes: list[str], name: bytes) -> str | None:
    return header_text(part.header(name), notes) or None
