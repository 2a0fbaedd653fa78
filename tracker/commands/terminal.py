"""What a command says: data and words on stdout, messages on stderr, with nothing in them that a terminal would obey."""

from typing import Any

import click

from tracker.commands.stdout import discard_stderr
from tracker.core.printable import json_line, printable


def show(*lines: str) -> None:
    """Words on stdout, each line on its own whatever is in it; OSError where they cannot be written."""
    click.echo("\n".join(printable(line) for line in lines))


def show_json(value: Any) -> None:
    """One line of JSON on stdout; OSError where it cannot be written."""
    click.echo(json_line(value))


def say(sentence: str) -> None:
    """A message on stderr."""
    tell(f"mien: {sentence}")


def tell(*lines: str) -> None:
    """Lines on stderr; where nobody can be told, a command goes on as if they had been."""
    try:
        click.echo("\n".join(printable(line) for line in lines), err=True)
    except OSError:
        discard_stderr()
