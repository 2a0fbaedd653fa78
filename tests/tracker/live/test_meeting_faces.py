"""Who is who in a meeting whose tiles swap places, turn a page or change what they show."""

from collections.abc import Sequence

import numpy as np
import pytest

from tracker.core.face import FaceId
from tracker.core.frame import Frame, now
from tracker.core.geometry import Box
from tracker.live.appearance import AppearanceVector
from tracker.live.face_tracking import FaceTracker
from tracker.live.session import Session
from tracker.sources.synthetic import RESTING_FACE, draw_face
from tracker.sources.synthetic_gallery import draw_gallery
from tracker.testing import detection_at
from tracker.vision.analyzer import Analyzer
from tracker.vision.meeting_layout import Tile

LEFT, RIGHT = Box(0, 0, 320, 180), Box(330, 0, 320, 180)
ANNA, BEN, CARL = np.eye(3)
HD = (1280, 720)


def see(tracker: FaceTracker, t: float, *looks: tuple[Box, AppearanceVector | None]) -> list[FaceId]:
    """A face in the middle of each tile; the ids in the order that was given."""
    faces = [detection_at(Box(tile.x + 120, tile.y + 50, 80, 80)) for tile, _ in looks]
    return [found.id for found in tracker.follow(faces, t, {index: look for index, (_, look) in enumerate(looks)})]


@pytest.fixture
def tracker() -> FaceTracker:
    """Anna on the left is 1, Ben on the right is 2."""
    tracker = FaceTracker("all")
    tracker.arrange((Tile(1, LEFT, certain=True), Tile(2, RIGHT, certain=True)))
    assert see(tracker, 0, (LEFT, ANNA), (RIGHT, BEN)) == [1, 2]
    return tracker


def test_a_tile_that_surely_moved_takes_its_face_along(tracker: FaceTracker) -> None:
    """Without a look, in a tile that has become half as large elsewhere."""
    small = Box(900, 400, 160, 90)
    tracker.arrange((Tile(2, LEFT, certain=True), Tile(1, small, certain=True)))
    moved = detection_at(Box(960, 425, 40, 40))

    followed = tracker.follow([detection_at(Box(120, 50, 80, 80)), moved], 0.5)

    assert [each.id for each in followed] == [2, 1]


def test_a_place_says_nothing_where_the_tile_is_not_certain(tracker: FaceTracker) -> None:
    """Somebody whom nobody knows, at once in Anna's place, is not Anna, however short the time."""
    tracker.arrange((Tile(1, LEFT, certain=False), Tile(2, RIGHT, certain=True)))

    assert see(tracker, 0.1, (LEFT, None), (RIGHT, None)) == [3, 2]


def test_a_look_that_is_one_persons_alone_is_certain(tracker: FaceTracker) -> None:
    """Both changed their virtual background and swapped places: their looks say who they are."""
    tracker.arrange((Tile(3, LEFT, certain=True), Tile(4, RIGHT, certain=True)))

    assert see(tracker, 0.5, (LEFT, BEN), (RIGHT, ANNA)) == [2, 1]


def test_a_look_between_two_people_has_the_more_similar_ones_id(tracker: FaceTracker) -> None:
    """Somebody between Anna and Ben, and nearer to Anna."""
    tracker.arrange((Tile(3, LEFT, certain=True),))
    assert see(tracker, 0.5, (LEFT, ANNA + 0.95 * BEN)) == [1]


def test_who_comes_back_with_a_page_is_known_by_look(tracker: FaceTracker) -> None:
    """Carl's page comes between; then Anna and Ben have their ids again."""
    tracker.arrange((Tile(3, LEFT, certain=True),))
    assert see(tracker, 10, (LEFT, CARL)) == [3]
    tracker.arrange((Tile(1, LEFT, certain=True), Tile(2, RIGHT, certain=True)))

    assert see(tracker, 60, (LEFT, ANNA), (RIGHT, BEN)) == [1, 2]


def test_a_face_that_is_covered_meanwhile_is_judged_when_it_is_back(tracker: FaceTracker) -> None:
    """Ben was not seen while the layout changed twice: his place was lost, so he is somebody new without a look."""
    tracker.arrange((Tile(1, LEFT, certain=True), Tile(2, RIGHT, certain=False)))
    see(tracker, 0.5, (LEFT, ANNA))
    tracker.arrange((Tile(1, LEFT, certain=True), Tile(2, RIGHT, certain=True)))

    assert see(tracker, 1, (LEFT, ANNA), (RIGHT, None))[0] == 1


def test_two_tiles_that_swap_places_swap_their_ids(analyzer: Analyzer) -> None:
    """From picture to observation: readings follow the tiles."""
    session, videos = Session(analyzer, faces="all"), []
    for wall in ((30, 60, 160), (150, 110, 20)):
        face = draw_face(RESTING_FACE)
        face[np.abs(face.astype(int) - face[0, 0]).max(axis=2) < 8] = wall
        videos.append(face)

    def observe(t: float, order: Sequence[int]) -> list[int]:
        frame = Frame(draw_gallery([videos[each] for each in order], HD), t, 0, now())
        return [each.id for each in sorted(session.observe(frame).readings, key=lambda each: each.face.box.x)]

    first = observe(0, (0, 1))
    assert len(first) == 2
    assert observe(0.5, (0, 1)) == first
    assert observe(1, (1, 0)) == first[::-1]
    assert observe(1.5, (1, 0)) == first[::-1]
