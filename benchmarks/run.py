"""Measures ndrkit beside the standard library and its peers, all in one run: ``make bench``.

Writes ``benchmarks/RESULTS.md`` and ``benchmarks/rates.svg``, and prints the former. Every ratio is to
another figure of the same run, on the same mails.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import platform
import subprocess
import sys
import time
import tracemalloc
from collections import defaultdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import chart
import ndrkit
import peers
from ndrkit.message.view import MailView
from ndrkit.read import read_mail
from ndrkit.tables import Tables
from timing import ROOT, ROUNDS, best, corpus, in_turns, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

RESULTS = ROOT / "benchmarks" / "RESULTS.md"
CHART = ROOT / "benchmarks" / "rates.svg"
EXPLAINER = ndrkit.Explainer()


def machine() -> str:
    """Name the machine and the versions that the figures belong to."""
    names = ("flufl.bounce", "regex", "ahocorasick-rs")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}, {platform.system()}), "
        f"Python {platform.python_version()}, ndrkit {ndrkit.__version__}, {versions}."
    )


def rates(mails: Sequence[bytes], target: Path) -> Iterator[str]:
    """Yield the table of how many mails a second each takes, and draw it."""
    parsing, ours, again, words = in_turns(
        (
            lambda: best(peers.parse, mails, 1),
            lambda: _fresh(EXPLAINER.explain, mails, 1),
            lambda: best(EXPLAINER.explain, mails, 1),
            lambda: _fresh(_json, mails, 1),
        )
    )
    found = [
        peers.Peer("email.message_from_bytes", "parsing only", parsing),
        *peers.measure(mails),
        peers.Peer("ndrkit.explain", "who, what, why, who acts", ours),
        peers.Peer("the same mails once more", "the same, with what it remembers", again),
        peers.Peer("ndrkit, JSON with advice", "the same, and what to do", words),
    ]
    yield table("what", "gives", "mails/s", "µs a mail", "rate, parsing with the standard library = 1")
    for one in found:
        if one.seconds is None:
            yield f"| {one.name} | {one.gives} | not installed: `{one.install}` | | |"
            continue
        rate, each = len(mails) / one.seconds, one.seconds / len(mails) * 1e6
        yield f"| {one.name} | {one.gives} | {rate:,.0f} | {each:,.0f} | {parsing / one.seconds:.2f} |"
    drawn = {one.name: len(mails) / one.seconds for one in found if one.seconds}
    chart.draw(drawn, f"mails a second, one core, {len(mails):,} bounces", target)


def _fresh(work: Callable[[bytes], object], mails: Sequence[bytes], rounds: int = ROUNDS) -> float:
    """Time our own work, each round with nothing remembered of the one before."""
    return best(work, mails, rounds, EXPLAINER.forget)


def _json(mail: bytes) -> str:
    return EXPLAINER.explain(mail).to_json()


def stages(mails: Sequence[bytes]) -> Iterator[str]:
    """Yield what each stage adds; each line is measured with all those before it, and they are taken off."""
    work = (
        ("find the parts", lambda mail: MailView(mail).parts),
        ("read who and what", lambda mail: read_mail(mail, EXPLAINER.tables)),
        ("judge why (`explain`)", EXPLAINER.explain),
        ("advise (JSON)", _json),
    )
    yield table("stage", "µs a mail", "share")
    times = [_fresh(stage, mails) / len(mails) * 1e6 for _, stage in work]
    for (name, _), upto, before in zip(work, times, [0.0, *times], strict=False):
        yield f"| {name} | {upto - before:,.0f} | {(upto - before) / times[-1]:.0%} |"


def formats(mails: Sequence[bytes]) -> Iterator[str]:
    """Yield the time for each format of notice, the commonest first."""
    groups: dict[str, list[bytes]] = defaultdict(list)
    for mail in mails:
        report = EXPLAINER.explain(mail)
        groups[report.format or report.kind].append(mail)
    yield table("format", "mails", "µs a mail")
    for name, group in sorted(groups.items(), key=lambda item: -len(item[1]))[:15]:
        yield f"| {name} | {len(group)} | {_fresh(EXPLAINER.explain, group) / len(group) * 1e6:,.0f} |"


def sizes() -> Iterator[str]:
    """Yield what a mail costs that grows tenfold and again."""
    head = b"From: MAILER-DAEMON@example.net\nSubject: Undelivered Mail Returned to Sender\n\n"
    line = b"This is the mail system at host mx.example.net. <a@example.org>: 550 User unknown\n"
    yield table("size of the mail", "seconds", "peak memory, MB")
    for size in (50_000, 500_000, 5_000_000, 50_000_000):
        mail = head + line * (size // len(line))
        seconds = best(EXPLAINER.explain, [mail])
        tracemalloc.start()
        EXPLAINER.explain(mail)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        yield f"| {size:,} bytes | {seconds:.3f} | {peak:.0f} |"


def grown(times: int) -> ndrkit.Explainer:
    """Give an Explainer whose rule table is ``times`` as long, with words that no mail holds."""
    explainer = ndrkit.Explainer()
    documents = {**explainer.tables.documents}
    for kind in ("reasons", "providers"):
        documents[kind] = {
            name: {**data, "rules": list(_copies(data.get("rules", ()), times))}
            for name, data in documents[kind].items()
        }
    documents["blocklists"] = {
        f"{name}_{n}" if n else name: {**data, **_changed(data, n)}
        for name, data in documents["blocklists"].items()
        for n in range(times)
    }
    explainer.tables = Tables(documents)
    return explainer


def _copies(rules: Sequence[dict[str, Any]], times: int) -> Iterator[dict[str, Any]]:
    for rule in rules:
        for n in range(times):
            yield {**rule, **_changed(rule, n), "id": f"{rule['id']}_{n}" if n else rule["id"]}


def _changed(row: dict[str, Any], n: int) -> dict[str, list[str]]:
    keys = [key for key in ("words", "zones") if key in row]
    return {key: [f"{word} {n}q{n}" if n else word for word in row[key]] for key in keys}


def table_growth(mails: Sequence[bytes]) -> Iterator[str]:
    """Yield what ten times the rules cost, measured in turns with the table as it is."""
    tenfold = grown(10)
    plain, large = in_turns(
        (
            lambda: best(EXPLAINER.explain, mails, 1, EXPLAINER.forget),
            lambda: best(tenfold.explain, mails, 1, tenfold.forget),
        )
    )
    count = len(tenfold.tables.rules)
    yield (
        f"{count:,} rules (synthetic) instead of {len(EXPLAINER.tables.rules):,}: "
        f"{large / plain:.2f} times the time a mail."
    )


def _kinds(paths: Sequence[Path]) -> int:
    return sum(EXPLAINER.explain(path).kind == "bounce" for path in paths)


def processes(paths: Sequence[Path]) -> Iterator[str]:
    """Yield the rates of one process and of two, files read and processes started included."""
    yield table("processes", "mails/s")
    for count in (1, 2):
        parts = [paths[place::count] for place in range(count)]
        with multiprocessing.get_context("spawn").Pool(count) as pool:
            pool.map(_kinds, [part[:1] for part in parts])
            start = time.perf_counter()
            pool.map(_kinds, parts)
            yield f"| {count} | {len(paths) / (time.perf_counter() - start):,.0f} |"


def cold_start() -> Iterator[str]:
    """Yield the time and memory from a fresh process to its first explanation, start of Python included."""
    code = "import ndrkit; ndrkit.explain('550 5.1.1 User unknown').to_dict()"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    seconds = []
    for command in (code, "pass"):
        times = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", command], check=True, env=environment)
            times.append(time.perf_counter() - start)
        seconds.append(min(times) * 1000)
    yield (
        f"Fresh process to first explanation: {seconds[0]:.0f} ms, of which the start of Python is "
        f"{seconds[1]:.0f} ms."
    )
    if platform.system() == "Linux":  # a child's rusage counts its parent's memory before exec
        peak = "print(next(x for x in open('/proc/self/status') if x.startswith('VmHWM')).split()[1])"
        done = subprocess.run([sys.executable, "-c", f"{code}; {peak}"], check=True, capture_output=True)
        yield f"Memory of that process at its peak: {int(done.stdout) / 1024:.0f} MB."


def main() -> None:
    """Run everything; a folder of other mails may be named on the command line (nothing is written then)."""
    logging.disable()  # flufl.bounce logs each of its failures
    paths = sorted(Path(sys.argv[1]).rglob("*")) if sys.argv[1:] else corpus()
    paths = [path for path in paths if path.is_file()]
    mails = [path.read_bytes() for path in paths]
    target = Path(os.devnull) if sys.argv[1:] else CHART
    size = sum(map(len, mails)) / len(mails)
    sections = {
        f"{len(mails):,} mails of {size:,.0f} bytes on average": rates(mails, target),
        "Where the time goes": stages(mails),
        "By format": formats(mails),
        "By size": sizes(),
        "The table grown tenfold": table_growth(mails),
        "Processes": processes(paths),
        "Cold start": cold_start(),
    }
    lines = ["# Measured by `make bench`", "", machine()]
    print("\n".join(lines))
    for title, section in sections.items():
        lines += ["", f"## {title}", ""]
        print(f"\n## {title}\n")
        for line in section:
            lines.append(line)
            print(line, flush=True)
    if target == CHART:
        RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
