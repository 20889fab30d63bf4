"""Log lines of each mail server: refusals, deferrals, own words, headers of CSV files, line ends."""

from __future__ import annotations

from typing import NamedTuple

import pytest

import ndrkit

REFUSED = (
    "Nov  2 09:12:44 mail postfix/smtp[1234]: 4F2A1B: to=<bob@example.org>, orig_to=<sales@example.org>, "
    "relay=mx.example.org[192.0.2.25]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=5.1.1, status=bounced "
    "(host mx.example.org[192.0.2.25] said: 550 5.1.1 <bob@example.org>: Recipient address rejected: "
    "User unknown (in reply to RCPT TO command))"
)
REFUSALS = {
    "Postfix": REFUSED,
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
POSTFIX = "Nov  2 09:12:44 mail postfix/smtp[1234]: 4F2A1B: to=<bob@example.org>, "
EXIM = "2026-11-02 09:12:44 1vFoo0-0001ab-2x "
EXIM_REMOTE = (
    "R=dnslookup T=remote_smtp defer (-44) H=mx.example.org [192.0.2.25]: "
    "SMTP error from remote mail server after RCPT TO:<bob@example.org>: "
)
TRACKING = "2026-11-02T09:12:44.123Z,,,,EX01,,,"
KUMOMTA = '"id":"d7e","sender":"a@example.net","recipient":"bob@example.org","queue":"example.org",'
PEER = '"peer_address":{"name":"mx.example.org.","addr":"192.0.2.25"}}'
POWERMTA = "2026-11-02 09:12:44+0000,2026-11-02 09:12:43+0000,a@example.net,bob@example.org,,"
ESA = "Mon Nov  2 09:12:44 2026 Info: "


class Told(NamedTuple):
    """What a line tells: the fate, the codes, who said it and where, and why."""

    action: str | None
    status: str | None
    reply_code: str | None
    said_by: str | None
    remote_mta: str | None
    remote_ip: str | None
    diagnostic: str
    reason: str


MX, IP = "mx.example.org", "192.0.2.25"
LINES = {
    "Postfix, no connection": (
        f"{POSTFIX}relay=none, delay=30, delays=0.1/0/30/0, dsn=4.4.1, status=deferred "
        "(connect to mx.example.org[192.0.2.25]:25: Connection timed out)",
        Told("delayed", "4.4.1", None, "own", MX, IP, "Connection timed out", "connect_timeout"),
    ),
    "Postfix, no such domain": (
        f"{POSTFIX}relay=none, delay=1, delays=0/0/1/0, dsn=5.4.4, status=bounced (Host or domain name not "
        "found. Name service error for name=example.org type=AAAA: Host not found)",
        Told("failed", "5.4.4", None, "own", None, None, "Host not found", "recipient_domain_unknown"),
    ),
    "Postfix, IPv6": (
        f"{POSTFIX}relay=mx.example.org[2001:db8::25]:25, delay=1, delays=0/0/1/0, dsn=5.2.2, status=bounced "
        "(host mx.example.org[2001:db8::25] said: 552 5.2.2 Mailbox full (in reply to RCPT TO command))",
        Told("failed", "5.2.2", "552", "remote", MX, "2001:db8::25", "Mailbox full", "mailbox_full"),
    ),
    "Exim, no connection": (
        f"{EXIM}== bob@example.org R=dnslookup T=remote_smtp defer (110): Connection timed out "
        "H=mx.example.org [192.0.2.25]",
        Told("delayed", None, None, "own", MX, IP, "Connection timed out", "connect_timeout"),
    ),
    "Exim, greylisted": (
        f"{EXIM}== bob@example.org {EXIM_REMOTE}451 4.7.1 Greylisted, please try again in 5 minutes",
        Told("delayed", "4.7.1", "451", "remote", MX, IP, "Greylisted", "greylisted"),
    ),
    "Exim, refused by itself": (
        "2026-11-02 09:12:44 H=(pc.example.net) [192.0.2.7] F=<a@example.net> rejected RCPT "
        "<bob@example.org>: Unrouteable address",
        Told("failed", None, None, "own", None, None, "Unrouteable address", "recipient_domain_unknown"),
    ),
    "Sendmail": (
        "Nov  2 09:12:44 mail sm-mta[1234]: 5A29Ci12001234: to=<bob@example.org>, delay=00:05:01, "
        "xdelay=00:05:00, mailer=esmtp, pri=120345, relay=mx.example.org. [192.0.2.25], dsn=4.0.0, "
        "stat=Deferred: Connection timed out with mx.example.org.",
        Told("delayed", "4.0.0", None, "own", MX, IP, "Connection timed out", "connect_timeout"),
    ),
    "OpenSMTPD": (
        "Nov  2 09:12:44 mail smtpd[1234]: 4f2a1b3c4d5e6f70 mta delivery evpid=4f2a1b3c00000000 "
        'from=<a@example.net> to=<bob@example.org> rcpt=<-> source="192.0.2.7" relay="192.0.2.25 '
        '(mx.example.org)" delay=1s result="TempFail" stat="451 4.7.1 Greylisted"',
        Told("delayed", "4.7.1", "451", "remote", MX, IP, "Greylisted", "greylisted"),
    ),
    "Exchange, with its head": (
        "#Software: Microsoft Exchange Server\n#Fields: date-time,client-ip,client-hostname,server-ip,"
        "server-hostname,source-context,connector-id,source,event-id,internal-message-id\n"
        f'{TRACKING}ROUTING,FAIL,1234,<1@example.net>,5f1,bob@example.org,"[{{LED=550 5.1.10 RESOLVER.ADR.'
        'RecipientNotFound; Recipient not found by SMTP address lookup};{MSG=};{FQDN=};{IP=};{LRT=}]",1',
        Told("failed", "5.1.10", "550", "own", None, None, "Recipient not found", "recipient_unknown"),
    ),
    "Exchange, deferred": (
        f'{TRACKING}SMTP,DEFER,1234,<1@example.net>,5f1,bob@example.org,"[{{LRT=11/2/2026 9:12:44 AM}};'
        '{LED=451 4.7.1 Greylisted};{FQDN=mx.example.org};{IP=192.0.2.25}]",1234,1,,,Quotation',
        Told("delayed", "4.7.1", "451", "remote", MX, IP, "Greylisted", "greylisted"),
    ),
    "KumoMTA, deferred": (
        f'{{"type":"TransientFailure",{KUMOMTA}"response":{{"code":451,"enhanced_code":{{"class":4,'
        f'"subject":7,"detail":1}},"content":"Greylisted","command":null}},{PEER}',
        Told("delayed", "4.7.1", "451", "remote", MX, IP, "Greylisted", "greylisted"),
    ),
    "KumoMTA, expired": (
        f'{{"type":"Expiration",{KUMOMTA}"response":{{"code":551,"enhanced_code":{{"class":5,"subject":4,'
        '"detail":7},"content":"Next delivery time would exceed the expiry time","command":null},'
        '"peer_address":null}',
        Told("failed", "5.4.7", "551", "own", None, None, "expiry time", "delivery_expired"),
    ),
    "PowerMTA, with its head": (
        "type,timeLogged,timeQueued,orig,rcpt,orcpt,dsnAction,dsnStatus,dsnDiag,dsnMta\n"
        f'b,{POWERMTA}failed,5.2.2 (mailbox full),"smtp;552 5.2.2 sorry, mailbox full",'
        "mx.example.org (192.0.2.25),quota-issues,smtp,mail.example.net (192.0.2.7),smtp",
        Told("failed", "5.2.2", "552", "remote", MX, IP, "sorry, mailbox full", "mailbox_full"),
    ),
    "PowerMTA, deferred": (
        f"t,{POWERMTA}delayed,4.7.1 (delivery not authorized),smtp;451 4.7.1 Greylisted,"
        "mx.example.org (192.0.2.25),policy-related,smtp,mail.example.net (192.0.2.7),smtp",
        Told("delayed", "4.7.1", "451", "remote", MX, IP, "Greylisted", "greylisted"),
    ),
    "Cisco ESA": (
        f"{ESA}Bounced: 46346670:0 From:<a@example.net> To:<bob@example.org> "
        'Reason: "5.1.0 - Unknown address error" '
        "Response: \"('550', ['There is no such active account.'])\"",
        Told("failed", "5.1.0", "550", "remote", None, None, "no such active account", "recipient_unknown"),
    ),
}


def check(text: str, told: Told) -> None:
    """Check that a text tells of one delivery to Bob, and all that it should."""
    (found,) = ndrkit.explain(text).findings
    one = found.delivery
    assert one.recipient == "bob@example.org"
    assert told.diagnostic in (one.diagnostic or "")
    facts = (one.action, one.status, one.reply_code, one.said_by, one.remote_mta, one.remote_ip)
    assert (*facts, told.diagnostic, found.reason) == told


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_a_line_tells_the_fate(name: str, ends: str) -> None:
    """Each line tells what became of the delivery, and who said so, whatever ends the lines."""
    line, told = LINES[name]
    check(f"{line}\n".replace("\n", ends), told)


@pytest.mark.parametrize("name", LINES)
def test_a_line_in_a_letter(name: str) -> None:
    """A person's mail that quotes a log line is no bounce; the same words pasted alone are read."""
    line, told = LINES[name]
    check(f"Hello,\n\nthis is in our log:\n\n{line}\n\nWhat is it?\n", told)
    mail = (
        f"From: a@example.net\nTo: b@example.org\nSubject: our log\nMessage-ID: <1@example.net>\n\n{line}\n"
    )
    assert ndrkit.explain(mail.encode()).kind == "not_bounce"


def only(text: str) -> ndrkit.Finding:
    """Explain a text that is about one delivery, and give the finding."""
    report = ndrkit.explain(text)
    assert report.kind == "bounce"
    (found,) = report.findings
    return found


@pytest.mark.parametrize("name", REFUSALS)
def test_a_log_line_tells_who_where_and_what(name: str) -> None:
    """One line of each mail server's log gives the recipient, the status, the host and the reason."""
    found = only(REFUSALS[name])
    read = found.delivery
    assert (read.recipient, read.status) == ("bob@example.org", "5.1.1")
    assert (read.remote_mta, read.remote_ip) == ("mx.example.org", "192.0.2.25")
    assert "User unknown" in (read.diagnostic or "")
    assert found.reason == "recipient_unknown"
    if name != "Sendmail":  # whose log has the words of the reply, but not its code
        assert (read.action, read.reply_code, read.said_by) == ("failed", "550", "remote")


def test_an_alias_in_the_log_is_told_too() -> None:
    """Postfix logs the address before aliases as ``orig_to``."""
    assert only(REFUSED).delivery.original_recipient == "sales@example.org"


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
    report = ndrkit.explain(f"{REFUSALS['Exim']}\n{own}\n")
    assert [one.recipient for one in report.findings] == ["bob@example.org", "eve@example.com"]
    assert [one.delivery.remote_mta for one in report.findings] == ["mx.example.org", None]
