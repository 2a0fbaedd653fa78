"""What a face shows: each movement against the person's own face at rest, without flicker, and with a reason where unknown."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from tracker.core.face import Pose, Quality, Shape
from tracker.core.geometry import Box
from tracker.core.movements import Movements
from tracker.motion.blendshapes import both
from tracker.motion.face_movements import COVERED, LEARNING, NOBODY, TURNED_AWAY, FaceMovements
from tracker.motion.movements import MOVEMENTS
from tracker.motion.signals import INNER_LIP_POINTS
from tracker.testing import detection_at
from tracker.vision.quality import assess_quality

FACE = detection_at(Box(0, 0, 100, 100))
REST = dict.fromkeys((*both("browDown"), *both("eyeSquint")), 0.2)
"""A person whose brows are low and whose eyes are narrow at rest."""
STILL = Pose(5, -8, 3)
SMILE = dict.fromkeys(both("mouthSmile"), 0.6)
READABLE = Quality()

Adds = Callable[[float], Mapping[str, float]]


def nothing(_: float) -> Mapping[str, float]:
    return {}


class Watched:
    """A face that is watched at a rate, and what it has shown."""

    def __init__(self, hz: float = 15.0, *, rest: Mapping[str, float] = REST) -> None:
        self.face, self.hz, self.t, self.rest = FaceMovements(), hz, 0.0, rest

    def show(self, seconds: float, adds: Adds | Mapping[str, float] = nothing, quality: Quality = READABLE) -> list[Movements]:
        """What is said of each picture; adds: to rest, also to "yaw", "pitch", "roll" and "lips", at a time since its begin."""
        said, began = [], self.t
        for _ in range(round(seconds * self.hz)):
            self.t += 1 / self.hz
            more = adds(self.t - began) if callable(adds) else adds
            shapes = {name: self.rest.get(name, 0.0) + more.get(name, 0.0) for name in {*self.rest, *more}}
            yaw, pitch, roll = (getattr(STILL, name) + shapes.pop(name, 0.0) for name in ("yaw", "pitch", "roll"))
            points = FACE.landmarks.points.copy()
            points[list(INNER_LIP_POINTS)] = (50, 70), (50, 71 + 200 * shapes.pop("lips", 0.0))
            seen = replace(FACE, landmarks=replace(FACE.landmarks, points=points), shape=Shape(shapes, Pose(yaw, pitch, roll)))
            said.append(self.face.add(self.t, seen, quality))
        return said

    def miss(self, seconds: float) -> list[Movements]:
        """What is said while nobody is found."""
        said = []
        for _ in range(round(seconds * self.hz)):
            self.t += 1 / self.hz
            said.append(self.face.add(self.t, None, READABLE))
        return said


@pytest.fixture
def known() -> Watched:
    """A face whose rest was learnt."""
    watched = Watched()
    watched.show(13)
    return watched


def names(said: Movements) -> list[str]:
    return [movement.name for movement in said.present]


def changes(said: list[Movements], name: str) -> int:
    return sum((name in names(before)) != (name in names(after)) for before, after in pairwise(said))


def test_each_movement_has_a_name_of_its_own_and_a_sentence() -> None:
    """Names are unique ids, words follow a person's name, and a meaning is one sentence."""
    assert len({kind.name for kind in MOVEMENTS}) == len(MOVEMENTS) == 18
    assert all(kind.name.isidentifier() and kind.name == kind.name.lower() for kind in MOVEMENTS)
    assert all(kind.meaning.count(".") == 1 and kind.meaning.endswith(".") for kind in MOVEMENTS)
    assert len({kind.words for kind in MOVEMENTS}) == len(MOVEMENTS)


def test_rest_is_learnt_before_anything_is_compared_with_it() -> None:
    """In the first ten still seconds a smile is no smile, but "still learning"; afterwards nothing but blinks is unknown."""
    watched = Watched()
    early = watched.show(8)[-1]
    later = watched.show(6)[-1]

    assert early.unknown["smile_mouth"] == early.unknown["tilt"] == LEARNING
    assert "nod" not in early.unknown
    assert set(later.unknown) == {"blinking", "nose_wrinkled"}
    assert later.present == ()


def test_a_smile_is_not_learnt_as_rest() -> None:
    """Somebody who laughs for a quarter of a minute first is still learnt at rest, and then smiles."""
    watched = Watched()
    assert watched.show(15, SMILE)[-1].unknown["smile_mouth"] == LEARNING
    watched.show(13)

    assert names(watched.show(2, SMILE)[-1]) == ["smile_mouth"]


HELD: Mapping[str, Mapping[str, float]] = {
    "smile_mouth": SMILE,
    "smile_eyes": SMILE | dict.fromkeys(both("eyeSquint"), 0.3),
    "brows_raised": dict.fromkeys(("browInnerUp", *both("browOuterUp")), 0.4),
    "brows_lowered": dict.fromkeys(both("browDown"), 0.3),
    "lips_pressed": dict.fromkeys(both("mouthPress"), 0.3),
    "jaw_dropped": {"jawOpen": 0.35},
    "one_sided_mouth": {"mouthSmileRight": 0.3, "mouthDimpleRight": 0.2},
    "eyes_closed": dict.fromkeys(both("eyeBlink"), 0.6),
    "gaze_away": dict.fromkeys(("eyeLookOutLeft", "eyeLookInRight"), 0.8),
    "tilt": {"roll": -20.0},
    "yawn": {"jawOpen": 0.8},
}


@pytest.mark.parametrize("hz", [2.0, 15.0])
@pytest.mark.parametrize(("name", "adds"), HELD.items())
def test_what_is_held_is_told_and_ends(name: str, adds: Mapping[str, float], hz: float) -> None:
    """At two pictures a second as at fifteen: one movement alone, with strength and seconds, and nothing a second later."""
    watched = Watched(hz)
    watched.show(14)

    held, after = watched.show(4, adds)[-1], watched.show(1.5)[-1]

    assert names(held) == [name]
    assert 0.3 < held.present[0].strength <= 1
    assert 2 < held.present[0].seconds < 4
    assert names(after) == []


def test_a_persons_low_brows_are_no_frown(known: Watched) -> None:
    """The same brows are lowered in a face that has them high at rest, and as at rest in one that has not."""
    other = Watched(rest={})
    other.show(13)

    assert names(known.show(2)[-1]) == []
    assert names(other.show(2, dict.fromkeys(both("browDown"), 0.2))[-1]) == ["brows_lowered"]


def test_what_is_held_for_minutes_becomes_rest(known: Watched) -> None:
    """A face that has changed for good, as after the camera was moved, is learnt anew."""
    known.show(100, {"browInnerUp": 0.6})

    assert names(known.show(1, {"browInnerUp": 0.6})[-1]) == []


def test_a_movement_at_its_threshold_does_not_flicker(known: Watched) -> None:
    """A smile that wavers around the threshold by more than a still face does begins once."""
    wavering = known.show(10, lambda t: dict.fromkeys(both("mouthSmile"), 0.16 + 0.04 * math.sin(5 * t)))

    assert changes(wavering, "smile_mouth") == 1


def test_a_smile_that_reached_the_eyes_stays_one(known: Watched) -> None:
    """While it fades, the eyes are the first: it does not turn into a smile with the mouth alone."""
    known.show(2, HELD["smile_eyes"])

    assert "smile_mouth" not in {name for said in known.show(3, SMILE) for name in names(said)}


@pytest.mark.parametrize(("name", "axis", "degrees"), [("nod", "pitch", 6.0), ("shake", "yaw", 12.0)])
def test_a_gesture_is_shown_for_a_while(known: Watched, name: str, axis: str, degrees: float) -> None:
    """Half a second after it ended it is still shown, three seconds later not."""
    moving = known.show(1.5, lambda t: {axis: degrees * math.sin(4 * math.pi * t)})
    soon, late = known.show(0.5)[-1], known.show(3)[-1]

    assert changes(moving, name) == 1
    assert (name in names(soon), name in names(late)) == (True, False)


def test_talking_is_no_open_mouth(known: Watched) -> None:
    """A mouth that opens at the rate of syllables talks, also between two words, and is not called open."""
    said = known.show(4, lambda t: {"lips": max(0.0, 0.03 * math.sin(8 * math.pi * t)), "jawOpen": 0.2})

    assert names(said[-1]) == ["talking"]
    assert names(known.show(0.5)[-1]) == ["talking"]
    assert names(known.show(2)[-1]) == []


def test_blinking_is_told_against_what_is_usual() -> None:
    """Twelve blinks a minute are this person's usual, sixty are often; a rate is there from the first minute on."""
    watched = Watched()

    def blinks(every: float) -> Adds:
        return lambda t: dict.fromkeys(both("eyeBlink"), 0.6 if t % every < 0.2 else 0.0)

    usual = watched.show(121, blinks(5))
    often = watched.show(61, blinks(1))[-1]

    assert usual[30 * 15].blinks_per_minute is None
    assert usual[-1].blinks_per_minute == pytest.approx(12, abs=1)
    assert "blinking" in usual[80 * 15].unknown
    assert "blinking" not in {*usual[-1].unknown, *names(usual[-1])}
    assert often.blinks_per_minute == pytest.approx(60, abs=2)
    assert names(often) == ["blinking"]


def test_a_rate_that_carries_no_movement_is_a_reason() -> None:
    """At five pictures a second gestures, talking and blinks are unknown, and say what they need; at one, all that moves is."""
    few, one = Watched(5), Watched(1)

    slow, slowest = few.show(15)[-1].unknown, one.show(15)[-1].unknown

    assert slow["nod"] == slow["shake"] == "needs 10 pictures a second"
    assert slow["talking"] == slow["blinking"] == "needs 15 pictures a second"
    assert set(slow) == {"nod", "shake", "talking", "blinking", "nose_wrinkled"}
    assert slowest["smile_mouth"] == "needs 2 pictures a second"


@pytest.mark.parametrize(("reason", "name"), [(TURNED_AWAY, "turned_away"), (COVERED, "covered")])
def test_a_face_that_cannot_be_read_says_why(known: Watched, reason: str, name: str) -> None:
    """The movement that hides the face is there, and everything else is unknown because of it."""
    said = known.show(2, SMILE, Quality(reason))[-1]

    assert names(said) == [name]
    assert set(said.unknown.values()) == {reason}
    assert len(said.unknown) == len(MOVEMENTS) - 2


def test_reasons_are_those_of_the_quality_gate() -> None:
    """A head turned by 50 degrees, and a crop with sharp edges but nothing where eyes and mouth are."""
    turned = replace(FACE, shape=Shape({}, Pose(50, 0, 0)))
    crop = np.full((48, 48), 60, np.uint8)
    crop[:, ::47] = crop[::47] = 250
    crop[:4, ::2] = crop[-4:, ::2] = crop[::2, :4] = crop[::2, -4:] = 250

    assert assess_quality(crop, turned).reason == TURNED_AWAY
    assert assess_quality(crop, FACE).reason == COVERED


def test_one_bad_picture_changes_nothing(known: Watched) -> None:
    """A smile goes on through a blurred picture and one in which the face was missed."""
    known.show(2, SMILE)
    blurred, missed = known.show(1 / 15, SMILE, Quality("blurred"))[-1], known.miss(1 / 15)[-1]

    assert names(blurred) == names(missed) == ["smile_mouth"]


def test_nobody_is_no_movement(known: Watched) -> None:
    """All is unknown while nobody is in view, and for a second afterwards; then the person's rest is still known."""
    gone = known.miss(2)[-1]
    back = known.show(0.5, SMILE)[-1]

    assert gone.present == back.present == ()
    assert set(gone.unknown.values()) == {NOBODY}
    assert set(gone.unknown) == {kind.name for kind in MOVEMENTS}
    assert set(back.unknown) == {kind.name for kind in MOVEMENTS} - {"turned_away", "covered"}
    assert names(known.show(1.5, SMILE)[-1]) == ["smile_mouth"]


def test_a_picture_from_the_past_changes_nothing(known: Watched) -> None:
    """A picture that comes late, or twice, is not taken in."""
    said = known.show(2, SMILE)[-1]

    assert known.face.add(known.t - 0.1, FACE, READABLE) is said
