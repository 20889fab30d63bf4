"""A mail shield: it stands between a mail server and the world, unseen by both, and meddles.

The kernel leads the server's connections to port 25 here; the receiver that was meant chooses what
the shield does: at which stage (`at`) it does what (`does`), or which words it hides (`mask`).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import struct
import sys
from pathlib import Path
from typing import Any

PORT = 8025
USER = 65500
ORIGINAL_DST = 80
PATIENCE = 2.0
HANG = 60.0


class Shield:
    """One connection that the shield holds to both sides."""

    def __init__(self, way: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.way = way
        self.client, self.to_client = reader, writer
        self.body: int | None = None
        self.helo = False

    async def say(self) -> None:
        """Say the shield's own words to the server."""
        self.to_client.write(self.way["reply"].encode() + b"\r\n")
        await self.to_client.drain()

    async def act(self, stage: str) -> None:
        """Do at this stage what is planned for it."""
        if self.way.get("at") != stage:
            return
        if self.way["does"] == "hang":
            await asyncio.sleep(HANG)
        if self.way["does"] == "say":
            await self.say()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.client.read(), PATIENCE)
        raise ConnectionError(stage)

    async def hold(self, address: str) -> None:
        """Open the connection that was meant, and carry both ways until one side ends."""
        await self.act("connect")
        try:
            self.server, self.to_server = await asyncio.wait_for(
                asyncio.open_connection(address, 25), PATIENCE
            )
        except (TimeoutError, OSError):
            await self.act("offline")
            raise
        try:
            both = [asyncio.create_task(self.down()), asyncio.create_task(self.up())]
            done, rest = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for task in (*done, *rest):
                task.cancel()
        finally:
            self.to_server.close()

    async def down(self) -> None:
        """Carry the receiver's words to the server."""
        if "banner" in self.way:
            self.to_client.write(self.way["banner"].encode() + b"\r\n")
            if not self.way.get("both"):
                await self.server.readline()
        while line := await self.server.readline():
            if line.startswith(b"354"):
                self.body = 0
            for word in self.way.get("mask", ()) if self.helo else ():
                line = line.replace(word.encode(), b"X" * len(word))
            self.to_client.write(line)
            await self.to_client.drain()

    async def up(self) -> None:
        """Carry the server's words to the receiver."""
        while line := await self.client.readline():
            if self.body is None:
                line = await self.command(line)
            else:
                line = await self.text(line)
            self.to_server.write(line)
            await self.to_server.drain()

    async def command(self, line: bytes) -> bytes:
        """Give the command that is carried on in place of this one."""
        verb = line[:4].upper()
        self.helo = verb in (b"EHLO", b"HELO")
        await self.act(verb.decode("ascii", "replace").lower())
        if self.helo and self.way.get("does") == "verbs":
            return b"XXXX" + line[4:]
        if verb == b"MAIL" and self.way.get("does") == "first":
            await asyncio.sleep(0.1)
            self.client._buffer.clear()  # type: ignore[attr-defined]
        return line

    async def text(self, line: bytes) -> bytes:
        """Give the line of the message that is carried on in place of this one."""
        self.body = (self.body or 0) + 1
        if line == b".\r\n":
            await self.act("eod")
            self.body = None
        elif self.body == 3:
            await self.act("body")
        return line.replace(b"\r\n", b"\n") if self.way.get("does") == "ends" else line


async def main(ways: dict[str, dict[str, Any]]) -> None:
    """Take what the kernel leads here."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sock: socket.socket = writer.get_extra_info("socket")
        raw = sock.getsockopt(socket.SOL_IP, ORIGINAL_DST, 16)
        address = socket.inet_ntoa(struct.unpack("!4s", raw[4:8])[0])
        with contextlib.suppress(OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
            await Shield(ways.get(address, {}), reader, writer).hold(address)
        writer.close()

    server = await asyncio.start_server(handle, "0.0.0.0", PORT, limit=1 << 20)  # noqa: S104
    os.setuid(USER)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text())))
