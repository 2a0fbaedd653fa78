"""What a fit to a person gives to people made up from FER-2013: the tables of models/PERSONAL.md.

    python -m exporter.experiments.personal_fits --data fer2013.npz

on its public split, without pictures that are also in training. Penalties and trust were chosen from these tables.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
import numpy as np
import numpy.typing as npt

from exporter.data.dataset import Integers, LabelledFaces, read
from exporter.data.labels import NO_LABEL, shown_truth, unseen
from exporter.evaluation.metrics import Guesses, ece, recalls, share
from exporter.experiments.synthetic_people import KINDS, Make
from tracker.commands.terminal import show
from tracker.config.model_files import released_model
from tracker.core.paths import PathType
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.classifier import FEATURES_OUTPUT, OnnxClassifier
from tracker.model.contract import ModelContract
from tracker.model.prior import Numbers, softmax
from tracker.personal.cross_validation import hold_out
from tracker.personal.fitting import fit, released_logits
from tracker.personal.labelled import LabelledFeatures
from tracker.personal.significance import compare_held_out

PEOPLE: Final = 70
RANDOM_PEOPLE: Final = 400
RESTING: Final = 8
"""Resting faces that a baseline is made of."""
NEUTRAL, HAPPY, SAD = (EXPRESSIONS.index(name) for name in ("neutral", "happy", "sad"))


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """One person's pictures that were not learnt from: what they show, and the logits before and after."""

    truth: Integers
    before: Numbers
    after: Numbers
    promoted: bool = False

    def recall(self, logits: Numbers) -> float:
        """Each expression weighs the same, as in posed data."""
        found = recalls(Guesses.of(softmax(logits), self.truth), len(EXPRESSIONS))
        return 100 * float(np.nanmean(found))

    @property
    def gain(self) -> float:
        """In points."""
        return self.recall(self.after) - self.recall(self.before)

    def error(self, logits: Numbers) -> float:
        """Calibration error, in points."""
        return 100 * ece(Guesses.of(softmax(logits), self.truth))


Pick = Callable[[LabelledFeatures, np.random.Generator], npt.NDArray[np.bool_]]


def each(count: int) -> Pick:
    """So many verdicts an expression."""

    def pick(faces: LabelledFeatures, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
        rows = [rng.permutation(np.flatnonzero(faces.labels == label))[:count] for label in range(len(EXPRESSIONS))]
        return np.isin(np.arange(len(faces)), np.concatenate(rows))

    return pick


def taught(faces: LabelledFeatures, seen: npt.NDArray[np.bool_], contract: ModelContract) -> Outcome:
    """A person before and after a fit to those of their faces that were seen."""
    held, others = hold_out(faces.take(seen), contract), faces.take(~seen)
    before = released_logits(others, contract)
    correction = fit(held.labelled, contract).scaled(held.trust())
    return Outcome(others.labels, before, before + correction.logits(others.features), compare_held_out(held).convincing)


def people(make: Make, faces: LabelledFaces, model: OnnxClassifier, count: int) -> list[LabelledFeatures]:
    """Made-up people, as the model sees them."""
    truth = shown_truth(faces)
    made = [make(faces.images, truth, np.random.default_rng([1, number])) for number in range(count)]
    return [LabelledFeatures.of(model.logits(person.images)[FEATURES_OUTPUT], person.labels.tolist()) for person in made]


def fits_table(faces: LabelledFaces, model: OnnxClassifier) -> Iterator[str]:
    """Seven verdicts, one an expression, and six times as many."""
    yield "| people | verdicts | before | gain | worst person | worse by 5 | ECE | promoted |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, make in KINDS.items():
        made = people(make, faces, model, PEOPLE)
        for count in (1, 2, 6):
            outcomes = [taught(person, each(count)(person, _rng(place)), model.contract) for place, person in enumerate(made)]
            yield f"| {name} | {7 * count} | {_summary(outcomes)} |"


def _summary(outcomes: Sequence[Outcome]) -> str:
    gains = np.array([outcome.gain for outcome in outcomes])
    before = np.mean([outcome.recall(outcome.before) for outcome in outcomes])
    errors = [np.mean([outcome.error(outcome.before) for outcome in outcomes])]
    errors.append(np.mean([outcome.error(outcome.after) for outcome in outcomes]))
    return (
        f"{before:.1f} % | {gains.mean():+.1f} | {gains.min():+.1f} | {share(gains < -5):.0%}"
        f" | {errors[0]:.1f} to {errors[1]:.1f} | {share(np.array([outcome.promoted for outcome in outcomes])):.0%}"
    )


def random_table(everybody: LabelledFeatures, model: OnnxClassifier) -> Iterator[str]:
    """People whose verdicts have nothing to do with the faces."""
    yield "| random verdicts | people | promoted |"
    yield "|---|---|---|"
    for count in (7, 14, 20, 40):
        promoted = 0
        for number in range(RANDOM_PEOPLE):
            rng = _rng(number)
            rows = rng.choice(len(everybody), count, replace=False)
            said = rng.integers(0, len(EXPRESSIONS), count).tolist()
            promoted += compare_held_out(
                hold_out(LabelledFeatures.of(everybody.features[rows], said), model.contract)
            ).convincing
        yield f"| {count} | {RANDOM_PEOPLE} | {promoted / RANDOM_PEOPLE:.1%} |"


def sad_table(everybody: LabelledFeatures, model: OnnxClassifier) -> Iterator[str]:
    """People who call sad what leans that way among resting faces: between a fifth and most of them."""
    yield "| verdicts | gain over all | worst person | on the faces that differ | on smiles | promoted |"
    yield "|---|---|---|---|---|---|"
    logits = released_logits(everybody, model.contract)
    lean, rest = logits[:, SAD] - logits[:, NEUTRAL], everybody.labels == NEUTRAL
    for count in (7, 14, 40):
        rows = []
        for number in range(PEOPLE):
            rng = _rng(number)
            differs = rest & (lean > np.quantile(lean[rest], rng.uniform(0.3, 0.8)))
            person = LabelledFeatures.of(everybody.features, np.where(differs, SAD, everybody.labels).tolist())
            seen = each(1)(person, rng) if count == len(EXPRESSIONS) else rng.permutation(len(person)) < count
            outcome = taught(person, seen, model.contract)
            gained = (outcome.after.argmax(1) == outcome.truth) * 100.0 - (outcome.before.argmax(1) == outcome.truth) * 100.0
            parts = (slice(None), differs[~seen], outcome.truth == HAPPY)
            rows.append([*(gained[part].mean() for part in parts), outcome.promoted])
        told = np.array(rows)
        means = told.mean(axis=0)
        yield (f"| {count} | {means[0]:+.1f} | {told[:, 0].min():+.1f} | {means[1]:+.1f} | {means[2]:+.1f} | {means[3]:.0%} |")


def rest_table(faces: LabelledFaces, model: OnnxClassifier) -> Iterator[str]:
    """People whose resting face is called sad a quarter of the time or more, after some seconds of it."""
    yield "| people | of 70 | resting, called sad | other expressions right |"
    yield "|---|---|---|---|"
    for name, make in KINDS.items():
        rows = []
        for place, person in enumerate(people(make, faces, model, PEOPLE)):
            seen = each(RESTING)(person, _rng(place)) & (person.labels == NEUTRAL)
            others, rest = person.take(~seen), person.take(seen)
            moment = LabelledFeatures.of(rest.features, rest.labels.tolist(), [0] * len(rest))
            before = released_logits(others, model.contract)
            after = before + fit(moment, model.contract).logits(others.features)
            neutral = others.labels == NEUTRAL
            rows.append(
                [_called(each_, SAD, neutral) for each_ in (before, after)]
                + [_right(each_, others) for each_ in (before, after)]
            )
        told = np.array([row for row in rows if row[0] >= 0.25])
        means = told.mean(axis=0)
        yield f"| {name} | {len(told)} | {means[0]:.0%} to {means[1]:.0%} | {means[2]:.1%} to {means[3]:.1%} |"


def _called(logits: Numbers, label: int, which: npt.NDArray[np.bool_]) -> float:
    return share(logits[which].argmax(axis=1) == label)


def _right(logits: Numbers, faces: LabelledFeatures) -> float:
    """Of everything but resting faces."""
    shown = faces.labels != NEUTRAL
    return share(logits[shown].argmax(axis=1) == faces.labels[shown])


def _rng(number: int) -> np.random.Generator:
    return np.random.default_rng([2, number])


def fresh(faces: LabelledFaces) -> LabelledFaces:
    """The public pictures that the crowd agrees on and that are not in training."""
    public = faces.of("public")
    return public.take(unseen(public, faces.of("train")) & (shown_truth(public) != NO_LABEL))


@click.command()
@click.option("--data", type=PathType(), required=True)
def main(data: Path) -> None:
    """Print the tables."""
    faces, model = fresh(read(data)), OnnxClassifier(released_model())
    everybody = LabelledFeatures.of(model.logits(faces.images)[FEATURES_OUTPUT], shown_truth(faces).tolist())
    for table in (
        fits_table(faces, model),
        random_table(everybody, model),
        sad_table(everybody, model),
        rest_table(faces, model),
    ):
        show(*table, "")


if __name__ == "__main__":
    main()
