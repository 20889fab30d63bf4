"""A lazy view of one mail: what the readers ask for, found by offset and decoded when asked."""

from __future__ import annotations

from functools import cached_property

from ndrkit.message.bounds import cut, note
from ndrkit.message.decode import encoded_words, header_text, is_encoded, text_of, transfer
from ndrkit.message.mime import MAX_DEPTH, MAX_HEADER, MAX_PARTS, Part, part_at, parts

STATUS_TYPES = frozenset(
    ("message/delivery-status", "message/global-delivery-status", "text/delivery-status")
)
RETURNED_TYPES = frozenset(
    (
        "message/rfc822",
        "message/global",
        "text/rfc822-headers",
        "text/rfc822-header",
        "message/rfc822-headers",
        "message/global-headers",
        "text/rfc822",
    )
)
REPORT_TYPES = frozenset(("message/feedback-report", "message/disposition-notification"))
MAX_NOTICE = 262_144
FIRST_WORDS = 4_000
MAX_FIELDS = 1_000
MAX_RETURNED = 262_144
MAX_TEXT = 2_000_000
MAX_STATUS = 4_000_000


class MailView:
    """One mail. ``data`` may use any line ends; every text that comes out has LF."""

    def __init__(self, data: bytes) -> None:
        self.notes: list[str] = []
        data = _line_ends(data)
        if data.startswith((b"From ", b">From ")):  # mbox separator
            data = data[data.find(b"\n") + 1 :]
        self.data = data.lstrip(b"\n")

    @cached_property
    def parts(self) -> list[Part]:
        """The parts in their order, the mail itself first."""
        found = parts(self.data)
        if len(found) >= MAX_PARTS:
            note(f"only the first {MAX_PARTS} parts were read", self.notes)
        if any(part.depth >= MAX_DEPTH and part.type.startswith("multipart/") for part in found):
            note(f"parts nested deeper than {MAX_DEPTH} were not looked into", self.notes)
        if found[0].body - found[0].head > MAX_HEADER:
            note(f"only the first {MAX_HEADER:,} bytes of the header were read", self.notes)
        return found

    @property
    def top(self) -> Part:
        """The mail itself."""
        return self.parts[0]

    def header(self, name: str) -> str | None:
        """Give the decoded value of a header field of the mail, by its lower-case name."""
        return header_text(self.top.header(name.encode("ascii", "ignore")), self.notes)

    def headers(self, name: str) -> list[str]:
        """Give the decoded values of all header fields of that name."""
        found = self.top.headers(name.encode("ascii", "ignore"), MAX_FIELDS + 1)
        if len(found) > MAX_FIELDS:
            note(f"only the first {MAX_FIELDS:,} fields of one name were read", self.notes)
        return [text for value in found[:MAX_FIELDS] if (text := header_text(value, self.notes))]

    @cached_property
    def low_header(self) -> str:
        """The header block of the mail in lower case, for literals to be looked up in."""
        return self.top.low_head[:16_384].decode("latin-1")

    def text(self, part: Part, most: int = MAX_TEXT) -> str:
        """Decode the content of a part to text; of more than ``most`` bytes the rest stays unread."""
        encoding = part.header(b"content-transfer-encoding")
        return text_of(
            cut(part.data[part.body : part.end], most, "a part", self.notes),
            encoding,
            part.parameters.get("charset"),
            part.type == "text/html",
        )

    @cached_property
    def status(self) -> str:
        """The text of all delivery-status parts; empty when there is none."""
        found = (part for part in self.parts if part.type in STATUS_TYPES)
        text = "\n\n".join(self.text(part, MAX_STATUS) for part in found)
        text = cut(text, MAX_STATUS, "the delivery status", self.notes)
        return encoded_words(text) if "=?" in text else text

    @cached_property
    def report_types(self) -> set[str]:
        """Which other machine-readable reports there are (ARF, MDN)."""
        return {part.type for part in self.parts} & REPORT_TYPES

    @cached_property
    def notice(self) -> str:
        """What the mail says to people: its texts before the machine-readable and returned parts."""
        texts: list[tuple[str, str]] = []
        for part in self.parts:
            if part.type in STATUS_TYPES or part.type in RETURNED_TYPES:
                if texts:
                    break
                continue
            if part.type.startswith(("multipart/", "message/")) or not _is_text(part):
                continue
            text = self.text(part)
            if text.strip():
                texts.append((part.type, text))
        plain = [text for kind, text in texts if kind != "text/html"]
        chosen = plain if sum(map(len, plain)) > 20 else [text for _, text in texts]
        return cut("\n".join(chosen), MAX_NOTICE, "the notice", self.notes)

    @cached_property
    def first_words(self) -> str:
        """The beginning of the notice in lower case, blanks folded, for literals to be looked up in."""
        return " ".join(self.notice[:FIRST_WORDS].lower().split())

    def returned(self, notes: list[str]) -> Part | None:
        """Give the header of the mail that came back, from its own part."""
        for part in self.parts:
            if part.type in RETURNED_TYPES:
                encoding = part.header(b"content-transfer-encoding")
                if not is_encoded(encoding):
                    begin = part.body
                    while self.data.startswith(b"\n", begin) and begin < part.end:
                        begin += 1
                    return part_at(self.data, begin, part.end, 0, "")
                coded = cut(part.data[part.body : part.end], MAX_RETURNED, "the returned mail", notes)
                body = _line_ends(transfer(coded, encoding))
                body = body.lstrip(b"\n")
                return part_at(body, 0, len(body), 0, "")
        return None

    def inner(self) -> MailView | None:
        """Give the mail inside the first message/rfc822 part: some gateways wrap a whole bounce."""
        for part in self.parts:
            if part.type == "message/rfc822" and part.end > part.body:
                return MailView(part.data[part.body : part.end])
        return None


def _line_ends(data: bytes) -> bytes:
    if b"\r" not in data:
        return data
    data = data.replace(b"\r\n", b"\n")
    return data if b"\n" in data else data.replace(b"\r", b"\n")


def _is_text(part: Part) -> bool:
    if part.type.startswith("text/"):
        return part.type not in ("text/calendar", "text/css", "text/csv")
    return "/" not in part.type or part.type == "application/text"
