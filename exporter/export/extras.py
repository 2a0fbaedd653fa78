"""Training, exporting and model cards need packages that using Mien does not: say so before anything else is tried."""

from importlib.util import find_spec
from typing import Final

from tracker.core.errors import MissingError

TRAINING_PACKAGES: Final = ("torch", "onnx", "onnxscript")
"""As in the extra ``training`` of the package."""


def require_training_packages(*more: str) -> None:
    """MissingError naming what to install, unless all of it is there, and what else a kind of file needs."""
    require_packages("Making a model", *TRAINING_PACKAGES, *more)


def require_packages(what: str, *packages: str) -> None:
    """MissingError that says what to install for what is to be done, unless all packages are there."""
    missing = [name for name in packages if find_spec(name) is None]
    if missing:
        large = (
            " (On Linux a plain 'torch' is a build of several gigabytes for graphics cards; torch's own site tells how to"
            " get the small one for CPUs.)"
        )
        raise MissingError(
            f"{what} needs {', '.join(missing)}, which a plain Mien does not bring. In Mien's environment, run:"
            f" python -m pip install {' '.join(missing)}.{large if 'torch' in missing else ''}"
        )
