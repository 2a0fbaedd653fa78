"""Small faces in parts of a picture: all parts at once in a single picture, a few parts a frame in a live one."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.config.model_files import landmarker_model
from tracker.core.face import Detection
from tracker.core.frame import Frame, Pixels
from tracker.core.geometry import Box
from tracker.core.image_files import read_picture
from tracker.live.session import Session
from tracker.testing import FakeClassifier, FakeDetector
from tracker.vision.analyzer import Analyzer
from tracker.vision.detectors import DetectorPool
from tracker.vision.landmarker import Landmarker
from tracker.vision.picture_parts import detect_around, tiles_of
from tracker.vision.single_image import analyze_picture
from tracker.vision.tiled_search import TILES_PER_SECOND_SEEN, TILES_PER_SECOND_UNSEEN, TiledSearch

FrameMaker = Callable[..., Frame]
HD = (1280, 720)


class Counting(FakeDetector):
    """Counts its calls and their pixels."""

    def __init__(self, *script: list[Box]) -> None:
        super().__init__(script)
        self.asked = 0

    def detect(self, pixels: Pixels) -> list[Detection]:
        self.asked += 1
        return super().detect(pixels)


def scene(behind: Pixels, head: Pixels, side: int, x: int = 700, y: int = 300) -> Pixels:
    """[720, 1280, 3] with a head, ``side`` px high and wide, at (x, y)."""
    large = np.asarray(cv2.resize(behind, HD), np.uint8)
    large[y : y + side, x : x + side] = cv2.resize(head, (side, side), interpolation=cv2.INTER_AREA)
    return large


@given(st.integers(200, 2000), st.integers(200, 2000), st.floats(0, 1), st.floats(0, 1))
def test_every_face_fits_into_one_part(width: int, height: int, across: float, down: float) -> None:
    """Wherever a face of half the smallest part is, one part shows it whole."""
    tiles = tiles_of(width, height) or [Box(0, 0, width, height)]
    side = min(min(tile.width, tile.height) for tile in tiles) / 2 - 1
    face = Box(across * (width - side), down * (height - side), side, side)

    assert any(tile.holds(face, 0) for tile in tiles)


def test_parts_stay_in_the_picture_and_large_ones_come_first() -> None:
    """Near faces are found before far ones; a picture that one part would hold has none."""
    tiles = tiles_of(*HD)

    assert all(Box(0, 0, *HD).holds(tile, 0) for tile in tiles)
    assert all(one.width >= next_one.width for one, next_one in pairwise(tiles))
    assert tiles_of(200, 150) == []


@pytest.mark.parametrize("side", [60, 80, 110])
def test_a_small_head_in_a_large_picture_is_found(
    analyzer: Analyzer, coffee: Pixels, astronauts_head: Pixels, side: int
) -> None:
    """Where the detector finds nobody in the whole picture, the search finds the astronaut in its place."""
    picture = scene(coffee, astronauts_head, side)
    assert side > 100 or analyzer.analyze(picture) == []

    (face,) = analyze_picture(analyzer, picture)

    assert face.found == "detected"
    assert face.box.centre == pytest.approx((700 + side / 2, 300 + side / 2), abs=side / 8)
    assert face.box.width == pytest.approx(side * 90 / 168, rel=0.15)


def test_small_heads_in_a_panorama_are_found(analyzer: Analyzer, astronauts_head: Pixels) -> None:
    """In a picture ten times as wide as high, parts are as small as in any other picture of so many pixels."""
    picture = np.full((700, 7000, 3), 128, np.uint8)
    for x in (1500, 5200):
        picture[300:380, x : x + 80] = cv2.resize(astronauts_head, (80, 80), interpolation=cv2.INTER_AREA)

    assert sorted(round(face.box.x, -2) for face in analyze_picture(analyzer, picture)) == [1500, 5200]


def test_smaller_faces_beside_a_larger_one_are_found(analyzer: Analyzer, coffee: Pixels, astronauts_head: Pixels) -> None:
    """Of two people, one near and one far, each is found once."""
    picture = scene(scene(coffee, astronauts_head, 300, 100, 200), astronauts_head, 80, 1000, 100)

    near, far = analyze_picture(analyzer, picture)

    assert near.box.width > 3 * far.box.width


@pytest.mark.parametrize("name", ["cat", "coffee", "rocket"])
def test_a_large_picture_of_nobody_stays_empty(analyzer: Analyzer, name: str, request: pytest.FixtureRequest) -> None:
    """Enlarged to a webcam's size, none of the 105 parts of a cat, a cup or a rocket has a face."""
    picture = np.asarray(cv2.resize(request.getfixturevalue(name), HD), np.uint8)

    assert analyze_picture(analyzer, picture) == []


def test_a_face_cut_by_the_edge_of_a_part_is_left_to_another(landmarker: Landmarker, astronaut: Pixels) -> None:
    """Around a place beside her, the astronaut is not found while the part's edge cuts her face."""
    (face,) = landmarker.detect(astronaut)
    x, y = face.landmarks.box.centre

    assert detect_around(landmarker, astronaut, Box(x - 30, y - 30, 60, 60))
    assert detect_around(landmarker, astronaut, Box(x + 45, y - 30, 60, 60)) == []


def test_a_session_finds_a_small_face_at_once_and_follows_it(
    analyzer: Analyzer, frame: FrameMaker, coffee: Pixels, astronauts_head: Pixels
) -> None:
    """She is found in the first frame, and stays the same participant while she moves by half a face's width a frame."""
    session = Session(analyzer)
    for number in range(6):
        observation = session.observe(frame(number / 10, scene(coffee, astronauts_head, 80, 300 + 20 * number), number))

        (reading,) = observation.readings
        assert reading.id == 1
        assert reading.face.box.centre[0] == pytest.approx(340 + 20 * number, abs=10)


def test_a_small_face_that_appears_later_is_found(
    analyzer: Analyzer, frame: FrameMaker, coffee: Pixels, astronauts_head: Pixels
) -> None:
    """In an empty picture it is found as soon as all parts had their turn."""
    session = Session(analyzer)
    assert session.observe(frame(0, scene(coffee, coffee, 80))).readings == ()
    seconds = len(tiles_of(*HD)) / TILES_PER_SECOND_UNSEEN

    seen = [session.observe(frame(t, scene(coffee, astronauts_head, 80))).readings for t in np.arange(0.2, seconds + 0.4, 0.2)]

    assert len(seen[-1]) == 1


def test_no_frame_waits_for_a_whole_search(frame: FrameMaker, coffee: Pixels) -> None:
    """After the first frame, the parts are spread evenly over time, however often frames come."""
    empty = scene(coffee, coffee, 80)
    for hz in (5, 10, 30):
        detector = Counting([])
        search = TiledSearch(DetectorPool(detector), everybody=False)
        search.detect(empty, 0, [])
        assert detector.asked == 1 + len(tiles_of(*HD))
        asked = []
        for number in range(1, 20):
            detector.asked = 0
            search.detect(empty, number / hz, [])
            asked.append(detector.asked - 1)

        assert max(asked) <= TILES_PER_SECOND_UNSEEN / hz + 1
        assert sum(asked) == pytest.approx(19 / hz * TILES_PER_SECOND_UNSEEN, abs=1)


def test_a_long_gap_costs_one_search_at_most() -> None:
    """After a minute without a frame, every part is searched once, not sixty times."""
    detector = Counting([])
    search = TiledSearch(DetectorPool(detector), everybody=False)
    search.detect(np.zeros((720, 1280, 3), np.uint8), 0, [])
    detector.asked = 0

    search.detect(np.zeros((720, 1280, 3), np.uint8), 60, [])

    assert detector.asked == 1 + len(tiles_of(*HD))


def test_while_the_own_face_is_seen_others_are_not_searched_for() -> None:
    """The own face costs one detection a frame; with `all`, others are searched for now and then."""
    for everybody, looks in ((False, 0), (True, TILES_PER_SECOND_SEEN)):
        detector = Counting([Box(10, 10, 300, 300)])
        search = TiledSearch(DetectorPool(detector), everybody=everybody)
        search.detect(np.zeros((720, 1280, 3), np.uint8), 0, [])
        detector.asked = 0

        for number in range(1, 11):
            search.detect(np.zeros((720, 1280, 3), np.uint8), number / 10, [Box(10, 10, 300, 300)])

        # Each part shows a face here, which is looked at twice more.
        assert looks <= detector.asked - 10 <= 3 * looks


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "people"),
    [("solvay_1927.jpg", 29), ("meeting_zoom_gallery_2021-05.png", 18), ("meeting_zoom_strip_slide_2020-03.png", 10)],
)
def test_a_group_picture_gives_all_its_faces(shared: Path, name: str, people: int) -> None:
    """Each face is found once, though they are only 34 to 86 pixels wide."""
    with Landmarker(landmarker_model(), max_faces=32) as landmarker:
        faces = analyze_picture(Analyzer(landmarker, FakeClassifier()), read_picture(shared / "data" / "photos" / name))

    assert len(faces) == people
