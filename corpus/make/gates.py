"""Real receivers that look into the mail: Postfix, Exim and Sendmail with scanners and own rules.

A row says at which of them (`at`) it is decided; the address of its domain leads there.
"""

from __future__ import annotations

import base64
import contextlib
import json
import time
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import TYPE_CHECKING, Any

from exim import Exim
from logbook import inhabited
from mtas import Mta
from net import RECV, base_records, name_server
from real import VIEW_IP, Case, Receiver, redirect
from relays import EXIM, Relay
from scanners import VIRUS, Scanners
from sendmail import SOURCE, Sendmail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from plan import Scenario

RELAY = "relay.example.org"
EXIM_PORT = 2612
EXIM_ACLS = """begin acl
everything:
@RCPT@
  accept set acl_m_case = $domain
content:
@DATA@
  accept
parts:
@MIME@
  accept
"""
EXIM_MAIN = """acl_smtp_data = content
acl_smtp_mime = parts
av_scanner = $acl_m_av
spamd_address = 127.0.0.1 783
"""
COUNTRY = '"550 5.7.1 Mail from " $&{client_addr} " refused: country not accepted"'
SENDMAIL = """FEATURE(`promiscuous_relay')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`dnsbl', `cn.countries.nerd.dk', `@COUNTRY@')dnl
define(`confDELIVERY_MODE', `queueonly')dnl
define(`confMIN_FREE_BLOCKS', `0')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
LOCAL_CONFIG
Kfareast regex -a@MATCH =[?](big5|gb2312|gbk|gb18030|euc-kr)[?]
Kshiftjis regex -a@MATCH =[?](iso-2022-jp|shift_jis)[?]
LOCAL_RULESETS
HSubject: $>+CheckSubject
SCheckSubject
R$*\t\t$: $(fareast $1 $: OK $)
R@MATCH\t\t$#error $@ 5.7.1 $: "554 Far East character set in Subject, mail rejected"
"""


class Gate(Case):
    """A situation that a real receiver with filters decides."""

    @property
    def place(self) -> int:
        """The place of this situation in its group."""
        return int(self.ip.rpartition(".")[2]) - 10

    @property
    def client(self) -> str:
        """The address that the sending side comes from in this situation."""
        return f"192.0.2.{100 + self.place}"

    @property
    def port(self) -> int:
        """The port at which the receiver takes this situation's mail."""
        if self.row["at"] == "exim":
            return EXIM_PORT
        return 2700 + self.place

    def view(self) -> dict[str, dict[str, list[str]]]:
        """Add what the receiver sees of the client's network."""
        table = super().view()
        if "country" in self.row:
            backwards = ".".join(reversed(self.client.split(".")))
            text = f"64500|192.0.2.0/24|{self.row['country']}|apnic|"
            table[f"{backwards}.asn.rspamd.com"] = {"TXT": [text]}
        return table


def letter(one: Scenario, letters: dict[str, dict[str, Any]]) -> str:
    """Give the message of one situation: in its language and character set, with what it carries."""
    row = {**letters["plain"], **letters.get(one.row.get("letter", "plain"), {})}
    charset, text = row["charset"], row["text"].replace("@VIRUS@", VIRUS)
    text += "One more line of a long quotation.\n" * row.get("long", 0)
    part = MIMEText(text, "plain", charset)
    whole: MIMEText | MIMEMultipart = part
    if "attached" in row:
        whole = MIMEMultipart(boundary=f"part.{one.number}.example.org")
        added = MIMEText("an attachment\n", "plain", "us-ascii")
        added.add_header("Content-Disposition", "attachment", filename=row["attached"])
        whole.attach(part)
        whole.attach(added)
    whole["From"] = f"Sales <{one.sender}>"
    whole["To"] = one.row.get("to", ", ".join(one.recipients))
    subject = base64.b64encode(row["subject"].encode(charset)).decode()
    whole["Subject"] = row["subject"] if charset == "us-ascii" else f"=?{charset}?B?{subject}?="
    whole["Date"] = "Mon, 02 Nov 2026 09:12:44 +0000"
    whole["Message-ID"] = f"<20261102091244.{one.number:03}@example.org>"
    raw = whole.as_string()
    if "raw" in row:
        return raw.replace("\n\n", f"\n{row['raw']}\n\n", 1)
    return raw


class GateExim(Relay, Exim):
    """Exim as the receiver: its access lists hold each situation's own lines."""

    name = "relay-exim"
    port = EXIM_PORT

    def settle_for(self, plan: list[Scenario]) -> None:
        """Write the configuration with every situation's access list."""
        Mta.configure(self, "fail")
        self.put("/etc/resolv.conf", f"nameserver {VIEW_IP}\noptions timeout:1 attempts:1\n")
        lists = {"rcpt": "", "data": "", "mime": ""}
        for one in plan:
            if one.row["at"] != "exim":
                continue
            case = "acl_m_case" if one.row.get("acl") != "rcpt" else "domain"
            scanner = one.row.get("scanner", "clamd:127.0.0.1 3310")
            lines = [f"  {one.row.get('verb', 'deny')} condition = ${{if eq{{${case}}}{{{one.domain}}}}}"]
            lines += [f"    set acl_m_av = {scanner}"] if one.row.get("acl") != "rcpt" else []
            lines += [f"    {line}" for line in one.row["lines"]]
            lists[one.row.get("acl", "data")] += "\n".join(lines) + "\n"
        acls = EXIM_ACLS
        for key, text in lists.items():
            acls = acls.replace(f"@{key.upper()}@", text)
        base = EXIM.format(host=RELAY, port=self.port, limit=EXIM_MAIN)
        before, _, after = base.partition("begin acl\n")
        after = after.partition("begin routers")[2]
        self.put("/etc/exim4/exim4.conf", f"{before}{acls}begin routers{after}")

    def start(self) -> None:
        """Start the daemon."""
        self.clean("/var/spool/exim4/input", "/var/log/exim4")
        self.inside("exim4", "-bd")


class GateSendmail(Relay, Sendmail):
    """Sendmail as the receiver: one port for each situation, with its own milters."""

    name = "relay-sendmail"

    def settle_for(self, plan: list[Scenario]) -> None:
        """Write sendmail.mc with a daemon and a milter for each situation."""
        Mta.configure(self, "fail")
        self.put("/etc/resolv.conf", f"nameserver {VIEW_IP}\noptions timeout:1 attempts:1\n")
        text = SOURCE.replace("@HOST@", RELAY).replace("@RETURN@", "5d").replace("@WARN@", "1d")
        text = text.partition("MAILER(")[0]
        for one in plan:
            if isinstance(one, Gate) and one.row["at"] == "sendmail":
                name, milter = f"m{one.place}", one.row.get("milter")
                use = f", InputMailFilters={name}" if milter else ""
                text += f"DAEMON_OPTIONS(`Port={one.port}, Name=d{one.place}{use}')dnl\n"
                if milter:
                    text += f"MAIL_FILTER(`{name}', `{milter}, T=C:2s;S:2s;R:3s;E:6s')dnl\n"
        self.put("/etc/mail/sendmail.mc", text + SENDMAIL.replace("@COUNTRY@", COUNTRY))
        self.put("/etc/mail/aliases", "postmaster: root\n")
        self.put("/etc/mail/sendmail.cf", self.inside("m4", "/etc/mail/sendmail.mc").stdout)
        self.inside(
            "mkdir", "-p", "/var/spool/mqueue", "/var/run/sendmail/mta", "/var/lib/sendmail/host_status"
        )
        self.inside("newaliases", "-Am", check=False)
        self.inside("chown", "root:root", "/var/spool/mqueue")
        self.clean("/var/spool/mqueue")

    def start(self) -> None:
        """Start the daemon."""
        self.inside("sendmail", "-Am", "-bd")


class GatePostfix(Receiver):
    """Postfix as the receiver, with the way back from amavis."""

    def settle_for(self, plan: list[Scenario]) -> None:
        """Write the configuration with one smtpd for each situation."""
        self.set_up([one for one in plan if one.row["at"] == "postfix"])
        main = self.root / "etc/postfix/main.cf"
        text = main.read_text().replace("mx.receiver.example", RELAY)
        main.write_text(
            text + "milter_connect_timeout = 2s\nmilter_command_timeout = 3s\n"
            "milter_content_timeout = 8s\nsmtpd_proxy_timeout = 40s\n"
        )
        back = "10025 inet n - n - - smtpd\n  -o mynetworks=127.0.0.0/8\n  -o smtpd_proxy_filter=\n"
        back += "10026 inet n - n - - smtpd\n  -o message_size_limit=100\n"
        master = self.root / "etc/postfix/master.cf"
        master.write_text(master.read_text() + back)

    def start(self) -> None:
        """Start the master."""
        self.inside("postfix", "start")


GATES: dict[str, type[GatePostfix | GateExim | GateSendmail]] = {
    "postfix": GatePostfix,
    "exim": GateExim,
    "sendmail": GateSendmail,
}


@contextlib.contextmanager
def running(gate: GatePostfix | GateExim | GateSendmail, plan: list[Scenario]) -> Iterator[None]:
    """Run one receiver with a log of its own."""
    gate.build()
    gate.settle_for(plan)
    with inhabited(gate):
        gate.start()
        yield


@contextlib.contextmanager
def names(plan: list[Scenario], folder: Path) -> Iterator[None]:
    """Run the name server whose view the receivers have."""
    table = base_records()
    for one in plan:
        if isinstance(one, Case):
            table.update(one.view())
    view = folder / "view.json"
    view.write_text(json.dumps(table))
    with name_server(view, VIEW_IP):
        yield


@contextlib.contextmanager
def gates(plan: list[Scenario], work: Path, folder: Path) -> Iterator[None]:
    """Run the receivers and their scanners, and lead every situation's address to its port."""
    redirect(plan)
    with contextlib.ExitStack() as stack:
        stack.enter_context(names(plan, folder))
        scanners = Scanners(work)
        scanners.build()
        stack.enter_context(scanners.serving(RECV, RELAY))
        for name, kind in GATES.items():
            if any(one.row["at"] == name for one in plan):
                stack.enter_context(running(kind(work), plan))
        time.sleep(1)
        yield
