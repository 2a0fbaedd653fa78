"""Everything that decides a training run, and the kinds of run: from the start, its end, another network's, a person's."""

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from exporter.training.checkpoint import CHECKPOINT, read_checkpoint
from tracker.core.errors import ModelError
from tracker.core.validation import converted


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Everything that decides a run, so that the same plan and data give the same model.

    Attributes:
        epochs: How often each picture is seen, in the mean.
        batch: Pictures a step.
        learning_rate: The highest.
        warm_up_epochs: Until it is reached.
        ema_decay: Of the exponential moving average of the weights, a step.
        smoothing: Of FER-2013's labels, 0 to 1.
        mixup_alpha: Both parameters of the beta distribution by which two pictures are blended.
        mixup_share: Share of the batches that are blended.
        mixup_until: Share of the epochs after which none is.
        first_self_distillation: Weight of the network's own earlier answers among its targets, 0 to 1, at the first epoch.
        last_self_distillation: The same at the end.
        light_share: Share of the pictures that are varied little.
        processed_share: Share that is first changed as other cameras and programs do.
        aligned_share: Share that is shown as the tracker crops it, where that finds a face.
        class_balance: How much more often a rare expression is shown than it occurs: each as often as its share in another
            network's opinions to the power of 1 minus this; 0 as they come, 1 each equally.
        frozen: Whether the head ``wide`` learns alone, so that all else answers as it did.
        seed: What chance begins with.
    """

    epochs: int = 40
    batch: int = 96
    learning_rate: float = 0.1
    weight_decay: float = 5e-4
    momentum: float = 0.9
    warm_up_epochs: float = 2.0
    ema_decay: float = 0.999
    smoothing: float = 0.05
    mixup_alpha: float = 0.3
    mixup_share: float = 0.15
    mixup_until: float = 0.85
    first_self_distillation: float = 0.0
    last_self_distillation: float = 0.7
    light_share: float = 0.0
    processed_share: float = 0.0
    aligned_share: float = 0.0
    class_balance: float = 0.0
    frozen: bool = False
    seed: int = 1

    def self_distillation(self, epoch: int) -> float:
        """Weight of the network's own earlier answers in an epoch, counted from 0: a straight line from first to last."""
        progress = epoch / self.epochs
        return (1 - progress) * self.first_self_distillation + progress * self.last_self_distillation

    def rate(self, progress: float) -> float:
        """Learning rate after so many epochs: a straight climb, then half a cosine to nothing."""
        if progress < self.warm_up_epochs:
            return self.learning_rate * progress / self.warm_up_epochs
        rest = (progress - self.warm_up_epochs) / max(self.epochs - self.warm_up_epochs, 1e-9)
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * min(rest, 1.0)))


FINE_TUNE: Final = TrainingConfig(epochs=8, learning_rate=0.01, warm_up_epochs=1.0, ema_decay=0.99)
"""How a released model is taught somebody's verdicts: few small steps, and an average of the last hundred of them."""
REFINE: Final = TrainingConfig(
    epochs=30,
    learning_rate=0.06,
    warm_up_epochs=1.0,
    smoothing=0.0,
    mixup_share=0.1,
    first_self_distillation=0.6,
    last_self_distillation=0.6,
    light_share=0.65,
)
"""How a training ends: pictures much as they are, beside the first network's opinion (models/EXPERIMENTS.md)."""


WIDEN: Final = TrainingConfig(
    epochs=4,
    learning_rate=0.04,
    warm_up_epochs=0.3,
    ema_decay=0.997,
    smoothing=0.0,
    mixup_share=0.0,
    first_self_distillation=0.5,
    last_self_distillation=0.5,
    light_share=0.5,
    processed_share=0.25,
    class_balance=0.5,
)
"""How a network that can read faces is taught what another one says of them (models/EXPERIMENTS.md)."""


FROZEN: Final = replace(
    WIDEN, learning_rate=0.3, ema_decay=0.99, first_self_distillation=0.0, last_self_distillation=0.0, frozen=True
)
"""The same where nothing else is to change: one layer takes larger steps."""


def training_config(folder: Path, usual: TrainingConfig) -> TrainingConfig:
    """The plan of the run that a folder holds, or the usual one where none has begun; ModelError where it is damaged."""
    path = folder / CHECKPOINT
    if not path.exists():
        return usual
    try:
        return converted(read_checkpoint(path).get("plan"), TrainingConfig, "the plan")
    except ValueError as error:
        raise ModelError(f"{path}: no run can go on from it ({error}). Give another folder to begin a new one.") from error
