"""Training: all heads at once, resumable after any epoch, with a log that a later reader can plot.

    mien train --data fer2013.npz --output runs/first            start, or go on where it stopped
    mien train --data fer2013.npz --output runs/next --init runs/first/checkpoint.pt
    mien train --data fer2013.npz --output runs/last --init runs/next/checkpoint.pt --refine
    mien train --data fer2013.npz --output runs/wide --init runs/last/checkpoint.pt --opinions teacher.npz

Recipe: SGD with Nesterov momentum, warm-up then cosine (Loshchilov & Hutter, ICLR 2017), an exponential moving average
of the weights, mixup (Zhang et al., ICLR 2018), label smoothing on the single-annotator head (Szegedy et al., CVPR 2016),
the vote distribution as target of the FER+ head (Barsoum et al., ICMI 2016), and the network's own earlier answers mixed
into both (exporter/training/self_distillation.py). A third head, ``wide``, learns what another network says of each picture
(Hinton et al., "Distilling the Knowledge in a Neural Network", 2015), rare expressions shown more often; with ``--frozen`` it
alone learns. At the end the pictures are varied less, as those will be that the network is asked about (He et al., "Data
Augmentation Revisited", 2019). Where the processor multiplies bfloat16 in hardware, that is used.
"""

import json
import logging
import math
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from tqdm import tqdm

from exporter.data.dataset import CROP_SIDE, Bytes, Floats, Integers, LabelledFaces, majority, training_set
from exporter.data.labels import FER2013_HEAD, FERPLUS_HEAD
from exporter.data.meshes import as_tracked
from exporter.training.augment import light_augment, processed, vary
from exporter.training.checkpoint import CHECKPOINT, WIDE_SHARES, Checkpoint, load_weights, read_checkpoint
from exporter.training.network import SCALING, Network, Outputs, answers
from exporter.training.self_distillation import Memory
from exporter.training.training_config import TrainingConfig
from exporter.training.verdicts import Verdicts, joined
from tracker.core.errors import DataError
from tracker.model.preprocess import network_input

LOG: Final = "log.jsonl"
MOST_OFTEN: Final = 6.0
"""Times the mean that a picture of a rare expression is shown at most."""


class Batch(NamedTuple):
    """Scaled crops [N, 1, 48, 48], a target distribution for each head, the weight of the labels' part of the loss [N, 1], and
    which pictures they are; None where blended.
    """

    crops: Tensor
    fer2013: Tensor
    ferplus: Tensor
    wide: Tensor
    weights: Tensor
    rows: Integers | None = None


def how_often(opinions: Floats, balance: float) -> Floats:
    """[N] how often each picture is shown, 1 being the mean, from the opinions [N, 7] on it; rare expressions more often.

    With each expression's share to the power of ``balance`` in the denominator; 1 where there are no opinions.
    """
    shares = opinions.mean(axis=0)
    if not balance or not shares.all():
        return np.ones(len(opinions))
    often = (opinions / shares**balance).sum(axis=1)
    # Pictures that nobody said anything of come as often as the mean of the others.
    often[opinions.sum(axis=1) == 0] = often[opinions.sum(axis=1) > 0].mean()
    often = (often / often.mean()).clip(max=MOST_OFTEN)
    return np.asarray(often / often.mean())


def batches(memory: Memory, plan: TrainingConfig, epoch: int, tracked: Bytes | None = None) -> Iterator[Batch]:
    """One epoch in random order, augmented; the same for the same seed and epoch, resumed or not.

    tracked: [N, 48, 48] the same pictures as the tracker crops them, for plans that show some of these.
    """
    rng = np.random.default_rng([plan.seed, epoch])
    images = memory.taught.images
    often = how_often(memory.taught.wide, plan.class_balance)
    drawn = rng.choice(len(images), len(images), p=often / often.sum()) if plan.class_balance else rng.permutation(len(images))
    # What is shown twice as often as it occurs weighs half in what the labels teach: they keep their prior.
    weights = torch.from_numpy(1 / often).float()[:, None]
    mixing = epoch < plan.mixup_until * plan.epochs
    for start in range(0, len(drawn) - plan.batch + 1, plan.batch):
        rows = drawn[start : start + plan.batch]
        shown = [images if tracked is None or rng.random() >= plan.aligned_share else tracked for _ in rows]
        crops = np.stack([augmented(source[row], rng, plan) for source, row in zip(shown, rows, strict=True)])
        targets = memory.targets(rows, plan.self_distillation(epoch))
        batch = Batch(torch.from_numpy(network_input(crops, SCALING)), *targets, weights[rows], rows)
        yield (
            mixed(batch, rng.beta(plan.mixup_alpha, plan.mixup_alpha)) if mixing and rng.random() < plan.mixup_share else batch
        )


def augmented(picture: Bytes, rng: np.random.Generator, plan: TrainingConfig) -> Bytes:
    """One picture varied as the plan says."""
    if plan.processed_share and rng.random() < plan.processed_share:
        picture = processed(picture, rng)
    return (light_augment if rng.random() < plan.light_share else vary)(picture, rng, CROP_SIDE)


def mixed(batch: Batch, share: float) -> Batch:
    """Each crop blended with its mirror image in the batch, and so its targets."""
    crops, fer2013, ferplus, wide, weights = (share * part + (1 - share) * part.flip(0) for part in batch[:5])
    return Batch(crops, fer2013, ferplus, wide, weights)


def bfloat16_in_hardware() -> bool:
    """Whether this processor multiplies bfloat16 faster than single precision."""
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def loss(outputs: Outputs, batch: Batch, smoothing: float) -> Tensor:
    """Mean cross-entropy of the heads; rows without a target teach nothing."""
    weights = batch.weights[:, 0]
    fer2013 = (weights * cross_entropy(outputs.fer2013, batch.fer2013, label_smoothing=smoothing, reduction="none")).mean()
    ferplus = (weights * cross_entropy(outputs.ferplus, batch.ferplus, reduction="none")).mean()
    return fer2013 + ferplus + cross_entropy(outputs.wide, batch.wide)


def split_parameters(network: nn.Module) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """Weights, which decay; biases and normalisation, which do not."""
    parameters = list(network.parameters())
    return [value for value in parameters if value.ndim > 1], [value for value in parameters if value.ndim <= 1]


class Run:
    """A training run in a folder: its checkpoint after each epoch, and its log."""

    def __init__(self, folder: Path, plan: TrainingConfig, init: Path | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(plan.seed)
        self.folder, self.plan, self.epoch = folder, plan, 0
        self.memory: dict[str, Tensor] = {}
        self.wide_shares: list[float] | None = None
        self.network = Network()
        if init is not None:
            load_weights(self.network, init)
            begun = read_checkpoint(init)
            self.memory, self.wide_shares = begun.get("memory", {}), begun.get(WIDE_SHARES)
        self.network = self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        moving = get_ema_multi_avg_fn(plan.ema_decay)  # type: ignore[no-untyped-call]
        self.average = AveragedModel(self.network, multi_avg_fn=moving, use_buffers=True)
        weights, others = split_parameters(self.network.wide if plan.frozen else self.network)
        self.optimizer = torch.optim.SGD(
            [{"params": weights, "weight_decay": plan.weight_decay}, {"params": others, "weight_decay": 0.0}],
            lr=plan.learning_rate,
            momentum=plan.momentum,
            nesterov=True,
        )
        if self.checkpoint.exists():
            state = read_checkpoint(self.checkpoint)
            self.network.load_state_dict(state["network"])
            self.average.load_state_dict(state["average"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.epoch, self.memory, self.wide_shares = state["epoch"], state["memory"], state.get(WIDE_SHARES)

    @property
    def checkpoint(self) -> Path:
        """Where the run is kept."""
        return self.folder / CHECKPOINT

    def save(self) -> None:
        """Write the checkpoint so that a stop at any moment leaves the old one or the new one."""
        state: Checkpoint = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "weights": self.average.module.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "epoch": self.epoch,
            "plan": asdict(self.plan),
            "memory": self.memory,
            **({} if self.wide_shares is None else {WIDE_SHARES: self.wide_shares}),
        }
        written = self.folder / (CHECKPOINT + ".new")
        torch.save(state, written)
        written.replace(self.checkpoint)

    def train(self, faces: LabelledFaces, verdicts: Verdicts | None = None, *, quiet: bool = False) -> None:
        """Go on to the plan's last epoch, judging on PublicTest and on held-out verdicts after each."""
        taught, public = training_set(faces.of("train")), faces.of("public")
        own, held = verdicts.parted() if verdicts else (None, None)
        if own is not None:
            taught = joined(taught, own.lesson(len(taught)))
        if len(taught) < self.plan.batch:
            raise DataError(f"Only {len(taught)} usable training pictures; one batch takes {self.plan.batch}.")
        if taught.wide.any():
            shown = how_often(taught.wide, self.plan.class_balance) @ taught.wide
            self.wide_shares = (shown / shown.sum()).round(6).tolist()
        memory = Memory(taught, self.memory, wide=self.wide_shares is not None)
        self.memory = memory.kept
        if memory.blank and self.plan.first_self_distillation:
            # It counts from the first step on, so it is filled before.
            memory.ask(self.network)
        tracked = as_tracked(taught.images, self.folder) if self.plan.aligned_share and self.epoch < self.plan.epochs else None
        while self.epoch < self.plan.epochs:
            started = time.monotonic()
            mean_loss = self._one_epoch(memory, tracked, quiet=quiet)
            self.epoch += 1
            self.save()
            row = {
                "epoch": self.epoch,
                "loss": round(mean_loss, 4),
                "seconds": round(time.monotonic() - started),
                **self.judge(public),
                **self.judge_verdicts(held),
            }
            line = json.dumps(row)
            logging.getLogger(__name__).info(line)
            with (self.folder / LOG).open("a", encoding="utf-8") as log:
                log.write(line + "\n")

    def _one_epoch(self, memory: Memory, tracked: Bytes | None, *, quiet: bool) -> float:
        # What dropout leaves out depends on the epoch alone, so that a resumed run goes the way of an unbroken one.
        torch.manual_seed(self.plan.seed + self.epoch)
        # Frozen, even what normalisation counts stays as it is.
        self.network.requires_grad_(not self.plan.frozen).train(not self.plan.frozen)
        self.network.wide.requires_grad_()
        steps = len(memory.taught) // self.plan.batch
        bar = tqdm(batches(memory, self.plan, self.epoch, tracked), f"epoch {self.epoch + 1}", steps, disable=quiet or None)
        total = 0.0
        for step, batch in enumerate(bar):
            for group in self.optimizer.param_groups:
                group["lr"] = self.plan.rate(self.epoch + step / steps)
            total += self._one_step(batch, memory)
        return total / steps

    def _one_step(self, batch: Batch, memory: Memory) -> float:
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16_in_hardware()):
            half = self.network(batch.crops)
        outputs = Outputs(*(part.float() for part in half))
        value = loss(outputs, batch, self.plan.smoothing)
        self.optimizer.zero_grad()
        value.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.average.update_parameters(self.network)
        if batch.rows is not None:
            memory.remember(batch.rows, outputs._asdict())
        return float(value.detach())

    def judge(self, public: LabelledFaces) -> dict[str, float]:
        """Accuracy of the heads with labels, of the averaged weights; empty without public pictures."""
        if not len(public):
            return {}
        found = answers(self.average.module, public.images)
        fer2013, ferplus = found[FER2013_HEAD], found[FERPLUS_HEAD]
        labels = majority(public.votes)
        voted = labels >= 0
        return {
            "fer2013": round(float((fer2013.argmax(1) == public.labels).mean()), 4),
            "ferplus": round(float((ferplus.argmax(1) == labels)[voted].mean()), 4) if voted.any() else math.nan,
        }

    def judge_verdicts(self, held: Verdicts | None) -> dict[str, float]:
        """Accuracy of the averaged weights on a person's verdicts; empty without any."""
        return {"verdicts": round(held.right(self.average.module) / len(held), 4)} if held else {}
