"""A meeting's picture: its tiles, one face in each, and which tile is which when the layout changes."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from tracker.core.face import Detection
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.core.image_files import read_picture
from tracker.sources.synthetic import RESTING_FACE, draw_face
from tracker.sources.synthetic_gallery import PLAIN, GalleryStyle, draw_gallery, gallery_places
from tracker.vision.detectors import DetectorPool
from tracker.vision.landmarker import Landmarker
from tracker.vision.meeting_faces import MeetingFaces
from tracker.vision.meeting_layout import SCAN_SECONDS, MeetingLayout
from tracker.vision.meeting_tiles import find_tiles

HD = (1280, 720)
Rooms = Callable[[int], list[Pixels]]


@pytest.fixture
def rooms() -> Rooms:
    """So many videos of one drawn face, each before another wall."""

    def make(count: int) -> list[Pixels]:
        walls = np.random.default_rng(3).integers(0, 255, (count, 3, 4, 3), np.uint8)
        videos = []
        for number, wall in enumerate(walls):
            face = draw_face(RESTING_FACE, number * 1.3)
            behind = np.asarray(cv2.resize(wall, (640, 480), interpolation=cv2.INTER_NEAREST), np.uint8)
            videos.append(np.where(np.abs(face.astype(int) - face[0, 0]).max(axis=2, keepdims=True) < 8, behind, face))
        return videos

    return make


def found_at(found: tuple[Box, ...], places: list[Box]) -> bool:
    """Whether each place was found as one tile, and nothing else was."""
    return len(found) == len(places) and all(max(each.overlap(place) for each in found) > 0.93 for place in places)


@pytest.mark.parametrize("width", [640, 1280, 2560])
@pytest.mark.parametrize(
    "style",
    [PLAIN, GalleryStyle(lit=0, rounded=True), GalleryStyle(aspect=4 / 3), GalleryStyle(aspect=1)],
    ids=["16:9", "lit and rounded", "4:3", "square"],
)
@pytest.mark.parametrize("count", [1, 4, 9, 25])
def test_every_tile_of_a_gallery_is_found(astronaut: Pixels, count: int, style: GalleryStyle, width: int) -> None:
    """With people, drawn faces and initials in it, whatever the tiles' form and number and the picture's size."""
    size = width, width * 9 // 16
    videos = [(astronaut, draw_face(RESTING_FACE), None)[number % 3] for number in range(count)]

    assert found_at(find_tiles(draw_gallery(videos, size, style)), gallery_places(count, size, style))


def test_a_speaker_beside_a_strip_is_found(astronaut: Pixels) -> None:
    """One large tile, and four small ones beside it."""
    style = GalleryStyle("strip", lit=0)

    found = find_tiles(draw_gallery([astronaut, *[draw_face(RESTING_FACE)] * 4], HD, style))

    assert found_at(found, gallery_places(5, HD, style))


def test_a_strip_beside_a_slide_is_found_without_its_text(astronaut: Pixels) -> None:
    """Four tiles that touch each other, on a slide with lines of text and a logo."""
    slide = np.full((720, 1280, 3), 235, np.uint8)
    for line in range(3):
        cv2.putText(slide, "What we agreed on", (60, 120 + 90 * line), cv2.FONT_HERSHEY_SIMPLEX, 2, (30, 30, 30), 5)
    cv2.rectangle(slide, (1100, 40), (1190, 90), (40, 40, 220), -1)
    for number, video in enumerate((astronaut, draw_face(RESTING_FACE)) * 2):
        slide[500:644, 100 + 256 * number : 356 + 256 * number] = cv2.resize(video, (256, 144))

    assert found_at(find_tiles(slide), [Box(100 + 256 * number, 500, 256, 144) for number in range(4)])


def test_letterboxed_videos_are_found(astronaut: Pixels) -> None:
    """Of a tile with bars beside its video, the video is enough."""
    picture = draw_gallery([astronaut] * 4, HD)
    places = gallery_places(4, HD)
    x, y, width, height = places[1].rounded()
    bar = width // 5
    picture[y : y + height, x : x + bar] = picture[y : y + height, x + width - bar : x + width] = picture[0, 0]

    assert found_at(find_tiles(picture), [places[0], Box(x + bar, y, width - 2 * bar, height), *places[2:]])


def test_tiles_survive_a_lossy_picture(astronaut: Pixels) -> None:
    """As a JPEG of medium quality, as streams send them."""
    jpeg = cv2.imencode(".jpg", draw_gallery([astronaut] * 9, HD), [cv2.IMWRITE_JPEG_QUALITY, 60])[1]

    assert found_at(find_tiles(np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8)), gallery_places(9, HD))


@pytest.mark.parametrize("name", ["astronaut", "cat", "coffee", "rocket"])
def test_a_picture_without_gaps_has_no_tiles(name: str, request: pytest.FixtureRequest) -> None:
    """A camera's picture is no meeting."""
    assert find_tiles(request.getfixturevalue(name)) == ()


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "faces"), [("meeting_zoom_gallery_2021-05.png", 18), ("meeting_zoom_strip_slide_2020-03.png", 10)]
)
def test_everybody_in_a_real_meeting_is_found(landmarker: Landmarker, shared: Path, name: str, faces: int) -> None:
    """As many tiles as people, and one face in each."""
    pixels = read_picture(shared / "data" / "photos" / name)
    tiles = find_tiles(pixels)

    found = MeetingFaces(DetectorPool(landmarker)).detect(pixels, dict(enumerate(tiles)))

    assert len(tiles) == len(found) == faces
    assert all(tile.around(*found[number].landmarks.box.centre) for number, tile in enumerate(tiles))


@pytest.mark.shared
@pytest.mark.parametrize("name", ["solvay_1927.jpg", "neg_chelsea.png", "neg_coffee.png", "neg_rocket.jpg"])
def test_a_photograph_has_no_tiles(shared: Path, name: str) -> None:
    """It is searched as before."""
    assert find_tiles(read_picture(shared / "data" / "photos" / name)) == ()


class Counting:
    """A detector that counts what it is asked."""

    def __init__(self, detector: Landmarker) -> None:
        self._detector, self.asked = detector, 0

    def detect(self, pixels: Pixels) -> list[Detection]:
        self.asked += 1
        return self._detector.detect(pixels)


def test_only_a_tile_that_changed_is_searched_again(landmarker: Landmarker, cat: Pixels) -> None:
    """A face, initials and a cat: at first each is searched; then only the face that opens its mouth, once."""
    detector, tiles = Counting(landmarker), dict(enumerate(gallery_places(4, HD)))
    faces = MeetingFaces(DetectorPool(detector))
    resting, surprised = draw_face(RESTING_FACE), draw_face(RESTING_FACE.towards(type(RESTING_FACE)(mouth=1.0), 0.3))

    first = faces.detect(draw_gallery([resting, None, cat, resting], HD), tiles)
    detector.asked = 0
    again = faces.detect(draw_gallery([resting, None, cat, resting], HD), tiles)
    assert detector.asked == 0
    changed = faces.detect(draw_gallery([surprised, None, cat, resting], HD), tiles)

    assert detector.asked == 1
    assert first.keys() == again.keys() == changed.keys() == {0, 3}


def test_a_second_face_in_a_tile_is_nobody(landmarker: Landmarker, astronaut: Pixels) -> None:
    """A poster behind a participant: the largest face is the tile's, and what is found otherwise is not taken."""
    with_poster = astronaut[:288].copy()
    with_poster[20:120, 400:500] = cv2.resize(astronaut[40:208, 141:309], (100, 100), interpolation=cv2.INTER_AREA)
    picture, faces = draw_gallery([with_poster] * 4, HD), MeetingFaces(DetectorPool(landmarker))

    found = list(faces.detect(picture, dict(enumerate(gallery_places(4, HD)))).values())

    assert len(found) == 4
    assert min(each.landmarks.box.width for each in found) > 60
    assert faces.adopt(found) == []


def numbers(layout: MeetingLayout) -> list[int]:
    return [tile.number for tile in layout.tiles]


def test_tiles_keep_their_numbers_where_nothing_changes(rooms: Rooms) -> None:
    """A person who moves, and a border that is lit, change no layout."""
    layout, videos = MeetingLayout(), rooms(4)

    assert layout.watch(draw_gallery(videos, HD), 0)
    videos[0] = np.roll(videos[0], 12, axis=1)
    assert not layout.watch(draw_gallery(videos, HD), 0.5)
    assert not layout.watch(draw_gallery(videos, HD, GalleryStyle(lit=2)), SCAN_SECONDS + 1)
    assert numbers(layout) == [1, 2, 3, 4]


def test_two_tiles_that_swap_places_take_their_numbers_along(rooms: Rooms) -> None:
    """At once, and surely."""
    layout, (one, two, three, four) = MeetingLayout(), rooms(4)
    layout.watch(draw_gallery([one, two, three, four], HD), 0)

    assert layout.watch(draw_gallery([two, one, three, four], HD), 0.5)
    assert numbers(layout) == [2, 1, 3, 4]
    assert all(tile.certain for tile in layout.tiles)


def test_before_one_wall_two_people_are_still_told_apart_when_they_swap(astronaut: Pixels) -> None:
    """A virtual background that colleagues share leaves little to tell them apart; a swap is noticed, and said to be unsure."""
    layout, wall = MeetingLayout(), np.full((480, 640, 3), 150, np.uint8)
    one, two = wall.copy(), wall.copy()
    one[240:400, 260:380] = cv2.resize(astronaut[0:320, 100:340], (120, 160))
    two[240:400, 260:380] = cv2.resize(draw_face(RESTING_FACE)[100:420, 200:440], (120, 160))
    layout.watch(draw_gallery([one, two], HD), 0)

    assert layout.watch(draw_gallery([two, one], HD), 0.5)
    assert numbers(layout) == [2, 1]
    assert not any(tile.certain for tile in layout.tiles)


def test_the_page_of_a_gallery_turns_and_turns_back(rooms: Rooms) -> None:
    """Others get new numbers, and who comes back has the old one."""
    layout, videos = MeetingLayout(), rooms(9)
    layout.watch(draw_gallery(videos[:4], HD), 0)

    assert layout.watch(draw_gallery(videos[4:], HD), 1)
    assert not set(numbers(layout)) & {1, 2, 3, 4}
    assert layout.watch(draw_gallery(videos[:4], HD), 200)
    assert numbers(layout) == [1, 2, 3, 4]
    assert all(tile.certain for tile in layout.tiles)


def test_a_speaker_who_is_enlarged_keeps_the_number(rooms: Rooms) -> None:
    """From a gallery of four to the third one large, with the others beside."""
    layout, (one, two, three, four) = MeetingLayout(), rooms(4)
    layout.watch(draw_gallery([one, two, three, four], HD), 0)

    assert layout.watch(draw_gallery([three, one, two, four], HD, GalleryStyle("strip")), 0.5)
    assert sorted(numbers(layout)) == [1, 2, 3, 4]
    assert max(layout.tiles, key=lambda tile: tile.box.area).number == 3
    assert all(tile.certain for tile in layout.tiles)


def test_tiles_that_look_alike_are_not_certain() -> None:
    """Two who cannot be told apart, in a new layout: nobody inherits the other's number unnoticed."""
    layout, face = MeetingLayout(), draw_face(RESTING_FACE)
    layout.watch(draw_gallery([face, face], HD), 0)

    assert layout.watch(draw_gallery([face, face, face], HD), 2)
    assert not any(tile.certain for tile in layout.tiles if tile.number in (1, 2))
