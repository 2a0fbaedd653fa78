"""Describes a person's fits for the pages: what each was made from, how it compared, and which was in effect when and why."""

from datetime import tzinfo
from typing import Final

from msgspec import Struct

from tracker.core.time_zone import HERE
from tracker.model.correction import PersonalFit
from tracker.personal import fit_files
from tracker.personal.baseline import BASELINE_ORIGIN

DECIDED_BY_WORDS: Final = {"fit": "by itself, its gain being beyond doubt", "person": "by your choice"}
"""``Decision.by`` -> what people read."""


class FitSummary(Struct, frozen=True):
    """A fit, or the released model, for people; fields are named as in JSON.

    words: what it was learnt from, and how it compared.
    """

    version: int
    name: str
    words: str
    in_effect: bool


class DecisionSummary(Struct, frozen=True):
    """A fit took effect; fields are named as in JSON. at: ISO 8601; when: the same for people. by: on whose word, in words."""

    at: str
    when: str
    name: str
    by: str


def describe_fits(person: str, zone: tzinfo = HERE) -> list[FitSummary]:
    """The person's fits, newest first, and the released model."""
    chosen = fit_files.current_version(person)
    made = [_entry(each, zone=zone, in_effect=each.version == chosen) for each in reversed(fit_files.versions(person))]
    return [*made, FitSummary(fit_files.RELEASED, "The released model", "as shipped", in_effect=chosen == fit_files.RELEASED)]


def fit_history(person: str, zone: tzinfo = HERE) -> list[DecisionSummary]:
    """What took effect, newest first."""
    names = {each.version: _fit_name(each) for each in fit_files.versions(person)} | {fit_files.RELEASED: "The released model"}
    return [
        DecisionSummary(
            at=decision.at.isoformat(),
            when=f"{decision.at.astimezone(zone):%d %B %Y, %H:%M}",
            name=names.get(decision.version, f"Fit {decision.version}"),
            by=DECIDED_BY_WORDS[decision.by],
        )
        for decision in reversed(fit_files.decisions(person))
    ]


def _fit_name(fit: PersonalFit) -> str:
    return f"Resting face (fit {fit.version})" if fit.origin == BASELINE_ORIGIN else f"Fit {fit.version}"


def _entry(fit: PersonalFit, *, zone: tzinfo, in_effect: bool) -> FitSummary:
    resting = fit.origin == BASELINE_ORIGIN
    learnt = "from a few seconds of your resting face" if resting else f"from {fit.verdicts} verdicts"
    words = f"{learnt}, {fit.at.astimezone(zone):%d %B %Y, %H:%M}. {comparison_sentence(fit_files.comparison_of(fit.report))}"
    return FitSummary(fit.version, _fit_name(fit), words, in_effect)


def comparison_sentence(comparison: fit_files.Comparison) -> str:
    """A sentence that compares fit and released model on held-out verdicts."""
    before, after, interval = comparison.before, comparison.after, comparison.interval
    if before is None or after is None or interval is None:
        return "Nothing was held out to compare it with."
    low, high = (round(100 * end) for end in interval)
    doubt = "beyond doubt" if low > 0 else "which may still be chance"
    return (
        f"Of {before.n} verdicts held out it got {after.right} right, the released model {before.right}:"
        f" a gain of {low} to {high} points, {doubt}."
    )
