"""What many tests look at: real pictures that come with scikit-image, the real landmark model, and frames made of both."""

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from skimage import data

from tracker.analyzer import Analyzer
from tracker.assets import landmarker_model
from tracker.face import Detection
from tracker.frame import Frame, Pixels, now
from tracker.landmarker import Landmarker
from tracker.testing import FakeClassifier

ROOT: Final = Path(__file__).resolve().parents[1]
SHARED: Final = ROOT.parent / "shared"
"""The development data: the labelled sets and the recordings, too large and not ours to be committed."""

FrameMaker = Callable[..., Frame]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what cannot run here, with a sentence."""
    if item.get_closest_marker("shared") and not SHARED.is_dir():
        pytest.skip(f"The development data is not here: it would lie in {SHARED}.")
    if item.get_closest_marker("training") and find_spec("torch") is None:
        pytest.skip("Torch is not installed: `make test` without TORCH= brings it.")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    return SHARED


def picture(name: str) -> Pixels:
    pixels = np.ascontiguousarray(getattr(data, name)()[..., ::-1], np.uint8)
    pixels.setflags(write=False)
    return pixels


@pytest.fixture(scope="session")
def astronaut() -> Pixels:
    """512 x 512, one smiling woman."""
    return picture("astronaut")


@pytest.fixture(scope="session")
def cat() -> Pixels:
    return picture("chelsea")


@pytest.fixture(scope="session")
def coffee() -> Pixels:
    return picture("coffee")


@pytest.fixture(scope="session")
def rocket() -> Pixels:
    return picture("rocket")


@pytest.fixture(scope="session")
def astronauts_head(astronaut: Pixels) -> Pixels:
    """168 x 168, little more than the face."""
    return astronaut[40:208, 141:309]


@pytest.fixture(scope="session")
def landmarker() -> Iterator[Landmarker]:
    """The real one, for the test's own thread."""
    with Landmarker(landmarker_model(), most=10) as landmarker:
        yield landmarker


@pytest.fixture(scope="session")
def astronauts_face(landmarker: Landmarker, astronaut: Pixels) -> Detection:
    return landmarker.detect(astronaut)[0]


@pytest.fixture
def analyzer(landmarker: Landmarker) -> Analyzer:
    """Finds real faces; what it says of them is made up."""
    return Analyzer(landmarker, FakeClassifier())


@pytest.fixture
def frame() -> FrameMaker:
    """Makes a frame at a time, black and small unless told otherwise."""

    def make(t: float = 0.0, pixels: Pixels | None = None, number: int = 0) -> Frame:
        return Frame(np.zeros((48, 64, 3), np.uint8) if pixels is None else pixels, t, number, now())

    return make
