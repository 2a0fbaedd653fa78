"""Read an ONNX file without a contract."""

from pathlib import Path

import onnx

from exporter.export.readers.adapt import ForeignNetwork
from exporter.export.readers.source import Array, open_onnx
from tracker.core.errors import ModelError
from tracker.model.contract import METADATA_KEY


def read_onnx(path: Path) -> ForeignNetwork:
    """The network of a file; operators that onnxruntime does not know are refused, and so are weights in other files."""
    content = path.read_bytes()
    run = open_onnx(content, path)
    model = onnx.load_from_string(content)
    if METADATA_KEY in {entry.key for entry in model.metadata_props}:
        raise ModelError(f"{path}: it has a contract already, and Mien runs it as it is: mien serve --model {path}")

    def answers(values: Array) -> Array:
        return run(values)[0]

    return ForeignNetwork("onnx", model, answers)
