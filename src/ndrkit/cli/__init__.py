"""The command: ``ndrkit explain``, ``scan``, ``rules``, ``schema``.

Exit codes: 0 done; 1 done, but nothing to explain or something could not be read; 2 a bad call, a
bad file or a bad rule table; 130 stopped by Ctrl-C.
"""

from ndrkit.cli.app import main

__all__ = ["main"]
