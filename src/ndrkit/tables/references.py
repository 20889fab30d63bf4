"""Checks what shapes cannot: ids that other files must have, the placeholders of texts, completeness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ndrkit.model import Problem, vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ndrkit.tables.folder import Documents, Folder
    from ndrkit.tables.yaml_file import Document, Path


def check_references(
    folder: Folder, whole: Documents, text_faults: Callable[[str], list[str]]
) -> Iterator[Problem]:
    """Yield what does not fit together; ``whole`` is the folder laid over our own tables.

    ``text_faults`` names what is wrong with the placeholders of one text.
    """
    links = whole["links"].get("", {}).get("links", {})
    for (kind, name), document in folder.files.items():
        if kind == "reasons":
            yield from _reason(document, links)
        elif kind == "providers":
            yield from _provider(document, links)
        elif kind == "texts":
            for path, text in _texts(document.data, ()):
                yield from (document.problem(path, fault) for fault in text_faults(text))
            yield from (document.problem((), text) for text in _missing(name, document.data, whole))
    if folder.files.keys() >= {("status", ""), ("links", "")}:
        lacking = (one for one in vocabulary.REASONS if one not in whole["reasons"])
        yield from (Problem("reasons/", 0, f"no file for the reason {one!r}") for one in lacking)


def _reason(document: Document, links: dict[str, Any]) -> Iterator[Problem]:
    if ("cause" in document.data) == ("family" in document.data):
        yield document.problem(("reason",), "give either 'cause' or 'family'")
    for i, link in enumerate(document.data.get("links", ())):
        if link not in links:
            yield document.problem(("links", i), f"no link {link!r} in links.yaml")


def _provider(document: Document, links: dict[str, Any]) -> Iterator[Problem]:
    data = document.data
    if data.get("help") and data["help"] not in links:
        yield document.problem(("help",), f"no link {data['help']!r} in links.yaml")
    if data.get("rules") and not (data.get("hosts") or data.get("tokens")):
        yield document.problem((), "its rules can never win: give hosts or tokens")


def _missing(name: str, data: dict[str, Any], whole: Documents) -> Iterator[str]:
    """Name the texts that English has and this language lacks; English itself must be complete."""
    english = whole["texts"].get("en", {})
    for reason in vocabulary.REASONS:
        if reason not in data.get("reasons", {}):
            yield f"no text for the reason {reason!r}"
    for kind, texts in english.get("kinds", {}).items():
        for key in texts:
            if key not in data.get("kinds", {}).get(kind, {}):
                yield f"no text for kinds.{kind}.{key} ({name})"
    for group in ("words", "actors", "strengths", "removals", "families", "links"):
        for key in english.get(group, {}):
            if key not in data.get(group, {}):
                yield f"no text for {group}.{key} ({name})"


def _texts(data: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            if path or key in ("kinds", "reasons", "causes"):
                yield from _texts(value, (*path, key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from _texts(value, (*path, i))
    elif isinstance(data, str):
        yield path, data
