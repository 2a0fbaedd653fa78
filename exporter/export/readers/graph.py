"""Edit a foreign ONNX graph: layout of the input, order of the labels, logits, a free batch size."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import onnx
from onnx import helper, numpy_helper

from exporter.export.readers.source import INPUT_NAME

BATCH_DIMENSION: Final = "n"
NODE_PREFIX: Final = "mien/"
"""Prefix of the nodes that are added here: foreign names do not have it, and quantisation leaves these nodes out."""
MIN_PROBABILITY: Final = 1e-7
"""A logarithm needs a number above 0; for a smaller p, 1 - p is 1 in float32."""


def single_input(model: onnx.ModelProto) -> onnx.ValueInfoProto | None:
    """The one input that is no weight (old files list those as well), or None when there are others."""
    weights = {weight.name for weight in model.graph.initializer}
    inputs = [entry for entry in model.graph.input if entry.name not in weights]
    return inputs[0] if len(inputs) == 1 else None


def shape_of(entry: onnx.ValueInfoProto) -> tuple[int | None, ...]:
    """Its sizes; None where they are free."""
    return tuple(size.dim_value if size.HasField("dim_value") else None for size in entry.type.tensor_type.shape.dim)


def drop_softmax(model: onnx.ModelProto) -> bool:
    """Let the output be what goes into a closing softmax; False when there is none."""
    name = model.graph.output[0].name
    last = next((node for node in model.graph.node if name in node.output), None)
    if last is None or last.op_type != "Softmax":
        return False
    model.graph.output[0].name = last.input[0]
    model.graph.node.remove(last)
    return True


def take_logarithm(model: onnx.ModelProto) -> None:
    """Turn probabilities into logits: the softmax of their logarithm is what they were."""
    least = _constant(model, "least", np.array(MIN_PROBABILITY, np.float32))
    above = _append(model, "Max", [model.graph.output[0].name, least])
    model.graph.output[0].name = _append(model, "Log", [above])


def order_columns(model: onnx.ModelProto, columns: Sequence[int], name: str) -> None:
    """Give some of the output's columns, in an order and under a name, as the only output."""
    chosen = _constant(model, "columns", np.array(columns, np.int64))
    _append(model, "Gather", [model.graph.output[0].name, chosen], to=name, axis=1)
    del model.graph.output[:]
    model.graph.output.append(_floats(name, [BATCH_DIMENSION, len(columns)]))


def take_crops(model: onnx.ModelProto, side: int, *, channels_last: bool) -> None:
    """Let the input be crops [n, 1, side, side], whatever it was."""
    entry = single_input(model)
    if entry is None:
        raise ValueError("a graph of one input is needed")
    name = entry.name
    model.graph.input.remove(entry)
    model.graph.input.insert(0, _floats(INPUT_NAME, [BATCH_DIMENSION, 1, side, side]))
    old = f"{NODE_PREFIX}input"
    for node in model.graph.node:
        node.input[:] = [old if value == name else value for value in node.input]
    kind: dict[str, Any] = {"op_type": "Transpose", "perm": [0, 2, 3, 1]} if channels_last else {"op_type": "Identity"}
    node = helper.make_node(inputs=[INPUT_NAME], outputs=[old], name=old, **kind)
    model.graph.node.insert(0, node)


def free_batch(model: onnx.ModelProto) -> None:
    """Undo a batch of 1 that the graph has built in: in the shapes it notes, and where it reshapes to [1, ...]."""
    del model.graph.value_info[:]
    reshapes = [node for node in model.graph.node if node.op_type == "Reshape" and len(node.input) > 1]
    targets = {node.input[1] for node in reshapes}
    for node in reshapes:
        # Allowing for sizes of 0 would take the one that is written below at its word.
        kept = [entry for entry in node.attribute if entry.name != "allowzero"]
        del node.attribute[:]
        node.attribute.extend(kept)
    constants = [node for node in model.graph.node if node.op_type == "Constant" and node.output[0] in targets]
    tensors = [entry.t for node in constants for entry in node.attribute if entry.name == "value"]
    for tensor in [*tensors, *(weight for weight in model.graph.initializer if weight.name in targets)]:
        shape = numpy_helper.to_array(tensor).copy()
        if shape.ndim == 1 and shape.size > 1 and shape[0] == 1:
            # 0 means: as many as there were.
            shape[0] = 0
            tensor.CopyFrom(numpy_helper.from_array(shape, tensor.name))


def _floats(name: str, shape: Sequence[int | str]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, list(shape))


def _constant(model: onnx.ModelProto, name: str, value: np.ndarray[Any, Any]) -> str:
    """A node, because files of old make every initializer an input."""
    made = NODE_PREFIX + name
    node = helper.make_node("Constant", [], [made], made, value=numpy_helper.from_array(value, made))
    model.graph.node.append(node)
    return made


def _append(model: onnx.ModelProto, kind: str, inputs: Sequence[str], to: str = "", **attributes: Any) -> str:
    made = to or NODE_PREFIX + kind
    model.graph.node.append(helper.make_node(kind, inputs, [made], NODE_PREFIX + kind, **attributes))
    return made
