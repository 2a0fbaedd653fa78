"""Ctrl-C and SIGTERM as an event, so that a command ends with its last line whole."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stopped_by_signals() -> Iterator[Event]:
    """An event that the first signal sets; the second has its usual, impatient effect."""
    stopping = Event()
    usual = {number: signal.getsignal(number) for number in SIGNALS}

    def be_usual() -> None:
        for number, handler in usual.items():
            signal.signal(number, handler)

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()
        be_usual()

    for number in SIGNALS:
        signal.signal(number, stop)
    try:
        yield stopping
    finally:
        be_usual()
