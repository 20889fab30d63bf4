"""The whole pipeline on one page: bytes, message, read, match, advise, report."""

from __future__ import annotations

import io
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ndrkit import patterns
from ndrkit.advise import TableAdviser
from ndrkit.genuine import Own, genuine, names
from ndrkit.languages import choose
from ndrkit.match import Judge
from ndrkit.message import outlook
from ndrkit.message.bounds import cut
from ndrkit.model import ChoiceError, Finding, Report, SourceError
from ndrkit.model.vocabulary import VOICES
from ndrkit.read import Reading, read_mail, read_text
from ndrkit.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from email.message import Message

    from ndrkit.model import Original

    Mail = bytes | bytearray | memoryview | str | Message | Path | BinaryIO

MAX_BYTES = 64_000_000
_FAILURES = ("bounce", "delay")
_HEADER_LINE = re.compile(r"(?:From |[!-9;-~]{1,60}[ \t]*:[^\n]*\n)")
_MAIL_FIELD = re.compile(
    r"^(?:return-path|received|from|to|subject|date|message-id|mime-version|content-type"
    r"|delivered-to)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)


class Explainer:
    """Explains mails with one set of tables; make it once, use it for many mails and threads.

    ``rules`` are folders of the user's own YAML tables, laid over ours by id (``rules/SPEC.md``).
    Raises :class:`~ndrkit.model.TableError` with every mistake in them.

    ``own_hosts`` (names and addresses of the servers that send for you) and ``own_domains`` (those that
    you write from, with all below them) let ``report.genuine`` tell a bounce of your mail from one that
    only claims to be; so does ``is_ours``, which looks at ``report.original`` and answers True, False
    or, when it cannot know, None. A mail that is not yours suppresses no address.
    """

    def __init__(
        self,
        rules: Path | str | Iterable[Path | str] = (),
        *,
        own_hosts: str | Iterable[str] = (),
        own_domains: str | Iterable[str] = (),
        is_ours: Callable[[Original], bool | None] | None = None,
    ) -> None:
        given = [rules] if isinstance(rules, str | Path) else list(rules)
        self._folders = tuple(Path(folder) for folder in given)
        self.tables = Tables.load(self._folders)
        self._own = Own(names(own_hosts), names(own_domains), is_ours)

    def __reduce__(self) -> tuple[Callable[..., Explainer], tuple[tuple[Path, ...]]]:
        import pickle  # noqa: PLC0415 -- who comes here has it

        own = self._own
        try:
            pickle.dumps(own.is_ours)
        except Exception as error:
            raise pickle.PicklingError(
                "an Explainer pickles only with an is_ours that does: a function of a module, no lambda"
            ) from error
        made = partial(Explainer, own_hosts=own.hosts, own_domains=own.domains, is_ours=own.is_ours)
        return made, (self._folders,)

    def reload(self) -> None:
        """Read the tables anew, ours and those of ``rules``, for a process that runs long.

        Raises :class:`~ndrkit.model.TableError` with every mistake in them, and goes on with the tables
        that it had. Any thread may call it: a mail is explained with the tables it was begun with.
        """
        self.tables = Tables.load(self._folders)

    def forget(self) -> None:
        """Forget what decided in earlier mails, so that the next ones cost what unknown ones do.

        No answer depends on it: it is for those who measure.
        """
        self.tables = self.tables

    @property
    def tables(self) -> Tables:
        """The tables that mails are explained with; with them goes what was remembered of the others."""
        return self._judge.tables

    @tables.setter
    def tables(self, tables: Tables) -> None:
        self._judge = Judge(tables)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that advice can be given in (BCP 47)."""
        return self.tables.languages

    def explain(self, msg: Mail, lang: str = "en", voice: str = "admin", source: str | None = None) -> Report:
        """Explain one mail, pasted notice, SMTP reply or log line.

        ``msg`` is bytes (RFC 5322), an ``email.message.Message``, a ``Path`` or a binary file, or a
        str: a mail when it begins with a header, pasted text otherwise. ``lang`` is a BCP 47 tag
        (``zh-TW`` finds ``zh-Hant``) or ``auto``; ``source`` is a name for the report.

        Raises :class:`~ndrkit.model.ChoiceError` for an unknown language or voice and
        :class:`~ndrkit.model.SourceError` for a path that cannot be read; nothing for any mail.
        """
        if voice not in VOICES:
            raise ChoiceError("voice", voice, VOICES)
        judge, content = self._judge, _content(msg)
        tables = judge.tables
        with patterns.Budget() as budget:
            reading = self._read(content, tables)
            language = choose(lang, tables.languages, _words_of(reading), tables.common_words)
            report = self._report(reading, language, voice, source, judge)
        if budget.used_up:
            report.unread = (*report.unread, "an expression of the tables took too long and was passed over")
        return report

    def _read(self, content: bytes | str, tables: Tables) -> Reading:
        notes: list[str] = []
        if isinstance(content, str):
            return read_text(content, tables)
        data = cut(content, MAX_BYTES, "the mail", notes)
        if outlook.is_outlook(data):
            try:
                data = outlook.to_mime(data)
            except ImportError:
                notes.append("this is an Outlook file: install ndrkit[msg] to read it")
                return Reading("not_bounce", notes=notes)
        reading = read_mail(data, tables)
        reading.notes += notes
        return reading

    def _report(self, reading: Reading, lang: str, voice: str, source: str | None, judge: Judge) -> Report:
        report = Report(
            kind=reading.kind,
            adviser=TableAdviser(judge.tables),
            lang=lang,
            voice=voice,
            source=source,
            format=reading.format,
            reporting_mta=reading.reporting_mta,
            arrival_date=reading.arrival_date,
            reply_safe=reading.reply_safe,
            genuine=genuine(reading.original, self._own),
            unread=tuple(reading.notes),
            parts=reading.parts,
            read_original=reading.original,
        )
        if reading.kind in _FAILURES:
            verdicts = judge.verdicts(reading.deliveries, reading.parts, reading.date)
            report.findings = tuple(
                [Finding(*one, report) for one in zip(reading.deliveries, verdicts, strict=True)]
            )
        if report.genuine == "no":
            for one in report.findings:
                one.verdict.suppress = False
        if not reading.certain and not any(one.evidence for one in report.findings):
            report.kind, report.findings = "not_bounce", ()
        return report


def _words_of(reading: Reading) -> str:
    """The words for people, of a mail or a pasted text."""
    return reading.parts.get("notice") or reading.parts.get("text", "")


def _content(msg: Mail) -> bytes | str:
    """Give the bytes of a mail, or the str of a pasted text."""
    if isinstance(msg, str):
        return msg.encode("utf-8", "surrogateescape") if _is_mail(msg) else msg
    if isinstance(msg, bytes | bytearray | memoryview):
        return bytes(msg[: MAX_BYTES + 1])
    if isinstance(msg, Path):
        try:
            with msg.open("rb") as file:
                return file.read(MAX_BYTES + 1)
        except OSError as error:
            raise SourceError(f"{msg}: {error.strerror or error}") from error
    if hasattr(msg, "read"):
        data = msg.read(MAX_BYTES + 1)
        return data.encode("utf-8", "surrogateescape") if isinstance(data, str) else bytes(data)
    if hasattr(msg, "as_bytes"):
        return _flat(msg)
    raise TypeError(
        f"explain() takes bytes, str, a Message, a Path or a binary file, not {type(msg).__name__}"
    )


def _flat(msg: Message) -> bytes:
    """Flatten a Message; one that the standard library cannot write gives its readable parts."""
    from email.generator import BytesGenerator  # noqa: PLC0415 -- only callers with a Message need it

    out = io.BytesIO()
    try:
        BytesGenerator(out, mangle_from_=False).flatten(msg)
    except Exception:  # noqa: BLE001 -- the generator raises nearly anything on broken messages
        fields = "".join(f"{name}: {value}\n" for name, value in msg.items())
        out = io.BytesIO(f"{fields}\n{msg.get_payload()}".encode("utf-8", "replace"))
    return out.getvalue()


def _is_mail(text: str) -> bool:
    """Tell whether a str begins with the header block of a mail, rather than being pasted words."""
    head = text.lstrip("\ufeff\r\n")[:16_384].replace("\r\n", "\n")
    if not _HEADER_LINE.match(head):
        return False
    block = head.split("\n\n", 1)[0]
    return len({m[0].lower() for m in _MAIL_FIELD.finditer(block)}) >= 2
