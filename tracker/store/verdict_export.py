"""Verdicts as a folder that others can read: one folder of crops a class, and a manifest of what was said of each."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Select, select
from sqlalchemy.orm import Session as Store
from sqlalchemy.orm import joinedload

from tracker.core.errors import DataError, PictureError, UsageError
from tracker.core.face import Face
from tracker.core.frame import Pixels, now
from tracker.core.image_files import read_picture
from tracker.core.labelled_folders import pictures_in
from tracker.core.person import ME
from tracker.core.vocabulary import CANT_TELL, FERPLUS_SHOWN_AS, NOT_A_FACE, SAID
from tracker.store import schema
from tracker.store.crops import fingerprint, fingerprint_png, to_png
from tracker.store.manifest import MANIFEST, Entry, manifest_line, read_manifest
from tracker.store.uploads import ModelProvenance, get_or_add_model, new_prediction

CLASS_FOLDERS: Final = {said: said for said in SAID} | {NOT_A_FACE: "not-a-face", CANT_TELL: "cant-tell"}
"""What is said -> the folder of its crops: names without spaces and apostrophes."""
CLASS_OF_FOLDER: Final = {
    **FERPLUS_SHOWN_AS,
    "disgusted": "disgust",
    "fearful": "fear",
    "surprised": "surprise",
    **{folder: said for said, folder in CLASS_FOLDERS.items()},
}
"""Folder -> what it says; FER+'s names and those of other data sets are understood, too."""


class CropClassifier(Protocol):
    """Judges a BGR picture that is a face crop, as an Analyzer does."""

    def classify_crop(self, pixels: Pixels) -> Face: ...


OpenCropClassifier = Callable[[], tuple[CropClassifier, ModelProvenance]]
"""Opened only when a folder has no manifest."""


def export_verdicts(store: Store, folder: Path, person: str | None = None) -> tuple[int, int]:
    """Write all verdicts, or a person's, into an empty or new folder; how many, and how many had no crop to write."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty: verdicts that were taken back would stay in it. Name a new folder.")
    kept = list(store.scalars(_verdicts(person)))
    with_crop = [verdict for verdict in kept if verdict.prediction.crop is not None]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lines = "".join(_written(folder, verdict) for verdict in with_crop)
        (folder / MANIFEST).write_text(lines, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{folder} cannot be written ({error.strerror}). Name another folder, or make room.") from error
    return len(with_crop), len(kept) - len(with_crop)


def _verdicts(person: str | None) -> Select[schema.Verdict]:
    query = select(schema.Verdict).options(joinedload(schema.Verdict.prediction).joinedload(schema.Prediction.model))
    query = query.order_by(schema.Verdict.at, schema.Verdict.id)
    return query if person is None else query.where(schema.Verdict.person == person)


def _written(folder: Path, verdict: schema.Verdict) -> str:
    """The line of a crop that has been put into its folder."""
    file = f"{CLASS_FOLDERS[verdict.said]}/{verdict.prediction_id:06d}.png"
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_bytes(verdict.prediction.crop or b"")
    return manifest_line(file, verdict)


def read_verdicts(folder: Path, open_judge: OpenCropClassifier, person: str = ME) -> list[Entry]:
    """What a folder holds: as its manifest tells, or without one its classes, judged now and said by ``person``."""
    if not folder.is_dir():
        raise DataError(f"{folder}: expected a folder with one folder of crops an expression; there is no such folder.")
    if (folder / MANIFEST).exists():
        return list(read_manifest(folder))
    files = list(labelled_files(folder))
    if not files:
        raise DataError(f"{folder}: no crops in folders named {', '.join(CLASS_FOLDERS.values())}.")
    judges_crops, judge = open_judge()
    return [_judged(file, said, person, judges_crops, judge) for file, said in files]


def labelled_files(folder: Path) -> Iterator[tuple[Path, str]]:
    """The pictures in a folder of classes, each with what its folder says."""
    for inside in sorted(entry for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith((".", "__"))):
        said = CLASS_OF_FOLDER.get(inside.name.lower())
        if said is None:
            raise DataError(f"{inside}: no expression is called so; folders are named {', '.join(CLASS_FOLDERS.values())}.")
        yield from ((file, said) for file in pictures_in(inside))


def _judged(file: Path, said: str, person: str, judges_crops: CropClassifier, judge: ModelProvenance) -> Entry:
    try:
        face = judges_crops.classify_crop(read_picture(file))
    except PictureError as error:
        raise DataError(f"{file}: {error} Repair or remove it.") from error
    return Entry(face.crop, said, person, "import", None, new_prediction(face, 0, judge, now()), judge)


def import_verdicts(store: Store, entries: list[Entry]) -> tuple[int, int]:
    """Keep what is not there yet; how many that was, and how many were there: the same crop, person and time."""
    known = set(_known(store))
    added = 0
    for entry in entries:
        same = (fingerprint(entry.crop), entry.person)
        if (same if entry.at is None else (*same, entry.at)) in known:
            continue
        at = entry.at or now()
        known |= {same, (*same, at)}
        store.add(_row(store, entry, at))
        added += 1
    store.flush()
    return added, len(entries) - added


def _row(store: Store, entry: Entry, at: datetime) -> schema.Prediction:
    prediction = entry.prediction
    prediction.model = get_or_add_model(store, entry.judge, prediction.at)
    prediction.crop = to_png(entry.crop)
    prediction.verdict = schema.Verdict(
        said=entry.said, at=at, person=entry.person, origin=entry.origin, whole=False, replaced=None
    )
    return prediction


def _known(store: Store) -> Iterator[tuple[object, ...]]:
    """(crop, person), and both with the time."""
    query = select(schema.Prediction.crop, schema.Verdict.person, schema.Verdict.at).join(schema.Verdict)
    for crop, person, at in store.execute(query.where(schema.Prediction.crop.is_not(None))):
        same = (fingerprint_png(crop or b""), person)
        yield from (same, (*same, at))
