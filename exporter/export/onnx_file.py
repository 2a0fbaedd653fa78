"""Export a network as one ONNX file with its contract, and compare the file with the network before it is kept.

mien export runs/first/checkpoint.pt --data fer2013.npz --output models/mien.onnx --name mien --version 1
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from onnx.helper import set_model_props

from exporter.data.dataset import LabelledFaces
from exporter.data.labels import HEAD_LABELS, shown_truth, unseen
from exporter.evaluation.inference import CROPS_PER_BATCH, Crops, resized
from exporter.evaluation.scores import as_json
from exporter.evaluation.scoring import score_logits
from exporter.export.calibrate import calibrate, shown_shares, uncalibrated
from exporter.export.feature_statistics import feature_statistics, sample_per_expression
from exporter.export.readers.source import Array, Source, open_onnx
from tracker.core.errors import DataError, ModelError
from tracker.core.paths import beside
from tracker.model.classifier import FEATURES_OUTPUT, OnnxClassifier
from tracker.model.contract import METADATA_KEY, ModelContract
from tracker.model.preprocess import network_input
from tracker.model.prior import softmax

PARITY_TOLERANCE: Final = 1e-4
"""An answer of the file may differ from the network's by so much, which changes no probability that is shown. Where answers are
larger than 1, it is this share of the largest: 32-bit floats are no more exact."""
PARITY_CROPS: Final = 64
"""Number of random crops, and of faces, that are compared."""
UNWRITTEN_TABLES: Final = {"recall", "confusion"}
"""Members of the scores that are not written into the contract."""


@dataclass(frozen=True, slots=True)
class Parity:
    """How exactly the file gives the answers of the network it was made from.

    Attributes:
        crops: How many were compared.
        worst: The largest difference of an answer.
        allowed: Its limit.
        agreement: Share of crops with the same likeliest label, of the head where it is lowest.
    """

    crops: int
    worst: float
    allowed: float
    agreement: float


def export(
    source: Source, faces: LabelledFaces | None, output: Path, *, name: str, version: str
) -> tuple[ModelContract, Parity]:
    """Calibrate a network and write it as a model file.

    Args:
        source: The network.
        faces: Labelled faces with a training and a public split to calibrate on; None: it is not calibrated.
        output: The file, which is replaced only when the new one is proven.
        name: What the model is called.
        version: Which one of that name it is.

    Returns:
        The contract in the file, and how exactly the file gives the network's answers.

    Raises:
        DataError: The faces lack a split or an expression.
        ModelError: The file's answers differ from the network's, or onnxruntime cannot run it. Nothing is written.
    """
    if faces is not None and source.with_wide_shares is not None and len(faces.of("train")):
        # Opinions have a prior of their own; with the crowd's, one temperature makes that head's confidence mean what it says.
        source = source.with_wide_shares(shown_shares(source.heads, faces.of("train")).tolist())
    contract = make_contract(source, faces, name, version)
    return contract, write_model(source, contract, output, faces.of("public").images[:PARITY_CROPS] if faces else None)


def make_contract(source: Source, faces: LabelledFaces | None, name: str, version: str) -> ModelContract:
    """The contract of a network, calibrated and measured on the data's public split; without data as it speaks by itself."""
    calibration = uncalibrated(source.heads)
    contract = ModelContract(
        name=name,
        version=version,
        scaling=source.scaling,
        crop=source.crop,
        heads=calibration.heads,
        shown=calibration.shown,
        features=source.features,
        training=source.training,
    )
    return contract if faces is None else _calibrated(contract, source, faces)


def _calibrated(contract: ModelContract, source: Source, faces: LabelledFaces) -> ModelContract:
    training, public = faces.of("train"), faces.of("public")
    if not (len(training) and len(public)):
        raise DataError("Exporting needs the training pictures and a public split (or a folder 'val') to calibrate on.")
    logits = _outputs(source, public.images, source.heads)
    fresh = unseen(public, training)
    held_out = {head: values[fresh] for head, values in logits.items()}
    calibration = calibrate(held_out, public.take(fresh), training, source.wide_shares)
    told = {"fingerprint": training.fingerprint, "pictures": len(training)}
    contract = replace(
        contract,
        heads=calibration.heads,
        shown=calibration.shown,
        training={**contract.training, **({"calibrated_on": told} if "from" in contract.training else told)},
    )
    if source.features is not None:
        # Of the features that the shown heads read, on some training pictures of each expression.
        some = sample_per_expression(training)
        outputs = _outputs(source, some.images, (*contract.shown.heads, FEATURES_OUTPUT))
        statistics = feature_statistics(outputs[FEATURES_OUTPUT], contract.shown_logits(outputs), shown_truth(some))
        contract = replace(contract, statistics=statistics)
    return replace(contract, measured=measured_scores(contract, logits, public, training))


def measured_scores(
    contract: ModelContract, logits: Mapping[str, Array], public: LabelledFaces, training: LabelledFaces
) -> dict[str, Any]:
    """The scores that a contract holds: those of the public split, without UNWRITTEN_TABLES."""
    scores = as_json(score_logits(contract, logits, public, training, contract.shown.picture))
    short = {part: {key: value for key, value in scores[part].items() if key not in UNWRITTEN_TABLES} for part in scores}
    return {"split": "public", **short}


def _outputs(source: Source, images: Crops, wanted: Sequence[str]) -> dict[str, Array]:
    run = open_onnx(source.model.SerializeToString(), Path("the new file"))
    names = [entry.name for entry in source.model.graph.output]
    starts = range(0, len(images), CROPS_PER_BATCH)
    parts = [
        run(network_input(resized(images[start : start + CROPS_PER_BATCH], source.crop.side), source.scaling))
        for start in starts
    ]
    return {name: np.concatenate([part[names.index(name)] for part in parts]) for name in wanted}


def write_model(source: Source, contract: ModelContract, output: Path, faces: Crops | None) -> Parity:
    """One ONNX file with its contract, opened and compared with where it came from before it replaces what was there."""
    set_model_props(source.model, {METADATA_KEY: contract.to_json()})
    output.parent.mkdir(parents=True, exist_ok=True)
    written = beside(output, ".new")
    try:
        onnx.save(source.model, written)
        parity = require_parity(source, OnnxClassifier(written), faces)
        written.replace(output)
    finally:
        written.unlink(missing_ok=True)
    return parity


def require_parity(source: Source, classifier: OnnxClassifier, faces: Crops | None) -> Parity:
    """ModelError unless the file answers as the network does, from pixels on, for random crops and for real ones."""
    side = source.crop.side
    crops = np.random.default_rng(1).integers(0, 256, (PARITY_CROPS, side, side), np.uint8)
    if faces is not None:
        crops = np.concatenate([crops, resized(faces, side)])
    found = classifier.logits(crops)
    if source.probabilities:
        found = {name: softmax(values).astype(np.float32) for name, values in found.items()}
    expected = source.expected(network_input(crops, source.scaling))
    pairs = {name: (expected[name], values) for name, values in found.items()}
    largest = max(float(np.abs(values).max()) for values, _ in pairs.values())
    heads = [pair for name, pair in pairs.items() if name in HEAD_LABELS]
    parity = Parity(
        crops=len(crops),
        worst=max(float(np.abs(before - after).max()) for before, after in pairs.values()),
        allowed=PARITY_TOLERANCE * max(1.0, largest),
        agreement=min(float((before.argmax(axis=1) == after.argmax(axis=1)).mean()) for before, after in heads),
    )
    if not parity.worst <= parity.allowed:
        raise ModelError(
            f"The file's answers differ from the network's by {parity.worst:.2g}; at most {parity.allowed:.2g} is allowed (the"
            f" best answer is the same for {parity.agreement:.0%} of {parity.crops} crops). Nothing was written. Install the"
            " versions of torch, onnxscript and onnxruntime that Mien names, and export again."
        )
    return parity
