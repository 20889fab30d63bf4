"""Reads folders of YAML tables into plain documents, lays folders over one another, finds mistakes.

``Documents`` is ``{kind: {id: data}}``: kinds are the names of the sub-folders and single files,
ids the slug that the file's first key gives (``reason: x``). Single files have the id ``""``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ndrkit.model import Problem, TableError
from ndrkit.tables.check import check
from ndrkit.tables.yaml_file import Document, parse

if TYPE_CHECKING:
    from pathlib import Path

Documents = dict[str, dict[str, dict[str, Any]]]

FOLDERS = {
    "reasons": "reason",
    "providers": "provider",
    "blocklists": "blocklist",
    "formats": "format",
    "texts": "language",
    "words": "language",
}
SINGLE = ("status", "causes", "kinds", "links", "times", "recipients", "vocabularies", "concepts")


class Folder(NamedTuple):
    """A folder of tables as read: the plain documents, every mistake, and the files for messages."""

    documents: Documents
    problems: list[Problem]
    files: dict[tuple[str, str], Document]


def read_folder(folder: Path) -> Folder:
    """Read every table below ``folder``; all mistakes come back at once, files named as given."""
    documents: Documents = {kind: {} for kind in (*FOLDERS, *SINGLE)}
    problems: list[Problem] = []
    files: dict[tuple[str, str], Document] = {}
    if not folder.is_dir():
        return Folder(documents, [Problem(str(folder), 0, "no such folder of rules")], files)
    for path in sorted(folder.rglob("*.y*ml")):
        kind, id_key = _kind_of(path.relative_to(folder))
        if kind is None:
            problems.append(Problem(str(path), 0, f"unknown table: {_places()}"))
            continue
        document, mistakes = _read(path)
        problems += mistakes
        if document.lines:  # else it is no YAML at all, which has been told already
            problems += check(document, kind)
        if not isinstance(document.data, dict):
            continue
        name = str(document.data.get(id_key, "")) if id_key else ""
        problems += _identity(document, path, id_key, name, documents[kind])
        documents[kind][name] = document.data
        files[kind, name] = document
    return Folder(documents, problems, files)


def lay_over(base: Documents, over: Documents) -> Documents:
    """Give ``base`` with ``over`` on top: a file of the same id adds to ours, its rules by id."""
    out = {kind: dict(rows) for kind, rows in base.items()}
    for kind, rows in over.items():
        for name, data in rows.items():
            mine = out[kind].get(name)
            out[kind][name] = data if mine is None else _merge(mine, data)
    return out


def must(problems: list[Problem]) -> None:
    """Raise :class:`TableError` with all ``problems``, if there are any."""
    if problems:
        raise TableError(sorted(problems))


def _merge(mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    out = {**mine, **theirs}
    for key in ("rules", "codes", "replies", "links", "reasons", "causes", "words", "concepts"):
        old, new = mine.get(key), theirs.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            out[key] = {**old, **new}
        elif old and new and all(isinstance(row, dict) and "id" in row for row in (*old, *new)):
            out[key] = list({row["id"]: row for row in (*old, *new)}.values())
        elif key == "rules" and old and not new:
            out[key] = old
    return out


def _kind_of(path: Path) -> tuple[str | None, str | None]:
    if len(path.parts) == 2 and path.parts[0] in FOLDERS:
        return path.parts[0], FOLDERS[path.parts[0]]
    if len(path.parts) == 1 and path.stem in SINGLE:
        return path.stem, None
    return None, None


def _places() -> str:
    folders = ", ".join(f"{folder}/" for folder in FOLDERS)
    return f"tables lie in {folders} or are called {', '.join(f'{name}.yaml' for name in SINGLE)}"


def _read(path: Path) -> tuple[Document, list[Problem]]:
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return Document(str(path), {}, {}), [Problem(str(path), line, "not UTF-8: save it as UTF-8")]
    except OSError as error:
        return Document(str(path), {}, {}), [Problem(str(path), 0, f"cannot read: {error.strerror}")]
    return parse(text, str(path))


def _identity(
    document: Document, path: Path, id_key: str | None, name: str, rows: dict[str, dict[str, Any]]
) -> list[Problem]:
    problems = []
    if id_key and name and name != path.stem:
        problems.append(document.problem((id_key,), f"{id_key} is {name!r} but the file is {path.name!r}"))
    if name in rows:
        problems.append(document.problem((id_key or "",), f"{name!r} is defined in two files"))
    seen: set[str] = set()
    rules = document.data.get("rules")
    for i, rule in enumerate(rules if isinstance(rules, list) else ()):
        rule_id = rule.get("id") if isinstance(rule, dict) else None
        if isinstance(rule_id, str):
            if rule_id in seen:
                text = f"the id {rule_id!r} stands twice in this file"
                problems.append(document.problem(("rules", i, "id"), text))
            seen.add(rule_id)
    return problems
