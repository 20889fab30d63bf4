"""Finds the mails of a folder, a Maildir or an mbox, in an order that is the same every time."""

from __future__ import annotations

import mailbox
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ndrkit.engine import MAX_BYTES
from ndrkit.model import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_MAILDIR = ("cur", "new")


class Item(NamedTuple):
    """A mail to explain: its name (the path below what was asked for) and how to read it."""

    source: str
    read: Callable[[], bytes]


def items_of(paths: Iterable[Path]) -> list[Item]:
    """Give the mails of all ``paths``; raises :class:`SourceError` when there is none in them."""
    several = list(paths)
    found = [item for path in several for item in items(path)]
    if not found:
        raise SourceError(f"{', '.join(map(str, several))}: there is no mail in it")
    return found


def items(path: Path) -> list[Item]:
    """Give the mails of ``path``; raises :class:`SourceError` when it cannot be looked into."""
    if path.is_dir():
        return list(_folder(path))
    if not path.exists():
        raise SourceError(f"{path}: no such file or folder")
    if _is_mbox(path):
        return list(_mbox(path, path.name))
    return [Item(path.name, lambda: read_file(path))]


def read_file(path: Path) -> bytes:
    """Read a file, at most one byte more than is explained; raises :class:`SourceError`."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}") from error


def _folder(top: Path) -> Iterator[Item]:
    for folder, names, files in os.walk(top):
        names.sort()
        if all((Path(folder) / one).is_dir() for one in _MAILDIR):
            names[:] = [name for name in names if name != "tmp"]
        for name in sorted(files):
            path = Path(folder) / name
            source = path.relative_to(top).as_posix()
            if name.startswith("."):
                continue
            if path.suffix.lower() != ".eml" and _is_mbox(path):
                yield from _mbox(path, source)
            else:
                yield Item(source, lambda path=path: read_file(path))  # type: ignore[misc]


def _is_mbox(path: Path) -> bool:
    if path.suffix.lower() == ".eml":
        return False
    try:
        with path.open("rb") as file:
            return file.read(5) == b"From "
    except OSError:
        return False


class _Mbox(mailbox.mbox):
    """An mbox that closes its file when the last mail of it has been read."""

    def __del__(self) -> None:
        self.close()


def _mbox(path: Path, source: str) -> Iterator[Item]:
    try:
        box = _Mbox(path, create=False)
        keys = list(box.iterkeys())
    except (OSError, mailbox.Error) as error:
        raise SourceError(f"{path}: {error}") from error
    for number, key in enumerate(keys, 1):
        yield Item(f"{source}:{number}", lambda key=key: box.get_bytes(key))  # type: ignore[misc]
