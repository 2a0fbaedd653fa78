"""A model's logits on labelled faces, turned into the scores of the contract: what is shown, and each head."""

from collections.abc import Mapping
from typing import Any

import numpy.typing as npt

from exporter.data import Integers, LabelledFaces
from exporter.metrics import Guesses, abstention, report, rounded, share
from exporter.truth import FERPLUS_HEAD, HEAD_LABELS, head_truth, shown_truth, unseen, voted
from tracker.card import ModelCard
from tracker.shown import Numbers, softmax
from tracker.vocabulary import EXPRESSIONS

Logits = Mapping[str, npt.NDArray[Any]]
"""Head -> [N, labels]."""


def judge_logits(card: ModelCard, logits: Logits, faces: LabelledFaces, training: LabelledFaces, tau: float) -> dict[str, Any]:
    """``shown``, ``abstention`` and each head that these faces have labels for.

    ``without_leaks`` leaves out pictures that are also among the training ones; it is absent when there are none of those.
    """
    fresh = unseen(faces, training) if len(training) else None
    probabilities = card.shown_scores(logits[card.shown.head], tau)
    truth = shown_truth(faces)
    against = "FER+ majority" if voted(faces) else "labels"
    scores = {"shown": {"against": against, **_scores(probabilities, truth, EXPRESSIONS, fresh)}}
    for name in _heads_to_judge(card, faces):
        head = card.heads[name]
        calibrated = softmax(logits[name], head.temperature)
        scores[name] = _scores(calibrated, head_truth(name, faces), head.labels, fresh)
    scores["abstention"] = abstention(Guesses.of(probabilities, truth), card.shown.at(tau).threshold)
    return scores


def _heads_to_judge(card: ModelCard, faces: LabelledFaces) -> list[str]:
    """Heads whose labels are the data's; FER+'s only where the crowd voted."""
    known = [name for name, head in card.heads.items() if HEAD_LABELS.get(name) == head.labels]
    return [name for name in known if name != FERPLUS_HEAD or voted(faces)]


def _scores(probabilities: Numbers, truth: Integers, labels: tuple[str, ...], fresh: npt.NDArray[Any] | None) -> dict[str, Any]:
    scores = report(Guesses.of(probabilities, truth), labels)
    if fresh is not None:
        guesses = Guesses.of(probabilities[fresh], truth[fresh])
        scores["without_leaks"] = {"n": len(guesses), "accuracy": rounded(share(guesses.right))}
    return scores
