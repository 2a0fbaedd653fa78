"""The drawn face: a stand-in that the real landmarker finds."""

from itertools import count, product

import pytest

from tracker.motion.aggregate import FaceMotion
from tracker.motion.budget import MotionBudget
from tracker.motion.signals import face_signals
from tracker.sources.synthetic import RESTING_FACE, SyntheticFace, SyntheticMeetingSource, SyntheticSource, draw_face, face_at
from tracker.vision.landmarker import Landmarker


def test_the_face_is_found_and_the_empty_room_is_not(landmarker: Landmarker) -> None:
    """The demo shows one face, or nobody, as a camera would."""
    (face,) = landmarker.detect(draw_face(RESTING_FACE))

    assert face.landmarks.box.centre == pytest.approx((320, 250), abs=30)
    assert landmarker.detect(draw_face(None)) == []


def test_the_meeting_has_four_people_who_differ(landmarker: Landmarker) -> None:
    """Each is found in its own tile, and one smiles while another does not."""
    with SyntheticMeetingSource(lambda: 0.0) as meeting:
        faces = landmarker.detect(next(iter(meeting)).pixels)

    assert {(x > 320, y > 240) for x, y in (face.landmarks.box.centre for face in faces)} == set(
        product((False, True), repeat=2)
    )
    smiles = [face.shape.blendshapes["mouthSmileLeft"] for face in faces]
    assert max(smiles) > min(smiles) + 0.2


def test_its_smile_is_measured(landmarker: Landmarker) -> None:
    """The landmark model measures more smile in the smiling face than in the resting one."""
    smiles = [
        landmarker.detect(draw_face(look))[0].shape.blendshapes["mouthSmileLeft"]
        for look in (RESTING_FACE, SyntheticFace(smile=1, mouth=0.35))
    ]

    assert smiles[1] > smiles[0] + 0.2


def test_the_script_has_every_face_and_repeats() -> None:
    """In one round the face rests, smiles, is surprised, frowns and leaves; the next round is the same."""
    round_trip = [face_at(t / 2) for t in range(45)]

    assert None in round_trip
    assert max(look.smile for look in round_trip if look) == 1
    assert min(look.smile for look in round_trip if look) < -0.5
    assert face_at(1.0) == face_at(1.0 + 22.5)


def test_its_blinks_and_nods_are_counted(landmarker: Landmarker) -> None:
    """In nine seconds the resting face blinks twice and nods once, seen 15 times a second by the real landmarker."""
    face = FaceMotion()
    for t in (n / 15 for n in range(15 * 9 + 5)):
        (found,) = landmarker.detect(draw_face(RESTING_FACE, t))
        face.add(face_signals(found, t))
    motion = face.take(MotionBudget(15.0))

    assert motion is not None
    assert (motion.blinks, motion.nods, motion.shakes) == (2, 1, 0)


def test_frames_come_until_the_source_is_closed() -> None:
    """After the source is left, no more frames are drawn."""
    ticks = count()
    source = SyntheticSource(lambda: float(next(ticks)))
    with source:
        frames = iter(source)
        assert [next(frames).number for _ in range(2)] == [0, 1]

    assert list(frames) == []
