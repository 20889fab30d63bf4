"""``ndrkit rules``: the rule author's tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ndrkit.advise.fill import faults
from ndrkit.cli.options import rules_option
from ndrkit.cli.terminal import progress, say
from ndrkit.cli.why import won
from ndrkit.engine import Explainer
from ndrkit.folding import fold
from ndrkit.match import Judge
from ndrkit.match.refusals import case_in, refusals
from ndrkit.model import ChoiceError, SourceError, TableError
from ndrkit.model.report import as_json
from ndrkit.model.vocabulary import REASONS
from ndrkit.proofs import delivery_of, run_proofs
from ndrkit.scan import items
from ndrkit.tables.compiled import rules_folder
from ndrkit.tables.folder import Folder, lay_over, read_folder
from ndrkit.tables.references import check_references

if TYPE_CHECKING:
    from ndrkit.scan.coverage import Coverage


@click.group()
def rules() -> None:
    """Check and try the rule tables (their form is told in rules/SPEC.md)."""


@rules.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path), metavar="[FOLDER…]")
def check(folders: tuple[Path, ...]) -> None:
    """Name every mistake of rule tables, with file and line; run the proofs that rules carry.

    Words that can never win are mistakes too, and so are expressions that a text can slow down.

    \b
    Examples:
      ndrkit rules check              our own tables
      ndrkit rules check my-rules/    yours, laid over ours
    """
    from ndrkit.tables.dead_words import check_words  # noqa: PLC0415 -- this command only
    from ndrkit.tables.expressions import check_expressions  # noqa: PLC0415

    ours = rules_folder()
    read = [read_folder(folder) for folder in folders or (ours,)]
    problems = [problem for one in read for problem in one.problems]
    if not problems:
        for one in read:
            whole = one.documents if not folders else lay_over(Explainer().tables.documents, one.documents)
            problems += check_references(one, whole, faults)
    if not problems:
        explainer = Explainer(folders)
        for one in read:
            problems += run_proofs(one, explainer)
            problems += check_words(one, explainer.tables)
            problems += check_expressions(one)
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
    """Show which rules TEXT wakes, which one wins, why the others lose, and which refuse it.

    \b
    Examples:
      ndrkit rules try '550 5.1.1 User unknown'
      ndrkit rules try --host mx1.qq.com '550 Mailbox unavailable'
    """
    given: dict[str, str] = {"text": text} | ({"host": host} if host else {})
    tables = Explainer(rule_folders).tables
    delivery, parts = delivery_of(given, (), tables), {"text": text}
    [verdict] = Judge(tables).verdicts([delivery], parts)
    case = case_in(delivery, parts, tables)
    say(f"folded   {fold(text)}")
    click.echo(f"reason   {verdict.reason} ({verdict.strength})")
    click.echo(f"cause    {verdict.cause or f'none of the eight ({verdict.family})'}")
    if verdict.provider:
        click.echo(f"provider {verdict.provider}")
    if verdict.blocklist:
        click.echo(f"list     {verdict.blocklist.name}")
    for one in won(verdict, case, tables):
        say(f"won      {one['rule']}  “{one['quote']}”  level {one['level']}")
        if one["literal"]:
            say(f"woke     {one['literal']!r}")
    for other in verdict.runners_up:
        click.echo(f"lost     {other.rule} ({other.reason}): {other.why}")
    refused = refusals(case, verdict.provider, tables)
    for other in refused:
        say(f"refused  {other.rule} ({other.reason}): {other.why}")
    if not verdict.evidence and not refused:
        click.echo("nothing woke: this text says nothing that the tables know")


@rules.command()
@click.argument("mailbox", type=click.Path(path_type=Path))
@click.option("--most", default=20, show_default=True, help="How many lines to show of each.")
@click.option("--never", is_flag=True, help="Name the rules too that did not fire.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
@rules_option()
def coverage(mailbox: Path, most: int, never: bool, form: str, rule_folders: tuple[Path, ...]) -> None:
    """Count which rules fire on MAILBOX, and show what none of them knows, commonest first.

    \b
    Examples:
      ndrkit rules coverage postmaster.mbox
      ndrkit rules coverage --format json ~/Maildir | jq '.unknown[].template'

    What was said is grouped with the changing parts (addresses, hosts, numbers) masked, each group
    with one example, so that the next rule writes itself: ndrkit rules new REASON 'THE EXAMPLE'.
    """
    from ndrkit.scan.coverage import Coverage  # noqa: PLC0415 -- this command only

    explainer = Explainer(rule_folders)
    found = Coverage()
    for item in progress(items(mailbox)):
        try:
            found.add(explainer.explain(item.read(), source=item.source))
        except SourceError as error:
            found.unread += 1
            say(f"ndrkit: {error}", err=True)
    asleep = found.never(explainer.tables) if never else None
    if form == "json":
        click.echo(as_json(found.to_dict(most) | ({} if asleep is None else {"never": asleep}), indent=2))
    else:
        _show(found, most, asleep)


def _show(found: Coverage, most: int, asleep: list[str] | None) -> None:
    click.echo(
        f"{found.mails} mails, {found.findings} recipients, {found.known} of them with a reason; "
        f"{len(found.fired)} rules fired"
    )
    for name, count in found.commonest()[:most]:
        click.echo(f"{count:7d}  {name}")
    for title, texts in (
        ("said, and judged by a code alone", found.by_code),
        ("said, and not known", found.unknown),
    ):
        click.echo(f"{title} ({texts.total} recipients, {len(texts)} templates):")
        for one in texts.commonest(most):
            say(f"{one.count:7d}  {one.template}")
            say(f"         {one.source}: {one.example}")
    if asleep is not None:
        click.echo(f"never fired ({len(asleep)} rules):")
        for name in asleep:
            click.echo(f"         {name}")


@rules.command()
@click.argument("reason")
@click.argument("text")
@click.option("--provider", metavar="ID", help="For a provider's file: only this receiver says so.")
@click.option("--whole", is_flag=True, help="Print a whole file, for a folder of your own (--rules).")
@rules_option()
def new(reason: str, text: str, provider: str | None, whole: bool, rule_folders: tuple[Path, ...]) -> None:
    """Print the scaffold of a rule for REASON that TEXT would wake, to be put below `rules:`.

    \b
    Examples:
      ndrkit rules new mailbox_full '552 5.2.2 The postbox of the user is crammed'
      ndrkit rules new --whole mailbox_full '552 5.2.2 …' > my-rules/reasons/mailbox_full.yaml

    Addresses, hosts and IPs of TEXT are changed to those meant for examples. What another reason says
    in much the same words stands under `miss`. Write the source, then run ndrkit rules check.
    """
    from ndrkit.scan.scaffold import head_of, rule_for  # noqa: PLC0415 -- this command only

    if reason not in REASONS:
        raise ChoiceError("reason", reason, REASONS)
    tables = Explainer(rule_folders).tables
    if provider is not None and provider not in tables.providers:
        raise ChoiceError("provider", provider, sorted(tables.providers))
    scaffold = rule_for(text, reason, provider, tables)
    if scaffold is None:
        raise SourceError("TEXT holds no words that a rule could know it by: give what the server said")
    for line in (*(head_of(reason, provider, tables) if whole else ()), *scaffold):
        click.echo(line)
