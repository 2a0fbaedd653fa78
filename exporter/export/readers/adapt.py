"""Adapt a foreign network to one of Mien's heads: order of the labels, layout of the input, logits, any batch size."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np
import onnx

from exporter.export.readers import graph
from exporter.export.readers.description import NHWC, Description
from exporter.export.readers.geometry import InputGeometry, input_geometry
from exporter.export.readers.source import Array, Source, fer_framing, open_onnx
from tracker.core.errors import ModelError
from tracker.model.preprocess import Scaling, network_input

NOISE_CROPS: Final = 16
"""Random crops that show whether answers are probabilities: logits never sum to 1 for so many."""
SUM_TOLERANCE: Final = 1e-3
"""Probabilities sum to 1 within this, as in ``tracker.core.scores``."""


@dataclass(frozen=True, slots=True)
class ForeignNetwork:
    """A network of other makers, as it was read from a file.

    Attributes:
        kind: onnx, keras or torch.export.
        model: The network as ONNX.
        run: The network in its own framework: from its own input to [N, labels].
    """

    kind: str
    model: onnx.ModelProto
    run: Callable[[Array], Array]


def adapt_network(path: Path, raw: ForeignNetwork, told: Description) -> Source:
    """The network with the input and the labels of one of Mien's heads.

    Args:
        path: The file that it came from.
        raw: The network.
        told: Its labels, scaling, and whatever the file leaves open.

    Raises:
        ModelError: The network cannot be used; the sentence says why.
        UsageError: Something has to be said of it.
    """
    head, columns = told.head()
    scaling = told.preprocessing()
    form = input_geometry(path, _input_shape(path, raw.model), told)
    answers = _any_number(path, raw.run, form)
    noise_answers = _probe(path, answers, form.side, scaling, len(told.labels or ()))
    sums = noise_answers.sum(axis=1)
    probabilities = bool((noise_answers >= 0).all() and (np.abs(sums - 1) <= SUM_TOLERANCE).all())
    if form.batch is not None:
        graph.free_batch(raw.model)
    # Calibration and priors work on logits, so a softmax at the end is removed, or undone by a logarithm.
    if probabilities and not graph.drop_softmax(raw.model):
        graph.take_logarithm(raw.model)
    graph.take_crops(raw.model, form.side, channels_last=form.layout == NHWC)
    graph.order_columns(raw.model, columns, head)
    open_onnx(raw.model.SerializeToString(), path)(np.zeros((2, 1, form.side, form.side), np.float32))

    def expected(values: Array) -> dict[str, Array]:
        chosen = answers(values)[:, columns]
        return {head: chosen / chosen.sum(axis=1, keepdims=True) if probabilities else chosen}

    return Source(
        model=raw.model,
        expected=expected,
        scaling=scaling,
        crop=fer_framing(form.side),
        heads=(head,),
        probabilities=probabilities,
        training={"from": raw.kind, "sha256": sha256(path.read_bytes()).hexdigest()},
    )


def _input_shape(path: Path, model: onnx.ModelProto) -> tuple[int | None, ...]:
    entry, outputs = graph.single_input(model), len(model.graph.output)
    if entry is None or outputs != 1:
        raise ModelError(
            f"{path}: expected one input and one output, found {len(model.graph.input)} and {outputs}. Export the network"
            " again with nothing but its crops and its scores."
        )
    if entry.type.tensor_type.elem_type != onnx.TensorProto.FLOAT:
        raise ModelError(f"{path}: expected an input of 32-bit floats; export the network again, with that type.")
    return graph.shape_of(entry)


def _any_number(path: Path, run: Callable[[Array], Array], form: InputGeometry) -> Callable[[Array], Array]:
    """From [N, 1, side, side] to [N, labels], also for a network that takes one face at a time."""
    if form.batch is None:
        return lambda values: run(form.own(values))
    if form.batch == 1:
        return lambda values: np.concatenate([run(value[None]) for value in form.own(values)])
    raise ModelError(f"{path}: it wants {form.batch} faces at once; export the network again for one, or for any number.")


def _probe(path: Path, answers: Callable[[Array], Array], side: int, scaling: Scaling, labels: int) -> Array:
    noise = np.random.default_rng(1).integers(0, 256, (NOISE_CROPS, side, side), np.uint8)
    found = answers(network_input(noise, scaling))
    if found.shape != (NOISE_CROPS, labels):
        raise ModelError(
            f"{path}: expected {labels} numbers a face, one a label, found answers of {list(found.shape)} for {NOISE_CROPS}"
            " faces. Name every class of the network, in its order."
        )
    if not np.isfinite(found).all():
        raise ModelError(f"{path}: its answers are not finite numbers; look at the network, and at --scaling.")
    return found
