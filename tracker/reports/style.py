"""Sets matplotlib's settings for one drawing at a time: they are global, so other threads wait."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

import matplotlib as mpl

_SETTINGS_LOCK: Final = Lock()


@contextmanager
def matplotlib_settings(settings: Mapping[Any, Any]) -> Iterator[None]:
    """Draw and save with these settings inside the block; any thread may call.

    ``matplotlib.rc_context`` alone does not do: in two threads, one of them would restore the other's settings, for good.

    Args:
        settings: Names and values of rcParams; those of before are restored after the block.
    """
    with _SETTINGS_LOCK, mpl.rc_context(dict(settings)):
        yield
