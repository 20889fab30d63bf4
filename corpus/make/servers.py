"""All mail servers that the corpus is made with."""

from __future__ import annotations

from courier import Courier
from dma import Dma
from exim import Exim
from mtas import Mta, Postfix
from opensmtpd import OpenSmtpd
from sendmail import Sendmail

ALL: tuple[type[Mta], ...] = (Postfix, Exim, Sendmail, OpenSmtpd, Courier, Dma)
