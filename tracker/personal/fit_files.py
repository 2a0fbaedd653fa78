"""A person's fits as files: numbered, kept for good, and one of them in effect; version 0 is the released model."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from platformdirs import user_data_path

from tracker.core.errors import DataError, UsageError
from tracker.core.frame import now
from tracker.core.json_fields import Fields
from tracker.core.parsing import read_json
from tracker.core.person import require_name
from tracker.core.private_files import private_folder, write_private
from tracker.model.correction import LogitCorrection, PersonalFit

FORMAT: Final = 1
RELEASED: Final = 0
"""The version that is no fit at all."""
CURRENT: Final = "current.json"
WHOSE: Final = ("fit", "person")
"""On whose word one takes effect."""
DIGITS: Final = 7
"""Significant digits of a weight: a ten-millionth moves no probability that is shown."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which version is in effect, since when, and on whose word: fit, when the gain was convincing, or person."""

    version: int = RELEASED
    at: datetime | None = None
    by: str | None = None


def people_folder() -> Path:
    """Where everybody's fits lie on this machine."""
    return user_data_path("mien") / "people"


def people(folder: Path | None = None) -> list[str]:
    """Everybody who has a fit."""
    root = folder or people_folder()
    return sorted(entry.name for entry in root.iterdir() if _numbers(entry)) if root.is_dir() else []


def versions(person: str, folder: Path | None = None) -> list[PersonalFit]:
    """A person's fits, oldest first."""
    place = _place(person, folder)
    return [_read(place, number) for number in _numbers(place)]


def version(person: str, number: int, folder: Path | None = None) -> PersonalFit:
    """One of them; UsageError when there is none of this number."""
    place = _place(person, folder)
    if number not in _numbers(place):
        known = ", ".join(str(each) for each in _numbers(place)) or "none yet"
        raise UsageError(f"{person} has no fit {number}; there are: {known}. 0 is the released model.")
    return _read(place, number)


def current(person: str, folder: Path | None = None) -> Chosen:
    """Which version is in effect for a person; the released model where nothing was decided."""
    return next(reversed(decisions(person, folder)), Chosen())


def decisions(person: str, folder: Path | None = None) -> list[Chosen]:
    """All that took effect one after another, oldest first."""
    file = _place(person, folder) / CURRENT
    if not file.exists():
        return []
    try:
        found = Fields.of(read_json(file), CURRENT)
        earlier = found.parts("before") if "before" in found.members else []
        return [_chosen(each) for each in (*earlier, found)]
    except (OSError, ValueError) as error:
        raise _damaged(file, error) from error


def _chosen(found: Fields) -> Chosen:
    by = found.text("by")
    if by not in WHOSE:
        raise ValueError(f"{found.path('by')} should be one of {', '.join(WHOSE)}, found {by[:DIGITS]!r}")
    return Chosen(found.whole("version"), found.moment("at"), by)


def promote(person: str, number: int, *, by: str = "person", folder: Path | None = None) -> Chosen:
    """Let a version take effect from now on; 0 goes back to the released model. Nothing is deleted."""
    if number != RELEASED:
        version(person, number, folder)
    chosen = Chosen(number, now(), by)
    place = _place(person, folder)
    private_folder(place)
    before = [_told(each) for each in decisions(person, folder)]
    _write(place / CURRENT, _told(chosen) | {"before": before})
    return chosen


def _told(chosen: Chosen) -> dict[str, Any]:
    return {"version": chosen.version, "at": chosen.at and chosen.at.isoformat(), "by": chosen.by}


def save(layer: PersonalFit, folder: Path | None = None) -> Path:
    """Keep a fit under its number; UsageError when that is taken."""
    file = _place(layer.person, folder) / f"{layer.version}.json"
    if file.exists():
        raise UsageError(f"{file} exists: fits are never replaced.")
    private_folder(file.parent)
    told = {name: getattr(layer, name) for name in ("person", "version", "origin", "model", "tau", "verdicts")}
    report = {"at": layer.at.isoformat(), "report": dict(layer.report)}
    numbers = {"weights": _short(layer.correction.weights), "biases": _short(layer.correction.biases)}
    _write(file, {"format": FORMAT, **told, **report, **numbers})
    return file


def next_number(person: str, folder: Path | None = None) -> int:
    """The number of a person's next fit."""
    return max(_numbers(_place(person, folder)), default=RELEASED) + 1


def _place(person: str, folder: Path | None) -> Path:
    return (folder or people_folder()) / require_name(person)


def _numbers(place: Path) -> list[int]:
    return sorted(int(file.stem) for file in place.glob("*.json") if file.stem.isdecimal()) if place.is_dir() else []


def _short(values: Any) -> Any:
    """Nested lists of numbers with seven significant digits."""
    return np.vectorize(lambda value: float(f"{value:.{DIGITS}g}"), otypes=[float])(values).tolist()


def _write(file: Path, content: Mapping[str, Any]) -> None:
    """All of it or nothing: a reader never sees half a file."""
    written = file.with_name(file.name + ".new")
    try:
        write_private(written, json.dumps(content, ensure_ascii=False))
        written.replace(file)
    except OSError as error:
        raise UsageError(f"{file} cannot be written ({error.strerror}). Make room, or allow writing there.") from error


def _read(place: Path, number: int) -> PersonalFit:
    file = place / f"{number}.json"
    try:
        return _layer(Fields.of(read_json(file), "the fit"), number)
    except (OSError, ValueError) as error:
        raise _damaged(file, error) from error


def _layer(found: Fields, number: int) -> PersonalFit:
    if found.get("format") != FORMAT:
        raise ValueError(f"its format should be {FORMAT}, found {found.get('format')!r}")
    return PersonalFit(
        person=found.text("person"),
        version=number,
        at=found.moment("at"),
        origin=found.text("origin"),
        model=found.text("model"),
        tau=found.number("tau"),
        verdicts=found.whole("verdicts"),
        correction=LogitCorrection(np.array(found.rows("weights")), np.array(found.numbers("biases"))),
        report=_report(found.part("report")),
    )


def _report(found: Fields) -> Mapping[str, Any]:
    """What was held out is counted in it, where something was."""
    for name in ("before", "after"):
        if found.members.get(name) is not None:
            counted = found.part(name)
            counted.whole("n")
            counted.whole("right")
    if found.members.get("interval") is not None and max(map(abs, found.pair("interval"))) > 1:
        raise ValueError(f"{found.path('interval')} should lie between -1 and 1")
    return found.members


def _damaged(file: Path, error: Exception) -> DataError:
    return DataError(f"{file} cannot be read ({error}). Move it away; 'mien refit' makes a new fit.")
