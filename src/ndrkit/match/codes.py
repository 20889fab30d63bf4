"""What codes alone say: enhanced status codes (RFC 3463), reply codes and stages (RFC 5321)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ndrkit.tables.rows import LEVELS

if TYPE_CHECKING:
    from ndrkit.match.case import Case
    from ndrkit.tables.tables import Tables


class CodeClaim(NamedTuple):
    """What a code speaks for: level (smaller is better), reason, name of the row, the code itself.

    ``final``: only where nobody tries any more.
    """

    rank: int
    reason: str
    rule: str
    quote: str
    final: bool = False


def claim(case: Case, tables: Tables) -> CodeClaim | None:
    """Give the best claim that the codes of a case make, or None."""
    return _enhanced(case, tables) or _reply(case, tables)


def _enhanced(case: Case, tables: Tables) -> CodeClaim | None:
    status = case.status
    if not status or status[0] not in "45":
        return None
    generic = "X" + status[1:]
    row = tables.codes.get(generic)
    kind = (case.reply_code or status)[0]
    if row and row.weight != "none":
        reason = row.reason_4 if kind == "4" else row.reason_5
        if reason:
            rank = LEVELS["weak_code" if row.weight == "low" else "code"]
            return CodeClaim(rank, reason, f"status/{generic}", status, row.final)
    subject = generic.rsplit(".", 1)[0]
    if row is None and subject in tables.subjects:
        return CodeClaim(LEVELS["weak_code"], tables.subjects[subject], f"status/{subject}", status)
    return None


def _reply(case: Case, tables: Tables) -> CodeClaim | None:
    code = case.reply_code
    if not code:
        return None
    for key in ((code, case.smtp_command), (code, None)):
        if key in tables.replies:
            name = f"status/{code}" + (f" {key[1]}" if key[1] else "")
            return CodeClaim(LEVELS["reply"], tables.replies[key], name, code)
    return None


def among(wanted: tuple[str, ...], case: Case) -> bool:
    """Tell whether the reply code or the status is, or begins with, one of the wanted codes."""
    return any(
        code == want or (code.startswith(want) and (len(want) == 1 or code[len(want)] == "."))
        for code in (case.reply_code, case.status)
        if code
        for want in wanted
    )
