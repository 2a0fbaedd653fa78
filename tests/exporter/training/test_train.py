"""Training: what a run is, and that stopping it changes nothing."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Never

import numpy as np
import pytest

from exporter.data.dataset import Bytes, LabelledFaces, no_votes, training_set
from tests.lazily import torch
from tracker.core.errors import DataError, ModelError
from tracker.core.vocabulary import EXPRESSIONS, FERPLUS
from tracker.model.preprocess import network_input

if TYPE_CHECKING:
    from exporter.training.training_config import TrainingConfig

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_thread")]


@pytest.fixture(autouse=True)
def small_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A trunk of the same make, small enough to be trained in a second."""
    from exporter.training.network import Network

    monkeypatch.setattr("exporter.training.train.Network", partial(Network, (8, 16), blocks=(1, 1)))


@pytest.fixture
def plan() -> "TrainingConfig":
    """Two epochs of two steps."""
    from exporter.training.training_config import TrainingConfig

    return TrainingConfig(epochs=2, batch=10, warm_up_epochs=0.5, ema_decay=0.5)


def weights(folder: Path) -> dict[str, Any]:
    from exporter.training.checkpoint import CHECKPOINT, read_weights

    return read_weights(folder / CHECKPOINT)


def interrupted(_: LabelledFaces) -> Never:
    raise KeyboardInterrupt


@pytest.mark.parametrize("end", [{}, {"first_self_distillation": 0.6, "light_share": 0.5}], ids=["training", "its end"])
def test_an_interrupted_run_ends_where_an_unbroken_one_does(
    faces: LabelledFaces, plan: "TrainingConfig", end: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after its first epoch and taken up again, it has the same weights to the last bit."""
    from exporter.training.train import Run

    plan = replace(plan, **end)
    Run(tmp_path / "unbroken", plan).train(faces, quiet=True)
    broken = Run(tmp_path / "broken", plan)
    # Judging comes just after the checkpoint.
    monkeypatch.setattr(broken, "judge", interrupted)
    with pytest.raises(KeyboardInterrupt):
        broken.train(faces, quiet=True)
    assert broken.epoch == 1

    Run(tmp_path / "broken", plan).train(faces, quiet=True)

    expected, found = weights(tmp_path / "unbroken"), weights(tmp_path / "broken")
    assert all(torch.equal(expected[name], found[name]) for name in expected)


def test_a_finished_run_stays_as_it_is(faces: LabelledFaces, plan: "TrainingConfig", tmp_path: Path) -> None:
    """Training on has nothing to do; each epoch left one line in the log."""
    from exporter.training.train import LOG, Run

    Run(tmp_path, plan).train(faces, quiet=True)
    before = (tmp_path / "checkpoint.pt").read_bytes()
    Run(tmp_path, plan).train(faces, quiet=True)

    assert (tmp_path / "checkpoint.pt").read_bytes() == before
    log = [json.loads(line) for line in (tmp_path / LOG).read_text().splitlines()]
    assert [row["epoch"] for row in log] == [1, 2]
    assert all(0 <= row["fer2013"] <= 1 and 0 <= row["ferplus"] <= 1 for row in log)


def test_training_learns(faces: LabelledFaces, plan: "TrainingConfig", tmp_path: Path) -> None:
    """A few epochs on stripes that tell the label make the loss fall."""
    from exporter.training.train import LOG, Run

    Run(tmp_path, replace(plan, epochs=6, mixup_share=0.0, learning_rate=0.05)).train(faces, quiet=True)

    losses = [json.loads(line)["loss"] for line in (tmp_path / LOG).read_text().splitlines()]
    assert min(losses[3:]) < losses[0]


def test_a_run_keeps_its_plan(faces: LabelledFaces, plan: "TrainingConfig", tmp_path: Path) -> None:
    """Whoever goes on with a run need not repeat what it was begun with."""
    from exporter.training.train import Run
    from exporter.training.training_config import TrainingConfig, training_config

    assert training_config(tmp_path, TrainingConfig()) == TrainingConfig()
    Run(tmp_path, plan).save()
    assert training_config(tmp_path, TrainingConfig()) == plan


def test_batches_are_the_same_for_the_same_epoch(faces: LabelledFaces, plan: "TrainingConfig") -> None:
    """Order, variants and mixing depend on seed and epoch alone, and differ between epochs."""
    from exporter.training.self_distillation import Memory
    from exporter.training.train import batches

    memory = Memory(training_set(faces.of("train")))
    first, again, other = (list(batches(memory, plan, epoch)) for epoch in (0, 0, 1))

    assert len(first) == 2
    assert all(torch.equal(one.crops, two.crops) for one, two in zip(first, again, strict=True))
    assert not torch.equal(first[0].crops, other[0].crops)


def test_so_many_pictures_are_varied_lightly_as_planned(
    faces: LabelledFaces, plan: "TrainingConfig", monkeypatch: pytest.MonkeyPatch
) -> None:
    """None without a plan for it, all where it says all, and a part where it says a half."""
    from exporter.training.self_distillation import Memory
    from exporter.training.train import batches

    told: list[str] = []

    def kept(name: str, picture: Bytes) -> Bytes:
        told.append(name)
        return picture

    for name in ("vary", "light_augment"):
        monkeypatch.setattr(f"exporter.training.train.{name}", lambda picture, _rng, _side, name=name: kept(name, picture))

    def seen(share: float) -> set[str]:
        told.clear()
        list(batches(Memory(training_set(faces.of("train"))), replace(plan, light_share=share), 0))
        return set(told)

    assert seen(0) == {"vary"}
    assert seen(1) == {"light_augment"}
    assert seen(0.5) == {"vary", "light_augment"}


def test_so_many_pictures_are_shown_as_the_tracker_crops_them(
    faces: LabelledFaces, plan: "TrainingConfig", monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """About the planned share of them, and the labels stay those of the picture."""
    from exporter.training.train import Run

    shown: list[int] = []

    def light(picture: Bytes, *_: object) -> Bytes:
        shown.append(int(picture.max()))
        return picture

    monkeypatch.setattr("exporter.training.train.light_augment", light)
    monkeypatch.setattr("exporter.training.train.as_tracked", lambda pictures, _folder: np.zeros_like(pictures))
    Run(tmp_path, replace(plan, light_share=1.0, aligned_share=0.25, epochs=10)).train(faces, quiet=True)

    assert np.mean([brightest == 0 for brightest in shown]) == pytest.approx(0.25, abs=0.1)


def test_targets_stay_distributions(faces: LabelledFaces, plan: "TrainingConfig") -> None:
    """However crops are mixed, each row of targets sums to 1."""
    from exporter.training.self_distillation import Memory
    from exporter.training.train import batches

    for batch in batches(Memory(training_set(faces.of("train"))), replace(plan, mixup_share=1.0), 0):
        assert torch.allclose(batch.fer2013.sum(dim=1), torch.ones(plan.batch))
        assert torch.allclose(batch.ferplus.sum(dim=1), torch.ones(plan.batch))


def test_pictures_nobody_voted_on_teach_the_ferplus_head_nothing(faces: LabelledFaces) -> None:
    """Their part of the loss has no gradient there."""
    from exporter.training.network import SCALING, Network
    from exporter.training.train import Batch, loss

    taught = training_set(replace(faces, votes=no_votes(len(faces))).of("train"))
    network = Network((8, 8), blocks=(1, 1))
    crops = torch.from_numpy(network_input(taught.images, SCALING))
    fer2013, ferplus, wide = (torch.from_numpy(target).float() for target in (taught.fer2013, taught.ferplus, taught.wide))

    value = loss(network(crops), Batch(crops, fer2013, ferplus, wide, torch.ones(len(taught), 1)), smoothing=0.1)

    weights = [network.ferplus.weight, network.wide.weight, network.fer2013.weight]
    *untaught, taught_one = torch.autograd.grad(value, weights)
    assert not any(part.any() for part in untaught)
    assert taught_one.abs().max() > 0


@pytest.fixture
def asked(faces: LabelledFaces) -> LabelledFaces:
    """What another network says of each picture, nearly always happy: what is labelled happy, and half of the others."""
    opinions = np.full((len(faces), 7), 0.05)
    opinions[np.arange(len(faces)), np.where(np.arange(len(faces)) % 2, faces.labels, 3)] += 0.65
    return replace(faces, opinions=opinions)


def test_opinions_teach_a_head_of_their_own(asked: LabelledFaces, plan: "TrainingConfig", tmp_path: Path) -> None:
    """It comes nearer to them, the checkpoint tells what it was shown, and rare opinions were shown more often."""
    from exporter.training.checkpoint import CHECKPOINT, WIDE_SHARES, read_checkpoint
    from exporter.training.train import Run

    Run(tmp_path, replace(plan, class_balance=0.5)).train(asked, quiet=True)

    shares = read_checkpoint(tmp_path / CHECKPOINT)[WIDE_SHARES]
    mean = training_set(asked.of("train")).wide.mean(axis=0)
    assert sum(shares) == pytest.approx(1, abs=1e-5)
    assert shares[3] < mean[3]
    Run(tmp_path / "next", plan, tmp_path / CHECKPOINT).save()
    assert read_checkpoint(tmp_path / "next" / CHECKPOINT)[WIDE_SHARES] == shares


def test_frozen_only_the_head_of_the_opinions_learns(asked: LabelledFaces, plan: "TrainingConfig", tmp_path: Path) -> None:
    """All other weights, and what normalisation counts, are the same afterwards to the last bit."""
    from exporter.training.checkpoint import CHECKPOINT
    from exporter.training.train import Run

    Run(tmp_path / "first", plan).save()
    Run(tmp_path / "next", replace(plan, frozen=True), tmp_path / "first" / CHECKPOINT).train(asked, quiet=True)

    before, after = weights(tmp_path / "first"), weights(tmp_path / "next")
    assert {name for name in before if not torch.equal(before[name], after[name])} == {"wide.weight", "wide.bias"}


def test_weights_without_a_head_for_opinions_begin_with_the_crowds(plan: "TrainingConfig", tmp_path: Path) -> None:
    """An older checkpoint is read: what its FER+ head says of the seven is where the new head starts."""
    from exporter.training.train import Run

    Run(tmp_path / "first", plan).save()
    older = {name: value for name, value in weights(tmp_path / "first").items() if not name.startswith("wide")}
    torch.save(older, tmp_path / "older.pt")
    network = Run(tmp_path / "next", plan, tmp_path / "older.pt").network

    angry, anger = EXPRESSIONS.index("angry"), FERPLUS.index("anger")
    assert torch.equal(network.wide.weight[angry], network.ferplus.weight[anger])


def test_the_rate_climbs_then_falls_to_nothing() -> None:
    """From 0 to the plan's rate during warm-up, and down to 0 at the end."""
    from exporter.training.training_config import TrainingConfig

    plan = TrainingConfig(epochs=10, warm_up_epochs=2)

    assert plan.rate(0) == 0
    assert plan.rate(2) == pytest.approx(plan.learning_rate)
    assert plan.rate(6) == pytest.approx(plan.learning_rate / 2)
    assert plan.rate(10) == pytest.approx(0)


def test_too_few_pictures_are_told(faces: LabelledFaces, plan: "TrainingConfig", tmp_path: Path) -> None:
    """Less than one batch cannot be trained on; the sentence has both numbers."""
    from exporter.training.train import Run

    with pytest.raises(DataError, match="Only 24 usable training pictures; one batch takes 96"):
        Run(tmp_path, replace(plan, batch=96)).train(faces, quiet=True)


def test_a_run_may_start_from_anothers_weights(plan: "TrainingConfig", tmp_path: Path) -> None:
    """Both its network and its average begin there."""
    from exporter.training.checkpoint import CHECKPOINT
    from exporter.training.train import Run

    Run(tmp_path / "first", plan).save()
    run = Run(tmp_path / "next", replace(plan, seed=9), tmp_path / "first" / CHECKPOINT)
    run.save()

    expected, found = weights(tmp_path / "first"), weights(tmp_path / "next")
    assert all(torch.equal(expected[name], found[name]) for name in expected)
    assert torch.equal(run.network.state_dict()["stem.0.weight"], expected["stem.0.weight"])


@pytest.mark.parametrize("state", [{"weights": {}}, {"plan": {"epochs": "many"}}])
def test_a_run_without_a_plan_does_not_go_on(tmp_path: Path, state: dict[str, object]) -> None:
    """Weights alone where a run's checkpoint should be, or a plan that is none: the sentence names the file."""
    from exporter.training.checkpoint import CHECKPOINT
    from exporter.training.training_config import TrainingConfig, training_config

    torch.save(state, tmp_path / CHECKPOINT)

    with pytest.raises(ModelError, match=r"checkpoint\.pt: no run can go on from it \(the plan"):
        training_config(tmp_path, TrainingConfig())


def garbage(path: Path) -> None:
    path.write_bytes(b"no checkpoint at all")


def half(path: Path) -> None:
    torch.save({"stem.0.weight": torch.zeros(1000)}, path)
    path.write_bytes(path.read_bytes()[:500])


def harmful(path: Path) -> None:
    torch.save({"weights": Path("harm")}, path)


def other_network(path: Path) -> None:
    torch.save({"weights": {"stem.0.weight": torch.zeros(3)}}, path)


@pytest.mark.parametrize("spoil", [garbage, half, harmful, other_network, lambda _: None])
def test_weights_that_are_none_are_refused(tmp_path: Path, plan: "TrainingConfig", spoil: Callable[[Path], None]) -> None:
    """Damaged, cut off, carrying code, another network's, or absent: one sentence that names the file."""
    from exporter.training.train import Run

    spoil(tmp_path / "some.pt")

    with pytest.raises(ModelError, match=r"some\.pt: "):
        Run(tmp_path / "run", plan, tmp_path / "some.pt")


def test_answers_do_not_depend_on_the_batch(faces: LabelledFaces) -> None:
    """The averaged network judges each crop alone."""
    from exporter.training.network import Network, answers

    network = Network((8, 8), blocks=(1, 1))

    together, apart = answers(network, faces.images), answers(network, faces.images, batch=7)
    assert all(np.allclose(together[head], apart[head], atol=1e-5) for head in together)
