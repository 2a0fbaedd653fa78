"""What is stored of an upload: its predictions, and no pixel."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from msgspec import structs
from sqlalchemy import func, select
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UsageError
from tracker.core.face import Face
from tracker.core.frame import Pixels
from tracker.core.records import PictureFaceRecord, as_json
from tracker.model.classifier import OnnxClassifier
from tracker.model.provenance import ModelProvenance
from tracker.store import schema
from tracker.store.uploads import (
    crop_data,
    describe_picture,
    find_prediction_id,
    list_pictures,
    picture_data,
    store_picture,
    update_predictions,
)
from tracker.store.verdicts import save_verdict
from tracker.vision.analyzer import Analyzer
from tracker.vision.landmarker import Landmarker
from tracker.vision.single_image import analyze_picture

AT = datetime(2026, 11, 22, 10, 15, 2, 503_000, tzinfo=UTC)


@pytest.fixture(scope="module")
def faces(landmarker: Landmarker, classifier: OnnxClassifier, astronaut: Pixels) -> list[Face]:
    return analyze_picture(Analyzer(landmarker, classifier), astronaut)


def test_an_upload_classified_again_has_the_new_prediction_without_a_verdict(
    store: Store, faces: list[Face], classifier: OnnxClassifier
) -> None:
    """One entry, with the prior that was asked for last; a face with a verdict keeps the prediction that it is about."""
    judge = ModelProvenance.of(classifier)
    uuid = store_picture(store, "a.png", (512, 512), faces, judge, at=AT, keep_until=None)
    assert update_predictions(store, uuid, faces, structs.replace(judge, prior="natural"), AT)
    number = find_prediction_id(store, uuid, 0)
    assert number is not None
    face = store.scalars(select(schema.Prediction)).one()
    assert (face.id, face.prior) == (number, "natural")

    save_verdict(store, number, "sad", None)
    assert update_predictions(store, uuid, faces, structs.replace(judge, prior="balanced"), AT)
    assert face.prior == "natural"
    assert not update_predictions(store, "another", faces, judge, AT)


def test_an_upload_is_stored_with_its_predictions_and_no_pixel(
    store: Store, faces: list[Face], classifier: OnnxClassifier
) -> None:
    """The store holds of a face what `mien image` prints, with features and light; crop and file are not stored."""
    uuid = store_picture(store, "astronaut.png", (512, 512), faces, ModelProvenance.of(classifier), at=AT, keep_until=None)
    store.commit()
    store.expunge_all()

    stored = describe_picture(store, uuid)
    (face,) = stored.faces
    expected: dict[str, Any] = as_json(PictureFaceRecord.of(faces[0]))
    assert (face.box, face.expression, face.confidence) == tuple(expected[name] for name in ("box", "expression", "confidence"))
    assert (face.reason, face.found) == (expected["quality"]["reason"], expected["found"])
    assert face.scores == pytest.approx(expected["scores"], abs=1e-4)
    assert face.heads["ferplus"] == pytest.approx(expected["heads"]["ferplus"], abs=1e-4)
    assert (face.model, face.prior, face.threshold) == (classifier.sha256, "picture", classifier.threshold)
    assert (stored.name, stored.at, stored.has_file, face.verdict) == ("astronaut.png", AT, False, None)
    kept = store.scalars(select(schema.Prediction)).one()
    assert np.asarray(kept.features) == pytest.approx(faces[0].prediction.features, rel=1e-3, abs=1e-3)
    assert kept.light == pytest.approx(faces[0].crop.mean())
    assert crop_data(store, kept.id) is picture_data(store, uuid) is None


def test_a_model_has_one_row(store: Store, faces: list[Face], classifier: OnnxClassifier) -> None:
    """However many pictures it classified; the row has the time of its first use."""
    for minutes in range(3):
        at = AT + timedelta(minutes=minutes)
        store_picture(store, "a.png", (512, 512), faces, ModelProvenance.of(classifier), at=at, keep_until=None)

    assert store.scalar(select(func.count()).select_from(schema.Model)) == 1
    model = store.scalars(select(schema.Model)).one()
    assert (model.sha256, model.name, model.first_used_at) == (classifier.sha256, classifier.contract.name, AT)


def test_uploads_are_listed_newest_first_and_page_by_page(store: Store, faces: list[Face], classifier: OnnxClassifier) -> None:
    """Pictures without faces are listed, too; the next page begins after the last one."""
    for number in range(5):
        some = faces if number else []
        at = AT + timedelta(minutes=number)
        store_picture(store, f"{number}.png", (640, 480), some, ModelProvenance.of(classifier), at=at, keep_until=None)
    store.commit()
    store.expunge_all()

    first = list_pictures(store, limit=3)
    second = list_pictures(store, limit=3, offset=3)

    assert [each.name for each in first + second] == ["4.png", "3.png", "2.png", "1.png", "0.png"]
    assert [face.expression for face in first[0].faces] == [faces[0].words.expression]
    assert (second[-1].faces, second[-1].width) == ((), 640)


def test_a_picture_that_is_gone_is_told_so(store: Store) -> None:
    """Asking for a deleted picture raises a sentence."""
    with pytest.raises(UsageError, match="There is no picture nowhere"):
        describe_picture(store, "nowhere")
