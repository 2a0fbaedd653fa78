"""A camera that is closed between two samples."""

from collections.abc import Callable, Iterator
from itertools import count, islice
from threading import Event

import numpy as np
import pytest

from tracker.core.errors import SourceError, SourceLost, UsageError
from tracker.core.frame import Pixels
from tracker.live.worker import SessionRequest
from tracker.sources.cameras import CameraSource
from tracker.sources.intermittent import WARM_UP_FRAMES, intermittent_frames, require_intermittent_rate
from tracker.testing import FakeCapture

HZ = 1000.0
"""So that a test need not wait; what people may ask for is tested by itself."""


def film() -> Iterator[Pixels]:
    """Brighter from frame to frame, as a lens that wakes up."""
    for number in count():
        Event().wait(0.005)
        yield np.full((4, 6, 3), min(number, 255), np.uint8)


def cameras(*captures: FakeCapture) -> Callable[[], CameraSource]:
    """Each look opens the next."""
    left = iter(captures)
    return lambda: CameraSource("90", lambda: 0.5, capture=lambda _: next(left), cameras=list)


def told_nothing(error: SourceLost) -> None:
    pytest.fail(str(error))


def test_the_camera_is_free_between_two_looks() -> None:
    """Whoever gets the frame finds the camera closed already; each look opens it anew, and frames are counted through."""
    captures = [FakeCapture(film()) for _ in range(3)]
    seen = []
    for frame in islice(intermittent_frames(cameras(*captures), HZ, told_nothing, Event()), 3):
        assert captures[frame.number].released
        seen.append(frame.number)

    assert seen == [0, 1, 2]


def test_the_first_frames_after_opening_are_too_dark_to_keep() -> None:
    """Exposure settles before the frame is taken."""
    frame = next(intermittent_frames(cameras(FakeCapture(film())), HZ, told_nothing, Event()))

    assert int(frame.pixels.min()) >= WARM_UP_FRAMES


def test_a_busy_camera_is_asked_again_at_the_next_look() -> None:
    """A call that has taken it meanwhile makes a gap, which is told once, and the session goes on when it is free again."""
    busy = [FakeCapture(opens=False)] * 3
    lost: list[SourceLost] = []
    looks = intermittent_frames(cameras(FakeCapture(film()), *busy, FakeCapture(film())), HZ, lost.append, Event())

    assert [frame.number for frame in islice(looks, 2)] == [0, 1]
    assert len(lost) == 1


def test_a_camera_that_was_never_there_is_an_error() -> None:
    """The start fails with the reason; nobody waits for what does not exist."""
    with pytest.raises(SourceError, match="no camera 90"):
        next(intermittent_frames(cameras(FakeCapture(opens=False)), HZ, told_nothing, Event()))


def test_a_stop_between_two_looks_is_heard_at_once() -> None:
    """Nobody waits for the next look, which may be hours away."""
    stopping = Event()
    looks = intermittent_frames(cameras(FakeCapture(film())), 1e-6, told_nothing, stopping)
    next(looks)
    stopping.set()

    assert list(looks) == []


@pytest.mark.parametrize("hz", [0.0, 2.0])
def test_often_and_in_between_exclude_each_other(hz: float) -> None:
    """Above one look a second, or on every frame, there is no in between; nor for a camera whose picture a call needs."""
    with pytest.raises(UsageError, match="at 1 Hz or less"):
        require_intermittent_rate(hz)
    with pytest.raises(UsageError, match="at 1 Hz or less"):
        SessionRequest("0", hz, release=True)
    with pytest.raises(UsageError, match="handed on cannot be closed"):
        SessionRequest("0", 0.1, hand_on="any", release=True)
