"""Text that is no mail: notices pasted whole or in part, and bare replies (log lines: test_log_lines.py)."""

from __future__ import annotations

import pytest

import ndrkit

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


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "text",
    [
        NOTICE,
        NOTICE.split("\n\n")[1],
        "".join(f"> {line}\n" for line in NOTICE.splitlines()),
        "".join(f"> > {line}\n" for line in NOTICE.split("\n\n")[1].splitlines()),
        OUTLOOK,
        "\n".join(line.lstrip() for line in NOTICE.splitlines()),
        NOTICE.replace("<bob@example.org>:", "<[bob@example.org](mailto:bob@example.org)>:"),
        NOTICE.replace("<bob@example.org>: h", "**<bob@example.org>**: h"),
        NOTICE.replace("<bob@example.org>", "\\<bob@example.org\\>"),
        NOTICE.replace("<bob@example.org>", "<bob@example.org<mailto:bob@example.org>>"),
        NOTICE.replace(
            "<bob@example.org>: h", '&lt;<a href="mailto:bob@example.org">bob@example.org</a>&gt;: h'
        ),
        NOTICE.replace("bob@", "bob@\u200b"),
    ],
    ids=[
        *("whole", "without its head", "quoted", "quoted twice", "Outlook's block", "moved to the left"),
        *(
            "a link in Markdown",
            "bold",
            "escaped",
            "a link of Outlook",
            "a link in HTML",
            "zero-width spaces",
        ),
    ],
)
def test_pasted_notices(text: str, ends: str) -> None:
    """A notice pasted whole, in part, quoted, or out of Outlook says who, what and where."""
    found = only(text.replace("\n", ends))
    assert found.recipient == "bob@example.org"
    assert (found.delivery.status, found.delivery.reply_code) == ("5.1.1", "550")
    assert found.delivery.remote_mta == "mx.example.org"
    assert "User unknown" in (found.delivery.diagnostic or "")
    assert found.reason == "recipient_unknown"


def test_fields_and_the_notice_above_them_are_told_together() -> None:
    """Of a report pasted whole, the notice says what the fields leave out, and who fell off their end."""
    fields = (
        "Reporting-MTA: dns; mail.example.net\n\nFinal-Recipient: rfc822; bob@example.org\nStatus: 5.1.1\n"
    )
    other = (
        "<carol@example.org>: host mx.example.org[192.0.2.25] said: 552 5.2.2 Quota exceeded (in reply to\n"
    )
    report = ndrkit.explain(f"{NOTICE}\n{other}    RCPT TO command)\n\n{fields}")
    assert [(one.recipient, one.reason) for one in report.findings] == [
        ("bob@example.org", "recipient_unknown"),
        ("carol@example.org", "mailbox_full"),
    ]
    assert report.findings[0].delivery.reply_code == "550"


@pytest.mark.parametrize(
    "text",
    [
        "您发送给bob@example.org的邮件被退回：用户不存在",
        "收件人bob@example.org不存在",
        "bob@example.org으로 보낸 메일: 550 User unknown",
    ],
)
def test_an_address_ends_where_the_script_changes(text: str) -> None:
    """Where a language puts no blanks around an address, its words are not taken into it."""
    found = only(text)
    assert found.recipient == "bob@example.org"
    assert found.reason == "recipient_unknown"


def test_who_got_the_notice_is_not_who_failed() -> None:
    """In a forwarded notice the people of its header, and whom it greets, are nobody's recipient."""
    head = (
        "From: Mail Delivery <md@example.net>\nDate: Fri, 19 Jul\nSubject: Failure\nTo: <me@example.net>\n\n"
    )
    assert only(f"It came back:\n\n{head}Hello me@example.net,\n550 5.1.1 User unknown").recipient is None


def test_the_message_inside_a_dialog_is_the_senders() -> None:
    """What stands between 354 and the dot of a pasted dialog decides nothing."""
    dialog = "DATA\n354 End with a dot\nSubject: SPF and DKIM\n\nuser unknown\n.\n550 Frobnicated\n"
    found = only(dialog)
    assert (found.reason, found.delivery.reply_code) == ("undetermined", "550")


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


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        *(("451 4.0.0", "delay"), ("550 5.0.0", "bounce"), ("450", "delay"), ("550", "bounce")),
        *(("475", "delay"), ("570 5.0.0", "bounce"), ("570", "bounce")),  # beyond RFC 5321, and printed
    ],
)
def test_a_reply_that_nobody_knows_is_still_one(code: str, kind: str) -> None:
    """A reply in words that no rule knows is told with its code, and its reason stays open."""
    report = ndrkit.explain(f"{code} Frobnicated beyond hope")
    (found,) = report.findings
    assert report.kind == kind
    assert found.delivery.reply_code == code[:3]
    assert found.reason == "undetermined"
    assert "Frobnicated beyond hope" in (found.delivery.diagnostic or "")


@pytest.mark.parametrize(
    "text", ["404 Not Found", "450euro", "The 550 people who came", "5 times 110 is 550"]
)
def test_a_number_alone_is_no_reply(text: str) -> None:
    """Words with a number in them are not taken for a mail server's."""
    assert ndrkit.explain(text).kind == "not_bounce"


def test_a_reply_behind_words_of_smtp_is_one() -> None:
    """What a server says behind "SMTP error" or "said" is a reply, even one that no rule knows."""
    for text in ("SMTP error, DOT:519 Frobnicated.", "remote server said: 550 frobnicated"):
        (found,) = ndrkit.explain(text).findings
        assert (found.reason, found.delivery.said_by) == ("undetermined", "remote")


QMAIL = """Hi. This is the qmail-send program at mail.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<bob@example.org>:
Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)
I'm not going to try again; this message has been in the queue too long.
"""
WARNING = (
    NOTICE.replace("550 5.1.1", "450 4.2.1")
    + """
####################################################################
# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #
####################################################################

Your message could not be delivered for more than 4 hour(s).
It will be retried until it is 5 day(s) old.
"""
)


@pytest.mark.parametrize(("text", "kind"), [(QMAIL, "bounce"), (WARNING, "delay")], ids=["qmail", "Postfix"])
def test_a_pasted_notice_says_whether_its_server_has_given_up(text: str, kind: str) -> None:
    """The words of a notice tell a bounce from a delay, not the class of the last error that they quote."""
    assert ndrkit.explain(text).kind == kind


def test_a_reply_is_not_taken_for_a_notice() -> None:
    """A reply that quotes the sender's address names no recipient, however many lines it has."""
    reply = (
        "550-Verification failed for <a@example.org>\n"
        "550-The mail server could not deliver mail to a@example.org. The domain may not exist.\n"
        "550 Sender verify failed"
    )
    (found,) = ndrkit.explain(reply).findings
    assert (found.recipient, found.reason) == (None, "sender_rejected")


def test_text_out_of_a_page_is_read_as_shown() -> None:
    """Words copied out of a page's source have its entities and line breaks undone."""
    (found,) = ndrkit.explain("550 5.1.1 &lt;bob@example.org&gt;:<br>User doesn&#x27;t exist").findings
    assert found.recipient == "bob@example.org"
    assert found.delivery.diagnostic == "550 5.1.1 <bob@example.org>: User doesn't exist"
