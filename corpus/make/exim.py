"""Exim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtas import NO_NOTIFY, Mta
from net import sh
from plan import SENDER_HOST

if TYPE_CHECKING:
    from plan import Scenario

CONFIG = """
primary_hostname = @HOST@
qualify_domain = example.org
domainlist local_domains =
keep_environment =
log_file_path = /var/log/exim4/%slog
acl_smtp_rcpt = accept_all
smtputf8_advertise_hosts = *
timeout_frozen_after = 1d
ignore_bounce_errors_after = 1h
delay_warning = @WARN@
delay_warning_condition = yes
dns_retrans = 1s
dns_retry = 1
remote_max_parallel = 20
queue_run_max = 20
deliver_queue_load_max = 100
never_users =
trusted_users = root
begin acl
accept_all:
  accept
begin routers
via:
  driver = manualroute
  domains = @VIA@
  transport = filter
  route_list = * 127.0.0.1
  self = send
  no_more
dns:
  driver = dnslookup
  transport = @TLS@
  ignore_target_hosts = 0.0.0.0 : 127.0.0.0/8
  self = freeze
  self = @SELF@
  no_more
begin transports
smtp:
  driver = smtp
  connect_timeout = 3s
  command_timeout = 5s
  final_timeout = 5s
  data_timeout = 5s
secure:
  driver = smtp
  connect_timeout = 3s
  command_timeout = 5s
  hosts_require_tls = *
filter:
  driver = smtp
  port = 10024
  allow_localhost
  connect_timeout = 3s
begin retry
@RETRY@
begin rewrite
begin authenticators
"""


class Exim(Mta):
    """Exim 4."""

    name = "exim"
    title = "Exim 4.96 on Debian 12"
    format = "exim"
    delay_format = "exim_delay"
    packages = ("exim4-daemon-heavy",)
    wait = 40.0
    skip = ("filter-transport", *NO_NOTIFY)

    def configure(self, variant: str) -> None:
        """Write the one file of configuration; without a retry rule a delay is a failure."""
        super().configure(variant)
        retry = {"fail": "example.org * F,1h,2s", "delay": "* * F,1d,2s"}[variant]
        tls = "${if inlist{$domain}{@DOMAINS@}{secure}{smtp}}".replace("@DOMAINS@", self.secure)
        text = CONFIG.replace("@HOST@", SENDER_HOST).replace("@RETRY@", retry)
        text = text.replace("@WARN@", "1s" if variant == "delay" else "0s")
        text = text.replace("  self = freeze\n", "").replace("@SELF@", "fail")
        self.put("/etc/exim4/exim4.conf", text.replace("@TLS@", tls).replace("@VIA@", self.via))
        self.clean("/var/spool/exim4/input", "/var/spool/exim4/msglog", "/var/spool/exim4/db")
        self.clean("/var/log/exim4")

    def run(self, plan: list[Scenario], variant: str) -> None:
        """Name the domains that need TLS, then run."""
        self.via = " : ".join(one.domain for one in plan if "via" in one.row)
        self.secure = ":".join(one.domain for one in plan if one.row.get("tls"))
        super().run(plan, variant)

    def start(self) -> None:
        """Start the daemon, which runs the queue every minute at most; `poke` does it sooner."""
        self.inside("exim4", "-bd", "-q1m")

    def poke(self) -> None:
        """Run the queue now, in the background."""
        self.inside("sh", "-c", "exim4 -q >/dev/null 2>&1 &")

    def stop(self) -> None:
        """End the daemon."""
        sh("true")
