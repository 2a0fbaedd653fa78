"""Where the faces are between two observations, for pages that asked."""

from collections.abc import Callable
from typing import Final

from tracker.core.records import JsonObject
from tracker.live.events import Event, FacesMoved
from web.live.page_requests import PageRequests

MAX_BOXES_HZ: Final = 12
"""As smooth as the preview."""


class FaceBoxes:
    """Consumes a session's events; ``requests`` has the pages that wait."""

    def __init__(self, send: Callable[[JsonObject, str], None]) -> None:
        self._send = send
        self.requests = PageRequests(MAX_BOXES_HZ)

    def consume(self, event: Event) -> None:
        """A look goes to the pages that wait for one, unless the last one was a moment ago."""
        if not isinstance(event, FacesMoved) or not (pages := self.requests.take()):
            return
        faces: JsonObject = {"faces": [{"id": face, "box": list(box.rounded())} for face, box in event.boxes.items()]}
        for page in pages:
            self._send(faces, page)
