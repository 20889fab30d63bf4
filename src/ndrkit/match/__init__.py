"""From a delivery to a verdict: reason, cause, evidence."""

from ndrkit.match.matcher import judge

__all__ = ["judge"]
