"""Read a checkpoint of ``mien train``."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import torch

from exporter.data.framing import FER_FRAMING
from exporter.data.labels import FER2013_HEAD, FERPLUS_HEAD, WIDE_HEAD
from exporter.export.readers.source import Array, Source
from exporter.export.readers.torch_onnx import to_onnx
from exporter.training.checkpoint import WIDE_SHARES, load_weights, read_checkpoint
from exporter.training.network import SCALING, Network
from tracker.model.classifier import FEATURES_OUTPUT


def read_checkpoint_source(path: Path) -> Source:
    """The network of a checkpoint."""
    network = Network()
    load_weights(network, path)
    state = read_checkpoint(path)
    return network_source(network, _how_trained(state), state.get(WIDE_SHARES))


def _how_trained(state: Mapping[str, Any]) -> dict[str, object]:
    """Epochs and plan, of each run that it is the mean of, where the checkpoint tells them."""
    if "ends" in state:
        return {"mean_of": list(state["ends"])}
    return {"epochs": state["epoch"], "plan": dict(state["plan"])} if "plan" in state else {}


class _SelectedOutputs(torch.nn.Module):
    """A network reduced to some of its outputs, in a given order."""

    def __init__(self, network: Network, names: Sequence[str]) -> None:
        super().__init__()
        self.network, self.names = network, tuple(names)

    def forward(self, crops: torch.Tensor) -> tuple[torch.Tensor, ...]:
        outputs = self.network(crops)
        return tuple(getattr(outputs, name) for name in self.names)


def network_source(network: Network, training: Mapping[str, object], wide_shares: Sequence[float] | None = None) -> Source:
    """A network of ours, ready to be written; without shares, whose head ``wide`` was never taught, that is left out."""
    heads = (FER2013_HEAD, FERPLUS_HEAD, *([] if wide_shares is None else [WIDE_HEAD]))
    outputs = (*heads, FEATURES_OUTPUT)
    told = _SelectedOutputs(network, outputs)

    def expected(values: Array) -> dict[str, Array]:
        with torch.inference_mode():
            return {name: value.numpy() for name, value in zip(outputs, told(torch.from_numpy(values)), strict=True)}

    def with_wide_shares(shares: Sequence[float]) -> Source:
        # A head that was taught so many of each expression has their logarithm in its biases (Menon et al., ICLR 2021).
        other = deepcopy(network)
        with torch.no_grad():
            other.wide.bias.add_(torch.log(torch.tensor(shares) / torch.tensor(wide_shares)))
        return network_source(other, training, shares)

    return Source(
        model=to_onnx(told, (1, FER_FRAMING.side, FER_FRAMING.side), outputs),
        expected=expected,
        scaling=SCALING,
        crop=FER_FRAMING,
        heads=heads,
        features=network.ferplus.in_features,
        training=training,
        wide_shares=None if wide_shares is None else tuple(wide_shares),
        with_wide_shares=None if wide_shares is None else with_wide_shares,
    )
