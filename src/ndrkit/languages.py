"""Chooses the language of the advice: BCP 47 tags, sensible fallbacks, ``auto``."""

from __future__ import annotations

import os
import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from ndrkit.model import ChoiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
_WORD = re.compile(r"[^\W\d_]+")
_FEW = 4
_KANA = re.compile(r"[\u3041-\u30fa]")
_CYRILLIC = re.compile(r"[\u0430-\u044f]")


def choose(
    tag: str,
    available: Sequence[str],
    notice: str = "",
    common: Callable[[str], str] | None = None,
) -> str:
    """Give the available language nearest to a BCP 47 tag; ``auto`` looks at the notice.

    ``common`` gives the words that are frequent in a language, by which ``auto`` knows it.

    Raises :class:`~ndrkit.model.ChoiceError` for what is no tag, or a language without texts.
    """
    if tag == "auto":
        guess = _of_notice(notice, available) or _by_words(notice, available, common)
        return guess or _of_environment(available) or "en"
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


def _by_words(notice: str, available: Sequence[str], common: Callable[[str], str] | None) -> str | None:
    """Give the language of which clearly the most frequent words stand in the notice; English is no guess."""
    if common is None:
        return None
    words = Counter(_WORD.findall(notice[:4000].lower()))
    counts = {name: sum(words[word] for word in common(name).split()) for name in available}
    best, second = sorted(counts, key=lambda name: (-counts[name], name))[:2]
    clear = counts[best] >= _FEW and counts[best] * 2 > counts[second] * 3
    return best if clear and best != "en" else None


def _of_environment(available: Sequence[str]) -> str | None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").split(".")[0]
        if value and value not in ("C", "POSIX"):
            return _nearest(value, tuple(available))
    return None
