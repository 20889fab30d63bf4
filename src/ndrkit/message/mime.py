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

# A quoted parameter nearly always is short and has no escapes: the first branch reads those in one go.
_PARAMETER = re.compile(
    r';\s*([\w*-]+)\s*=\s*(?:"([^"\\]{0,1000}+)"|"((?:[^"\\]|\\.){0,1000})"|([^\s;]{0,1000}))', re.ASCII
)
_FOLDS = (b"\n ", b"\n\t")
_FIELD_NAME = re.compile(rb"[!-9;-~]{1,80}[ \t]*:")


@dataclass(slots=True, eq=False)
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
        at = self.low_head.find(b"\n%b:" % name)
        return None if at < 0 else self._value(at + len(name) + 2)

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
        if not low.startswith(_FOLDS, end):
            return self.data[shift + begin : shift + (len(low) if end < 0 else end)].strip()
        while low.startswith(_FOLDS, end):
            end = low.find(b"\n", end + 1)
        return b" ".join(self.data[shift + begin : shift + (len(low) if end < 0 else end)].split())


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
        boundary = parent.parameters.get("boundary", "").encode("latin-1")
        children = [
            part_at(data, begin, end, parent.depth + 1, parent.type)
            for begin, end in split(data, parent.body, parent.end, boundary)
        ]
        if not children:  # torn, or no multipart at all: its content is read as text
            parent.type = "text/plain"
        at = out.index(parent) + 1
        out[at:at] = children[: MAX_PARTS - len(out)]
        open_parts += children
    return out


def part_at(data: bytes, begin: int, end: int, depth: int, parent_type: str) -> Part:
    """Read the header fields of the part at ``begin`` and give the part with its type."""
    part = head_at(data, begin, end, depth)
    value = part.header(b"content-type")
    if value:
        part.type, part._content_type = type_of(value), value
    elif value is None and parent_type == "multipart/digest":
        part.type = "message/rfc822"
    return part


def head_at(data: bytes, begin: int, end: int, depth: int = 0) -> Part:
    """Give the part at ``begin`` for its header fields alone; its type is not looked at."""
    blank = data.find(b"\n\n", begin, end)
    body, head_end = blank + 2, blank + 1
    if blank < 0 or data.startswith(b"\n", begin):
        body, head_end = _one_sided(data, begin, end)
    if head_end - begin > MAX_HEADER:
        head_end = begin + MAX_HEADER
    return Part(data, begin, body, end, depth, b"\n" + data[begin:head_end].lower())


def type_of(value: bytes) -> str:
    """Give the type of a Content-Type in lower case; what is no type is text (RFC 2045, 5.2)."""
    kind = value.partition(b";")[0].strip().lower().decode("latin-1")
    return kind if "/" in kind else "text/plain"


def parameters(value: bytes) -> dict[str, str]:
    """Give the parameters of a Content-Type; of two with one name the first counts."""
    found: dict[str, str] = {}
    at = value.find(b";")
    if at >= 0:
        for name, quoted, escaped, bare in _PARAMETER.findall(value[:8000].decode("latin-1"), at):
            found.setdefault(name.lower().rstrip("*"), quoted or escaped or bare)
    return found


def _one_sided(data: bytes, begin: int, end: int) -> tuple[int, int]:
    """Give where the body begins and the header fields end, of a part that has only one of the two."""
    if data.startswith(b"\n", begin):
        return begin + 1, begin
    first = data[begin : begin + 200].split(b"\n", 1)[0]
    whole_is_header = _FIELD_NAME.match(first) is not None or first.startswith(b"From ")
    return (end, end) if whole_is_header else (begin, begin)


def split(data: bytes, begin: int, end: int, boundary: bytes) -> list[tuple[int, int]]:
    """Give the ranges between the delimiter lines of ``boundary`` (RFC 2046, 5.1.1).

    A missing closing delimiter ends with its parent; without any delimiter there is no child.
    ``begin`` stands behind the header fields that name the boundary.
    """
    if not boundary:
        return []
    needle = b"\n--" + boundary
    ranges: list[tuple[int, int]] = []
    opened = -1
    at = data.find(needle, begin - 1, end)
    while at >= 0 and len(ranges) < MAX_PARTS:
        behind = at + len(needle)
        line = data.find(b"\n", behind, end)
        if line < 0:
            line = end
        rest = data[behind:line].strip()
        if not rest or rest == b"--":
            if opened >= 0:
                ranges.append((opened, at if at > opened else opened))
            if rest:
                return ranges
            opened = line + 1 if line < end else end
        at = data.find(needle, behind, end)
    if 0 <= opened < end:
        ranges.append((opened, end))
    return ranges
