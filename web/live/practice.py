"""The practice mirror on its page: each observation of a practice session as what the parts of the face show."""

from collections.abc import Callable
from threading import Lock

from tracker.core.errors import UsageError
from tracker.core.records import JsonObject, as_json
from tracker.live.events import Event, ObservationMade, SessionBegan, SessionEnded
from tracker.live.practice import PracticeMirror


class Practice:
    """Holds the mirror while a practice session runs, in memory only, and tells the pages what it shows.

    tell: an event's name and its JSON, to every page.
    """

    def __init__(self, tell: Callable[[str, JsonObject], None]) -> None:
        self._tell, self._lock = tell, Lock()
        self._mirror: PracticeMirror | None = None

    def consume(self, event: Event) -> None:
        """Nothing is remembered from one session to the next, or after its end."""
        match event:
            case SessionBegan(request=request):
                self._mirror = PracticeMirror() if request.practice else None
            case ObservationMade(snapshot=snapshot):
                with self._lock:
                    view = None if self._mirror is None else self._mirror.see(snapshot.observation)
                if view is not None:
                    self._tell("practice", as_json(view))
            case SessionEnded():
                self._mirror = None

    def rest_again(self) -> None:
        """Measure the face at rest anew; UsageError where nobody practises."""
        with self._lock:
            if self._mirror is None:
                raise UsageError("No practice is running. Choose a camera first.")
            self._mirror.rest_again()
