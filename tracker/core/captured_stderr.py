"""MediaPipe's chatter on stderr, which has no switch of its own: it goes to our log, where only ``-v`` shows it.

Libraries that have a switch (OpenCV and its FFmpeg) are silenced by it, in ``tracker.commands.options``.
"""

import logging
import os
import re
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

STDERR: Final = 2
"""The descriptor that C code writes to, whatever Python's sys.stderr is."""
CHATTER: Final = re.compile(
    rb"WARNING: All log messages before absl|[IWE]\d{4} \d\d:\d\d:\d|INFO: [A-Z][a-z]+ .*(TensorFlow|TfLite)"
)
"""How lines of Abseil's log and of TensorFlow Lite begin (measured with mediapipe 0.10.33)."""

stderr_lock: Final = Lock()
"""Held while descriptor 2 leads elsewhere, so by one thread at a time; hold it to start a process that inherits stderr."""


@contextmanager
def chatter_logged(name: str) -> Iterator[None]:
    """Log MediaPipe's lines to the logger ``name``; what else is written to stderr meanwhile gets there afterwards."""
    with stderr_lock, tempfile.TemporaryFile() as heard:
        kept = os.dup(STDERR)
        os.dup2(heard.fileno(), STDERR)
        try:
            yield
        finally:
            os.dup2(kept, STDERR)
            os.close(kept)
            heard.seek(0)
            for line in heard:
                if CHATTER.match(line):
                    logging.getLogger(name).info(line.decode(errors="replace").rstrip())
                else:
                    os.write(STDERR, line)


def hush_pillow() -> None:
    """Leave out what Pillow remarks on large and damaged files: our sentences say more.

    For good: a filter for a while (``warnings.catch_warnings``) is the whole process's, and of two threads that have one at
    once the second puts the first one's back, after which nobody's warnings are seen.
    """
    warnings.filterwarnings("ignore", module=r"PIL(\.|$)")
