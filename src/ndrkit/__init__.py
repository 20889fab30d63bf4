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
    "map_reason",
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


def map_reason(reason: str, vocabulary: str) -> str:
    """Give the nearest class of another project or service for one of our reasons.

    ``vocabulary`` is one of ``sisimai``, ``kumomta``, ``sparkpost`` (and Momentum: numbers), ``ses``
    (type/subtype), ``sendgrid``, ``postalsys`` and ``rfc3463`` (an enhanced code without its class).
    Raises :class:`ChoiceError` for other reasons and vocabularies.
    """
    from ndrkit.model.vocabulary import REASONS, VOCABULARIES  # noqa: PLC0415

    if vocabulary not in VOCABULARIES:
        raise ChoiceError("vocabulary", vocabulary, VOCABULARIES)
    if reason not in REASONS:
        raise ChoiceError("reason", reason, REASONS)
    classes = _default().tables.documents["vocabularies"][""]["reasons"][reason]
    return str(classes[vocabulary])


def schema() -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of :meth:`Report.to_dict`."""
    import json  # noqa: PLC0415 -- the core's import stays light
    from importlib.resources import files  # noqa: PLC0415

    found: dict[str, Any] = json.loads(files("ndrkit").joinpath("schema.json").read_bytes())
    return found
