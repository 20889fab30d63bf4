"""A lazy view of one mail: what the readers ask for, found by offset and decoded when asked."""

from __future__ import annotations

from functools import cached_property

from ndrkit.folding import one_line
from ndrkit.message.bounds import cut, note, note_cut
from ndrkit.message.decode import encoded_words, header_text, is_encoded, text_of, transfer
from ndrkit.message.mime import MAX_DEPTH, MAX_HEADER, MAX_PARTS, Part, head_at, parts

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
_NOT_FOR_PEOPLE = STATUS_TYPES | RETURNED_TYPES
_FEW_WORDS = 20
MAX_NOTICE = 262_144
FIRST_WORDS = 4_000
MAX_FIELDS = 1_000
MAX_RETURNED = 262_144
MAX_TEXT = 2_000_000
MAX_HTML = 4_000_000
MAX_STATUS = 4_000_000


class MailView:
    """One mail. ``data`` may use any line ends; every text that comes out has LF.

    ``parts`` are its parts in their order, the mail itself (``top``) first; ``notes`` say what was
    left unread.
    """

    def __init__(self, data: bytes) -> None:
        self.notes: list[str] = []
        data = _line_ends(data)
        if data.startswith((b"From ", b">From ")):  # mbox separator
            data = data[data.find(b"\n") + 1 :]
        self.data = data.lstrip(b"\n")
        self.parts = parts(self.data)
        self.top = self.parts[0]
        self._note_bounds()

    def _note_bounds(self) -> None:
        """Say what was left unread of the parts and the header."""
        found, top = self.parts, self.top
        if len(found) >= MAX_PARTS:
            note(f"only the first {MAX_PARTS} parts were read", self.notes)
        if len(found) > MAX_DEPTH and any(  # a part so deep has that many parts around it
            part.depth >= MAX_DEPTH and part.type.startswith("multipart/") for part in found
        ):
            note(f"parts nested deeper than {MAX_DEPTH} were not looked into", self.notes)
        if top.body - top.head > MAX_HEADER:
            note(f"only the first {MAX_HEADER:,} bytes of the header were read", self.notes)

    def header(self, name: str) -> str | None:
        """Give the decoded value of a header field of the mail, by its lower-case name."""
        value = self.top.header(name.encode("ascii", "ignore"))
        return None if value is None else header_text(value, self.notes)

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
        return text_of(
            part.data[part.body : self._end(part, most)],
            part.header(b"content-transfer-encoding"),
            part.parameters.get("charset"),
            part.type == "text/html",
        )

    def _end(self, part: Part, most: int) -> int:
        """Give where the reading of a part's content ends; a part that is longer leaves a note."""
        if part.end - part.body <= most:
            return part.end
        note_cut(most, "bytes", "a part", self.notes)
        return part.body + most

    @cached_property
    def status(self) -> str:
        """The text of all delivery-status parts; empty when there is none."""
        found = [part for part in self.parts if part.type in STATUS_TYPES]
        if not found:
            return ""
        text = "\n\n".join([self.text(part, MAX_STATUS) for part in found])
        text = cut(text, MAX_STATUS, "the delivery status", self.notes)
        return encoded_words(text) if "=?" in text else text

    @cached_property
    def notice(self) -> str:
        """What the mail says to people: its texts before the machine-readable and returned parts.

        HTML is read only where hardly anything is said in plain text.
        """
        texts: list[str] = []
        html: list[tuple[int, Part]] = []  # each with the number of texts before it
        for part in self.parts:
            if part.type in _NOT_FOR_PEOPLE:
                if not texts:
                    self._add_html(html, texts)
                if texts:
                    break
            elif part.type == "text/html":
                html.append((len(texts), part))
                self._end(part, MAX_TEXT)  # what is too long is said, read or not
            elif _is_text(part.type) and (text := self.text(part)) and not text.isspace():
                texts.append(text)
        if sum(map(len, texts)) <= _FEW_WORDS:
            self._add_html(html, texts)
        return cut("\n".join(texts), MAX_NOTICE, "the notice", self.notes)

    def _add_html(self, html: list[tuple[int, Part]], texts: list[str]) -> None:
        """Move the words of the HTML parts to the texts, each to its place, until there are enough."""
        added = length = 0
        room = MAX_HTML
        for at, part in html:
            if length > MAX_NOTICE:
                break
            room -= min(part.end - part.body, MAX_TEXT)
            if room < 0:
                note_cut(MAX_HTML, "bytes", "the HTML parts", self.notes)
                break
            if text := self.text(part):
                texts.insert(at + added, text)
                added += 1
                length += len(text)
        html.clear()

    @cached_property
    def first_words(self) -> str:
        """The beginning of the notice in lower case, blanks folded, for literals to be looked up in."""
        return one_line(self.notice[:FIRST_WORDS].lower())

    def returned(self, notes: list[str]) -> Part | None:
        """Give the header of the mail that came back, from its own part."""
        for part in self.parts:
            if part.type in RETURNED_TYPES:
                encoding = part.header(b"content-transfer-encoding")
                if not is_encoded(encoding):
                    begin = part.body
                    while self.data.startswith(b"\n", begin) and begin < part.end:
                        begin += 1
                    return head_at(self.data, begin, part.end)
                coded = cut(part.data[part.body : part.end], MAX_RETURNED, "the returned mail", notes)
                body = _line_ends(transfer(coded, encoding))
                body = body.lstrip(b"\n")
                return head_at(body, 0, len(body))
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


def _is_text(kind: str) -> bool:
    """Tell whether a type of content holds words for people."""
    if kind.startswith("text/"):
        return kind not in ("text/calendar", "text/css", "text/csv")
    return kind == "application/text"
