"""The peers that install from the registries, timed on the same mails in the same run.

Each gets the mails in the form that it asks for; what that costs is counted. A peer that is not
installed is named with the command that installs it.
"""

from __future__ import annotations

import email
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from flufl.bounce import scan_message

from timing import ROUNDS, best

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent
TIME_LIMIT = 300
NODE_FOLDER = "NDRKIT_BENCH_NODE"  # where `npm install baunsu email-bounce-parser` was run


class Peer(NamedTuple):
    """A peer: its name and version, what it gives, and its seconds (None: how to install it)."""

    name: str
    gives: str
    seconds: float | None
    install: str = ""


def measure(mails: Sequence[bytes]) -> list[Peer]:
    """Time every peer over ``mails``; the standard library is timed elsewhere, in turns with ours."""
    out = [*_fast_mail_parser(mails), Peer("flufl.bounce", "recipients", best(_flufl, mails))]
    with tempfile.TemporaryDirectory() as folder:
        for number, mail in enumerate(mails):
            (Path(folder) / f"{number:06}.eml").write_bytes(mail)
        out += _perl(folder) + _node(folder)
    return out


def parse(mail: bytes) -> object:
    """Parse a mail with the standard library."""
    return email.message_from_bytes(mail)


def _flufl(mail: bytes) -> object:
    try:
        return scan_message(email.message_from_bytes(mail))
    except Exception:  # noqa: BLE001 -- it raises nearly anything; that costs it no time here
        return None


def _fast_mail_parser(mails: Sequence[bytes]) -> list[Peer]:
    name, gives, install = "fast-mail-parser (Rust)", "parsing only", "pip install fast-mail-parser"
    try:
        from fast_mail_parser import parse_email  # noqa: PLC0415 -- optional
    except ImportError:
        return [Peer(name, gives, None, install)]

    def work(mail: bytes) -> object:
        try:
            return parse_email(mail)
        except Exception:  # noqa: BLE001 -- it refuses some mails
            return None

    return [Peer(name, gives, best(work, mails))]


def _perl(folder: str) -> list[Peer]:
    peers = (
        ("sisimai", "Sisimai (Perl)", "recipients, status, reason", "apt-get install libsisimai-perl"),
        (
            "bounceparser",
            "Mail::DeliveryStatus::BounceParser (Perl)",
            "recipients, status, reason",
            "apt-get install libmail-deliverystatus-bounceparser-perl",
        ),
    )
    return [_outside(["perl", str(HERE / "peers.pl"), key, folder], *rest) for key, *rest in peers]


def _node(folder: str) -> list[Peer]:
    install = f"npm install baunsu email-bounce-parser, {NODE_FOLDER}=that folder"
    peers = (
        ("baunsu", "baunsu (Node.js)", "whether it bounced", install),
        ("email-bounce-parser", "email-bounce-parser (Node.js)", "recipient, code, reason", install),
    )
    return [_outside(["node", str(HERE / "peers.cjs"), key, folder], *rest) for key, *rest in peers]


def _outside(command: list[str], name: str, gives: str, install: str) -> Peer:
    """Run a peer of another language; it prints the seconds of each round as JSON."""
    modules = os.environ.get(NODE_FOLDER)
    paths = {"NODE_PATH": str(Path(modules) / "node_modules")} if modules else {}
    if not shutil.which(command[0]):
        return Peer(name, gives, None, install)
    try:
        done = subprocess.run(
            [*command, str(ROUNDS)],
            capture_output=True,
            check=True,
            timeout=TIME_LIMIT,
            env={**os.environ, **paths},
        )
        return Peer(name, gives, min(json.loads(done.stdout.splitlines()[-1])))
    except (subprocess.SubprocessError, ValueError, IndexError):
        return Peer(name, gives, None, install)
