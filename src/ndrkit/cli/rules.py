"""``ndrkit rules``: the rule author's tools."""

from __future__ import annotations

from pathlib import Path

import click

from ndrkit.advise.fill import faults
from ndrkit.cli.options import rules_option
from ndrkit.engine import Explainer
from ndrkit.folding import fold
from ndrkit.model import TableError
from ndrkit.proofs import run_proofs
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
    click.echo(f"folded   {fold(text)}")
    click.echo(f"reason   {verdict.reason} ({verdict.strength})")
    click.echo(f"cause    {verdict.cause or f'none of the eight ({verdict.family})'}")
    if verdict.provider:
        click.echo(f"provider {verdict.provider}")
    if verdict.blocklist:
        click.echo(f"list     {verdict.blocklist.name}")
    for evidence in verdict.evidence:
        click.echo(f"won      {evidence.rule}  “{evidence.quote}”")
    for other in verdict.runners_up:
        click.echo(f"lost     {other.rule} ({other.reason}): {other.why}")
    if not verdict.evidence:
        click.echo("nothing woke: this text says nothing that the tables know")
