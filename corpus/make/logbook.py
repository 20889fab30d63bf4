"""A small /dev with a log socket for one root, so that what a mail server logs can be read."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import threading
from typing import TYPE_CHECKING

from net import sh

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mtas import Mta

DEVICES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9), "tty": (5, 0)}


LOGS = ("var/log/postfix.log", "var/log/exim4/mainlog", "var/log/all")


def logged(root: Path) -> str:
    """Give what the servers of one root wrote into their logs."""
    return "".join((root / log).read_text(errors="replace") for log in LOGS if (root / log).exists())


def take(sock: socket.socket, book: Path) -> None:
    """Write down every line that is logged until the socket is closed."""
    with book.open("ab") as out, contextlib.suppress(OSError):
        while line := sock.recv(65536):
            out.write(line.rstrip(b"\0\n") + b"\n")
            out.flush()


@contextlib.contextmanager
def devices(root: Path) -> Iterator[None]:
    """Give a root its own /dev; the log is written to `var/log/all` in it, and begins anew."""
    place, book = root / "dev", root / "var/log/all"
    for log in LOGS:
        (root / log).unlink(missing_ok=True)
    sh("mount", "-t", "tmpfs", "-o", "mode=755,size=1m", "tmpfs", str(place))
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        for name, numbers in DEVICES.items():
            os.mknod(place / name, stat.S_IFCHR | 0o666, os.makedev(*numbers))
            (place / name).chmod(0o666)
        (place / "fd").symlink_to("/proc/self/fd")
        sock.bind(str(place / "log"))
        (place / "log").chmod(0o666)
        threading.Thread(target=take, args=(sock, book), daemon=True).start()
        yield
    finally:
        sock.close()
        sh("umount", "-l", str(place), check=False)


@contextlib.contextmanager
def inhabited(mta: Mta) -> Iterator[None]:
    """Give a server's root a /dev of its own, with a log, and its /proc; end what runs in it at last."""
    with devices(mta.root):
        sh("mount", "-t", "proc", "proc", str(mta.root / "proc"))
        try:
            yield
        finally:
            mta.end_processes()
            sh("umount", "-l", str(mta.root / "proc"), check=False)
