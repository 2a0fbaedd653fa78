"""The curves of a model card: reliability, coverage, and what taking out the prior costs and gains."""

from collections.abc import Mapping
from typing import Final

from exporter.data.dataset import LabelledFaces
from exporter.data.labels import shown_truth
from exporter.evaluation.metrics import (
    ECE_BINS,
    REPORTED_DIGITS,
    Guesses,
    confidence_bins,
    most_confident,
    recalls,
    rounded,
    share,
    uar,
)
from exporter.evaluation.scores import SHOWN, CoveragePoint, Curves, DefaultTaus, PriorPoint, ReliabilityPoint
from exporter.evaluation.scoring import Logits, PartProbabilities
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.contract import ModelContract

COVERAGES: Final = tuple(step / 20 for step in range(2, 21))
"""From 10 %: a smaller share has too few pictures for a point of a curve."""
CURVE_TAUS: Final = tuple(step / 20 for step in range(21))
"""Steps of 0.05 move accuracy by about two tenths of a percent."""
NEUTRAL_INDEX: Final = EXPRESSIONS.index("neutral")


def curves(contract: ModelContract, logits: Logits, faces: LabelledFaces, parts: Mapping[str, PartProbabilities]) -> Curves:
    """All curves of a model card.

    Args:
        contract: Of the model.
        logits: The model's, on these faces.
        faces: N labelled crops.
        parts: What ``part_probabilities`` made of the logits.
    """
    return Curves(
        reliability={name: reliability(part.guesses()) for name, part in parts.items()},
        coverage=coverage(parts[SHOWN].guesses()),
        prior=prior_curve(contract, logits, faces),
        defaults=DefaultTaus(live=contract.shown.live, picture=contract.shown.picture),
    )


def reliability(guesses: Guesses) -> list[ReliabilityPoint]:
    """Mean confidence and accuracy of each bin of confidence that is not empty."""
    bin_of_guess = confidence_bins(guesses)
    points = []
    for index in range(ECE_BINS):
        members = guesses.take(bin_of_guess == index)
        if len(members):
            points.append(
                ReliabilityPoint(
                    to=round((index + 1) / ECE_BINS, REPORTED_DIGITS),
                    n=len(members),
                    confidence=round(float(members.confidence.mean()), REPORTED_DIGITS),
                    accuracy=round(share(members.right), REPORTED_DIGITS),
                )
            )
    return points


def coverage(guesses: Guesses) -> list[CoveragePoint]:
    """Accuracy of the most confident guesses, for COVERAGES of all guesses."""
    return [CoveragePoint(coverage=part, accuracy=rounded(share(most_confident(guesses, part)))) for part in COVERAGES]


def prior_curve(contract: ModelContract, logits: Logits, faces: LabelledFaces) -> list[PriorPoint]:
    """Scores of what is shown with more and more of the training prior taken out, for CURVE_TAUS and the default taus."""
    truth = shown_truth(faces)
    points = []
    for tau in sorted({*CURVE_TAUS, contract.shown.live, contract.shown.picture}):
        guesses = Guesses.of(contract.shown_scores(logits, tau), truth)
        points.append(
            PriorPoint(
                tau=tau,
                accuracy=rounded(share(guesses.right)),
                uar=rounded(uar(guesses, len(EXPRESSIONS))),
                neutral=rounded(recalls(guesses, len(EXPRESSIONS))[NEUTRAL_INDEX]),
            )
        )
    return points
