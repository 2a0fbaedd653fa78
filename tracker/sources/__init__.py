"""Where frames come from: cameras, videos, folders of pictures, streams, a drawn face - each an iterable of Frame."""

from collections.abc import Iterator
from types import TracebackType
from typing import Protocol, Self

from tracker.frame import Frame


class Source(Protocol):
    """Frames of one origin; a context manager that holds the device or file.

    live: frames come in their own time, and only the newest matters; otherwise every frame counts, at media time.
    sampled: whether the session's frequency applies (to single pictures it does not).
    """

    @property
    def live(self) -> bool: ...

    @property
    def sampled(self) -> bool: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...

    def __iter__(self) -> Iterator[Frame]: ...
