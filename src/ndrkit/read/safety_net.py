"""The safety net for formats that no table knows: flufl.bounce, asked only when all else failed."""

from __future__ import annotations

import re

MAX_BYTES = 20_000
MAX_LINES = 1_000  # some of its detectors take long over many
_BLANKS = re.compile(rb"\n{3,}")


def find(data: bytes) -> list[str]:
    """Give the permanently failed addresses that flufl.bounce sees, sorted; none when it raises."""
    import email  # noqa: PLC0415 -- slow to import and rarely needed
    import logging  # noqa: PLC0415

    from flufl.bounce import scan_message  # noqa: PLC0415

    log = logging.getLogger("flufl.bounce")
    if not log.handlers:  # it logs each of its failures; without a handler they would go to stderr
        log.addHandler(logging.NullHandler())
    try:
        lines = _BLANKS.sub(b"\n\n", data[:MAX_BYTES]).split(b"\n", MAX_LINES)[:MAX_LINES]
        found = scan_message(email.message_from_bytes(b"\n".join(lines)))
    except Exception:  # noqa: BLE001 -- it raises nearly anything on broken mail; then it knows nothing
        return []
    names = (name.decode("utf-8", "replace") if isinstance(name, bytes) else name for name in found)
    return sorted({name for name in names if "@" in name})
