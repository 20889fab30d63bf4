"""Parts of the corpus in which the trouble is all about one server: run, keep, write down."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from collect import collect
from home import HOMES, Home
from net import HERE, network
from notices import CORPUS
from plan import CAUSE, Scenario, domain_name, plan_recipients

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

ALIKE = 3  # so many notices of one server may say the very same words


@dataclass
class Part:
    """One part: the folder's ending, what to say of its origin, and what is put around a run."""

    ending: str
    origin: str
    groups: list[tuple[str, list[Scenario]]]
    around: Callable[[Home, list[Scenario], Path], AbstractContextManager[None]]
    wait: float = 130.0
    homes: tuple[type[Home], ...] = HOMES
    logs: bool = False  # no server sends a notice of this: only what it logs is kept, in raw/

    def main(self, work: Path, wanted: list[str], *, again: bool) -> None:
        """Run the servers that are wanted; with `again`, only write down what is kept."""
        for kind in self.homes:
            mta = kind(work)
            name = f"{mta.name}-{self.ending}"
            if wanted and name not in wanted:
                continue
            if not again:
                self.run(mta)
            if not self.logs:
                print(f"{name}: {self.write_down(mta)} mails", flush=True)

    def variants(self, mta: Home) -> tuple[str, ...]:
        """Give the variants in which a server runs."""
        return mta.variants[-1:] if self.logs else mta.variants

    def raw(self, mta: Home, server: str, name: str, variant: str) -> Path:
        """Give the folder in which a run is kept."""
        return mta.work / "raw" / f"{server}-{self.ending}-{name}-{variant}"

    def run(self, mta: Home) -> None:
        """Let one server send in every situation, and keep what comes back."""
        mta.build()
        mta.wait = self.wait
        for name, whole in self.groups:
            for variant in self.variants(mta):
                plan = [one for one in whole if variant == "fail" or self.logs or one.row.get("late")]
                plan = without_skipped(plan, mta.name)
                if plan:
                    self.run_once(mta, plan, variant, self.raw(mta, mta.name, name, variant))

    def run_once(self, mta: Home, plan: list[Scenario], variant: str, raw: Path) -> None:
        """Run some situations at once; keep the notices and the log."""
        with network(plan, mta.work) as keep, self.around(mta, plan, keep.parent):
            mta.keep = keep
            mta.run(plan, variant)
            shutil.rmtree(raw, ignore_errors=True)
            shutil.copytree(keep, raw)
        raw.with_name(raw.name + ".log").write_text(mta.logged())

    def write_down(self, mta: Home) -> int:
        """Write what the runs brought; return how many mails."""
        server = mta.name
        mta.name = f"{server}-{self.ending}"
        folder = CORPUS / mta.name
        if any(self.raw(mta, server, name, "fail").exists() for name, _ in self.groups):
            shutil.rmtree(folder, ignore_errors=True)
        said: Counter[str] = Counter()
        for name, plan in self.groups:
            for variant in mta.variants:
                raw = self.raw(mta, server, name, variant)
                if raw.exists():
                    collect(mta, without_skipped(plan, server), raw, variant)
            for one in plan:
                self.read_again(folder, one, server)
                drop_alike(folder, one, said)
        return len(list(folder.glob("*.yaml")))

    def read_again(self, folder: Path, one: Scenario, server: str) -> None:
        """Put down what a server's notice says by itself, where that is not what was planned."""
        for path in mails_of(folder, one):
            truth = yaml.safe_load(path.read_text(encoding="utf-8"))
            truth["origin"] = truth["origin"].replace("receiver scripted", self.origin)
            kind = server + ("-delay" if truth["kind"] == "delay" else "")
            read = one.row.get("read", {})
            for found in truth["findings"]:
                found.update(read.get(kind, read.get(server, {})))
                found["cause"] = CAUSE.get(found["reason"])
            path.write_text(yaml.safe_dump(truth, sort_keys=False, allow_unicode=True), encoding="utf-8")


def without_skipped(plan: list[Scenario], server: str) -> list[Scenario]:
    """Give the situations in which a server takes part."""
    return [one for one in plan if server not in one.row.get("skip", ())]


def mails_of(folder: Path, one: Scenario) -> list[Path]:
    """Give the truth files of one situation."""
    return [path for path in (folder / f"{one.id}{end}.yaml" for end in ("", "-delay")) if path.exists()]


def drop_alike(folder: Path, one: Scenario, said: Counter[str]) -> None:
    """Take away a notice whose words were said often enough by the same server."""
    for path in mails_of(folder, one):
        mail = path.with_suffix(".eml")
        notice = mail.read_text(encoding="utf-8", errors="replace").partition("\n\n")[2]
        notice = re.split("\n(?:From: Sales|Return-[Pp]ath:|Received:)", notice)[0]
        key = re.sub(r"\S*(?:\d|\.example)\S*", "", notice)
        key = f"{'-delay' in path.stem} {' '.join(key.split())}"
        said[key] += 1
        if said[key] > ALIKE:
            mail.unlink()
            path.unlink()


def cases(
    file: str, group: str, first: int, kind: type[Scenario], by_itself: dict[str, Any]
) -> list[Scenario]:
    """Read one group of situations; `by_itself` is what holds of each unless it says otherwise."""
    result: list[Scenario] = []
    rows = yaml.safe_load((HERE / file).read_text(encoding="utf-8"))[group]
    for number, row in enumerate(rows):
        one = kind(row["id"], first + number, {**by_itself, **row}, domain_name(row["id"]))
        one.ip = f"198.51.100.{10 + number}"
        plan_recipients(one)
        result.append(one)
    return result
