"""Entry point of ``ndrkit`` and ``python -m ndrkit``."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command; without its extra, say in one line how to get it."""
    try:
        from ndrkit.cli import main as command  # noqa: PLC0415 -- click comes with the extra only
    except ModuleNotFoundError as error:
        if error.name not in ("click", "rich"):
            raise
        sys.stderr.write("ndrkit: the command needs its extra: pip install 'ndrkit[cli]'\n")
        raise SystemExit(2) from None
    command()


if __name__ == "__main__":
    main()
