"""Writes the pages that are made from the tables, and the outputs shown in the README.

``python docs/make.py`` writes them; with ``--check`` it only says which ones are out of date.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ndrkit
from ndrkit.model.vocabulary import CAUSES, FAMILIES, REASONS, VOICES

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
TABLES = ndrkit.Explainer().tables
DOCUMENTS = TABLES.documents
NOTE = "<!-- made by docs/make.py from rules/: do not edit -->\n"
POINTS = {
    "A1": "Wrong DNS settings, or a DNS server that does not work, are behind most failures",
    "A1.1": "After a change of the DNS server, restart the mail service",
    "A1.2": "Enter a second, different DNS server",
    "A1.3": "Do not use just any machine of the local network as the DNS server",
    "A1.4": "Test the DNS server from the mail server (today: ask it a real question, do not only ping it)",
    "A1.5": "Which resolver to take (today: an own recursive one, or the provider's)",
    "A1.6": "Ask the root servers when the look-up fails (today: a recursive resolver of one's own)",
    "A2": "A firewall must let DNS out and its answers back in (today: TCP 53 too, and outgoing port 25)",
    "A3": "Turn off the mail scanning of the antivirus software on the server",
    "A4": "Spam clogs the queue (today: find and stop its source first)",
    "A5": "Leave the mail directory out of the antivirus scan",
    "A6": "Domain, HELO name and reverse DNS must agree with the server's address",
    "A7": "The server's IP is on an anti-spam list",
    "A7.1": "Look the IP up on a multi-list site, ask each list for removal (today: fix the cause first)",
    "A7.2": "The bounce names the list and the address",
    "A8": "Foreign servers filter Chinese character sets, or networks of a country",
    "A9": "Read the words behind the address in the bounce, and deal with those",
    "A10": "What helps in general: a recursive resolver of one's own, and a smarthost",
}


def pages() -> dict[Path, str]:
    """Give every page that is made, with its text."""
    readme = ROOT / "README.md"
    examples = {ROOT / f"docs/examples/{lang}.md": example(lang) for lang in TABLES.languages}
    return {
        **examples,
        ROOT / "docs/examples/README.md": index(),
        ROOT / "docs/causes.md": NOTE + "\n".join(causes()) + "\n",
        ROOT / "docs/reasons.md": NOTE + "\n".join(reasons()) + "\n",
        readme: shown(readme.read_text("utf-8")),
    }


EXAMPLES = (
    "article/traditional-open-big5-8bit",
    "postfix/barracuda-unknown",
    "postfix/multi-four",
    "exim/comcast-ptr",
    "postfix/dns-servfail",
    "written/exmail-dmarc",
)


KINDS = (
    "courier/barracuda-greylist-delay",
    "not_bounce/success-delivered",
    "not_bounce/auto-reply-01-en",
    "not_bounce/complaint-abuse",
    "not_bounce/receipt-en",
    "not_bounce/challenge-01-en",
    "not_bounce/not-bounce-01-en",
)


def index() -> str:
    """Give the page of the article's bounce, as its sender reads it in every language."""
    mail = ROOT / f"corpus/{EXAMPLES[0]}.eml"
    out = [NOTE, "# The article's bounce, in every language\n"]
    out.append(
        f"What the sender reads (`--voice sender`) of [that bounce](../../corpus/{EXAMPLES[0]}.eml).\n"
        "Each language's page holds more bounces, other kinds of mail, and all three voices.\n"
    )
    for lang in TABLES.languages:
        advice = ndrkit.explain(mail, lang=lang, voice="sender").findings[0].advice
        name = DOCUMENTS["texts"][lang]["name"]
        out.append(f"## [{name}]({lang}.md) (`{lang}`)\n\n**{advice.title}**\n\n{advice.summary}\n")
        if advice.steps:
            out.append("\n".join(f"{n}. {step}" for n, step in enumerate(advice.steps, 1)) + "\n")
    return "\n".join(out)


def example(lang: str) -> str:
    """Give a page of real mails explained in one language, in all three voices."""
    name = DOCUMENTS["texts"][lang]["name"]
    out = [NOTE, f"# {name} (`{lang}`)\n"]
    for mail in EXAMPLES + KINDS:
        path = ROOT / f"corpus/{mail}.eml"
        out.append(f"## [`corpus/{mail}.eml`](../../corpus/{mail}.eml)\n")
        for voice in VOICES:
            report = ndrkit.explain(path, lang=lang, voice=voice)
            out.append(f"`--voice {voice}`\n\n```text\n{report.to_text()}```\n")
    return "\n".join(out)


def carried(lang: str) -> dict[str, list[tuple[str, str]]]:
    """Give, for each point of the article, the (reason, step) pairs of a language that carry it."""
    out: dict[str, list[tuple[str, str]]] = {}
    for reason, texts in sorted(DOCUMENTS["texts"][lang]["reasons"].items()):
        for step in texts["admin"].get("steps", ()):
            if isinstance(step, dict):
                for point in step.get("point", ()):
                    out.setdefault(point, []).append((reason, step["text"]))
    return out


def causes() -> Iterator[str]:
    """The eight causes, and where each point of the article has its place."""
    english = DOCUMENTS["texts"]["en"]
    yield "# The eight causes\n"
    yield "They come from an article for administrators of hMailServer. `cause` in the output is the slug.\n"
    yield "| # | cause | in words | how to tell it | reasons |"
    yield "|---|---|---|---|---|"
    for row in DOCUMENTS["causes"][""]["causes"]:
        slug = row["cause"]
        texts = english["causes"][slug]
        mine = ", ".join(
            f"[`{one}`](reasons.md#{one})" for one in REASONS if TABLES.reasons[one].cause == slug
        )
        yield f"| {row['number']} | `{slug}` | {texts['name']} | {cell(texts['check'])} | {mine} |"
    yield "\n## Where the article's points are\n"
    yield "Steps of the administrator's advice carry each point, corrected where time has passed it by."
    yield "The same steps carry it in Chinese.\n"
    yield "| point | what it says | reason | the step |"
    yield "|---|---|---|---|"
    found = carried("en")
    for point, words in POINTS.items():
        for reason, step in found.get(point, []):
            yield f"| {point} | {words} | [`{reason}`](reasons.md#{reason}) | {cell(step)} |"


def reasons() -> Iterator[str]:
    """Every reason: meaning, cause, who acts, neighbours, typical texts."""
    english = DOCUMENTS["texts"]["en"]
    yield "# The reasons\n"
    yield "A closed set. Each belongs to one of the [eight causes](causes.md) or to a family outside them."
    for group in (*CAUSES, *FAMILIES):
        name = english["causes"][group]["name"] if group in CAUSES else english["families"][group]
        yield f"\n## {name} (`{group}`)"
        for reason in REASONS:
            row = TABLES.reasons[reason]
            if group in (row.cause, row.family):
                yield from one_reason(reason, row, english)


def one_reason(reason: str, row: Any, english: dict[str, Any]) -> Iterator[str]:
    """One reason's section."""
    yield f'\n<a id="{reason}"></a>\n### `{reason}`\n'
    yield f"{row.meaning}\n"
    nature = "permanent" if row.permanent else "transient"
    yield f"* Told as: “{english['reasons'][reason]['title']}”; by nature {nature}."
    yield f"* Who acts: {english['actors'][row.action_by]} (`{row.action_by}`), remedy `{row.remedy}`."
    if row.suppress:
        yield "* The address itself is dead: `suppress` is true when the text is strong enough."
    if row.also:
        yield f"* The same text may also mean: {', '.join(f'`{cause}`' for cause in row.also)}."
    yield f"* Not to be confused: {' '.join(row.differs.split())}"
    hits = [hit for rule in DOCUMENTS["reasons"][reason].get("rules", ()) for hit in rule["hit"]]
    texts = [hit if isinstance(hit, str) else hit["text"] for hit in hits]
    if texts:
        yield "* Typical texts:\n"
        for text in texts[:4]:
            yield "      " + " ".join(text.split())


def cell(text: str) -> str:
    """Make a text fit into a table cell: facts in brackets become an ellipsis."""
    return " ".join(re.sub(r"\[\[.*?\]\]", " …", text).replace("|", "\\|").split())


def shown(readme: str) -> str:
    """Fill the README's example blocks: ``<!-- shown: ARGUMENTS -->`` and the block behind it."""
    return re.sub(
        r"(<!-- shown: (.*?) -->\n```text\n).*?(```)",
        lambda match: match[1] + output(match[2]) + match[3],
        readme,
        flags=re.DOTALL,
    )


def output(arguments: str) -> str:
    """Give what ``ndrkit explain`` prints for ``LANG VOICE FILE``."""
    lang, voice, name = arguments.split()
    return ndrkit.explain(ROOT / name, lang=lang, voice=voice).to_text()


def main() -> int:
    """Write the pages, or with ``--check`` name those that are out of date."""
    check = "--check" in sys.argv
    stale = [path for path, text in pages().items() if not path.is_file() or path.read_text("utf-8") != text]
    for path in stale:
        if check:
            sys.stderr.write(f"{path.relative_to(ROOT)} is out of date: run make docs\n")
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(pages()[path], "utf-8")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
