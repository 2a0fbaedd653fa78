"""Uploads and what was said of their faces: the scores at once, pixels only with a verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session as Store
from sqlalchemy.orm import defer, selectinload

from tracker.core.errors import UnknownError
from tracker.core.face import Face, Prediction
from tracker.core.records import PictureFaceRecord, QualityRecord, as_json, timestamp
from tracker.core.vocabulary import EMOJI, EXPRESSIONS
from tracker.store import schema
from tracker.vision.analyzer import Classifier

SCORE_DECIMALS = 6
"""Of a head's probabilities: enough to take their logarithm again."""
NO_UPLOAD = ""
"""The name of a picture that was saved with a verdict on a moment; it goes with that verdict."""
DEFAULT_PICTURE_NAME = "picture"
KEPT_MOMENT_NAME = "a kept moment"
"""What such a picture is called."""

CLASSIFICATION_COLUMNS: Final = (
    "person",
    "fit",
    "prior",
    "threshold",
    "expression",
    "confidence",
    "scores",
    "heads",
    "reason",
    "features",
)
"""What of a face's row may change when it is judged again."""


@dataclass(frozen=True, slots=True)
class ModelProvenance:
    """Whose word a prediction is.

    sha256, name, version: of the model file. prior: as asked for. threshold: below it a face is unclear. person, fit: whose
    fit was applied, and its number; None for the released model.
    """

    sha256: str
    name: str
    version: str
    prior: str
    threshold: float
    person: str | None = None
    fit: int | None = None

    @classmethod
    def of(cls, classifier: Classifier, prediction: Prediction | None = None) -> "ModelProvenance":
        """A classifier that is at work, with the fit that it applies; or that it applied when it made a prediction."""
        contract, fit = classifier.contract, classifier.fit if prediction is None else prediction.fit
        whose = (None, None) if fit is None else (fit.person, fit.version)
        return cls(classifier.sha256, contract.name, contract.version, classifier.prior, classifier.threshold, *whose)


def get_or_add_model(store: Store, judge: ModelProvenance, at: datetime) -> schema.Model:
    """The row of a model file, made when it is first met."""
    same = select(schema.Model).where(schema.Model.sha256 == judge.sha256)
    found = store.scalar(same)
    if found is None:
        # Another Mien on the same server may meet it at this moment.
        made = {"sha256": judge.sha256, "name": judge.name, "version": judge.version, "first_used_at": at}
        insert = postgresql.insert if store.get_bind().dialect.name == "postgresql" else sqlite.insert
        store.execute(insert(schema.Model).values(made).on_conflict_do_nothing(index_elements=["sha256"]))
        found = store.scalars(same).one()
    return found


def store_picture(
    store: Store,
    name: str,
    size: tuple[int, int],
    faces: Sequence[Face],
    judge: ModelProvenance,
    *,
    at: datetime,
    keep_until: datetime | None,
) -> str:
    """Keep what was said of an upload, and return its uuid; size is (width, height), keep_until None is for ever.

    No pixel is kept: crops and the picture itself come with a verdict.
    """
    model = get_or_add_model(store, judge, at)
    picture = schema.Picture(
        uuid=str(uuid4()), name=name or DEFAULT_PICTURE_NAME, at=at, width=size[0], height=size[1], keep_until=keep_until
    )
    picture.predictions = [new_prediction(face, number, judge, at) for number, face in enumerate(faces)]
    for prediction in picture.predictions:
        prediction.model = model
    store.add(picture)
    store.flush()
    return picture.uuid


def update_predictions(store: Store, uuid: str, faces: Sequence[Face], judge: ModelProvenance, at: datetime) -> bool:
    """The same upload with another prior: its faces have the new answer, but for those that somebody has spoken of.

    False where it is not kept any more, or has other faces now.
    """
    picture = store.scalar(select(schema.Picture).where(schema.Picture.uuid == uuid))
    if picture is None or len(picture.predictions) != len(faces):
        return False
    for number, (old, face) in enumerate(zip(picture.predictions, faces, strict=True)):
        if old.verdict is None:
            new = new_prediction(face, number, judge, at)
            for name in CLASSIFICATION_COLUMNS:
                setattr(old, name, getattr(new, name))
            old.model = get_or_add_model(store, judge, at)
    store.flush()
    return True


def find_prediction_id(store: Store, uuid: str | None, place: int) -> int | None:
    """The number of an upload's face, by its place there; None where it is not kept, or not any more."""
    inside = schema.Picture.uuid == uuid, schema.Prediction.face == place
    return store.scalar(select(schema.Prediction.id).join(schema.Picture).where(*inside))


def new_prediction(face: Face, number: int, judge: ModelProvenance, at: datetime) -> schema.Prediction:
    """What was said of one face, without its pixels, for no picture, session or model row yet."""
    features = face.prediction.features
    return schema.Prediction(
        face=number,
        at=at,
        person=judge.person,
        fit=judge.fit,
        prior=judge.prior,
        threshold=judge.threshold,
        box=face.box.rounded(),
        found=face.found,
        expression=face.words.expression,
        confidence=face.words.confidence,
        scores=face.prediction.scores.values,
        heads={name: scores.as_dict(SCORE_DECIMALS) for name, scores in face.prediction.heads.items()},
        reason=face.quality.reason,
        light=float(face.crop.mean()),
        features=features.tolist() if len(features) else None,
    )


def list_pictures(store: Store, *, most: int = 100, before: datetime | None = None, skip: int = 0) -> list[dict[str, Any]]:
    """Uploads, newest first, as JSON; ``before`` pages on from the last one's ``at``, ``skip`` passes over so many."""
    query = _light().order_by(schema.Picture.at.desc(), schema.Picture.id.desc()).limit(most).offset(skip)
    if before is not None:
        query = query.where(schema.Picture.at < before)
    return [_summary(picture, kept=kept) for picture, kept in store.execute(query)]


def describe_picture(store: Store, uuid: str) -> dict[str, Any]:
    """One upload with its faces, largest first, as JSON; UsageError when it is not there."""
    found = store.execute(_light().where(schema.Picture.uuid == uuid)).first()
    if found is None:
        raise UnknownError(f"There is no picture {uuid}: it was deleted, or its time was over.")
    picture, kept = found
    return _summary(picture, kept=kept) | {"faces": [describe_prediction(face) for face in picture.predictions]}


def picture_data(store: Store, uuid: str) -> bytes | None:
    """The picture without metadata, where the person had it saved."""
    return store.scalar(select(schema.Picture.data).where(schema.Picture.uuid == uuid))


def crop_data(store: Store, prediction_id: int) -> bytes | None:
    """The crop as PNG, where a verdict keeps it."""
    return store.scalar(select(schema.Prediction.crop).where(schema.Prediction.id == prediction_id))


def _light() -> Any:
    """Pictures without pixels and features, and whether there is a file: a list of a hundred must not load them all."""
    faces = selectinload(schema.Picture.predictions)
    return select(schema.Picture, schema.Picture.data.is_not(None)).options(
        defer(schema.Picture.data),
        faces.defer(schema.Prediction.crop).defer(schema.Prediction.features),
        faces.joinedload(schema.Prediction.verdict),
        faces.joinedload(schema.Prediction.model),
    )


def _summary(picture: schema.Picture, *, kept: bool) -> dict[str, Any]:
    return {
        "id": picture.uuid,
        "name": picture.name or KEPT_MOMENT_NAME,
        "at": timestamp(picture.at),
        "width": picture.width,
        "height": picture.height,
        "keep_until": picture.keep_until and timestamp(picture.keep_until),
        "whole": kept,
        "expressions": [face.expression for face in picture.predictions],
        "verdicts": sum(face.verdict is not None for face in picture.predictions),
    }


def describe_prediction(kept: schema.Prediction) -> dict[str, Any]:
    """One face as in ``mien image --json``, with its number in the store, who judged it, and the verdict if there is one."""
    x, y, width, height = kept.box
    face = PictureFaceRecord(
        box=(x, y, width, height),
        expression=kept.expression,
        emoji=EMOJI[kept.expression],
        confidence=kept.confidence,
        scores=scores_by_name(kept.scores),
        heads=kept.heads,
        quality=QualityRecord.of(kept.reason),
        found=kept.found,
    )
    return (
        {"prediction": kept.id}
        | as_json(face)
        | {
            "light": round(kept.light, 1),
            "model": kept.model.sha256,
            "person": kept.person,
            "fit": kept.fit,
            "prior": kept.prior,
            "threshold": kept.threshold,
            "verdict": kept.verdict and describe_verdict(kept.verdict),
        }
    )


def describe_verdict(verdict: schema.Verdict) -> dict[str, Any]:
    """What was said, by whom, and whether the whole picture was saved with it."""
    return {
        "id": verdict.id,
        "said": verdict.said,
        "at": timestamp(verdict.at),
        "person": verdict.person,
        "origin": verdict.origin,
        "whole": verdict.whole,
    }


def scores_by_name(scores: Sequence[float], digits: int = 4) -> Mapping[str, float]:
    """Expression -> probability."""
    return {name: round(value, digits) for name, value in zip(EXPRESSIONS, scores, strict=True)}
