"""Labelled faces, from wherever they come."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from exporter.data.dataset import (
    SPLITS,
    LabelledFaces,
    concatenate,
    majority,
    no_votes,
    read,
    training_set,
    usable,
    vote_distribution,
    with_opinions,
)
from tracker.core.errors import DataError
from tracker.core.vocabulary import EXPRESSIONS, FERPLUS

USAGE = ("Training", "PublicTest", "PrivateTest")


def save_npz(faces: LabelledFaces, path: Path) -> Path:
    np.savez(path, images=faces.images, fer_label=faces.labels, ferplus_votes=faces.votes, usage=faces.split)
    return path


def save_csv(faces: LabelledFaces, path: Path, names: Sequence[str] = ("emotion", "pixels", "Usage")) -> Path:
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(names)
        for image, label, split in zip(faces.images, faces.labels, faces.split, strict=True):
            table.writerow([label, " ".join(str(pixel) for pixel in image.ravel()), USAGE[split]])
    return path


def save_folders(faces: LabelledFaces, path: Path, splits: tuple[str, ...] = SPLITS) -> Path:
    for number, (image, label, split) in enumerate(zip(faces.images, faces.labels, faces.split, strict=True)):
        folder = path / splits[split] / EXPRESSIONS[label]
        folder.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / f"{number:03}.png"), image)
    return path


def in_any_order(faces: LabelledFaces) -> list[tuple[int, int, bytes]]:
    keys = faces.picture_keys()
    return sorted(zip(faces.split.tolist(), faces.labels.tolist(), (bytes(key) for key in keys), strict=True))


@pytest.mark.parametrize(
    ("votes", "label"),
    [
        ([6, 4, 0, 0, 0, 0, 0, 0, 0, 0], "neutral"),
        ([5, 5, 0, 0, 0, 0, 0, 0, 0, 0], None),
        # Three single votes are noise: 5 of the 7 that are left.
        ([5, 1, 1, 1, 2, 0, 0, 0, 0, 0], "neutral"),
        ([4, 3, 0, 0, 3, 0, 0, 0, 0, 0], None),
        ([0, 0, 0, 0, 0, 0, 0, 9, 1, 0], "contempt"),
        ([2, 0, 0, 0, 0, 0, 0, 0, 8, 0], None),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 10], None),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0], None),
        ([1, 1, 1, 1, 1, 1, 1, 1, 1, 1], None),
    ],
)
def test_the_majority_is_microsofts(votes: list[int], label: str | None) -> None:
    """Single votes are noise; more than half of the rest decide; unknown and not-a-face are no label."""
    found = int(majority(np.array([votes]))[0])

    assert found == (-1 if label is None else FERPLUS.index(label))


def test_the_vote_distribution_leaves_noise_out() -> None:
    """Shares are those of the expressions with two votes or more; without any, there is nothing to learn."""
    votes = np.array([[6, 1, 2, 0, 0, 0, 0, 0, 1, 0], [0, 0, 0, 0, 0, 0, 0, 0, 10, 0]])

    assert vote_distribution(votes).tolist() == [[0.75, 0, 0.25, 0, 0, 0, 0, 0], [0.0] * 8]


def test_reading_an_npz_gives_what_was_saved(faces: LabelledFaces, tmp_path: Path) -> None:
    """Pictures, labels, votes and splits, in order."""
    found = read(save_npz(faces, tmp_path / "faces.npz"))

    assert found.fingerprint == faces.fingerprint
    assert np.array_equal(found.split, faces.split)


def test_reading_kaggles_table_gives_the_same(faces: LabelledFaces, tmp_path: Path) -> None:
    """With FER+'s table beside it, the votes, too; without it, those of nobody."""
    table = save_csv(faces, tmp_path / "fer2013.csv")
    assert np.array_equal(read(table).votes, no_votes(len(faces)))
    with (tmp_path / "fer2013new.csv").open("w", newline="") as file:
        rows = [["Training", "fer.png", *votes] for votes in faces.votes.tolist()]
        csv.writer(file).writerows([["Usage", "Image name", *FERPLUS, "unknown", "NF"], *rows])
    assert read(table).fingerprint == faces.fingerprint


def test_kaggles_other_header_is_read(faces: LabelledFaces, tmp_path: Path) -> None:
    """``icml_face_data.csv`` has a blank before each name."""
    found = read(save_csv(faces, tmp_path / "icml_face_data.csv", ("emotion", " pixels", " Usage")))
    assert np.array_equal(found.images, faces.images)


@pytest.mark.parametrize("splits", [SPLITS, ("train", "val", "test")])
def test_reading_folders_gives_the_same_pictures(faces: LabelledFaces, tmp_path: Path, splits: tuple[str, ...]) -> None:
    """Whatever the splits' folders are called; votes there are none."""
    found = read(save_folders(faces, tmp_path, splits))

    assert in_any_order(found) == in_any_order(faces)


def test_folders_of_classes_alone_are_for_training(faces: LabelledFaces, tmp_path: Path) -> None:
    """Without folders of splits, everything is in train; other data sets' names for classes are understood."""
    save_folders(faces.of("train"), tmp_path)
    (tmp_path / "train" / "fear").rename(tmp_path / "train" / "Fearful")

    found = read(tmp_path / "train")

    assert in_any_order(found) == in_any_order(faces.of("train"))


def damage_npz(folder: Path) -> Path:
    (folder / "faces.npz").write_bytes(b"PK\x03\x04 cut off")
    return folder / "faces.npz"


def strange_npz(folder: Path) -> Path:
    np.savez(folder / "faces.npz", pixels=np.zeros(3))
    return folder / "faces.npz"


def strange_csv(folder: Path) -> Path:
    (folder / "faces.csv").write_text("name,age\nAda,36\n")
    return folder / "faces.csv"


def latin_csv(folder: Path) -> Path:
    (folder / "faces.csv").write_bytes(b"emotion,pixels,Usage\ncaf\xe9,1,Training\n")
    return folder / "faces.csv"


def endless_cell(folder: Path) -> Path:
    (folder / "faces.csv").write_text('"' + 200_000 * "x")
    return folder / "faces.csv"


def latin_groups(folder: Path) -> Path:
    (folder / "happy").mkdir()
    (folder / "groups.csv").write_bytes(b"picture,group\ncaf\xe9.png,a\n")
    return folder


def unknown_class(folder: Path) -> Path:
    (folder / "bored").mkdir()
    return folder


def damaged_picture(folder: Path) -> Path:
    (folder / "happy").mkdir()
    (folder / "happy" / "a.png").write_bytes(b"not a picture")
    return folder


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: folder / "absent.npz", r"absent\.npz: there is no such file or folder"),
        (damage_npz, r"faces\.npz: not a data set of labelled faces"),
        (strange_npz, r"faces\.npz: not a data set of labelled faces"),
        (strange_csv, r"faces\.csv: expected the columns emotion, pixels, Usage"),
        (latin_csv, r"faces\.csv: expected the columns emotion, pixels, Usage"),
        (endless_cell, r"faces\.csv: expected the columns emotion, pixels, Usage"),
        (latin_groups, r"groups\.csv: expected rows with the columns picture and group"),
        (lambda folder: folder, "no pictures in folders named angry, disgust"),
        (unknown_class, "bored: no expression is called so"),
        (damaged_picture, r"a\.png: This is not a picture"),
    ],
)
def test_data_that_is_none_is_named(tmp_path: Path, make: Callable[[Path], Path], sentence: str) -> None:
    """The sentence says which file or folder, and what was expected."""
    with pytest.raises(DataError, match=sentence):
        read(make(tmp_path))


def test_pictures_of_another_size_are_no_crops() -> None:
    """Every labelled face is 48 x 48 bytes."""
    with pytest.raises(DataError, match=r"Expected \[N, 48, 48\] bytes"):
        LabelledFaces(np.zeros((1, 64, 64), np.uint8), np.zeros(1, np.int64), no_votes(1), np.zeros(1, np.int64))


def test_labels_that_are_missing_are_noticed(faces: LabelledFaces) -> None:
    """As many labels as pictures."""
    with pytest.raises(DataError, match="differ in number"):
        replace(faces, labels=faces.labels[1:])


def test_black_pictures_and_non_faces_teach_nothing(faces: LabelledFaces) -> None:
    """One-coloured pictures and those that most voters call not a face are left out."""
    images, votes = faces.images.copy(), faces.votes.copy()
    images[0] = 0
    votes[1] = [2, 0, 0, 0, 0, 0, 0, 0, 2, 6]

    assert np.flatnonzero(~usable(replace(faces, images=images, votes=votes))).tolist() == [0, 1]


def test_pictures_that_are_the_same_are_taught_once(faces: LabelledFaces) -> None:
    """Two labels for the same pixels become half of each."""
    angry, happy = (EXPRESSIONS.index(name) for name in ("angry", "happy"))
    one = replace(faces.take(np.array([0])), labels=np.array([angry]))
    other = replace(one, labels=np.array([happy]))

    taught = training_set(concatenate([one, other]))

    assert len(taught) == 1
    assert taught.fer2013[0, angry] == taught.fer2013[0, happy] == 0.5
    assert taught.ferplus[0, 0] == 1


def test_the_fingerprint_names_exactly_this_data(faces: LabelledFaces) -> None:
    """One other label is other data."""
    labels = faces.labels.copy()
    labels[0] = (labels[0] + 1) % 7

    assert replace(faces, labels=labels).fingerprint != faces.fingerprint
    assert replace(faces).fingerprint == faces.fingerprint


@pytest.mark.shared
def test_fer2013_has_microsofts_counts(shared: Path) -> None:
    """By Microsoft's rule 25,060 / 3,199 / 3,153 pictures of train / public / private have a FER+ label."""
    faces = read(shared / "data" / "fer2013.npz")

    assert [int((majority(faces.of(split).votes) >= 0).sum()) for split in SPLITS] == [25_060, 3_199, 3_153]


def save_opinions(path: Path, opinions: np.ndarray[tuple[int, int], np.dtype[np.float16]], labels: Sequence[str]) -> Path:
    np.savez(path, probabilities=opinions, labels=np.array(labels))
    return path


def test_opinions_are_put_in_our_order_and_shared_by_equal_pictures(faces: LabelledFaces, tmp_path: Path) -> None:
    """Columns go by their names, NaN says nothing, and pixel-identical pictures have the mean of what is said of them."""
    opinions = np.random.default_rng(1).dirichlet(np.ones(7), len(faces)).astype(np.float16)
    opinions[1] = np.nan
    twice = faces.take(np.array([0, 0, 1, 2]))
    path = save_opinions(tmp_path / "said.npz", opinions[:4], EXPRESSIONS[::-1])

    told = with_opinions(twice, path)
    taught = training_set(told)

    assert told.opinions is not None
    assert told.opinions[0] == pytest.approx(opinions[0, ::-1], abs=1e-2)
    assert not told.opinions[1].any()
    row = int((taught.images == faces.images[0]).all(axis=(1, 2)).argmax())
    assert taught.wide[row] == pytest.approx(opinions[0, ::-1], abs=1e-2)
    assert set(taught.wide.sum(axis=1).round(6)) <= {0.0, 1.0}
    assert concatenate([told, told]).take(np.arange(2)).opinions == pytest.approx(told.opinions[:2])


@pytest.mark.parametrize(
    ("rows", "labels", "factor"), [(-1, EXPRESSIONS, 1.0), (0, ("bored", *EXPRESSIONS[1:]), 1.0), (0, EXPRESSIONS, 0.5)]
)
def test_opinions_of_something_else_are_refused(
    faces: LabelledFaces, tmp_path: Path, rows: int, labels: Sequence[str], factor: float
) -> None:
    """Another number of pictures, other labels, and numbers that are no probabilities: the file is named."""
    opinions = np.full((len(faces) + rows, 7), factor / 7, np.float16)

    with pytest.raises(DataError, match=r"said\.npz: "):
        with_opinions(faces, save_opinions(tmp_path / "said.npz", opinions, labels))
