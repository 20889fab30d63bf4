"""Reads delivery-status text (RFC 3464, RFC 6533): fields as they come, one delivery a recipient."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ndrkit.model import Delivery, Span
from ndrkit.read import address
from ndrkit.read.notice import MAX_DELIVERIES
from ndrkit.read.said import host_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = frozenset(
    (
        "final-recipient",
        "original-recipient",
        "action",
        "status",
        "diagnostic-code",
        "remote-mta",
        "reporting-mta",
        "last-attempt-date",
        "will-retry-until",
        "arrival-date",
        "received-from-mta",
        "original-envelope-id",
        "final-log-id",
        "x-actual-recipient",
    )
)
_ONCE = frozenset(("final-recipient", "original-recipient", "action", "status"))  # fields of a recipient
_ACTIONS = (
    ("fail", "failed"),
    ("delay", "delayed"),
    ("deliver", "delivered"),
    ("relay", "relayed"),
    ("expand", "expanded"),
    ("bounce", "failed"),
    ("deferred", "delayed"),
    ("transient", "delayed"),
)
_EXTENSION = re.compile(r"x-[\w-]{1,60}")
_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_IP = re.compile(r"\[?((?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F:]*:[0-9a-fA-F:]+:[0-9a-fA-F]*)\]?")


class Field(NamedTuple):
    """A field: lower-case name with dashes, its value, and where the value stands."""

    name: str
    value: str
    start: int
    end: int


class StatusReport(NamedTuple):
    """The per-message fields and the deliveries of a delivery-status text."""

    reporting_mta: str | None
    arrival_date: str | None
    deliveries: list[Delivery]


def fields(text: str) -> Iterator[Field]:
    """Yield the fields of the text that RFC 3464 knows; extension fields only end the one before.

    A value goes on over the lines that are no field, until a blank line: some servers wrap
    Diagnostic-Code without indenting.
    """
    name = ""
    begin = end = at = 0
    for line in text.split("\n"):
        found = _name(line)
        if name and (found or not line or line.isspace()):
            if name in _NAMES:
                yield _field(name, text, begin, end)
            name = ""
        if found:
            name = found
            begin = at + len(line) - len(line.partition(":")[2].lstrip(" \t"))
        end = at = at + len(line)
        at += 1
    if name in _NAMES:
        yield _field(name, text, begin, end)


def _name(line: str) -> str:
    """Give the name of the field that a line begins, or an empty string."""
    head, colon, _ = line[:120].partition(":")
    if not colon:
        return ""
    name = head.strip(" \t>").lower().replace(" ", "-")
    return name if name in _NAMES or (name[:2] == "x-" and _EXTENSION.fullmatch(name)) else ""


def _field(name: str, text: str, begin: int, end: int) -> Field:
    value = text[begin:end].rstrip()
    return Field(name, value.strip(), begin, begin + len(value))


def read_status(text: str, part: str) -> StatusReport:
    """Read a delivery-status text; ``part`` is the name that spans point into."""
    reporting = arrival = None
    deliveries: list[Delivery] = []
    group: dict[str, Field] = {}
    for field in fields(text):
        if field.name == "reporting-mta" and not deliveries:
            reporting = reporting or host_of(field.value)
        elif field.name == "arrival-date":
            arrival = arrival or field.value
        elif field.name in _ONCE and field.name in group:  # it comes again: a new recipient begins
            _close(group, deliveries, part)
            group = {field.name: field}
        else:
            group.setdefault(field.name, field)
        if len(deliveries) > MAX_DELIVERIES:
            break
    else:
        _close(group, deliveries, part)
    return StatusReport(reporting, arrival, deliveries)


def _close(found: dict[str, Field], deliveries: list[Delivery], part: str) -> None:
    final = found.get("final-recipient")
    original = found.get("original-recipient")
    actual = found.get("x-actual-recipient")
    if not (final or original):
        return
    to = address.of_field(final.value) if final else None
    wrote = address.of_field(original.value) if original else None
    real = address.of_field(actual.value) if actual else None
    if to and not _is_internet(to) and (real or wrote):
        to = real or wrote
    action = found.get("action")
    status = found.get("status")
    code = _CODE.search(status.value) if status else None
    said = found.get("diagnostic-code")
    remote = found.get("remote-mta")
    attempt = found.get("last-attempt-date")
    until = found.get("will-retry-until")
    one = Delivery(
        recipient=to or wrote,
        original_recipient=wrote if wrote and to and wrote.lower() != to.lower() else None,
        action=_action(action.value) if action else None,
        status=code[1] if code else None,
        remote_mta=_remote(remote.value) if remote else None,
        remote_ip=_ip(remote.value) if remote else None,
        last_attempt=attempt.value or None if attempt else None,
        retry_until=until.value or None if until else None,
        spans=_said(part, said, status),
        reader="delivery-status",
    )
    deliveries.append(one)


def _is_internet(name: str) -> bool:
    return "." in name.rpartition("@")[2] and "@" in name


def _said(part: str, said: Field | None, status: Field | None) -> tuple[Span, ...]:
    """What was said: the Diagnostic-Code, else the comment that some servers put behind Status."""
    if said and said.value.rstrip("; ").lower() not in ("", "smtp"):
        return (Span(part, said.start, said.end),)
    if status and "(" in status.value and status.value[-1:] == ")":
        return (Span(part, status.start, status.end),)
    return ()


def _action(value: str) -> str | None:
    low = value.lower().lstrip()
    return next((name for word, name in _ACTIONS if low.startswith(word)), None)


def _remote(value: str) -> str | None:
    host = host_of(value)
    return None if host and _IP.fullmatch(host) else host


def _ip(value: str) -> str | None:
    match = _IP.search(value)
    return match[1] if match and (match[1].count(".") == 3 or match[1].count(":") >= 2) else None
