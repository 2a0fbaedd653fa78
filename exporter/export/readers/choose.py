"""Choose the reader of a file by its suffix, after checking that the packages it needs are installed."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from exporter.export.extras import require_training_packages
from exporter.export.readers.description import Description
from tracker.core.errors import ModelError, UsageError

if TYPE_CHECKING:
    # It imports onnx, which has to be asked for first.
    from exporter.export.readers.source import Source

CHECKPOINT_SUFFIXES: Final = {".pt", ".pth"}
PROGRAM_SUFFIXES: Final = {".pt2"}
KERAS_SUFFIXES: Final = {".h5", ".hdf5", ".keras"}


def read_source(path: Path, told: Description) -> "Source":
    """Read a network from a file; no code of the file is run.

    Args:
        path: A checkpoint of ``mien train``, a ``torch.export`` program, a Keras model or an ONNX file; its suffix decides.
        told: What the person says of a network that is not Mien's.

    Raises:
        UsageError: The suffix is none of these, or something has to be said of the network.
        ModelError: There is no such file, or it cannot be exported.
        MissingError: A package that reads such a file is not installed.
    """
    kind = path.suffix.lower()
    if kind not in {*CHECKPOINT_SUFFIXES, *PROGRAM_SUFFIXES, *KERAS_SUFFIXES, ".onnx"}:
        raise UsageError(
            f"{path}: expected a checkpoint of 'mien train' (.pt), a torch.export program (.pt2), a Keras model (.h5, .hdf5,"
            " .keras) or an ONNX file (.onnx)."
        )
    require_training_packages(*(["keras", "h5py"] if kind in KERAS_SUFFIXES else []))
    if not path.is_file():
        raise ModelError(f"{path}: there is no such file.")
    if kind in CHECKPOINT_SUFFIXES:
        from exporter.export.readers.checkpoint import read_checkpoint_source

        if told != Description():
            raise UsageError(f"{path}: a checkpoint of Mien knows its labels, size, scaling and layout; leave them out.")
        return read_checkpoint_source(path)

    from exporter.export.readers.adapt import adapt_network

    # Before the file is read, ask for what the person has not said.
    told.head()
    told.preprocessing()
    if kind in PROGRAM_SUFFIXES:
        from exporter.export.readers.program import read_program

        return adapt_network(path, read_program(path), told)
    if kind in KERAS_SUFFIXES:
        from exporter.export.readers.keras_file import read_keras

        return adapt_network(path, read_keras(path, told), told)
    from exporter.export.readers.onnx_file import read_onnx

    return adapt_network(path, read_onnx(path), told)
