"""OpenSMTPD."""

from __future__ import annotations

import re

from mtas import NO_NOTIFY, Mta
from plan import SENDER_HOST

CONFIG = """
queue ttl @TTL@
bounce warn-interval @WARN@
smtp ciphers "HIGH"
listen on lo
action "out" relay helo "@HOST@"
match from any for any action "out"
"""


class OpenSmtpd(Mta):
    """OpenSMTPD."""

    name = "opensmtpd"
    title = "OpenSMTPD 6.8 on Debian 12"
    format = delay_format = "opensmtpd"
    packages = ("opensmtpd",)
    wait = 60.0
    skip = ("filter-down", "filter-transport", *NO_NOTIFY)

    def configure(self, variant: str) -> None:
        """Write smtpd.conf."""
        super().configure(variant)
        late = {"fail": ("20s", "1d"), "delay": ("4d", "1s")}[variant]
        text = CONFIG.replace("@TTL@", late[0]).replace("@WARN@", late[1])
        self.put("/etc/smtpd.conf", text.replace("@HOST@", SENDER_HOST))
        self.clean("/var/spool/smtpd/queue", "/var/spool/smtpd/offline")

    def start(self) -> None:
        """Start the daemon."""
        self.inside("smtpd")

    def poke(self) -> None:
        """Try everything again now."""
        shown = self.inside("smtpctl", "show", "queue", check=False).stdout
        for message in sorted(set(re.findall(r"(?m)^([0-9a-f]{16})\|", shown))):
            self.inside("smtpctl", "schedule", message, check=False)
