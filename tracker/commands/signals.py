"""Ctrl-C and SIGTERM as an event, so that a command ends with its last line whole."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import Final

STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stopped_by_signals() -> Iterator[Event]:
    """An event that the first Ctrl-C or SIGTERM sets; the second one ends the program at once.

    Call it in the main thread; the handlers before are restored at the end of the block.
    """
    stopping = Event()
    previous = {number: signal.getsignal(number) for number in STOP_SIGNALS}

    def restore() -> None:
        for number, handler in previous.items():
            signal.signal(number, handler)

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()
        restore()

    for number in STOP_SIGNALS:
        signal.signal(number, stop)
    try:
        yield stopping
    finally:
        restore()
