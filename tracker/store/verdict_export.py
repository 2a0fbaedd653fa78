"""Verdicts as a folder that other programs can read, and back: a folder of crops for each class, and a manifest."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session as Store
from sqlalchemy.orm import joinedload

from tracker.core.errors import DataError, PictureError, UsageError
from tracker.core.face import Face
from tracker.core.frame import Pixels, now
from tracker.core.image_files import read_picture
from tracker.core.labelled_folders import FOLDER_OF_VERDICT, labelled_files
from tracker.core.person import ME
from tracker.core.private_files import private_folder, write_private
from tracker.core.vocabulary import SAID
from tracker.model.provenance import ModelProvenance
from tracker.store import schema
from tracker.store.crops import fingerprint, fingerprint_png, to_png
from tracker.store.manifest import MANIFEST, Entry, manifest_line, read_manifest
from tracker.store.uploads import get_or_add_model, new_prediction


class CropClassifier(Protocol):
    """Classifies a face crop, [height, width, 3] uint8 BGR, as an Analyzer does."""

    def classify_crop(self, pixels: Pixels) -> Face: ...


OpenCropClassifier = Callable[[], tuple[CropClassifier, ModelProvenance]]
"""Opens a classifier; called only when a folder has no manifest."""


def export_verdicts(store: Store, folder: Path, person: str | None = None) -> tuple[int, int]:
    """Write verdicts into a folder that is new or empty.

    Args:
        store: A session of the database.
        folder: It is made if it is not there.
        person: Whose verdicts; None is everybody's.

    Returns:
        How many were written, and how many have no crop to write.

    Raises:
        UsageError: The folder is not empty, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty: verdicts that were taken back would stay in it. Name a new folder.")
    query = select(schema.Verdict).options(joinedload(schema.Verdict.prediction).joinedload(schema.Prediction.model))
    query = query.order_by(schema.Verdict.at, schema.Verdict.id)
    verdicts = store.scalars(query if person is None else query.where(schema.Verdict.person == person)).all()
    lines = []
    try:
        private_folder(folder)
        for verdict in verdicts:
            if verdict.prediction.crop is not None:
                file = f"{FOLDER_OF_VERDICT[verdict.said]}/{verdict.prediction_id:06d}.png"
                write_private(private_folder((folder / file).parent) / (folder / file).name, verdict.prediction.crop)
                lines.append(manifest_line(file, verdict))
        write_private(folder / MANIFEST, "".join(lines))
    except OSError as error:
        raise UsageError(f"{folder} cannot be written ({error.strerror}). Name another folder, or free some space.") from error
    return len(lines), len(verdicts) - len(lines)


def read_verdicts(folder: Path, open_classifier: OpenCropClassifier, person: str = ME) -> list[Entry]:
    """Read the verdicts of a folder.

    Args:
        folder: Either with a manifest, as ``export_verdicts`` writes it, or with one folder of crops for each verdict.
        open_classifier: Called only where there is no manifest: the crops are then classified.
        person: Whose verdicts they are where there is no manifest.

    Raises:
        DataError: There is no such folder, or something in it cannot be used.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: expected a folder with one folder of crops an expression; there is no such folder.")
    if (folder / MANIFEST).exists():
        return list(read_manifest(folder))
    files = labelled_files(folder, SAID)
    classifier, judge = open_classifier()
    entries = []
    for file, said in files:
        try:
            face = classifier.classify_crop(read_picture(file))
        except PictureError as error:
            raise DataError(f"{file}: {error} Repair or remove it.") from error
        entries.append(Entry(face.crop, said, person, "import", None, new_prediction(face, 0, judge, now()), judge))
    return entries


def import_verdicts(store: Store, entries: list[Entry]) -> tuple[int, int]:
    """Store those verdicts that the store does not have yet; the caller commits.

    The store has a verdict if it holds one by the same person on the same crop at the same time. If an entry has no time, any
    verdict by that person on that crop counts.

    Returns:
        How many were stored now, and how many the store had already.
    """
    known: set[tuple[object, ...]] = set()
    query = select(schema.Prediction.crop, schema.Verdict.person, schema.Verdict.at).join(schema.Verdict)
    for crop, person, at in store.execute(query.where(schema.Prediction.crop.is_not(None))):
        crop_and_person = (fingerprint_png(crop or b""), person)
        known |= {crop_and_person, (*crop_and_person, at)}
    added = 0
    for entry in entries:
        crop_and_person = (fingerprint(entry.crop), entry.person)
        if (crop_and_person if entry.at is None else (*crop_and_person, entry.at)) in known:
            continue
        at = entry.at or now()
        known |= {crop_and_person, (*crop_and_person, at)}
        prediction = entry.prediction
        prediction.model = get_or_add_model(store, entry.judge, prediction.at)
        prediction.crop = to_png(entry.crop)
        prediction.verdict = schema.Verdict(
            said=entry.said, at=at, person=entry.person, origin=entry.origin, whole=False, replaced=None
        )
        store.add(prediction)
        added += 1
    store.flush()
    return added, len(entries) - added
