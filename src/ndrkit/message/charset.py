"""Bytes to text, whatever the label says; never raises.

The order of guesses for text without a (right) label follows what bounces really use: UTF-8, the
Chinese, Japanese and Korean legacy sets, Cyrillic, Latin. Legacy double-byte sets decode each
other's bytes into rubbish without an error, so among those that decode the winner is the one with
the most everyday characters.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

_ALIASES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cn-gb": "gb18030",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "big5": "cp950",
    "unicode-1-1-utf-7": "utf-7",
}
_GUESSES = ("gb18030", "cp950", "cp932", "euc-jp", "cp949", "koi8-r", "cp1251")
_EVERYDAY = re.compile(
    "["
    "的是不了在有我您你件邮郵信箱收发發送者到以下指定地址无無法投递遞至将將退回失败敗原因服务務器伺"
    "主题題时時间間户戶用存满滿名域这這那未能联聯系管理员員拒绝絕址"
    "のはにをがでとしたますませんるれこのメールあ送信先宛配エラ"
    "이다을를의에가은는수없습니메일송전받사람"
    "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэф"
    "]+"
)
_ASCII = re.compile(r"[\x00-\x7f]+")


def decode(data: bytes, label: str | None = None) -> str:
    """Decode ``data``, by its label where that fits, else by the best guess."""
    if data.isascii():
        if b"\x1b$" in data:
            return _try(data, "iso2022_jp") or data.decode("ascii")
        if label and "7" in label and label.lower() in ("utf-7", "unicode-1-1-utf-7"):
            return _try(data, "utf-7") or data.decode("ascii")
        return data.decode("ascii")
    if label and (text := _by_label(data, label)) is not None:
        return text
    text = _try(data, "utf-8")
    return text if text is not None else _guess(data)


def _by_label(data: bytes, label: str) -> str | None:
    name = _codec(label)
    try:
        return None if name is None else data.decode(name)
    except (LookupError, ValueError):
        return None


@lru_cache(maxsize=128)
def _codec(label: str) -> str | None:
    """Give the name of the codec for a label of 8-bit text, or None."""
    name = label.strip("\"' ").lower()
    name = _ALIASES.get(name, name)
    if name in ("us-ascii", "ascii", "utf-7"):
        return None
    try:
        codecs.lookup(name).decode  # noqa: B018 -- a name with NUL raises ValueError here
    except (LookupError, ValueError):
        return None
    return name


def _try(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeError, ValueError):
        return None


def _guess(data: bytes) -> str:
    head = data[:4096]
    best, most = "cp1252", 0.08
    for name in _GUESSES:
        text = _try(head, name) or _try(head[:-1], name)
        if text is None:
            continue
        foreign = _ASCII.sub("", text)
        everyday = len(foreign) - len(_EVERYDAY.sub("", foreign))
        share = everyday / max(len(foreign), 1)
        if share > most + 0.02:
            best, most = name, share
    text = data.decode(best, "replace") if best != "cp1252" else None
    if text is None:
        readable = data.decode("utf-8", "replace")
        text = readable if readable.count("\ufffd") * 20 < len(data) else data.decode("latin-1")
    return text
