"""Text that is no mail: log lines of each mail server, pasted notices, forwarded bounces."""

from __future__ import annotations

import pytest

import ndrkit

POSTFIX = (
    "Nov  2 09:12:44 mail postfix/smtp[1234]: 4F2A1B: to=<bob@example.org>, orig_to=<sales@example.org>, "
    "relay=mx.example.org[192.0.2.25]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=5.1.1, status=bounced "
    "(host mx.example.org[192.0.2.25] said: 550 5.1.1 <bob@example.org>: Recipient address rejected: "
    "User unknown (in reply to RCPT TO command))"
)
LOG_LINES = {
    "Postfix": POSTFIX,
    "Exim": "2026-11-02 09:12:44 1vFoo0-0001ab-2x ** bob@example.org R=dnslookup T=remote_smtp "
    "H=mx.example.org [192.0.2.25] X=TLS1.3: SMTP error from remote mail server after "
    "RCPT TO:<bob@example.org>: 550 5.1.1 <bob@example.org>: User unknown",
    "Sendmail": "Nov  2 09:12:44 mail sm-mta[1234]: 5A29Ci12001234: to=<bob@example.org>, "
    "ctladdr=<a@example.net>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, "
    "pri=120345, relay=mx.example.org. [192.0.2.25], dsn=5.1.1, stat=User unknown",
    "OpenSMTPD": "Nov  2 09:12:44 mail smtpd[1234]: 4f2a1b3c4d5e6f70 mta delivery evpid=4f2a1b3c00000000 "
    'from=<a@example.net> to=<bob@example.org> rcpt=<-> source="192.0.2.7" relay="192.0.2.25 '
    '(mx.example.org)" delay=1s result="PermFail" stat="550 5.1.1 User unknown"',
    "Exchange": '2026-11-02T09:12:44.123Z,,,,EX01,"[{LED=550 5.1.1 User unknown};{MSG=};{FQDN=mx.example.'
    'org};{IP=192.0.2.25};{LRT=11/2/2026 9:12:44 AM}]",,SMTP,FAIL,1234,<1@example.net>,5f1,bob@example.org,'
    "550 5.1.1 User unknown,1234,1,,,Quotation,a@example.net,<>,,Originating,,,,",
    "KumoMTA": '{"type":"Bounce","id":"d7e","sender":"a@example.net","recipient":"bob@example.org",'
    '"queue":"example.org","site":"mx.example.org","size":1234,"response":{"code":550,"enhanced_code":'
    '{"class":5,"subject":1,"detail":1},"content":"User unknown","command":"RCPT TO:<bob@example.org>"},'
    '"peer_address":{"name":"mx.example.org.","addr":"192.0.2.25"},"timestamp":1793610764}',
    "PowerMTA": "b,2026-11-02 09:12:44+0000,2026-11-02 09:12:43+0000,a@example.net,bob@example.org,,failed,"
    "5.1.1 (bad destination mailbox address),smtp;550 5.1.1 User unknown,mx.example.org (192.0.2.25),"
    "bad-mailbox,smtp,mail.example.net (192.0.2.7),smtp",
}
WITHOUT_RECIPIENT = {
    "qmail": "@4000000067260f2c1a2b3c4d delivery 12: failure: 192.0.2.25_does_not_like_recipient./"
    "Remote_host_said:_550_5.1.1_User_unknown/Giving_up_on_192.0.2.25./",
    "hMailServer": '"SMTPC"\t5252\t12\t"2026-11-02 09:12:44.123"\t"192.0.2.25"\t'
    '"RECEIVED: 550 5.1.1 User unknown"',
}
NOTICE = """This is the mail system at host mail.example.net.

<bob@example.org>: host mx.example.org[192.0.2.25] said: 550 5.1.1
    <bob@example.org>: Recipient address rejected: User unknown (in reply to
    RCPT TO command)
"""
OUTLOOK = """Diagnostic information for administrators:

Generating server: EX01.example.net

bob@example.org
mx.example.org
Remote Server returned '550 5.1.1 User unknown'
"""


def only(text: str) -> ndrkit.Finding:
    """Explain a text that is about one delivery, and give the finding."""
    report = ndrkit.explain(text)
    assert report.kind == "bounce"
    (found,) = report.findings
    return found


@pytest.mark.parametrize("name", LOG_LINES)
def test_a_log_line_tells_who_where_and_what(name: str) -> None:
    """One line of each mail server's log gives the recipient, the status, the host and the reason."""
    found = only(LOG_LINES[name])
    read = found.delivery
    assert (read.recipient, read.status) == ("bob@example.org", "5.1.1")
    assert (read.remote_mta, read.remote_ip) == ("mx.example.org", "192.0.2.25")
    assert "User unknown" in (read.diagnostic or "")
    assert found.reason == "recipient_unknown"
    if name != "Sendmail":  # whose log has the words of the reply, but not its code
        assert (read.action, read.reply_code, read.said_by) == ("failed", "550", "remote")


def test_an_alias_in_the_log_is_told_too() -> None:
    """Postfix logs the address before aliases as ``orig_to``."""
    assert only(POSTFIX).delivery.original_recipient == "sales@example.org"


@pytest.mark.parametrize("name", WITHOUT_RECIPIENT)
def test_a_log_line_that_names_nobody(name: str) -> None:
    """Lines without a recipient give what was said, and make nobody up."""
    found = only(WITHOUT_RECIPIENT[name])
    assert found.recipient is None
    assert (found.delivery.reply_code, found.delivery.status) == ("550", "5.1.1")
    assert found.delivery.remote_ip == "192.0.2.25"
    assert found.reason == "recipient_unknown"


def test_two_lines_of_hmailserver_name_the_recipient() -> None:
    """In hMailServer's log the command stands in the line before its answer."""
    asked = '"SMTPC"\t5252\t12\t"2026-11-02 09:12:44.120"\t"192.0.2.25"\t"SENT: RCPT TO:<bob@example.org>"\n'
    found = only(asked + WITHOUT_RECIPIENT["hMailServer"])
    assert found.recipient == "bob@example.org"
    assert found.delivery.reply_code == "550"


def test_several_log_lines_give_several_findings() -> None:
    """Lines with and without a remote host are all read, in their order."""
    own = "2026-11-02 09:12:45 1vFoo0-0001ab-2x ** eve@example.com: Unrouteable address"
    report = ndrkit.explain(f"{LOG_LINES['Exim']}\n{own}\n")
    assert [one.recipient for one in report.findings] == ["bob@example.org", "eve@example.com"]
    assert [one.delivery.remote_mta for one in report.findings] == ["mx.example.org", None]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "text",
    [
        NOTICE,
        NOTICE.split("\n\n")[1],
        "".join(f"> {line}\n" for line in NOTICE.splitlines()),
        "".join(f"> > {line}\n" for line in NOTICE.split("\n\n")[1].splitlines()),
        OUTLOOK,
    ],
    ids=["whole", "without its head", "quoted", "quoted twice", "Outlook's block"],
)
def test_pasted_notices(text: str, ends: str) -> None:
    """A notice pasted whole, in part, quoted, or out of Outlook says who, what and where."""
    found = only(text.replace("\n", ends))
    assert found.recipient == "bob@example.org"
    assert (found.delivery.status, found.delivery.reply_code) == ("5.1.1", "550")
    assert found.delivery.remote_mta == "mx.example.org"
    assert "User unknown" in (found.delivery.diagnostic or "")
    assert found.reason == "recipient_unknown"


def test_a_cut_is_told() -> None:
    """Pasted text beyond the bound leaves a note."""
    assert "only the first" in ndrkit.explain(NOTICE + "x" * 300_000).notes[0]


def test_a_person_who_quotes_a_bounce_is_no_bounce() -> None:
    """A mail in which somebody quotes a bounce is not one."""
    quoted = "".join(f"> {line}\n" for line in NOTICE.splitlines())
    mail = (
        "From: Bob <bob@example.org>\nTo: help@example.net\nSubject: Re: Undelivered Mail\n"
        f"Message-ID: <1@example.org>\n\nHello,\n\nwhat does this mean?\n\n{quoted}\nBob\n"
    )
    report = ndrkit.explain(mail)
    assert report.kind == "not_bounce"
    assert not report.findings
