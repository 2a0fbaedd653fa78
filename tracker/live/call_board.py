"""What is shown of each person on a call: held for two seconds, so that a person who reads slowly can follow."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tracker.core.face import Observation, Reading
from tracker.core.movements import Movement, Movements
from tracker.core.possible_readings import PossibleReadings
from tracker.motion.movements import MOVEMENTS

HOLD_SECONDS: Final = 2.0
"""Seconds for which everything that is shown stays as it is."""
TOLD_SECONDS: Final = 600.0
"""Seconds for which it is known what was told, for a verdict on it."""
SAME_TIME_SECONDS: Final = 0.005
"""Pages have times with two decimals; answers are HOLD_SECONDS apart."""
AWAY_SECONDS: Final = 2.0
"""Seconds after which a face that is not found is told as not there."""


@dataclass(frozen=True, slots=True)
class ShownMovement:
    """A movement that was there within the seconds that are shown.

    name: of one of MOVEMENTS. began: in seconds of the session. seconds: for how long so far. strength: 0 to 1, its greatest.
    """

    name: str
    began: float
    seconds: float
    strength: float


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown of one person.

    Attributes:
        t: Of the newest observation of their face, in seconds of the session.
        shows: What the face did since the cards before, in the order of MOVEMENTS.
        unknown: Movement -> why it cannot be told.
        unclear: Why the face cannot be read at all, as a short phrase; None if it can.
        rest_known: How much of the face at rest has been seen, 0 to 1.
        possible: What it may mean; None unless that was asked for.
        is_there: Whether the face was in view in the newest observation, or within AWAY_SECONDS before.
    """

    t: float
    shows: tuple[ShownMovement, ...]
    unknown: Mapping[str, str]
    unclear: str | None
    rest_known: float
    possible: PossibleReadings | None
    is_there: bool


@dataclass(slots=True)
class _Seen:
    """Of one person since the cards before. reading: the newest."""

    t: float
    reading: Reading
    moved: dict[str, ShownMovement] = field(default_factory=dict)


class CallBoard:
    """Collects what observations say of each person, and turns it into cards every HOLD_SECONDS. For one thread.

    One person may be in some observations only, where a stream shows one at a time.
    """

    def __init__(self) -> None:
        self.cards: dict[int, Card] = {}
        """By the number of the face; replaced whole."""
        self._seen: dict[int, _Seen] = {}
        self._told: dict[int, deque[PossibleReadings]] = {}
        self.t = 0.0
        """Of the newest observation, in seconds of the session."""
        self._turned = float("-inf")

    def add(self, observation: Observation) -> bool:
        """Take in an observation.

        Returns:
            Whether the cards are new now.
        """
        self.t = observation.t
        for reading in observation.readings:
            seen = self._seen.setdefault(reading.id, _Seen(observation.t, reading))
            seen.t, seen.reading = observation.t, reading
            for movement in () if reading.movements is None else reading.movements.present:
                seen.moved[movement.name] = _joined(seen.moved.get(movement.name), movement, observation.t)
        if observation.t - self._turned < HOLD_SECONDS:
            return False
        self._turned = observation.t
        self.cards = {number: self._card(seen) for number, seen in self._seen.items()}
        for number, seen in self._seen.items():
            seen.moved.clear()
            self._remember(number, seen.reading.possible)
        return True

    def _remember(self, number: int, possible: PossibleReadings | None) -> None:
        told = self._told.setdefault(number, deque())
        if possible is not None and (not told or told[-1].t != possible.t):
            told.append(possible)
        while told and self.t - told[0].t > TOLD_SECONDS:
            told.popleft()

    def told_at(self, number: int, t: float) -> PossibleReadings | None:
        """What was told of a face at a time, as cards had it; None if nothing was, or that is longer ago than TOLD_SECONDS."""
        return next((each for each in self._told.get(number, ()) if abs(each.t - t) <= SAME_TIME_SECONDS), None)

    def forget(self, number: int) -> None:
        """Nothing of this face is shown any more."""
        self._seen.pop(number, None)
        self._told.pop(number, None)
        self.cards = {other: card for other, card in self.cards.items() if other != number}

    def _card(self, seen: _Seen) -> Card:
        reading, movements = seen.reading, seen.reading.movements or Movements()
        return Card(
            t=seen.t,
            shows=tuple(seen.moved[kind.name] for kind in MOVEMENTS if kind.name in seen.moved),
            unknown=movements.unknown,
            unclear=movements.unreadable,
            rest_known=movements.rest_known,
            possible=reading.possible,
            is_there=self.t - seen.t <= AWAY_SECONDS,
        )


def _joined(before: ShownMovement | None, movement: Movement, t: float) -> ShownMovement:
    """A movement that is there at a time, with what was seen of it before."""
    began = t - movement.seconds
    if before is None:
        return ShownMovement(movement.name, began, movement.seconds, movement.strength)
    began = min(began, before.began)
    return ShownMovement(movement.name, began, t - began, max(movement.strength, before.strength))
