"""Real scanners in one Debian root: clamd, amavis, the milters, rspamd and SpamAssassin, well and ill."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from logbook import inhabited
from mtas import HOSTS, Mta
from net import sh
from plan import SENDER_HOST

if TYPE_CHECKING:
    from collections.abc import Iterator

VIEW_IP = "192.0.2.54"
# Our own signature for our own line: no real malware, not even the EICAR file, stands in the corpus.
VIRUS = "This line stands for a virus in the corpus of ndrkit, and for nothing else: 7c1e90."
SIGNATURE = f"Win.Worm.Corpus-1:0:*:{VIRUS.encode().hex()}\n"
CLAMD = """TCPSocket {port}
TCPAddr 127.0.0.1
LocalSocket /run/clamav/{name}.sock
PidFile /run/clamav/{name}.pid
LogFile /var/log/clamav/{name}.log
DatabaseDirectory /var/lib/clamav-own
User {user}
Foreground yes
"""
CLAMDS = {"up": (3310, "root"), "denied": (3311, "clamav"), "hangs": (3312, "root")}
MILTER = """MilterSocket inet:{port}@127.0.0.1
ClamdSocket tcp:127.0.0.1:{clamd}
User clamav
Foreground yes
ReadTimeout 4
LogSyslog yes
LogInfected Basic
AddHeader No
{more}
"""
MILTERS = {
    "clamd-down": (7401, 3399, "OnInfected Reject\nOnFail Defer"),
    "clamd-down-reject": (7402, 3399, "OnInfected Reject\nOnFail Reject"),
    "clamd-hangs": (7403, 3312, "OnInfected Reject\nOnFail Defer"),
    "infected": (7404, 3310, "OnInfected Reject\nOnFail Defer"),
    "infected-named": (7405, 3310, "OnInfected Reject\nOnFail Defer\nRejectMsg Rejected due to virus: %v"),
    "stopped": (7406, 3310, "OnInfected Reject\nOnFail Defer"),
}
AMAVIS = """use strict;
$max_servers = {servers}; $daemon_user = 'amavis'; $daemon_group = 'amavis';
$mydomain = 'example.org'; $myhostname = '{host}';
$MYHOME = '/var/lib/amavis'; $TEMPBASE = '{temp}';
$db_home = '/var/lib/amavis/db'; $pid_file = '/var/lib/amavis/{name}.pid';
$lock_file = '/var/lib/amavis/{name}.lock';
$enable_db = 0; $do_syslog = 0; $LOGFILE = '/var/log/amavis-{name}.log'; $log_level = 1;
$inet_socket_bind = '127.0.0.1'; $inet_socket_port = [{ports}];
@inet_acl = qw(127.0.0.0/8 192.0.2.0/24); @mynetworks = qw(127.0.0.0/8 192.0.2.0/24);
@local_domains_maps = (1); @spam_kill_level_maps = (15); $virus_scanners_failure_is_fatal = 1;
@viruses_that_fake_sender_maps = (0); $sa_local_tests_only = 1;
@bypass_spam_checks_maps = ({spam} ? () : (1));
$forward_method = 'smtp:[127.0.0.1]:10025'; $notify_method = 'smtp:[127.0.0.1]:10027';
$virus_quarantine_method = $spam_quarantine_method = undef;
$banned_files_quarantine_method = $bad_header_quarantine_method = undef;
$final_virus_destiny = $final_banned_destiny = $final_spam_destiny = $final_bad_header_destiny = D_REJECT;
$virus_admin = $banned_admin = $spam_admin = undef;
$banned_filename_re = new_RE(qr'\\.(exe|scr|vbs)$'i);
$child_timeout = 60;
@decoders = (['mail', \\&do_mime_decode]);
@av_scanners = (['ClamAV-clamd', \\&ask_daemon, ["CONTSCAN {}\\n", '{clamd}'],
  qr/\\bOK$/m, qr/\\bFOUND$/m, qr/^.*?: (?!Infected Archive)(.*) FOUND$/m]);
@av_scanners_backup = ({backup});
{more}
1;
"""
BACKUP = """['ClamAV-clamscan', 'clamscan', '--stdout --no-summary -r --tempdir=$TEMPBASE {}', [0],
  qr/:.*\\sFOUND$/m, qr/^.*?: (?!Infected Archive)(.*) FOUND$/m]"""
BANKS = """$interface_policy{'10031'} = 'BOUNCE';
$interface_policy{'10032'} = 'NOWHERE';
$interface_policy{'10033'} = 'SMALL';
$policy_bank{'BOUNCE'} = {final_destiny_maps_by_ccat => {CC_VIRUS, D_BOUNCE, CC_BANNED, D_BOUNCE,
  CC_SPAM, D_BOUNCE, CC_BADH, D_BOUNCE, CC_CATCHALL, D_PASS}, spam_dsn_cutoff_level_maps => [999],
  bounce_killer_score => 0};
$policy_bank{'NOWHERE'} = {forward_method => 'smtp:[127.0.0.1]:10099'};
$policy_bank{'SMALL'} = {forward_method => 'smtp:[127.0.0.1]:10026'};"""
WELL = "/var/lib/amavis/tmp"
LOCKED = "/var/lib/amavis/locked"
AMAVISES: dict[
    str, tuple[tuple[int, ...], str, str, str, int, str]
] = {  # name: first port, clamd, temporary folder, backup scanner, spam, more
    "up": ((10024, 10031, 10032, 10033), "127.0.0.1:3310", WELL, "", 1, BANKS),
    "down": ((10041,), "127.0.0.1:3399", WELL, "", 0, ""),
    "gone": ((10042,), "/var/run/clamav/clamd.ctl", WELL, BACKUP, 0, ""),
    "denied": ((10043,), "127.0.0.1:3311", WELL, "", 0, ""),
    "hangs": ((10044,), "127.0.0.1:3312", WELL, "", 0, "$child_timeout = 6;"),
    "temp": ((10045,), "127.0.0.1:3310", LOCKED, "", 0, ""),
}
SPAMASSASSIN = """required_score 5
report_safe 0
use_bayes 0
skip_rbl_checks 1
dns_available no
ok_languages en de
ok_locales en
score UNWANTED_LANGUAGE_BODY 20
score CHARSET_FARAWAY_HEADER 20
score MIME_CHARSET_FARAWAY 20
score CHARSET_FARAWAY 20
header CORPUS_SPAM Subject =~ /cheap watches/i
describe CORPUS_SPAM Subject advertises cheap watches
score CORPUS_SPAM 20
score DATE_IN_PAST_96_XX 0
report_hostname mx.example.net
report_contact postmaster@example.net
"""
RSPAMD = {
    "worker-proxy.inc": 'milter = yes; timeout = 10s; bind_socket = "127.0.0.1:11332";\n'
    'upstream "local" { default = yes; self_scan = yes; }\n',
    "worker-normal.inc": "enabled = false;\n",
    "worker-controller.inc": 'bind_socket = "127.0.0.1:11334";\n',
    "worker-fuzzy.inc": "enabled = false;\n",
    "options.inc": f'dns {{ nameserver = ["{VIEW_IP}"]; timeout = 1s; retransmits = 1; }}\n'
    'local_addrs = ["127.0.0.0/8"];\n',
    "logging.inc": 'type = "file"; filename = "/var/log/rspamd/rspamd.log"; level = "info";\n',
    "multimap.conf": """CHARSET { type = "header"; header = "Content-Type"; regexp = true; prefilter = true;
  map = "/etc/rspamd/local.d/charsets"; action = "reject"; message = "Character set not allowed here"; }
COUNTRY { type = "country"; map = "/etc/rspamd/local.d/countries"; score = 1.0; }
SPAM { type = "header"; header = "Subject"; regexp = true; map = "/etc/rspamd/local.d/spam"; score = 99.0; }
LATER { type = "header"; header = "Subject"; regexp = true; prefilter = true;
  map = "/etc/rspamd/local.d/later"; action = "soft reject"; message = "Try again later"; }
""",
    "charsets": "/charset=.?(euc-kr|ks_c_5601|iso-2022-kr)/i\n",
    "countries": "CN\n",
    "spam": "/cheap watches/i\n",
    "later": "/delivery date/i\n",
    "force_actions.conf": """rules { COUNTRY { action = "reject"; expression = "COUNTRY";
  message = "Mail from your country is not accepted here"; } }
""",
}
RSPAMD_LUA = """rspamd_config.LANGUAGE = {
  callback = function(task)
    for _, part in ipairs(task:get_text_parts() or {}) do
      if part:get_language() == 'ru' then
        task:set_pre_result('reject', 'Messages in this language (ru) are not accepted')
      end
    end
  end, type = 'normal', score = 0.0 }
"""
OFF = ("rbl", "fuzzy_check", "dkim", "arc", "dmarc", "spf", "mid", "phishing", "hfilter", "chartable")


STEADY = ("env", "PERL_HASH_SEED=0")  # else SpamAssassin lists its tests in an order that varies


class Programs(Mta):
    """Programs that are started in one root; `space` is the namespace in which they run."""

    space = ""
    host = SENDER_HOST

    def run_here(self, *command: str) -> None:
        """Start a program in the root and leave it running."""
        named = ["unshare", "--uts", "sh", "-c", 'hostname "$1"; shift; exec chroot "$@"', "-", self.host]
        call = ["ip", "netns", "exec", self.space, *named, str(self.root), *STEADY, *command]
        log = (self.root / "var/log/programs").open("ab")
        subprocess.Popen(call, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def listens(self, *ports: int) -> None:
        """Wait until every one of these ports is open, a minute at most."""
        end = time.monotonic() + 60
        waiting = set(ports)
        while waiting and time.monotonic() < end:
            found = sh("ip", "netns", "exec", self.space, "ss", "-ltnH").stdout
            waiting = {port for port in ports if f":{port} " not in found}
            time.sleep(0.5)
        if waiting:
            print(f"{self.name}: nobody listens at {sorted(waiting)}", flush=True)

    def halt(self, *configurations: str) -> None:
        """Stop programs without ending them: their ports stay open and nobody answers."""
        for proc in self.processes():
            with contextlib.suppress(OSError):
                if (proc / "cmdline").read_text().rstrip("\0").endswith(tuple(configurations)):
                    os.kill(int(proc.name), signal.SIGSTOP)

    def processes(self) -> list[Path]:
        """Give the processes of this root."""
        found = []
        for proc in self.root.joinpath("proc").iterdir():
            with contextlib.suppress(OSError):
                if proc.name.isdigit() and Path(f"/proc/{proc.name}/root").readlink() == self.root:
                    found.append(proc)
        return found


class Scanners(Programs):
    """The scanners."""

    name = "scanners"
    packages = (
        "amavisd-new",
        "clamav-daemon",
        "clamav-milter",
        "rspamd",
        "spamassassin",
        "spamd",
        "spamass-milter",
    )

    def settle(self, host: str) -> None:
        """Write the settings of every program."""
        self.put("/etc/resolv.conf", f"nameserver {VIEW_IP}\noptions timeout:1 attempts:1\n")
        self.put("/etc/hosts", HOSTS.replace(SENDER_HOST, host))
        self.put("/etc/mailname", "example.org\n")
        self.put("/var/lib/clamav-own/own.ndb", SIGNATURE)
        for name, (own, user) in CLAMDS.items():
            self.put(f"/etc/clamd-{name}", CLAMD.format(name=name, port=own, user=user))
        for name, (port, clamd, more) in MILTERS.items():
            self.put(f"/etc/milter-{name}", MILTER.format(port=port, clamd=clamd, more=more))
        for name, (ports, daemon, temp, backup, spam, more) in AMAVISES.items():
            words = {"ports": ",".join(map(str, ports)), "clamd": daemon, "temp": temp, "backup": backup}
            words |= {"name": name, "host": host, "spam": str(spam), "more": more}
            text = AMAVIS.replace("{servers}", "5" if spam else "2")
            for key, value in words.items():
                text = text.replace("{" + key + "}", value)
            self.put(f"/etc/amavis-{name}", text)
        self.put("/etc/spamassassin/local.cf", SPAMASSASSIN)
        self.put("/etc/spamassassin/own.pre", "loadplugin Mail::SpamAssassin::Plugin::TextCat\n")
        for name, text in RSPAMD.items():
            self.put(f"/etc/rspamd/local.d/{name}", text)
        for name in OFF:
            self.put(f"/etc/rspamd/local.d/{name}.conf", "enabled = false;\n")
        self.put("/etc/rspamd/rspamd.local.lua", RSPAMD_LUA)
        logs = " ".join(f"/var/log/amavis-{name}.log" for name in AMAVISES)
        for command in (
            f"mkdir -p {WELL} {LOCKED} /run/clamav /var/log/clamav /var/log/rspamd /run/rspamd",
            f"touch {logs}; chown amavis {logs} {WELL} {LOCKED}; chmod 700 {LOCKED}",
            "chown clamav /run/clamav /var/log/clamav; chown _rspamd /var/log/rspamd /run/rspamd",
        ):
            sh("chroot", str(self.root), "sh", "-c", command)

    @contextlib.contextmanager
    def serving(self, space: str, host: str) -> Iterator[None]:
        """Run all of them; then make those ill that are to be so."""
        self.space, self.host = space, host
        self.settle(host)
        with inhabited(self):
            self.start()
            yield

    def start(self) -> None:
        """Start every program, and stop two in their tracks."""
        for name in CLAMDS:
            self.run_here("clamd", "-c", f"/etc/clamd-{name}")
        for name in AMAVISES:
            self.run_here("amavisd", "-c", f"/etc/amavis-{name}", "foreground")
        self.run_here("spamd", "-L", "-x", "-m", "2", "-i", "127.0.0.1:783", "-A", "127.0.0.1")
        self.run_here("rspamd", "-f", "-u", "_rspamd", "-g", "_rspamd")
        spamc = ("--", "-d", "127.0.0.1", "-p", "783")
        self.run_here("spamass-milter", "-p", "inet:7411@127.0.0.1", "-r", "5", *spamc)
        self.listens(3310, 3311, 3312)
        for name in MILTERS:
            self.run_here("clamav-milter", "-c", f"/etc/milter-{name}")
        ports = [port for row in AMAVISES.values() for port in row[0]]
        self.listens(*ports, *(row[0] for row in MILTERS.values()), 783, 11332, 7411)
        self.halt("clamd-hangs", "milter-stopped")
        sh(
            "chroot",
            str(self.root),
            "sh",
            "-c",
            f"rm -rf {LOCKED}/*; chown root {LOCKED}; chmod 500 {LOCKED}",
        )
