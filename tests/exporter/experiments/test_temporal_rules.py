"""What the comparison of rules counts, on a sequence that is counted by hand."""

import numpy as np
import pytest

from exporter.data.labels import NO_LABEL
from exporter.experiments.temporal_rules import HAPPY, NEUTRAL, UNCLEAR, FaceSequence, RuleFigures, hidden_markov, rules
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.prior import Numbers

THRESHOLD = 0.75


def frames(*told: tuple[int, float]) -> Numbers:
    """Scores of frames, each with the expression that is likeliest, and its probability."""
    scores = np.zeros((len(told), len(EXPRESSIONS)))
    for row, (expression, probability) in zip(scores, told, strict=True):
        row[:] = (1 - probability) / (len(EXPRESSIONS) - 1)
        row[expression] = probability
    return scores


def test_figures_count_what_is_shown() -> None:
    """A second neutral, three blended frames, a second happy with one frame of another opinion: by hand."""
    scores = frames((NEUTRAL, 0.9), (HAPPY, 0.9), (HAPPY, 0.5))
    rows = np.array([0] * 10 + [2] * 3 + [1] * 5 + [0] + [1] * 4)
    truth = np.array([NEUTRAL] * 10 + [NO_LABEL] * 3 + [HAPPY] * 10)
    figures = RuleFigures()

    figures.add(FaceSequence(rows, truth), scores, rules(THRESHOLD)["each frame alone"], 10, 0)

    # Unclear while blended, then happy, neutral and happy again: four changes of which one was needed.
    assert figures.extra == 3
    assert figures.delays == pytest.approx([0.15])
    assert (np.array(figures.words) == figures.truth).sum() == 19
    assert UNCLEAR not in figures.words


@pytest.mark.parametrize("name", list(rules(THRESHOLD)))
def test_every_rule_comes_to_what_frames_agree_on(name: str) -> None:
    """After some seconds of certain frames each rule says their word, and most confidently of it."""
    t = np.arange(60) / 10

    words, confidence = rules(THRESHOLD)[name](t, frames(*[(NEUTRAL, 0.9)] * 30, *[(HAPPY, 0.95)] * 30))

    assert (words[29], words[-1]) == (NEUTRAL, HAPPY)
    assert confidence[-1] > 0.9


def test_a_hidden_markov_model_is_surer_than_its_frames() -> None:
    """It counts frames as evidence of their own, so many a second."""
    words, confidence = hidden_markov(5, 2, THRESHOLD)(np.arange(10) / 2, frames(*[(HAPPY, 0.7)] * 10))

    assert words[-1] == HAPPY
    assert confidence[-1] > 0.95
