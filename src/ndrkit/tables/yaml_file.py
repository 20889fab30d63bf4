"""Reads one YAML file of the tables, keeping the line of everything for the messages.

YAML reads ``5.1`` as a number and ``no`` as false; in these tables only strings (and, where a key
says so, booleans) are meant, so anything else is a mistake that is named with its line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from ndrkit.model import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

Path = tuple[str | int, ...]
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_DEPTH = 12


class Document:
    """One parsed file: ``data`` (dicts, lists, strings, booleans) and the line of each path in it."""

    __slots__ = ("data", "file", "lines")

    def __init__(self, file: str, data: Any, lines: dict[Path, int]) -> None:
        self.file = file
        self.data = data
        self.lines = lines

    def problem(self, path: Path, text: str) -> Problem:
        """Name a mistake at ``path``, or at the nearest thing above it that has a line."""
        while path and path not in self.lines:
            path = path[:-1]
        return Problem(self.file, self.lines.get(path, 1), text)


def parse(text: str, file: str) -> tuple[Document, list[Problem]]:
    """Parse ``text``; ``file`` is the name used in messages. Never raises for bad YAML."""
    problems: list[Problem] = []
    lines: dict[Path, int] = {}
    try:
        node = yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        line = mark.line + 1 if mark else 1
        return Document(file, {}, lines), [Problem(file, line, f"not valid YAML: {what}")]
    if node is None:
        return Document(file, {}, lines), [Problem(file, 1, "the file is empty")]
    if alias := _alias(text):  # a few of them can stand for billions of values
        return Document(file, {}, lines), [Problem(file, alias, "an alias (*name): write out what it means")]

    def say(node: yaml.Node, what: str) -> None:
        problems.append(Problem(file, node.start_mark.line + 1, what))

    data = _value(node, (), lines, say)
    return Document(file, data, lines), problems


def _alias(text: str) -> int:
    """Give the line of the first alias, or 0."""
    if "*" not in text:
        return 0
    aliases = (one for one in yaml.parse(text, Loader=_Loader) if isinstance(one, yaml.AliasEvent))
    first = next(aliases, None)
    return first.start_mark.line + 1 if first and first.start_mark else 0


def _value(node: yaml.Node, path: Path, lines: dict[Path, int], say: Callable[[yaml.Node, str], None]) -> Any:
    lines[path] = node.start_mark.line + 1
    if len(path) > _MAX_DEPTH:
        say(node, "nested too deeply")
        return ""
    if isinstance(node, yaml.MappingNode):
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = _scalar(key_node, say)
            if not isinstance(key, str):
                continue
            if key in out:
                say(key_node, f"the key {key!r} stands here twice")
            out[key] = _value(value_node, (*path, key), lines, say)
        return out
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, i), lines, say) for i, item in enumerate(node.value)]
    return _scalar(node, say)


def _scalar(node: yaml.Node, say: Callable[[yaml.Node, str], None]) -> str | bool:
    if not isinstance(node, yaml.ScalarNode):
        say(node, "a plain word is meant as a key here")
        return ""
    kind = node.tag.rsplit(":", 1)[-1]
    if kind == "str":
        return str(node.value)
    if kind == "bool" and node.value in ("true", "false"):
        return bool(node.value == "true")
    if kind == "null":
        say(node, "nothing stands after this key: write a value or take the key out")
        return ""
    say(node, f"{node.value!r} is read as a {kind}, not as text: put quotes around it")
    return str(node.value)
