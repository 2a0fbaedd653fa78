"""The rewriting before quantisation: other operators, the same answers."""

from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from exporter.export.int8_operators import use_fast_operators
from exporter.export.readers.source import Array
from tracker.model.onnx_runtime import onnxruntime

CHANNELS = 4


def network(nodes: list[onnx.NodeProto], side: int, *constants: tuple[str, Array]) -> onnx.ModelProto:
    """A network from ``maps`` [n, CHANNELS, side, side] to ``answer``."""
    return helper.make_model(
        helper.make_graph(
            nodes,
            "test",
            [helper.make_tensor_value_info("maps", TensorProto.FLOAT, ["n", CHANNELS, side, side])],
            [helper.make_tensor_value_info("answer", TensorProto.FLOAT, None)],
            [numpy_helper.from_array(values, name) for name, values in constants],
        ),
        opset_imports=[helper.make_opsetid("", 18)],
        ir_version=9,
    )


def answers(model: onnx.ModelProto, side: int) -> Array:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    maps = np.random.default_rng(1).normal(size=(3, CHANNELS, side, side)).astype(np.float32)
    (found,) = session.run(None, {"maps": maps})
    return np.asarray(found)


def operators(model: onnx.ModelProto) -> list[str]:
    return [node.op_type for node in model.graph.node]


def mean(**attributes: Any) -> onnx.ModelProto:
    node = helper.make_node("ReduceMean", ["maps", "axes"], ["answer"], **attributes)
    return network([node], 6, ("axes", np.array([-1, 2], np.int64)))


def shortcut(side: int = 6, kernel: int = 1, **pooling: Any) -> onnx.ModelProto:
    """A pooling in windows of two by two, then a convolution."""
    weights = np.random.default_rng(2).normal(size=(5, CHANNELS, kernel, kernel)).astype(np.float32)
    settings: dict[str, Any] = {"kernel_shape": [2, 2], "strides": [2, 2], **pooling}
    nodes = [
        helper.make_node("AveragePool", ["maps"], ["pooled"], **settings),
        helper.make_node("Conv", ["pooled", "weights", "bias"], ["answer"], kernel_shape=[kernel, kernel]),
    ]
    return network(nodes, side, ("weights", weights), ("bias", np.arange(5, dtype=np.float32)))


@pytest.mark.parametrize("given", [mean(keepdims=1), mean()])
def test_a_mean_over_height_and_width_becomes_a_pooling(given: onnx.ModelProto) -> None:
    """The mean that keeps its axes, as a gate has it, is GlobalAveragePool, with the same answers."""
    before = answers(given, 6)

    after = use_fast_operators(given)

    assert operators(after) == ["GlobalAveragePool"]
    assert answers(after, 6) == pytest.approx(before, abs=1e-6)


def test_a_mean_that_drops_its_axes_stays() -> None:
    """Its answers have another shape than a pooling's."""
    assert operators(use_fast_operators(mean(keepdims=0))) == ["ReduceMean"]


@pytest.mark.parametrize("ceil_mode", [0, 1])
def test_a_pooling_before_a_convolution_is_joined_to_it(ceil_mode: int) -> None:
    """One convolution is left, with its own weights alone and the same answers."""
    given = shortcut(ceil_mode=ceil_mode)
    before = answers(given, 6)

    after = use_fast_operators(given)

    assert operators(after) == ["Conv"]
    assert {entry.name for entry in after.graph.initializer} == set(after.graph.node[0].input[1:])
    assert answers(after, 6) == pytest.approx(before, abs=1e-5)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(shortcut(side=7, ceil_mode=1), id="a window that reaches over the edge"),
        pytest.param(shortcut(side=7), id="a row that no window has"),
        pytest.param(shortcut(strides=[1, 1]), id="windows that overlap"),
        pytest.param(shortcut(pads=[1, 1, 1, 1]), id="a padded map"),
        pytest.param(shortcut(kernel=3), id="a convolution of more than one pixel"),
    ],
)
def test_another_pooling_stays(given: onnx.ModelProto) -> None:
    """Where one convolution would answer otherwise, nothing is joined."""
    assert operators(use_fast_operators(given)) == ["AveragePool", "Conv"]


def test_a_pooling_that_something_else_reads_stays() -> None:
    """Its own values are still needed, by another operator or as an output."""
    read, asked_for = shortcut(), shortcut()
    read.graph.node.append(helper.make_node("Relu", ["pooled"], ["seen"]))
    asked_for.graph.output.append(helper.make_tensor_value_info("pooled", TensorProto.FLOAT, None))

    assert "AveragePool" in operators(use_fast_operators(read))
    assert "AveragePool" in operators(use_fast_operators(asked_for))
