"""A name server for the closed network: answers from a table, or fails as the table says."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import struct
import sys
from pathlib import Path

TYPES = {1: "A", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA"}
NUMBERS = {name: number for number, name in TYPES.items()}
SERVFAIL, NXDOMAIN, REFUSED = 2, 3, 5

Table = dict[str, dict[str, list[str]]]


def pack_name(name: str) -> bytes:
    """Give a domain name in wire form."""
    labels = [label.encode() for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def pack_data(kind: str, value: str) -> bytes:
    """Give the data of one record in wire form."""
    if kind in ("A", "AAAA"):
        return ipaddress.ip_address(value).packed
    if kind == "MX":
        preference, host = value.split()
        return struct.pack("!H", int(preference)) + pack_name(host)
    if kind == "TXT":
        return bytes([len(value)]) + value.encode()
    return pack_name(value)


def read_question(query: bytes) -> tuple[str, int, int]:
    """Read the name asked for, its type, and where the question ends."""
    at, labels = 12, []
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("ascii", "replace"))
        at += query[at] + 1
    (number,) = struct.unpack("!H", query[at + 1 : at + 3])
    return ".".join(labels).lower(), number, at + 5


def answer(query: bytes, table: Table) -> bytes | None:
    """Give the answer to one query, or nothing for a name that keeps silent."""
    name, number, end = read_question(query)
    entry = table.get(name)
    if entry is None:
        known = any(other.endswith("." + name) for other in table)
        suffixes = [".".join(name.split(".")[n:]) for n in range(name.count(".") + 1)]
        entry = next((table["*." + s] for s in suffixes if "*." + s in table), None)
        rcode = 0 if known or entry is not None else NXDOMAIN
        entry = entry or {}
    else:
        rcode = 0
    if "fail" in entry:
        rcode = {"servfail": SERVFAIL, "refused": REFUSED, "nxdomain": NXDOMAIN}.get(entry["fail"][0], -1)
        if rcode < 0:
            return None
        entry = {}
    kind = TYPES.get(number, "")
    records = b""
    values = entry.get(kind, [])
    for value in values:
        data = pack_data(kind, value)
        records += b"\xc0\x0c" + struct.pack("!HHIH", number, 1, 60, len(data)) + data
    authority = b""
    if not values and rcode in (0, NXDOMAIN):
        soa = pack_name("ns.example") + pack_name("root.example") + struct.pack("!5I", *[60] * 5)
        authority = b"\0" + struct.pack("!HHIH", 6, 1, 60, len(soa)) + soa
    flags = 0x8580 | rcode
    counts = struct.pack("!HHHHH", flags, 1, len(values), 1 if authority else 0, 0)
    return query[:2] + counts + query[12:end] + records + authority


class Server(asyncio.DatagramProtocol):
    """The UDP side."""

    def __init__(self, table: Table):
        self.table = table

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer one packet."""
        if reply := answer(data, self.table):
            self.transport.sendto(reply, addr)  # type: ignore[attr-defined]


async def main(table: Table, address: str) -> None:
    """Serve UDP and TCP until killed."""

    async def tcp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        (size,) = struct.unpack("!H", await reader.readexactly(2))
        if reply := answer(await reader.readexactly(size), table):
            writer.write(struct.pack("!H", len(reply)) + reply)
            await writer.drain()
        writer.close()

    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(lambda: Server(table), local_addr=(address, 53))
    server = await asyncio.start_server(tcp, address, 53)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text()), sys.argv[2]))
