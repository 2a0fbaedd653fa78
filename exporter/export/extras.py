"""Check that the optional packages for training, exporting and model cards are installed."""

from importlib.util import find_spec
from typing import Final

from tracker.core.errors import MissingError

TRAINING_PACKAGES: Final = ("torch", "onnx", "onnxscript")
"""As in the extra ``training`` of the package."""


def require_training_packages(*more: str) -> None:
    """Require TRAINING_PACKAGES and some more; raises MissingError, which says what to install."""
    require_packages("Making a model", *TRAINING_PACKAGES, *more)


def require_packages(what: str, *packages: str) -> None:
    """Require that packages are installed, without importing them.

    Args:
        what: What needs them; the error's sentence begins with it.
        packages: Import names.

    Raises:
        MissingError: Some are not installed. It says which, and how to install them.
    """
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
