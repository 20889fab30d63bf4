"""Tells the kinds of mail apart, by the table ``rules/kinds.yaml``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ndrkit.message.view import MailView
    from ndrkit.model import Delivery
    from ndrkit.tables.formats import KindRule
    from ndrkit.tables.tables import Tables


def signs(view: MailView, tables: Tables) -> set[str]:
    """Give the kinds that something in the mail's header or words speaks for."""
    subject = (view.header("subject") or "").lower().strip()
    sender = (view.header("from") or "").lower()
    notice = " ".join(view.notice[:4000].lower().split())
    return {
        rule.kind for rule in tables.kinds if _speaks_for(rule, view, subject, sender, notice)
    }


def _speaks_for(rule: KindRule, view: MailView, subject: str, sender: str, notice: str) -> bool:
    if any(subject.startswith(word) for word in rule.subjects):
        return True
    if any(word in sender for word in rule.senders) or any(word in notice for word in rule.notices):
        return True
    for name, value in rule.headers:
        if f"{name}:" in view.low_header:
            found = view.header(name)
            if found is not None and _holds(found.lower(), value):
                return True
    return False


def _holds(found: str, value: str) -> bool:
    return value == "*" or (found == "" if value == "-" else value in found)


def of_report(view: MailView) -> str | None:
    """Give the kind that a machine-readable report states, other than a DSN (RFC 5965, RFC 8098)."""
    types = view.report_types
    report = view.top.parameters.get("report-type", "").lower()
    if "message/feedback-report" in types or report == "feedback-report":
        return "complaint"
    if "message/disposition-notification" in types or report == "disposition-notification":
        return "read_receipt"
    return None


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
