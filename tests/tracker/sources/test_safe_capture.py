"""A capture that is read in one thread and released in another."""

from threading import Event, Thread

from tracker.sources.safe_capture import SafeCapture


class Stalled:
    """A network stream that answers on command; a release during a read would end the process."""

    def __init__(self) -> None:
        self.reading, self.answer, self.released = Event(), Event(), Event()
        self.torn = False

    def read(self) -> tuple[bool, str]:
        self.reading.set()
        self.answer.wait(10)
        self.torn = self.released.is_set()
        return True, "picture"

    def release(self) -> None:
        self.released.set()


def test_a_capture_is_not_released_during_a_read() -> None:
    """Released while a read hangs, it is closed when the read returns, and that picture is dropped."""
    stalled, found = Stalled(), list[object]()
    held = SafeCapture(stalled)
    reader = Thread(target=lambda: found.append(held.read()))
    reader.start()
    assert stalled.reading.wait(10)
    held.release()
    assert not stalled.released.is_set()
    stalled.answer.set()
    reader.join(10)
    assert (stalled.released.is_set(), stalled.torn, found) == (True, False, [(False, None)])


def test_a_capture_without_a_reader_is_released_at_once() -> None:
    """It gives no picture afterwards."""
    stalled = Stalled()
    held = SafeCapture(stalled)
    held.release()
    assert stalled.released.is_set()
    assert held.read() == (False, None)
