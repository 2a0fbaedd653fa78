"""Translate from torch to ONNX: Mien's network, a ``torch.export`` program, or Keras on torch."""

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import onnx
import torch
from onnx_ir.passes.common import ClearMetadataAndDocStringPass

from exporter.export.readers.source import INPUT_NAME, Array
from tracker.core.errors import ModelError

OPSET_VERSION: Final = 18
"""Torch writes this version without converting afterwards; onnxruntime reads it since 1.14."""
EXAMPLE_BATCH: Final = 2
"""Batch size of the example that torch traces: it would take a batch of 1 for a constant."""


def to_onnx(network: torch.nn.Module, shape: Sequence[int], outputs: Sequence[str]) -> onnx.ModelProto:
    """A network for any number of crops, each of a shape, batch normalisation folded into the convolutions."""
    free = {"dynamic_shapes": ({0: torch.export.Dim("n")},)}
    return _translate(network.eval(), (torch.zeros(EXAMPLE_BATCH, *shape),), outputs, **free)


def program_to_onnx(program: torch.export.ExportedProgram, outputs: Sequence[str]) -> onnx.ModelProto:
    """A program for as many crops as it was exported for."""
    return _translate(program, (), outputs)


def _translate(network: Any, example: tuple[Any, ...], outputs: Sequence[str], **more: Any) -> onnx.ModelProto:
    with silenced():
        program = torch.onnx.export(
            network,
            example,
            input_names=[INPUT_NAME],
            output_names=list(outputs),
            opset_version=OPSET_VERSION,
            dynamo=True,
            verbose=False,
            **more,
        )
    if program is None:
        raise ModelError("torch gave no ONNX model; install the versions of torch and onnxscript that Mien names.")
    # Each node carries its source file and line on the maker's machine: nobody else's business.
    ClearMetadataAndDocStringPass()(program.model)
    return program.model_proto


def torch_runner(network: Any) -> Callable[[Array], Array]:
    """The network as it is in torch, from numbers to numbers."""

    def run(values: Array) -> Array:
        with torch.inference_mode():
            return np.asarray(network(torch.from_numpy(values.copy())))

    return run


def first_line(error: Exception) -> str:
    """The first line of an error of torch or Keras; the rest is pages long."""
    return str(error).strip().split("\n")[0]


@contextmanager
def silenced() -> Iterator[None]:
    """Without torch's warnings, about torchvision and deprecations."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        logger.setLevel(level)
