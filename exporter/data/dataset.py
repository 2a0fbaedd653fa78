"""Labelled face crops: read from an ``.npz``, Kaggle's ``fer2013.csv``, or folders named by class.

FER+ votes come inside the ``.npz``, or from Microsoft's ``fer2013new.csv`` lying beside the csv; the counting rule is
the one of their reader (Barsoum et al. 2016, and ``ferplus.py`` of microsoft/FERPlus): a single vote counts as noise, and
a picture has a label when more than half of the votes left agree and it is neither unknown nor not-a-face.
"""

import hashlib
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from exporter.data.folders import read_crop, read_groups
from tracker.core.errors import DataError
from tracker.core.labelled_folders import labelled_files
from tracker.core.parsing import read_table
from tracker.core.vocabulary import EXPRESSIONS, FERPLUS

CROP_SIDE: Final = 48
SPLITS: Final = ("train", "public", "private")
KAGGLE_SPLITS: Final = {"Training": 0, "PublicTest": 1, "PrivateTest": 2}
FOLDER_SPLITS: Final = {"train": 0, "public": 1, "val": 1, "private": 2, "test": 2}
NOT_A_FACE_COLUMN: Final = 9
PROBABILITY_ERROR: Final = 0.02
"""A row of opinions may differ from a sum of 1 by so much; seven numbers in half precision differ by less."""

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Names = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class LabelledFaces:
    """N face crops and their labels.

    Attributes:
        images: [N, 48, 48] gray, 0-255.
        labels: [N] index into EXPRESSIONS.
        votes: [N, 10] FER+ votes (eight expressions, unknown, not a face); a row is zero where nobody voted.
        split: [N] index into SPLITS.
        group: [N] the group of people that a face belongs to, "" for none; None where the data names no groups.
        opinions: [N, 7] probabilities from another network in the order of EXPRESSIONS; a row sums to 1, or to 0 where the
            network was not asked. None without such a network.

    Raises:
        DataError: The pictures are of another size or type, or the arrays differ in length.
    """

    images: Bytes
    labels: Integers
    votes: Integers
    split: Integers
    group: Names | None = None
    opinions: Floats | None = None

    def __post_init__(self) -> None:
        count = len(self.images)
        if self.images.shape != (count, CROP_SIDE, CROP_SIDE) or self.images.dtype != np.uint8:
            raise DataError(f"Expected [N, {CROP_SIDE}, {CROP_SIDE}] bytes, got {self.images.shape} of {self.images.dtype}.")
        columns = [self.labels, self.votes, self.split, self.group, self.opinions]
        if {count} != {count, *(len(column) for column in columns if column is not None)}:
            raise DataError("Pictures, labels, votes, split, group and opinions differ in number.")

    def __len__(self) -> int:
        return len(self.images)

    def take(self, which: npt.NDArray[np.bool_] | Integers) -> "LabelledFaces":
        """The pictures that a mask or a list of row numbers selects."""
        group = None if self.group is None else self.group[which]
        opinions = None if self.opinions is None else self.opinions[which]
        return LabelledFaces(self.images[which], self.labels[which], self.votes[which], self.split[which], group, opinions)

    def of(self, split: str) -> "LabelledFaces":
        """The pictures of one split: train, public or private."""
        return self.take(self.split == SPLITS.index(split))

    @property
    def fingerprint(self) -> str:
        """SHA-256 over pictures and labels: names exactly this data."""
        digest = hashlib.sha256()
        for part in (self.images, self.labels, self.votes):
            digest.update(np.ascontiguousarray(part).tobytes())
        return digest.hexdigest()

    def picture_keys(self) -> npt.NDArray[np.bytes_]:
        """[N] a digest of each picture; equal digests mean equal pixels."""
        return np.array([hashlib.sha256(image.tobytes()).digest() for image in self.images])


def strong_votes(votes: Integers) -> Integers:
    """[N, 10] the votes without single ones, which count as noise."""
    return np.asarray(np.where(votes > 1, votes, 0))


def vote_distribution(votes: Integers) -> Floats:
    """[N, 8] the share of the strong votes of each FER+ expression; a row is zero where there are none."""
    expressions = strong_votes(votes)[:, : len(FERPLUS)].astype(np.float64)
    total = expressions.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(expressions, total, out=np.zeros_like(expressions), where=total > 0))


def majority(votes: Integers) -> Integers:
    """[N] FER+ label by Microsoft's rule; -1 where there is no majority, or it is unknown or not a face."""
    strong = strong_votes(votes)
    best = strong.argmax(axis=1)
    decided = (2 * strong.max(axis=1) > strong.sum(axis=1)) & (best < len(FERPLUS))
    return np.where(decided, best, -1)


def usable(faces: LabelledFaces) -> npt.NDArray[np.bool_]:
    """[N] False for one-coloured pictures and those that more than half of the voters call not a face."""
    flat = faces.images.reshape(len(faces), CROP_SIDE * CROP_SIDE)
    not_a_face = 2 * faces.votes[:, NOT_A_FACE_COLUMN] > np.maximum(faces.votes.sum(axis=1), 1)
    return np.asarray((flat.min(axis=1) != flat.max(axis=1)) & ~not_a_face)


def no_faces() -> LabelledFaces:
    """An empty data set, for training on a person's verdicts alone."""
    none = np.zeros(0, np.int64)
    return LabelledFaces(np.zeros((0, CROP_SIDE, CROP_SIDE), np.uint8), none, no_votes(0), none)


def read(path: Path) -> LabelledFaces:
    """Labelled faces from a file or folder.

    Args:
        path: An ``.npz``, Kaggle's ``fer2013.csv``, or a folder of class folders.

    Raises:
        DataError: There is no such path, or it holds something else. It names the path and says what was expected.
    """
    if not path.exists():
        raise DataError(f"{path}: there is no such file or folder; give an .npz, Kaggle's fer2013.csv or class folders.")
    if path.is_dir():
        return read_folders(path)
    if path.suffix == ".npz":
        return read_npz(path)
    if path.suffix == ".csv":
        return read_csv(path)
    raise DataError(f"{path}: expected an .npz, Kaggle's fer2013.csv or a folder of classes.")


def read_npz(path: Path) -> LabelledFaces:
    """Arrays images, fer_label, ferplus_votes (optional), usage (0 train, 1 public, 2 private) and group (optional)."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            images, labels, usage = arrays["images"], arrays["fer_label"], arrays["usage"]
            votes = arrays["ferplus_votes"] if "ferplus_votes" in arrays else no_votes(len(images))
            group = arrays["group"].astype(str) if "group" in arrays else None
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: not a data set of labelled faces ({error}).") from error
    return LabelledFaces(images, labels.astype(np.int64), votes.astype(np.int64), usage.astype(np.int64), group)


def no_votes(count: int) -> Integers:
    """[count, 10] zeros: the votes of data that nobody voted on."""
    return np.zeros((count, len(FERPLUS) + 2), np.int64)


def read_csv(path: Path) -> LabelledFaces:
    """Kaggle's table ``emotion,pixels,Usage``, with FER+'s ``fer2013new.csv`` beside it or not."""
    try:
        header, *table = read_table(path)
        rows = [dict(zip(header, row, strict=False)) for row in table if row]
        images = np.array([np.array(row["pixels"].split(), np.uint8).reshape(CROP_SIDE, CROP_SIDE) for row in rows])
        labels = np.array([int(row["emotion"]) for row in rows], np.int64)
        split = np.array([KAGGLE_SPLITS[row["Usage"]] for row in rows], np.int64)
    except (KeyError, ValueError) as error:
        raise DataError(f"{path}: expected the columns emotion, pixels, Usage of fer2013.csv ({error}).") from error
    beside = path.with_name("fer2013new.csv")
    votes = read_votes(beside) if beside.exists() else no_votes(len(rows))
    return LabelledFaces(images, labels, votes, split)


def read_votes(path: Path) -> Integers:
    """Microsoft's ``fer2013new.csv``: Usage, image name, then the ten columns of votes."""
    try:
        return np.array([[int(cell) for cell in row[2:12]] for row in list(read_table(path))[1:]], np.int64)
    except ValueError as error:
        raise DataError(f"{path}: expected FER+'s table, ten numbers of votes from the third column on ({error}).") from error


def read_folders(path: Path) -> LabelledFaces:
    """``split/class/picture`` or ``class/picture`` (all train), with a ``groups.csv`` or not; pictures become 48x48."""
    groups = read_groups(path)
    parts = [(FOLDER_SPLITS[entry.name], entry) for entry in sorted(path.iterdir()) if entry.name in FOLDER_SPLITS]
    faces = [_read_classes(folder, split, groups) for split, folder in parts or [(0, path)]]
    return concatenate(faces)


def _read_classes(path: Path, split: int, groups: Mapping[Path, str]) -> LabelledFaces:
    files, words = zip(*labelled_files(path), strict=True)
    labels = [EXPRESSIONS.index(word) for word in words]
    count = len(files)
    pictures = np.array([read_crop(file, CROP_SIDE) for file in files])
    group = np.array([groups.get(file, "") for file in files]) if groups else None
    return LabelledFaces(pictures, np.array(labels, np.int64), no_votes(count), np.full(count, split), group)


def concatenate(parts: Sequence[LabelledFaces]) -> LabelledFaces:
    """Several data sets as one, in order; groups and opinions are kept only where all of them have some."""
    groups = [part.group for part in parts if part.group is not None]
    opinions = [part.opinions for part in parts if part.opinions is not None]
    return LabelledFaces(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.votes for part in parts]),
        np.concatenate([part.split for part in parts]),
        np.concatenate(groups) if len(groups) == len(parts) else None,
        np.concatenate(opinions) if len(opinions) == len(parts) else None,
    )


def with_opinions(faces: LabelledFaces, path: Path) -> LabelledFaces:
    """The same faces with what another network says of them.

    Args:
        faces: In the order in which the network was asked.
        path: An ``.npz`` with ``probabilities`` [N, 7], rows as in the data and NaN where it was not asked, and ``labels`` [7],
            which names each of EXPRESSIONS once.

    Raises:
        DataError: The file is none of these, or of another number of pictures.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            given, labels = arrays["probabilities"].astype(np.float64), [str(label) for label in arrays["labels"]]
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: expected an .npz with 'probabilities' and 'labels' ({error}).") from error
    if sorted(labels) != sorted(EXPRESSIONS) or given.shape != (len(faces), len(labels)):
        raise DataError(
            f"{path}: expected [{len(faces)}, {len(EXPRESSIONS)}] probabilities of {', '.join(EXPRESSIONS)}, found"
            f" {list(given.shape)} of {', '.join(labels)}."
        )
    asked = ~np.isnan(given).any(axis=1)
    sums = given[asked].sum(axis=1)
    if not asked.any() or given[asked].min() < 0 or np.abs(sums - 1).max() > PROBABILITY_ERROR:
        raise DataError(
            f"{path}: each row should sum to 1 and have nothing below 0, or be NaN where the network was not asked."
        )
    opinions = np.zeros_like(given)
    opinions[asked] = given[asked] / sums[:, None]
    return replace(faces, opinions=opinions[:, [labels.index(name) for name in EXPRESSIONS]])


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """N crops and, for each head, the probabilities that it should learn.

    Attributes:
        images: [N, 48, 48] gray, 0-255.
        fer2013: [N, 7] from the labels of FER-2013.
        ferplus: [N, 8] from the votes of FER+.
        wide: [N, 7] from another network's opinions.

    A row of probabilities sums to 1, or to 0 where there is nothing to learn.
    """

    images: Bytes
    fer2013: Floats
    ferplus: Floats
    wide: Floats

    def __len__(self) -> int:
        return len(self.images)


def training_set(faces: LabelledFaces) -> TrainingSet:
    """Usable pictures, each once: pixel-identical ones share the mean of their labels and opinions."""
    faces = faces.take(usable(faces))
    _, first, group = np.unique(faces.picture_keys(), return_index=True, return_inverse=True)
    fer2013 = np.zeros((len(first), len(EXPRESSIONS)))
    np.add.at(fer2013, (group, faces.labels), 1.0)
    votes = np.zeros((len(first), faces.votes.shape[1]), np.int64)
    np.maximum.at(votes, group, faces.votes)
    wide = np.zeros((len(first), len(EXPRESSIONS)))
    if faces.opinions is not None:
        np.add.at(wide, group, faces.opinions)
    return TrainingSet(faces.images[first], _row_shares(fer2013), vote_distribution(votes), _row_shares(wide))


def _row_shares(sums: Floats) -> Floats:
    """Rows that sum to 1, or stay 0."""
    total = sums.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(sums, total, out=np.zeros_like(sums), where=total > 0))
