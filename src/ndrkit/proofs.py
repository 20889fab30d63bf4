"""Runs the proofs that rules, blocklists and formats carry, against the whole table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ndrkit.folding import fold
from ndrkit.match import Judge
from ndrkit.model import Delivery, Problem, Span
from ndrkit.read.said import interpret, speakers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ndrkit.engine import Explainer
    from ndrkit.model import Verdict
    from ndrkit.tables.folder import Folder
    from ndrkit.tables.tables import Tables
    from ndrkit.tables.yaml_file import Document, Path


def run_proofs(folder: Folder, explainer: Explainer) -> Iterator[Problem]:
    """Yield a problem for each proof in ``folder`` that does not hold, with its file and line."""
    tables = explainer.tables
    for (kind, name), document in folder.files.items():
        if kind in ("reasons", "providers"):
            hosts = document.data.get("hosts", ()) if kind == "providers" else ()
            for i, rule in enumerate(document.data.get("rules", ())):
                rule_name = f"{kind}/{name}/{rule['id']}"
                yield from _rule(document, ("rules", i), rule, rule_name, hosts, tables)
        elif kind == "blocklists":
            yield from _rule(document, (), document.data, f"blocklists/{name}", (), tables)
        elif kind == "formats":
            for i, example in enumerate(document.data.get("examples", ())):
                yield from _example(document, ("examples", i), example, name, explainer)
        elif kind == "times":
            yield from _times(document, tables)
        elif kind == "recipients":
            yield from _recipients(document, explainer)


def _times(document: Document, tables: Tables) -> Iterator[Problem]:
    for i, example in enumerate(document.data.get("examples", ())):
        found = tables.times.wait(fold(example["text"]))
        if found != int(example["seconds"]):
            yield document.problem(("examples", i), f"{example['seconds']} seconds expected, {found} read")
    for i, text in enumerate(document.data.get("never", ())):
        if found := tables.times.wait(fold(text)):
            yield document.problem(("never", i), f"{found} seconds read where none are meant")


def _recipients(document: Document, explainer: Explainer) -> Iterator[Problem]:
    wanted = [
        (("examples", i), one["text"], one["recipient"]) for i, one in enumerate(document.data["examples"])
    ]
    wanted += [(("never", i), text, None) for i, text in enumerate(document.data["never"])]
    for path, text, recipient in wanted:
        found = [one.recipient for one in explainer.explain(text).findings]
        if found != [recipient]:
            yield document.problem(path, f"recipient {recipient} expected, {found} read")


def _rule(
    document: Document,
    path: Path,
    row: dict[str, Any],
    name: str,
    hosts: tuple[str, ...],
    tables: Tables,
) -> Iterator[Problem]:
    for key in ("hit", "miss"):
        for i, proof in enumerate(row[key]):
            verdict = judge_proof(proof, hosts, tables)
            winner = verdict.evidence[0].rule if verdict.evidence else verdict.reason
            if key == "hit" and winner != name:
                yield document.problem((*path, key, i), f"this hit of {name} is won by {winner}")
            elif key == "hit" and (tie := _tie(verdict)):
                yield document.problem((*path, key, i), f"{name} ties with {tie} on this hit")
            elif key == "miss" and winner == name:
                yield document.problem((*path, key, i), f"{name} wins this miss")


def _tie(verdict: Verdict) -> str | None:
    """Give the runner-up of another reason that lost by its name only."""
    for other in verdict.runners_up:
        if other.why == "its name comes later" and other.reason != verdict.reason:
            return other.rule
    return None


def judge_proof(proof: str | dict[str, Any], hosts: tuple[str, ...], tables: Tables) -> Verdict:
    """Judge the text of a proof in the context that it gives."""
    given = {"text": proof} if isinstance(proof, str) else proof
    return Judge(tables).verdicts([delivery_of(given, hosts, tables)], {"text": given["text"]})[0]


def delivery_of(given: dict[str, Any], hosts: tuple[str, ...], tables: Tables) -> Delivery:
    """Give the delivery that a proof tells of; what it said is the part ``text``."""
    text = given["text"]
    one = Delivery(
        status=given.get("status"),
        reply_code=given.get("reply_code"),
        smtp_command=given.get("smtp_command"),
        remote_mta=given.get("host") or (f"mx{hosts[0]}" if hosts else None),
        said_by=given.get("said_by"),
        spans=(Span("text", 0, len(text)),),
    )
    interpret(one, text, tables)
    speakers([one], None)
    return one


def _example(
    document: Document, path: Path, example: dict[str, Any], name: str, explainer: Explainer
) -> Iterator[Problem]:
    report = explainer.explain(example["text"])
    if report.format != name:
        yield document.problem(path, f"this example of {name} is read as {report.format}")
    found = [finding.to_dict() for finding in report.findings]
    wanted = example["expect"]
    if len(found) != len(wanted):
        yield document.problem(path, f"{len(wanted)} recipients expected, {len(found)} read")
        return
    for i, (want, got) in enumerate(zip(wanted, found, strict=True)):
        for key, value in want.items():
            if got[key] != value:
                text = f"{key} {value!r} expected, {got[key]!r} read"
                yield document.problem((*path, "expect", i, key), text)
