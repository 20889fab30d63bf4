"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ndrkit.model.vocabulary import VOICES

if TYPE_CHECKING:
    from collections.abc import Callable

    Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def lang_option() -> Decorator:
    """``--lang``: a BCP 47 tag, or ``auto``."""
    return click.option(
        "--lang",
        default="en",
        show_default=True,
        metavar="TAG",
        help="Language of the advice: en, zh-Hans, zh-TW, ja, …; auto takes the notice's.",
    )


def voice_option() -> Decorator:
    """``--voice``: whom the advice is for."""
    return click.option(
        "--voice",
        default="admin",
        show_default=True,
        metavar="|".join(VOICES),
        help="Whom the advice is for: the sender, a helpdesk agent, the mail administrator.",
    )


def own_options() -> Decorator:
    """``--own-host`` and ``--own-domain``: what tells a bounce of our own mail from a forged one."""
    host = click.option(
        "--own-host",
        "own_hosts",
        multiple=True,
        metavar="HOST",
        help="A server (name or address) that sends for you; shows forged bounces. May be given again.",
    )
    domain = click.option(
        "--own-domain",
        "own_domains",
        multiple=True,
        metavar="DOMAIN",
        help="A domain that you write from, with all below it. May be given again.",
    )
    return lambda command: host(domain(command))


def rules_option() -> Decorator:
    """``--rules``: folders of the user's own tables."""
    return click.option(
        "--rules",
        "rule_folders",
        multiple=True,
        envvar="NDRKIT_RULES",
        type=click.Path(path_type=Path),
        metavar="FOLDER",
        help="Your own rules, laid over ours by id (also NDRKIT_RULES). May be given again.",
    )
