"""Rewrites a network with operators that give the same answers and that onnxruntime runs faster in 8 bits.

Of a mean over height and width it has an 8-bit form only as GlobalAveragePool; a ReduceMean is computed in floats, between two
conversions. Its 8-bit AveragePool takes longer than the convolution that follows it in a shortcut.
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import onnx
from onnx import helper, numpy_helper

from exporter.export.readers.graph import shape_of
from exporter.export.readers.source import Array

Shape = tuple[int | None, ...]
SPATIAL_AXES: Final = [2, 3]
"""Height and width of [N, channels, height, width]."""
PLAIN: Final = {"strides": [1, 1], "pads": [0, 0, 0, 0], "dilations": [1, 1], "group": 1}
"""The attributes of a convolution or pooling where nothing is said of them."""


def use_fast_operators(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network with a GlobalAveragePool for each mean that keeps its axes, and pooling joined to its convolution.

    A network in which nothing can be rewritten comes back as it is.
    """
    inferred = onnx.shape_inference.infer_shapes(model)
    shapes = {entry.name: shape_of(entry) for entry in [*inferred.graph.value_info, *inferred.graph.input]}
    constants = dict(_constants(model.graph))
    for node in model.graph.node:
        if node.op_type == "ReduceMean" and _is_spatial_mean(node, constants, shapes):
            del node.input[1:], node.attribute[:]
            node.op_type = "GlobalAveragePool"
    for pool, convolution in list(_pooled_convolutions(model.graph, constants, shapes)):
        _join(model.graph, pool, convolution, constants[convolution.input[1]])
    del model.graph.value_info[:]
    return onnx.shape_inference.infer_shapes(model)


def _is_spatial_mean(node: onnx.NodeProto, constants: dict[str, Array], shapes: dict[str, Shape]) -> bool:
    """Whether a ReduceMean is over height and width of four axes, all of which it keeps."""
    axes = _attribute(node, "axes", constants.get(node.input[1]) if len(node.input) > 1 else None)
    if axes is None or len(shapes.get(node.input[0], ())) != 4 or not _attribute(node, "keepdims", 1):
        return False
    return sorted(int(axis) % 4 for axis in axes) == SPATIAL_AXES


def _pooled_convolutions(
    graph: onnx.GraphProto, constants: dict[str, Array], shapes: dict[str, Shape]
) -> Iterator[tuple[onnx.NodeProto, onnx.NodeProto]]:
    """Each average pooling, in windows that fill the map, that only a convolution of single pixels reads, and this one."""
    asked_for = {entry.name for entry in graph.output}
    for pool in graph.node:
        readers = [node for node in graph.node if pool.output[0] in node.input]
        if pool.op_type != "AveragePool" or pool.output[0] in asked_for or [each.op_type for each in readers] != ["Conv"]:
            continue
        (convolution,) = readers
        weights = constants.get(convolution.input[1])
        window = _attribute(pool, "kernel_shape", None)
        sizes = shapes.get(pool.input[0], ())[2:]
        fills = len(sizes) == 2 and all(size is not None and size % side == 0 for size, side in zip(sizes, window, strict=True))
        if (
            weights is not None
            and weights.shape[2:] == (1, 1)
            and fills
            and _attribute(pool, "strides", PLAIN["strides"]) == window
            and all(_attribute(pool, name, PLAIN[name]) == PLAIN[name] for name in ("pads", "dilations"))
            and all(_attribute(convolution, name, plain) == plain for name, plain in PLAIN.items())
        ):
            yield pool, convolution


def _join(graph: onnx.GraphProto, pool: onnx.NodeProto, convolution: onnx.NodeProto, weights: Array) -> None:
    """One convolution with the pooling's window, which weighs its pixels alike."""
    height, width = _attribute(pool, "kernel_shape", None)
    spread = np.broadcast_to(weights / (height * width), (*weights.shape[:2], height, width)).astype(weights.dtype)
    name = f"{convolution.input[1]}/pooled"
    graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(spread), name))
    kept = [entry for entry in convolution.attribute if entry.name not in ("kernel_shape", "strides")]
    del convolution.attribute[:]
    convolution.attribute.extend(
        [
            *kept,
            helper.make_attribute("kernel_shape", [height, width]),
            helper.make_attribute("strides", [height, width]),
        ]
    )
    before, convolution.input[0], convolution.input[1] = convolution.input[1], pool.input[0], name
    graph.node.remove(pool)
    read = {name for node in graph.node for name in node.input}
    for entry in [entry for entry in graph.initializer if entry.name == before and before not in read]:
        graph.initializer.remove(entry)


def _attribute(node: onnx.NodeProto, name: str, otherwise: Any) -> Any:
    return next((helper.get_attribute_value(entry) for entry in node.attribute if entry.name == name), otherwise)


def _constants(graph: onnx.GraphProto) -> Iterator[tuple[str, Array]]:
    for entry in graph.initializer:
        yield entry.name, numpy_helper.to_array(entry)
    for node in graph.node:
        value = _attribute(node, "value", None) if node.op_type == "Constant" else None
        if value is not None:
            yield node.output[0], numpy_helper.to_array(value)
