"""From a delivery to a verdict: reason, cause, evidence."""

from ndrkit.match.heard import Heard
from ndrkit.match.matcher import judge

__all__ = ["Heard", "judge"]
