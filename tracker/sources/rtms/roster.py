"""Between a stream of Zoom's and the session that watches it: who is there, who agreed, and what people have to be told."""

from collections.abc import Sequence
from typing import Protocol

from tracker.sources.rtms.participants import Participant


class StreamRoster(Protocol):
    """The session's side. A thread of the stream's calls all of it; none of it waits."""

    @property
    def watched(self) -> tuple[int, ...]:
        """Zoom's numbers of those whose consent stands, at this moment: nobody else's picture is asked for or handed on."""
        ...

    def participants_changed(self, participants: Sequence[Participant]) -> None:
        """Everybody in the meeting, with name and whether their camera is on, whenever that changed; empty once it is over."""
        ...

    def purge(self) -> None:
        """Zoom took the permission back: nobody is watched when this returns, and whatever was kept of the stream is deleted.

        It may be called more than once, and by another thread when the session is over. It raises nothing.
        """
        ...

    def told(self, sentence: str) -> None:
        """How the stream stands, for people: waiting, paused, interrupted, over because ...; empty while pictures may come."""
        ...
