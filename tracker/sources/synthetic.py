"""A drawn face as a source, for the demo and for tests: it needs no camera and shows nobody.

It goes through a few expressions and leaves the picture now and then; MediaPipe finds it as it finds a person.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import count
from threading import Event
from types import TracebackType
from typing import ClassVar, Final, Self

import cv2
import numpy as np

from tracker.core.clock import Clock
from tracker.core.frame import Frame, Pixels, now

FRAME_WIDTH, FRAME_HEIGHT = 640, 480
"""Pixels."""
FRAMES_PER_SECOND: Final = 20
SKIN, SHADE, LIP, HAIR, GROUND = (150, 180, 225), (118, 148, 200), (92, 92, 178), (38, 48, 66), (196, 190, 178)
"""BGR."""


@dataclass(frozen=True, slots=True)
class SyntheticFace:
    """The features of the drawn face.

    Attributes:
        smile: -1, corners of the mouth down, to 1, up.
        mouth: 0, closed, to 1, open.
        eyes: 0, closed, to 1, wide open.
        brows: -1, low, to 1, high.
        frown: 0 to 1.
    """

    smile: float = 0.0
    mouth: float = 0.0
    eyes: float = 0.6
    brows: float = 0.0
    frown: float = 0.0

    def towards(self, other: "SyntheticFace", share: float) -> "SyntheticFace":
        """The face that lies a share (0 to 1) of the way to another one."""
        pairs = ((getattr(self, part.name), getattr(other, part.name)) for part in fields(self))
        return SyntheticFace(*(here + (there - here) * share for here, there in pairs))


RESTING_FACE = SyntheticFace(eyes=0.3)
SCRIPT: Final = (
    (RESTING_FACE, 4.0),
    (SyntheticFace(smile=1.0, mouth=0.35, eyes=0.45), 4.0),
    (RESTING_FACE, 3.0),
    (SyntheticFace(mouth=1.0, eyes=1.0, brows=1.0), 3.0),
    (RESTING_FACE, 3.0),
    (SyntheticFace(smile=-1.0, eyes=0.2, brows=-0.5, frown=0.5), 3.0),
    (None, 2.5),
)
"""Each face of the demo with its seconds; None is a picture without a face."""
MEETING_DELAYS_SECONDS: Final = (0.0, 5.0, 12.0, 17.5)
"""How far each person of the synthetic meeting is ahead in the script, so that they seldom do the same."""
TRANSITION_SECONDS: Final = 0.4
"""From one face of the script to the next."""
BLINK_INTERVAL_SECONDS, BLINK_SECONDS = 4.5, 0.2
"""People who look at a screen blink some ten times a minute."""
NOD_INTERVAL_SECONDS, NOD_SECONDS, NOD_HZ, NOD_PIXELS = 9.0, 1.2, 2.0, 14
"""The head goes up and down twice; eyes and mouth move by so many pixels, the nose by more."""


def face_at(t: float) -> SyntheticFace | None:
    """The face of SCRIPT at time t (seconds), which starts again when it is over; None while nobody is there."""
    t %= sum(seconds for _, seconds in SCRIPT)
    previous: SyntheticFace | None = None
    for face, seconds in SCRIPT:
        if t < seconds:
            share = min(t / TRANSITION_SECONDS, 1.0)
            return face and (previous or RESTING_FACE).towards(face, share)
        previous, t = face, t - seconds
    return None


def is_blinking_at(t: float) -> bool:
    """Whether the eyes are shut at time t (seconds): at the end of each BLINK_INTERVAL_SECONDS."""
    return t % BLINK_INTERVAL_SECONDS > BLINK_INTERVAL_SECONDS - BLINK_SECONDS


def nod_offset_at(t: float) -> int:
    """How far the head is bowed at time t (seconds), in pixels: it nods at the end of each NOD_INTERVAL_SECONDS."""
    began = NOD_INTERVAL_SECONDS - NOD_SECONDS
    return (
        round(NOD_PIXELS * math.sin(2 * math.pi * NOD_HZ * (t % NOD_INTERVAL_SECONDS - began)))
        if t % NOD_INTERVAL_SECONDS > began
        else 0
    )


def draw_face(face: SyntheticFace | None, t: float = 0.0) -> Pixels:
    """Draw a face, or the empty room for None.

    Args:
        face: Its features.
        t: Seconds; the head sways, blinks and nods with time.

    Returns:
        [FRAME_HEIGHT, FRAME_WIDTH, 3] BGR.
    """
    canvas = np.full((FRAME_HEIGHT, FRAME_WIDTH, 3), GROUND, np.uint8)
    if face is not None:
        x, y = FRAME_WIDTH // 2 + round(12 * math.sin(t * 0.7)), FRAME_HEIGHT // 2 + round(6 * math.sin(t * 1.1))
        _oval(canvas, (x, y + 250), (190, 120), (96, 84, 70))
        cv2.rectangle(canvas, (x - 42, y + 90), (x + 42, y + 160), SHADE, -1)
        _oval(canvas, (x, y - 30), (122, 132), HAIR)
        for ear_x in (x - 106, x + 106):
            _oval(canvas, (ear_x, y), (16, 28), SHADE)
        _oval(canvas, (x, y), (104, 136), SHADE)
        _oval(canvas, (x, y - 3), (97, 129), SKIN)
        cv2.ellipse(canvas, (x, y - 96), (92, 52), 0, 180, 360, HAIR, -1, cv2.LINE_AA)
        bowed = nod_offset_at(t)
        y += bowed
        for side in (-1, 1):
            eye = (x + side * 46, y - 26)
            if is_blinking_at(t):
                _oval(canvas, eye, (27, 18), SKIN)
                cv2.ellipse(canvas, (eye[0], eye[1] + 4), (24, 6), 0, 0, 180, HAIR, 3, cv2.LINE_AA)
            else:
                opening = max(2, round(4 + 10 * face.eyes))
                _oval(canvas, eye, (26, opening + 7), SHADE)
                _oval(canvas, eye, (23, opening), (242, 244, 246))
                _oval(canvas, eye, (min(10, opening), min(10, opening)), (60, 80, 100))
                _oval(canvas, eye, (min(5, opening), min(5, opening)), (12, 12, 16))
                cv2.ellipse(canvas, eye, (25, opening), 0, 180, 360, HAIR, 3, cv2.LINE_AA)
            brow_x, brow_y, grief = x + side * 46, y - 62 - 16 * face.brows, max(0.0, -face.smile)
            inner = (brow_x - side * 24, round(brow_y + 14 * face.frown - 16 * grief))
            outer = (brow_x + side * 28, round(brow_y + 4 + 12 * grief))
            middle = (brow_x, round(brow_y - 6 + 6 * face.frown))
            brow = np.array([inner, middle, outer], np.int32)
            cv2.polylines(canvas, [brow], isClosed=False, color=HAIR, thickness=7, lineType=cv2.LINE_AA)
        # The nose stands out, and moves most when the head is bowed.
        nose_y = y + 16 + bowed // 2
        cv2.line(canvas, (x - 6, nose_y - 44), (x - 10, nose_y + 4), SHADE, 3, cv2.LINE_AA)
        cv2.ellipse(canvas, (x, nose_y + 6), (18, 12), 0, 10, 170, (96, 124, 178), 4, cv2.LINE_AA)
        for nostril_x in (x - 9, x + 9):
            _oval(canvas, (nostril_x, nose_y + 12), (4, 3), (80, 100, 150))
        _draw_mouth(canvas, x, y + 72, face)
    return np.asarray(cv2.GaussianBlur(canvas, (0, 0), 1.2), np.uint8)


def _oval(canvas: Pixels, centre: tuple[int, int], axes: tuple[int, int], colour: tuple[int, int, int]) -> None:
    cv2.ellipse(canvas, centre, axes, 0, 0, 360, colour, -1, cv2.LINE_AA)


def _draw_mouth(canvas: Pixels, x: int, y: int, face: SyntheticFace) -> None:
    half = round(36 + 12 * max(face.smile, 0) - 12 * face.mouth)
    along = np.linspace(-1, 1, 25)
    bend = 16 * face.smile * (along**2 - 0.4) * -1
    gap = 30 * face.mouth * (1 - along**2)
    upper = np.stack([x + half * along, y + bend - gap * 0.4 - 5 * (1 - along**2)], 1)
    lower = np.stack([x + half * along, y + bend + gap + 8 * (1 - along**2)], 1)
    outline = np.concatenate([upper, lower[::-1]]).round().astype(np.int32)
    cv2.fillPoly(canvas, [outline], LIP, cv2.LINE_AA)
    if face.mouth > 0.1:
        inside = np.concatenate([np.add(upper, (0, 4)), (np.subtract(lower, (0, 5)))[::-1]]).round().astype(np.int32)
        cv2.fillPoly(canvas, [inside], (40, 34, 60), cv2.LINE_AA)
        if face.smile > 0.3:
            edge = np.add(upper, (0, 5))
            teeth = np.concatenate([edge, (edge + gap[:, None] * (0, 0.5))[::-1]])
            cv2.fillPoly(canvas, [teeth.round().astype(np.int32)], (240, 242, 244), cv2.LINE_AA)
    else:
        line = np.stack([x + half * along, y + bend], 1).round().astype(np.int32)
        cv2.polylines(canvas, [line], isClosed=False, color=(60, 56, 110), thickness=3, lineType=cv2.LINE_AA)


class SyntheticSource:
    """The face of SCRIPT at FRAMES_PER_SECOND, until it is left, as a camera would give it."""

    live: ClassVar = True
    moves: ClassVar = False
    sampled: ClassVar = True

    def __init__(self, clock: Clock) -> None:
        self._clock, self._closed = clock, Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._closed.set()

    def __iter__(self) -> Iterator[Frame]:
        for number in count():
            t = self._clock()
            yield Frame(self._picture_at(t), t, number, now())
            if self._closed.wait(1 / FRAMES_PER_SECOND):
                return

    def _picture_at(self, t: float) -> Pixels:
        return draw_face(face_at(t), t)


class SyntheticMeetingSource(SyntheticSource):
    """Four such faces as a video call shows them, two by two, each elsewhere in the script."""

    def _picture_at(self, t: float) -> Pixels:
        tiles = [draw_face(face_at(t + delay), t + delay) for delay in MEETING_DELAYS_SECONDS]
        whole = np.vstack([np.hstack(tiles[:2]), np.hstack(tiles[2:])])
        return np.asarray(cv2.resize(whole, (FRAME_WIDTH, FRAME_HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)
