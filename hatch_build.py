"""Compiles the rule tables when a wheel is built, so that importing never reads YAML."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTables(BuildHookInterface):  # type: ignore[misc]
    """Writes ``src/ndrkit/tables/compiled.json`` from ``rules/``."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile; a mistake in a table stops the build with its file and line.

        An editable install reads ``rules/`` itself, and compiles when a table has changed.
        """
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "src"))
        from ndrkit.tables.compiled import compile_folder  # noqa: PLC0415

        compile_folder(root / "rules", root / "src/ndrkit/tables/compiled.json")
