"""A host of mailing lists: mlmmj behind Postfix refuses what may not go to a list."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

import yaml

from filters import GatePart
from gates import Gate
from home import HomePostfix
from part import cases, mails_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from home import Home
    from plan import Scenario

PIPE = """mlmmj unix - n n - - pipe
  flags=ORhu user=list:list argv=/usr/bin/mlmmj-receive -F -L /var/spool/mlmmj/${nexthop}
"""
FOLDER_OF = {"zh-Hans": "zh-cn"}
FOLDERS = """archive bounce control digesters.d incoming moderation nomailsubs.d queue queue/discarded
requeue subconf subscribers.d text unsubconf"""


class ListHost(HomePostfix):
    """Postfix with lists behind it."""

    name = "lists"
    title = "mlmmj 1.3.0 behind Postfix on Debian 12"
    packages = ("postfix", "mlmmj")
    rows: tuple[Scenario, ...] = ()

    def configure(self, variant: str) -> None:
        """Make every situation's list anew."""
        super().configure(variant)
        master = self.root / "etc/postfix/master.cf"
        master.write_text(master.read_text() + PIPE)
        self.inside("sh", "-c", "rm -rf /var/spool/mlmmj/*")
        for one in self.rows:
            place, address = f"/var/spool/mlmmj/{one.id}", one.recipients[0]
            language = str(one.row.get("lang", "en"))
            language = FOLDER_OF.get(language, language)
            self.inside("sh", "-c", "mkdir -p " + " ".join(f"{place}/{name}" for name in FOLDERS.split()))
            self.inside("cp", "-r", f"/usr/share/mlmmj/text.skel/{language}/.", f"{place}/text/")
            control = {"listaddress": address, "owner": f"owner@{one.domain}", **one.row["control"]}
            for name, value in control.items():
                self.put(f"{place}/control/{name}", f"{value}\n")
            self.put(f"{place}/subscribers.d/a", f"a.smith@{one.domain}\n")
        self.inside("chown", "-R", "list:list", "/var/spool/mlmmj")

    def start(self) -> None:
        """Start the master, with the way to each list."""
        self.via += "".join(f"{one.domain} mlmmj:{one.id}\n" for one in self.rows)
        super().start()


@contextlib.contextmanager
def at_lists(mta: Home, plan: list[Scenario], folder: Path) -> Iterator[None]:  # noqa: ARG001
    """Tell the host which lists there are."""
    if isinstance(mta, ListHost):
        mta.rows = tuple(plan)
    yield


class ListPart(GatePart):
    """The part of the lists: its ids are those of mlmmj."""

    def read_again(self, folder: Path, one: Scenario, server: str) -> None:
        """Set the random words of mlmmj to fixed ones."""
        super().read_again(folder, one, server)
        for path in mails_of(folder, one):
            mail = path.with_suffix(".eml")
            text = re.sub(rb"=_[0-9a-f]{6,40}_=", b"=_0a1b2c3d4e5f_=", mail.read_bytes())
            mail.write_bytes(re.sub(rb"<\d+-\d+-mlmmj-[0-9a-f]+@", b"<1793610764-4711-mlmmj-0a1b2c3d@", text))
            if "lang" in one.row:
                truth = yaml.safe_load(path.read_text(encoding="utf-8"))
                truth["lang"] = one.row["lang"]
                path.write_text(yaml.safe_dump(truth, sort_keys=False, allow_unicode=True), encoding="utf-8")


BY_ITSELF = {"local": "news", "format": "mlmmj", "reason": "recipient_refused"}
ROWS = cases("mlmmj.yaml", "lists", 1500, Gate, BY_ITSELF)
main = ListPart("mlmmj", "a list refuses", [("list", ROWS)], at_lists, homes=(ListHost,)).main
