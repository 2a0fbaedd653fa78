"""Turns the fit to a person's resting face on and off, and says when it was on."""

from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from tracker.core.errors import UsageError
from tracker.model.correction import PersonalFit
from tracker.personal.fit_files import RELEASED, Decision, current_version, decisions, promote, versions

RESTING_EXPRESSION: Final = "neutral"
"""The expression that a resting face is labelled with."""
BASELINE_ORIGIN: Final = "baseline"
"""``PersonalFit.origin`` of a fit to a resting face alone."""

ActiveRange = tuple[datetime, datetime | None]
"""(begin, end) in UTC; end is None while the fit is on."""


def baselines(person: str, folder: Path | None = None) -> list[PersonalFit]:
    """A person's fits to a resting face, oldest first; ``folder``, here and below, is as in ``fit_files.promote``."""
    return [fit for fit in versions(person, folder) if fit.origin == BASELINE_ORIGIN]


def is_on(person: str, folder: Path | None = None) -> bool:
    """Whether the fit in effect is one to a resting face."""
    return current_version(person, folder) in _numbers(person, folder)


def turn_on(person: str, model: str, folder: Path | None = None) -> Decision:
    """Put a person's newest fit to a resting face into effect, in place of any other.

    Args:
        person: Whose.
        model: SHA-256 of the model file that it has to be made for.
        folder: As in ``fit_files.promote``.

    Raises:
        UsageError: There is none for this model file.
    """
    of_this_model = [fit.version for fit in baselines(person, folder) if fit.model == model]
    if not of_this_model:
        raise UsageError(
            "Mien has not seen your resting face with this model yet. Show it for ten seconds: in Settings, choose"
            " 'Calibrate Mien to your face'."
        )
    return promote(person, of_this_model[-1], folder=folder)


def turn_off(person: str, folder: Path | None = None) -> None:
    """Put into effect again what was before the fit to the resting face; does nothing if that is off."""
    if not is_on(person, folder):
        return
    resting = _numbers(person, folder)
    before = [decision.version for decision in decisions(person, folder) if decision.version not in resting]
    promote(person, before[-1] if before else RELEASED, folder=folder)


def active_ranges(person: str, folder: Path | None = None) -> list[ActiveRange]:
    """The times in which a fit to a resting face was on, oldest first."""
    resting, decided = _numbers(person, folder), decisions(person, folder)
    ended = dict(pairwise(decision.at for decision in decided))
    return [(decision.at, ended.get(decision.at)) for decision in decided if decision.version in resting]


def _numbers(person: str, folder: Path | None) -> set[int]:
    return {fit.version for fit in baselines(person, folder)}
