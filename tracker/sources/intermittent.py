"""A camera that is open only while a frame is taken, so that other programs may use it in between."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice
from threading import Event
from typing import Final

from tracker.core.errors import SourceError, SourceLost, UsageError
from tracker.core.frame import Frame, Source
from tracker.sources.pacing import newest_frames

WARM_UP_FRAMES: Final = 8
"""Frames until exposure and white balance have settled: a quarter of a second at 30 Hz; assumed, not measured on a webcam."""
MAX_INTERMITTENT_HZ: Final = 1.0
"""Opening and closing takes a camera about a second."""


def require_intermittent_rate(hz: float, hand_on: str | None = None) -> None:
    """Check that a camera can be released between two samples.

    Args:
        hz: Samples a second; 0 is every frame.
        hand_on: The virtual camera that gets each frame as well, or None.

    Raises:
        UsageError: When it would be open all the time anyway: above MAX_INTERMITTENT_HZ, or for a virtual camera.
    """
    if hand_on is not None:
        raise UsageError(
            "A camera whose picture is sent to a virtual camera cannot be closed between readings: choose one of the two."
        )
    if not 0 < hz <= MAX_INTERMITTENT_HZ:
        often = f"{hz:g} Hz" if hz else "every frame"
        raise UsageError(
            f"A camera can be closed between readings at {MAX_INTERMITTENT_HZ:g} Hz or less (--hz 0.1: every ten seconds), not"
            f" at {often}."
        )


def intermittent_frames(
    open_source: Callable[[], Source],
    hz: float,
    lost: Callable[[SourceLost], None],
    stopping: Event,
    *,
    seen: bool = False,
) -> Iterator[Frame]:
    """Yield one frame for each tick of a clock, from a source that is open only while that frame is taken.

    Args:
        open_source: Makes the source anew for each tick; it is entered and left here.
        hz: Ticks a second, above 0 to MAX_INTERMITTENT_HZ.
        lost: Called once for each loss; the next tick tries again.
        stopping: Ends the iteration when it is set.
        seen: Whether the source has given a frame before.

    Raises:
        SourceError: When the source fails before its first frame.
    """
    began, number, reported = time.monotonic(), 0, False
    while not stopping.is_set():
        try:
            frame = grab_one_frame(open_source())
        except SourceError as error:
            if not seen:
                raise
            if not reported:
                lost(error if isinstance(error, SourceLost) else SourceLost(str(error)))
                reported = True
        else:
            seen, reported = True, False
            yield replace(frame, number=number)
            number += 1
        stopping.wait(1 / hz - (time.monotonic() - began) % (1 / hz))


def grab_one_frame(source: Source) -> Frame:
    """Open a source, take its first frame after WARM_UP_FRAMES, and close it.

    Raises:
        SourceError: When it does not open.
        SourceLost: When it gives no frame.
    """
    with source, closing(newest_frames(source)) as frames:  # type: ignore[type-var]
        for frame in islice(frames, WARM_UP_FRAMES, None):
            return frame
    raise SourceLost("The camera gave no picture after it was opened. The next reading tries again.")
