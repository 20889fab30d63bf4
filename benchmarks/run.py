"""Measures ndrkit against the standard library and flufl.bounce, all in one run.

``make bench`` prints a table in Markdown. Ratios are to ``email.message_from_bytes`` (parsing only)
over the same mails; each figure is the best of several rounds.
"""

from __future__ import annotations

import email
import logging
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

from flufl.bounce import scan_message

import ndrkit
from ndrkit.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).parents[1]
ROUNDS = 5


def best(work: Callable[[bytes], object], mails: Iterable[bytes]) -> float:
    """Give the seconds that the fastest of some rounds over ``mails`` takes."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for mail in mails:
            work(mail)
        times.append(time.perf_counter() - start)
    return min(times)


def flufl(mail: bytes) -> object:
    """Find recipients with flufl.bounce; it raises on some mails."""
    try:
        return scan_message(email.message_from_bytes(mail))
    except Exception:  # noqa: BLE001 -- it raises nearly anything; that costs it no time here
        return None


def cold_start() -> float:
    """Give the seconds from a fresh process to its first explanation, start of Python included."""
    code = "import ndrkit; ndrkit.explain('550 5.1.1 User unknown').to_dict()"
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(time.perf_counter() - start)
    return min(times)


def grown(times: int) -> ndrkit.Explainer:
    """Give an Explainer whose rule table is ``times`` as long, with words that no mail holds."""
    explainer = ndrkit.Explainer()
    documents = {**explainer.tables.documents}
    reasons = {}
    for name, data in documents["reasons"].items():
        rules = list(data.get("rules", ()))
        more = [
            {**rule, "id": f"{rule['id']}_{n}", "words": [f"{word} {n}q{n}" for word in rule["words"]]}
            for n in range(1, times)
            for rule in rules
        ]
        reasons[name] = {**data, "rules": rules + more}
    documents["reasons"] = reasons
    explainer.tables = Tables(documents)
    return explainer


def row(name: str, seconds: float, count: int, base: float) -> None:
    """Print a line of the table."""
    print(f"| {name} | {count / seconds:,.0f} | {seconds / count * 1e6:,.0f} | {seconds / base:.2f} |")


def rates(paths: list[Path]) -> None:
    """Print how many mails a second each takes."""
    mails = [path.read_bytes() for path in paths]
    explainer = ndrkit.Explainer()
    tenfold = grown(10)
    base = best(email.message_from_bytes, mails)
    print(f"\n{len(mails)} mails, {sum(map(len, mails)) / len(mails):,.0f} bytes each on average\n")
    print("| what | mails/s | µs a mail | time, parsing with the standard library = 1 |\n|---|---|---|---|")
    row("email.message_from_bytes (parsing only)", base, len(mails), base)
    row("flufl.bounce (recipients only)", best(flufl, mails), len(mails), base)
    row("ndrkit.explain", best(explainer.explain, mails), len(mails), base)
    row(
        "ndrkit.explain, JSON with advice",
        best(lambda m: explainer.explain(m).to_json(), mails),
        len(mails),
        base,
    )
    row("ndrkit.explain, rules tenfold", best(tenfold.explain, mails), len(mails), base)


def sizes() -> None:
    """Print what a mail costs whose parts grow tenfold."""
    head = b"From: MAILER-DAEMON@example.net\nSubject: Undelivered Mail Returned to Sender\n\n"
    line = b"This is the mail system at host mx.example.net. <a@example.org>: 550 User unknown\n"
    explainer = ndrkit.Explainer()
    print("\n| size of the mail | seconds | peak memory, MB |\n|---|---|---|")
    for size in (50_000, 500_000, 5_000_000, 50_000_000):
        mail = head + line * (size // len(line))
        seconds = best(explainer.explain, [mail])
        tracemalloc.start()
        explainer.explain(mail)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        print(f"| {size:,} bytes | {seconds:.3f} | {peak:.0f} |")


def main() -> None:
    """Run everything; folders of other mails may be named on the command line."""
    logging.disable()  # flufl.bounce logs each of its failures
    print(f"Python {sys.version.split()[0]}, ndrkit {ndrkit.__version__}")
    for folder in [Path(name) for name in sys.argv[1:]] or [ROOT / "corpus"]:
        rates(sorted(folder.rglob("*.eml")))
    print(f"\nfresh process to first explanation: {cold_start() * 1000:.0f} ms")
    sizes()


if __name__ == "__main__":
    main()
