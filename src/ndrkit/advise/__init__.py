"""From a finding to words that people act on."""

from ndrkit.advise.adviser import TableAdviser

__all__ = ["TableAdviser"]
