"""The practice mirror: a face is compared with itself at rest and within its range, in words that do not flicker."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from tracker.core.face import Face, FaceId, Observation, Pose, Prediction, Quality, Reading, Shape
from tracker.core.frame import now
from tracker.core.geometry import Box
from tracker.core.scores import Scores, put_into_words
from tracker.core.vocabulary import EXPRESSIONS
from tracker.live.practice import REST_SECONDS, PracticeMirror, PracticeView
from tracker.testing import detection_at

BOX = Box(10, 10, 60, 60)
BROWS_UP = dict.fromkeys(("browInnerUp", "browOuterUpLeft", "browOuterUpRight"), 0.5)
SMILE = dict.fromkeys(("mouthSmileLeft", "mouthSmileRight"), 0.8)
STILL = {"browInnerUp": 0.1}


def observed(t: float, blendshapes: Mapping[str, float] | None, reason: str | None = None) -> Observation:
    """None: nobody is there."""
    if blendshapes is None:
        return Observation(t, now(), 0, ())
    scores = Scores.of(EXPRESSIONS, [0.74 if name == "surprise" else 0.26 / 6 for name in EXPRESSIONS])
    detection = replace(detection_at(BOX), shape=Shape(blendshapes, Pose(0, 0, 0)))
    words = put_into_words(scores, 0.4)
    prediction = Prediction(scores, {}, np.zeros(0, np.float32))
    face = Face(BOX, np.zeros((48, 48), np.uint8), prediction, words, Quality(reason), detection=detection)
    return Observation(t, now(), 0, (Reading(FaceId(1), face, scores, words),))


class Practising:
    """Somebody in front of the mirror, at five observations a second."""

    def __init__(self) -> None:
        self.mirror, self.t = PracticeMirror(), 0.0

    def show(self, seconds: float, blendshapes: Mapping[str, float] | None, reason: str | None = None) -> PracticeView:
        """The last view of so many seconds."""
        *_, last = self.views(seconds, blendshapes, reason)
        return last

    def views(
        self, seconds: float, blendshapes: Mapping[str, float] | None, reason: str | None = None
    ) -> Iterator[PracticeView]:
        for _ in range(round(seconds * 5)):
            self.t += 0.2
            yield self.mirror.see(observed(self.t, blendshapes, reason))


@pytest.fixture
def somebody() -> Practising:
    somebody = Practising()
    somebody.show(REST_SECONDS + 0.4, STILL)
    return somebody


def test_a_face_is_compared_with_itself_at_rest(somebody: Practising) -> None:
    """What moved is named with how far, what did not is as at rest, and the reading with how sure it is."""
    assert somebody.show(2, STILL).face == "Your brows, eyes and mouth are as at rest."
    view = somebody.show(2, STILL | BROWS_UP)
    assert view.face == "Your brows are raised much more than at rest; your eyes and mouth are as at rest."
    assert view.spoken == "Your brows are raised; your eyes and mouth are as at rest."
    assert (view.expression, round(view.confidence, 2)) == ("surprise", 0.74)
    view = somebody.show(2, STILL | dict.fromkeys(BROWS_UP, 0.25) | SMILE)
    assert view.face == (
        "Your brows are raised more than at rest; your mouth is drawn up at the corners much more than at rest;"
        " your eyes are as at rest."
    )


def test_the_range_is_the_persons_own(somebody: Practising) -> None:
    """It goes from least to most in this practice, and the rest is marked in it; measured again, rest is another."""
    somebody.show(2, STILL | SMILE)
    smile = next(each for each in somebody.show(2, STILL).movements if each.name == "corners up")
    assert (smile.rest, smile.low, round(smile.high, 1)) == (0.0, 0.0, 0.8)
    assert smile.value < 0.01
    somebody.mirror.rest_again()
    view = somebody.show(1, SMILE)
    assert view.resting == pytest.approx(REST_SECONDS - 0.8)
    view = somebody.show(REST_SECONDS + 1, SMILE)
    smile = next(each for each in view.movements if each.name == "corners up")
    assert (smile.rest, smile.level, view.resting) == (0.8, "", None)


def test_words_stand_still(somebody: Practising) -> None:
    """They change at most once a second, however the face moves; a still face that trembles is at rest."""
    sentences = [view.face for n in range(30) for view in somebody.views(0.2, STILL | (BROWS_UP if n % 2 else {}))]
    assert sum(one != other for one, other in pairwise(sentences)) <= 6
    somebody.show(2, STILL)
    for n in range(10):
        assert somebody.show(0.2, {"browInnerUp": 0.1 + 0.05 * (n % 2)}).face == "Your brows, eyes and mouth are as at rest."


@pytest.mark.parametrize(
    ("blendshapes", "reason", "sentence"),
    [
        (None, None, "No face is in view."),
        (STILL, "too dark", "Your face cannot be read just now: too dark."),
        ({}, None, "Your face is read, but its parts cannot be told apart."),
    ],
)
def test_what_cannot_be_read_is_said(blendshapes: Mapping[str, float] | None, reason: str | None, sentence: str) -> None:
    """And is no part of the rest that is measured."""
    view = Practising().show(REST_SECONDS + 1, blendshapes, reason)
    assert (view.face, view.expression, view.resting) == (sentence, None, REST_SECONDS)
