"""A small data set that looks like FER-2013: every label in every split, a crowd's votes, and pictures that leak."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from click.testing import CliRunner, Result

from exporter.data.dataset import SPLITS, Integers, LabelledFaces
from tracker.cli import main
from tracker.core.vocabulary import EXPRESSIONS, FERPLUS, FERPLUS_SHOWN_AS

EACH: Final = 3
"""Pictures of each FER+ label in each split."""
Run = Callable[..., Result]


def votes_for(label: int) -> Integers:
    """Eight of ten for one label, one each for two others."""
    votes = np.zeros(10, np.int64)
    votes[label], votes[(label + 1) % 8], votes[8] = 8, 1, 1
    return votes


@pytest.fixture(scope="session")
def faces() -> LabelledFaces:
    """72 noisy pictures, a bright stripe telling the label; contempt is neutral by its single annotator.

    The first public and the first private picture are pixel-identical with the first of training. All tests share the arrays,
    so nobody can write to them.
    """
    rng = np.random.default_rng(5)
    ferplus = np.tile(np.arange(len(FERPLUS)), EACH * len(SPLITS))
    split = np.repeat(np.arange(len(SPLITS)), EACH * len(FERPLUS))
    images = rng.integers(0, 100, (len(ferplus), 48, 48), np.uint8)
    for image, label in zip(images, ferplus, strict=True):
        image[6 * label : 6 * label + 5] += 150
    images[split.searchsorted([1, 2])] = images[0]
    shown_as = [FERPLUS_SHOWN_AS[name] for name in FERPLUS]
    places = [EXPRESSIONS.index(name if name in EXPRESSIONS else "neutral") for name in shown_as]
    votes = np.array([votes_for(int(label)) for label in ferplus])
    arrays = images, np.array(places)[ferplus], votes, split
    for array in arrays:
        array.setflags(write=False)
    return LabelledFaces(*arrays)


@pytest.fixture
def data(faces: LabelledFaces, tmp_path: Path) -> Path:
    path = tmp_path / "faces.npz"
    np.savez(path, images=faces.images, fer_label=faces.labels, ferplus_votes=faces.votes, usage=faces.split)
    return path


@pytest.fixture
def evaluate(model_file: Path) -> Run:
    """``mien evaluate`` with a file that knows nothing of faces."""

    def run(*arguments: object) -> Result:
        given = [str(argument) for argument in arguments]
        return CliRunner().invoke(main, ["evaluate", "--model", str(model_file), *given])

    return run


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Tiny networks are slower on many threads than on one."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
