"""Which fit is applied to a model file: the one in effect, or for somebody who is named, the newest."""

from pathlib import Path

from tracker.core.errors import ModelError, UsageError
from tracker.core.person import ME
from tracker.model.correction import PersonalFit
from tracker.personal.baseline import BASELINE_ORIGIN
from tracker.personal.fit_files import RELEASED, current, current_version, people, version, versions

HASH_DIGITS_SHOWN = 12
"""Digits of a hash that tell two files apart."""


def fit_in_effect(person: str, model: str, folder: Path | None = None) -> PersonalFit | None:
    """The promoted fit of a person for the model file with this sha256; None is the released model."""
    number = current_version(person, folder)
    fit = None if number == RELEASED else version(person, number, folder)
    return fit if fit is not None and fit.model == model else None


def fit_for_named(person: str, model: str, folder: Path | None = None) -> tuple[PersonalFit | None, str | None]:
    """The fit for somebody who was named, and what they should be told of it.

    It is the promoted one; else, because they asked for it, the newest from verdicts. Who went back to the released model gets
    that, until the next fit. A resting face is never taken into account unasked. UsageError when there is no fit; ModelError
    when it is another model file's.
    """
    fits = versions(person, folder)
    if not fits:
        known = ", ".join(people(folder)) or "nobody yet"
        raise UsageError(
            f"There is no fit for {person}; there are fits for: {known}. 'mien refit --person {person}' makes one."
        )
    decision = current(person, folder)
    if decision is not None and decision.version != RELEASED:
        return _require_model(version(person, decision.version, folder), model), None
    from_verdicts = [fit for fit in fits if fit.origin != BASELINE_ORIGIN]
    if not from_verdicts:
        number = fits[-1].version
        return None, (
            f"{person}'s resting face is known and not taken into account. It is with: mien refit --person {person}"
            f" --promote {number}"
        )
    newest = from_verdicts[-1]
    if decision is not None and decision.at >= newest.at:
        return None, f"{person} went back to the released model, and it is applied."
    return _require_model(newest, model), f"{unproven_sentence(newest)} It is applied because {person} was named."


def fit_to_apply(person: str | None, model: str, folder: Path | None = None) -> PersonalFit | None:
    """What a session at work should apply from this moment on: for nobody named, what is in effect for the person here."""
    if person is None:
        return fit_in_effect(ME, model, folder)
    return fit_for_named(person, model, folder)[0] if versions(person, folder) else None


def unproven_sentence(fit: PersonalFit) -> str:
    """A sentence on a fit that was not promoted."""
    report = fit.report
    before, after, interval = report.get("before"), report.get("after"), report.get("interval")
    if not (isinstance(before, dict) and isinstance(after, dict) and isinstance(interval, list)):
        return f"Fit {fit.version} of {fit.person} was made from a resting face, and has not been compared."
    bound = " With one verdict an expression that is a lower bound: held out, none is left of it." if report.get("lone") else ""
    return (
        f"Fit {fit.version} of {fit.person} has not yet shown itself better than the released model: of {before['n']}"
        f" verdicts held out, {before['right']} were right before and {after['right']} after (gain between"
        f" {interval[0]:+.0%} and {interval[1]:+.0%}).{bound}"
    )


def _require_model(fit: PersonalFit, model: str) -> PersonalFit:
    if fit.model != model:
        raise ModelError(
            f"Fit {fit.version} of {fit.person} was made for the model file {fit.model[:HASH_DIGITS_SHOWN]}, this one is"
            f" {model[:HASH_DIGITS_SHOWN]}. Fit anew with 'mien refit --person {fit.person}', or give that file with --model."
        )
    return fit
