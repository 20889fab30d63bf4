"""Shows a report in a terminal: the plain text, with colour where there is a terminal for it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

import click
from rich.console import Console
from rich.progress import track
from rich.text import Text

from ndrkit.advise.shared import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ndrkit.model import Report

T = TypeVar("T")
_STYLES = (
    (r"^── .*$", "bold cyan"),
    (r"»[^«]*«", "bold yellow"),
    (r"`[^`]+`", "green"),
    (r"^ *\d+\. ", "bold"),
    (r"^ +→ .*$", "bold"),
    (r"^ +https?://\S+$", "blue underline"),
)


def say(line: str, err: bool = False) -> None:
    """Print one line that may hold words of others; what moves a terminal is made visible."""
    click.echo(visible(line, 2_000), err=err)


def progress(work: Sequence[T]) -> Iterable[T]:
    """Give what is to be done, one after the other, with a bar on a terminal (standard error)."""
    errors = Console(stderr=True, highlight=False)
    return track(work, description="", console=errors, disable=not sys.stderr.isatty(), transient=True)


def show(report: Report) -> None:
    """Print the report as text to standard output; pipes get the same words without colour."""
    text = Text(report.to_text())
    for pattern, style in _STYLES:
        text.highlight_regex(f"(?m){pattern}", style)
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    console.print(text, end="\n" if sys.stdout.isatty() else "")
