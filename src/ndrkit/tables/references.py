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
    concepts = [row["id"] for row in whole["concepts"].get("", {}).get("concepts", ())]
    for (kind, name), document in folder.files.items():
        if kind == "reasons":
            yield from _reason(document, links)
            yield from _rules(document, concepts)
        elif kind == "providers":
            yield from _provider(document, links)
            yield from _rules(document, concepts)
        elif kind == "words":
            for one in document.data["concepts"]:
                yield from _concept(document, ("concepts", one), one, concepts)
            lacking = (one for one in concepts if one not in whole["words"][name]["concepts"])
            yield from (document.problem((), f"no words for the concept {one!r}") for one in lacking)
        elif kind == "concepts":
            asked = _asked(whole)
            for i, one in enumerate(concepts):
                if one not in asked:
                    yield document.problem(("concepts", i), f"no rule asks for the concept {one!r}")
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


def _rules(document: Document, concepts: list[str]) -> Iterator[Problem]:
    """Check what wakes the rules: words, or at least two concepts."""
    for i, rule in enumerate(document.data.get("rules", ())):
        near, path = rule.get("near", ()), ("rules", i)
        if bool(near) == bool(rule.get("words")):
            yield document.problem(path, "give either 'words' or 'near', to wake the rule")
        if near and len(set(near)) < 2:
            yield document.problem((*path, "near"), "'near' needs at least two concepts")
        for key in ("regex", "level"):
            if near and key in rule:
                yield document.problem((*path, key), f"{key!r} goes with 'words', not with 'near'")
        for key in ("near", "without"):
            for place, name in enumerate(rule.get(key, ())):
                yield from _concept(document, (*path, key, place), name, concepts)


def _asked(whole: Documents) -> set[str]:
    """Give the concepts that some rule asks for."""
    tables = (*whole["reasons"].values(), *whole["providers"].values())
    rules = [rule for table in tables for rule in table.get("rules", ())]
    return {name for rule in rules for key in ("near", "without") for name in rule.get(key, ())}


def _concept(document: Document, path: Path, name: str, concepts: list[str]) -> Iterator[Problem]:
    if name not in concepts:
        yield document.problem(path, f"no concept {name!r} in concepts.yaml")


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
