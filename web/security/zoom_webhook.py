"""The address to which Zoom announces streams: without Mien's token, but only with Zoom's signature, and not too often."""

import time
from collections import deque
from threading import Lock
from typing import Final

from flask import Blueprint, Response, request

from tracker.sources.rtms.inbox import AnnouncementInbox
from tracker.sources.rtms.webhooks import MAX_BODY_BYTES, WebhookReceiver
from web.security.gate import WEBHOOK_PATH

MAX_REQUESTS: Final = 60
WITHIN_SECONDS: Final = 10.0
"""Of more requests in this time the bodies are not even read; Zoom announces a handful of events a meeting."""
TOO_MANY: Final = b'{"error": "Too many requests. Ask again later."}'


class RequestLimit:
    """Counts requests: at most MAX_REQUESTS within WITHIN_SECONDS. Any thread may call."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._times = deque[float](maxlen=MAX_REQUESTS)

    def allows(self, now: float) -> bool:
        """Whether there may be one more at a time, in seconds of a clock that never goes back; it is counted if so."""
        with self._lock:
            if len(self._times) == MAX_REQUESTS and now - self._times[0] < WITHIN_SECONDS:
                return False
            self._times.append(now)
            return True


def zoom_webhook_blueprint(secret_token: str, inbox: AnnouncementInbox) -> Blueprint:
    """The webhook; registered only with ``--zoom-panel``, whose origin Zoom calls, and where its token is set.

    secret_token: the app's "Secret Token". inbox: gets what is announced.
    """
    blueprint = Blueprint("zoom_webhook", __name__)
    receiver, limit = WebhookReceiver(WEBHOOK_PATH, secret_token, inbox.announcements), RequestLimit()

    @blueprint.post(WEBHOOK_PATH)
    def receive() -> Response:
        if not limit.allows(time.monotonic()):
            return Response(TOO_MANY, 429, {"Retry-After": f"{WITHIN_SECONDS:.0f}"}, mimetype="application/json")
        body = request.stream.read(MAX_BODY_BYTES + 1)
        answer = receiver.receive(request.path, dict(request.headers), body, time.time())
        if answer.announcement is not None:
            inbox.put(answer.announcement)
        return Response(answer.body, answer.status, mimetype="application/json")

    return blueprint
