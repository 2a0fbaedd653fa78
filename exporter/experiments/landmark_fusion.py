"""Whether a second classifier, of blendshapes and mesh, would help the one of the crop: the table of models/WITNESS.md.

    python -m exporter.experiments.landmark_fusion --data fer2013.npz --memory seen

fits a small network on training pictures in which a face is found, and fuses it with a model file on PublicTest.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, log_softmax

from exporter.data.dataset import LabelledFaces, read, vote_distribution
from exporter.data.labels import shown_truth, unseen
from exporter.data.meshes import Meshes, aligned, meshes
from exporter.evaluation.inference import logits_of
from exporter.evaluation.metrics import Guesses, share, uar
from exporter.evaluation.paired_tests import paired
from exporter.experiments.framing import inputs, judgeable
from tracker.commands.terminal import show
from tracker.config.model_files import released_model
from tracker.core.face import Landmarks
from tracker.core.vocabulary import EXPRESSIONS, FERPLUS, FERPLUS_SHOWN_AS
from tracker.model.classifier import OnnxClassifier
from tracker.model.framing import Framing
from tracker.vision.alignment import anchor_points, similarity

PICTURES: Final = 11_000
HIDDEN, DROPOUT, RATE, DECAY, EPOCHS, BATCH = 256, 0.5, 1e-3, 0.1, 40, 128
"""The best of seven plans, measured on a tenth of the training pictures: 77.6 % right; without a hidden layer 74.8 %."""
WEIGHTS: Final = np.arange(0, 1.51, 0.05)
"""Weights of the landmark classifier's log probabilities that are tried; those of the crop's classifier have weight 1."""
SHOWN: Final = [next(n for n, label in enumerate(FERPLUS) if FERPLUS_SHOWN_AS[label] == name) for name in EXPRESSIONS]
"""For each of EXPRESSIONS its index among the labels of FER+."""

Numbers = npt.NDArray[np.float64]


def features(seen: Meshes, framing: Framing) -> Numbers:
    """[found, 1011] blendshapes, pose, and the mesh laid onto the framing, whatever the face's size, place and roll."""
    turns = [similarity(anchor_points(Landmarks(seen.points[number])), framing.points) for number in seen.found]
    laid = [(seen.points[n] @ turn[:, :2].T + turn[:, 2]).ravel() for n, turn in zip(seen.found, turns, strict=True)]
    return np.hstack([seen.blendshapes[seen.found], seen.poses[seen.found], np.array(laid)]).astype(np.float64)


def fitted(known: Numbers, target: Numbers) -> nn.Module:
    """[N, 7] distributions taught to a network with one hidden layer."""
    torch.manual_seed(1)
    rows, answers = torch.from_numpy(known).float(), torch.from_numpy(target).float()
    net = nn.Sequential(nn.Linear(rows.shape[1], HIDDEN), nn.ReLU(), nn.Dropout(DROPOUT), nn.Linear(HIDDEN, len(EXPRESSIONS)))
    optimizer = torch.optim.AdamW(net.parameters(), RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
    for _ in range(EPOCHS):
        for batch in torch.split(torch.randperm(len(rows)), BATCH):
            optimizer.zero_grad()
            cross_entropy(net(rows[batch]), answers[batch]).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        schedule.step()
    return net.eval()


def landmark_predictions(training: LabelledFaces, train_features: Numbers, test_features: Numbers) -> tuple[Numbers, Numbers]:
    """Fit the landmark classifier, and apply it.

    Returns:
        [N, 7] its log probabilities of the test faces; [7] the logarithm of the mean training target.
    """
    target = vote_distribution(training.votes)[:, SHOWN]
    target /= target.sum(axis=1, keepdims=True)
    middle, scatter = train_features.mean(axis=0), train_features.std(axis=0) + 1e-6
    net = fitted((train_features - middle) / scatter, target)
    with torch.no_grad():
        said: Tensor = log_softmax(net(torch.from_numpy((test_features - middle) / scatter).float()), 1)
    return np.asarray(said.double().numpy()), np.asarray(np.log(target.mean(axis=0)))


def fused(shown: Numbers, landmark_scores: Numbers, truth: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], list[float]]:
    """[N] what both say together, each half of the faces with the weight that makes the other half likeliest; the weights."""
    half = np.random.default_rng(1).permutation(len(truth)) % 2 == 0
    guess, weights = np.empty(len(truth), np.int64), []
    for mine in (half, ~half):
        log_likelihoods = []
        for weight in WEIGHTS:
            both = np.log(shown[~mine]) + weight * landmark_scores[~mine]
            log_likelihoods.append((both[np.arange(len(both)), truth[~mine]] - np.logaddexp.reduce(both, axis=1)).mean())
        weights.append(float(WEIGHTS[int(np.argmax(log_likelihoods))]))
        guess[mine] = (np.log(shown[mine]) + weights[-1] * landmark_scores[mine]).argmax(axis=1)
    return guess, weights


def table(views: dict[str, Numbers], landmark_scores: Numbers, truth: npt.NDArray[np.int64]) -> Iterator[str]:
    """A row each for what a model shows, alone and together with the landmark classifier."""
    for name, shown in views.items():
        guess, weights = fused(shown, landmark_scores, truth)
        alone, both = (Guesses(truth, said, np.ones(len(truth))) for said in (shown.argmax(axis=1), guess))
        gain = paired(both, alone)
        more, low, high = ((value or 0) * 100 for value in (gain.difference, *gain.interval))
        cells = f"{weights[0]:.2f} and {weights[1]:.2f} | {share(both.right):.1%} | {uar(both, 7):.1%}"
        yield f"| {name} | - | {share(alone.right):.1%} | {uar(alone, 7):.1%} | |"
        yield f"| ... and the witness | {cells} | {more:+.1f} ({low:+.1f} to {high:+.1f}) |"


@click.command()
@inputs
def main(data: Path, model: Path | None, memory: Path | None) -> None:
    """Print what a model and the landmark classifier say, alone and together, as a table in Markdown."""
    torch.set_num_threads(1)
    everything, path = read(data), released_model(model)
    classifiers = {prior: OnnxClassifier(path, prior) for prior in ("live", "picture")}
    framing = classifiers["live"].framing
    train, public = (judgeable(everything.of(split)) for split in ("train", "public"))
    training = train.take(np.random.default_rng(1).choice(len(train), PICTURES, replace=False))
    train_meshes, test_meshes = meshes(training.images, memory), meshes(public.images, memory)
    fresh = unseen(public, everything.of("train"))
    public, test_meshes = public.take(fresh), test_meshes.take(fresh)
    faces = public.take(test_meshes.found)
    truth = shown_truth(faces)
    train_features, test_features = features(train_meshes, framing), features(test_meshes, framing)
    said, usual = landmark_predictions(training.take(train_meshes.found), train_features, test_features)
    show(f"| on {len(truth):,} faces | weight | right | mean recall | more than alone (95 %) |", "|---|---|---|---|---|")
    alone = Guesses(truth, said.argmax(axis=1), np.ones(len(truth)))
    show(f"| the witness alone | - | {share(alone.right):.1%} | {uar(alone, 7):.1%} | |")
    for view, crops in (("crop as it is", faces.images), ("crop found again", aligned(public.images, test_meshes, framing))):
        logits = logits_of(classifiers["live"], crops)
        shown = {f"{view}, prior {prior}": each.shown_scores(logits) for prior, each in classifiers.items()}
        # Divided by the prior of the training set: the model's scores already have the prior that was asked for.
        show(*table(shown, said - usual, truth))


if __name__ == "__main__":
    main()
