"""Courier."""

from __future__ import annotations

from mtas import Mta
from plan import SENDER_HOST

SETTINGS = {
    "me": SENDER_HOST,
    "dsnfrom": f"mailer-daemon@{SENDER_HOST}",
    "defaultdomain": "example.org",
    "locals": "localhost",
    "esmtptimeoutconnect": "3",
    "esmtptimeouthelo": "4",
    "esmtptimeout": "5",
    "esmtptimeoutdata": "5",
    "esmtptimeoutquit": "2",
    "esmtptimeoutkeepalive": "0",
    "esmtpdelay": "1",
    "retryalpha": "2",
    "retrybeta": "1",
    "retrygamma": "1",
    "retrymaxdelta": "1",
}


class Courier(Mta):
    """Courier."""

    name = "courier"
    title = "Courier 1.0 on Debian 12"
    format = delay_format = "courier"
    packages = ("courier-mta",)
    wait = 60.0
    skip = ("filter-down", "filter-transport")

    def configure(self, variant: str) -> None:
        """Write one file per setting, as Courier has it."""
        super().configure(variant)
        for name, value in SETTINGS.items():
            self.put(f"/etc/courier/{name}", value + "\n")
        late = {"fail": ("5s", "1d"), "delay": ("7d", "1s")}[variant]
        for name, value in zip(("queuetime", "warntime"), late, strict=True):
            self.put(f"/etc/courier/{name}", value + "\n")
        self.put("/etc/courier/faxqueuetime", "1d\n")
        self.inside("mkdir", "-p", "/run/courier", check=False)
        self.inside("chown", "courier:courier", "/run/courier", check=False)
        self.clean("/var/lib/courier/msgs", "/var/lib/courier/msgq", "/var/lib/courier/tmp")
        self.inside("makealiases", check=False)

    def start(self) -> None:
        """Start the scheduler."""
        self.inside("courier", "start", check=False)

    def poke(self) -> None:
        """Try everything again now."""
        self.inside("courier", "flush", check=False)

    def stop(self) -> None:
        """Stop the scheduler."""
        self.inside("courier", "stop", check=False)
