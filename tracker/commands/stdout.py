"""Where data and messages go: UTF-8 on every system, until whoever reads along has had enough; nowhere, where nobody does."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import TextIO


def use_utf8_stdout() -> None:
    """Windows has another encoding for pipes and files, without emoji; a name that is no text stays a JSON escape."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def open_closed_streams() -> None:
    """Put nothing behind those that were closed (``>&-``).

    Else the next file that is opened, say a database, gets their number, and what a C library prints is written into it.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # The lowest number that is free, which is the stream's own.
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


@contextmanager
def ignore_closed_pipe() -> Iterator[None]:
    """Whoever reads along (head, jq) may close the pipe: that is no error."""
    try:
        yield
    except BrokenPipeError:
        discard_stdout()


def discard_stdout() -> None:
    """Nobody reads it, or it is full: what still waits goes nowhere, also when the interpreter flushes it at its end."""
    _discard(sys.stdout)


def discard_stderr() -> None:
    """The same of messages."""
    _discard(sys.stderr)


def _discard(stream: TextIO) -> None:
    # A test's own stream has no number.
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
