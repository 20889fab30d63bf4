"""Takes apart what was said: who said it, reply code, enhanced code, SMTP command, host.

Everything here is what the text *says*; nothing is derived or filled in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ndrkit import patterns
from ndrkit.folding import spaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ndrkit.model import Delivery
    from ndrkit.tables.tables import Tables

MAX_SAID = 8_000

# A reply code stands at the beginning of a line, or behind punctuation or a word that announces it;
# what follows is an enhanced code or words. "in 450 seconds" and "limit 500 MB" are no reply codes.
# The second digit is 0 to 5 (RFC 5321, 4.2.1), but 475, 570 and 571 are answered too (Verizon, La Poste).
_ENHANCED = r"(?P<status>[245]\.\d{1,3}\.\d{1,3})(?![\d.])"
_REPLY = re.compile(
    r"(?P<code>[45][0-57]\d)(?=[\s:;,)\]>\"'.：，）-]|$)"
    r"(?!\s*(?:seconds|minutes|hours|days|bytes|[kmg]i?b|octets)\b)(?!\.\d)(?!:\d)"
    rf"(?:[ \t]*[-:;,]?[ \t]*[\[(#'\"]{{0,2}}{_ENHANCED})?",
    re.IGNORECASE | re.MULTILINE,
)
_WHOLE_REPLY = re.compile(rf"([45][0-57]\d)[ -]{_ENHANCED}")
_SIGN = re.compile(r"[245](?:[0-57]\d|\.\d)")  # without it there is no code at all
_PUNCTUATION = ":;,([<>\"'=!?|：；，（。-"
_ANNOUNCING = (
    *(sign for sign in f"{_PUNCTUATION}、"),
    *(f"{sign} " for sign in f"{_PUNCTUATION}#"),
    *("said ", "reply ", "code ", "error ", ". "),
)
_BARE_REPLY = re.compile(
    r"(?P<code>[45][0-57]\d)(?<![\w.:/-]...)(?<!\d,...)"
    rf"(?:[ -]#?{_ENHANCED}|-(?=['\"A-Za-z<]))"
)
_DETAIL = re.compile(r"[245]\.\d")  # without it there is no enhanced code
_STATUS = re.compile(r"([245]\.(?<![\w./-]..)(?:\d|[1-9]\d)\.\d{1,3})(?![\d.]|\w)")
_TYPE = re.compile(r"\s*(?:smtp|x-[\w-]{1,30}|dns|local|unknown|x\d{1,4})\s*;\s*", re.IGNORECASE)
_IP = re.compile(r"\[?((?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F:]*:[0-9a-fA-F:]+:[0-9a-fA-F]*)\]?")
_NAME_TYPE = re.compile(r"\s*[\w-]{1,30}\s*;\s*")
_REPEAT = re.compile(
    r"\s++(?=[245<])(?:<<<\s++)?(?:[245]\d\d-(?:[245]\.\d{1,3}\.\d{1,3}(?=\s))?\s*"
    r"|[245]\d\d [245]\.\d{1,3}\.\d{1,3}\s+)"
)
_SEVERAL_LINES = re.compile(r"[45]\d\d-")
_COMMANDS = (
    ("RCPT", ("rcpt to", "rcpt")),
    ("MAIL", ("mail from", "mail")),
    ("EHLO", ("ehlo", "helo", "lhlo")),
    ("DATA", ("end of data", "end-of-message", "message body", "data", "bdat", "eom")),
    ("STARTTLS", ("starttls", "tls negotiation", "tls")),
    ("AUTH", ("auth",)),
    ("CONNECT", ("initial connection", "initial connect", "connect", "banner", "greeting", "conn")),
    ("QUIT", ("quit", "rset")),
)
# Without one of these nobody tells which command was answered.
_COMMAND_SIGNS = ("in reply to", "while ", "smtp error from", "response to", ">>>", "sent:", "smtp command")
_ANSWERED = r"(?:pipelined )?(end of data|initial connection|[a-z]{4}(?: to| from)?)"
_SENT = r" ?(rcpt to|mail from|ehlo|helo|data|starttls|auth|quit)\b"
_COMMAND = re.compile(  # in lower case
    r"in reply to (?:the )?(end of data|[a-z]{4,8}(?: to| from)?)"
    r"|while (?:sending|performing|receiving|talking)[^.\n]{0,40}?"
    r"(rcpt to|mail from|end of data|message body|ehlo|helo|data|initial)"
    rf"|smtp error from remote (?:mail server|mailer) (?:after|in reply to) {_ANSWERED}"
    rf"|response to {_ANSWERED}"
    rf"|>>>(?<!\S>>>){_SENT}"
    rf"|sent:(?<!\Ssent:){_SENT}"
    rf"|smtp command(?<!\Ssmtp command)[^:\n]{{0,20}}:{_SENT}"
)


class Codes(NamedTuple):
    """A reply code (RFC 5321) and an enhanced status code (RFC 3463), as said."""

    reply: str | None
    status: str | None


_NO_CODES = Codes(None, None)


def codes(text: str) -> Codes:
    """Find the first reply code and the first enhanced code in what was said."""
    if whole := _WHOLE_REPLY.match(text):
        return Codes(whole[1], whole[2])
    head = text[:MAX_SAID]
    if not _SIGN.search(head):
        return _NO_CODES
    match = _first_reply(head)
    reply, status = match.groups() if match else (None, None)
    if status or (reply and not _DETAIL.search(head)):
        return Codes(reply, status)
    bare = _BARE_REPLY.search(head)
    if bare and reply in (None, bare["code"]):
        reply, status = bare.groups()
    found = None if status else _STATUS.search(head)
    return Codes(reply, found[1] if found else status)


def _first_reply(text: str) -> re.Match[str] | None:
    if match := _REPLY.match(text):
        return match
    low = None
    for match in _REPLY.finditer(text):
        begin = match.start()
        if not text[text.rfind("\n", 0, begin) + 1 : begin].strip(" \t>"):
            return match
        low = low or text.lower()
        in_number = text[begin - 1] == "," and text[begin - 2 : begin - 1].isdigit()  # 75,433 mails
        if low.endswith(_ANNOUNCING, 0, begin) and not in_number:
            return match
    return None


def command(text: str) -> str | None:
    """Find the SMTP command that was answered, as a verb of RFC 5321 (or CONNECT)."""
    low = text[:MAX_SAID].lower()
    for sign in _COMMAND_SIGNS:
        if sign in low:
            match = _COMMAND.search(low)
            return verb(match[match.lastindex or 0]) if match else None
    return None


def verb(words: str) -> str | None:
    """Give the verb for a command as servers print it (``RCPT TO:<…>``, ``end of DATA``)."""
    low = " ".join(words.lower().split())
    for name, forms in _COMMANDS:
        if low.startswith(forms):
            return name
    return None


def clean(text: str) -> str:
    """Join what was said into one line: no type prefix, no folds, no repeated reply prefixes."""
    text = _untyped(text)[:MAX_SAID].strip()
    first = _first_reply(text) if "-" in text and _SEVERAL_LINES.search(text) else None
    code = first["code"] if first else ""
    if first and f"{code}-" in text:  # a reply of several lines (RFC 5321, 4.2.1)
        begin = first.end()
        rest = _REPEAT.sub(lambda m: " " if m[0].lstrip(" \t\n<")[:3] == code else m[0], text[begin:])
        text = text[:begin] + rest
    return _unquoted(" ".join(text.split()))


def _untyped(text: str) -> str:
    """Take away the type before what was said (RFC 3464, 2.3.6)."""
    match = _TYPE.match(text) if ";" in text else None
    return text[match.end() :] if match else text


def _unquoted(text: str) -> str:
    """Take away the quotes around the whole, and a lone one at an end."""
    for quote in "\"'":
        if quote not in text:
            continue
        around = text[:1] == text[-1:] == quote and quote not in text[1:-1]
        if around or text.count(quote) % 2:
            text = text.strip(quote + " ")
    return text


def quoted(text: str, tables: Tables) -> Mapping[str, str]:
    """Find how a mail server quotes another: groups ``remote_mta``, ``remote_ip``, ``command``.

    An empty mapping means that nobody is quoted.
    """
    head = text[:MAX_SAID]
    low = head.lower()
    for expression in tables.quotations(low):
        match = patterns.search(expression, head, low)
        if match:
            return {name: value for name, value in match.groupdict().items() if value}
    return {}


def interpret(delivery: Delivery, text: str, tables: Tables) -> None:
    """Fill what ``delivery`` lacks from what was said about it."""
    text = _untyped(spaced(text))
    quote = quoted(text, tables)
    remote = quote.get("remote")
    found = codes(remote or text)
    if remote and not found.status:  # what the MTA itself wrote around the quotation
        around = codes(text)
        found = Codes(found.reply or around.reply, around.status)
    delivery.quoted = delivery.quoted or remote
    first = delivery.diagnostic is None
    if delivery.reply_code is None:
        delivery.reply_code = found.reply
    delivery.status = _status(delivery.status, found.status, nearer=first)
    if quote and delivery.said_by is None and (remote or found.reply):
        delivery.said_by = "remote"
    _take(delivery, quote, text)
    if first:
        delivery.diagnostic = clean(text) or None


def complete_facts(delivery: Delivery, words: str, tables: Tables, alone: bool) -> bool:
    """Fill the command, the host and who spoke from the words of the notice; tell whether they say it.

    ``alone``: they name nobody else. Otherwise the reply that they quote has to begin with the code that
    this delivery got.
    """
    quote = quoted(words, tables)
    remote = quote.get("remote", "")
    if not (alone or (delivery.reply_code and remote.startswith(delivery.reply_code))):
        return False
    if remote:
        delivery.said_by = delivery.said_by or "remote"
    _take(delivery, quote, words)
    return True


def _take(delivery: Delivery, quote: Mapping[str, str], text: str) -> None:
    give_server(delivery, quote.get("remote_mta"))
    delivery.remote_ip = delivery.remote_ip or quote.get("remote_ip")
    if delivery.smtp_command is None:
        asked = quote.get("command")
        delivery.smtp_command = (verb(asked) if asked else None) or command(text)


def _status(field: str | None, said: str | None, nearer: bool) -> str | None:
    """Choose between the Status so far and the code in what was said.

    The server's own words are nearer than a summary, unless they are less exact.
    """
    if nearer and field and said:
        field, said = said, field
    return better_status(field, said)


def better_status(first: str | None, second: str | None) -> str | None:
    """Choose between two enhanced codes: the first, unless it says less.

    ``X.0.0`` says nothing but the class.
    """
    if not first or not second:
        return first or second
    return second if _says_little(first) and not _says_little(second) else first


def _says_little(status: str) -> bool:
    return status[1:] == ".0.0" or status[0] == "2"


def host_of(text: str | None) -> str | None:
    """Give a host name as printed, without brackets, trailing dots and the type (RFC 3464, 2.1.2)."""
    if not text:
        return None
    kind = _NAME_TYPE.match(text) if ";" in text else None
    name = text[kind.end() :] if kind else text
    words = name.strip().strip("[]()<>.,;\"' ").split(None, 1)
    return words[0].rstrip(".,;") if words else None


def server_of(text: str) -> tuple[str | None, str | None]:
    """Give the name and the IP address of a mail server, as far as they are printed."""
    host = host_of(text)
    if text.count(".") < 3 and text.count(":") < 2:  # too few for any address
        return host, None
    ip = _IP.search(text)
    return None if host and _IP.fullmatch(host) else host, ip[1] if ip else None


def give_server(delivery: Delivery, text: str | None) -> None:
    """Fill in the mail server that was talked to, where ``delivery`` has none yet."""
    if text and delivery.remote_mta is None:
        delivery.remote_mta, ip = server_of(text)
        delivery.remote_ip = delivery.remote_ip or ip


def speakers(
    deliveries: Iterable[Delivery],
    default: str | None,
    reporting_mta: str | None = None,
    always: bool = False,
) -> None:
    """Say who spoke where the text did not show it: a reply code means that a server answered.

    ``always``: this MTA gives its own failures reply codes too, and names the host when it is remote.
    A server of the reporting MTA's own domain (a relay, a filter) counts as the own one.
    """
    for one in deliveries:
        if one.said_by is None and one.diagnostic:
            own = always and not (one.remote_mta or one.remote_ip)
            one.said_by = "remote" if one.reply_code and not own else default
        if one.said_by == "remote" and same_site(one.remote_mta, reporting_mta):
            one.said_by = "own"


def same_site(one: str | None, other: str | None) -> bool:
    """Tell whether two host names differ in their first label only, below a domain of two or more."""
    if not (one and other):
        return False
    domain = one.lower().partition(".")[2]
    return "." in domain and domain == other.lower().partition(".")[2]
