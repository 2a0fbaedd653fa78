"""Uploaded pictures and the predictions of their faces: stored at once; pixels are stored only with a verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from sqlalchemy import Select, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session as Store
from sqlalchemy.orm import defer, selectinload

from tracker.core.errors import UnknownError
from tracker.core.face import Face
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.provenance import ModelProvenance
from tracker.store import schema

SCORE_DECIMALS: Final = 6
"""Of a head's probabilities: enough to take their logarithm again."""
SHOWN_SCORE_DECIMALS: Final = 4
NO_UPLOAD: Final = ""
"""The stored name of a picture that was saved with a verdict on a moment of a session; it is deleted with that verdict."""
KEPT_MOMENT_NAME: Final = "a kept moment"
"""What such a picture is called."""
DEFAULT_PICTURE_NAME: Final = "picture"

CLASSIFICATION_COLUMNS: Final = (
    "person", "fit", "prior", "threshold", "expression", "confidence", "scores", "heads", "reason", "features",
)  # fmt: skip
"""What of a prediction's row changes when its face is classified again."""


@dataclass(frozen=True, slots=True)
class StoredVerdict:
    """What a person said of a face; the fields are ``schema.Verdict``'s."""

    id: int
    said: str
    at: datetime
    person: str
    origin: str
    whole: bool


@dataclass(frozen=True, slots=True)
class StoredPrediction:
    """One face of a stored picture, without its pixels and features.

    id: its number in the store. scores: of each of EXPRESSIONS, 0 to 1. model: the SHA-256 of its file. The other fields are
    ``schema.Prediction``'s.
    """

    id: int
    box: tuple[int, ...]
    expression: str
    confidence: float
    scores: dict[str, float]
    heads: dict[str, dict[str, float]]
    reason: str | None
    found: str
    light: float
    model: str
    person: str | None
    fit: int | None
    prior: str
    threshold: float
    verdict: StoredVerdict | None


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A stored picture and its faces, the largest first, without its pixels.

    width, height: in pixels. keep_until: its deadline, None is never. has_file: whether the person had the whole picture saved.
    """

    uuid: str
    name: str
    at: datetime
    width: int
    height: int
    keep_until: datetime | None
    has_file: bool
    faces: tuple[StoredPrediction, ...]


def get_or_add_model(store: Store, provenance: ModelProvenance, at: datetime) -> schema.Model:
    """The row of a model file; it is added, as first used at a moment, where there is none. The caller commits."""
    same_file = select(schema.Model).where(schema.Model.sha256 == provenance.sha256)
    found = store.scalar(same_file)
    if found is None:
        # Another Mien on the same server may add it at this moment.
        made = {"sha256": provenance.sha256, "name": provenance.name, "version": provenance.version, "first_used_at": at}
        insert = postgresql.insert if store.get_bind().dialect.name == "postgresql" else sqlite.insert
        store.execute(insert(schema.Model).values(made).on_conflict_do_nothing(index_elements=["sha256"]))
        found = store.scalars(same_file).one()
    return found


def store_picture(
    store: Store,
    name: str,
    size: tuple[int, int],
    faces: Sequence[Face],
    provenance: ModelProvenance,
    *,
    at: datetime,
    keep_until: datetime | None,
) -> str:
    """Store an uploaded picture's predictions, without a pixel: those come with a verdict. The caller commits.

    Args:
        store: A session of the database, inside a transaction.
        name: What the person calls the file; may be empty.
        size: (width, height) in pixels.
        faces: The largest first.
        provenance: Which model classified them.
        at: When.
        keep_until: Its deadline; None is never.

    Returns:
        Its uuid.
    """
    model = get_or_add_model(store, provenance, at)
    picture = schema.Picture(
        uuid=str(uuid4()), name=name or DEFAULT_PICTURE_NAME, at=at, width=size[0], height=size[1], keep_until=keep_until
    )
    picture.predictions = [new_prediction(face, number, provenance, at) for number, face in enumerate(faces)]
    for prediction in picture.predictions:
        prediction.model = model
    store.add(picture)
    store.flush()
    return picture.uuid


def update_predictions(store: Store, uuid: str, faces: Sequence[Face], provenance: ModelProvenance, at: datetime) -> bool:
    """Store what the same picture's faces say with another prior, except of faces with a verdict. The caller commits.

    Returns:
        Whether it could be stored: not if the picture was deleted, or has another number of faces.
    """
    picture = store.scalar(select(schema.Picture).where(schema.Picture.uuid == uuid))
    if picture is None or len(picture.predictions) != len(faces):
        return False
    for number, (old, face) in enumerate(zip(picture.predictions, faces, strict=True)):
        if old.verdict is None:
            new = new_prediction(face, number, provenance, at)
            for name in CLASSIFICATION_COLUMNS:
                setattr(old, name, getattr(new, name))
            old.model = get_or_add_model(store, provenance, at)
    store.flush()
    return True


def find_prediction_id(store: Store, uuid: str | None, place: int) -> int | None:
    """The number of a picture's face, by its place there, the largest 0; None where the picture is not stored (any more)."""
    same_face = schema.Picture.uuid == uuid, schema.Prediction.face == place
    return store.scalar(select(schema.Prediction.id).join(schema.Picture).where(*same_face))


def new_prediction(face: Face, number: int, provenance: ModelProvenance, at: datetime) -> schema.Prediction:
    """The row of one face's prediction, without pixels; it belongs to no picture, session or model yet, and to no store.

    Args:
        face: As it was classified.
        number: Its place in the picture, the largest 0, or its id in the session.
        provenance: Which model classified it.
        at: When.
    """
    features = face.prediction.features
    return schema.Prediction(
        face=number,
        at=at,
        person=provenance.person,
        fit=provenance.fit,
        prior=provenance.prior,
        threshold=provenance.threshold,
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


def list_pictures(store: Store, *, limit: int = 100, offset: int = 0) -> list[StoredPicture]:
    """The pictures, newest first: at most ``limit`` of them, without the first ``offset``."""
    newest = _pictures().order_by(schema.Picture.at.desc(), schema.Picture.id.desc()).limit(limit).offset(offset)
    return [_stored_picture(picture, has_file=has_file) for picture, has_file in store.execute(newest)]


def describe_picture(store: Store, uuid: str) -> StoredPicture:
    """One picture; UnknownError where it is not stored (any more)."""
    found = store.execute(_pictures().where(schema.Picture.uuid == uuid)).first()
    if found is None:
        raise UnknownError(f"There is no picture {uuid}: it was deleted, or its time was over.")
    return _stored_picture(found[0], has_file=found[1])


def picture_data(store: Store, uuid: str) -> bytes | None:
    """The picture's file without metadata, where the person had it saved."""
    return store.scalar(select(schema.Picture.data).where(schema.Picture.uuid == uuid))


def crop_data(store: Store, prediction_id: int) -> bytes | None:
    """A face's crop as a PNG file, where it was saved with a verdict."""
    return store.scalar(select(schema.Prediction.crop).where(schema.Prediction.id == prediction_id))


def _pictures() -> Select[schema.Picture, bool]:
    """Pictures without pixels and features (a list of a hundred must not load them all), and whether there is a file."""
    faces = selectinload(schema.Picture.predictions)
    return select(schema.Picture, schema.Picture.data.is_not(None)).options(
        defer(schema.Picture.data),
        faces.defer(schema.Prediction.crop).defer(schema.Prediction.features),
        faces.joinedload(schema.Prediction.verdict),
        faces.joinedload(schema.Prediction.model),
    )


def _stored_picture(picture: schema.Picture, *, has_file: bool) -> StoredPicture:
    faces = []
    for row in picture.predictions:
        said = row.verdict
        verdict = None if said is None else StoredVerdict(said.id, said.said, said.at, said.person, said.origin, said.whole)
        face = StoredPrediction(
            id=row.id,
            box=row.box,
            expression=row.expression,
            confidence=row.confidence,
            scores=scores_by_name(row.scores),
            heads=row.heads,
            reason=row.reason,
            found=row.found,
            light=row.light,
            model=row.model.sha256,
            person=row.person,
            fit=row.fit,
            prior=row.prior,
            threshold=row.threshold,
            verdict=verdict,
        )
        faces.append(face)
    return StoredPicture(
        uuid=picture.uuid,
        name=picture.name or KEPT_MOMENT_NAME,
        at=picture.at,
        width=picture.width,
        height=picture.height,
        keep_until=picture.keep_until,
        has_file=has_file,
        faces=tuple(faces),
    )


def scores_by_name(scores: Sequence[float], digits: int = SHOWN_SCORE_DECIMALS) -> dict[str, float]:
    """[7] probabilities in the order of EXPRESSIONS, by their names and rounded."""
    return {name: round(value, digits) for name, value in zip(EXPRESSIONS, scores, strict=True)}
