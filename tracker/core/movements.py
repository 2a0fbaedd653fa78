"""What one face shows: which movements are there, and which cannot be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement that is there now.

    Attributes:
        name: Of one of ``tracker.motion.movements.MOVEMENTS``.
        strength: 0 to 1: just noticeable, to as far as faces usually go.
        seconds: Since it began.
    """

    name: str
    strength: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Movements:
    """What one face shows at one time. A movement that is neither present nor unknown is known not to be there.

    Attributes:
        present: In the order of ``MOVEMENTS``.
        unknown: For each movement that cannot be told, by name, a short phrase why: "still learning".
        blinks_per_minute: Over the last minute; None where blinks are not counted.
        unreadable: Why the face cannot be read at all, as a short phrase; None if it can.
        rest_known: How much of the face at rest has been seen, 0 to 1; movements are compared with it.
    """

    present: tuple[Movement, ...] = ()
    unknown: Mapping[str, str] = field(default_factory=dict)
    blinks_per_minute: float | None = None
    unreadable: str | None = None
    rest_known: float = 1.0
