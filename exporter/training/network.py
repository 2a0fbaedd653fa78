"""The network: a small residual trunk with squeeze-excitation, and three heads on its pooled features.

Residual blocks follow He et al. (CVPR 2016), the gate Hu et al., "Squeeze-and-Excitation Networks" (CVPR 2018, fig. 3),
the averaging shortcut He et al., "Bag of Tricks" (CVPR 2019, fig. 2d).
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from exporter.data.labels import HEAD_LABELS
from tracker.core.vocabulary import EXPRESSIONS, FERPLUS
from tracker.model.preprocess import Scaling, network_input

SCALING: Final = Scaling()
"""Of what goes in."""
CHANNELS = (32, 96, 192)
"""Widths at 24, 12 and 6 pixels."""
BLOCKS = (2, 3, 2)
"""Of each width: 1.7 M parameters and 128 M multiply-adds a face."""
GATE_REDUCTION = 8
DROPOUT = 0.2


class Outputs(NamedTuple):
    """Logits of the heads and the pooled features they read."""

    fer2013: Tensor  # [N, 7]
    ferplus: Tensor  # [N, 8]
    wide: Tensor  # [N, 7]
    features: Tensor  # [N, 192]


class Gate(nn.Module):
    """Squeeze-excitation: weighs the channels by what the whole map shows."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(channels, channels // GATE_REDUCTION, 1)
        self.excite = nn.Conv2d(channels // GATE_REDUCTION, channels, 1)

    def forward(self, maps: Tensor) -> Tensor:
        pooled = maps.mean((2, 3), keepdim=True)
        return maps * torch.sigmoid(self.excite(torch.relu(self.squeeze(pooled))))


def conv_norm(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Sequential:
    """A convolution that keeps the size (or halves it) and its batch normalisation."""
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs))


class Block(nn.Module):
    """Two 3x3 convolutions and a gate beside a shortcut."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = conv_norm(inputs, outputs, 3, stride)
        self.second = conv_norm(outputs, outputs, 3)
        self.gate = Gate(outputs)
        self.shortcut: nn.Module = nn.Identity()
        if inputs != outputs or stride > 1:
            pool = nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity()
            self.shortcut = nn.Sequential(pool, conv_norm(inputs, outputs, 1))

    def forward(self, maps: Tensor) -> Tensor:
        inside = self.gate(self.second(torch.relu(self.first(maps))))
        return torch.relu(self.shortcut(maps) + inside)


class Network(nn.Module):
    """[N, 1, 48, 48] scaled gray crops in, all heads' logits and the features out."""

    def __init__(self, channels: tuple[int, ...] = CHANNELS, blocks: tuple[int, ...] = BLOCKS) -> None:
        super().__init__()
        self.stem = conv_norm(1, channels[0], 3, stride=2)
        stages = []
        for stage, (inputs, outputs) in enumerate(zip((channels[0], *channels), channels, strict=False)):
            stages.append(Block(inputs, outputs, stride=2 if stage else 1))
            stages += [Block(outputs, outputs, 1) for _ in range(blocks[stage] - 1)]
        self.stages = nn.Sequential(*stages)
        self.dropout = nn.Dropout(DROPOUT)
        self.fer2013 = nn.Linear(channels[-1], len(EXPRESSIONS))
        self.ferplus = nn.Linear(channels[-1], len(FERPLUS))
        self.wide = nn.Linear(channels[-1], len(EXPRESSIONS))

    def forward(self, crops: Tensor) -> Outputs:
        features = self.stages(torch.relu(self.stem(crops))).mean((2, 3))
        dropped = self.dropout(features)
        return Outputs(self.fer2013(dropped), self.ferplus(dropped), self.wide(dropped), features)


def answers(network: nn.Module, images: npt.NDArray[np.uint8], batch: int = 256) -> dict[str, npt.NDArray[np.float32]]:
    """Logits for [N, 48, 48] bytes: head -> [N, labels]."""
    network.eval()
    parts = (images[start : start + batch] for start in range(0, len(images), batch))
    with torch.inference_mode():
        heads: list[Outputs] = [network(torch.from_numpy(network_input(part, SCALING))) for part in parts]
    return {head: torch.cat([getattr(part, head) for part in heads]).numpy() for head in HEAD_LABELS}
