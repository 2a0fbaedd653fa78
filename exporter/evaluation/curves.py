"""What a model card draws: confidence against accuracy, accuracy against coverage, and what taking out the prior trades."""

from collections.abc import Mapping
from typing import Any, Final

from exporter.data.dataset import LabelledFaces
from exporter.data.labels import shown_truth
from exporter.evaluation.metrics import ECE_BINS, Guesses, bins, most_confident, recalls, rounded, share, uar
from exporter.evaluation.scoring import Answer, Logits
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.contract import ModelContract

COVERAGES: Final = tuple(step / 20 for step in range(2, 21))
"""From 10 %: fewer pictures than that are too few for a point of a curve."""
TAUS: Final = tuple(step / 20 for step in range(21))
"""Steps of 0.05 move accuracy by about two tenths of a percent."""
NEUTRAL: Final = EXPRESSIONS.index("neutral")

Points = list[dict[str, Any]]


def curves(contract: ModelContract, logits: Logits, faces: LabelledFaces, parts: Mapping[str, Answer]) -> dict[str, Any]:
    """``reliability`` of each part; ``coverage`` and ``prior`` of what is shown, and the taus that are the file's defaults."""
    return {
        "reliability": {name: reliability(part.guesses()) for name, part in parts.items()},
        "coverage": coverage(parts["shown"].guesses()),
        "prior": prior(contract, logits, faces),
        "defaults": {"live": contract.shown.live, "picture": contract.shown.picture},
    }


def reliability(guesses: Guesses) -> Points:
    """Of each bin of confidence that is not empty: how many guesses, their mean confidence, and how many are right."""
    places = bins(guesses)
    chosen = {place: places == place for place in range(ECE_BINS)}
    return [
        {
            "to": rounded((place + 1) / ECE_BINS),
            "n": int(inside.sum()),
            "confidence": rounded(float(guesses.confidence[inside].mean())),
            "accuracy": rounded(share(guesses.right[inside])),
        }
        for place, inside in chosen.items()
        if inside.any()
    ]


def coverage(guesses: Guesses) -> Points:
    """Accuracy of the most confident part of the guesses, for parts from 10 % to all."""
    return [{"coverage": part, "accuracy": rounded(share(most_confident(guesses, part)))} for part in COVERAGES]


def prior(contract: ModelContract, logits: Logits, faces: LabelledFaces) -> Points:
    """What is shown with more and more of the training prior taken out: the common lose, the rare win."""
    truth = shown_truth(faces)
    taus = sorted({*TAUS, contract.shown.live, contract.shown.picture})
    guesses = {tau: Guesses.of(contract.shown_scores(logits, tau), truth) for tau in taus}
    return [
        {
            "tau": tau,
            "accuracy": rounded(share(made.right)),
            "uar": rounded(uar(made, len(EXPRESSIONS))),
            "neutral": rounded(recalls(made, len(EXPRESSIONS))[NEUTRAL]),
        }
        for tau, made in guesses.items()
    ]
