"""Whole mailboxes: every mail explained, in order, one row a mail or a finding."""

from ndrkit.scan.mailboxes import Item, items, items_of
from ndrkit.scan.writers import FORMATS, writer

__all__ = ["FORMATS", "Item", "items", "items_of", "writer"]
