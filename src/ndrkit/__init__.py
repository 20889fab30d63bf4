"""ndrkit explains bounced mail: who did not get it, what was said, why, who must act, what to do.

>>> import ndrkit
>>> report = ndrkit.explain("550 5.1.1 <nobody@example.com>: User unknown")
>>> report.findings[0].reason
'recipient_unknown'
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from ndrkit.engine import Explainer
from ndrkit.model import (
    Advice,
    ChoiceError,
    Delivery,
    Evidence,
    Finding,
    NdrkitError,
    Original,
    Outcome,
    Problem,
    Report,
    SourceError,
    TableError,
)

if TYPE_CHECKING:
    from ndrkit.engine import Mail

__version__ = "0.1.0"
__all__ = [
    "Advice",
    "ChoiceError",
    "Delivery",
    "Evidence",
    "Explainer",
    "Finding",
    "NdrkitError",
    "Original",
    "Outcome",
    "Problem",
    "Report",
    "SourceError",
    "TableError",
    "explain",
    "schema",
]


@cache
def _default() -> Explainer:
    return Explainer()


def explain(msg: Mail, lang: str = "en", voice: str = "admin") -> Report:
    """Explain one mail with our own tables; see :meth:`Explainer.explain` for what ``msg`` may be.

    Raises nothing for any mail; :class:`ChoiceError` for an unknown language or voice.
    """
    return _default().explain(msg, lang=lang, voice=voice)


def schema() -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of :meth:`Report.to_dict`."""
    import json  # noqa: PLC0415 -- the core's import stays light
    from importlib.resources import files  # noqa: PLC0415

    found: dict[str, Any] = json.loads(files("ndrkit").joinpath("schema.json").read_bytes())
    return found
