"""What every reader returns: a network as ONNX, and the original network to compare it with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx

from exporter.data.framing import FER_FRAMING
from exporter.data.labels import HEAD_LABELS
from tracker.core.errors import ModelError
from tracker.model.classifier import ONNXRUNTIME_ERRORS
from tracker.model.framing import Framing
from tracker.model.onnx_runtime import onnxruntime
from tracker.model.preprocess import Scaling

INPUT_NAME: Final = "crops"
"""The name of the input in every model file of Mien."""
FATAL_LOG_LEVEL: Final = 4
"""onnxruntime's log level "fatal": its errors are raised as exceptions, so it need not log them."""

Array = npt.NDArray[Any]
Answers = Callable[[Array], Mapping[str, Array]]
"""From network input [N, 1, side, side] to each output by name: [N, ...]."""


@dataclass(frozen=True, slots=True)
class Source:
    """A network that is ready to be written.

    model: takes ``crops`` [n, 1, side, side], gives logits under each head's name. expected: the same answers from the
    network where it came from; ``probabilities`` says that it gives the softmax of the logits. heads: the last one of them but
    ``wide`` is shown. wide_shares: of each of EXPRESSIONS in what the head ``wide`` was taught, where there is one;
    ``with_wide_shares`` gives the same network with that head as if it had been taught these.
    features: width of the output ``features``. training: what is known of how it came to be, for the contract.
    """

    model: onnx.ModelProto
    expected: Answers
    scaling: Scaling
    crop: Framing
    heads: tuple[str, ...]
    features: int | None = None
    probabilities: bool = False
    wide_shares: tuple[float, ...] | None = None
    with_wide_shares: "Callable[[Sequence[float]], Source] | None" = None
    training: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.heads or not set(self.heads) <= set(HEAD_LABELS):
            raise ValueError(f"heads are some of {', '.join(HEAD_LABELS)}, found {self.heads}")


def fer_framing(side: int) -> Framing:
    """FER-2013's framing for crops of another side."""
    scale = side / FER_FRAMING.side
    places = (tuple((point * scale).tolist()) for point in FER_FRAMING.points)
    left_eye, right_eye, mouth_left, mouth_right = places
    return Framing(side, left_eye, right_eye, mouth_left, mouth_right, FER_FRAMING.anchors)


def open_onnx(content: bytes, path: Path) -> Callable[[Array], list[Array]]:
    """Open an ONNX model of one input with onnxruntime.

    Args:
        content: The model file's bytes.
        path: Its name for errors.

    Returns:
        A function from the input to all outputs, in their order; it raises ModelError too.

    Raises:
        ModelError: onnxruntime cannot run the model.
    """
    options = onnxruntime.SessionOptions()
    options.log_severity_level = FATAL_LOG_LEVEL
    try:
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"], enable_fallback=0)
    except ONNXRUNTIME_ERRORS as error:
        raise ModelError(
            f"{path}: not an ONNX file that onnxruntime can run ({error}). Export the network anew, as one file, from operators"
            " of the ONNX standard alone."
        ) from error
    name = session.get_inputs()[0].name

    def run(values: Array) -> list[Array]:
        try:
            return list(session.run(None, {name: np.ascontiguousarray(values)}))
        except ONNXRUNTIME_ERRORS as error:
            raise ModelError(
                f"{path}: onnxruntime stops in the middle of {len(values)} faces ({error}). Export the network again, with"
                " a first dimension that is free."
            ) from error

    return run
