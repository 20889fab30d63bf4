"""Small senders, which write no notice: what they print is kept as lines, to be read by hand.

Usage: small.py   The lines go to CORPUS_WORK/small.txt.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from mtas import RESOLV, Mta, message
from net import network
from plan import scenarios

WANTED = (
    "spamhaus-banner",
    "exo-bad-helo",
    "sendmail-sender-domain",
    "header-big5",
    "mimecast-geo",
    "cn-rbl-deny",
    "auth-required",
    "starttls-refused",
    "postfix-size",
    "own-filter-failed",
    "own-relay-disk",
    "port25-refused",
    "port25-dropped",
    "port25-unreachable",
    "drop-banner",
    "drop-ehlo",
    "drop-rcpt",
    "stall-banner",
    "reset-eod",
    "dns-nxdomain",
    "dns-servfail",
    "dns-silent",
)
TOOLS = {
    "msmtp": "msmtp --host={host} --port=25 --timeout=5 --domain=mail.example.org --from={sender} {to}",
    "msmtp-tls": "msmtp --host={host} --port=25 --timeout=5 --tls=on --domain=mail.example.org "
    "--from={sender} {to}",
    "s-nail": "s-nail -n -v -S v15-compat=yes -S smtp-auth=none -S smtp-hostname=mail.example.org "
    "-S mta=smtp://{host}:25 -r {sender} -s Quotation {to}",
    "curl": "curl -sS -m 5 --mail-from {sender} --mail-rcpt {to} -T - smtp://{host}/mail.example.org",
}


class Small(Mta):
    """The small senders in one root."""

    name = "small"
    packages = ("msmtp", "s-nail", "curl")

    def lines(self) -> list[str]:
        """Run every sender in every situation; give what each printed."""
        found: list[str] = []
        for one in scenarios():
            if one.id not in WANTED:
                continue
            for tool, call in TOOLS.items():
                if (tool == "msmtp-tls") != (one.id == "starttls-refused") and tool.startswith("msmtp"):
                    continue
                words = call.format(
                    host=one.records()[one.domain]["MX"][0].split()[1]
                    if "dns" not in one.row
                    else f"mx.{one.domain}",
                    sender=one.sender,
                    to=one.recipients[0],
                )
                done = self.inside("timeout", "20", *words.split(), text=message(one), check=False)
                said = done.stderr.splitlines()
                found += [f"{one.id} | {tool} | {line}" for line in said if line.strip()]
        return found


def main(work: Path) -> None:
    """Run them all and keep the lines."""
    small = Small(work)
    small.build()
    small.put("/etc/resolv.conf", RESOLV)
    with network([one for one in scenarios() if one.id in WANTED], work), small.mounted():
        (work / "small.txt").write_text("\n".join(small.lines()) + "\n")


if __name__ == "__main__":
    main(Path(os.environ.get("CORPUS_WORK", Path(tempfile.gettempdir()) / "ndrkit-corpus")))
