"""Outlook's ``.msg`` files (MS-OXMSG) as the MIME mails that they once were.

A saved NDR holds its facts in properties: MS-OXCMAIL, 2.2.3.7 tells how Exchange makes them from the
fields of RFC 3464, and this is the way back. Reading needs the extra ``ndrkit[msg]``.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oxmsg import Message
    from oxmsg.recipient import Recipient

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_RECIPIENTS = 20_000
MAX_SPREAD = 4
# Property ids of MS-OXPROPS.
TRANSPORT_HEADERS = 0x007D
ORIGINAL_MESSAGE_ID = 0x1046
REPORT_TEXT = 0x1001
ORIGINAL_SUBJECT = 0x0049
SUPPLEMENTARY_INFO = 0x0C1B
REMOTE_MTA = 0x0C21
REPORTING_MTA = 0x6820
_ACTIONS = {".NDR": "failed", ".DR": "delivered", ".DELAYED": "delayed"}
_RECEIPTS = (".IPNRN", ".IPNNRN")
_SUPPLEMENT = re.compile(
    r"<\s*(?P<mta>[^\s#]*)\s*#(?P<status>[245]\.\d{1,3}\.\d{1,3})\s*(?P<said>.*?)>?\s*", re.S
)
_CONTENT_FIELD = re.compile(r"^(?:content-[\w-]+|mime-version)[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*", re.I | re.M)
_BOUNDARY = "=_ndrkit_outlook"


def is_outlook(data: bytes) -> bool:
    """Tell whether the bytes are an OLE file, as ``.msg`` is."""
    return data.startswith(MAGIC)


def to_mime(data: bytes) -> bytes:
    """Give a ``.msg`` as a MIME mail; never raises for bad bytes: those give an empty mail.

    Raises ImportError without the extra ``ndrkit[msg]``.
    """
    from oxmsg import Message  # noqa: PLC0415 -- an extra

    try:
        return _mail(Message.load(data)) if _is_sane(data) else b""
    except Exception:  # noqa: BLE001 -- the libraries raise nearly anything on broken files
        return b""


def _is_sane(data: bytes) -> bool:
    """Tell whether the streams are no larger together than the file allows: they may overlap."""
    from olefile import OleFileIO  # noqa: PLC0415 -- comes with the extra

    with OleFileIO(io.BytesIO(data)) as file:
        size: int = sum(entry.size for entry in file.direntries if entry)
    return size <= MAX_SPREAD * len(data)


def _mail(msg: Message) -> bytes:
    kind = msg.message_class.upper()
    action = next((done for end, done in _ACTIONS.items() if kind.endswith(end)), None)
    head, parts = _head(msg), [("text/plain", _text(msg))]
    sort = "mixed"
    if kind.startswith("REPORT.") and action:
        sort = "report; report-type=delivery-status"
        parts.append(("message/delivery-status", _status(msg, action)))
        parts.append(("text/rfc822-headers", _original(msg)))
    elif kind.startswith("REPORT.") and kind.endswith(_RECEIPTS):
        sort = "report; report-type=disposition-notification"
    else:
        parts += _attached(msg)
    body = "".join(
        f"--{_BOUNDARY}\nContent-Type: {type_}; charset=utf-8\n\n{text}\n" for type_, text in parts
    )
    head += f'MIME-Version: 1.0\nContent-Type: multipart/{sort}; boundary="{_BOUNDARY}"\n'
    return f"{head}\n{body}--{_BOUNDARY}--\n".encode("utf-8", "replace")


def _head(msg: Message) -> str:
    """Give the header fields: those that came over the wire, else what the properties say."""
    wire = (msg.properties.str_prop_value(TRANSPORT_HEADERS) or "").replace("\r\n", "\n")
    if wire.strip():
        return _CONTENT_FIELD.sub("", wire.strip("\n\0") + "\n")
    fields = {
        "From": msg.sender or "",
        "To": ", ".join(filter(None, (one.email_address for one in msg.recipients))),
        "Subject": msg.subject,
        "Date": msg.sent_date.strftime("%a, %d %b %Y %H:%M:%S +0000") if msg.sent_date else "",
    }
    if msg.message_class.upper().startswith("REPORT."):
        fields["To"] = ""
        fields["From"] = fields["From"] or "Microsoft Outlook"
    return "".join(f"{name}: {_line(value)}\n" for name, value in fields.items() if value)


def _text(msg: Message) -> str:
    text = msg.body or msg.properties.str_prop_value(REPORT_TEXT)
    return (text or "").replace("\r\n", "\n").replace("\n--" + _BOUNDARY, "\n")


def _status(msg: Message, action: str) -> str:
    """Give the fields of RFC 3464 that the properties of the recipients were made from."""
    reporting = msg.properties.str_prop_value(REPORTING_MTA)
    head = f"Reporting-MTA: dns; {_line(reporting)}\n" if reporting else ""
    return head + "".join(f"\n{_group(one, action)}" for one in msg.recipients[:MAX_RECIPIENTS])


def _group(one: Recipient, action: str) -> str:
    text = one.properties.str_prop_value
    found = _SUPPLEMENT.fullmatch(text(SUPPLEMENTARY_INFO) or "")
    fields = {
        "Final-Recipient": f"rfc822; {one.email_address or one.name}",
        "Action": action,
        "Status": found["status"] if found else "",
        "Remote-MTA": f"dns; {mta}" if (mta := text(REMOTE_MTA) or (found and found["mta"])) else "",
        "Diagnostic-Code": found["said"] if found else text(SUPPLEMENTARY_INFO) or "",
    }
    return "".join(f"{name}: {_line(value)}\n" for name, value in fields.items() if value)


def _original(msg: Message) -> str:
    text = msg.properties.str_prop_value
    fields = {
        "Message-ID": text(ORIGINAL_MESSAGE_ID),
        "To": ", ".join(filter(None, (one.email_address for one in msg.recipients))),
        "Subject": text(ORIGINAL_SUBJECT),
    }
    return "".join(f"{name}: {_line(value)}\n" for name, value in fields.items() if value)


def _attached(msg: Message) -> list[tuple[str, str]]:
    """Give the attachments that a bounce consists of: status, returned headers, returned mail."""
    out = []
    for one in msg.attachments:
        kind = (one.mime_type or "").lower()
        if kind.startswith(("message/", "text/rfc822")) and one.file_bytes:
            text = one.file_bytes.decode("utf-8", "replace").replace("\r\n", "\n")
            out.append((kind, text.replace("\n--" + _BOUNDARY, "\n")))
    return out


def _line(value: str) -> str:
    return " ".join(value.replace("\0", " ").split())
