"""What ndrkit raises: only for bad calls, bad files and bad tables, never for the bytes of a mail.

* :class:`NdrkitError` -- base, never raised itself

  * :class:`ChoiceError` -- a language or voice that does not exist
  * :class:`SourceError` -- a file, folder or mailbox that cannot be read
  * :class:`TableError` -- mistakes in the rule tables, all of them at once
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class NdrkitError(Exception):
    """Base of all errors of this package; its text is one clear line that says what to do."""


class ChoiceError(NdrkitError, ValueError):
    """A word that is not in a closed set: ``what`` it is for, the word, and what may stand there."""

    def __init__(self, what: str, given: object, allowed: Iterable[str]) -> None:
        super().__init__(f"unknown {what} {given!r}: use one of {', '.join(allowed)}")


class SourceError(NdrkitError, OSError):
    """A path that cannot be read as mail."""


class Problem(NamedTuple):
    """One mistake in a table: file (as given), line (from 1; 0 when it concerns the file), text."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        """``file:line: text``, as editors and terminals link it."""
        return f"{self.file}:{self.line}: {self.text}"


class TableError(NdrkitError):
    """Mistakes in rule tables; ``problems`` holds all of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
