"""``ndrkit schema``: the contract of the JSON output."""

from __future__ import annotations

import json

import click

import ndrkit


@click.command()
def schema() -> None:
    """Print the JSON Schema of the JSON output.

    \b
    Example:
      ndrkit schema > ndrkit.schema.json
    """
    click.echo(json.dumps(ndrkit.schema(), indent=2, ensure_ascii=False))
