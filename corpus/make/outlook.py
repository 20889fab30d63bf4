"""Written Exchange NDRs as Outlook saves them: ``.msg`` files (MS-CFB, MS-OXMSG).

The properties are made from the mail's fields as Exchange makes them (MS-OXCMAIL, 2.2.3.7), so that a
``.msg`` and the mail that it was made from have to be explained alike.
"""

from __future__ import annotations

import email
import email.policy
import struct
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from notices import CORPUS

if TYPE_CHECKING:
    from email.message import EmailMessage

SECTOR = 512
MINI = 64
CUTOFF = 4096
FREE, END, FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5
STRING, INT, READABLE_WRITABLE = 0x001F, 0x0003, 6
TWINS = (
    "en-exchange-two",
    "en-exchange-unknown",
    "en-exchange-dns",
    "en-exchange-pressure",
    "de-exchange-tonline",
    "es-exchange-ptr",
    "exchange-hans-two",
    "exchange-hans-pressure",
)


@dataclass
class Node:
    """A storage (with children) or a stream (with bytes) of a compound file."""

    name: str
    data: bytes = b""
    children: list[Node] = field(default_factory=list)
    is_storage: bool = False


def storage(name: str, header: bytes, values: dict[tuple[int, int], str | int], more: list[Node]) -> Node:
    """Give a storage with its property stream, and one stream for each text."""
    entries, streams = b"", []
    for (prop, kind), value in values.items():
        tag = prop << 16 | kind
        if isinstance(value, int):
            entries += struct.pack("<IIiI", tag, READABLE_WRITABLE, value, 0)
        else:
            data = value.encode("utf-16-le", "replace")
            entries += struct.pack("<IIII", tag, READABLE_WRITABLE, len(data) + 2, 0)
            streams.append(Node(f"__substg1.0_{prop:04X}{kind:04X}", data))
    properties = Node("__properties_version1.0", header + entries)
    return Node(name, children=[properties, *streams, *more], is_storage=True)


def report(mail: EmailMessage) -> Node:
    """Give the root storage of a saved NDR."""
    text, status, returned = list(mail.iter_parts())[:3]
    groups = status.get_payload()
    original = email.message_from_string(returned.get_payload())
    people = [recipient(number, group) for number, group in enumerate(groups[1:])]
    values: dict[tuple[int, int], str | int] = {
        (0x001A, STRING): "REPORT.IPM.Note.NDR",
        (0x340D, INT): 0x00040000,
        (0x0037, STRING): str(mail["subject"]),
        (0x0C1A, STRING): "Microsoft Outlook",
        (0x1000, STRING): text.get_content().replace("\n", "\r\n"),
        (0x0049, STRING): str(original["subject"] or ""),
        (0x1046, STRING): str(original["message-id"] or ""),
        (0x6820, STRING): groups[0]["reporting-mta"].partition(";")[2].strip(),
    }
    header = struct.pack("<8x4I8x", len(people), 0, len(people), 0)
    return storage("Root Entry", header, values, people)


def recipient(number: int, group: EmailMessage) -> Node:
    """Give the storage of one recipient, with what Exchange says about it (MS-OXCMAIL, 2.2.3.7)."""
    address = group["final-recipient"].partition(";")[2].strip()
    remote = (group["remote-mta"] or "").partition(";")[2].strip()
    said = " ".join((group["diagnostic-code"] or "").split())
    extra = f" {said}" if said else ""
    values: dict[tuple[int, int], str | int] = {
        (0x3001, STRING): address,
        (0x3003, STRING): address,
        (0x39FE, STRING): address,
        (0x0C1B, STRING): f"<{remote} #{group['status']}{extra}>",
    }
    if remote:
        values[0x0C21, STRING] = remote
    return storage(f"__recip_version1.0_#{number:08X}", bytes(8), values, [])


def compound(root: Node) -> bytes:
    """Write a compound file (MS-CFB, version 3) with short streams in the mini stream."""
    nodes = [root]
    for node in nodes:
        nodes += node.children
    index = {id(node): number for number, node in enumerate(nodes)}
    sectors: list[bytes] = []
    fat: list[int] = []
    mini, mini_fat, starts = b"", list[int](), dict[int, int]()
    for node in nodes[1:]:
        if node.is_storage or not node.data:
            continue
        if len(node.data) < CUTOFF:
            starts[id(node)] = len(mini_fat)
            chain(mini_fat, len(mini) // MINI, -(-len(node.data) // MINI))
            mini += node.data.ljust(-(-len(node.data) // MINI) * MINI, b"\0")
        else:
            starts[id(node)] = put(node.data, sectors, fat)
    starts[id(root)] = put(mini, sectors, fat)
    root.data = mini
    mini_start = put(struct.pack(f"<{len(mini_fat)}I", *mini_fat), sectors, fat, b"\xff")
    right = {id(one): index[id(after)] for node in nodes for one, after in pairwise(node.children)}
    listing = b"".join(
        entry(node, index, starts.get(id(node), END), right.get(id(node), FREE)) for node in nodes
    )
    listing_start = put(listing, sectors, fat)
    count = 1
    while -(-(len(fat) + count) * 4 // SECTOR) > count:
        count += 1
    table = [*fat, *[FAT_SECTOR] * count]
    where = list(range(len(fat), len(fat) + count))
    table += [FREE] * (count * SECTOR // 4 - len(table))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    head += struct.pack("<5H6xIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, count, listing_start, 0, CUTOFF)
    mini_sectors = -(-len(mini_fat) * 4 // SECTOR)
    head += struct.pack("<4I", mini_start, mini_sectors, END, 0)
    head += struct.pack("<109I", *where, *[FREE] * (109 - count))
    return head + b"".join(sectors) + struct.pack(f"<{len(table)}I", *table)


def chain(table: list[int], first: int, length: int) -> None:
    """Add a chain of sectors to an allocation table."""
    table += [*range(first + 1, first + length), END]


def put(data: bytes, sectors: list[bytes], fat: list[int], filler: bytes = b"\0") -> int:
    """Put data into sectors of their own; give the first one's number."""
    first, length = len(fat), max(-(-len(data) // SECTOR), 1)
    chain(fat, first, length)
    sectors.append(data.ljust(length * SECTOR, filler))
    return first


def entry(node: Node, index: dict[int, int], start: int, right: int) -> bytes:
    """Give a directory entry; brothers hang on one another's right side."""
    child = index[id(node.children[0])] if node.children else FREE
    kind = ROOT if index[id(node)] == 0 else STORAGE if node.is_storage else STREAM
    name = node.name.encode("utf-16-le") + b"\0\0"
    size, first = (0, 0) if kind == STORAGE else (len(node.data), start)
    return struct.pack("<64sHBBIII36xIII", name, len(name), kind, 1, FREE, right, child, first, size, 0)


def write() -> int:
    """Write the twins of some mails of corpus/written."""
    folder = CORPUS / "outlook"
    folder.mkdir(exist_ok=True)
    for name in TWINS:
        data = (CORPUS / "written" / f"{name}.eml").read_bytes()
        mail = email.message_from_bytes(data, policy=email.policy.default)
        (folder / f"{name}.msg").write_bytes(compound(report(mail)))
    return len(TWINS)
