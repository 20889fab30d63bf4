"""``ndrkit rules``: the rule author's tools."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import click

from ndrkit.advise.fill import faults
from ndrkit.cli.options import rules_option
from ndrkit.cli.terminal import say
from ndrkit.engine import Explainer
from ndrkit.folding import fold
from ndrkit.model import ChoiceError, SourceError, TableError
from ndrkit.model.vocabulary import REASONS
from ndrkit.proofs import run_proofs
from ndrkit.scan import items
from ndrkit.scan.coverage import Coverage
from ndrkit.tables.compiled import rules_folder
from ndrkit.tables.folder import Folder, lay_over, read_folder
from ndrkit.tables.references import check_references


@click.group()
def rules() -> None:
    """Check and try the rule tables (their form is told in rules/SPEC.md)."""


@rules.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path), metavar="[FOLDER…]")
def check(folders: tuple[Path, ...]) -> None:
    """Name every mistake of rule tables, with file and line; run the proofs that rules carry.

    \b
    Examples:
      ndrkit rules check              our own tables
      ndrkit rules check my-rules/    yours, laid over ours
    """
    ours = rules_folder()
    read = [read_folder(folder) for folder in folders or (ours,)]
    problems = [problem for one in read for problem in one.problems]
    if not problems:
        for one in read:
            whole = one.documents if not folders else lay_over(Explainer().tables.documents, one.documents)
            problems += check_references(one, whole, faults)
    if not problems:
        explainer = Explainer(folders)
        problems = [problem for one in read for problem in run_proofs(one, explainer)]
    if problems:
        raise TableError(sorted(problems))
    click.echo(f"{sum(len(one.files) for one in read)} files, {_proofs(read)} proofs: all right")


def _proofs(read: list[Folder]) -> int:
    rows = [
        row
        for one in read
        for document in one.files.values()
        for row in (document.data, *document.data.get("rules", ()))
        if isinstance(row, dict)
    ]
    keys = ("hit", "miss", "examples")
    return sum(len(row[key]) for row in rows for key in keys if key in row)


@rules.command(name="try")
@click.argument("text")
@click.option("--host", help="The remote host that said it, as for Remote-MTA.")
@rules_option()
def try_(text: str, host: str | None, rule_folders: tuple[Path, ...]) -> None:
    """Show which rules TEXT wakes, which one wins, and why the others lose.

    \b
    Examples:
      ndrkit rules try '550 5.1.1 User unknown'
      ndrkit rules try --host mx1.qq.com '550 Mailbox unavailable'
    """
    from ndrkit.proofs import judge_proof  # noqa: PLC0415 -- this command only

    given: dict[str, str] = {"text": text} | ({"host": host} if host else {})
    verdict = judge_proof(given, (), Explainer(rule_folders).tables)
    say(f"folded   {fold(text)}")
    click.echo(f"reason   {verdict.reason} ({verdict.strength})")
    click.echo(f"cause    {verdict.cause or f'none of the eight ({verdict.family})'}")
    if verdict.provider:
        click.echo(f"provider {verdict.provider}")
    if verdict.blocklist:
        click.echo(f"list     {verdict.blocklist.name}")
    for evidence in verdict.evidence:
        say(f"won      {evidence.rule}  “{evidence.quote}”")
    for other in verdict.runners_up:
        click.echo(f"lost     {other.rule} ({other.reason}): {other.why}")
    if not verdict.evidence:
        click.echo("nothing woke: this text says nothing that the tables know")


@rules.command()
@click.argument("mailbox", type=click.Path(path_type=Path))
@click.option("--most", default=20, show_default=True, help="How many lines to show of each.")
@rules_option()
def coverage(mailbox: Path, most: int, rule_folders: tuple[Path, ...]) -> None:
    """Count which rules fire on MAILBOX, and show what none of them knows, commonest first.

    \b
    Example:
      ndrkit rules coverage postmaster.mbox

    Parts that change (addresses, hosts, numbers) are masked, so that the next rule writes itself.
    """
    explainer = Explainer(rule_folders)
    found = Coverage()
    for item in items(mailbox):
        found.add(explainer.explain(item.read()))
    known = found.findings - sum(found.unknown.values())
    click.echo(f"{found.findings} recipients, {known} of them with a reason; {len(found.fired)} rules fired")
    for name, count in sorted(found.fired.items(), key=lambda pair: (-pair[1], pair[0]))[:most]:
        click.echo(f"{count:7d}  {name}")
    click.echo(f"said, and not known ({len(found.unknown)} templates):")
    for text, count in sorted(found.unknown.items(), key=lambda pair: (-pair[1], pair[0]))[:most]:
        say(f"{count:7d}  {text}")


_SCAFFOLD = """\
  - id: {id}
    words: [{words}]
    hit: ['{hit}']
    miss: ['a real look-alike that belongs to another reason']
    source: https://where.it.was.seen.example/
    seen: '{month}'
    checked: verified
"""


@rules.command()
@click.argument("reason")
@click.argument("text")
def new(reason: str, text: str) -> None:
    """Print the scaffold of a rule for REASON that TEXT would wake, to be put below `rules:`.

    \b
    Example:
      ndrkit rules new mailbox_full '552 5.2.2 The postbox of the user is crammed' >> my-rules.txt
    """
    if reason not in REASONS:
        raise ChoiceError("reason", reason, REASONS)
    words = re.sub(r"^[245]\d\d[ -](?:[245]\.\d+\.\d+ )?", "", fold(text)).strip()
    if not words:
        raise SourceError("TEXT is empty: give what the server said")
    name = "_".join(re.findall(r"[a-z0-9]+", words)[:4]) or "new_rule"
    quoted = "'" + words[:60].replace("'", "''") + "'"
    month = datetime.datetime.now(tz=datetime.UTC).strftime("%Y-%m")
    click.echo(_SCAFFOLD.format(id=name, words=quoted, hit=text.replace("'", "''"), month=month), nl=False)
