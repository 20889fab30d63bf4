"""Finds the parts of a mail by offsets (RFC 5322, RFC 2045/2046); decodes nothing.

Bounds: nesting, number of parts and size of a header block are capped, so hostile mail costs a
fixed amount. What lies beyond a cap is left inside its parent part, as text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_DEPTH = 12
MAX_PARTS = 120
MAX_HEADER = 262_144

_PARAMETER = re.compile(rb';\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.){0,1000})"|([^\s;]{0,1000}))')
_BLANKS = (b" ", b"\t")
_FIELD_NAME = re.compile(rb"[!-9;-~]{1,80}[ \t]*:")


@dataclass(slots=True)
class Part:
    """One MIME part: ``data[head:body]`` are its header fields, ``data[body:end]`` its content.

    ``low_head`` are the header fields in lower case behind one line break, so that every field begins
    after a line break.
    """

    data: bytes
    head: int
    body: int
    end: int
    depth: int
    low_head: bytes
    type: str = "text/plain"
    _content_type: bytes = b""
    _parameters: dict[str, str] | None = None

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of Content-Type by their lower-case names (RFC 2045, 5.1)."""
        if self._parameters is None:
            self._parameters = parameters(self._content_type)
        return self._parameters

    def header(self, name: bytes) -> bytes | None:
        """Give the unfolded value of the first field ``name`` (lower case), or None."""
        needle = b"\n" + name + b":"
        at = self.low_head.find(needle)
        return None if at < 0 else self._value(at + len(needle))

    def headers(self, name: bytes, most: int = 20) -> list[bytes]:
        """Give the unfolded values of all fields ``name`` (at most ``most``)."""
        out: list[bytes] = []
        needle = b"\n" + name + b":"
        at = self.low_head.find(needle)
        while at >= 0 and len(out) < most:
            begin = at + len(needle)
            out.append(self._value(begin))
            at = self.low_head.find(needle, begin)
        return out

    def _value(self, begin: int) -> bytes:
        """Give the unfolded value (RFC 5322, 2.2.3) that begins at ``begin`` of ``low_head``."""
        low, shift = self.low_head, self.head - 1
        end = low.find(b"\n", begin)
        folded = end >= 0 and low[end + 1 : end + 2] in _BLANKS
        while end >= 0 and low[end + 1 : end + 2] in _BLANKS:
            end = low.find(b"\n", end + 1)
        value = self.data[shift + begin : shift + (len(low) if end < 0 else end)]
        return b" ".join(value.split()) if folded else value.strip()


def parts(data: bytes) -> list[Part]:
    """Give the parts of a mail in their order, the mail itself first.

    ``data`` has LF line ends. A ``message/rfc822`` part is not looked into.
    """
    top = part_at(data, 0, len(data), 0, "")
    out = [top]
    open_parts = [top]
    while open_parts and len(out) < MAX_PARTS:
        parent = open_parts.pop(0)
        if not parent.type.startswith("multipart/") or parent.depth >= MAX_DEPTH:
            continue
        boundary = parent.parameters.get("boundary", "")
        children = [
            part_at(data, begin, end, parent.depth + 1, parent.type)
            for begin, end in split(data, parent.body, parent.end, boundary.encode("latin-1", "replace"))
        ]
        if not children:  # torn, or no multipart at all: its content is read as text
            parent.type = "text/plain"
        at = next(i for i, one in enumerate(out) if one is parent) + 1
        out[at:at] = children[: MAX_PARTS - len(out)]
        open_parts += children
    return out


def part_at(data: bytes, begin: int, end: int, depth: int, parent_type: str) -> Part:
    """Read the header fields of the part at ``begin`` and give the part."""
    body, head_end = _blank_line(data, begin, end)
    low = b"\n" + data[begin : min(head_end, begin + MAX_HEADER)].lower()
    part = Part(data, begin, body, end, depth, low)
    value = part.header(b"content-type")
    if value:
        part.type, part._content_type = type_of(value), value
    elif value is None and parent_type == "multipart/digest":
        part.type = "message/rfc822"
    return part


def type_of(value: bytes) -> str:
    """Give the type of a Content-Type in lower case; what is no type is text (RFC 2045, 5.2)."""
    kind = value.partition(b";")[0].strip().lower().decode("latin-1")
    return kind if "/" in kind else "text/plain"


def parameters(value: bytes) -> dict[str, str]:
    """Give the parameters of a Content-Type."""
    found: dict[str, str] = {}
    for match in _PARAMETER.finditer(value[:8000], max(value.find(b";"), 0)):
        name = match[1].lower().decode("latin-1").rstrip("*")
        found.setdefault(name, (match[2] or match[3] or b"").decode("latin-1"))
    return found


def _blank_line(data: bytes, begin: int, end: int) -> tuple[int, int]:
    """Give where the body begins and where the header fields end."""
    if data.startswith(b"\n", begin):
        return begin + 1, begin
    at = data.find(b"\n\n", begin, end)
    if at < 0:
        first = data[begin : begin + 200].split(b"\n", 1)[0]
        whole_is_header = _FIELD_NAME.match(first) is not None or first.startswith(b"From ")
        return (end, end) if whole_is_header else (begin, begin)
    return at + 2, at + 1


def split(data: bytes, begin: int, end: int, boundary: bytes) -> list[tuple[int, int]]:
    """Give the ranges between the delimiter lines of ``boundary`` (RFC 2046, 5.1.1).

    A missing closing delimiter ends with its parent; without any delimiter there is no child.
    """
    if not boundary:
        return []
    delimiter = b"--" + boundary
    needle = b"\n" + delimiter
    ranges: list[tuple[int, int]] = []
    opened = -1
    first = data.startswith(delimiter, begin, end)
    at = begin - 1 if first else data.find(needle, begin, end)
    while (first or at >= 0) and len(ranges) < MAX_PARTS:
        behind = at + len(needle)
        line = data.find(b"\n", behind, end)
        line = end if line < 0 else line
        rest = data[behind:line].strip()
        if not rest or rest == b"--":
            if opened >= 0:
                ranges.append((opened, max(at, opened)))
            opened = -1 if rest else min(line + 1, end)
            if rest:
                break
        first, at = False, data.find(needle, behind, end)
    if 0 <= opened < end:
        ranges.append((opened, end))
    return ranges
