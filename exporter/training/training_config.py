"""Everything that decides a training run, and the kinds of run: from the start, its end, another network's, a person's."""

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from exporter.training.checkpoint import CHECKPOINT, read_checkpoint


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Everything that decides a run, so that the same plan and data give the same model.

    lightly: share of the pictures that are varied little. processed: share that is first changed as other cameras would.
    aligned: share that is shown as the tracker crops it, where that finds a face. balance: 0 to 1, with which power of its
    rarity in another network's opinions an expression is shown more often than it occurs; 0 not at all, 1 each equally.
    frozen: whether the head ``wide`` learns alone, so that all else answers as it did.
    """

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
    processed: float = 0.0
    aligned: float = 0.0
    balance: float = 0.0
    frozen: bool = False
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


WIDEN: Final = TrainingConfig(
    epochs=4,
    learning_rate=0.04,
    warm_up_epochs=0.3,
    average=0.997,
    smoothing=0.0,
    mixup_share=0.0,
    first_opinion=0.5,
    own_opinion=0.5,
    lightly=0.5,
    processed=0.25,
    balance=0.5,
)
"""How a network that can read faces is taught what another one says of them (models/EXPERIMENTS.md)."""


FROZEN: Final = replace(WIDEN, learning_rate=0.3, average=0.99, first_opinion=0.0, own_opinion=0.0, frozen=True)
"""The same where nothing else is to change: one layer takes larger steps."""


def training_config(folder: Path, usual: TrainingConfig) -> TrainingConfig:
    """The plan of the run that a folder holds, or the usual one where none has begun."""
    path = folder / CHECKPOINT
    return TrainingConfig(**read_checkpoint(path)["plan"]) if path.exists() else usual
