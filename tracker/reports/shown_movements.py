"""What each person of a call showed: for each movement, when it was there and when it could be told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
from msgspec import UNSET

from tracker.core.records import FaceRecord
from tracker.core.sampling import SampleTimes
from tracker.exports.session_data import SessionData
from tracker.motion.movements import MOVEMENTS, MovementKind

BRIDGE_SECONDS: Final = 2.0
"""A movement that comes back within so many seconds went on: lists stay calm."""

Stretch = tuple[float, float]
"""Beginning and end, in seconds of the session."""


@dataclass(frozen=True, slots=True)
class MovementLane:
    """One movement of one person.

    Attributes:
        movement: Which.
        told: When it could be told whether it is there; elsewhere the person was not seen, or the movement could not be.
        shown: When it was there.
    """

    movement: MovementKind
    told: tuple[Stretch, ...]
    shown: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class PersonMovements:
    """One person of a call.

    Attributes:
        face: Their number in the session.
        who: What the user calls them, or "face 3".
        lanes: The movements that they showed at some time, in the order of MOVEMENTS.
        possible: (seconds of the session, ids of what it may have meant), where something was told; empty at work.
    """

    face: int
    who: str
    lanes: tuple[MovementLane, ...]
    possible: tuple[tuple[float, tuple[str, ...]], ...]


@dataclass(slots=True)
class _Shown:
    """One face's readings of a call."""

    t: list[float] = field(default_factory=list)
    shows: list[tuple[str, ...]] = field(default_factory=list)
    unseen: list[tuple[str, ...]] = field(default_factory=list)
    possible: list[tuple[float, tuple[str, ...]]] = field(default_factory=list)


class MovementTally:
    """Takes the faces of a session's observations, in order of time; of other sessions than calls it keeps nothing."""

    def __init__(self) -> None:
        self._faces: dict[int, _Shown] = {}

    def add(self, t: float, face: FaceRecord) -> None:
        """Take a face; t: its observation's, in seconds of the session."""
        if face.shows is UNSET:
            return
        shown = self._faces.setdefault(face.id, _Shown())
        shown.t.append(t)
        shown.shows.append(face.shows)
        shown.unseen.append(() if face.unseen is UNSET else face.unseen)
        if face.possible is not UNSET and face.possible:
            shown.possible.append((t, face.possible))

    def people(self, session: SessionData) -> tuple[PersonMovements, ...]:
        """Everybody who was taken, in the order of their numbers."""
        return tuple(
            PersonMovements(number, person_name(session, number), tuple(_lanes(shown, session)), tuple(shown.possible))
            for number, shown in sorted(self._faces.items())
        )


def person_name(session: SessionData, number: int) -> str:
    """What a face is called in the middle of a sentence: the person's name, of who agreed, or as in "face 2"."""
    return session.names.get(number, f"face {number}")


def stretches(there: npt.NDArray[np.bool_], t: Sequence[float], ends: npt.NDArray[np.float64]) -> list[Stretch]:
    """When something was there.

    Args:
        there: [n] whether it was, at each of n observations.
        t: [n] when they were, ascending, in seconds.
        ends: [n] until when each of them counts.
    """
    found: list[Stretch] = []
    for place in np.flatnonzero(there).tolist():
        if found and found[-1][1] >= t[place]:
            found[-1] = found[-1][0], float(ends[place])
        else:
            found.append((t[place], float(ends[place])))
    return found


def joined(parts: Sequence[Stretch], seconds: float = BRIDGE_SECONDS) -> list[Stretch]:
    """Stretches in order, those with at most so many seconds between them as one."""
    found: list[Stretch] = []
    for begin, end in parts:
        if found and begin - found[-1][1] <= seconds:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((begin, end))
    return found


def _lanes(shown: _Shown, session: SessionData) -> list[MovementLane]:
    # A person's own times: in some calls each observation has one face, and everybody's have gaps of their own.
    pauses = ((pause.begin, pause.end, pause.why) for pause in session.pauses)
    ends = SampleTimes.of(shown.t, session.hz, pauses).ends()
    lanes = []
    for movement in MOVEMENTS:
        there = np.array([movement.name in names for names in shown.shows])
        if there.any():
            told = np.array([movement.name not in names for names in shown.unseen])
            parts = joined(stretches(there, shown.t, ends))
            lanes.append(MovementLane(movement, tuple(stretches(told | there, shown.t, ends)), tuple(parts)))
    return lanes
