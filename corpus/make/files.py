"""Queue files that are taken or spoiled under a mail server's hands, a queue disk that fills up, a flood.

No server sends a notice of this. What they log is kept in raw/*.log, and lines of it, read by hand, are
in corpus/replies/own-logs.yaml.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from typing import IO, TYPE_CHECKING

import yaml

from mtas import message
from net import HERE, RECV, sh
from part import Part, cases
from plan import Scenario
from relays import fill, small_disk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from home import Home

TABLE = yaml.safe_load((HERE / "files.yaml").read_text(encoding="utf-8"))
PLACES: dict[str, dict[str, str]] = TABLE["places"]
MEMORY = "/var/lib/sendmail/host_status"
FLOOD = 60
NOTE = "This file was infected. It has been removed by the virus scanner.\n"


def spoil(path: Path, how: str, held: list[IO[bytes]]) -> None:
    """Do to one file what a virus scanner does; a lock lives as long as the file is held."""
    if how == "gone":
        path.unlink()
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "replaced":
        path.write_text(NOTE)
    elif how == "forbidden":
        os.chown(path, 0, 0)
        path.chmod(0)
    elif how == "locked":
        file = path.open("r+b")
        held.append(file)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def around(mta: Home, plan: list[Scenario], folder: Path) -> Iterator[None]:  # noqa: ARG001
    """Refuse the first attempt; then spoil the files and let the second attempt through."""
    (one,) = plan
    place = PLACES[mta.name]
    spool = mta.root / place["spool"]
    held: list[IO[bytes]] = []
    verdict = "drop" if one.row["how"] == "flood" else "reject with tcp reset"
    rule = f"ip daddr {one.ip} tcp dport 25 {verdict}"
    rules = f"table ip first {{\nchain c {{ type filter hook input priority 0;\n{rule}\n}}\n}}"
    sh("ip", "netns", "exec", RECV, "nft", "-f", "-", input=rules)

    def trouble() -> None:
        for path in sorted(spool.glob(place[one.row["what"]])):
            with contextlib.suppress(OSError):
                spoil(path, one.row["how"], held)
        mta.clean(MEMORY)
        for number in range(FLOOD if one.row["how"] == "flood" else 0):
            mta.inside(*mta.command(), "-f", "<>", f"user{number}@{one.domain}", text=message(one))
        if one.row["how"] == "full":
            fill(spool, "disk")
            done = mta.inside(
                *mta.command(), "-f", one.sender, *one.recipients, text=message(one), check=False
            )
            mta.aside = f"exit {done.returncode}\n{done.stdout}{done.stderr}"
        if one.row["how"] != "flood":
            sh("ip", "netns", "exec", RECV, "nft", "delete", "table", "ip", "first")

    mta.aside, mta.trouble, mta.more = "", trouble, one.row.get("more", "")
    with small_disk(spool, "size=3m") if one.row["how"] == "full" else contextlib.nullcontext():
        yield
    for file in held:
        file.close()


ROWS = cases("files.yaml", "files", 940, Scenario, {"reason": "local_file_error"})
GROUPS = [(one.id, [one]) for one in ROWS]
main = Part("files", "queue files spoiled", GROUPS, around, wait=36.0, logs=True).main
