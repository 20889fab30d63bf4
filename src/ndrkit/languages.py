"""Chooses the language of the advice: BCP 47 tags, sensible fallbacks, ``auto``."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ndrkit.model import ChoiceError

if TYPE_CHECKING:
    from collections.abc import Sequence

_REGIONS = {
    "zh-tw": "zh-Hant",
    "zh-hk": "zh-Hant",
    "zh-mo": "zh-Hant",
    "zh": "zh-Hans",
    "pt": "pt-BR",
}
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")
_TRADITIONAL = frozenset("無將您郵遞寄給這個伺務網區號來說時間檔關於")
_SIMPLIFIED = frozenset("无将您邮递寄给这个务网区号来说时间档关于")
_KANA = re.compile(r"[\u3041-\u30fa]")
_CYRILLIC = re.compile(r"[\u0430-\u044f]")


def choose(tag: str, available: Sequence[str], notice: str = "") -> str:
    """Give the available language nearest to a BCP 47 tag; ``auto`` looks at the notice.

    Raises :class:`~ndrkit.model.ChoiceError` for what is no tag, or a language without texts.
    """
    if tag == "auto":
        return _of_notice(notice, available) or _of_environment(available) or "en"
    found = _nearest(tag, tuple(available)) if isinstance(tag, str) else None
    if found is None:
        raise ChoiceError("language", tag, (*available, "auto"))
    return found


@lru_cache(maxsize=1_000)
def _nearest(tag: str, available: tuple[str, ...]) -> str | None:
    if not _TAG.fullmatch(tag.replace("_", "-")):
        return None
    by_low = {name.lower(): name for name in available}
    low = tag.replace("_", "-").lower()
    while low:
        found = by_low.get(low) or _REGIONS.get(low)
        if found in available:
            return found
        low = low.rpartition("-")[0]
    return None


def _of_notice(notice: str, available: Sequence[str]) -> str | None:
    head = notice[:4000]
    guess = None
    if _KANA.search(head):
        guess = "ja"
    elif len(_CYRILLIC.findall(head)) > 10:
        guess = "ru"
    else:
        old = sum(c in _TRADITIONAL and c not in _SIMPLIFIED for c in head)
        new = sum(c in _SIMPLIFIED and c not in _TRADITIONAL for c in head)
        if old or new:
            guess = "zh-Hant" if old > new else "zh-Hans"
    return guess if guess in available else None


def _of_environment(available: Sequence[str]) -> str | None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").split(".")[0]
        if value and value not in ("C", "POSIX"):
            return _nearest(value, tuple(available))
    return None
