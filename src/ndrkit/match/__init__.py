"""From a delivery to a verdict: reason, cause, evidence."""

from ndrkit.match.judge import Judge

__all__ = ["Judge"]
