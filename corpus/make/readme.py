"""Write corpus/README.md: what is here, and the counts."""

from __future__ import annotations

from collections import Counter
from typing import Any

import yaml

from notices import CORPUS

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TEXT = """# The corpus

Mails that ndrkit's tests rest on. Everything here was made by us: real mail servers were run in a
closed network and refused by a scripted receiver, or a real one (`*-to-postfix`, `*-listed`), or
were cut off from it, and what they sent back is kept; notices of systems that do not run here were
written after public documentation. Only names and addresses of RFC 2606, 5737 and 3849 occur,
except in the words of providers' replies. `replies/` holds single replies and log lines, read by
hand.

Beside each mail `<folder>/<what>.eml` is `<what>.yaml`, which says what a careful reader finds in
it: `kind`, `origin`, `shows` (one sentence), `format`, and one entry of `findings` for each failed
recipient, in the order of the mail (`recipient`, `status`, `reply_code`, `reason`, `cause`; some
also `blocklist`, `ip`, `also`, `lang`). `format: null` means that no program is known by its
notice. A key that is absent is not asked for: of the broken mails in `hostile/` often only that
they raise nothing. `never` is a text that no link of the report may hold. The truth comes from the
plan of the scenario, never from ndrkit.

## How it is made

    sudo make corpus            # or: sudo corpus/make/run [again] [part…]

This needs Debian 12, root, its package archive, and Python with PyYAML; an hour or two and 4
GB below `CORPUS_WORK` (a folder in the system's temporary folder when not set). Each server
gets a Debian root of its own; two network namespaces joined by a cable are the whole network,
and no packet leaves the machine. Dates and ids are set to fixed values, so a second run gives
the same set.
`again` only writes down anew what the last run kept.

| file in `make/` | what |
|---|---|
| `scenarios_*.yaml` | what goes wrong: stage, reply, reason; new rows at the end |
| `readings.yaml` | what a notice says by itself where it leaves out the receiver's words |
| `plan.py`, `net.py`, `dns.py`, `receiver.py` | names and addresses, the network, name server, receiver |
| `mtas.py`, `exim.py`, `sendmail.py`, … `servers.py` | the mail servers |
| `real.py`, `real.yaml` | a real Postfix receiver: names, lists, countries, character sets |
| `own.py`, `own.yaml` | trouble on the own server: mailbox files, disks, scanners, a Dovecot store |
| `nullmailer.py` | nullmailer, to which one relay says no |
| `cut.py`, `dns_short.py` | the sending server cut off: its resolver, port 53, port 25 (`*-cut`) |
| `shield.py`, `shield_proxy.py` | a mail shield between the sending server and the world (`*-shield`) |
| `full.py`, `relays.py` | the sender's own relay has no room in its queue (`*-full`) |
| `listed.py` | real receivers that ask real block lists, and a dead one (`*-listed`) |
| `files.py` | queue files spoiled, a full disk, a flood: no mails, only log lines (`replies/own-logs.yaml`) |
| `filters.py`, `gates.py` | real receivers and relays that look into the mail (`*-filter`, `*-scan`) |
| `scanners.py` | clamd, amavis, milters, rspamd, SpamAssassin, well and ill; the virus is a line of our own |
| `stores.py` | Dovecot and Cyrus behind Postfix, with Sieve (`postfix-store`) |
| `mlmmj.py` | a host of mailing lists, in many languages (`lists-mlmmj`) |
| `small.py` | what msmtp, S-nail and curl print: no mails (`replies/own-filter-logs.yaml`) |
| `home.py`, `part.py`, `logbook.py` | what these parts share |
| `collect.py` | fixed dates and ids; mail and truth to disk |
| `notices*`, `fram*`, `exchange.yaml` | the written notices |
| `outlook.py` | some of the written notices as Outlook saves them (`outlook/*.msg`) |
| `not_bounces.*`, `hostile.py` | mails that are no bounces; broken and forged ones |

## To add one

Something a receiver can say: a row in `scenarios_rcpt.yaml` or `scenarios_stages.yaml`, then
`corpus/make/run`. A notice of a system that does not run here: a row in `notices_plain_*.yaml`
(or `framed_*.yaml`), with its source, then `corpus/make/run again notices written`. Write the truth
by reading the mail. Never put in mail of others.

## Counts

{counts}"""


def table(title: str, counts: Counter[str]) -> str:
    """Give one table of counts, the most frequent first."""
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    lines = [f"| {title} | count |", "|---|---:|", *(f"| {k} | {n} |" for k, n in rows)]
    return "\n".join(lines) + "\n"


def count_up() -> tuple[int, dict[str, Counter[str]]]:
    """Count the truths by folder, kind, cause, reason and language."""
    names = ("folder", "kind", "cause", "origins of causes", "reason", "language")
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    total, origins = 0, {}
    for path in sorted(CORPUS.rglob("*.yaml")):
        if {"make", "replies"} & set(path.relative_to(CORPUS).parts) or path.name.endswith(".actual.yaml"):
            continue
        truth: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), LOADER)  # noqa: S506
        total += 1
        folder = path.parent.relative_to(CORPUS).as_posix()
        counts["folder"][folder] += 1
        counts["kind"][str(truth.get("kind", "(not said)"))] += 1
        counts["language"][truth.get("lang", "en, and what servers quote")] += 1
        if folder == "hostile":
            continue
        for found in truth.get("findings", []):
            counts["reason"][found["reason"]] += 1
            if found["cause"]:
                counts["cause"][found["cause"]] += 1
                origins.setdefault(found["cause"], set()).add(folder)
    counts["origins of causes"].update({k: len(v) for k, v in origins.items()})
    return total, counts


def write() -> int:
    """Write the README; return how many mails there are."""
    total, counts = count_up()
    parts = [f"{total} mails.\n"] + [table(name, value) for name, value in counts.items()]
    text = TEXT.replace("{counts}", "\n".join(parts))
    (CORPUS / "README.md").write_text(text, encoding="utf-8")
    return total


if __name__ == "__main__":
    print(write())
