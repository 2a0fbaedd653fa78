"""What many tests look at: real pictures that come with scikit-image, the real landmark model, and frames made of both."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import pytest
from hypothesis import settings
from skimage import data

from tracker.config.model_files import landmarker_model
from tracker.core.face import Detection
from tracker.core.frame import Frame, Pixels, now
from tracker.core.vocabulary import EXPRESSIONS, FERPLUS, FERPLUS_SHOWN_AS
from tracker.model.contract import METADATA_KEY, Head, ModelContract
from tracker.model.preprocess import Scaling
from tracker.model.prior import OperatingPoint, PriorAdjustment
from tracker.testing import FRAMING, FakeClassifier
from tracker.vision.analyzer import Analyzer
from tracker.vision.landmarker import Landmarker

ROOT: Final = Path(__file__).resolve().parents[1]
SHARED: Final = ROOT.parent / "shared"
"""The development data: the labelled sets and the recordings, too large and not ours to be committed."""

# A busy machine is slow; that says nothing about the code.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

ALLOW_CAMERA: Final = "--use-fake-ui-for-media-stream"
"""Chromium's switch for whoever would answer its question; "=deny" answers no. The headless shell cannot ask anybody."""

FrameMaker = Callable[..., Frame]
ModelWriter = Callable[..., Path]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what cannot run here, with a sentence."""
    if item.get_closest_marker("shared") and not SHARED.is_dir():
        pytest.skip(f"The development data is not here: it would lie in {SHARED}.")
    if item.get_closest_marker("long") and "long" not in item.config.getoption("-m"):
        pytest.skip("This takes many minutes: make test-long.")
    if item.get_closest_marker("training") and find_spec("torch") is None:
        pytest.skip("Torch is not installed: `make test` without TORCH= brings it.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for minutes begins first."""
    items.sort(key=lambda item: item.get_closest_marker("meeting") is None)


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
    with Landmarker(landmarker_model(), max_faces=10) as landmarker:
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


@pytest.fixture(scope="session")
def contract() -> ModelContract:
    """A contract as a released file has it; what ``write_model`` writes keeps it."""
    ferplus = {label: name for label, name in FERPLUS_SHOWN_AS.items() if name in EXPRESSIONS}
    return ModelContract(
        name="linear",
        version="1",
        scaling=Scaling(),
        crop=FRAMING,
        heads={"fer2013": Head(EXPRESSIONS, 1.5), "ferplus": Head(FERPLUS, 0.5)},
        shown=PriorAdjustment(
            head="ferplus",
            names=ferplus,
            log_prior={label: -float(place) for place, label in enumerate(ferplus)},
            priors={"natural": 0.0, "balanced": 1.0},
            live=0.25,
            picture=0.5,
            curve=(OperatingPoint(0.0, 1.0, 0.3), OperatingPoint(1.0, 2.0, 0.5)),
        ),
        features=4,
        training={"pictures": 3},
        measured={"split": "public"},
    )


@pytest.fixture
def write_model(tmp_path: Path) -> ModelWriter:
    """Writes an ONNX file: each output is the crop's pixels times random weights; ``widths`` and ``text`` may lie."""
    from onnx import TensorProto, helper, numpy_helper, save

    def write(text: str | None, widths: Mapping[str, int], name: str = "linear.onnx", side: int = 48) -> Path:
        rng = np.random.default_rng(7)
        weights = [
            numpy_helper.from_array(rng.normal(0, 0.03, (side * side, width)).astype(np.float32), f"{output}_weights")
            for output, width in widths.items()
        ]
        nodes = [helper.make_node("Flatten", ["crops"], ["flat"])]
        nodes += [helper.make_node("MatMul", ["flat", f"{output}_weights"], [output]) for output in widths]
        pixels = helper.make_tensor_value_info("crops", TensorProto.FLOAT, ["n", 1, side, side])
        outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", None]) for name in widths]
        graph = helper.make_graph(nodes, "linear", [pixels], outputs, weights)
        # Opset 18 and IR 10 as in the released file.
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
        helper.set_model_props(model, {} if text is None else {METADATA_KEY: text})
        save(model, tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def model_file(contract: ModelContract, write_model: ModelWriter) -> Path:
    """A model file that keeps its contract, though it knows nothing of faces."""
    return write_model(contract.to_json(), {"fer2013": 7, "ferplus": 8, "features": 4})


@pytest.fixture(scope="session")
def clip(astronaut: Pixels, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One second of a smiling woman who sways a little, as Chromium's fake camera plays it: JPEGs, one after another."""
    path = tmp_path_factory.mktemp("camera") / "clip.mjpeg"
    views = [astronaut[0:300, 20 + sway : 420 + sway] for sway in (*range(15), *range(15, 0, -1))]
    path.write_bytes(b"".join(cv2.imencode(".jpg", cv2.resize(view, (640, 480)))[1].tobytes() for view in views))
    return path


@pytest.fixture(scope="session")
def chromium_args() -> dict[str, Any]:
    """How to start the system's Chromium so that it speaks to nobody but the dashboard.

    The headless shell is the same engine without windows of its own: a page costs it less than half of the processor's time.
    """
    quiet = ("background-networking", "component-update", "sync", "quic")
    args = ["--no-sandbox", "--no-first-run", *(f"--disable-{what}" for what in quiet)]
    found = (shutil.which(name) for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"))
    return {"executable_path": next(filter(None, found), None), "args": args}


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium_args: dict[str, Any], clip: Path) -> dict[str, Any]:
    """pytest-playwright's browser, one for all tests, has a camera that plays the clip, and a person who lets pages use it."""
    camera = [ALLOW_CAMERA, "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={clip}"]
    return chromium_args | {"args": [*chromium_args["args"], *camera]}
