"""A receiving mail server that answers as its script says; it also keeps the mails sent to it.

The address that a client connects to chooses the script, so that a banner can already refuse.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import sys
from pathlib import Path
from typing import Any

Host = dict[str, Any]
OPEN = "open"
STALL_SECONDS = 120


class Session:
    """One SMTP conversation."""

    def __init__(self, host: Host, keep: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.host = host
        self.keep = keep
        self.reader = reader
        self.writer = writer
        self.words = {"ip": writer.get_extra_info("peername")[0], "host": host["name"]}
        self.rcpts: list[str] = []

    async def say(self, text: str) -> None:
        """Send a reply of one or several lines, with the words of this conversation filled in."""
        for key, value in self.words.items():
            text = text.replace("{" + key + "}", value)
        lines = text.strip("\n").split("\n")
        self.writer.write("".join(line + "\r\n" for line in lines).encode())
        await self.writer.drain()

    async def scripted(self, stage: str) -> bool:
        """Do what the script holds for this stage; say whether it held something."""
        if self.host.get("stage") != stage:
            return False
        action = self.host.get("action", "reply")
        if action == "stall":
            await asyncio.sleep(STALL_SECONDS)
        if action == "reset":
            sock: socket.socket = self.writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if action in ("drop", "reset", "stall"):
            raise ConnectionError(action)
        reply = self.host["reply"]
        await self.say(reply)
        if reply.startswith("421"):
            raise ConnectionError("421")
        return True

    async def run(self) -> None:
        """Hold the conversation to its end."""
        if await self.scripted("banner"):
            await self.refuse_all()
            return
        await self.say(self.host.get("banner", "220 {host} ESMTP"))
        while line := await self.reader.readline():
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            verb = text.split(" ")[0].upper()
            if verb == "QUIT":
                await self.say("221 2.0.0 Bye")
                return
            await self.command(verb, text)

    async def refuse_all(self) -> None:
        """After a refusing banner, answer nothing but QUIT."""
        while line := await self.reader.readline():
            if line[:4].upper() == b"QUIT":
                await self.say("221 Bye")
                return
            await self.say("503 5.5.1 Bad sequence of commands")

    async def command(self, verb: str, text: str) -> None:
        """Answer one command."""
        if verb in ("EHLO", "HELO"):
            self.words["helo"] = text[5:].strip()
            if not await self.scripted("ehlo"):
                features = self.host.get("features", ["PIPELINING", "8BITMIME", "SMTPUTF8", "DSN"])
                lines = ["{host}", *features] if verb == "EHLO" else ["{host}"]
                marks = ["250-"] * (len(lines) - 1) + ["250 "]
                await self.say("\n".join(map("".join, zip(marks, lines, strict=True))))
        elif verb == "STARTTLS":
            if not await self.scripted("starttls"):
                await self.say("454 4.7.0 TLS not available due to local problem")
        elif verb == "MAIL":
            self.words["from"] = text.partition("<")[2].partition(">")[0]
            self.words["from_domain"] = self.words["from"].rpartition("@")[2]
            self.rcpts = []
            if not await self.scripted("mail"):
                await self.say("250 2.1.0 Ok")
        elif verb == "RCPT":
            await self.rcpt(text.partition("<")[2].partition(">")[0])
        elif verb == "DATA":
            await self.data()
        else:
            known = verb in ("RSET", "NOOP")
            await self.say("250 2.0.0 Ok" if known else "502 5.5.2 Error: command not recognized")

    async def rcpt(self, address: str) -> None:
        """Answer RCPT: by the recipient's own reply, by the script, or with Ok."""
        self.words["rcpt"] = address
        own = self.host.get("rcpts", {}).get(address.rpartition("@")[0])
        if own and own != OPEN:
            await self.say(own)
            return
        if own == OPEN or not await self.scripted("rcpt"):
            self.rcpts.append(address)
            await self.say("250 2.1.5 Ok")

    async def data(self) -> None:
        """Answer DATA, read the mail to its end, and answer that."""
        if not self.rcpts:
            await self.say("554 5.5.1 Error: no valid recipients")
            return
        if await self.scripted("data"):
            return
        await self.say("354 End data with <CR><LF>.<CR><LF>")
        lines: list[bytes] = []
        while (line := await self.reader.readline()) != b".\r\n":
            if not line:
                return
            lines.append(line[1:] if line.startswith(b".") else line)
            if len(lines) == 3:
                await self.scripted("body")
        if self.host.get("keep"):
            number = len(list(self.keep.iterdir()))
            head = f"{self.words['from']}\n{self.rcpts[0]}\n".encode()
            (self.keep / f"{number:05}").write_bytes(head + b"".join(lines))
        if not await self.scripted("eod"):
            await self.say("250 2.0.0 Ok: queued as 4C1XkR0ZQPz9")


async def serve(hosts: dict[str, Host], keep: Path) -> None:
    """Listen on every address, port 25 and the ports named."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = writer.get_extra_info("sockname")[0]
        host = hosts.get(address, {"name": "mx.example.net"})
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await Session(host, keep, reader, writer).run()
        writer.close()

    server = await asyncio.start_server(
        handle,
        ["0.0.0.0", "::"],  # noqa: S104 - a network of its own
        25,
        limit=1 << 24,
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])))
