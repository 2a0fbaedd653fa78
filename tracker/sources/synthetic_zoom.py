"""The drawn call as Zoom would stream it: an emulator of Zoom's side, on this machine alone, with pictures of drawn people."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

import cv2

from tracker.core.clock import Clock
from tracker.sources.rtms.emulator import ZoomEmulator
from tracker.sources.synthetic_call_script import CALL_NAMES, CALL_PEOPLE, pose_at
from tracker.sources.synthetic_person import DrawnPerson, draw_person

PICTURE_SIZE: Final = (640, 360)
"""Pixels, one of those that Zoom sends."""
FRAME_SECONDS: Final = 0.2
"""Zoom sends five JPEGs a second at most."""
KEEP_ALIVE_SECONDS: Final = 10.0


@contextmanager
def synthetic_zoom(clock: Clock) -> Iterator[ZoomEmulator]:
    """Stream the drawn call from a free port of this machine, while the block runs.

    Args:
        clock: Seconds since the call began, of the script that the people in it follow.
    """
    zoom = ZoomEmulator(*CALL_NAMES, keep_alive_s=KEEP_ALIVE_SECONDS, frame_s=FRAME_SECONDS)
    for person, attendee in zip(CALL_PEOPLE, zoom.people.values(), strict=True):
        attendee.picture = partial(_jpeg, person, clock)
    with zoom.running():
        yield zoom


def _jpeg(person: DrawnPerson, clock: Clock) -> bytes:
    _, written = cv2.imencode(".jpg", draw_person(person, pose_at(person.name, clock()), PICTURE_SIZE))
    return written.tobytes()
