"""A camera that is let go of between two looks, so that other programs may have it."""

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
"""Frames until exposure and white balance have settled: a quarter of a second at 30 Hz, and no webcam here to measure it."""
MAX_INTERMITTENT_HZ: Final = 1.0
"""To open and close takes a camera about a second."""
SUGGEST_RELEASE_HZ: Final = 0.2
"""From here down nobody notices the difference, except whoever else wants the camera."""


def require_intermittent_rate(hz: float, hand_on: str | None = None) -> None:
    """UsageError where the camera would be held all the time anyway."""
    if hand_on is not None:
        raise UsageError("A camera whose picture is handed on cannot be let go of between looks: choose one of the two.")
    if not 0 < hz <= MAX_INTERMITTENT_HZ:
        often = f"{hz:g} Hz" if hz else "every frame"
        raise UsageError(
            f"A camera can be let go of between looks at {MAX_INTERMITTENT_HZ:g} Hz or less (--hz 0.1: every ten seconds), not"
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
    """One frame a tick, of a source that is open only while it is grabbed, until ``stopping`` is set.

    Like ``pace.persistent``: what goes wrong before the first frame is raised, later the next tick tries again, and ``lost``
    is told once a loss.
    """
    began, number, told = time.monotonic(), 0, False
    while not stopping.is_set():
        try:
            frame = grab_one_frame(open_source())
        except SourceError as error:
            if not seen:
                raise
            if not told:
                lost(error if isinstance(error, SourceLost) else SourceLost(str(error)))
                told = True
        else:
            seen, told = True, False
            yield replace(frame, number=number)
            number += 1
        stopping.wait(1 / hz - (time.monotonic() - began) % (1 / hz))


def grab_one_frame(source: Source) -> Frame:
    """The first frame after the warm-up; the source is closed again when it is there."""
    with source, closing(newest_frames(source)) as frames:  # type: ignore[type-var]
        for frame in islice(frames, WARM_UP_FRAMES, None):
            return frame
    raise SourceLost("The camera gave no picture after it was opened. The next look tries again.")
