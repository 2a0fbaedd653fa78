"""A verdict is stored, replaced and undone, and its pixels with it."""

from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UsageError
from tracker.core.face import Face
from tracker.core.frame import Pixels
from tracker.core.vocabulary import SAID
from tracker.model.provenance import ModelProvenance
from tracker.store import schema
from tracker.store.crops import from_png, to_png
from tracker.store.retention import delete_keeping_verdicts
from tracker.store.uploads import crop_data, describe_picture, list_pictures, picture_data, store_picture
from tracker.store.verdicts import VERDICT_ORIGINS, save_moment_verdict, save_verdict, undo_verdict
from tracker.testing import FakeClassifier, FakeDetector
from tracker.vision.analyzer import Analyzer

AT = datetime(2026, 11, 22, 10, 15, 2, 503_000, tzinfo=UTC)
JUDGE = ModelProvenance("a" * 64, "fake", "1", "picture", 0.4)


@pytest.fixture
def face(astronauts_head: Pixels) -> Face:
    scores = {"happy": 0.7, "neutral": 0.2, "sad": 0.1}
    return Analyzer(FakeDetector(), FakeClassifier(scores)).classify_crop(astronauts_head)


@pytest.fixture
def png(face: Face) -> bytes:
    return to_png(face.crop)


@pytest.fixture
def upload(astronaut: Pixels) -> bytes:
    return cv2.imencode(".png", astronaut)[1].tobytes()


def stored_upload(store: Store, face: Face, faces: int = 1, keep_until: datetime | None = None) -> tuple[str, list[int]]:
    """Store an upload with so many faces; returns its uuid and the numbers of its predictions."""
    uuid = store_picture(store, "a.png", (512, 512), [face] * faces, JUDGE, at=AT, keep_until=keep_until)
    return uuid, [each.id for each in describe_picture(store, uuid).faces]


def count(store: Store, table: type[schema.Base]) -> int:
    return store.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("said", SAID)
def test_a_verdict_is_kept_with_the_crop_and_nothing_more(store: Store, face: Face, png: bytes, said: str) -> None:
    """The crop is read back pixel by pixel; the whole picture is not stored, as nobody ticked it."""
    uuid, (number,) = stored_upload(store, face)

    save_verdict(store, number, said, png, at=AT)
    store.commit()
    store.expunge_all()

    verdict = describe_picture(store, uuid).faces[0].verdict
    assert verdict is not None
    assert (verdict.said, verdict.person, verdict.origin, verdict.whole, verdict.at) == (said, "me", "picture", False, AT)
    assert np.array_equal(from_png(crop_data(store, number) or b""), face.crop)
    assert picture_data(store, uuid) is None
    assert [each.verdict is not None for each in list_pictures(store)[0].faces] == [True]


def test_a_changed_mind_replaces_and_undo_brings_back(store: Store, face: Face, png: bytes, upload: bytes) -> None:
    """Of three verdicts the last one holds; each undo brings the one before back with its pixels, the last undo leaves none."""
    uuid, (number,) = stored_upload(store, face)
    first = save_verdict(store, number, "sad", png, at=AT)
    second = save_verdict(store, number, "fear", png, upload, person="Ana", at=AT + timedelta(minutes=1))
    third = save_verdict(store, number, "happy", at=AT + timedelta(minutes=2))
    assert first == second == third
    assert count(store, schema.Verdict) == 1
    assert picture_data(store, uuid) == upload

    assert undo_verdict(store, number) == first
    kept = store.scalars(select(schema.Verdict)).one()
    assert (kept.said, kept.person, kept.whole, kept.at) == ("fear", "Ana", True, AT + timedelta(minutes=1))
    assert picture_data(store, uuid) == upload

    assert undo_verdict(store, number) == first
    assert (kept.said, kept.person, kept.whole, kept.at) == ("sad", "me", False, AT)
    assert (picture_data(store, uuid), crop_data(store, number)) == (None, png)

    assert undo_verdict(store, number) is None
    assert (count(store, schema.Verdict), crop_data(store, number)) == (0, None)
    assert describe_picture(store, uuid).faces[0].verdict is None
    with pytest.raises(UsageError, match="no verdict"):
        undo_verdict(store, number)


def test_a_crop_goes_with_the_verdict_that_brought_it(store: Store, face: Face, png: bytes) -> None:
    """A first verdict without a crop has none again after the second one, which had a crop, is undone."""
    _, (number,) = stored_upload(store, face)
    save_verdict(store, number, "sad")
    save_verdict(store, number, "happy", png)

    undo_verdict(store, number)

    assert crop_data(store, number) is None


def test_a_ticked_picture_stays_while_another_face_asks_for_it(store: Store, face: Face, png: bytes, upload: bytes) -> None:
    """Two faces, both with the whole picture: it is deleted with the second undo."""
    uuid, (one, other) = stored_upload(store, face, faces=2)
    save_verdict(store, one, "happy", png, upload)
    save_verdict(store, other, "neutral", png, upload)

    undo_verdict(store, one)
    assert picture_data(store, uuid) == upload
    undo_verdict(store, other)
    assert picture_data(store, uuid) is None


def test_a_live_moment_is_kept_with_its_session_and_leaves_nothing_when_taken_back(
    store: Store, face: Face, upload: bytes
) -> None:
    """It is stored at its time in its session; undo deletes verdict, prediction, and the whole picture that was ticked."""
    session = schema.Session(
        uuid="s", source="0", hz=2, faces="own", prior="live", smoothing=1, threshold=0.4, started_at=AT, person=None
    )
    store.add(session)

    number = save_moment_verdict(store, face, JUDGE, "surprise", upload, session="s", t=12.5, number=3, at=AT)
    kept = store.get_one(schema.Prediction, number)

    assert (kept.session_id, kept.t, kept.face) == (session.id, 12.5, 3)
    assert kept.verdict is not None
    assert (kept.verdict.origin, kept.verdict.said) == ("live", "surprise")
    assert kept.picture is not None
    assert (kept.picture.width, kept.picture.height, kept.picture.data) == (512, 512, upload)

    undo_verdict(store, number)
    assert [count(store, table) for table in (schema.Verdict, schema.Prediction, schema.Picture, schema.Session)] == [
        0,
        0,
        0,
        1,
    ]


@pytest.mark.parametrize("origin", VERDICT_ORIGINS)
def test_what_was_never_recorded_leaves_nothing_when_taken_back(store: Store, face: Face, upload: bytes, origin: str) -> None:
    """Where nothing but ticked pictures is stored, undo leaves nothing, also if the picture came with a second verdict."""
    number = save_moment_verdict(store, face, JUDGE, "sad", origin=origin)
    save_verdict(store, number, "happy", None, upload)
    assert list_pictures(store)[0].name == "a kept moment"

    undo_verdict(store, number)
    assert (count(store, schema.Picture), count(store, schema.Verdict)) == (0, 1)
    undo_verdict(store, number)
    assert [count(store, table) for table in (schema.Verdict, schema.Prediction)] == [0, 0]


def test_a_moment_of_a_session_that_is_not_stored_can_be_kept(store: Store, face: Face) -> None:
    """Its origin stays when the verdict is changed later, elsewhere."""
    number = save_moment_verdict(store, face, JUDGE, "sad", session="unknown", t=1.0, origin="start")
    save_verdict(store, number, "neutral")

    kept = store.get_one(schema.Prediction, number)
    assert kept.session_id is None
    assert kept.verdict is not None
    assert (kept.verdict.origin, kept.verdict.said) == ("start", "neutral")


def test_what_was_saved_by_a_verdict_outlives_retention(store: Store, face: Face, png: bytes, upload: bytes) -> None:
    """Past a picture's deadline, faces with a verdict stay, the others are deleted; a ticked picture stays whole."""
    _, (one, other) = stored_upload(store, face, faces=2, keep_until=AT)
    ticked, (third,) = stored_upload(store, face, keep_until=AT)
    later, _ = stored_upload(store, face, keep_until=AT + timedelta(days=1))
    save_verdict(store, one, "sad", png)
    save_verdict(store, third, "happy", png, upload)

    delete_keeping_verdicts(store, schema.Picture, schema.Picture.keep_until <= AT)
    store.expire_all()

    assert store.get(schema.Prediction, other) is None
    assert store.get_one(schema.Prediction, one).picture is None
    assert picture_data(store, ticked) == upload
    assert {each.uuid for each in list_pictures(store)} == {ticked, later}
    undo_verdict(store, one)
    assert store.get(schema.Prediction, one) is None


def test_what_makes_no_sense_is_refused_with_a_sentence(store: Store, face: Face, png: bytes) -> None:
    """A word that is no verdict, a deleted face, a crop that is none: an error with a sentence, and nothing is stored."""
    _, (number,) = stored_upload(store, face)
    colour = cv2.imencode(".png", np.zeros((48, 48, 3), np.uint8))[1].tobytes()

    with pytest.raises(UsageError, match="A verdict is one of angry"):
        save_verdict(store, number, "bored", png)
    with pytest.raises(UsageError, match="There is no face 99"):
        save_verdict(store, 99, "sad", png)
    for crop in (colour, b"", b"GIF89a", png[:100]):
        with pytest.raises(UsageError, match="square gray PNG"):
            save_verdict(store, number, "sad", crop)
    with pytest.raises(UsageError, match="comes from one of"):
        save_verdict(store, number, "sad", png, origin="elsewhere")
    assert count(store, schema.Verdict) == 0
