"""Stores a person's fits as numbered files that are never replaced, and which one is in effect; 0 is the released model."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import numpy as np
import numpy.typing as npt
from filelock import FileLock
from msgspec import UNSET, Meta, Struct, UnsetType
from platformdirs import user_data_path

from tracker.core.errors import DataError, UsageError
from tracker.core.frame import now
from tracker.core.parsing import read_json
from tracker.core.person import require_name
from tracker.core.private_files import FILE_MODE, private_folder, write_private
from tracker.core.records import JsonObject
from tracker.core.validation import Whole, converted, utc
from tracker.model.correction import LogitCorrection, PersonalFit

FORMAT: Final = 1
RELEASED: Final = 0
"""The version that is no fit at all."""
DECISIONS_FILE: Final = "current.json"
LOCK_FILE: Final = "fits.lock"
WRITER_TIMEOUT_SECONDS: Final = 60.0
"""Whoever writes a person's fits is done in milliseconds."""
SIGNIFICANT_DIGITS: Final = 7
"""Digits of a weight in a file: more would change no probability that is shown."""

DecidedBy = Literal["fit", "person"]
"""fit: its gain was convincing. person: somebody chose it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A version took effect.

    Attributes:
        version: Of the fit; RELEASED is the released model.
        at: When, in UTC.
        by: On whose word.
    """

    version: Annotated[int, Meta(ge=RELEASED)]
    at: datetime
    by: DecidedBy


class _DecisionsFile(Struct, frozen=True):
    """The newest decision, and those before it, oldest first."""

    version: Annotated[int, Meta(ge=RELEASED)]
    at: datetime
    by: DecidedBy
    before: tuple[Decision, ...] = ()


Gain = Annotated[float, Meta(ge=-1, le=1)]
"""Of an accuracy."""


class HeldOutCounts(Struct, frozen=True):
    """How many verdicts that were held out were judged, and judged right; accuracy: right of n, 0 to 1."""

    n: Whole
    right: Whole
    accuracy: float | UnsetType = UNSET


class Comparison(Struct, frozen=True):
    """Held-out verdicts before and after a fit; all three are None where nothing was held out. Fields are named as in JSON.

    interval: the 95 % interval of the gain in accuracy.
    """

    before: HeldOutCounts | None = None
    after: HeldOutCounts | None = None
    interval: tuple[Gain, Gain] | None = None


NOTHING_COMPARED: Final = Comparison()


class _FitFile(Struct, frozen=True):
    """A fit's JSON; weights: [7, width], biases: [7]."""

    format: Literal[1]
    person: str
    origin: str
    model: str
    tau: float
    verdicts: Whole
    at: datetime
    report: Comparison
    weights: tuple[tuple[float, ...], ...]
    biases: tuple[float, ...]


def people_folder() -> Path:
    """The folder with everybody's fits: one folder for each person."""
    return user_data_path("mien") / "people"


def people(folder: Path | None = None) -> list[str]:
    """The names of all who have a fit, sorted; ``folder``, here and below, is as in ``promote``."""
    root = folder or people_folder()
    return sorted(entry.name for entry in root.iterdir() if _numbers(entry)) if root.is_dir() else []


def versions(person: str, folder: Path | None = None) -> list[PersonalFit]:
    """A person's fits, oldest first; DataError names a damaged file."""
    place = _place(person, folder)
    return [_read(place, number) for number in _numbers(place)]


def version(person: str, number: int, folder: Path | None = None) -> PersonalFit:
    """A person's fit with a number.

    Raises:
        UsageError: There is none with this number.
        DataError: Its file is damaged.
    """
    place = _place(person, folder)
    if number not in _numbers(place):
        known = ", ".join(str(each) for each in _numbers(place)) or "none yet"
        raise UsageError(f"{person} has no fit {number}; there are: {known}. 0 is the released model.")
    return _read(place, number)


def current(person: str, folder: Path | None = None) -> Decision | None:
    """The decision that is in effect for a person; None where nothing was decided, which is the released model."""
    return next(reversed(decisions(person, folder)), None)


def current_version(person: str, folder: Path | None = None) -> int:
    """The version that is in effect for a person; RELEASED where nothing was decided."""
    decision = current(person, folder)
    return RELEASED if decision is None else decision.version


def decisions(person: str, folder: Path | None = None) -> list[Decision]:
    """All decisions, oldest first; DataError names a damaged file."""
    file = _place(person, folder) / DECISIONS_FILE
    if not file.exists():
        return []
    try:
        found = converted(read_json(file), _DecisionsFile, DECISIONS_FILE)
        all_made = (*found.before, Decision(found.version, found.at, found.by))
        return [replace(each, at=utc(each.at, f"{DECISIONS_FILE}.at")) for each in all_made]
    except (OSError, ValueError) as error:
        raise _damaged(file, error) from error


def promote(person: str, number: int, *, by: DecidedBy = "person", folder: Path | None = None) -> Decision:
    """Put a version into effect. Nothing is deleted.

    Args:
        person: Whose fit.
        number: Its version; RELEASED goes back to the released model.
        by: On whose word.
        folder: The folder with everybody's fits; None is ``people_folder()``.

    Raises:
        UsageError: There is none of this number, or the file cannot be written.
    """
    if number != RELEASED:
        version(person, number, folder)
    decision = Decision(number, now(), by)
    with _only_writer(_place(person, folder)) as place:
        before = [_decision_json(each) for each in decisions(person, folder)]
        _write(place / DECISIONS_FILE, _decision_json(decision) | {"before": before})
    return decision


def _decision_json(decision: Decision) -> JsonObject:
    return asdict(decision) | {"at": decision.at.isoformat()}


@contextmanager
def next_number(person: str, folder: Path | None = None) -> Iterator[int]:
    """The number of a person's next fit; while the block runs nobody else gets it, so the fit is saved inside.

    Raises:
        UsageError: The person's folder cannot be written.
    """
    with _only_writer(_place(person, folder)) as place:
        yield max(_numbers(place), default=RELEASED) + 1


def save(fit: PersonalFit, folder: Path | None = None) -> Path:
    """Write a fit to the file of its version.

    Raises:
        UsageError: The file is there already, or cannot be written.
    """
    file = _place(fit.person, folder) / f"{fit.version}.json"
    if file.exists():
        raise UsageError(f"{file} exists: fits are never replaced.")
    private_folder(file.parent)
    facts = {name: getattr(fit, name) for name in ("person", "version", "origin", "model", "tau", "verdicts")}
    numbers = {"weights": _rounded(fit.correction.weights), "biases": _rounded(fit.correction.biases)}
    _write(file, {"format": FORMAT, **facts, "at": fit.at.isoformat(), "report": fit.report, **numbers})
    return file


def _place(person: str, folder: Path | None) -> Path:
    return (folder or people_folder()) / require_name(person)


def _numbers(place: Path) -> list[int]:
    return sorted(int(file.stem) for file in place.glob("*.json") if file.stem.isdecimal()) if place.is_dir() else []


def _rounded(values: npt.NDArray[np.float64]) -> Any:
    """Nested lists of numbers with SIGNIFICANT_DIGITS."""
    return np.vectorize(lambda value: float(f"{value:.{SIGNIFICANT_DIGITS}g}"), otypes=[float])(values).tolist()


@contextmanager
def _only_writer(place: Path) -> Iterator[Path]:
    """Be the only one, of all threads and processes, that writes a person's fits; gives their folder, made if it is missing."""
    lock = FileLock(place / LOCK_FILE, timeout=WRITER_TIMEOUT_SECONDS, mode=FILE_MODE)
    try:
        private_folder(place)
        lock.acquire()
    except OSError as error:
        raise UsageError(f"{place} cannot be written ({error.strerror or error}). Allow writing there.") from error
    try:
        yield place
    finally:
        lock.release()


def _write(file: Path, content: JsonObject) -> None:
    """Write a file completely or not at all."""
    written = file.with_name(file.name + ".new")
    try:
        write_private(written, json.dumps(content, ensure_ascii=False))
        written.replace(file)
    except OSError as error:
        raise UsageError(f"{file} cannot be written ({error.strerror}). Free some space, or allow writing there.") from error


def _read(place: Path, number: int) -> PersonalFit:
    file = place / f"{number}.json"
    try:
        parsed = read_json(file)
        found = converted(parsed, _FitFile, "the fit")
        return PersonalFit(
            person=found.person,
            version=number,
            at=utc(found.at, "the fit.at"),
            origin=found.origin,
            model=found.model,
            tau=found.tau,
            verdicts=found.verdicts,
            correction=LogitCorrection(np.array(found.weights), np.array(found.biases)),
            report=parsed["report"],
        )
    except (OSError, ValueError) as error:
        raise _damaged(file, error) from error


def comparison_of(report: Mapping[str, object]) -> Comparison:
    """The comparison in what ``mien refit --json`` printed; ValueError where it is damaged."""
    return converted(report, Comparison, "the fit.report")


def _damaged(file: Path, error: Exception) -> DataError:
    return DataError(f"{file} cannot be read ({error}). Move it away; 'mien refit' makes a new fit.")
