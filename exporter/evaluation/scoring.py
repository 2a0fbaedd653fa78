"""From a model's logits on labelled faces to the scores of what is shown and of each head."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy.typing as npt
from msgspec import UNSET

from exporter.data.dataset import Integers, LabelledFaces
from exporter.data.labels import FER2013_HEAD, FERPLUS_HEAD, HEAD_LABELS, WIDE_HEAD, head_truth, shown_truth, unseen, voted
from exporter.evaluation.metrics import Guesses, abstention, part_scores, rounded, share
from exporter.evaluation.scores import SHOWN, LeakFreeScores, ModelScores, PartScores, ShownScores
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.contract import ModelContract
from tracker.model.prior import Numbers, softmax

Logits = Mapping[str, npt.NDArray[Any]]
"""Name of a head -> [N, labels]."""
AGAINST_VOTES: Final = "FER+ majority"
AGAINST_LABELS: Final = "labels"
"""What ``shown`` was scored against; the words are those of the JSON."""


@dataclass(frozen=True, slots=True)
class PartProbabilities:
    """What one part of a model, the shown expressions or a head, says of N faces.

    Attributes:
        labels: In the order of the columns.
        probabilities: [N, labels], 0 to 1.
        truth: [N] index into the labels; NO_LABEL where there is none.
    """

    labels: tuple[str, ...]
    probabilities: Numbers
    truth: Integers

    def guesses(self, which: npt.NDArray[Any] | slice = slice(None)) -> Guesses:
        """The likeliest label of each face with a truth; which: a mask [N] of the faces to take, else all."""
        return Guesses.of(self.probabilities[which], self.truth[which])


def part_probabilities(
    contract: ModelContract, logits: Logits, faces: LabelledFaces, tau: float, fitted: Numbers | None = None
) -> dict[str, PartProbabilities]:
    """What is shown, and each head that these faces have labels for, by name of the part.

    Args:
        contract: Of the model.
        logits: The model's, on these faces.
        faces: N labelled crops.
        tau: How much of the prior is taken out of what is shown.
        fitted: [N, 7] probabilities that a fit to a person shows instead, in the order of EXPRESSIONS.
    """
    shown = contract.shown_scores(logits, tau) if fitted is None else fitted
    parts = {SHOWN: PartProbabilities(EXPRESSIONS, shown, shown_truth(faces))}
    for name, head in contract.heads.items():
        # The truth of the FER+ head is known only where people voted.
        if HEAD_LABELS.get(name) == head.labels and (name != FERPLUS_HEAD or voted(faces)):
            parts[name] = PartProbabilities(head.labels, softmax(logits[name], head.temperature), head_truth(name, faces))
    return parts


def score_logits(
    contract: ModelContract, logits: Logits, faces: LabelledFaces, training: LabelledFaces, tau: float
) -> ModelScores:
    """The scores of a released model, without a fit; arguments as for ``part_probabilities`` and ``score``."""
    return score(contract, part_probabilities(contract, logits, faces, tau), faces, training, tau)


def score(
    contract: ModelContract,
    parts: Mapping[str, PartProbabilities],
    faces: LabelledFaces,
    training: LabelledFaces,
    tau: float,
) -> ModelScores:
    """The scores of each part, and of its abstention.

    Args:
        contract: Of the model.
        parts: What ``part_probabilities`` gave for these faces.
        faces: N labelled crops.
        training: The training pictures; ``without_leaks`` leaves out the faces that are also among these. None of them: it is
            UNSET.
        tau: How much of the prior is taken out of what is shown; it decides the threshold.
    """
    fresh = unseen(faces, training) if len(training) else None
    scores: dict[str, PartScores] = {}
    for name, part in parts.items():
        scores[name] = part_scores(part.guesses(), part.labels)
        if fresh is not None:
            guesses = part.guesses(fresh)
            leak_free = LeakFreeScores(n=len(guesses), accuracy=rounded(share(guesses.right)))
            scores[name] = replace(scores[name], without_leaks=leak_free)
    return ModelScores(
        shown=ShownScores(**vars(scores[SHOWN]), against=AGAINST_VOTES if voted(faces) else AGAINST_LABELS),
        fer2013=scores.get(FER2013_HEAD, UNSET),
        ferplus=scores.get(FERPLUS_HEAD, UNSET),
        wide=scores.get(WIDE_HEAD, UNSET),
        abstention=abstention(parts[SHOWN].guesses(), contract.shown.operating_point(tau).threshold),
    )
