"""The same reply means the same, whatever mail server quotes it: notices and log lines around one reply."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

import ndrkit
from test_kit import proofs

HOST = "mx.example.com[192.0.2.25]"
FRAMES = {
    "Postfix": f"<a@example.com>: host {HOST} said: {{}} (in reply to RCPT TO command)",
    "Postfix, its log": "Nov  2 09:12:44 mail postfix/smtp[2034]: 4Xk1Yz0abc: to=<a@example.com>, "
    f"relay={HOST}:25, delay=1.2, delays=0.1/0/0.6/0.5, dsn=5.0.0, status=bounced "
    f"(host {HOST} said: {{}} (in reply to end of DATA command))",
    "Postfix, at the greeting": f"delivery temporarily suspended: host {HOST} refused to talk to me: {{}}",
    "Exim": "SMTP error from remote mail server after RCPT TO:<a@example.com>: "
    "host mx.example.com [192.0.2.25]: {}",
    "Exim, its log": "2026-11-02 10:11:12 1rgABc-0001Ab-2C ** a@example.com R=dnslookup T=remote_smtp: "
    "SMTP error from remote mail server after end of data: host mx.example.com [192.0.2.25]: {}",
    "Sendmail, its log": "Nov  2 09:12:44 mail sm-mta[1234]: 5A29Ci12001234: to=<a@example.com>, "
    "delay=00:10:31, mailer=esmtp, relay=mx.example.com. [192.0.2.25], dsn=5.0.0, stat={}",
    "qmail": "192.0.2.25 does not like recipient.\nRemote host said: {}\nGiving up on 192.0.2.25.",
    "Exchange": "Remote Server returned '{}'",
}


def replies() -> Iterator[tuple[str, str]]:
    """Yield the replies of one line that prove the rules of reasons, each with its reason."""
    for name, hit in proofs():
        kind, reason, _ = name.split("/")
        text = hit["text"]
        if (
            kind == "reasons"
            and set(hit) == {"text"}
            and re.match(r"[45]\d\d[ -]", text)
            and "\n" not in text
        ):
            yield text, reason


@pytest.mark.parametrize("frame", FRAMES)
def test_who_quotes_a_reply_does_not_change_its_reason(frame: str) -> None:
    """What a mail server writes around the reply that it quotes neither wakes rules nor silences them."""
    changed = []
    for reply, reason in replies():
        (finding, *_) = ndrkit.explain(FRAMES[frame].format(reply)).findings or [None]
        if finding is None or finding.reason != reason:
            changed.append(f"{reply}: {reason} became {finding and finding.reason}")
    assert not changed
