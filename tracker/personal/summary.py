"""Describes a person's fits for the pages: what each was made from, how it compared, and which was in effect when and why."""

from datetime import tzinfo
from typing import Any, Final

from tracker.core.time_zone import HERE
from tracker.model.correction import PersonalFit
from tracker.personal import fit_files
from tracker.personal.baseline import BASELINE_ORIGIN

DECIDED_BY_WORDS: Final = {"fit": "by itself, its gain being beyond doubt", "person": "by your choice"}
"""``Decision.by`` -> what people read."""


def describe_fits(person: str, zone: tzinfo = HERE) -> list[dict[str, Any]]:
    """The person's fits, newest first, and the released model: version, name, words, in_effect."""
    chosen = fit_files.current_version(person)
    made = [_entry(each, zone=zone, in_effect=each.version == chosen) for each in reversed(fit_files.versions(person))]
    words = "as shipped"
    return [*made, {"version": fit_files.RELEASED, "name": "The released model", "words": words, "in_effect": chosen == 0}]


def fit_history(person: str, zone: tzinfo = HERE) -> list[dict[str, str]]:
    """What took effect, newest first: at (ISO 8601), when (for people), name, by (on whose word)."""
    names = {each.version: _fit_name(each) for each in fit_files.versions(person)} | {fit_files.RELEASED: "The released model"}
    return [
        {
            "at": decision.at.isoformat(),
            "when": f"{decision.at.astimezone(zone):%d %B %Y, %H:%M}",
            "name": names.get(decision.version, f"Fit {decision.version}"),
            "by": DECIDED_BY_WORDS[decision.by],
        }
        for decision in reversed(fit_files.decisions(person))
    ]


def _fit_name(fit: PersonalFit) -> str:
    return f"Resting face (fit {fit.version})" if fit.origin == BASELINE_ORIGIN else f"Fit {fit.version}"


def _entry(fit: PersonalFit, *, zone: tzinfo, in_effect: bool) -> dict[str, Any]:
    resting = fit.origin == BASELINE_ORIGIN
    learnt = "from a few seconds of your resting face" if resting else f"from {fit.verdicts} verdicts"
    words = f"{learnt}, {fit.at.astimezone(zone):%d %B %Y, %H:%M}. {comparison_sentence(fit.report)}"
    return {"version": fit.version, "name": _fit_name(fit), "words": words, "in_effect": in_effect}


def comparison_sentence(report: Any) -> str:
    """A sentence that compares fit and released model on held-out verdicts; report: ``PersonalFit.report``."""
    before, after, interval = report.get("before"), report.get("after"), report.get("interval")
    if not (before and after and interval):
        return "Nothing was held out to compare it with."
    low, high = (round(100 * end) for end in interval)
    doubt = "beyond doubt" if low > 0 else "which may still be chance"
    return (
        f"Of {before['n']} verdicts held out it got {after['right']} right, the released model {before['right']}:"
        f" a gain of {low} to {high} points, {doubt}."
    )
