"""Measures the hostile inputs of ``tests/bombs.py``: size, time and memory, each also grown tenfold.

``make bounds`` prints a table in Markdown. Every input is explained in a process of its own, which
holds nothing but Python, ndrkit and the mail, so that its peak is that of the explanation.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TypedDict

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import ndrkit  # noqa: E402
from bombs import BOMBS, LIMIT  # noqa: E402 -- the tests' folder is no package

TIMES = (1, 10, 100)
SECONDS, MEGABYTES = 1.0, 200


class Measure(TypedDict):
    """What one explanation took, and how many recipients and notes it gave."""

    seconds: float
    json_seconds: float
    megabytes: float
    findings: int
    notes: list[str]


def apart(path: Path) -> Measure:
    """Explain a file in a process of its own."""
    out = subprocess.run([sys.executable, __file__, str(path)], check=True, stdout=subprocess.PIPE)
    found: Measure = json.loads(out.stdout)
    return found


def measure(path: Path) -> None:
    """Explain a file, and print what it took."""
    ndrkit.explain("550 5.1.1 User unknown").to_json()
    data = path.read_bytes()
    start = time.perf_counter()
    report = ndrkit.explain(data)
    explained = time.perf_counter()
    peak = peak_memory() / 1e6
    report.to_json()
    found: Measure = {
        "seconds": explained - start,
        "json_seconds": time.perf_counter() - explained,
        "megabytes": peak,
        "findings": len(report.findings),
        "notes": list(report.notes),
    }
    print(json.dumps(found))


def peak_memory() -> int:
    """Give the most bytes that this process held; Linux counts its parent's with them in ``getrusage``."""
    status = Path("/proc/self/status")
    if status.exists():
        return 1024 * int(status.read_text("ascii").partition("VmHWM:")[2].split()[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def main() -> None:
    """Print the table; exit 1 when a bound does not hold."""
    print(f"Bounds: {SECONDS:.0f} s and {MEGABYTES} MB for any input of at most {LIMIT // 1_000_000} MB.\n")
    print("| input | size | time (ms) | then JSON (ms) | peak (MB) | recipients | notes |")
    print("|---|--:|--:|--:|--:|--:|---|")
    worst: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        mail = Path(folder) / "mail.eml"
        for name, bomb in BOMBS.items():
            size = -1
            for times in TIMES if bomb.units else (1,):
                size, before = mail.write_bytes(bomb.grown(times)), size
                if size == before:
                    break
                took = apart(mail)
                broken = took["seconds"] > SECONDS or took["megabytes"] > MEGABYTES
                worst += [f"{name} ×{times}"] * broken
                label = name if times == 1 else f"… ×{times}"
                print(
                    f"| {label}{' **!**' * broken} | {_size(size)} | {took['seconds'] * 1e3:,.0f} "
                    f"| {took['json_seconds'] * 1e3:,.0f} | {took['megabytes']:.0f} | {took['findings']:,} "
                    f"| {'; '.join(took['notes'])} |",
                    flush=True,
                )
    print(f"\n{len(BOMBS)} inputs; beyond the bounds: {', '.join(worst) or 'none'}")
    sys.exit(bool(worst))


def _size(count: int) -> str:
    for unit, divisor in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= divisor:
            return f"{count / divisor:.1f} {unit}"
    return f"{count} B"


if __name__ == "__main__":
    measure(Path(sys.argv[1])) if len(sys.argv) > 1 else main()
