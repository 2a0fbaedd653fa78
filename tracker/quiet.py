"""Libraries that chatter on stderr from C: what they say goes to our own log, where only ``-v`` shows it."""

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

STDERR: Final = 2
"""The descriptor that C code writes to, whatever Python's sys.stderr is."""


@contextmanager
def chatter_logged(name: str) -> Iterator[None]:
    """Log, line by line as information, what is written to stderr meanwhile."""
    with tempfile.TemporaryFile() as heard:
        kept = os.dup(STDERR)
        os.dup2(heard.fileno(), STDERR)
        try:
            yield
        finally:
            os.dup2(kept, STDERR)
            os.close(kept)
            heard.seek(0)
            for line in heard.read().decode(errors="replace").splitlines():
                logging.getLogger(name).info(line)
