"""From a mail or a pasted text to what it says: the kind, who failed, what was said, by whom."""

from ndrkit.read.paste import read_text
from ndrkit.read.reader import Reading, read_mail

__all__ = ["Reading", "read_mail", "read_text"]
