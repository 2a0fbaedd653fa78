"""A checkpoint of ``mien train``: it knows its own labels, and only its weights are read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from exporter.data.labels import FER2013_HEAD, FERPLUS_HEAD
from exporter.export.readers.source import FER_FRAMING, Array, Source
from exporter.export.readers.torch_onnx import to_onnx
from exporter.training.checkpoint import load_weights, read_checkpoint
from exporter.training.network import SCALING, Network
from tracker.model.classifier import FEATURES_OUTPUT


def read_trained(path: Path) -> Source:
    """The network of a checkpoint."""
    network = Network()
    load_weights(network, path)
    return of_network(network, _how_trained(read_checkpoint(path)))


def _how_trained(state: Mapping[str, Any]) -> dict[str, object]:
    """Epochs and plan, of each run that it is the mean of, where the checkpoint tells them."""
    if "ends" in state:
        return {"mean_of": list(state["ends"])}
    return {"epochs": state["epoch"], "plan": dict(state["plan"])} if "plan" in state else {}


def of_network(network: Network, training: Mapping[str, object]) -> Source:
    """A network of ours, ready to be written."""
    outputs = (FER2013_HEAD, FERPLUS_HEAD, FEATURES_OUTPUT)

    def expected(values: Array) -> dict[str, Array]:
        with torch.inference_mode():
            return {name: value.numpy() for name, value in network(torch.from_numpy(values))._asdict().items()}

    return Source(
        model=to_onnx(network, (1, FER_FRAMING.side, FER_FRAMING.side), outputs),
        expected=expected,
        scaling=SCALING,
        crop=FER_FRAMING,
        heads=(FER2013_HEAD, FERPLUS_HEAD),
        features=network.ferplus.in_features,
        training=training,
    )
