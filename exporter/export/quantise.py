"""Quantise a model file to 8-bit integers, and compare size, speed and scores of both files.

Static quantisation by onnxruntime: weights a channel, activations by the range that training crops give them. The copy that is
released is made by: python -m exporter.export.quantise models/mien.onnx --data fer2013.npz
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import click
import numpy as np
import onnx
from onnx.helper import set_model_props
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from exporter.data.dataset import LabelledFaces, read
from exporter.evaluation.inference import logits_of, median_ms, resized
from exporter.export.int8_operators import use_fast_operators
from exporter.export.onnx_file import measured_scores
from exporter.export.readers.graph import NODE_PREFIX
from exporter.export.readers.source import INPUT_NAME, Array
from tracker.commands.terminal import show
from tracker.core.paths import PathType, beside
from tracker.model.classifier import OnnxClassifier
from tracker.model.contract import METADATA_KEY, ModelContract
from tracker.model.preprocess import network_input

CALIBRATION_CROPS: Final = 512
"""Training crops from which the ranges of activations are measured; 2,048 gave nothing more."""
RANGE_PERCENTILE: Final = 99.999
"""Activations beyond this percentile are clipped: one extreme value would coarsen all others (Wu et al., "Integer
quantization for deep learning inference", arXiv 2004.09602, section 3.3). Full ranges cost the released model 0.2 points."""
CROPS_PER_STEP: Final = 32


class _CalibrationCrops(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types
    """Training crops, a few at a time, as onnxruntime's calibration asks for them."""

    def __init__(self, values: Array) -> None:
        self._parts = iter([values[start : start + CROPS_PER_STEP] for start in range(0, len(values), CROPS_PER_STEP)])

    def get_next(self) -> dict[str, Array] | None:
        part = next(self._parts, None)
        return None if part is None else {INPUT_NAME: part}


def int8_beside(model: Path) -> Path:
    """Where the quantised copy of a model file lies: models/mien.onnx -> models/mien.int8.onnx."""
    return beside(model.with_name(model.stem), f".int8{model.suffix}")


def write_int8(model: Path, output: Path, faces: LabelledFaces) -> None:
    """Write the quantised copy of a model file, with its contract and its own scores on the public split.

    The layers that answer stay as they are: quantised, they cost accuracy and win no time that could be measured. Its answers
    are the same on every processor.

    Args:
        model: The file to copy.
        output: Where the copy is written.
        faces: Training crops, which give the ranges of activations, and the public split for the scores.
    """
    classifier = OnnxClassifier(model)
    training = faces.of("train")
    chosen = np.random.default_rng(1).permutation(len(training))[:CALIBRATION_CROPS]
    crops = resized(training.images[chosen], classifier.contract.side)
    with TemporaryDirectory() as folder, _quiet():
        prepared, quantised = Path(folder) / "prepared.onnx", Path(folder) / "quantised.onnx"
        quant_pre_process(str(model), str(prepared), skip_symbolic_shape=True)
        network = use_fast_operators(onnx.load(prepared))
        # What is kept is told by name, and a foreign network's nodes may have none.
        for number, node in enumerate(network.graph.node):
            node.name = node.name or f"node_{number}"
        onnx.save(network, prepared)
        quantize_static(
            str(prepared),
            str(quantised),
            _CalibrationCrops(network_input(crops, classifier.contract.scaling)),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            calibrate_method=CalibrationMethod.Percentile,
            extra_options={"CalibPercentile": RANGE_PERCENTILE},
            # Seven bits of weight: processors without VNNI add two products in 16 bits, which eight would overflow.
            reduce_range=True,
            nodes_to_exclude=_kept_nodes(network.graph),
        )
        contract = replace(classifier.contract, quantised_from=classifier.sha256)
        _finish(onnx.load(quantised), contract, output, faces)


def _kept_nodes(graph: onnx.GraphProto) -> list[str]:
    """Names of the nodes that are not quantised: what export added, and the layers that answer."""
    added = [node.name for node in graph.node if node.name.startswith(NODE_PREFIX)]
    read_on = {name for node in graph.node if node.name not in added for name in node.input}
    last = [node.name for node in graph.node if node.op_type in ("Gemm", "MatMul") and read_on.isdisjoint(node.output)]
    return [*added, *last]


def _finish(quantised: onnx.ModelProto, contract: ModelContract, output: Path, faces: LabelledFaces) -> None:
    """The contract in, its scores measured anew, and the file in its place once the tracker has opened it."""
    set_model_props(quantised, {METADATA_KEY: contract.to_json()})
    written = beside(output, ".new")
    try:
        onnx.save(quantised, written)
        public = faces.of("public")
        scores = measured_scores(contract, logits_of(OnnxClassifier(written), public.images), public, faces.of("train"))
        contract = replace(contract, measured=scores)
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


@click.command()
@click.argument("model", type=PathType())
@click.option("--data", required=True, type=PathType(), help="Labelled faces, as for 'mien export'.")
def main(model: Path, data: Path) -> None:
    """Write the quantised copy of MODEL beside it, and compare both in a table."""
    faces = read(data)
    write_int8(model, int8_beside(model), faces)
    show(*format_comparison(compare_files([model, int8_beside(model)], faces)))


@contextmanager
def _quiet() -> Iterator[None]:
    """Without onnxruntime's warnings about preparing a model, which was just done."""
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


if __name__ == "__main__":
    main()
