"""Reads delivery-status text (RFC 3464, RFC 6533): fields as they come, one delivery a recipient."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ndrkit.model import Delivery, Span
from ndrkit.read import address
from ndrkit.read.notice import MAX_DELIVERIES
from ndrkit.read.said import host_of, server_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Field = tuple[str, int]  # its value as printed, and where that begins

_READ = (
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
    "x-actual-recipient",
)
_OTHERS = ("received-from-mta", "original-envelope-id", "final-log-id")
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
_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")


def _mark() -> str:
    """Give the expression of what ends a value: the name of the next field, or blank lines.

    A line feed stands before it. A name is in any case, with blanks for dashes, with blanks or marks of
    quotation around it, and a colon among the first 120 characters of its line. Group 1 is the name of a
    field that is read.
    """
    read, other = (f"(?ai:{'|'.join(names)})".replace("-", "[ -]") for names in (_READ, _OTHERS))
    extension = r"[xX][ -][\w -]{1,60}(?<! )"
    name = rf"[ \t>]*+(?:({read})|{other}|{extension})[ \t>]*:(?<!.{{120}}:)[ \t]*"
    blank = r"[^\S\n]*+(?=\n|\Z)(?:\s*(?=\n))?"
    return rf"\n(?:{name}|{blank})"


_MARK = re.compile(_mark())


class StatusReport(NamedTuple):
    """The per-message fields and the deliveries of a delivery-status text."""

    reporting_mta: str | None
    arrival_date: str | None
    deliveries: list[Delivery]


def _fields(text: str) -> Iterator[tuple[str, Field]]:
    """Yield the fields of the text that are read, by their names.

    A value goes on over the lines that are no field, until a blank line: some servers wrap
    Diagnostic-Code without indenting.
    """
    lines = f"\n{text}"
    name, begin = None, 0
    for mark in _MARK.finditer(lines):
        if name:
            yield name.lower().replace(" ", "-"), (lines[begin : mark.start()], begin - 1)
        name, begin = mark[1], mark.end()
    if name:
        yield name.lower().replace(" ", "-"), (lines[begin:], begin - 1)


def read_status(text: str, part: str) -> StatusReport:
    """Read a delivery-status text; ``part`` is the name that spans point into."""
    reporting = arrival = None
    deliveries: list[Delivery] = []
    group: dict[str, Field] = {}
    for name, field in _fields(text):
        if name == "reporting-mta" and not deliveries:
            reporting = reporting or host_of(field[0].strip())
        elif name == "arrival-date":
            arrival = arrival or field[0].strip()
        elif name not in group:
            group[name] = field
        elif name in _ONCE:  # it comes again: a new recipient begins
            deliveries += _deliveries(group, part)
            group = {name: field}
            if len(deliveries) > MAX_DELIVERIES:
                break
    else:
        deliveries += _deliveries(group, part)
    return StatusReport(reporting, arrival, deliveries)


def _deliveries(group: Mapping[str, Field], part: str) -> tuple[Delivery, ...]:
    """Give the delivery that a recipient's fields tell of; none where they name nobody."""
    values = {name: value.strip() for name, (value, _) in group.items()}
    get = values.get
    if "final-recipient" not in values and "original-recipient" not in values:
        return ()
    to, wrote = _address(get("final-recipient")), _address(get("original-recipient"))
    if to and not _is_internet(to):
        to = _address(get("x-actual-recipient")) or wrote or to
    code = _CODE.search(get("status", ""))
    host, ip = server_of(get("remote-mta", ""))
    said = _said(values)
    one = Delivery(
        recipient=to or wrote,
        original_recipient=wrote if wrote and to and wrote.lower() != to.lower() else None,
        action=_action(get("action", "")),
        status=code[1] if code else None,
        remote_mta=host,
        remote_ip=ip,
        last_attempt=get("last-attempt-date") or None,
        retry_until=get("will-retry-until") or None,
        spans=(_span(group[said], part),) if said else (),
        reader="delivery-status",
    )
    return (one,)


def _address(value: str | None) -> str | None:
    return address.of_field(value) if value else None


def _is_internet(name: str) -> bool:
    return "." in name.rpartition("@")[2] and "@" in name


def _said(values: Mapping[str, str]) -> str | None:
    """Give the field that tells what was said: Diagnostic-Code, else Status with a comment behind it."""
    if values.get("diagnostic-code", "").rstrip("; ").lower() not in ("", "smtp"):
        return "diagnostic-code"
    status = values.get("status", "")
    return "status" if "(" in status and status[-1] == ")" else None


def _span(field: Field, part: str) -> Span:
    value, start = field
    return Span(part, start, start + len(value.rstrip()))


def _action(value: str) -> str | None:
    low = value.lower()
    for word, name in _ACTIONS:
        if low.startswith(word):
            return name
    return None
