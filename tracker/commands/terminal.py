"""What a command writes: data and words on stdout, messages on stderr, with nothing in them that a terminal would obey."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import Any, TextIO

import click

from tracker.core.printable import json_line, printable


def show(*lines: str) -> None:
    """Write lines on stdout, each on one line whatever is in it; OSError where they cannot be written."""
    click.echo("\n".join(printable(line) for line in lines))


def show_json(value: Any) -> None:
    """Write one line of JSON on stdout; OSError where it cannot be written."""
    click.echo(json_line(value))


def say(sentence: str) -> None:
    """Write a message on stderr, after ``mien:``."""
    tell(f"mien: {sentence}")


def tell(*lines: str) -> None:
    """Write lines on stderr; where they cannot be written, a command goes on as if they had been."""
    try:
        click.echo("\n".join(printable(line) for line in lines), err=True)
    except OSError:
        _discard(sys.stderr)


def use_utf8_stdout() -> None:
    """Make stdout UTF-8: Windows has another encoding for pipes and files, without emoji. What is no text is escaped."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def open_closed_streams() -> None:
    """Open the standard streams that were closed (``>&-``) on nothing.

    Else the next file that is opened, such as a database, gets their number, and what a C library prints is written into it.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # The lowest number that is free, which is the stream's own.
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


@contextmanager
def ignore_closed_pipe() -> Iterator[None]:
    """End the block without an error when whoever reads stdout (head, jq) closes the pipe."""
    try:
        yield
    except BrokenPipeError:
        discard_stdout()


def discard_stdout() -> None:
    """Send nowhere what stdout still holds, as nobody reads it or it is full; else the interpreter fails on it at its end."""
    _discard(sys.stdout)


def _discard(stream: TextIO) -> None:
    # A test's own stream has no number.
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
