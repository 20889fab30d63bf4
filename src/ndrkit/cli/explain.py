"""``ndrkit explain``: one bounce, for eyes or for programs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ndrkit.cli.options import lang_option, own_options, rules_option, voice_option
from ndrkit.cli.terminal import say, show
from ndrkit.cli.why import why as why_of
from ndrkit.engine import Explainer
from ndrkit.model import SourceError
from ndrkit.model.report import as_json
from ndrkit.scan.mailboxes import read_file

if TYPE_CHECKING:
    from ndrkit.model import Report

FORMATS = ("text", "json", "markdown", "html", "page")


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How to show it: html is a fragment for helpdesks, page a whole page.",
)
@lang_option()
@voice_option()
@own_options()
@rules_option()
@click.option("--why", is_flag=True, help="Show what was read where, and which rules lost.")
def explain(
    files: tuple[str, ...],
    form: str,
    lang: str,
    voice: str,
    own_hosts: tuple[str, ...],
    own_domains: tuple[str, ...],
    rule_folders: tuple[Path, ...],
    why: bool,
) -> None:
    """Explain bounces: FILE is a mail, a pasted notice or a log line; - reads standard input.

    \b
    Examples:
      ndrkit explain bounce.eml
      ndrkit explain --voice sender --lang zh-Hant bounce.eml
      ndrkit explain --format json bounce.eml | jq '.findings[].reason'
      ndrkit explain --format page bounce.eml > bounce.html
      echo '550 5.1.1 User unknown' | ndrkit explain -

    Exits 1 when none of the files holds a bounce, 2 when one cannot be read.
    """
    explainer = Explainer(rule_folders, own_hosts=own_hosts, own_domains=own_domains)
    reports = []
    for name in files:
        report = explainer.explain(_read(name), lang=lang, voice=voice, source=name)
        reports.append(report)
        _show(report, form, len(files))
        if why:
            click.echo(as_json(why_of(report, explainer.tables), indent=2), err=form != "text")
    if not any(report.findings for report in reports):
        raise SystemExit(1)


def _read(name: str) -> bytes | str:
    if name == "-":
        data, name = sys.stdin.buffer.read(), "standard input"
    else:
        data = read_file(_file(name))
    if not data.strip():
        raise SourceError(f"{name}: is empty; give a bounced mail or the words of one")
    return as_pasted(data)


def _file(name: str) -> Path:
    """Give the path of a file, or say what to do instead."""
    path = Path(name)
    if os.path.isdir(name):  # noqa: PTH112 -- which is never too long for it
        raise SourceError(f"{name}: is a folder; to explain all its mails: ndrkit scan {name}")
    if " " in name.strip() and not os.path.exists(name):  # noqa: PTH110
        raise SourceError(f"{name[:60]}: no such file; words are piped in: echo '…' | ndrkit explain -")
    return path


def as_pasted(data: bytes) -> bytes | str:
    """Give text that is no mail as str, so that it is read as a pasted notice."""
    head = data.lstrip()[:2000].split(b"\n\n")[0].split(b"\r\n\r\n")[0]
    first = head.split(b"\n", 1)[0]
    is_field = b":" in first and b" " not in first.split(b":", 1)[0].strip()
    looks_like_mail = is_field and b"\n" in head
    if looks_like_mail or first.startswith(b"From ") or b"\0" in data[:4000]:
        return data
    from ndrkit.message.charset import decode  # noqa: PLC0415 -- pasted text only

    return decode(data)


def _show(report: Report, form: str, count: int) -> None:
    if form == "json":
        click.echo(report.to_json(indent=2 if sys.stdout.isatty() else None))
    elif form == "markdown":
        click.echo(report.to_markdown())
    elif form in ("html", "page"):
        click.echo(report.to_html(page=form == "page"))
    else:
        if count > 1:
            say(f"{report.source}:")
        show(report)
