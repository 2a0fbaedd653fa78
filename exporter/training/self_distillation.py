"""What the network itself has made of each training picture so far, mixed into what it is taught next.

One annotator's label, and even ten votes, say less of a picture than both together with a network that has seen all the
others. Kim et al., "Self-Knowledge Distillation with Progressive Refinement of Targets" (ICCV 2021, eq. 4-5) mix in the
answers of the epoch before; here it is their running mean over several (Laine & Aila, "Temporal Ensembling", ICLR 2017).
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from exporter.data.dataset import TrainingSet
from exporter.data.labels import FER2013_HEAD, FERPLUS_HEAD, HEAD_LABELS, WIDE_HEAD
from exporter.training.network import answers

NEWEST: Final = 0.3
"""Weight of the newest answer in the running mean: it looks back about three epochs, as the average of the weights does."""

Rows = npt.NDArray[np.int64]


class Memory:
    """Running mean of the network's own probabilities for each picture, 0 where it was never asked.

    kept: head -> [N, labels], given to go on from a checkpoint; that of other pictures is passed over. wide: whether that
    head was ever taught, so that its answers are worth remembering.
    """

    def __init__(self, taught: TrainingSet, kept: dict[str, Tensor] | None = None, *, wide: bool = False) -> None:
        self.taught = taught
        self._heads = [head for head in HEAD_LABELS if wide or head != WIDE_HEAD]
        self.own = {head: torch.from_numpy(getattr(taught, head)).float() for head in HEAD_LABELS}
        fits = kept and kept.keys() == self.own.keys() and all(kept[head].shape == own.shape for head, own in self.own.items())
        self.kept = kept if kept and fits else {head: torch.zeros_like(labels) for head, labels in self.own.items()}

    @property
    def blank(self) -> bool:
        """Whether no answer is remembered."""
        return not any(_known(kept).any() for kept in self.kept.values())

    def ask(self, network: nn.Module) -> None:
        """Begin with what a network makes of the pictures and of their mirror images."""
        seen = [
            answers(network, np.ascontiguousarray(images)) for images in (self.taught.images, self.taught.images[:, :, ::-1])
        ]
        for head in self._heads:
            self.kept[head][:] = torch.stack([torch.from_numpy(each[head]).softmax(1) for each in seen]).mean(0)

    def targets(self, rows: Rows, share: float) -> tuple[Tensor, Tensor, Tensor]:
        """What to teach each head of these rows: their labels with so much (0 to 1) of the memory in them.

        Another network's opinions are taught as they are; where there are none, only the memory keeps that head as it is.
        """
        fer2013, ferplus = (_mixed(self.own[head][rows], self.kept[head][rows], share) for head in (FER2013_HEAD, FERPLUS_HEAD))
        opinions = self.own[WIDE_HEAD][rows]
        return fer2013, ferplus, torch.where(_known(opinions), opinions, self.kept[WIDE_HEAD][rows])

    def remember(self, rows: Rows, logits: Mapping[str, Tensor]) -> None:
        """Take in the logits, head -> [N, labels], that the rows got just now."""
        for head in self._heads:
            kept = self.kept[head]
            answer, before = logits[head].detach().softmax(1), kept[rows]
            kept[rows] = torch.where(_known(before), before.lerp(answer, NEWEST), answer)


def _known(kept: Tensor) -> Tensor:
    return kept.sum(1, keepdim=True) > 0


def _mixed(own: Tensor, opinion: Tensor, share: float) -> Tensor:
    """Where nobody voted only the opinion speaks, with its share; where nothing is remembered only the label."""
    return torch.where(_known(opinion), own.lerp(opinion, share), own)
