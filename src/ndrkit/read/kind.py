"""Tells the kinds of mail apart, by the table ``rules/kinds.yaml``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ndrkit.message.view import MailView
    from ndrkit.model import Delivery
    from ndrkit.tables.tables import Sight, Tables


def signs(view: MailView, sight: Sight, tables: Tables) -> Counter[str]:
    """Give the kinds that something speaks for, each with the number of places that do.

    ``sight`` is that of the mail's first words.
    """
    subject = (view.header("subject") or "").lower()
    places = (
        tables.sender_words.owners((view.header("from") or "").lower()),
        sight.kinds,
        {i for i, rule in enumerate(tables.kinds) if subject.startswith(rule.subjects)},
        _by_headers(view, tables),
    )
    return Counter(tables.kinds[i].kind for place in places for i in place)


def _by_headers(view: MailView, tables: Tables) -> set[int]:
    """Give the rules of kinds that a header field speaks for."""
    found: set[int] = set()
    low = view.low_header
    for name, wanted in tables.kind_headers.items():
        if name in low and f"\n{name}:" in low:
            value = (view.header(name) or "").lower()
            found.update(index for index, want in wanted if _holds(value, want))
    return found


def _holds(found: str, value: str) -> bool:
    return value == "*" or (found == "" if value == "-" else value in found)


def of_report(view: MailView) -> str | None:
    """Give the kind that a machine-readable report states, other than a DSN (RFC 5965, RFC 8098)."""
    types = [part.type for part in view.parts]
    report = view.top.parameters.get("report-type", "").lower()
    if "message/feedback-report" in types or report == "feedback-report":
        return "complaint"
    if "message/disposition-notification" in types or report == "disposition-notification":
        refused = "(rejected)" in (view.header("auto-submitted") or "").lower()
        return None if refused else "read_receipt"  # a Sieve script that refuses answers so (RFC 5429)
    return None


def from_person(view: MailView, tables: Tables) -> bool:
    """Tell whether a person seems to have written the mail, so that an answer reaches one (RFC 3834)."""
    sender = view.header("from") or ""
    automatic = (view.header("auto-submitted") or "no").lower() not in ("", "no")
    listed = (view.header("precedence") or "").lower() in ("bulk", "list", "junk", "auto_reply")
    listed = listed or any(f"\n{name}:" in view.low_header for name in ("list-id", "list-unsubscribe"))
    has_path = "return-path:" in view.low_header
    empty_path = has_path and (view.header("return-path") or "").strip() in ("", "<>")
    report = view.top.type == "multipart/report"  # RFC 6522
    machine = automatic or listed or empty_path or report or tables.sender_words.owners(sender.lower())
    return bool(sender) and not machine


def of_signs(signs: Counter[str]) -> str:
    """Give the kind of a mail in which nothing failed."""
    for name in ("success", "challenge", "auto_reply"):
        if signs[name]:
            return name
    return "not_bounce"


def of_deliveries(deliveries: Sequence[Delivery]) -> str:
    """Give the kind of a DSN by its actions (RFC 3464, 2.3.3), or by the class of its codes."""
    actions = {one.action or _by_class(one) for one in deliveries}
    if "failed" in actions:
        return "bounce"
    if "delayed" in actions:
        return "delay"
    return "success" if actions & {"delivered", "relayed", "expanded"} else "bounce"


def _by_class(one: Delivery) -> str:
    code = (one.status or one.reply_code or "5")[0]
    return {"2": "delivered", "4": "delayed"}.get(code, "failed")
