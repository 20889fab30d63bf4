"""Encode written notices: from YAML to mails in the character sets they come in."""

from __future__ import annotations

import base64
import quopri
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
CORPUS = HERE.parent
ENCODINGS = ("8bit", "quoted-printable", "base64")
DATE = "Mon, 02 Nov 2026 09:12:44 +0800"


def encoded_word(text: str, charset: str) -> str:
    """One RFC 2047 word in B encoding, or the text itself where it is ASCII."""
    if text.isascii():
        return text
    word = base64.b64encode(text.encode(charset)).decode()
    return f"=?{charset}?B?{word}?="


def encode_body(text: str, charset: str, encoding: str) -> bytes:
    """Give the body as the transfer encoding has it, lines ending in LF."""
    raw = text.encode(charset)
    if encoding == "quoted-printable":
        return quopri.encodestring(raw)
    if encoding == "base64":
        return base64.encodebytes(raw)
    return raw


def plain_mail(headers: list[tuple[str, str]], text: str, charset: str, encoding: str) -> bytes:
    """Join header fields and a text body into one mail of one part."""
    top = [f"{name}: {encoded_word(value, charset)}" for name, value in headers]
    top += [
        "MIME-Version: 1.0",
        f'Content-Type: text/plain; charset="{charset}"',
        f"Content-Transfer-Encoding: {encoding}",
    ]
    return "\n".join(top).encode() + b"\n\n" + encode_body(text, charset, encoding)


def save(path: Path, mail: bytes, truth: dict[str, Any]) -> None:
    """Write a mail and the file that says what is true of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".eml").write_bytes(mail)
    text = yaml.safe_dump(truth, sort_keys=False, allow_unicode=True, width=96)
    path.with_suffix(".yaml").write_text(text, encoding="utf-8")


def article() -> int:
    """Write the article's bounce in every form; return how many."""
    count = 0
    for notice in yaml.safe_load((HERE / "notices_article.yaml").read_text(encoding="utf-8")):
        for charset in notice["charsets"]:
            addresses = {"masked": "xx.xxx.x.xx"}
            if charset in ("utf-8", "big5", "gbk"):
                addresses["open"] = "192.0.2.7"
            for shown, ip in addresses.items():
                for encoding in ENCODINGS:
                    article_mail(notice, charset, encoding, (shown, ip))
                    count += 1
    return count


def article_mail(notice: dict[str, Any], charset: str, encoding: str, address: tuple[str, str]) -> None:
    """Write one form of the article's bounce."""
    shown, ip = address
    reply = f"553 connection block by dnsbl, [http://www.spamhaus.org/query/bl?ip={ip}]"
    text = "\n".join([*notice["lines"], f"user@domain.com : {reply}", ""])
    name = f"{notice['name']}-{shown}-{charset.replace('-', '')}-{encoding}"
    headers = [
        ("Return-Path", "<>"),
        ("Message-ID", f"<{name}@mail.example.cn>"),
        ("Date", DATE),
        ("From", "mailer-daemon@mail.example.cn"),
        ("To", "sender@mail.example.cn"),
        ("Subject", notice["subject"]),
        ("X-hMailServer-LoopCount", "1"),
    ]
    finding = {
        "recipient": "user@domain.com",
        "status": None,
        "reply_code": "553",
        "reason": "ip_blocklisted",
        "cause": "blocklisted",
        "blocklist": "spamhaus_zen",
        "ip": None if shown == "masked" else ip,
    }
    truth = {
        "kind": "bounce",
        "origin": "written after the sample bounce of the hMailServer article (A7.2)",
        "shows": f"The article's notice, {notice['name']} characters, as {charset} in {encoding}.",
        "format": "hmailserver",
        "lang": {"traditional": "zh-Hant", "simplified": "zh-Hans"}[notice["name"]],
        "findings": [finding],
    }
    save(CORPUS / notice["folder"] / name, plain_mail(headers, text, charset, encoding), truth)


if __name__ == "__main__":
    print(article())
