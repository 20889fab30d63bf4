"""Take the kept notices, set ids and dates to fixed values, and write them with their truth."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

import yaml

from notices import CORPUS, HERE, save
from plan import CAUSE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mtas import Mta
    from plan import Expected, Scenario

DAYS = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
MONTHS = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
DATES = (
    (
        rb"(?<![A-Za-z])"
        + DAYS
        + rb",[ ]{1,2}\d{1,2} "
        + MONTHS
        + rb" \d{4} \d\d:\d\d:\d\d (?:[+-]\d{4}|GMT|UTC)",
        b"Mon, 02 Nov 2026 09:12:44 +0000",
    ),
    (DAYS + rb" " + MONTHS + rb" [ \d]\d \d\d:\d\d:\d\d \d{4}", b"Mon Nov  2 09:12:44 2026"),
    (rb"(?<!\d)202\d[01]\d[0-3]\d[0-2]\d[0-5]\d[0-5]\d(?!\d)", b"20261102091244"),
)
READINGS: list[dict[str, Any]] = yaml.safe_load((HERE / "readings.yaml").read_text(encoding="utf-8"))
SENT = b"20261102091244."
IDS = (
    rb"\bid ([0-9A-Za-z]{6,14}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4})\b",
    rb"\bid ([0-9A-F]{16}\.[0-9A-F]{16}\.[0-9A-F]{8})\b",
    rb"\bid ([0-9A-Za-z]{5,22})(?![-.\w])",
    rb"[Qq]ueue-[Ii][Dd]: (\S{5,30})",
    rb"Message-I[dD]: <([^@>]{5,80})@",
    rb'boundary="?([^"\r\n;]{5,90})"?',
    rb"[.](\d{10})/",
    rb'boundary="=_mail[.]example[.]org-(\d+-\d+)-',
    rb'boundary="?(\d{16,20})/',
    rb"queued as ([0-9A-Za-z]{6,22})",
)
SIGNS = {
    ord("*"): b"0123456789abcdefghijklmnopqrstuvwxyz",
    ord("#"): b"0123456789",
    ord("^"): b"0123456789ABCDEF",
    ord("~"): b"0123456789abcdef",
}
# What an id looks like, and the form it gets, so that neither its length nor its kind varies.
FORMS = (
    (rb"[0-9A-Za-z]{6}-[0-9A-Za-z]{6}-[0-9A-Za-z]{2}", b"******-******-**"),
    (rb"E[0-9A-Za-z]{6}-[0-9A-Za-z]{6}-[0-9A-Za-z]{2}", b"E******-******-**"),
    (rb"\d+-eximdsn-\d+", b"##########-eximdsn-##########"),
    (rb"\d+-\d+", b"#####-##########"),
    (rb"=_courier_\d+", b"=_courier_1"),
    (rb"courier\.[0-9A-F]{16}\.[0-9A-F]{8}", b"courier." + b"^" * 16 + b"." + b"^" * 8),
    (rb"[0-9A-F]{16}\.[0-9A-F]{16}\.[0-9A-F]{8}", b"^" * 16 + b"." + b"^" * 16 + b"." + b"^" * 8),
    (rb"\d{12}\.[0-9A-Za-z]{14}", b"202611020912." + b"*" * 14),
    (rb"\d{14}\.[0-9A-F]{9,12}", b"20261102091244." + b"^" * 11),
    (rb"[0-9A-Za-z]{14}", b"*" * 14),
    (rb"\d{16,20}", b"#" * 20),
    (rb"\d{10}", b"#" * 10),
    (rb"[0-9A-F]{9,12}", b"^" * 11),
    (rb"[0-9a-f]{16}", b"~" * 16),
    (rb"[0-9a-f]{8}", b"~" * 8),
    (rb"[0-9a-f]{4,7}", b"~" * 6),
)
PLACES = {
    "banner": "in its greeting",
    "ehlo": "at EHLO",
    "mail": "at MAIL",
    "rcpt": "at RCPT",
    "data": "at DATA",
    "eod": "at the end of the data",
    "starttls": "at STARTTLS",
}


def fixed(word: bytes, seed: str) -> bytes:
    """Give a fixed word of the form that this kind of id has."""
    form = next((form for pattern, form in FORMS if re.fullmatch(pattern, word)), word)
    digest = hashlib.shake_256(seed.encode()).digest(len(form))
    pairs = zip(form, digest, strict=True)
    return bytes(SIGNS[sign][n % len(SIGNS[sign])] if sign in SIGNS else sign for sign, n in pairs)


def normalise(mail: bytes, seed: str) -> bytes:
    """Set dates and ids to fixed values, so that a second run gives the same bytes."""
    mail = mail.replace(b"\r\n", b"\n")
    for pattern, value in DATES:
        mail = re.sub(pattern, value, mail)
    words: set[bytes] = set()
    for pattern in IDS:
        words.update(w for w in re.findall(pattern, mail) if not w.startswith(SENT))
    words = {w for w in words if b"example" not in w}
    places = {w: n for n, w in enumerate(sorted(words, key=mail.find))}
    for word in sorted(words, key=len, reverse=True):
        mail = mail.replace(word, fixed(word, f"{seed}/{places[word]}"))
    return mail


def field_status(mail: bytes, recipient: str) -> str | None:
    """Read the Status field of one recipient's block, as it stands in the mail."""
    for block in re.split(rb"\n\n", mail):
        who = re.search(rb"(?im)^Final-Recipient:\s*[\w-]+;\s*<?([^>\s]+)", block)
        status = re.search(rb"(?im)^Status:\s*([245]\.\d+\.\d+)", block)
        if who and status and who[1].decode("utf-8", "replace").lower() == recipient.lower():
            return status[1].decode()
    return None


def is_shown(notice: str, reply: str) -> bool:
    """Tell whether the notice gives the receiver's words: two that follow one another."""
    if not reply:
        return False
    words = reply.split("\n", maxsplit=1)[0][4:].split()
    words = [w for w in words if not re.match(r"[245]\.\d+\.\d+$", w)] or [reply[:3]]
    pairs = [words[n : n + 2] for n in range(max(1, len(words) - 1))]
    plain = [pair for pair in pairs if "{" not in "".join(pair)]
    flat = " ".join(notice.split())
    return any(" ".join(pair) in flat for pair in plain[:3]) and reply[:3] in flat


def is_whole(notice: str, reply: str) -> bool:
    """Tell whether the notice gives the reply to its end: the last plain words of every line."""
    flat = " ".join(notice.split())
    for line in reply.split("\n"):
        words = line[4:].split()
        plain = ["{" not in word and "://" not in word for word in words]
        pairs = [words[n : n + 2] for n in range(len(words) - 1) if plain[n] and plain[n + 1]]
        last = [word for word, kept in zip(words, plain, strict=True) if kept][-1:]
        if any(" ".join(part) not in flat for part in (*pairs[-1:], last)):
            return False
    return True


def own_reply(notice: str) -> tuple[str | None, str | None]:
    """Give the code and status that a server put before its own words (Sendmail does)."""
    found = re.search(r"Diagnostic-Code: \S+ ([245]\d\d)(?: ([245]\.\d+\.\d+))?", notice)
    line = r"(?m)^([245]\d\d) ([245]\.\d+\.\d+)? ?\S*@?[A-Za-z]"
    found = found or re.search(line, notice)
    return (found[1], found[2]) if found else (None, None)


def reading(notice: str) -> dict[str, Any] | None:
    """Read what a notice says by itself."""
    return next((row for row in READINGS if re.search(row["words"], notice)), None)


def exact(text: str | None, field: str | None) -> str | None:
    """Prefer what the text says, unless that is x.0.0 and the field is more exact."""
    return field if field and (not text or text.endswith(".0.0")) else text


def finding(mail: bytes, notice: str, one: Expected, scenario: Scenario) -> dict[str, Any]:
    """Say what is to be read of one recipient."""
    shown = is_shown(notice, one.reply)
    begun = bool(one.enhanced) and f"{one.code} {one.enhanced} " in notice
    reason, also = one.reason, scenario.row.get("also")
    row = reading(notice)
    if row and (not shown or row.get("always")):
        reason, also = row["reason"], row.get("also")
    elif one.reply and not shown:
        reason, also = "undetermined", None
    if "unnamed" in scenario.row and ".example.org" not in notice.partition(one.recipient)[2]:
        reason = scenario.row["unnamed"]
    whole = is_whole(notice, one.reply)
    if shown and not whole:
        reason = scenario.row.get("cut", reason)
    code, status = (one.code, one.enhanced) if shown or begun else own_reply(notice)
    truth: dict[str, Any] = {
        "recipient": one.recipient,
        "status": exact(status, field_status(mail, one.recipient)),
        "reply_code": code,
        "reason": reason,
        "cause": CAUSE.get(reason),
    }
    if shown and whole and "blocklist" in scenario.row:
        truth["blocklist"] = scenario.row["blocklist"]
    if also:
        truth["also"] = also
    return truth


def shows(scenario: Scenario, kind: str) -> str:
    """Say in one sentence what the mail shows."""
    row = scenario.row
    if "about" in row:
        text = str(row["about"])
    else:
        place = PLACES[row.get("stage", "rcpt")]
        text = f"the receiver answers {row['reply'][:3]} {place} in the words of {row['by']}"
    return f"{text[0].upper()}{text[1:]}; {'warning of delay' if kind == 'delay' else kind}."


def kind_of(mail: bytes) -> str:
    """Tell a failure from a warning by the Action field or the server's own words."""
    if re.search(rb"(?im)^Action: failed", mail):
        return "bounce"
    words = rb"Action: delayed|Subject: (?:Warning|Delayed|Delivery Status Notification \(Delay)"
    if re.search(rb"(?im)^Action: (?:relayed|delivered)", mail):
        return "success"
    late = re.search(b"(?im)^(?:" + words + b")", mail)
    return "delay" if late else "bounce"


def kept(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Read the kept mails in the order they came: whom they are for, and the mail."""
    for path in sorted(folder.iterdir()):
        raw = path.read_bytes()
        sender, recipient, mail = raw.split(b"\n", 2)
        yield recipient.decode(), b"Return-Path: <" + sender + b">\n" + mail


def collect(mta: Mta, plan: list[Scenario], folder: Path, variant: str) -> int:
    """Write every kept notice below corpus/<mta>/; return how many."""
    found: dict[str, list[bytes]] = {}
    for recipient, mail in kept(folder):
        found.setdefault(recipient.lower(), []).append(mail)
    count = 0
    for one in plan:
        mails = sorted(found.get(one.sender, []), key=lambda m: (kind_of(m), len(m)))
        seen: set[tuple[str, ...]] = set()
        for mail in mails:
            named = named_in(head_of(mail, one), one)
            kind = kind_of(mail)
            if variant == "delay" and kind != "delay":
                continue
            key = (kind, *(e.recipient for e in named))
            if key in seen or not (named or "notify" in one.row):
                continue
            seen.add(key)
            name = one.id + ("-delay" if kind == "delay" else "")
            if len(named) < len(one.expected):
                name += "-" + named[0].recipient.partition("@")[0]
            clean = normalise(mail, f"{mta.name}/{name}")
            notice = head_of(clean, one).decode("utf-8", "replace")
            truth = {
                "kind": kind,
                "origin": f"{mta.title}, receiver scripted",
                "shows": shows(one, kind),
                "format": mta.delay_format if kind == "delay" else mta.format,
                "findings": [finding(clean, notice, e, one) for e in named],
            }
            if kind == "success":
                del truth["findings"]
            save(CORPUS / mta.name / name, clean, truth)
            count += 1
    return count


def named_in(head: bytes, one: Scenario) -> list[Expected]:
    """Give the failed recipients that a notice names, in its order."""
    if fields := b"\n".join(re.findall(rb"(?im)^Final-Recipient:.*$", head)):
        head = fields
    head = head.partition(b"\n\n")[2] or head
    places = {e.recipient: head.find(e.recipient.encode()) for e in one.expected}
    named = [e for e in one.expected if places[e.recipient] >= 0]
    return sorted(named, key=lambda e: places[e.recipient])


def head_of(mail: bytes, one: Scenario) -> bytes:
    """Give the notice without the returned message, in which every recipient is named."""
    ours = f"Message-ID: <20261102091244.{one.number:03}@".encode()
    top = mail.partition(ours)[0]
    at = top.rfind(b"\nFrom: Sales")
    return top[:at] if at > 0 else top
