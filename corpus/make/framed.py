"""Write the notices that no server here could make: frames and rows in YAML, joined and encoded."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from notices import CORPUS, DATE, encode_body, encoded_word, save
from plan import CAUSE

HERE = Path(__file__).parent
FILES = ("framed_zh.yaml", "framed_world.yaml")
FOLDER = CORPUS / "written"
SENDER = "wang@example.cn"
SUBJECTS = {
    "zh-Hans": "十一月报价单",
    "zh-Hant": "十一月報價單",
    "ja": "お見積もりの件",
    "ko": "견적서",
    "de": "Angebot für November",
    "fr": "Devis de novembre",
    "es": "Presupuesto de noviembre",
    "pt": "Orçamento de novembro",
    "it": "Offerta di novembre",
    "nl": "Offerte november",
    "pl": "Oferta na listopad",
    "ru": "Предложение на ноябрь",
    "tr": "Kasım teklifi",
    "cs": "Nabídka na listopad",
    "sv": "Offert för november",
    "vi": "Báo giá tháng 11",
}
EXCHANGE: dict[str, Any] = {
    "format": "exchange",
    "source": "https://learn.microsoft.com/exchange/mail-flow/non-delivery-reports-and-bounce-messages/"
    "non-delivery-reports-and-bounce-messages and its translations",
    "from": "postmaster@example.cn",
    "name": "Microsoft Outlook",
    "shape": "report",
    "mta": "EX01.example.cn",
}


class Notice:
    """One notice: its row of data, joined with its frame."""

    def __init__(self, row: dict[str, Any], frames: dict[str, Any], words: dict[str, Any]):
        self.row = row
        self.exchange: dict[str, str] | None = words.get(row.get("exchange", ""))
        self.frame = EXCHANGE if self.exchange else frames[row["frame"]]
        self.own = bool(row.get("own"))
        self.mx = row.get("mx", "mx.receiver.example")
        self.mta = row.get("mta") or self.frame.get("mta") or "mail.example.cn"
        self.lang = row.get("lang") or row.get("exchange") or self.frame_language()
        self.subject = row.get("subject") or SUBJECTS.get(self.lang, "Quotation for November")

    def frame_language(self) -> str:
        """Give the language a frame is written in."""
        frame = str(self.row["frame"])
        if frame.endswith("-zh-Hant"):
            return "zh-Hant"
        return "zh-Hans" if not frame.startswith("hmailserver-") or frame.endswith("Hans") else "en"

    def fill(self, text: str, **more: str) -> str:
        """Fill the notice's words into a text."""
        words = {"subject": self.subject, "sender": SENDER, "mta": self.mta, "why": self.row.get("why", "")}
        words |= {key: str(value) for key, value in self.row.get("with", {}).items()} | more
        words["all"] = ", ".join(filter(None, (to[0] for to in self.row["to"])))
        for _ in range(2):
            for key, value in words.items():
                text = text.replace("{" + key + "}", value)
        return text

    def text(self) -> str:
        """Give the words a person reads."""
        if self.exchange:
            return self.exchange_text(self.exchange)
        rows = [self.fill(self.frame["row"], **self.words(to)) for to in self.row["to"]]
        text = self.fill(self.frame["text"]).replace("{rows}\n", "\n".join(rows) + "\n")
        return re.sub(r"\n\n\n+", "\n\n", text)

    def words(self, to: list[str]) -> dict[str, str]:
        """Give the words of one recipient: the sentence, what was said, what is advised."""
        said, why, fix = [*to[2:], "", "", ""][:3]
        if self.frame["format"] == "hmailserver" and "article" not in str(self.row["frame"]):
            said = self.hmailserver_block(said, to[0]) if "Error Type" in self.frame["row"] else said
        elif self.frame["format"] == "postfix" and not self.own:
            said = f"host {self.mx}[198.51.100.25] said: {said} (in reply to RCPT TO command)"
        return {"rcpt": to[0] or "", "said": said} | ({"why": why, "fix": fix} if why else {})

    def hmailserver_block(self, said: str, recipient: str) -> str:
        """Give hMailServer's inner block, which stays English whatever the frame."""
        if self.own:
            return f"   Error Description: {said}"
        command = f"RCPT TO:<{recipient}>"
        return (
            f"   Remote server (198.51.100.25) issued an error.\n   hMailServer sent: {command}\n"
            f"   Remote server replied: {said}"
        )

    def exchange_text(self, words: dict[str, str]) -> str:
        """Give Exchange's notice: sentences for people, then the diagnostic block."""
        lines = [words["failed"], ""]
        for to in self.row["to"]:
            lines += [f"{to[0]}<mailto:{to[0]}>", words[to[3]], ""]
        lines += ["", words["admins"], "", words["server"] + self.mta, ""]
        for to in self.row["to"]:
            said = f"#{to[2]} ##" if self.own else f"Remote Server returned '{to[2]}'"
            lines += [to[0], said, ""]
        return "\n".join([*lines, words["headers"], "", *self.returned()])

    def returned(self) -> list[str]:
        """Give the header of the message that came back."""
        return [
            f"Received: from DESK07 (192.0.2.99) by {self.mta} (192.0.2.7) with ESMTP; {DATE}",
            f"From: {SENDER}",
            "To: " + ", ".join(filter(None, (to[0] for to in self.row["to"]))),
            f"Subject: {encoded_word(self.subject, 'utf-8')}",
            f"Message-ID: <{self.row['name']}.1@example.cn>",
            f"Date: {DATE}",
        ]

    def findings(self, plain: bool) -> list[dict[str, Any]]:
        """Say what is to be read of each recipient."""
        return [self.finding(to, plain) for to in self.row["to"]]

    def finding(self, to: list[str], plain: bool) -> dict[str, Any]:
        """Say what is to be read of one recipient: codes as the text and the fields state them."""
        reply = re.search(r"(?:^|: |issued: |said: )([245]\d\d)(?= |-)", to[2])
        enhanced = enhanced_in(to[2])
        status = enhanced or self.row.get("status") or (None if plain else "5.0.0")
        return {
            "recipient": to[0],
            "status": status,
            "reply_code": reply[1] if reply else None,
            "reason": to[1],
            "cause": CAUSE.get(to[1]),
        }

    def status_part(self) -> str:
        """Give the fields of RFC 3464."""
        blocks = [f"Reporting-MTA: dns;{self.mta}\n"]
        for to in self.row["to"]:
            status = enhanced_in(to[2]) or "5.0.0"
            kind = self.row.get("code", "smtp")
            said = (
                encoded_word(to[2], "utf-8")
                if kind == "X-Notes"
                else re.sub(r"^SMTP error, [A-Z ]+: ", "", to[2])
            )
            remote = "" if self.own else f"Remote-MTA: dns;{self.mx}\n"
            blocks.append(
                f"Final-Recipient: rfc822;{to[0]}\nAction: failed\nStatus: {status}\n{remote}"
                f"Diagnostic-Code: {kind};{said}\n"
            )
        return "\n".join(blocks)

    def mail(self, charset: str, encoding: str) -> bytes:
        """Give the whole mail in one character set and transfer encoding."""
        report = self.frame.get("shape") == "report"
        name = encoded_word(self.frame.get("name") or "", charset)
        address = self.fill(self.frame["from"])
        title = (self.exchange or {}).get("prefix", "") + self.subject
        if not self.exchange:
            title = self.fill(self.frame["subject"])
        headers = {
            "Return-Path": "<>",
            "Message-ID": f"<{self.row['name']}@{self.mta}>",
            "Date": DATE,
            "From": f"{name} <{address}>" if name else address,
            "To": SENDER,
            "Subject": encoded_word(title, charset),
            **{key: self.fill(value) for key, value in self.frame.get("headers", {}).items()},
            "MIME-Version": "1.0",
        }
        part = (
            f'Content-Type: text/plain; charset="{charset}"\nContent-Transfer-Encoding: {encoding}\n\n'
        ).encode()
        body = part + encode_body(self.text(), charset, "8bit" if encoding == "7bit" else encoding)
        top = "".join(f"{key}: {value}\n" for key, value in headers.items()).encode()
        if not report:
            return top + body
        mark = f"=_{self.row['name']}"
        kind = f'Content-Type: multipart/report; report-type=delivery-status;\n\tboundary="{mark}"\n\n'
        status = "Content-Type: message/delivery-status\n\n" + self.status_part()
        back = "Content-Type: text/rfc822-headers\n\n" + "\n".join(self.returned()) + "\n"
        pieces = [body, status.encode(), back.encode()]
        whole = b"".join(f"--{mark}\n".encode() + piece + b"\n" for piece in pieces)
        return top + kind.encode() + whole + f"--{mark}--\n".encode()


def enhanced_in(text: str) -> str | None:
    """Give the enhanced status code that a reply holds."""
    found = re.search(r"(?<![\d.#])[45]\.\d{1,3}\.\d{1,3}(?![\d.])", text)
    return found[0] if found else None


def write() -> int:
    """Write every notice in each of its character sets; return how many."""
    for old in FOLDER.glob("*.*"):
        old.unlink()
    frames = yaml.safe_load((HERE / "frames.yaml").read_text(encoding="utf-8"))
    words = yaml.safe_load((HERE / "exchange.yaml").read_text(encoding="utf-8"))
    count = 0
    for file in FILES:
        for row in yaml.safe_load((HERE / file).read_text(encoding="utf-8")):
            notice = Notice(row, frames, words)
            for form in row["in"]:
                write_form(notice, form)
                count += 1
    return count


def write_form(notice: Notice, form: str) -> None:
    """Write a notice in one character set and transfer encoding, with its truth."""
    charset, encoding = form.split("/")
    plain = notice.frame.get("shape") != "report"
    truth = {
        "kind": "bounce",
        "origin": f"written after {notice.frame['source']}",
        "shows": notice.row.get("shows", f"{said_in(notice)}, as {charset} in {encoding}") + ".",
        "format": notice.frame["format"],
        "lang": notice.lang,
        "findings": notice.findings(plain),
    }
    name = notice.row["name"] + (f"-{charset}-{encoding}" if len(notice.row["in"]) > 1 else "")
    save(FOLDER / name, notice.mail(charset, encoding), truth)


def said_in(notice: Notice) -> str:
    """Say in a few words what the notice tells."""
    reasons = " and ".join(to[1].replace("_", " ") for to in notice.row["to"])
    return f"A notice of {notice.frame['format'] or 'no known product'} that says {reasons}"


if __name__ == "__main__":
    print(write())
