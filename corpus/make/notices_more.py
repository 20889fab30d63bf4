"""Write the notices that no server here can send: Exchange's and the providers' own."""

from __future__ import annotations

from typing import Any

import yaml

from notices import CORPUS, DATE, ENCODINGS, HERE, encode_body, encoded_word, plain_mail, save
from plan import CAUSE

RECIPIENT = "li.wei@receiver.example"
REPORT = """Return-Path: <>
Date: {date}
From: {mailer}
To: sales@example.org
Subject: {subject}
Message-ID: <{name}@exchange.example.org>
Auto-Submitted: auto-replied
Content-Language: {lang}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1_{name}"

--b1_{name}
Content-Type: text/plain; charset="{charset}"
Content-Transfer-Encoding: {encoding}

"""
STATUS = """
--b1_{name}
Content-Type: message/delivery-status

Reporting-MTA: dns;exchange.example.org
Received-From-MTA: dns;exchange.example.org
Arrival-Date: {date}

Original-Recipient: rfc822;{rcpt}
Final-Recipient: rfc822;{rcpt}
Action: failed
Status: {status}
Diagnostic-Code: smtp;{diag}
{remote}X-Display-Name: {rcpt}

--b1_{name}
Content-Type: message/rfc822

From: Sales <sales@example.org>
To: {rcpt}
Subject: Quotation for November
Date: {date}
Message-ID: <20261102091244.501@example.org>

--b1_{name}--
"""
SUBJECT = "Quotation for November"


def exchange() -> int:
    """Write Exchange's notice in each language; return how many."""
    table = yaml.safe_load((HERE / "notices_exchange.yaml").read_text(encoding="utf-8"))
    cases, count = table["cases"], 0
    for place, (lang, frame) in enumerate(table["frames"].items()):
        picked = [cases[(place + n * 2) % len(cases)] for n in range(3)]
        for number, case in enumerate(picked):
            encoding = ENCODINGS[1 + (place + number) % 2]
            exchange_mail(table["source"], lang, frame, case, (frame["charsets"][number], encoding))
            count += 1
    return count


def exchange_mail(
    source: str, lang: str, frame: dict[str, Any], case: dict[str, Any], form: tuple[str, str]
) -> None:
    """Write one case in one language."""
    charset, encoding = form
    words = {
        "name": f"{lang.lower()}-{case['name']}",
        "date": DATE,
        "rcpt": RECIPIENT,
        "domain": RECIPIENT.partition("@")[2],
        "lang": lang,
        "charset": charset,
        "encoding": encoding,
        "status": case["status"],
        "mailer": "Microsoft Outlook <postmaster@exchange.example.org>",
        "subject": encoded_word(frame["subject"] + SUBJECT, charset),
        "remote": "Remote-MTA: dns;mx.receiver.example\n" if case.get("remote") else "",
    }
    words["diag"] = case["diag"].format(**words)
    said = f"mx.receiver.example\n#{words['diag']}" if case.get("remote") else f"#{words['diag']}"
    text = (
        f"{frame['failed']}\n\n{RECIPIENT}\n{frame['note'][case['note']]}\n\n\n"
        f"{frame['admin']}\n\n{frame['server']}: exchange.example.org\n\n{RECIPIENT}\n{said}\n\n"
        f"{frame['headers']}\n\nReceived: from client.example.org (192.0.2.8) by "
        f"exchange.example.org\nFrom: Sales <sales@example.org>\nTo: {RECIPIENT}\n"
        f"Subject: {SUBJECT}\nDate: {DATE}\n"
    )
    head = REPORT.format(**words).encode()
    mail = head + encode_body(text, charset, encoding) + STATUS.format(**words).encode()
    finding = {
        "recipient": RECIPIENT,
        "status": case["status"],
        "reply_code": case["code"],
        "reason": case["reason"],
        "cause": CAUSE.get(case["reason"]),
    }
    truth = {
        "kind": "bounce",
        "origin": f"written after {source}",
        "shows": f"Exchange's notice in {lang}, as {charset}: {case['reason']}.",
        "lang": {"zh-CN": "zh-Hans", "zh-TW": "zh-Hant"}.get(lang, lang),
        "format": "exchange",
        "findings": [finding],
    }
    save(CORPUS / "notices" / f"exchange-{words['name']}", mail, truth)


def providers() -> int:
    """Write the plain notices of providers and products; return how many."""
    count = 0
    for file in sorted(HERE.glob("notices_plain_*.yaml")):
        for row in yaml.safe_load(file.read_text(encoding="utf-8")):
            for number, charset in enumerate(row["charsets"]):
                provider_mail(row, charset, ENCODINGS[(count + number) % 3])
                count += 1
    return count


def provider_mail(row: dict[str, Any], charset: str, encoding: str) -> None:
    """Write one provider's notice in one character set."""
    if charset.startswith("iso-2022"):
        encoding = "base64"
    name = f"{row['name']}-{charset.replace('-', '').replace('_', '')}"
    headers = [
        ("Return-Path", "<>"),
        ("Message-ID", f"<{name}@{row['from'].rpartition('@')[2].strip('>')}>"),
        ("Date", DATE),
        ("From", row["from"]),
        ("To", "sales@example.org"),
        ("Subject", row["subject"]),
        *row.get("headers", {}).items(),
    ]
    findings = []
    for told in row["findings"]:
        found = {"recipient": told.get("recipient", RECIPIENT), "status": told.get("status")}
        found |= {"reply_code": told.get("code"), "reason": told["reason"]}
        found["cause"] = told.get("cause", CAUSE.get(told["reason"]))
        if "also" in told:
            found["also"] = told["also"]
        findings.append(found)
    truth = {
        "kind": row.get("kind", "bounce"),
        "origin": f"written after {row['source']}",
        "shows": f"{row['shows']} As {charset} in {encoding}.",
        "lang": row["lang"],
        "format": row.get("format"),
        "findings": findings,
    }
    mail = plain_mail(headers, row["text"].replace("{rcpt}", RECIPIENT), charset, encoding)
    save(CORPUS / "notices" / f"{row['folder']}-{name}", mail, truth)


if __name__ == "__main__":
    print(exchange(), providers())
