"""The own face means the own face: what happens when it is away, and when others are in view."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from tracker.config.model_files import released_model
from tracker.core.face import Observation, Pose
from tracker.core.frame import Frame, Pixels
from tracker.core.geometry import Box
from tracker.core.records import ObservationRecord
from tracker.live.appearance import AppearanceVector
from tracker.live.face_tracking import FaceTracker
from tracker.live.own_face import KNOWN_PERSON_SECONDS, LARGER_FACE_SECONDS, LARGER_FACE_SECONDS_BESIDE_PERSON
from tracker.live.session import Session
from tracker.model.classifier import OnnxClassifier
from tracker.sources.synthetic import draw_face, face_at
from tracker.testing import detection_at
from tracker.vision.analyzer import Analyzer
from tracker.vision.landmarker import Landmarker

ME, BYSTANDER, POSTER, ANOTHER = range(4)
HOME, SHELF = Box(300, 100, 100, 100), Box(20, 60, 37, 37)
Scene = dict[int, Box]


def look_of(person: int, noise: int = 0) -> AppearanceVector:
    """People look unlike each other, or a little alike, and never twice quite the same."""
    mean = np.eye(8)[person] + (0.3 * np.eye(8)[ME] if person == ANOTHER else 0)
    return np.asarray(mean + 0.1 * np.random.default_rng(noise).normal(size=8))


class Room:
    """People before a camera that is looked at twice a second, and what was told of them."""

    def __init__(self, faces: Any = "own", hz: float = 2.0, *, looks: bool = True) -> None:
        self.follower, self.t, self._hz, self._looks = FaceTracker(faces), 0.0, hz, looks
        self.classified: set[int] = set()

    def see(self, scene: Scene, seconds: float = 0.0, *, alive: bool = False) -> list[dict[int, int]]:
        """Who was followed under which id at each observation, one at least; alive: all turn their heads all the time."""
        return [self._observe(scene, alive=alive) for _ in range(max(1, round(seconds * self._hz)))]

    def _observe(self, scene: Scene, *, alive: bool) -> dict[int, int]:
        people = sorted(scene, key=lambda person: -scene[person].area)
        yaw = 6.0 * (round(self.t * self._hz) % 2) if alive else 0.0
        found = [detection_at(scene[person], Pose(yaw, 0, 0)) for person in people]
        asked = self.follower.candidates(found, self.t)
        self.classified |= {people[index] for index in asked}
        looks = {index: look_of(people[index], round(self.t * 10)) if self._looks else None for index in asked}
        followed = self.follower.follow(found, self.t, looks)
        self.t += 1 / self._hz
        return {people[each.place]: each.id for each in followed}


def told(seen: list[dict[int, int]]) -> set[tuple[int, int]]:
    return {pair for each in seen for pair in each.items()}


@pytest.mark.parametrize("looks", [True, False])
@pytest.mark.parametrize("away", [3, 4, 60, 600])
def test_while_the_own_face_is_away_nobody_else_is_followed(away: float, looks: bool) -> None:
    """A smaller face in view stays nobody for as long as it takes; the own face is back with its id within a second."""
    room = Room(looks=looks)
    room.see({ME: HOME, BYSTANDER: SHELF}, 10)

    assert told(room.see({BYSTANDER: SHELF}, away)) == set()
    assert told(room.see({ME: HOME, BYSTANDER: SHELF}, 1)) == {(ME, 1)}


@pytest.mark.parametrize("width", [20, 37 * 1.2, 37 * 2.7, 37 * 3.5, 250])
@pytest.mark.parametrize("x", [0, 150, 300, 700])
def test_the_own_face_is_known_at_any_size_and_place(width: float, x: float) -> None:
    """Nearer, farther or on another chair after a minute: the same id within a second, and never the bystander's."""
    room = Room()
    room.see({ME: HOME, BYSTANDER: SHELF}, 10)
    room.see({BYSTANDER: SHELF}, 60)

    back = room.see({ME: Box(x, 200, width, width), BYSTANDER: SHELF}, 3)

    assert told(back) == {(ME, 1)}
    assert all(back[2:])


def test_nobody_else_is_classified_while_the_own_face_is_in_view() -> None:
    """A bystander is looked at only while the own face is away, when it might be the own one."""
    room = Room()
    room.see({ME: HOME, BYSTANDER: SHELF}, 60)
    assert room.classified == {ME}
    room.see({BYSTANDER: SHELF})
    assert room.classified == {ME, BYSTANDER}


@pytest.mark.parametrize("before", [0.5, 5, 600])
def test_after_a_poster_the_person_is_followed_within_a_few_seconds(before: float) -> None:
    """However long a picture hung there alone: a clearly larger face that stays is the person from then on, with another id."""
    room = Room()
    assert told(room.see({POSTER: SHELF}, before)) == {(POSTER, 1)}

    came = room.see({ME: HOME, POSTER: SHELF}, LARGER_FACE_SECONDS + 1.5)

    assert came[-1] == {ME: 2}
    assert told(room.see({POSTER: SHELF}, 120)) == set()
    assert room.see({ME: HOME, POSTER: SHELF}, 1)[-1] == {ME: 2}


def test_a_passer_by_is_too_short_to_be_the_person() -> None:
    """A larger face that stays for less than the time it takes changes nothing."""
    room = Room()
    room.see({ME: HOME}, 5)

    assert told(room.see({ANOTHER: Box(0, 0, 250, 250), ME: HOME}, LARGER_FACE_SECONDS - 0.5)) == {(ME, 1)}
    assert told(room.see({ME: HOME}, 5)) == {(ME, 1)}


def test_who_was_in_view_before_has_to_stay_as_a_larger_face() -> None:
    """A bystander of long standing who leans forward for a moment is a passer-by like others."""
    room = Room()
    room.see({ME: HOME, BYSTANDER: SHELF}, 15)

    assert told(room.see({ME: HOME, BYSTANDER: Box(20, 60, 60, 60)})) == {(ME, 1)}
    assert told(room.see({ME: HOME, BYSTANDER: Box(20, 60, 170, 170)}, LARGER_FACE_SECONDS - 0.5)) == {(ME, 1)}


def test_somebody_who_leans_in_does_not_become_the_person() -> None:
    """Who is known to be somebody stays followed beside a larger face; one that stays very long is given up when it is gone."""
    room = Room()
    room.see({ME: HOME}, KNOWN_PERSON_SECONDS + 30, alive=True)
    large = Box(0, 0, 250, 250)

    assert told(room.see({ANOTHER: large, ME: HOME}, LARGER_FACE_SECONDS_BESIDE_PERSON - 1, alive=True)) == {(ME, 1)}
    assert room.follower.may_follow_wrong_face
    assert room.see({ANOTHER: large, ME: HOME}, 3, alive=True)[-1] == {ANOTHER: 2}
    assert room.see({ME: HOME}, 10, alive=True)[-1] == {ME: 1}


def test_who_steps_into_the_own_place_is_somebody_else() -> None:
    """Another face is where the own one was an observation ago: silence, and within a second of its return the own face."""
    room = Room()
    room.see({ME: HOME}, 10)

    assert told(room.see({ANOTHER: HOME}, 30)) == set()
    assert room.see({ME: HOME}, 3)[2:] == [{ME: 1}] * 4


def test_a_walk_to_the_door_does_not_make_a_bystander_larger() -> None:
    """Size is compared with what the own face usually has, not with the last glimpse of it in the distance."""
    room = Room()
    room.see({ME: HOME}, 20)
    for width in (80, 60, 45, 34, 25):
        room.see({ME: Box(300, 100, width, width)})

    assert told(room.see({BYSTANDER: Box(20, 60, 60, 60)}, 120)) == set()


@pytest.mark.parametrize("present", [True, False])
def test_a_person_says_which_face_is_theirs(present: bool) -> None:
    """The face that was named is followed at the next observation, a smaller one, too, and stays it."""
    room = Room()
    room.see({POSTER: HOME, ME: SHELF} if present else {POSTER: HOME}, 60)
    room.see({POSTER: HOME, ME: SHELF} if present else {ME: SHELF}, 2)

    room.follower.claim(SHELF)

    scene = {POSTER: HOME, ME: SHELF} if present else {ME: SHELF}
    assert room.see(scene, 1) == [{ME: 2}, {ME: 2}]
    assert told(room.see({POSTER: HOME, ME: SHELF}, LARGER_FACE_SECONDS_BESIDE_PERSON + 20)) == {(ME, 2)}


def test_the_claim_of_a_place_without_a_face_changes_nothing() -> None:
    """Who was named is gone by then: the own face stays the own face."""
    room = Room()
    room.see({ME: HOME}, 5)
    room.follower.claim(Box(600, 300, 60, 60))

    assert told(room.see({ME: HOME}, 2)) == {(ME, 1)}


@pytest.mark.parametrize("faces", ["own", "all"])
@pytest.mark.parametrize("looks", [True, False])
def test_a_source_that_looks_rarely_keeps_one_id(faces: str, looks: bool) -> None:
    """A frame in five or twenty seconds, from a source that was asked for two a second: one face, one id."""
    for hz in (0.2, 0.05):
        room = Room(faces, hz, looks=looks)
        room.follower.set_interval(0.5)

        assert told(room.see({ME: HOME}, 200)) == {(ME, 1)}


@pytest.mark.parametrize("looks", [True, False])
def test_everybodys_ids_survive_five_seconds(looks: bool) -> None:
    """With all faces, who was away for five seconds has the same id at the same place."""
    room = Room("all", looks=looks)
    room.see({ME: HOME, BYSTANDER: SHELF}, 5)
    room.see({BYSTANDER: SHELF}, 5)

    assert room.see({ME: HOME, BYSTANDER: SHELF}) == [{ME: 1, BYSTANDER: 2}]


@pytest.mark.parametrize("away", [0, 2, 60])
def test_two_who_swap_seats_keep_their_ids(away: float) -> None:
    """From one frame to the next, or after a while behind the camera: looks say who is who."""
    left, right = Box(50, 100, 100, 100), Box(200, 100, 100, 100)
    room = Room("all")
    room.see({ME: left, ANOTHER: right}, 10)
    if away:
        room.see({}, away)

    assert told(room.see({ME: right, ANOTHER: left}, 5)) == {(ME, 1), (ANOTHER, 2)}


FrameMaker = Callable[..., Frame]


@pytest.fixture(scope="module")
def eyes(landmarker: Landmarker) -> Analyzer:
    """Finds real faces, with the released model's features."""
    return Analyzer(landmarker, OnnxClassifier(released_model(), "live"))


@pytest.fixture(scope="module")
def scenes(astronaut: Pixels) -> dict[str, Pixels]:
    """A woman before the camera, near, far or at the other side, with somebody drawn behind her; and without her."""
    bystander = cv2.resize(draw_face(face_at(0.0)), (240, 180), interpolation=cv2.INTER_AREA)
    empty = np.full((360, 640, 3), 120, np.uint8)
    empty[170:350, 390:630] = bystander
    found = {"empty": empty}
    for name, (x, side) in {"near": (10, 340), "far": (60, 150), "aside": (160, 230)}.items():
        found[name] = empty.copy()
        found[name][10 : 10 + side, x : x + side] = cv2.resize(astronaut[0:300, 80:380], (side, side))
    return found


def observed(session: Session, pixels: Pixels, since: float, seconds: float, frame: FrameMaker) -> list[Observation]:
    return [session.observe(frame(since + n / 2, pixels, round(since * 2) + n)) for n in range(round(seconds * 2))]


def test_in_pictures_the_own_face_is_told_from_somebody_else(
    eyes: Analyzer, scenes: dict[str, Pixels], frame: FrameMaker
) -> None:
    """Real crops and features: nobody is there while only the other one is, and she is found again near, far and aside."""
    session = Session(eyes)
    assert all(len(each.readings) == 1 for each in observed(session, scenes["near"], 0, 3, frame))

    assert [each.readings for each in observed(session, scenes["empty"], 3, 2, frame)] == [()] * 4
    for since, name in ((60, "aside"), (120, "far"), (180, "near")):
        back = observed(session, scenes[name], since, 2, frame)
        assert [reading.id for each in back[1:] for reading in each.readings] == [1, 1, 1], name
        assert {reading.face.words.expression for reading in back[-1].readings} <= {"happy", "unclear"}
        assert observed(session, scenes["empty"], since + 10, 1, frame)[-1].readings == ()


def test_a_run_that_goes_on_knows_the_own_face_again(eyes: Analyzer, scenes: dict[str, Pixels], frame: FrameMaker) -> None:
    """Broken off while she was away: the second run tells nobody, until she is back, as if it had never stopped."""
    plan = ["near"] * 4 + ["empty"] * 5 + ["aside"] * 3
    frames = [frame(n / 2, scenes[name], n) for n, name in enumerate(plan)]
    whole = [[reading.id for reading in each.readings] for each in Session(eyes).go_through(frames, 2)]
    first, second = Session(eyes), Session(eyes)
    for observation in first.go_through(frames[:7], 2):
        second.recall(ObservationRecord.of(observation, first.id, "a film"))

    rest = [[reading.id for reading in each.readings] for each in second.go_through(frames, 2, after=6)]

    assert rest == whole[7:]
    assert rest[-1] == [1]
