"""A call from picture to observation: whom the detector gets to see, and what is said of whom."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from tracker.core.face import Detection, Prediction
from tracker.core.frame import Frame, Pixels, now
from tracker.core.geometry import Box
from tracker.core.withheld import SWITCHED_OFF, WITHHELD
from tracker.live.call import Call, RosterEntry
from tracker.live.call_session import CallSession
from tracker.motion.budget import MotionBudget
from tracker.readings.rules import load_rules
from tracker.sources.synthetic_gallery import draw_gallery
from tracker.testing import FakeClassifier, detection_at
from tracker.vision.analyzer import Analyzer

HD = (1280, 720)
ANA, BEN = 7, 9
FACE = (60, 250, 250)
WALLS = ((30, 60, 160), (150, 110, 20), (20, 120, 60), (120, 40, 120))


class SeeingDetector:
    """Finds the patch of the colour FACE in a picture, wherever it is, and remembers what it saw."""

    def __init__(self) -> None:
        self.saw: list[Pixels] = []

    def detect(self, pixels: Pixels) -> list[Detection]:
        self.saw.append(pixels.copy())
        patch = (np.abs(pixels.astype(int) - FACE).max(axis=2) < 40).astype(np.uint8)
        x, y, width, height = cv2.boundingRect(patch)
        return [detection_at(Box(x, y, width, height))] if width else []


class NeverClassifier(FakeClassifier):
    """In work mode nobody may ask it."""

    def classify(self, crops: npt.NDArray[np.uint8]) -> list[Prediction]:
        raise AssertionError("a face was given to the classifier")


def gallery(order: Sequence[int], t: float = 0.0) -> Frame:
    """Tiles with walls of their own, before which something moves with time."""
    videos = []
    for each in order:
        video = np.full((180, 320, 3), WALLS[each], np.uint8)
        step = int(t * 20) % 30
        video[40:130, 110 + step : 190 + step] = FACE
        videos.append(video)
    return Frame(draw_gallery(videos, HD), t, 0, now())


def wall_colours(pictures: Sequence[Pixels]) -> set[tuple[int, ...]]:
    """The walls that can be seen in pictures."""
    return {wall for wall in WALLS if any((np.abs(picture.astype(int) - wall).max(axis=2) < 2).any() for picture in pictures)}


@pytest.fixture
def detector() -> SeeingDetector:
    return SeeingDetector()


def test_the_detector_never_sees_who_has_not_agreed(detector: SeeingDetector) -> None:
    """Not when the call begins, not beside somebody who agreed, and not in the picture after two tiles swapped."""
    call = Call("private", "tiles")
    session = CallSession(Analyzer(detector, FakeClassifier()), call, rules=load_rules())
    assert session.observe(gallery([0, 1, 2, 3])).readings == ()
    assert detector.saw == []
    tiles = call.view.tiles
    assert len(tiles) == 4
    ana = call.agree(ANA, "Ana")
    call.confirm(call.view.layout, tiles[1].tile, ANA)

    (reading,) = session.observe(gallery([0, 1, 2, 3], 0.5)).readings
    assert reading.id == ana.number
    assert reading.movements is not None
    assert wall_colours(detector.saw) == {WALLS[1]}
    detector.saw.clear()
    assert session.observe(gallery([1, 0, 2, 3], 1.0)).readings == ()
    assert session.track_motion(gallery([1, 0, 2, 3], 1.1)) is None
    assert detector.saw == []

    suggested = {tile.box.rounded(): tile.suggested for tile in call.view.tiles}
    assert [suggested[each.box.rounded()] for each in tiles] == [ANA, None, None, None]
    call.confirm_all(call.view.layout)
    (reading,) = session.observe(gallery([1, 0, 2, 3], 1.5)).readings
    assert reading.id == ana.number
    assert wall_colours(detector.saw) == {WALLS[1]}


def test_at_work_no_face_is_given_to_the_classifier(detector: SeeingDetector) -> None:
    """What the face shows is told; of an expression there is nothing, and nothing was computed."""
    call = Call("work", "tiles")
    session = CallSession(Analyzer(detector, NeverClassifier()), call, rules=None)
    session.observe(gallery([0, 1]))
    call.agree(ANA, "Ana")
    call.confirm(call.view.layout, call.view.tiles[0].tile, ANA)

    (reading,) = session.observe(gallery([0, 1], 0.5)).readings
    assert reading.face.quality.reason == WITHHELD
    assert reading.words.expression == "unclear"
    assert reading.possible is None
    assert reading.movements is not None


def test_possible_readings_are_evaluated_while_they_are_switched_on(detector: SeeingDetector) -> None:
    """And not before or after; no expression either: that is a guess about somebody, too."""
    call = Call("private", "tiles")
    session = CallSession(Analyzer(detector, FakeClassifier()), call, rules=load_rules())
    session.observe(gallery([0, 1]))
    call.agree(ANA, "Ana")
    call.confirm(call.view.layout, call.view.tiles[0].tile, ANA)
    told = []
    for t, on in ((0.5, False), (1.0, True), (1.5, True), (2.0, False)):
        call.switch_meanings(on=on)
        (reading,) = session.observe(gallery([0, 1], t)).readings
        told.append((reading.possible is not None, reading.face.quality.reason == SWITCHED_OFF))
    assert told == [(False, True), (True, False), (True, False), (False, True)]


def test_motion_is_watched_between_observations_within_the_budget(detector: SeeingDetector) -> None:
    """Of those who may be seen; a picture in which a tile changed is left to the next observation."""
    call = Call("private", "tiles")
    session = CallSession(Analyzer(detector, FakeClassifier()), call, rules=load_rules(), budget=MotionBudget(15))
    session.observe(gallery([0, 1]))
    ana = call.agree(ANA, "Ana")
    call.confirm(call.view.layout, call.view.tiles[0].tile, ANA)
    session.observe(gallery([0, 1], 0.5))

    looked = [session.track_motion(gallery([0, 1], 0.5 + step / 30)) for step in range(1, 7)]
    assert [each is not None for each in looked] == [True, False, True, False, True, False]
    assert {tuple(each) for each in looked if each is not None} == {(ana.number,)}
    assert session.track_motion(gallery([1, 0], 0.8)) is None


def test_a_stream_says_itself_whose_picture_it_is(detector: SeeingDetector) -> None:
    """Whoever has not agreed is not looked at, though a picture of theirs came."""
    call = Call("private", "names")
    call.set_roster([RosterEntry(16, "Ana"), RosterEntry(17, "Ben")])
    ana = call.agree(ANA, "Ana")
    call.bind(16, ANA)
    session = CallSession(Analyzer(detector, FakeClassifier()), call, rules=load_rules())
    picture = np.full((180, 320, 3), 90, np.uint8)
    picture[40:130, 110:190] = FACE

    assert session.observe(Frame(picture, 0.0, 0, now(), participant=17)).readings == ()
    assert detector.saw == []
    (reading,) = session.observe(Frame(picture, 0.5, 1, now(), participant=16)).readings
    assert reading.id == ana.number


def test_a_call_of_two_is_one_large_tile(detector: SeeingDetector) -> None:
    """One picture that fills the window has no rectangles, and can be confirmed as a whole."""
    call = Call("private", "tiles")
    session = CallSession(Analyzer(detector, FakeClassifier()), call, rules=load_rules())
    alone = np.random.default_rng(0).integers(100, 140, (360, 640, 3), np.uint8)
    alone[80:280, 200:360] = FACE
    session.observe(Frame(alone, 0.0, 0, now()))
    (tile,) = call.view.tiles
    assert tile.box == Box(0, 0, 640, 360)
    call.agree(ANA, "Ana")
    call.confirm(call.view.layout, tile.tile, ANA)
    assert len(session.observe(Frame(alone, 0.5, 1, now())).readings) == 1
    other = np.random.default_rng(0).integers(20, 40, (360, 640, 3), np.uint8)
    other[80:280, 200:360] = FACE
    assert session.observe(Frame(other, 1.0, 2, now())).readings == ()
