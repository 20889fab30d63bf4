"""Write the mails that are no bounces."""

from __future__ import annotations

from typing import Any

import yaml

from notices import CORPUS, DATE, ENCODINGS, HERE, plain_mail, save

TOP = """Date: {date}
From: {sender}
To: sales@example.org
Subject: {subject}
Message-ID: <{name}@receiver.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type={report}; boundary="b1_{name}"

--b1_{name}
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: 8bit

{text}
--b1_{name}
Content-Type: message/{part}

{fields}
--b1_{name}
Content-Type: message/rfc822

From: Sales <sales@example.org>
To: anna@receiver.example
Subject: Quotation for November
Date: {date}
Message-ID: <20261102091244.601@example.org>

--b1_{name}--
"""
ARF = (
    "Feedback-Type: {kind}\nUser-Agent: feedback/1.0\nVersion: 1\n"
    "Original-Mail-From: <sales@example.org>\nArrival-Date: " + DATE + "\n"
    "Source-IP: 192.0.2.7\nReported-Domain: example.org\n"
)
MDN = (
    "Reporting-UA: receiver.example; Mail\nFinal-Recipient: rfc822;anna@receiver.example\n"
    "Original-Message-ID: <20261102091244.601@example.org>\n"
    "Disposition: {mode}; {kind}\n"
)
RECEIPTS = {
    "en": ("Read: Quotation", "Your message was read on Monday, 2 November 2026 09:12:44.\n"),
    "de": ("Gelesen: Angebot", "Ihre Nachricht wurde am Montag, 2. November 2026 gelesen.\n"),
    "zh-CN": ("已读: 报价单", "您的邮件已于 2026年11月2日 被阅读。\n"),
    "ja": ("開封済み: お見積り", "あなたのメッセージは開封されました。\n"),
    "fr": ("Lu : Devis", "Votre message a été lu le lundi 2 novembre 2026.\n"),
}
SUCCESS = {
    "delivered": "Your message was successfully delivered to the destination.",
    "relayed": "Your message was relayed; the next server sends no confirmation.",
    "expanded": "Your message was delivered to a list and expanded.",
}


def simple() -> int:
    """Write the mails of one part."""
    table = yaml.safe_load((HERE / "not_bounces.yaml").read_text(encoding="utf-8"))
    count = 0
    for kind, rows in table.items():
        for number, row in enumerate(rows):
            charset = row.get("charset", "utf-8")
            encoding = "base64" if charset.startswith("iso-2022") else ENCODINGS[count % 3]
            name = f"{kind.replace('_', '-')}-{number + 1:02}-{row['lang'].lower()}"
            headers = [
                ("Message-ID", f"<{name}@receiver.example>"),
                ("Date", DATE),
                ("From", row.get("from", "Anna <anna@receiver.example>")),
                ("To", "sales@example.org"),
                ("Subject", row["subject"]),
                *row.get("headers", {}).items(),
            ]
            mail = plain_mail(headers, row["text"], charset, encoding)
            write(name, mail, kind, f"{row['subject']}.", row["lang"])
            count += 1
    return count


def write(name: str, mail: bytes, kind: str, shows: str, lang: str = "en") -> None:
    """Write one mail and its truth."""
    truth: dict[str, Any] = {
        "kind": kind,
        "origin": "written for this corpus",
        "shows": shows,
        "format": None,
        "lang": lang,
        "findings": [],
    }
    if kind == "success":
        del truth["findings"]
    save(CORPUS / "not_bounce" / name, mail, truth)


def reports() -> int:
    """Write complaints, read receipts and notices of success."""
    made: list[tuple[str, str, dict[str, str]]] = []
    for kind in ("abuse", "fraud", "not-spam", "virus", "other"):
        fields = {"report": "feedback-report", "part": "feedback-report"}
        fields |= {"fields": ARF.format(kind=kind), "subject": "Complaint about a message"}
        fields["text"] = f"This is a feedback report ({kind}) for a message from 192.0.2.7.\n"
        made.append((f"complaint-{kind}", "complaint", fields))
    for lang, (subject, text) in RECEIPTS.items():
        fields = {"report": "disposition-notification", "part": "disposition-notification"}
        fields["fields"] = MDN.format(mode="manual-action/MDN-sent-manually", kind="displayed")
        made.append((f"receipt-{lang.lower()}", "read_receipt", fields | {"subject": subject, "text": text}))
    fields = {"report": "disposition-notification", "part": "disposition-notification"}
    fields["fields"] = MDN.format(mode="automatic-action/MDN-sent-automatically", kind="deleted")
    fields |= {"subject": "Not read: Quotation", "text": "Your message was deleted unread.\n"}
    made.append(("receipt-deleted", "read_receipt", fields))
    for action, text in SUCCESS.items():
        lines = "Reporting-MTA: dns; mx.receiver.example\n\nFinal-Recipient: rfc822; "
        lines += f"anna@receiver.example\nAction: {action}\nStatus: 2.0.0\n"
        fields = {"report": "delivery-status", "part": "delivery-status", "fields": lines}
        fields |= {"subject": "Successful Mail Delivery Report", "text": text + "\n"}
        made.append((f"success-{action}", "success", fields))
    for name, kind, words in made:
        sender = "Mail Delivery System <MAILER-DAEMON@receiver.example>"
        if kind != "success":
            sender = "Anna <anna@receiver.example>"
        mail = TOP.format(date=DATE, name=name, sender=sender, **words)
        write(name, mail.encode(), kind, f"A {kind.replace('_', ' ')}: {name}.")
    return len(made)


if __name__ == "__main__":
    print(simple(), reports())
