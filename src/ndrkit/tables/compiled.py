"""The compiled tables: one JSON file that loads in milliseconds, beside this module.

A wheel carries it (``hatch_build.py`` writes it). In a checkout it is written anew whenever a YAML
file is younger than it, so that an edited rule counts at once.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ndrkit.tables.folder import Documents

COMPILED = Path(__file__).with_name("compiled.json")
_BY_LANGUAGE = ("texts", "words")
_PACKAGED = Path(__file__).parents[1] / "rules"
_CHECKOUT = Path(__file__).parents[3] / "rules"


def rules_folder() -> Path:
    """Give the folder of our YAML tables: in a checkout its ``rules/``, else the packaged copy."""
    return _CHECKOUT if (_CHECKOUT / "SPEC.md").is_file() else _PACKAGED


def load() -> Documents:
    """Load our own tables; raises :class:`~ndrkit.model.TableError` when an edited file is wrong."""
    folder = rules_folder()
    if folder == _PACKAGED or _fresh(folder):
        with contextlib.suppress(OSError, ValueError):
            documents: Documents = json.loads(COMPILED.read_bytes())
            for kind in _BY_LANGUAGE:
                documents[kind] = cast("dict[str, dict[str, Any]]", _Languages(documents[kind]))
            return documents
    return compile_folder(folder)


def compile_folder(folder: Path, target: Path = COMPILED) -> Documents:
    """Read the YAML of ``folder`` and write it compiled to ``target`` (left out where not allowed)."""
    from ndrkit.tables.folder import must, read_folder  # noqa: PLC0415 -- YAML only when needed
    from ndrkit.tables.needed import needed_in  # noqa: PLC0415 -- asked for when tables are compiled

    started = time.time_ns()
    documents, problems, _ = read_folder(folder)
    must(problems)
    documents["needed"] = {"": needed_in(documents)}
    packed = {
        kind: {language: _packed(data) for language, data in documents[kind].items()} for kind in _BY_LANGUAGE
    }
    text = _packed({**documents, **packed})
    with contextlib.suppress(OSError):
        draft = target.with_suffix(f".{os.getpid()}.tmp")
        draft.write_bytes(text.encode())
        os.utime(draft, ns=(started, started))  # an edit made meanwhile is younger, and counts
        draft.replace(target)
    return documents


class _Languages(Mapping[str, "dict[str, Any]"]):
    """Tables by language, each unpacked when it is first asked for: most processes need one or none."""

    def __init__(self, packed: Mapping[str, Any]) -> None:
        self._packed = packed
        self._texts: dict[str, dict[str, Any]] = {}

    def __getitem__(self, language: str) -> dict[str, Any]:
        if language not in self._texts:
            self._texts[language] = json.loads(self._packed[language])
        return self._texts[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


def _packed(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _fresh(folder: Path) -> bool:
    """Tell whether no table, no folder (a file taken away) and not this module is younger than the file."""
    try:
        made = COMPILED.stat().st_mtime_ns
    except OSError:
        return False
    folders = [folder, *(Path(entry.path) for entry in os.scandir(folder) if entry.is_dir())]
    times = [one.stat().st_mtime_ns for one in (*folders, Path(__file__))]
    for one in folders:
        times += [entry.stat().st_mtime_ns for entry in os.scandir(one)]
    return max(times) < made
