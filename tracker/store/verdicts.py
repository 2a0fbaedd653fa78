"""What people say a face really showed: said, taken back, and handed over to be learnt from."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, Protocol, get_args
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
from tracker.store import schema
from tracker.store.crops import decode_crop, fingerprint_png, from_png, picture_size, to_png
from tracker.store.uploads import NO_UPLOAD, ModelProvenance, get_or_add_model, new_prediction

VerdictOrigin = Literal["picture", "live", "start", "import"]
VERDICT_ORIGINS: Final[tuple[str, ...]] = get_args(VerdictOrigin)
CROPS_PER_BATCH: Final = 64
"""Crops judged at once: a network needs a third of a megabyte for each."""


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
    """Keep a verdict in place of an earlier one, and return its number.

    crop_png: what the classifier saw, a square gray PNG; None where it is no longer there. whole: the picture's file, only if
    the person ticked it. origin: where the face came from; a changed mind does not change it.
    """
    _require(said, origin)
    _hold_picture(store, prediction_id)
    prediction = _prediction(store, prediction_id)
    if crop_png is not None:
        crop_png = to_png(from_png(crop_png))
    if prediction.verdict is None:
        prediction.verdict = schema.Verdict(said=said, person=person, at=at or now(), origin=origin, whole=False, replaced=None)
    else:
        _replace(prediction.verdict, said, person, at or now())
    prediction.crop = crop_png or prediction.crop
    if whole is not None:
        _keep_whole(prediction, whole)
        prediction.verdict.whole = True
    store.flush()
    return prediction.verdict.id


def save_moment_verdict(
    store: Store,
    face: Face,
    judge: ModelProvenance,
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
    """Keep one face of a live moment for what a person says of it; returns the prediction's number.

    session: its uuid. t: seconds since it began. number: the face's id there. A session that is not stored is no hindrance.
    """
    at = at or now()
    prediction = new_prediction(face, number, judge, at)
    prediction.model = get_or_add_model(store, judge, at)
    # Held, so that nobody takes the session away before the verdict is there to be spared.
    held = select(schema.Session.id).where(schema.Session.uuid == session).with_for_update(read=True, key_share=True)
    prediction.session_id = store.scalar(held)
    prediction.t = t
    store.add(prediction)
    store.flush()
    save_verdict(store, prediction.id, said, to_png(face.crop), whole, person=person, origin=origin, at=at)
    return prediction.id


def undo_verdict(store: Store, prediction_id: int) -> int | None:
    """Take the newest verdict on a face back; returns the number of the one before, which holds again, or None.

    The pixels that it brought go with it, and so does a prediction that was kept only for it.
    """
    prediction = _prediction(store, prediction_id)
    verdict = prediction.verdict
    if verdict is None:
        raise UsageError("There is no verdict on this face to take back.")
    if verdict.replaced is not None:
        _bring_back(verdict, verdict.replaced)
        _drop_whole(store, prediction)
        store.flush()
        return verdict.id
    verdict.whole = False
    _drop_whole(store, prediction)
    store.delete(verdict)
    prediction.verdict = prediction.crop = None
    if prediction.picture is None:
        store.delete(prediction)
    store.flush()
    return None


class FeatureClassifier(Protocol):
    """Judges [N, side, side] gray crops, and says what the last layer read."""

    @property
    def contract(self) -> ModelContract: ...

    def classify(self, crops: npt.NDArray[np.uint8]) -> list[Prediction]: ...


@dataclass(frozen=True, slots=True, eq=False)
class LabelledFeatures:
    """What a person's verdicts teach.

    features: [n, width] what the last layer read. labels: [n] index into EXPRESSIONS. predictions: [n] their numbers in the
    store. left_out: verdicts whose features could not be had.
    """

    features: Floats
    labels: npt.NDArray[np.int64]
    predictions: tuple[int, ...]
    left_out: int = 0


def labelled_features(store: Store, person: str, sha256: str, classifier: FeatureClassifier | None = None) -> LabelledFeatures:
    """A person's verdicts that name one of the seven, oldest first, with the features of the model with this hash.

    The same pixels count once, as they were labelled last. What another model judged is judged anew by the classifier from its
    crop; it is left out where either is missing.
    """
    prediction, model = schema.Prediction, schema.Model
    said = store.execute(
        select(prediction.id, prediction.crop, prediction.features, schema.Verdict.said, model.sha256)
        .join(schema.Verdict).join(model)
        .where(schema.Verdict.person == person)
        .order_by(schema.Verdict.at, schema.Verdict.id)
    )  # fmt: skip
    kept = [row for row in newest_per_crop(said) if row.said in EXPRESSIONS]
    found = {row.id: row.features for row in kept if row.sha256 == sha256 and row.features}
    if classifier is not None:
        found |= _judged_anew(store, [row.id for row in kept if row.id not in found], classifier)
    # One model's features have one width; what somebody changed in the database by hand is left out.
    width, _ = Counter(map(len, found.values())).most_common(1)[0] if found else (0, 0)
    found = {number: features for number, features in found.items() if len(features) == width}
    rows = [row for row in kept if row.id in found]
    return LabelledFeatures(
        features=np.array([found[row.id] for row in rows], np.float32) if rows else np.empty((0, 0), np.float32),
        labels=np.array([EXPRESSIONS.index(row.said) for row in rows], np.int64),
        predictions=tuple(row.id for row in rows),
        left_out=len(kept) - len(rows),
    )


def newest_per_crop(rows: Iterable[Any]) -> list[Any]:
    """Verdicts, oldest first, by their predictions' ``id`` and ``crop``: of equal pixels the newest alone.

    The same picture uploaded three times, or one crop imported under twenty dates, is one case and not many.
    """
    newest: dict[object, Any] = {}
    for row in rows:
        pixels = row.id if row.crop is None else fingerprint_png(row.crop)
        newest.pop(pixels, None)
        newest[pixels] = row
    return list(newest.values())


def load_crops(store: Store, predictions: Sequence[int]) -> dict[int, Crop]:
    """The crops that are kept of some predictions, by their numbers; without what is no crop."""
    query = select(schema.Prediction.id, schema.Prediction.crop).where(schema.Prediction.crop.is_not(None))
    wanted = set(predictions)
    found = {number: decode_crop(png) for number, png in store.execute(query) if png and number in wanted}
    return {number: crop for number, crop in found.items() if crop is not None}


def _judged_anew(store: Store, predictions: Sequence[int], classifier: FeatureClassifier) -> dict[int, Any]:
    side = classifier.contract.side
    crops = {number: crop for number, crop in load_crops(store, predictions).items() if len(crop) == side}
    numbers, stack = list(crops), list(crops.values())
    judged = [
        told
        for at in range(0, len(stack), CROPS_PER_BATCH)
        for told in classifier.classify(np.stack(stack[at : at + CROPS_PER_BATCH]))
    ]
    return {number: told.features for number, told in zip(numbers, judged, strict=True) if len(told.features)}


def _require(said: str, origin: str) -> None:
    if said not in SAID:
        raise UsageError(f"A verdict is one of {', '.join(SAID)}; {said!r} is none.")
    if origin not in VERDICT_ORIGINS:
        raise UsageError(f"A verdict comes from one of {', '.join(VERDICT_ORIGINS)}; {origin!r} is none.")


def _hold_picture(store: Store, prediction_id: int) -> None:
    """Until the verdict is there: who takes pictures away must find it, to spare what it saves."""
    picture = select(schema.Picture.id).join(schema.Prediction).where(schema.Prediction.id == prediction_id)
    store.execute(picture.with_for_update(read=True, key_share=True, of=schema.Picture))


def _prediction(store: Store, prediction_id: int) -> schema.Prediction:
    found = store.get(schema.Prediction, prediction_id)
    if found is None:
        raise UnknownError(f"There is no face {prediction_id} in the store: it was deleted, or its time was over.")
    return found


def _replace(verdict: schema.Verdict, said: str, person: str, at: datetime) -> None:
    kept = {name: getattr(verdict, name) for name in ("said", "person", "whole", "replaced")}
    verdict.replaced = kept | {"at": verdict.at.isoformat(), "crop": verdict.prediction.crop is not None}
    verdict.said, verdict.person, verdict.at = said, person, at


def _bring_back(verdict: schema.Verdict, before: dict[str, Any]) -> None:
    for name in ("said", "person", "whole", "replaced"):
        setattr(verdict, name, before[name])
    verdict.at = datetime.fromisoformat(before["at"])
    if not before["crop"]:
        verdict.prediction.crop = None


def _keep_whole(prediction: schema.Prediction, whole: bytes) -> None:
    """Its pixels alone: a camera writes into its files where it was, and a phone whose it is."""
    whole = without_metadata(whole)
    if prediction.picture is None:
        width, height = picture_size(whole)
        prediction.picture = schema.Picture(uuid=str(uuid4()), name=NO_UPLOAD, at=prediction.at, width=width, height=height)
    prediction.picture.data = whole


def _drop_whole(store: Store, prediction: schema.Prediction) -> None:
    """Forget the whole picture unless a verdict on one of its faces still asks for it; without an upload nothing stays."""
    picture = prediction.picture
    if picture is None or any(face.verdict and face.verdict.whole for face in picture.predictions):
        return
    picture.data = None
    if picture.name == NO_UPLOAD:
        prediction.picture = None
        store.delete(picture)
