"""Verdicts, what people say a face really showed: stored, taken back, and read as training data."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, Protocol, TypedDict, get_args
from uuid import uuid4

import numpy as np
import numpy.typing as npt
from sqlalchemy import select
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UnknownError, UsageError
from tracker.core.face import Crop, Face, Floats, Prediction
from tracker.core.frame import now
from tracker.core.image_files import without_metadata
from tracker.core.person import ME
from tracker.core.vocabulary import EXPRESSIONS, SAID
from tracker.model.contract import ModelContract
from tracker.model.provenance import ModelProvenance
from tracker.store import schema
from tracker.store.crops import decode_crop, fingerprint_png, from_png, picture_size, to_png
from tracker.store.uploads import NO_UPLOAD, get_or_add_model, new_prediction

VerdictOrigin = Literal["picture", "live", "start", "import"]
VERDICT_ORIGINS: Final[tuple[str, ...]] = get_args(VerdictOrigin)
CROPS_PER_BATCH: Final = 64
"""Crops that are classified at once: a network needs a third of a megabyte for each."""


class _ReplacedVerdict(TypedDict):
    """``schema.Verdict.replaced``: an earlier verdict; at: as ISO text; crop: whether the crop was stored with it already."""

    said: str
    person: str
    whole: bool
    replaced: "_ReplacedVerdict | None"
    at: str
    crop: bool


def save_verdict(
    store: Store,
    prediction_id: int,
    said: str,
    crop_png: bytes | None = None,
    whole: bytes | None = None,
    *,
    person: str = ME,
    origin: str = "picture",
    at: datetime | None = None,
) -> int:
    """Store a verdict on a face, in place of an earlier one, which it remembers; the caller commits.

    Args:
        store: A session of the database, inside a transaction.
        prediction_id: The face's number in the store.
        said: One of SAID.
        crop_png: What the classifier saw, a square gray PNG; None keeps the crop that is stored, if any.
        whole: The picture's file, only if the person ticked it; its metadata is removed.
        person: Who said it.
        origin: Where the face came from, one of VERDICT_ORIGINS; a changed mind does not change it.
        at: When; None is now.

    Returns:
        The verdict's number.

    Raises:
        UnknownError: There is no such face.
        UsageError: ``said``, ``origin`` or the crop is none.
        PictureError: ``whole`` is no picture that can be read.
    """
    if said not in SAID:
        raise UsageError(f"A verdict is one of {', '.join(SAID)}; {said!r} is none.")
    if origin not in VERDICT_ORIGINS:
        raise UsageError(f"A verdict comes from one of {', '.join(VERDICT_ORIGINS)}; {origin!r} is none.")
    # Locked until the verdict is there: what deletes pictures must find it, to spare what it saves.
    picture = select(schema.Picture.id).join(schema.Prediction).where(schema.Prediction.id == prediction_id)
    store.execute(picture.with_for_update(read=True, key_share=True, of=schema.Picture))
    prediction = _get_prediction(store, prediction_id)
    if crop_png is not None:
        crop_png = to_png(from_png(crop_png))
    verdict = prediction.verdict
    if verdict is None:
        verdict = schema.Verdict(said=said, person=person, at=at or now(), origin=origin, whole=False, replaced=None)
        prediction.verdict = verdict
    else:
        verdict.replaced = _ReplacedVerdict(
            said=verdict.said,
            person=verdict.person,
            whole=verdict.whole,
            replaced=verdict.replaced,
            at=verdict.at.isoformat(),
            crop=prediction.crop is not None,
        )
        verdict.said, verdict.person, verdict.at = said, person, at or now()
    prediction.crop = crop_png or prediction.crop
    if whole is not None:
        # Its pixels alone: a camera writes into its files where it was, and a phone whose it is.
        data = without_metadata(whole)
        if prediction.picture is None:
            width, height = picture_size(data)
            prediction.picture = schema.Picture(uuid=str(uuid4()), name=NO_UPLOAD, at=prediction.at, width=width, height=height)
        prediction.picture.data = data
        verdict.whole = True
    store.flush()
    return verdict.id


def save_moment_verdict(
    store: Store,
    face: Face,
    provenance: ModelProvenance,
    said: str,
    whole: bytes | None = None,
    *,
    session: str | None = None,
    t: float | None = None,
    number: int = 0,
    person: str = ME,
    origin: str = "live",
    at: datetime | None = None,
) -> int:
    """Store one face of a live moment with a verdict on it; the caller commits.

    Args:
        store: A session of the database, inside a transaction.
        face: As it was classified; its crop is stored.
        provenance: Which model classified it.
        said: One of SAID.
        whole: The frame as a picture file, only if the person ticked it.
        session: The uuid of the watched session; one that is not stored does no harm.
        t: Seconds since it began.
        number: The face's id there.
        person: Who said it.
        origin: One of VERDICT_ORIGINS.
        at: When; None is now.

    Returns:
        The prediction's number.

    Raises:
        UsageError: As ``save_verdict``.
        PictureError: As ``save_verdict``.
    """
    at = at or now()
    prediction = new_prediction(face, number, provenance, at)
    prediction.model = get_or_add_model(store, provenance, at)
    # Locked, so that nobody deletes the session before the verdict is there to be spared.
    locked = select(schema.Session.id).where(schema.Session.uuid == session).with_for_update(read=True, key_share=True)
    prediction.session_id = store.scalar(locked)
    prediction.t = t
    store.add(prediction)
    store.flush()
    save_verdict(store, prediction.id, said, to_png(face.crop), whole, person=person, origin=origin, at=at)
    return prediction.id


def undo_verdict(store: Store, prediction_id: int) -> int | None:
    """Take the newest verdict on a face back, with the pixels that it brought; the caller commits.

    A prediction that was stored only for it is deleted, too.

    Returns:
        The number of the verdict before, which holds again; None without one.

    Raises:
        UnknownError: There is no such face.
        UsageError: There is no verdict on it.
    """
    prediction = _get_prediction(store, prediction_id)
    verdict = prediction.verdict
    if verdict is None:
        raise UsageError("There is no verdict on this face to take back.")
    before: _ReplacedVerdict | None = verdict.replaced
    if before is not None:
        verdict.said, verdict.person, verdict.whole = before["said"], before["person"], before["whole"]
        verdict.at, verdict.replaced = datetime.fromisoformat(before["at"]), before["replaced"]
        if not before["crop"]:
            prediction.crop = None
        _drop_unwanted_picture(store, prediction)
        store.flush()
        return verdict.id
    verdict.whole = False
    _drop_unwanted_picture(store, prediction)
    store.delete(verdict)
    prediction.verdict = prediction.crop = None
    if prediction.picture is None:
        store.delete(prediction)
    store.flush()
    return None


def _get_prediction(store: Store, prediction_id: int) -> schema.Prediction:
    found = store.get(schema.Prediction, prediction_id)
    if found is None:
        raise UnknownError(f"There is no face {prediction_id} in the store: it was deleted, or its time was over.")
    return found


def _drop_unwanted_picture(store: Store, prediction: schema.Prediction) -> None:
    """Delete the whole picture's pixels if no verdict on one of its faces asks for them; without an upload, its row, too."""
    picture = prediction.picture
    if picture is None or any(face.verdict and face.verdict.whole for face in picture.predictions):
        return
    picture.data = None
    if picture.name == NO_UPLOAD:
        prediction.picture = None
        store.delete(picture)


class FeatureClassifier(Protocol):
    """Classifies crops [N, side, side], uint8 gray; each prediction has the features that the last layer read."""

    @property
    def contract(self) -> ModelContract: ...

    def classify(self, crops: npt.NDArray[np.uint8]) -> list[Prediction]: ...


@dataclass(frozen=True, slots=True, eq=False)
class LabelledFeatures:
    """A person's verdicts as training data.

    features: [n, width] float32, the last layer's input. labels: [n] index into EXPRESSIONS. predictions: [n] their numbers in
    the store. left_out: how many verdicts there are whose features could not be had.
    """

    features: Floats
    labels: npt.NDArray[np.int64]
    predictions: tuple[int, ...]
    left_out: int = 0


def labelled_features(store: Store, person: str, sha256: str, classifier: FeatureClassifier | None = None) -> LabelledFeatures:
    """A person's verdicts that name one of EXPRESSIONS, oldest first, with the features that one model gives them.

    The same pixels count once, as they were labelled last. What another model classified is classified again from its stored
    crop; it is left out where the crop or the classifier is missing.

    Args:
        store: A session of the database.
        person: Whose.
        sha256: The hash of the model's file.
        classifier: That model; None classifies nothing again.
    """
    prediction, model = schema.Prediction, schema.Model
    verdicts = store.execute(
        select(prediction.id, prediction.crop, prediction.features, schema.Verdict.said, model.sha256)
        .join(schema.Verdict).join(model)
        .where(schema.Verdict.person == person)
        .order_by(schema.Verdict.at, schema.Verdict.id)
    )  # fmt: skip
    named = [row for row in newest_per_crop(verdicts) if row.said in EXPRESSIONS]
    features = {row.id: row.features for row in named if row.sha256 == sha256 and row.features}
    if classifier is not None:
        side = classifier.contract.side
        stored = load_crops(store, [row.id for row in named if row.id not in features])
        crops = {number: crop for number, crop in stored.items() if len(crop) == side}
        numbers, stack = list(crops), list(crops.values())
        for first in range(0, len(stack), CROPS_PER_BATCH):
            predictions = classifier.classify(np.stack(stack[first : first + CROPS_PER_BATCH]))
            again = zip(numbers[first : first + CROPS_PER_BATCH], predictions, strict=True)
            features |= {number: found.features for number, found in again if len(found.features)}
    # One model's features have one width; what somebody changed in the database by hand is left out.
    width, _ = Counter(map(len, features.values())).most_common(1)[0] if features else (0, 0)
    rows = [row for row in named if row.id in features and len(features[row.id]) == width]
    return LabelledFeatures(
        features=np.array([features[row.id] for row in rows], np.float32) if rows else np.empty((0, 0), np.float32),
        labels=np.array([EXPRESSIONS.index(row.said) for row in rows], np.int64),
        predictions=tuple(row.id for row in rows),
        left_out=len(named) - len(rows),
    )


def newest_per_crop(rows: Iterable[Any]) -> list[Any]:
    """Of rows with the same pixels the last one alone, in order.

    The same picture uploaded three times, or one crop imported under twenty dates, is one case and not many.

    Args:
        rows: Database rows of verdicts, oldest first, with their prediction's ``id`` and ``crop``.
    """
    newest: dict[object, Any] = {}
    for row in rows:
        pixels = row.id if row.crop is None else fingerprint_png(row.crop)
        newest.pop(pixels, None)
        newest[pixels] = row
    return list(newest.values())


def load_crops(store: Store, predictions: Sequence[int]) -> dict[int, Crop]:
    """The stored crops of some predictions, by the predictions' numbers; those that are no crop are left out."""
    query = select(schema.Prediction.id, schema.Prediction.crop).where(schema.Prediction.crop.is_not(None))
    wanted = set(predictions)
    found = {number: decode_crop(png) for number, png in store.execute(query) if png and number in wanted}
    return {number: crop for number, crop in found.items() if crop is not None}
