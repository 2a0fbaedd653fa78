"""A model's logits on labelled faces, turned into the scores of the contract: what is shown, and each head."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from exporter.data.dataset import Integers, LabelledFaces
from exporter.data.labels import FERPLUS_HEAD, HEAD_LABELS, head_truth, shown_truth, unseen, voted
from exporter.evaluation.metrics import Guesses, abstention, report, rounded, share
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.contract import ModelContract
from tracker.model.prior import Numbers, softmax

Logits = Mapping[str, npt.NDArray[Any]]
"""Head -> [N, labels]."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one part of a model, the shown scores or a head, says of faces.

    labels: in order. probabilities: [N, labels]. truth: [N] index into the labels, NONE where there is none.
    """

    labels: tuple[str, ...]
    probabilities: Numbers
    truth: Integers

    def guesses(self, which: npt.NDArray[Any] | slice = slice(None)) -> Guesses:
        """The likeliest label of each face with a truth, or of those that a mask selects."""
        return Guesses.of(self.probabilities[which], self.truth[which])


def answers(
    contract: ModelContract, logits: Logits, faces: LabelledFaces, tau: float, fitted: Numbers | None = None
) -> dict[str, Answer]:
    """``shown`` and each head that these faces have labels for; fitted: [N, 7] what a fit to a person shows instead."""
    released = contract.shown_scores(logits, tau)
    shown = Answer(EXPRESSIONS, released if fitted is None else fitted, shown_truth(faces))
    parts = {"shown": shown}
    for name, head in contract.heads.items():
        # FER+'s labels are known only where the crowd voted.
        if HEAD_LABELS.get(name) == head.labels and (name != FERPLUS_HEAD or voted(faces)):
            parts[name] = Answer(head.labels, softmax(logits[name], head.temperature), head_truth(name, faces))
    return parts


def judge_logits(
    contract: ModelContract, logits: Logits, faces: LabelledFaces, training: LabelledFaces, tau: float
) -> dict[str, Any]:
    """The scores of each part of a model as it was released, and ``abstention``; see ``score``."""
    return score(contract, answers(contract, logits, faces, tau), faces, training, tau)


def score(
    contract: ModelContract, parts: Mapping[str, Answer], faces: LabelledFaces, training: LabelledFaces, tau: float
) -> dict[str, Any]:
    """The scores of each part, and ``abstention``.

    ``without_leaks`` leaves out pictures that are also among the training ones; it is absent when there are none of those.
    """
    fresh = unseen(faces, training) if len(training) else None
    scores: dict[str, Any] = {}
    for name, part in parts.items():
        scores[name] = report(part.guesses(), part.labels)
        if fresh is not None:
            guesses = part.guesses(fresh)
            scores[name]["without_leaks"] = {"n": len(guesses), "accuracy": rounded(share(guesses.right))}
    scores["shown"] = {"against": "FER+ majority" if voted(faces) else "labels", **scores["shown"]}
    return scores | {"abstention": abstention(parts["shown"].guesses(), contract.shown.operating_point(tau).threshold)}
