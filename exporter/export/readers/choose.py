"""Which reader a file is for, by its name; the packages that it needs are asked for first."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from exporter.export.extras import require_extras
from exporter.export.readers.description import Description
from tracker.core.errors import ModelError, UsageError

if TYPE_CHECKING:
    # It imports onnx, which has to be asked for first.
    from exporter.export.readers.source import Source

CHECKPOINTS: Final = {".pt", ".pth"}
PROGRAMS: Final = {".pt2"}
KERAS: Final = {".h5", ".hdf5", ".keras"}


def read_source(path: Path, told: Description) -> "Source":
    """A network from any file that Mien can export; a sentence, and nothing run, when it is another one."""
    kind = path.suffix.lower()
    if kind not in {*CHECKPOINTS, *PROGRAMS, *KERAS, ".onnx"}:
        raise UsageError(
            f"{path}: expected a checkpoint of 'mien train' (.pt), a torch.export program (.pt2), a Keras model (.h5, .hdf5,"
            " .keras) or an ONNX file (.onnx)."
        )
    require_extras(*(["keras", "h5py"] if kind in KERAS else []))
    if not path.is_file():
        raise ModelError(f"{path}: there is no such file.")
    return _of_checkpoint(path, told) if kind in CHECKPOINTS else _foreign(path, kind, told)


def _of_checkpoint(path: Path, told: Description) -> "Source":
    from exporter.export.readers.checkpoint import read_trained

    if told != Description():
        raise UsageError(f"{path}: a checkpoint of Mien knows its labels, size, scaling and layout; leave them out.")
    return read_trained(path)


def _foreign(path: Path, kind: str, told: Description) -> "Source":
    from exporter.export.readers.fit import fit

    # What was not said is asked for before anything is read.
    told.head()
    told.preprocessing()
    if kind in PROGRAMS:
        from exporter.export.readers.program import read_program

        return fit(path, read_program(path), told)
    if kind in KERAS:
        from exporter.export.readers.keras_file import read_keras

        return fit(path, read_keras(path, told), told)
    from exporter.export.readers.onnx_file import read_onnx

    return fit(path, read_onnx(path), told)
