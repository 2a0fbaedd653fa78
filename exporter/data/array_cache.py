"""A folder of arrays that take minutes to compute and are the same in every run."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


def cached_arrays(
    folder: Path | None, key: bytes, compute: Callable[[], Mapping[str, npt.NDArray[Any]]]
) -> Mapping[str, npt.NDArray[Any]]:
    """Read arrays from a cache folder, or compute them and write them there.

    Args:
        folder: It is made if it is not there; None computes always.
        key: Everything that the arrays depend on.
        compute: Returns the arrays by name.
    """
    file = None if folder is None else folder / f"{sha256(key).hexdigest()[:16]}.npz"
    if file is not None and file.exists():
        with np.load(file, allow_pickle=False) as arrays:
            return dict(arrays)
    found = compute()
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(file, allow_pickle=False, **found)
    return found
