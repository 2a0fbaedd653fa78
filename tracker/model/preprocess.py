"""From gray crops to the network's input, the same in training, evaluation, refitting and live."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Scaling:
    """How bytes become network input: ``(byte / 255 - mean) / std``; std is above 0."""

    mean: float = 0.5
    std: float = 0.25

    def __post_init__(self) -> None:
        if not self.std > 0:
            raise ValueError(f"std must be above 0, got {self.std}")


def network_input(crops: npt.NDArray[np.uint8], scaling: Scaling) -> npt.NDArray[np.float32]:
    """Scale [N, side, side] gray bytes to [N, 1, side, side] floats."""
    gain, offset = 1 / (255 * scaling.std), scaling.mean / scaling.std
    return np.asarray(crops[:, None] * np.float32(gain) - np.float32(offset), np.float32)
