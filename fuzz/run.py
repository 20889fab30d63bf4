"""Fuzz ndrkit, guided by coverage: ``python fuzz/run.py --minutes 5`` (``make fuzz MINUTES=5``).

The seeds are the mails of ``corpus/``; ``mutate.py`` changes them like mail, ``promises.py`` says what
must hold. An input that breaks a promise is kept in the folder ``--found``, a few for each place in the
code, and the run goes on. Exits 1 when there was one.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["ndrkit"]):
    import ndrkit

from mutate import mutate
from promises import check

ROOT = Path(__file__).parents[1]
MOST = 65_536
SMALL = 16_384
KEPT = 5


class Fuzzer:
    """Runs one input after the other, and keeps what breaks a promise."""

    def __init__(self, found: Path, seeds: list[bytes]) -> None:
        self.found = found
        self.seeds = seeds
        self.places: Counter[str] = Counter()
        found.mkdir(parents=True, exist_ok=True)

    def one(self, data: bytes) -> None:
        """Check one input."""
        try:
            check(data)
        except Exception as error:  # noqa: BLE001 -- whatever it raises is a finding
            self._keep(data, error)

    def _keep(self, data: bytes, error: Exception) -> None:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        what = str(error).split(":")[0] if isinstance(error, AssertionError) else type(error).__name__
        place = f"{Path(frame.filename).stem}-{frame.lineno}-{what.replace(' ', '_')[:40]}"
        self.places[place] += 1
        if self.places[place] <= KEPT:
            (self.found / f"{place}-{self.places[place]}.eml").write_bytes(data)
            sys.stderr.write(f"FOUND {place}: {error!r}\n")

    def mutator(self, data: bytes, most: int, seed: int) -> bytes:
        """Change an input like a mail; now and then like plain bytes, which knows what was compared."""
        dice = random.Random(seed)  # noqa: S311 -- a shuffle
        if dice.random() < 0.2:
            return bytes(atheris.Mutate(data, most))
        return mutate(data, dice.choice(self.seeds), dice, most)


def main() -> None:
    """Run for the time that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--found", type=Path, default=Path("fuzz/found"))
    parser.add_argument("--keep", type=Path, help="folder of inputs that reached new code, for the next run")
    given = parser.parse_args()
    mails = sorted(ROOT.glob("corpus/*/*.eml"))
    seeds = [mail for path in mails if len(mail := path.read_bytes()) <= SMALL]
    fuzzer = Fuzzer(given.found, seeds)
    ndrkit.explain(b"")
    with tempfile.TemporaryDirectory() as folder:
        reached = given.keep or Path(folder) / "reached"
        reached.mkdir(parents=True, exist_ok=True)
        (Path(folder) / "seeds").mkdir()
        for number, mail in enumerate(seeds):
            (Path(folder) / "seeds" / f"{number}").write_bytes(mail)
        options = [f"-max_total_time={given.minutes * 60:.0f}", f"-max_len={MOST}", "-print_final_stats=1"]
        options += ["-timeout=60", "-rss_limit_mb=2048", "-verbosity=1", f"-artifact_prefix={given.found}/"]
        atheris.Setup(
            [sys.argv[0], *options, str(reached), f"{folder}/seeds"],
            fuzzer.one,
            custom_mutator=fuzzer.mutator,
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
