"""``ndrkit scan``: whole mailboxes to a file, with a progress bar and a summary by cause."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click
from rich.console import Console
from rich.table import Table

from ndrkit.cli.options import lang_option, own_options, rules_option, voice_option
from ndrkit.cli.terminal import progress, say
from ndrkit.engine import Explainer
from ndrkit.model import SourceError
from ndrkit.scan import FORMATS, items_of, writer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ndrkit.model import Report
    from ndrkit.scan import Item
    from ndrkit.scan.writers import Writer


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@click.option("--format", "form", type=click.Choice(FORMATS), default="jsonl", show_default=True)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write; standard output when left out.",
)
@lang_option()
@voice_option()
@own_options()
@rules_option()
def scan(
    paths: tuple[Path, ...],
    form: str,
    output: Path | None,
    lang: str,
    voice: str,
    own_hosts: tuple[str, ...],
    own_domains: tuple[str, ...],
    rule_folders: tuple[Path, ...],
) -> None:
    """Explain every mail of mailboxes: PATH is a folder of mails, a Maildir or an mbox.

    \b
    Examples:
      ndrkit scan inbox/ --output bounces.jsonl
      ndrkit scan postmaster.mbox --format csv --output bounces.csv
      ndrkit scan ~/Maildir --lang zh-Hans --voice agent -o out.jsonl

    One row a mail (jsonl) or a recipient (csv), in the order of the mailbox. A summary by cause
    goes to standard error. Exits 1 when a mail could not be read; the others are in the output.
    """
    explainer = Explainer(rule_folders, own_hosts=own_hosts, own_domains=own_domains)
    explainer.explain(b"", lang=lang, voice=voice)  # a wrong choice is told before the work begins
    found = items_of(paths)
    tally: Counter[str] = Counter()
    failed = 0
    with _opened(output) as file:
        rows = writer(form, file)
        for item in progress(found):
            try:
                _one(item, explainer, rows, tally, lang, voice)
            except SourceError as error:
                failed += 1
                say(f"ndrkit: {error}", err=True)
    _summary(tally, len(found), Console(stderr=True, highlight=False))
    if failed:
        raise SystemExit(1)


def _one(item: Item, explainer: Explainer, rows: Writer, tally: Counter[str], lang: str, voice: str) -> None:
    report = explainer.explain(item.read(), lang=lang, voice=voice, source=item.source)
    rows.write(report)
    _count(report, tally)


@contextlib.contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    try:
        file = output.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise SourceError(f"{output}: cannot write: {error.strerror or error}") from error
    with file:
        yield file


def _count(report: Report, tally: Counter[str]) -> None:
    tally[f"kind {report.kind}"] += 1
    for finding in report.findings:
        tally[finding.cause or f"– {finding.verdict.family}"] += 1


def _summary(tally: Counter[str], mails: int, console: Console) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_row("mails", str(mails))
    for name, count in sorted(tally.items(), key=lambda item: (-item[1], item[0])):
        if name.startswith("kind "):
            table.add_row(f"  {name[5:]}", str(count))
    table.add_row("recipients by cause (– by family outside the eight)", "")
    for name, count in sorted(tally.items(), key=lambda item: (-item[1], item[0])):
        if not name.startswith("kind "):
            table.add_row(f"  {name}", str(count))
    console.print(table)
