"""A checkpoint becomes a model file: weights and contract in one ONNX file, proven before it takes its place.

mien export runs/first/checkpoint.pt --data fer2013.npz --output models/mien.onnx --name mien --version 1
"""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx.helper import set_model_props
from onnx_ir.passes.common import ClearMetadataAndDocStringPass

from exporter.calibrate import calibrate
from exporter.checkpoint import load_weights, read_checkpoint
from exporter.data import SIDE, LabelledFaces
from exporter.judge import judge_logits
from exporter.network import SCALING, Network, answers
from exporter.truth import FER2013_HEAD, FERPLUS_HEAD, unseen
from tracker.align import Framing
from tracker.card import KEY, ModelCard
from tracker.classifier import FEATURES, OnnxClassifier
from tracker.errors import DataError, ModelError
from tracker.preprocess import network_input

CROP: Final = Framing(SIDE, left_eye=(15.2, 19.1), right_eye=(32.7, 18.9), mouth_left=(16.9, 37.2), mouth_right=(31.5, 37.0))
"""How FER-2013 frames a face: medians over 14,000 of its pictures, measured with the landmarker."""
OPSET: Final = 18
"""The one torch translates into without converting afterwards; onnxruntime reads it since 1.14."""
PARITY: Final = 1e-4
"""How far a logit of the file may lie from torch's: a ten-thousandth moves no probability that is shown."""
PARITY_CROPS: Final = 64
"""So many random crops and so many faces are compared."""
INPUT: Final = "crops"
TABLES: Final = {"recall", "confusion"}
"""What the card leaves to ``mien evaluate``."""


def export(checkpoint: Path, faces: LabelledFaces, output: Path, *, name: str, version: str) -> ModelCard:
    """Calibrate a checkpoint on PublicTest and write it as a model file; nothing is written unless all of it holds."""
    network = Network()
    load_weights(network, checkpoint)
    card = make_card(network, faces, name, version)
    card = replace(card, training={**card.training, **_how_trained(checkpoint)})
    write_model(network, card, output, faces.of("public").images[:PARITY_CROPS])
    return card


def _how_trained(checkpoint: Path) -> dict[str, Any]:
    """Epochs and plan, where the checkpoint tells them."""
    state = read_checkpoint(checkpoint)
    return {"epochs": state["epoch"], "plan": state["plan"]} if "plan" in state else {}


def make_card(network: Network, faces: LabelledFaces, name: str, version: str) -> ModelCard:
    """The contract of a trained network, calibrated and measured on the data's public split."""
    training, public = faces.of("train"), faces.of("public")
    if not (len(training) and len(public)):
        raise DataError("Exporting needs the training pictures and a public split (or a folder 'val') to calibrate on.")
    logits = dict(zip((FER2013_HEAD, FERPLUS_HEAD), answers(network, public.images), strict=True))
    fresh = unseen(public, training)
    held_out = {head: values[fresh] for head, values in logits.items()}
    calibration = calibrate(held_out, public.take(fresh), training)
    card = ModelCard(
        name=name,
        version=version,
        scaling=SCALING,
        crop=CROP,
        heads=calibration.heads,
        shown=calibration.shown,
        features=network.ferplus.in_features,
        training={"fingerprint": training.fingerprint, "pictures": len(training)},
    )
    scores = judge_logits(card, logits, public, training, card.shown.picture)
    return replace(card, measured={"split": "public", **{part: _without_tables(scores[part]) for part in scores}})


def _without_tables(scores: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in scores.items() if key not in TABLES}


def write_model(network: Network, card: ModelCard, output: Path, crops: npt.NDArray[np.uint8]) -> None:
    """One ONNX file with its card, opened and compared with torch before it replaces what was there."""
    model = to_onnx(network)
    set_model_props(model, {KEY: card.to_json()})
    output.parent.mkdir(parents=True, exist_ok=True)
    written = output.with_name(output.name + ".new")
    try:
        onnx.save(model, written)
        require_parity(network, OnnxClassifier(written), crops)
        written.replace(output)
    finally:
        written.unlink(missing_ok=True)


def to_onnx(network: Network) -> onnx.ModelProto:
    """The network for any number of crops, batch normalisation folded into the convolutions."""
    network.eval()
    example = torch.zeros(2, 1, SIDE, SIDE)
    with _quiet():
        program = torch.onnx.export(
            network,
            (example,),
            input_names=[INPUT],
            output_names=[FER2013_HEAD, FERPLUS_HEAD, FEATURES],
            dynamic_shapes={INPUT: {0: torch.export.Dim("n")}},
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
    if program is None:
        raise ModelError("torch gave no ONNX model; install the versions of torch and onnxscript that Mien names.")
    # Each node carries its source file and line on the maker's machine: nobody else's business.
    ClearMetadataAndDocStringPass()(program.model)
    return program.model_proto


@contextmanager
def _quiet() -> Iterator[None]:
    """Torch tells its users about torchvision and about its own deprecations; neither concerns ours."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        logger.setLevel(level)


def require_parity(network: Network, classifier: OnnxClassifier, crops: npt.NDArray[np.uint8]) -> None:
    """ModelError unless the file gives torch's logits, from pixels on, for random crops and for real ones."""
    noise = np.random.default_rng(1).integers(0, 256, (PARITY_CROPS, SIDE, SIDE), np.uint8)
    crops = np.concatenate([noise, crops])
    with torch.inference_mode():
        expected = network(torch.from_numpy(network_input(crops, SCALING)))._asdict()
    found = classifier.logits(crops)
    worst = max(float(np.abs(values - expected[name].numpy()).max()) for name, values in found.items())
    if not worst <= PARITY:
        raise ModelError(
            f"The file's answers differ from the network's by {worst:.2g}; at most {PARITY} is allowed. Nothing was"
            " written. Install the versions of torch, onnxscript and onnxruntime that Mien names, and export again."
        )
