"""Finds the parts of a mail by offsets (RFC 5322, RFC 2045/2046); decodes nothing.

Bounds: nesting, number of parts and size of a header block are capped, so hostile mail costs a
fixed amount. What lies beyond a cap is left inside its parent part, as text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MAX_DEPTH = 12
MAX_PARTS = 120
MAX_HEADER = 262_144

_PARAMETER = re.compile(rb';\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.){0,1000})"|([^\s;]{0,1000}))')
_FIELD_NAME = re.compile(rb"[!-9;-~]{1,80}[ \t]*:")


@dataclass(slots=True)
class Part:
    """One MIME part: ``data[head:body]`` are its header fields, ``data[body:end]`` its content."""

    data: bytes
    head: int
    body: int
    end: int
    depth: int
    type: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    parent_type: str = ""
    low_head: bytes = b""

    def header(self, name: bytes) -> bytes | None:
        """Give the unfolded value of the first field ``name`` (lower case), or None."""
        low = self.low_head
        at = 0 if low.startswith(name + b":") else low.find(b"\n" + name + b":") + 1
        if at == 0 and not low.startswith(name + b":"):
            return None
        begin = at + len(name) + 1
        return unfold(self.data[self.head + begin : self.head + field_end(low, begin)])

    def headers(self, name: bytes, most: int = 20) -> list[bytes]:
        """Give the unfolded values of all fields ``name`` (at most ``most``)."""
        out: list[bytes] = []
        low, at = self.low_head, 0
        needle = b"\n" + name + b":"
        if low.startswith(needle[1:]):
            at = -1
        else:
            at = low.find(needle)
            if at < 0:
                return out
        while len(out) < most:
            begin = at + len(needle)
            out.append(unfold(self.data[self.head + begin : self.head + field_end(low, begin)]))
            at = low.find(needle, begin)
            if at < 0:
                break
        return out


def field_end(block: bytes, begin: int) -> int:
    """Give where the field that is at ``begin`` ends: before a line break without a blank behind."""
    at = begin
    while True:
        at = block.find(b"\n", at)
        if at < 0:
            return len(block)
        if block[at + 1 : at + 2] not in (b" ", b"\t"):
            return at
        at += 1


def unfold(value: bytes) -> bytes:
    """Join a folded field value (RFC 5322, 2.2.3)."""
    return b" ".join(value.split()) if b"\n" in value else value.strip()


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
    part = Part(data, begin, body, end, depth, parent_type=parent_type)
    part.low_head = data[begin : min(head_end, begin + MAX_HEADER)].lower()
    content_type = part.header(b"content-type")
    if parent_type == "multipart/digest" and content_type is None:
        part.type = "message/rfc822"
    elif content_type:
        part.type, part.parameters = content_type_of(content_type)
    return part


def content_type_of(value: bytes) -> tuple[str, dict[str, str]]:
    """Split a Content-Type into its lower-case type and its parameters."""
    kind = value.split(b";", 1)[0].strip().lower().decode("latin-1")
    found: dict[str, str] = {}
    for match in _PARAMETER.finditer(value[:8000]):
        name = match[1].lower().decode("latin-1").rstrip("*")
        found.setdefault(name, (match[2] or match[3] or b"").decode("latin-1"))
    return (kind if "/" in kind else "text/plain"), found


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
    ranges: list[tuple[int, int]] = []
    at = data.find(delimiter, max(begin - 1, 0), end)
    opened = None
    while at >= 0 and len(ranges) < MAX_PARTS:
        behind = at + len(delimiter)
        if at == 0 or data[at - 1 : at] == b"\n":
            line = data.find(b"\n", behind, end)
            line = end if line < 0 else line
            rest = data[behind:line].strip()
            if rest in (b"", b"--"):
                if opened is not None:
                    ranges.append((opened, max(at - 1, opened)))
                opened = None if rest else min(line + 1, end)
                if rest:
                    break
        at = data.find(delimiter, behind, end)
    if opened is not None and opened < end:
        ranges.append((opened, end))
    return ranges
