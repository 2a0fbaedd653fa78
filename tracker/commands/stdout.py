"""Where data goes: UTF-8 on every system, until whoever reads along has had enough."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper


def speak_utf8() -> None:
    """Windows has another encoding for pipes and files, without emoji; a name that is no text stays a JSON escape."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


@contextmanager
def until_nobody_reads() -> Iterator[None]:
    """Whoever reads along (head, jq) may close the pipe: that is no error."""
    try:
        yield
    except BrokenPipeError:
        # The interpreter flushes stdout once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
