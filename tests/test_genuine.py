"""Is a bounce about a mail that we sent? The marks of the returned mail tell, or the owner's own log."""

from __future__ import annotations

import pickle
from functools import partial

import pytest
from click.testing import CliRunner

from bombs import HEAD
from conftest import check_report
from ndrkit import Explainer, Original
from ndrkit.cli import main
from ndrkit.genuine import Own, genuine, hosts_of, names

OURS = Explainer(own_hosts=["relay.example.net", "198.51.100.7"], own_domains=["Example.COM"])
FROM = "From: Ann <ann@example.com>"
FOREIGN_HOP = "Received: from pc by bot.example.org; Mon, 02 Nov 2026 09:12:44 +0800"
FOREIGN_ID = "Message-ID: <1@bot.example.org>"


def bounce(*returned: str) -> bytes:
    """Give a bounce with these header fields of the returned mail."""
    parts = (
        "Content-Type: multipart/report; boundary=x\n\n--x\n\nSorry.\n\n--x\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n"
        "Final-Recipient: rfc822; bob@example.org\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 <bob@example.org>: User unknown\n\n"
    )
    back = f"--x\nContent-Type: message/rfc822\n\n{chr(10).join(returned)}\n\nHello\n" if returned else ""
    return HEAD + f"{parts}{back}\n--x--\n".encode()


@pytest.mark.parametrize(
    ("returned", "answer"),
    [
        ([FROM, "Received: from relay.example.net ([198.51.100.7]) by mx.example.org; x"], "yes"),
        ([FROM, "Received: from x (unknown [198.51.100.7]) by mx.example.org; x", FOREIGN_ID], "yes"),
        ([FROM, "Received: by mail.example.com (Postfix); x", FOREIGN_HOP], "yes"),
        ([FROM, "Message-ID: <1@mail.example.com>"], "yes"),
        (["Return-Path: <list-bounces+bob=example.org@example.com>", "Subject: News"], "yes"),
        (["Return-Path: <prvs=4212ab34cd=ann@example.com>", "Subject: Hi"], "yes"),
        ([FROM, FOREIGN_HOP, FOREIGN_ID], "no"),
        ([FROM, FOREIGN_HOP], "no"),
        (["From: x@bot.example.org", "Return-Path: <ann@sub.example.com>", FOREIGN_HOP], "no"),
        # A mark that forgers set too, against a way that was not ours.
        ([FROM, FOREIGN_HOP, "Message-ID: <1@example.com>"], "unknown"),
        ([FROM, FOREIGN_ID], "unknown"),
        (["From: x@bot.example.org", FOREIGN_HOP, FOREIGN_ID], "unknown"),
        ([], "unknown"),
    ],
)  # fmt: skip
def test_marks(returned: list[str], answer: str) -> None:
    """Each set of marks gives its answer, and only "no" takes the suppression away."""
    report = OURS.explain(bounce(*returned))
    check_report(report)
    assert report.to_dict()["genuine"] == report.genuine == answer
    assert [one.recipient for one in report.findings] == ["bob@example.org"]
    assert report.findings[0].verdict.suppress == (answer != "no")
    assert report.verdict.suppress == (() if answer == "no" else ("bob@example.org",))


@pytest.mark.parametrize(
    "hop",
    [
        "Received: from bot.example.org by mx.example.org for <ann@mail.example.com>; x",
        "Received: from [192.0.2.9] (helo=mail.example.com) by mx.example.org; x",
        "Received: from bot.example.org by mx.example.org (envelope-from ann@mail.example.com); x",
        "Received: from mail.example.com.bot.example.org by notexample.com; x",
        "X-Received: from relay.example.net by relay.example.net; x",
    ],
)
def test_our_names_in_other_places_are_no_marks(hop: str) -> None:
    """An own name as recipient, as HELO in a comment or inside another name is no sign of our server."""
    assert OURS.explain(bounce(FROM, FOREIGN_HOP, hop)).genuine == "no"


def test_without_knowledge_of_us_all_is_as_before() -> None:
    """Without own hosts, own domains or a function, it stays open and nothing else changes."""
    mail = bounce(FROM, FOREIGN_HOP, FOREIGN_ID)
    report = Explainer().explain(mail)
    assert report.genuine == "unknown"
    assert report.verdict.suppress == ("bob@example.org",)


def logged(original: Original) -> bool | None:
    """Look a mail up in a log of ours: one known, one never sent, the rest not kept."""
    return {"<known@example.org>": True, "<forged@example.com>": False}.get(original.message_id or "")


@pytest.mark.parametrize(
    ("message_id", "answer"),
    [("known@example.org", "yes"), ("forged@example.com", "no"), ("old@bot.example.org", "no")],
)
def test_the_own_log_comes_first(message_id: str, answer: str) -> None:
    """``is_ours`` decides over all marks; where it gives None they do."""
    asked = Explainer(own_domains="example.com", is_ours=logged)
    assert asked.explain(bounce(FROM, FOREIGN_HOP, f"Message-ID: <{message_id}>")).genuine == answer


def test_is_ours_sees_every_field_of_the_returned_header() -> None:
    """A function may look at any field of the returned mail, such as a campaign's number."""
    by_campaign = Explainer(is_ours=lambda original: original.fields("X-Campaign") == ("77",))
    assert by_campaign.explain(bounce(FROM, "X-Campaign: 77")).genuine == "yes"
    assert by_campaign.explain(bounce(FROM)).genuine == "no"
    assert by_campaign.explain("550 5.1.1 <bob@example.org>: User unknown").genuine == "unknown"


def test_pickles_with_what_is_ours() -> None:
    """A pickled Explainer still knows us; one with a lambda says in one line what to do."""
    mail = bounce(FROM, FOREIGN_HOP, FOREIGN_ID)
    again = pickle.loads(pickle.dumps(Explainer(own_domains="example.com", is_ours=logged)))  # noqa: S301
    assert again.explain(mail).genuine == "no"
    with pytest.raises(pickle.PicklingError, match="a function of a module, no lambda"):
        pickle.dumps(Explainer(is_ours=lambda _: True))


def all_the_same(value: str) -> Original:
    """Give a returned mail with one value in every field."""
    return Original(message_id=value, more=lambda _: (value,))


def test_hostile_fields_are_bounded() -> None:
    """Long and senseless Received fields and Message-IDs give an answer."""
    own = Own(names(["a.example"]), names(["b.example"]))
    for value in ("from " * 50_000, "from (" + "[" * 50_000, "by " + "a." * 50_000, "\0by\0", ""):
        assert not any(own.has(host) for host in hosts_of(value))
        assert genuine(partial(all_the_same, value), own) == "unknown"


def test_the_command_takes_what_is_ours() -> None:
    """``--own-domain`` and ``--own-host`` give the same answer as the library."""
    forged, ours = bounce(FROM, FOREIGN_HOP), bounce(FROM, "Received: by relay.example.net; x")
    for mail, answer in ((forged, "no"), (ours, "yes")):
        args = [
            "explain",
            "--format",
            "json",
            "--own-domain",
            "example.com",
            "--own-host",
            "relay.example.net",
        ]
        out = CliRunner().invoke(main, [*args, "-"], input=mail).output
        assert f'"genuine": "{answer}"' in out


@pytest.mark.parametrize("lang", OURS.languages)
def test_a_forged_bounce_says_so_before_anything_else(lang: str) -> None:
    """Whoever reads the text, the HTML or the Markdown of a forged bounce learns at once not to act on it."""
    words = OURS.tables.texts(lang)["words"]["forged"]
    forged = OURS.explain(bounce(FROM, FOREIGN_HOP, FOREIGN_ID), lang=lang)
    real = OURS.explain(bounce(FROM, "Message-ID: <1@mail.example.com>"), lang=lang)
    assert (forged.genuine, real.genuine) == ("no", "yes")
    for told, untold in ((forged.to_text(), real.to_text()), (forged.to_html(), real.to_html())):
        assert words[:12] in told[: told.index("example.org")]
        assert words[:12] not in untold
    assert words in forged.to_markdown()
