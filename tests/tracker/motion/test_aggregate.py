"""How faces move, on scripted eyes, heads and mouths with known counts."""

import math
from collections.abc import Callable, Iterable, Sequence
from random import Random

import pytest

from tracker.core.face import FaceId, Motion, Pose, Shape
from tracker.core.geometry import Box
from tracker.motion.aggregate import FaceMotion, MotionTracker
from tracker.motion.budget import MotionBudget
from tracker.motion.signals import FaceSignals, face_signals
from tracker.testing import detection_at

STILL = FaceSignals(0.0, 0.1, 0.0, 0.0, 0.02, away=False, smiling=False)
AFFORDED = MotionBudget(15.0)

Part = Callable[[float], float]


def times(seconds: float, hz: float, *, jitter: float = 0.0, dropped: float = 0.0) -> list[float]:
    """The times of frames: each late by up to a share of the interval, some missing."""
    chance = Random(7)
    ticks = ((n + jitter * chance.random()) / hz for n in range(int(seconds * hz)))
    return [t for t in ticks if chance.random() >= dropped]


REGULAR = {"hz": 15.0}
LATE = {"hz": 15.0, "jitter": 0.9}
LOSSY = {"hz": 30.0, "jitter": 0.5, "dropped": 0.3}
FAST = {"hz": 60.0}
CLOCKS = pytest.mark.parametrize("clock", [REGULAR, LATE, LOSSY, FAST], ids=["15 Hz", "late", "with losses", "60 Hz"])


def still(_: float) -> float:
    return 0.0


def moved(when: Iterable[float], *, lids: Part = still, yaw: Part = still, pitch: Part = still, mouth: Part = still) -> Motion:
    """The motion after frames of these times, each with the signals of its time."""
    face = FaceMotion()
    for t in when:
        face.add(FaceSignals(t, 0.1 + lids(t), yaw(t), pitch(t), 0.02 + mouth(t), away=False, smiling=False))
    motion = face.take(AFFORDED)
    assert motion is not None
    return motion


def closures(starts: Sequence[float], seconds: float, depth: float = 0.6) -> Part:
    """Eyes that close smoothly at these times for so many seconds."""

    def lids(t: float) -> float:
        inside = [t - start for start in starts if 0 <= t - start <= seconds]
        return depth * math.sin(math.pi * inside[0] / seconds) ** 0.5 if inside else 0.0

    return lids


def swing(start: float, seconds: float, hz: float, degrees: float) -> Part:
    """An angle that swings so many times a second, for so many seconds."""
    return lambda t: degrees * math.sin(2 * math.pi * hz * (t - start)) if 0 <= t - start <= seconds else 0.0


@CLOCKS
def test_blinks_are_counted(clock: dict[str, float]) -> None:
    """Nine closures of a quarter of a second are nine blinks, whenever frames come."""
    starts = [1.03 + 1.97 * n for n in range(9)]

    assert moved(times(20, **clock), lids=closures(starts, 0.25)).blinks == 9


def test_closed_eyes_are_no_blink() -> None:
    """Two seconds of closed eyes, or eyes cast down, are not counted."""
    assert moved(times(10, 15), lids=closures([3.0], 2.0)).blinks == 0


def test_a_flicker_of_one_fast_frame_is_no_blink() -> None:
    """At 60 Hz a single frame is shorter than any blink."""
    assert moved(times(3, 60), lids=lambda t: 0.6 if abs(t - 1) < 0.005 else 0.0).blinks == 0


def test_half_closed_eyes_still_blink() -> None:
    """Eyes that read below the camera are half closed, and their blinks are counted."""
    low = closures([15.0, 17.0, 19.0], 0.25, 0.35)

    assert moved(times(22, 15), lids=lambda t: 0.35 + low(t)).blinks == 3


@CLOCKS
def test_nods_and_shakes_are_told_apart(clock: dict[str, float]) -> None:
    """Three nods and two shakes, with rests in between, and some movement of the other axis in each."""
    nods = [swing(start, 1.0, 2.0, 6.0) for start in (2.0, 6.0, 10.0)]
    shakes = [swing(start, 1.0, 2.0, 12.0) for start in (14.0, 18.0)]

    def pitch(t: float) -> float:
        return sum(nod(t) for nod in nods) + 0.2 * sum(shake(t) for shake in shakes)

    def yaw(t: float) -> float:
        return sum(shake(t) for shake in shakes) + 0.2 * sum(nod(t) for nod in nods)

    motion = moved(times(22, **clock), pitch=pitch, yaw=yaw)

    assert (motion.nods, motion.shakes) == (3, 2)


def test_a_nod_that_goes_up_and_down_several_times_is_one() -> None:
    """Four times up and down without a rest are one nod."""
    assert moved(times(8, 15), pitch=swing(2.0, 2.0, 2.0, 8.0)).nods == 1


@pytest.mark.parametrize("head", [swing(2.0, 0.5, 1.0, 20.0), swing(0.0, 20.0, 0.2, 15.0), swing(0.0, 20.0, 2.0, 1.2)])
def test_looking_down_swaying_and_trembling_are_no_nods(head: Part) -> None:
    """One way and back, slow movements, and movements as small as the model's noise are not counted."""
    assert moved(times(20, 15), pitch=head).nods == 0


@CLOCKS
def test_the_seconds_of_talking_are_measured(clock: dict[str, float]) -> None:
    """Six seconds of four syllables a second, between silences."""
    motion = moved(times(16, **clock), mouth=lambda t: max(0.0, swing(5.0, 6.0, 4.0, 0.03)(t)))

    assert motion.talking == pytest.approx(6.0, abs=1.0)


@pytest.mark.parametrize(
    "mouth",
    [
        lambda t: 0.15 * math.exp(-((t - 5) ** 2)),
        lambda t: 0.04 if t > 5 else 0.0,
        lambda t: 0.002 * math.sin(2 * math.pi * 4 * t),
    ],
    ids=["a yawn", "lips that part", "noise"],
)
def test_not_every_moving_mouth_talks(mouth: Part) -> None:
    """A yawn, lips that part and the noise of the landmarks are not talking."""
    assert moved(times(10, 15), mouth=mouth).talking == 0


def test_too_few_frames_are_a_reason_and_no_zero() -> None:
    """At 4 Hz counts are missing, with the reason; what needs no fast frames is there."""
    motion = moved(times(10, 4), lids=closures([2.0], 0.25))

    assert (motion.blinks, motion.nods, motion.shakes, motion.talking) == (None,) * 4
    assert motion.reason == "watched at 4 Hz; counting needs 15"
    assert (motion.hz, motion.smiling) == (4.0, 0.0)


def test_each_interval_is_read_once() -> None:
    """What was read once is not read again, and a blink across two observations is one."""
    face, lids, told = FaceMotion(), closures([1.9], 0.25), []
    for n, t in enumerate(times(6, 15)):
        face.add(FaceSignals(t, 0.1 + lids(t), 0.0, 0.0, 0.02, away=t > 3, smiling=t < 2))
        if n % 7 == 0:
            told.append(face.take(AFFORDED))
    known = [motion for motion in told if motion]

    assert told[0] is None
    assert sum(motion.blinks or 0 for motion in known) == 1
    assert sum(motion.seconds for motion in known) == pytest.approx(84 / 15, abs=0.01)
    assert sum(motion.smiling for motion in known) == pytest.approx(2.0, abs=0.1)
    assert sum(motion.away for motion in known) == pytest.approx(84 / 15 - 3 - 0.5, abs=0.1)


def test_a_blink_is_not_looking_away() -> None:
    """For a fifth of a second, closing eyes look like eyes cast down."""
    face = FaceMotion()
    for t in times(4, 15):
        face.add(FaceSignals(t, 0.1, 0.0, 0.0, 0.02, away=t % 1 < 0.3, smiling=False))
    motion = face.take(AFFORDED)

    assert motion is not None
    assert motion.away == 0.0


def test_seconds_without_frames_are_not_counted() -> None:
    """A pause of ten seconds adds nothing, and no movement reaches across it."""
    before, after = times(2, 15), [t + 12 for t in times(2, 15)]

    motion = moved([*before, *after], lids=lambda t: 0.6 if before[-1] <= t <= 12 else 0.0)

    assert motion.seconds == pytest.approx(4.0, abs=0.2)
    assert motion.blinks == 0


def test_each_face_has_its_own_motion() -> None:
    """Two faces are not mixed up, and one that has gone is forgotten."""
    motions, one, other = MotionTracker(AFFORDED), FaceId(1), FaceId(2)
    smiling = Shape({"mouthSmileLeft": 0.9, "mouthSmileRight": 0.9}, Pose(0, 0, 0))
    for t in times(2, 15):
        found = detection_at(Box(0, 0, 100, 100))
        motions.add(one, found, t)
        motions.add(other, type(found)(found.landmarks, smiling), t)

    first, second = motions.take(one), motions.take(other)
    motions.add(other, found, 9.0)

    assert first is not None
    assert second is not None
    assert (first.smiling, second.smiling) == (0.0, second.seconds)
    assert motions.take(one) is None


@pytest.mark.parametrize(
    ("yaw", "shape", "away"),
    [
        (0, {}, False),
        (45, {}, True),
        (-45, {}, True),
        (20, {"eyeLookOutLeft": 0.8, "eyeLookInRight": 0.8}, True),
        (40, {"eyeLookInLeft": 0.8, "eyeLookOutRight": 0.8}, False),
        (0, {"eyeLookDownLeft": 0.95, "eyeLookDownRight": 0.95}, True),
    ],
)
def test_head_and_eyes_are_away_together(yaw: float, shape: dict[str, float], away: bool) -> None:
    """A turned head is away unless the eyes look back, and so are eyes cast down far."""
    found = detection_at(Box(0, 0, 100, 100))
    turned = type(found)(found.landmarks, Shape(shape, Pose(yaw, 0, 0)))

    assert face_signals(turned, 0.0).away is away
