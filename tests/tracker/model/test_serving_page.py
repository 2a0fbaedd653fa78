"""docs/serving.md: its client, run as it stands there, gives Mien's own scores, and what it says of the file is so."""

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any, Final

import cv2
import numpy as np
import onnxruntime
import pytest

from tests.conftest import ROOT
from tracker.config.model_files import RELEASED, RELEASED_INT8
from tracker.core.face import Detection
from tracker.core.frame import Pixels
from tracker.core.vocabulary import EXPRESSIONS, UNCLEAR
from tracker.model.classifier import OnnxClassifier
from tracker.model.contract import METADATA_KEY
from tracker.vision.alignment import align_face, anchor_points

PAGE: Final = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
MODELS: Final = ROOT / "models"
FLOATS: Final = {"tensor(float)": "FP32"}


def block(language: str) -> str:
    """The one block of the page in a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture(scope="module")
def client() -> Any:
    """The page's client as a module."""
    module = ModuleType("client")
    exec(compile(block("python"), "docs/serving.md", "exec"), module.__dict__)  # noqa: S102 - our own page
    return module


def opened(path: Path) -> Any:
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


@pytest.fixture(params=[RELEASED, RELEASED_INT8])
def model(request: pytest.FixtureRequest) -> Path:
    return MODELS / str(request.param)


@pytest.fixture
def address(model: Path) -> Iterator[str]:
    """A server of the Open Inference Protocol, which holds what it is sent against the types and shapes of the file."""
    session = opened(model)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v2/models/mien/infer"
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            (tensor,), (wanted,) = asked["inputs"], session.get_inputs()
            assert (tensor["name"], tensor["datatype"]) == (wanted.name, FLOATS[wanted.type])
            assert tensor["shape"][1:] == wanted.shape[1:]
            names = [each["name"] for each in asked["outputs"]]
            found = session.run(names, {wanted.name: np.reshape(np.float32(tensor["data"]), tensor["shape"])})
            outputs = [
                {"name": name, "datatype": "FP32", "shape": list(value.shape), "data": value.ravel().tolist()}
                for name, value in zip(names, found, strict=True)
            ]
            answer = json.dumps({"model_name": "mien", "outputs": outputs}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("prior", ["picture", "live", "natural", "balanced"])
@pytest.mark.parametrize("count", [1, 17])
def test_the_client_gives_miens_scores(client: Any, model: Path, address: str, prior: str, count: int) -> None:
    """Any number of crops, each prior, both files: within 0.0001 of what Mien itself says, and the same word."""
    rng = np.random.default_rng(count)
    # Blurred noise: between even grey and what no face has, logits of all sizes.
    noise = rng.integers(0, 256, (count, 48, 48), np.uint8)
    crops = np.stack([np.asarray(cv2.GaussianBlur(each, (0, 0), 0.5 + n), np.uint8) for n, each in enumerate(noise)])
    mien = OnnxClassifier(model, prior)
    contract = json.loads(opened(model).get_modelmeta().custom_metadata_map[METADATA_KEY])

    found, threshold = client.scores(client.infer(address, crops, contract), contract, prior)

    expected = mien.shown_scores(mien.logits(crops))
    assert found == pytest.approx(expected, abs=1e-4)
    assert threshold == pytest.approx(mien.threshold)
    best = expected.argmax(axis=1)
    words = [EXPRESSIONS[at] if row[at] >= mien.threshold else UNCLEAR for at, row in zip(best, expected, strict=True)]
    assert client.words(found, threshold) == words


def test_the_client_cuts_out_miens_crop(client: Any, astronaut: Pixels, astronauts_face: Detection) -> None:
    """From the eyes that Mien found, it makes the crop that Mien makes, but for a gray level of rounding."""
    gray = np.asarray(cv2.cvtColor(astronaut, cv2.COLOR_BGR2GRAY), np.uint8)
    mien = OnnxClassifier(MODELS / RELEASED)
    left, right = anchor_points(astronauts_face.landmarks)[:2]
    contract = json.loads(mien.contract.to_json())

    found = client.aligned(gray, left, right, contract, np.radians(astronauts_face.shape.pose.yaw))

    assert np.abs(found.astype(int) - align_face(astronaut, astronauts_face, mien.framing)).max() <= 1


def test_the_page_states_the_files_tensors(model: Path) -> None:
    """The table and Triton's file have the names, types and shapes of both model files; N is free."""
    session = opened(model)
    tensors = {each.name: each for each in (*session.get_inputs(), *session.get_outputs())}
    table = re.findall(r"^\| `(\w+)`(?: \(input\))? \| (\w+) \| \[N, ([\d, ]+)\]", PAGE, re.MULTILINE)
    triton = re.findall(r'name: "(\w+)" data_type: TYPE_(\w+) dims: \[ ([\d, ]+) \]', block("pbtxt"))

    for stated in (table, triton):
        found = {name: (kind, [int(each) for each in dims.split(",")]) for name, kind, dims in stated}
        assert found == {name: (FLOATS[each.type], each.shape[1:]) for name, each in tensors.items()}
    assert all(isinstance(each.shape[0], str) for each in tensors.values())


def test_the_page_opens_triton_to_this_machine_alone() -> None:
    """Its HTTP and its metrics listen on loopback, and gRPC, which would listen everywhere, not at all."""
    (command,) = re.findall(r"^    tritonserver .*", PAGE, re.MULTILINE)
    assert {"--http-address=127.0.0.1", "--allow-grpc=false"} <= set(command.split())


def test_the_page_names_triton_and_kserve_alike() -> None:
    """The model is called by one name in all of the page, and KServe speaks the protocol that the client speaks."""
    assert "\n  name: mien\n" in block("yaml")
    assert "protocolVersion: v2" in block("yaml")
    assert 'name: "mien"' in block("pbtxt")
    assert "/v2/models/mien/infer" in block("python")
