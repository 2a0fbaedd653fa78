"""Everything that decides a training run, and the three kinds of run that there are: from the start, its end, a person's."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from exporter.training.checkpoint import CHECKPOINT, read_checkpoint


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Everything that decides a run, so that the same plan and data give the same model."""

    epochs: int = 40
    batch: int = 96
    learning_rate: float = 0.1
    weight_decay: float = 5e-4
    momentum: float = 0.9
    warm_up_epochs: float = 2.0
    average: float = 0.999
    smoothing: float = 0.05
    mixup: float = 0.3
    mixup_share: float = 0.15
    mixup_until: float = 0.85
    first_opinion: float = 0.0
    own_opinion: float = 0.7
    lightly: float = 0.0
    seed: int = 1

    def opinion(self, epoch: int) -> float:
        """How much of its own earlier answers the network is taught: first_opinion at first, own_opinion at the end."""
        return self.first_opinion + (self.own_opinion - self.first_opinion) * epoch / self.epochs

    def rate(self, progress: float) -> float:
        """Learning rate after so many epochs: a straight climb, then half a cosine to nothing."""
        if progress < self.warm_up_epochs:
            return self.learning_rate * progress / self.warm_up_epochs
        rest = (progress - self.warm_up_epochs) / max(self.epochs - self.warm_up_epochs, 1e-9)
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * min(rest, 1.0)))


FINE_TUNE: Final = TrainingConfig(epochs=8, learning_rate=0.01, warm_up_epochs=1.0, average=0.99)
"""How a released model is taught somebody's verdicts: few small steps, and an average of the last hundred of them."""
REFINE: Final = TrainingConfig(
    epochs=30,
    learning_rate=0.06,
    warm_up_epochs=1.0,
    smoothing=0.0,
    mixup_share=0.1,
    first_opinion=0.6,
    own_opinion=0.6,
    lightly=0.65,
)
"""How a training ends: pictures much as they are, beside the first network's opinion (models/EXPERIMENTS.md)."""


def training_config(folder: Path, usual: TrainingConfig) -> TrainingConfig:
    """The plan of the run that a folder holds, or the usual one where none has begun."""
    path = folder / CHECKPOINT
    return TrainingConfig(**read_checkpoint(path)["plan"]) if path.exists() else usual
