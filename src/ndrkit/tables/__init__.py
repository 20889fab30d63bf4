"""The knowledge about mail, from the YAML of ``rules/`` to typed rows."""

from ndrkit.tables.tables import Tables

__all__ = ["Tables"]
