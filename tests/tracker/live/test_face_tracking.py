"""Which face is which."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tracker.core.geometry import Box
from tracker.core.sampling import FACE_MEMORY_SECONDS
from tracker.live.face_tracking import FaceTracker
from tracker.live.track import MAX_STEP_WIDTHS, MAX_WIDTH_CHANGE
from tracker.testing import detection_at


def ids(follower: FaceTracker, boxes: Sequence[Box], t: float) -> dict[float, int]:
    """X of each box that is followed -> its id; detections are given largest first, as a detector does."""
    detections = [detection_at(box) for box in sorted(boxes, key=lambda box: -box.area)]
    return {followed.detection.landmarks.box.x: followed.id for followed in follower.follow(detections, t)}


def watched(follower: FaceTracker, boxes: Sequence[Box], since: float, until: float) -> set[int]:
    """Twice a second the same; the ids that were told."""
    told: set[int] = set()
    for step in range(round((until - since) * 2)):
        told |= set(ids(follower, boxes, since + step / 2).values())
    return told


def face(x: float, width: float = 100) -> Box:
    return Box(x, 100, width, width)


def test_own_is_the_largest_face_at_first() -> None:
    """Of two people, only the one nearer to the camera is followed."""
    assert ids(FaceTracker("own"), [face(0, 50), face(300, 100)], 0) == {300: 1}


def test_own_stays_with_the_first_face_when_a_larger_one_comes() -> None:
    """Somebody who leans into the picture does not become the person."""
    follower = FaceTracker("own")
    ids(follower, [face(300)], 0)

    assert ids(follower, [face(0, 250), face(310)], 0.5) == {310: 1}


def test_own_says_nothing_of_somebody_else_while_the_person_is_remembered() -> None:
    """When the person leaves for a moment, the other one in the picture is not taken for them."""
    follower = FaceTracker("own")
    ids(follower, [face(300), face(0, 60)], 0)

    assert ids(follower, [face(0, 60)], FACE_MEMORY_SECONDS) == {}
    assert ids(follower, [face(310)], FACE_MEMORY_SECONDS) == {310: 1}


def test_without_looks_the_own_face_is_found_again_at_its_place_and_size() -> None:
    """However long it was away, and whoever is in view: the one where and as large as it used to be keeps its id."""
    follower = FaceTracker("own")
    watched(follower, [face(300)], 0, 2)
    watched(follower, [face(0, 60)], 2, 100)

    assert ids(follower, [face(0, 60), face(300, 110)], 100) == {300: 1}


def test_who_is_looked_for_seldom_is_remembered_from_look_to_look() -> None:
    """At one look in ten seconds the own face stays the own face, also when a larger one comes."""
    follower = FaceTracker("own")
    follower.set_interval(10)
    ids(follower, [face(0)], 0)
    assert ids(follower, [face(300, 200), face(5)], 10) == {5: 1}


def test_ids_survive_a_gap() -> None:
    """A face that is not found for less than the memory keeps its id."""
    follower = FaceTracker("all")
    ids(follower, [face(0), face(300)], 0)
    ids(follower, [face(0)], 1)

    assert ids(follower, [face(5), face(300)], FACE_MEMORY_SECONDS) == {5: 1, 300: 2}


def test_a_gap_longer_than_the_memory_is_a_farewell() -> None:
    """Ids are never used again."""
    follower = FaceTracker("all")
    watched(follower, [face(0)], 0, 2)
    watched(follower, [], 2, 2 + FACE_MEMORY_SECONDS)

    assert ids(follower, [face(0)], 2 + FACE_MEMORY_SECONDS) == {0: 2}


def test_two_who_pass_each_other_keep_their_ids() -> None:
    """A tall face walks right, a low one left; where they pass, each is nearest to where it was."""
    follower = FaceTracker("all")
    for step in range(21):
        tall, low = Box(step * 20, 0, 100, 120), Box(400 - step * 20, 40, 90, 100)
        seen = follower.follow([detection_at(tall), detection_at(low)], step / 15)
        assert [followed.id for followed in seen] == [1, 2]


def test_who_is_nearest_is_settled_for_the_nearest_pair_first() -> None:
    """A newcomer beside a known face does not take its id, although the detector names the newcomer first."""
    follower = FaceTracker("all")
    ids(follower, [face(100, 100)], 0)

    assert ids(follower, [face(160, 110), face(102, 100)], 0.5) == {102: 1, 160: 2}


def test_a_jump_or_a_leap_in_size_is_somebody_else() -> None:
    """Farther than MAX_STEP_WIDTHS widths, or more than MAX_WIDTH_CHANGE times as wide, is another face."""
    assert ids(_seen_at(face(0)), [face(100 * MAX_STEP_WIDTHS + 5)], 0.1) == {100 * MAX_STEP_WIDTHS + 5: 2}
    assert ids(_seen_at(face(0)), [face(100 * MAX_STEP_WIDTHS - 5)], 0.1) == {100 * MAX_STEP_WIDTHS - 5: 1}
    assert ids(_seen_at(face(0)), [face(0, 100 * MAX_WIDTH_CHANGE + 5)], 0.1) == {0: 2}
    assert ids(_seen_at(face(0)), [face(0, 100 * MAX_WIDTH_CHANGE - 5)], 0.1) == {0: 1}
    assert ids(_seen_at(face(0)), [face(0, 100 / MAX_WIDTH_CHANGE - 5)], 0.1) == {0: 2}
    assert ids(_seen_at(face(0)), [face(0, 100 / MAX_WIDTH_CHANGE + 5)], 0.1) == {0: 1}


def test_places_are_those_of_who_is_remembered() -> None:
    """Where somebody was seen last is known until they are forgotten."""
    follower = FaceTracker("all")
    ids(follower, [face(0), face(300)], 0)
    ids(follower, [face(10)], 1)

    assert {box.x for box in follower.places(FACE_MEMORY_SECONDS)} == {10, 300}
    assert {box.x for box in follower.places(FACE_MEMORY_SECONDS + 0.5)} == {10}


def _seen_at(box: Box) -> FaceTracker:
    follower = FaceTracker("all")
    ids(follower, [box], 0)
    return follower


@given(st.lists(st.lists(st.integers(0, 9), max_size=5, unique=True), max_size=8))
def test_everybody_has_an_id_of_their_own(scenes: list[list[int]]) -> None:
    """Whoever comes and goes, every face of a picture is followed and no two share an id."""
    follower = FaceTracker("all")
    for number, places in enumerate(scenes):
        seen = ids(follower, [face(place * 60, 80 + place) for place in places], number * 0.7)

        assert len(seen) == len(places)
        assert len(set(seen.values())) == len(places)
