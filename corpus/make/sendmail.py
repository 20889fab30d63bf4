"""Sendmail."""

from __future__ import annotations

from mtas import Mta
from plan import SENDER_HOST

SOURCE = """
include(`/usr/share/sendmail/cf/m4/cf.m4')dnl
OSTYPE(`debian')dnl
DOMAIN(`generic')dnl
define(`confDOMAIN_NAME', `@HOST@')dnl
define(`confTO_QUEUERETURN', `@RETURN@')dnl
define(`confTO_QUEUEWARN', `@WARN@')dnl
define(`confTO_ICONNECT', `3s')dnl
define(`confTO_CONNECT', `3s')dnl
define(`confTO_INITIAL', `5s')dnl
define(`confTO_HELO', `5s')dnl
define(`confTO_MAIL', `5s')dnl
define(`confTO_RCPT', `5s')dnl
define(`confTO_DATAFINAL', `5s')dnl
define(`confTO_RESOLVER_RETRANS', `1s')dnl
define(`confTO_RESOLVER_RETRY', `1')dnl
define(`confTO_IDENT', `0')dnl
define(`confMAX_DAEMON_CHILDREN', `0')dnl
define(`confQUEUE_LA', `1000')dnl
define(`confREFUSE_LA', `1000')dnl
define(`confTRUSTED_USERS', `root')dnl
define(`confDONT_BLAME_SENDMAIL', `GroupWritableDirPathSafe')dnl
FEATURE(`nocanonify')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
"""


FIRST_POKE = 8


class Sendmail(Mta):
    """Sendmail."""

    name = "sendmail"
    title = "Sendmail 8.17 on Debian 12"
    format = delay_format = "sendmail"
    packages = ("sendmail-bin", "sendmail-cf", "m4")
    wait = 50.0
    skip = ("filter-down", "filter-transport")

    def configure(self, variant: str) -> None:
        """Write sendmail.mc and let m4 make the configuration of it."""
        super().configure(variant)
        self.pokes = 0
        late = {"fail": ("1s", "4h"), "delay": ("5d", "1s")}[variant]
        text = SOURCE.replace("@HOST@", SENDER_HOST)
        text = text.replace("@RETURN@", late[0]).replace("@WARN@", late[1])
        self.put("/etc/mail/sendmail.mc", text)
        self.put("/etc/mail/aliases", "postmaster: root\n")
        made = self.inside("m4", "/etc/mail/sendmail.mc")
        self.put("/etc/mail/sendmail.cf", made.stdout)
        self.inside("mkdir", "-p", "/var/spool/mqueue", "/var/run/sendmail/mta", check=False)
        self.inside("newaliases", "-Am", check=False)
        self.inside("mkdir", "-p", "/var/lib/sendmail/host_status", check=False)
        self.inside("chown", "root:root", "/var/spool/mqueue")
        self.clean("/var/spool/mqueue")

    def command(self) -> tuple[str, ...]:
        """Give the program that takes mail in."""
        return ("/usr/sbin/sendmail", "-Am", "-odb")

    def poke(self) -> None:
        """Run the queue now, in the background, once all first attempts are over."""
        self.pokes += 1
        if self.pokes < FIRST_POKE:
            return
        self.inside("sh", "-c", "sendmail -Am -q >/dev/null 2>&1 &")
