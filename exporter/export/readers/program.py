"""Read a ``torch.export`` program, after checking that torch would run no code of it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pickle import UnpicklingError
from typing import Final

import torch

from exporter.export.readers.adapt import ForeignNetwork
from exporter.export.readers.program_guard import require_harmless
from exporter.export.readers.torch_onnx import first_line, program_to_onnx, silenced, torch_runner
from tracker.core.errors import ModelError

WEIGHTS_ONLY_VARIABLE: Final = "TORCH_FORCE_WEIGHTS_ONLY_LOAD"
LOAD_ERRORS: Final = (RuntimeError, ValueError, KeyError, TypeError, AttributeError, AssertionError, OSError, UnpicklingError)


def read_program(path: Path) -> ForeignNetwork:
    """The network of a ``.pt2``; ModelError when it is damaged, or more than a network of standard operators."""
    require_harmless(path)
    try:
        with _weights_only(), silenced():
            program = torch.export.load(path)
            network = program.module()
    except LOAD_ERRORS as error:
        raise ModelError(
            f"{path}: torch cannot read this program ({first_line(error)}). Export it again, with the torch that Mien names:"
            " torch.export.save(torch.export.export(network.eval(), (crops,)), 'network.pt2')"
        ) from error
    try:
        model = program_to_onnx(program, ["scores"])
    except torch.onnx.OnnxExporterError as error:
        raise ModelError(f"{path}: torch cannot translate this program to ONNX ({first_line(error)}).") from error

    return ForeignNetwork("torch.export", model, torch_runner(network))


@contextmanager
def _weights_only() -> Iterator[None]:
    """Torch's own switch: no pickle of anything but tensors is opened, whatever the caller inside of torch asks for."""
    before = os.environ.get(WEIGHTS_ONLY_VARIABLE)
    os.environ[WEIGHTS_ONLY_VARIABLE] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[WEIGHTS_ONLY_VARIABLE]
        else:
            os.environ[WEIGHTS_ONLY_VARIABLE] = before
