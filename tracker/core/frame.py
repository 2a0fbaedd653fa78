"""A picture with a time, and what gives such pictures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from tracker.core.errors import UsageError

Pixels = npt.NDArray[np.uint8]
"""[height, width, 3], BGR (OpenCV's order), 0-255."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a source.

    pixels: [height, width, 3] BGR, made read-only. t: seconds since the session began (media time for files).
    number: the source's own count, from 0. at: wall clock, UTC. scale: how many of the source's pixels one of these is, across
    and down, where a large picture was read in little. participant: of a stream that shows one person of a call at a time, the
    stream's number for them; None elsewhere.
    """

    pixels: Pixels
    t: float
    number: int
    at: datetime
    scale: tuple[float, float] = (1.0, 1.0)
    participant: int | None = None

    def __post_init__(self) -> None:
        if self.pixels.ndim != 3 or self.pixels.shape[2] != 3 or self.pixels.dtype != np.uint8:
            raise UsageError(f"A frame is [height, width, 3] bytes, got {self.pixels.shape} of {self.pixels.dtype}.")
        if not self.t >= 0:
            raise UsageError(f"A frame's time counts from the session's start, got {self.t}.")
        self.pixels.setflags(write=False)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]

    @property
    def whole_size(self) -> tuple[int, int]:
        """(width, height) in the source's pixels, as boxes are told."""
        return round(self.size[0] * self.scale[0]), round(self.size[1] * self.scale[1])


class Source(Protocol):
    """Frames of one origin; a context manager that holds the device or file.

    live: frames come in their own time, and only the newest matters; otherwise every frame counts, at media time.
    sampled: whether the session's frequency applies (to single pictures it does not). moves: whether its picture is never twice
    the same, as a camera's, so that something is wrong when it is.
    """

    @property
    def live(self) -> bool: ...

    @property
    def sampled(self) -> bool: ...

    @property
    def moves(self) -> bool: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...

    def __iter__(self) -> Iterator[Frame]: ...


class WaitingSource:
    """A live source that hands on the newest frames by itself, and waits for one as long as it takes: silence is no loss."""


def now() -> datetime:
    """Wall clock, UTC."""
    return datetime.now(UTC)
