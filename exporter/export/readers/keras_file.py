"""Read a Keras model on torch, without TensorFlow and without running code of its makers."""

import os
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from exporter.export.readers.adapt import ForeignNetwork
from exporter.export.readers.description import Description
from exporter.export.readers.geometry import input_geometry
from exporter.export.readers.torch_onnx import first_line, silenced, to_onnx, torch_runner
from tracker.core.errors import MissingError, ModelError

KERAS_BACKEND: Final = "torch"
LOAD_ERRORS: Final = (ValueError, TypeError, KeyError, AttributeError, ImportError, OSError, RuntimeError)
CONVERSION_ADVICE: Final = (
    "Where it was made, turn it into ONNX with tf2onnx (pip install tensorflow tf2onnx; python -m tf2onnx.convert --help), and"
    " export that file with --layout nhwc."
)


class InferenceModule(torch.nn.Module):
    """A Keras model in inference mode: no dropout, and normalisation by the statistics it was trained with."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, crops: Tensor) -> Tensor:
        answers: Tensor = self.model(crops, training=False)
        return answers


def read_keras(path: Path, told: Description) -> ForeignNetwork:
    """The network of a ``.keras``, ``.h5`` or ``.hdf5`` file."""
    # Keras decides at its import what it computes with.
    os.environ["KERAS_BACKEND"] = KERAS_BACKEND
    keras = import_module("keras")
    if keras.config.backend() != KERAS_BACKEND:
        raise MissingError(f"Keras runs on {keras.config.backend()} in this process; start 'mien export' in one of its own.")
    try:
        with silenced():
            model = keras.saving.load_model(path, compile=False, safe_mode=True)
    except LOAD_ERRORS as error:
        raise ModelError(
            f"{path}: Keras cannot read this model without code of its maker ({first_line(error)}). Custom layers and lambdas"
            f" are never run here. {CONVERSION_ADVICE}"
        ) from error
    network = InferenceModule(model).eval()
    shape = model.input_shape
    if not isinstance(shape, tuple):
        raise ModelError(f"{path}: expected one input, found {len(shape)}: give a network that sees nothing but the face.")
    form = input_geometry(path, shape, told)

    try:
        translated = to_onnx(network, form.shape, ["scores"])
    except (RuntimeError, ValueError, TypeError) as error:
        raise ModelError(
            f"{path}: torch cannot translate this Keras model to ONNX ({first_line(error)}). {CONVERSION_ADVICE}"
        ) from error
    return ForeignNetwork("keras", translated, torch_runner(network))
