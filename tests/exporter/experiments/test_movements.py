"""Made-up tracks and the tables that are made of them; models/MOVEMENTS.md has the figures of many."""

from dataclasses import replace

import numpy as np

from exporter.data.dataset import LabelledFaces
from exporter.data.meshes import BLENDSHAPES, POINTS, Meshes
from exporter.experiments.movement_tracks import BLINK, made_up_track
from exporter.experiments.movements import blendshape_names, microseconds, still_table, tallies, unseen_table, vote_table
from tracker.core.face import Detection, Pose, Shape
from tracker.motion.movements import MOVEMENTS


def test_a_track_is_the_same_for_a_seed_and_has_every_movement() -> None:
    """Two of most movements and many blinks, the same each time; another seed is another person."""
    one, again, other = made_up_track(3), made_up_track(3), made_up_track(4)
    happened = {event.name for event in one.events} - {""}

    assert {kind.name for kind in MOVEMENTS} - happened == {"blinking", "nose_wrinkled", "turned_away", "covered"}
    assert happened - {kind.name for kind in MOVEMENTS} == {BLINK}
    assert [(event.name, event.start, event.end) for event in one.events] == [
        (event.name, event.start, event.end) for event in again.events
    ]
    assert one.rest == again.rest != other.rest


def test_movements_of_a_track_are_found() -> None:
    """At five pictures a second, a vivid face's held movements are told, and what it did not do is not; and that costs time."""
    counted = tallies([2], 5)

    assert counted["tilt"].words == counted["yawn"].words == "100% · 100%"
    assert counted["eyes_closed"].happened == 2
    assert all(tally.found <= tally.happened and tally.right <= tally.told for tally in counted.values())
    assert microseconds([2]) > 0


def test_blendshapes_are_named_as_the_landmark_model_names_them(astronauts_face: Detection) -> None:
    """In its order, all but the first, which is none of a movement."""
    assert blendshape_names()[1:] == list(astronauts_face.shape.blendshapes)[1:]


def test_people_who_do_nothing_are_learnt_and_told_nothing_of(astronauts_face: Detection) -> None:
    """Of a face that never moves, rest is known at the first moment possible, and no movement is told."""
    blank = replace(astronauts_face, shape=Shape({}, Pose(3, 2, 1)))

    table = list(still_table([[blank] * 3], 5.0))

    assert table[2:] == ["| 2 | 10 s | none |", "| 5 | 10 s | none |"]


def test_pictures_are_counted_by_what_voters_saw() -> None:
    """Two neutral pictures and a smiling one: the smile is in all pictures of happiness and in none of the others."""
    names = blendshape_names()
    shapes = np.zeros((3, BLENDSHAPES), np.float32)
    shapes[2, [names.index("mouthSmileLeft"), names.index("mouthSmileRight")]] = 0.8
    votes = np.zeros((3, 10), np.int64)
    votes[:2, 0] = votes[2, 1] = 10
    zeros = np.zeros(3, np.int64)
    faces = LabelledFaces(np.zeros((3, 48, 48), np.uint8), zeros, votes, zeros)
    seen = Meshes(np.zeros((3, POINTS, 2), np.float32), shapes, np.zeros((3, 3), np.float32))

    table = list(vote_table(faces, seen))

    assert table[0].startswith("| movement | neutral (2) | happiness (1) | surprise (0) |")
    assert table[2].startswith("| smile_mouth | 0% | 100% | - |")
    assert "| `noseSneerLeft` | 0.000 |" in list(unseen_table(faces, seen))
