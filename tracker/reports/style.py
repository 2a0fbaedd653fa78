"""matplotlib's settings for a drawing: they are one for the whole process, so one thread at a time has them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

import matplotlib as mpl

_DRAWING: Final = Lock()


@contextmanager
def matplotlib_settings(settings: Mapping[Any, Any]) -> Iterator[None]:
    """Draw and save with these rcParams inside the block, in any thread; others wait, and find the settings as they were.

    ``matplotlib.rc_context`` alone puts back what it found, which may be another thread's style, and then for good.
    """
    with _DRAWING, mpl.rc_context(dict(settings)):
        yield
