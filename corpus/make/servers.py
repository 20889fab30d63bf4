"""All mail servers that the corpus is made with."""

from __future__ import annotations

from exim import Exim
from mtas import Mta, Postfix

ALL: tuple[type[Mta], ...] = (Postfix, Exim)
