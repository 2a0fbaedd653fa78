"""A person's resting face: whether it is taken into account, since when, and how to turn that on and off."""

from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from tracker.core.errors import UsageError
from tracker.model.correction import PersonalFit
from tracker.personal.fit_files import RELEASED, Decision, current_version, decisions, promote, versions

RESTING_EXPRESSION: Final = "neutral"
"""What a resting face is called by the person whose it is."""
BASELINE_ORIGIN: Final = "baseline"
"""The origin of a fit that was taught a resting face and nothing else."""

ActiveRange = tuple[datetime, datetime | None]
"""From when to when; None is until now."""


def baselines(person: str, folder: Path | None = None) -> list[PersonalFit]:
    """A person's resting faces, oldest first."""
    return [fit for fit in versions(person, folder) if fit.origin == BASELINE_ORIGIN]


def is_on(person: str, folder: Path | None = None) -> bool:
    """Whether a resting face is what is in effect."""
    return current_version(person, folder) in _numbers(person, folder)


def turn_on(person: str, model: str, folder: Path | None = None) -> Decision:
    """Take the newest resting face for a model file (sha256) into account, in place of whatever fit is in effect."""
    fitting = [fit.version for fit in baselines(person, folder) if fit.model == model]
    if not fitting:
        raise UsageError("Mien has not seen your resting face with this model yet. Show it on the page Start: ten seconds.")
    return promote(person, fitting[-1], folder=folder)


def turn_off(person: str, folder: Path | None = None) -> None:
    """Back to what was in effect before the resting face; nothing changes when it is off."""
    if not is_on(person, folder):
        return
    resting = _numbers(person, folder)
    before = [decision.version for decision in decisions(person, folder) if decision.version not in resting]
    promote(person, before[-1] if before else RELEASED, folder=folder)


def active_ranges(person: str, folder: Path | None = None) -> list[ActiveRange]:
    """When it was taken into account, oldest first."""
    resting, decided = _numbers(person, folder), decisions(person, folder)
    ended = dict(pairwise(decision.at for decision in decided))
    return [(decision.at, ended.get(decision.at)) for decision in decided if decision.version in resting]


def _numbers(person: str, folder: Path | None) -> set[int]:
    return {fit.version for fit in baselines(person, folder)}
