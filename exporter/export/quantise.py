"""Quantise a model file to 8-bit integers, and compare size, speed and scores of both files.

Static quantisation by onnxruntime: weights a channel, activations by the range that training crops give them.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import onnx
from onnx.helper import set_model_props
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from exporter.data.dataset import LabelledFaces
from exporter.evaluation.inference import logits_of, median_ms, resized
from exporter.export.onnx_file import measured_scores
from exporter.export.readers.graph import NODE_PREFIX
from exporter.export.readers.source import INPUT_NAME, Array
from tracker.core.paths import beside
from tracker.model.classifier import OnnxClassifier
from tracker.model.contract import METADATA_KEY, ModelContract
from tracker.model.preprocess import network_input

CALIBRATION_CROPS: Final = 512
"""Training crops from which the ranges of activations are measured; with 512 the released model lost no accuracy."""
CROPS_PER_STEP: Final = 32


class _CalibrationCrops(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types
    """Training crops, a few at a time, as onnxruntime's calibration asks for them."""

    def __init__(self, values: Array) -> None:
        self._parts = iter([values[start : start + CROPS_PER_STEP] for start in range(0, len(values), CROPS_PER_STEP)])

    def get_next(self) -> dict[str, Array] | None:
        part = next(self._parts, None)
        return None if part is None else {INPUT_NAME: part}


def write_int8(model: Path, output: Path, faces: LabelledFaces) -> None:
    """A quantised copy of a model file, with its contract and its own scores on the public split."""
    classifier = OnnxClassifier(model)
    training = faces.of("train")
    chosen = np.random.default_rng(1).permutation(len(training))[:CALIBRATION_CROPS]
    crops = resized(training.images[chosen], classifier.contract.side)
    with TemporaryDirectory() as folder, _quiet():
        prepared, quantised = Path(folder) / "prepared.onnx", Path(folder) / "quantised.onnx"
        quant_pre_process(str(model), str(prepared), skip_symbolic_shape=True)
        quantize_static(
            str(prepared),
            str(quantised),
            _CalibrationCrops(network_input(crops, classifier.contract.scaling)),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            # Seven bits of weight: processors without VNNI add two products in 16 bits, which eight would overflow.
            reduce_range=True,
            nodes_to_exclude=[node.name for node in onnx.load(prepared).graph.node if node.name.startswith(NODE_PREFIX)],
        )
        _finish(onnx.load(quantised), classifier.contract, output, faces)


def _finish(quantised: onnx.ModelProto, contract: ModelContract, output: Path, faces: LabelledFaces) -> None:
    """The contract in, its scores measured anew, and the file in its place once the tracker has opened it."""
    set_model_props(quantised, {METADATA_KEY: contract.to_json()})
    written = beside(output, ".new")
    try:
        onnx.save(quantised, written)
        public = faces.of("public")
        scores = measured_scores(contract, logits_of(OnnxClassifier(written), public.images), public, faces.of("train"))
        contract = replace(contract, training={**contract.training, "int8": True}, measured=scores)
        set_model_props(quantised, {METADATA_KEY: contract.to_json()})
        onnx.save(quantised, written)
        OnnxClassifier(written)
        written.replace(output)
    finally:
        written.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class FileMeasurement:
    """One model file of a comparison, on the public split.

    Attributes:
        file: Its name.
        megabytes: Its size.
        milliseconds: Median for one face, on one thread.
        score: Accuracy of what is shown.
        ece: Expected calibration error of what is shown.
        agreement: Share of faces with the same likeliest expression as the first file.
    """

    file: str
    megabytes: float
    milliseconds: float
    score: float
    ece: float
    agreement: float


def compare_files(files: Sequence[Path], faces: LabelledFaces) -> list[FileMeasurement]:
    """Model files side by side, each on one thread."""
    images = faces.of("public").images
    rows: list[FileMeasurement] = []
    first: Array | None = None
    for file in files:
        classifier = OnnxClassifier(file, threads=1)
        best = classifier.shown_scores(logits_of(classifier, images)).argmax(axis=1)
        first = best if first is None else first
        shown = classifier.contract.measured["shown"]
        size, agreement = file.stat().st_size / 1e6, float((best == first).mean())
        rows.append(FileMeasurement(file.name, size, median_ms(classifier, images), shown["accuracy"], shown["ece"], agreement))
    return rows


def format_comparison(rows: Sequence[FileMeasurement]) -> Iterator[str]:
    """A table for people: size, milliseconds a face, and scores of each file."""
    width = max(len(row.file) for row in rows)
    yield f"{'':{width}}    size   a face    right      ECE   the same answer"
    for row in rows:
        yield (
            f"{row.file:{width}} {row.megabytes:4.1f} MB {row.milliseconds:5.2f} ms {row.score:8.2%} {row.ece:8.2%}"
            f" {row.agreement:17.1%}"
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Without onnxruntime's warnings about preparing a model, which was just done."""
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
