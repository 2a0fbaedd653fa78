"""Faults of a camera's picture: black, of one colour, frozen."""

from collections.abc import Callable, Iterator
from itertools import count

import numpy as np
import pytest

from tracker.core.frame import Frame, Pixels, now
from tracker.sources.picture_faults import (
    BLACK_PICTURE,
    FAULT_SECONDS,
    FROZEN_PICTURE,
    PICTURE_MOVES_AGAIN,
    UNIFORM_PICTURE,
    report_picture_faults,
)

NOISE = np.random.default_rng(0)


def noisy(pixels: Pixels, most: int) -> Pixels:
    """With a sensor's noise: never twice the same."""
    return np.asarray(np.clip(pixels + NOISE.integers(-most, most + 1, pixels.shape), 0, 255), np.uint8)


def plain(*colour: int) -> Pixels:
    return np.full((240, 320, 3), colour, np.uint8)


def told(pictures: Callable[[float], Pixels], seconds: float = 6) -> list[tuple[float, str]]:
    """The reports and their times, at ten pictures a second."""
    said: list[tuple[float, str]] = []
    t = 0.0

    def frames() -> Iterator[Frame]:
        nonlocal t
        for number in range(round(10 * seconds)):
            t = number / 10
            yield Frame(pictures(t).copy(), t, number, now())

    for _ in report_picture_faults(frames(), lambda sentence: said.append((t, sentence))):
        pass
    return said


@pytest.mark.parametrize(
    ("picture", "sentence"),
    [
        (lambda: plain(0, 0, 0), BLACK_PICTURE),
        (lambda: noisy(plain(8, 8, 8), 10), BLACK_PICTURE),
        (lambda: plain(0, 135, 0), UNIFORM_PICTURE),
        (lambda: noisy(plain(120, 120, 120), 6), UNIFORM_PICTURE),
    ],
    ids=["black", "a shutter", "green", "gray"],
)
def test_a_black_or_uniform_picture_is_reported_within_seconds(picture: Callable[[], Pixels], sentence: str) -> None:
    """It is reported once, also with a sensor's noise."""
    assert told(lambda _: picture()) == [(FAULT_SECONDS, sentence)]


def test_a_frozen_picture_is_reported_until_it_moves(astronaut: Pixels) -> None:
    """The same picture for seconds is reported, and so is its end as soon as it moves."""
    moving = lambda t: astronaut if 1 <= t < 5.05 else noisy(astronaut, 2)  # noqa: E731 - it reads as one line

    (since, frozen), (until, over) = told(moving)
    assert (frozen, over) == (FROZEN_PICTURE, PICTURE_MOVES_AGAIN)
    assert (since, until) == pytest.approx((1 + FAULT_SECONDS, 5.1))


def test_a_still_room_is_no_frozen_camera(astronaut: Pixels) -> None:
    """A camera is not frozen when only its noise moves, when it delivers each picture twice, or when it begins black."""
    twice = (noisy(astronaut, 2) for _ in count())
    last: list[Pixels] = []

    def pairs(t: float) -> Pixels:
        if round(10 * t) % 2 == 0:
            last[:] = [next(twice)]
        return last[0]

    assert told(lambda _: noisy(astronaut, 1)) == []
    assert told(pairs) == []
    assert told(lambda t: plain(0, 0, 0) if t < FAULT_SECONDS - 0.2 else noisy(astronaut, 1)) == []
