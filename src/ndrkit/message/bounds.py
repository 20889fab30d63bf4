"""What is left unread is said: cuts that leave a note in the report."""

from __future__ import annotations

from typing import AnyStr


def cut(text: AnyStr, most: int, what: str, notes: list[str]) -> AnyStr:
    """Give at most ``most`` characters (or bytes) of ``text``; a cut leaves a note about ``what``."""
    if len(text) <= most:
        return text
    note_cut(most, "characters" if isinstance(text, str) else "bytes", what, notes)
    return text[:most]


def note_cut(most: int, unit: str, what: str, notes: list[str]) -> None:
    """Add the note that of ``what`` only ``most`` of the units were read."""
    note(f"only the first {most:,} {unit} of {what} were read", notes)


def note(words: str, notes: list[str]) -> None:
    """Add a note, unless it is there already."""
    if words not in notes:
        notes.append(words)
