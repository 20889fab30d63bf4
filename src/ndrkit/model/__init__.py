"""Values, vocabularies and errors; imports nothing of ours, so everything may import it."""

from ndrkit.model.errors import ChoiceError, NdrkitError, Problem, SourceError, TableError
from ndrkit.model.report import Finding, Report
from ndrkit.model.values import (
    Advice,
    Adviser,
    Blocklist,
    Delivery,
    Evidence,
    Link,
    Original,
    Outcome,
    RunnerUp,
    Span,
    Verdict,
)

__all__ = [
    "Advice",
    "Adviser",
    "Blocklist",
    "ChoiceError",
    "Delivery",
    "Evidence",
    "Finding",
    "Link",
    "NdrkitError",
    "Original",
    "Outcome",
    "Problem",
    "Report",
    "RunnerUp",
    "SourceError",
    "Span",
    "TableError",
    "Verdict",
]
