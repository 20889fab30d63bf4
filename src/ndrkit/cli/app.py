"""The group of commands, and what all of them share: errors as one clear line, UTF-8 everywhere."""

from __future__ import annotations

import io
import os
import sys
from importlib.metadata import version

import click

from ndrkit.cli.bench import bench
from ndrkit.cli.explain import explain
from ndrkit.cli.rules import rules
from ndrkit.cli.scan import scan
from ndrkit.cli.schema import schema
from ndrkit.cli.terminal import say
from ndrkit.model import NdrkitError


class Group(click.Group):
    """Shows the errors of ndrkit as one line each, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; exit 2 for our errors, 130 for Ctrl-C, in silence for a closed pipe."""
        try:
            return super().invoke(ctx)
        except NdrkitError as error:
            for line in str(error).splitlines():
                say(f"ndrkit: {line}", err=True)
            ctx.exit(2)
        except KeyboardInterrupt:
            click.echo("ndrkit: stopped", err=True)
            ctx.exit(130)
        except BrokenPipeError:
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 -- until exit
            ctx.exit(0)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            say(f"ndrkit: {where}{error.strerror or error}", err=True)
            ctx.exit(2)


@click.group(name="ndrkit", cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("ndrkit"), prog_name="ndrkit")
def main() -> None:
    """Explain bounced mail: who did not get it, what was said, why, and what to do.

    \b
    Examples:
      ndrkit explain bounce.eml
      ndrkit explain --lang zh-TW --voice sender bounce.eml
      ndrkit scan ~/Maildir --format csv --output bounces.csv

    \b
    Shell completion (bash; zsh and fish likewise):
      eval "$(_NDRKIT_COMPLETE=bash_source ndrkit)"
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


for command in (explain, scan, rules, bench, schema):
    main.add_command(command)
