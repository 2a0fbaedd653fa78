"""Selects the fit that is applied: the one in effect, or if a person was named, that person's newest."""

from pathlib import Path
from typing import Final

from tracker.core.errors import ModelError, UsageError
from tracker.core.person import ME
from tracker.model.correction import PersonalFit
from tracker.personal.baseline import BASELINE_ORIGIN
from tracker.personal.fit_files import RELEASED, current, current_version, people, version, versions

HASH_DIGITS_SHOWN: Final = 12
"""Digits of a model file's hash in an error: enough to tell two files apart."""


def fit_in_effect(person: str, model: str, folder: Path | None = None) -> PersonalFit | None:
    """A person's promoted fit, if it is for this model file; None is the released model.

    Args:
        person: Whose fit.
        model: SHA-256 of the model file.
        folder: As in ``fit_files.promote``.

    Raises:
        DataError: A file is damaged.
    """
    number = current_version(person, folder)
    fit = None if number == RELEASED else version(person, number, folder)
    return fit if fit is not None and fit.model == model else None


def fit_for_named(person: str, model: str, folder: Path | None = None) -> tuple[PersonalFit | None, str | None]:
    """The fit for a person who was named on the command line or in the settings.

    It is the promoted fit; else the newest one from verdicts, because the person was named. After somebody went back to the
    released model, that is applied until there is a newer fit. A fit to a resting face is applied only if it was promoted.

    Args:
        person: Whose fit.
        model: SHA-256 of the model file.
        folder: As in ``fit_files.promote``.

    Returns:
        The fit, or None for the released model; and a remark for the user, or None.

    Raises:
        UsageError: The person has no fit.
        ModelError: The fit is for another model file.
        DataError: A file is damaged.
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
            f"{person} has a fit to a resting face, which is not in effect. To put it into effect: mien refit --person {person}"
            f" --promote {number}"
        )
    newest = from_verdicts[-1]
    if decision is not None and decision.at >= newest.at:
        return None, f"{person} went back to the released model, and it is applied."
    return _require_model(newest, model), f"{unproven_sentence(newest)} It is applied because {person} was named."


def fit_to_apply(person: str | None, model: str, folder: Path | None = None) -> PersonalFit | None:
    """The fit that a running session applies from now on.

    Args:
        person: Who was named; None is the person at this machine, whose fit in effect is applied.
        model: SHA-256 of the model file.
        folder: As in ``fit_files.promote``.

    Raises:
        ModelError: The fit of the person who was named is for another model file.
        DataError: A file is damaged.
    """
    if person is None:
        return fit_in_effect(ME, model, folder)
    return fit_for_named(person, model, folder)[0] if versions(person, folder) else None


def unproven_sentence(fit: PersonalFit) -> str:
    """The sentence that says how a fit compared that was not promoted."""
    report = fit.report
    before, after, interval = report.get("before"), report.get("after"), report.get("interval")
    if not (isinstance(before, dict) and isinstance(after, dict) and isinstance(interval, list)):
        return f"Fit {fit.version} of {fit.person} was made from a resting face, and has not been compared."
    lone = " For an expression with a single verdict the gain is a lower bound, as that verdict is judged by a fit without any."
    bound = lone if report.get("lone") else ""
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
