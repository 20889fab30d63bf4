"""A name server whose answers by UDP are all truncated; the whole answer is only given by TCP."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import dns

TRUNCATED = 0x02


def short(query: bytes, table: dns.Table) -> bytes | None:
    """Give an answer without records, marked as truncated."""
    reply = dns.answer(query, table)
    if reply is None:
        return None
    end = dns.read_question(query)[2]
    counts = b"\0\1" + bytes(6)
    return reply[:2] + bytes([reply[2] | TRUNCATED]) + reply[3:4] + counts + query[12:end]


class Server(dns.Server):
    """The UDP side."""

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer one packet, in short."""
        if reply := short(data, self.table):
            self.transport.sendto(reply, addr)  # type: ignore[attr-defined]


if __name__ == "__main__":
    dns.Server = Server  # type: ignore[misc]
    asyncio.run(dns.main(json.loads(Path(sys.argv[1]).read_text()), sys.argv[2]))
