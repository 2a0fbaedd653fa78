"""A camera that is closed between two readings."""

from collections.abc import Callable, Iterator
from itertools import count, islice
from threading import Event

import numpy as np
import pytest

from tracker.core.errors import SourceError, SourceLost, UsageError
from tracker.core.frame import Pixels
from tracker.live.state import SessionRequest
from tracker.sources.cameras import CameraSource
from tracker.sources.intermittent import WARM_UP_FRAMES, intermittent_frames, require_intermittent_rate
from tracker.testing import FakeCapture

HZ = 1000.0
"""So that a test need not wait; what people may ask for is tested by itself."""


def film() -> Iterator[Pixels]:
    """Frames that become brighter, as after a camera is opened."""
    for number in count():
        Event().wait(0.005)
        yield np.full((4, 6, 3), min(number, 255), np.uint8)


def cameras(*captures: FakeCapture) -> Callable[[], CameraSource]:
    """Each sample opens the next capture."""
    left = iter(captures)
    return lambda: CameraSource("90", lambda: 0.5, capture=lambda _: next(left), cameras=list)


def told_nothing(error: SourceLost) -> None:
    pytest.fail(str(error))


def test_the_camera_is_closed_between_two_samples() -> None:
    """When a frame is delivered the camera is closed already; each sample opens it again, and frame numbers go on."""
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


def test_a_busy_camera_is_tried_again_at_the_next_sample() -> None:
    """While a call uses the camera there is a gap, reported once; the session goes on when the camera is free again."""
    busy = [FakeCapture(opens=False)] * 3
    lost: list[SourceLost] = []
    looks = intermittent_frames(cameras(FakeCapture(film()), *busy, FakeCapture(film())), HZ, lost.append, Event())

    assert [frame.number for frame in islice(looks, 2)] == [0, 1]
    assert len(lost) == 1


def test_a_camera_that_was_never_there_is_an_error() -> None:
    """The start fails with the reason, without waiting."""
    with pytest.raises(SourceError, match="no camera 90"):
        next(intermittent_frames(cameras(FakeCapture(opens=False)), HZ, told_nothing, Event()))


def test_a_stop_between_two_samples_takes_effect_at_once() -> None:
    """It does not wait for the next sample, which may be hours away."""
    stopping = Event()
    looks = intermittent_frames(cameras(FakeCapture(film())), 1e-6, told_nothing, stopping)
    next(looks)
    stopping.set()

    assert list(looks) == []


@pytest.mark.parametrize("hz", [0.0, 2.0])
def test_high_rates_and_virtual_cameras_are_refused(hz: float) -> None:
    """Above one sample a second, on every frame, or for a virtual camera, the camera would be open all the time."""
    with pytest.raises(UsageError, match="at 1 Hz or less"):
        require_intermittent_rate(hz)
    with pytest.raises(UsageError, match="at 1 Hz or less"):
        SessionRequest("0", hz, release=True)
    with pytest.raises(UsageError, match="cannot be closed between readings"):
        SessionRequest("0", 0.1, hand_on="any", release=True)
