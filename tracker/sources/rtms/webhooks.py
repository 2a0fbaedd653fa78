"""Zoom's webhooks: requests in, answers and announcements out, without a server."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec

from tracker.core.parsing import parse_json
from tracker.core.validation import converted, storable
from tracker.sources.rtms.announcements import Announcement, Announcements
from tracker.sources.rtms.credentials import signed

REPLAY_WINDOW_S: Final = 300
"""Seconds that a request's time may differ from ours, as in Zoom's own samples."""
MAX_BODY_BYTES: Final = 64_000
MAX_TIMESTAMP_DIGITS: Final = 12
TIMESTAMP_HEADER: Final = "x-zm-request-timestamp"
SIGNATURE_HEADER: Final = "x-zm-signature"
URL_VALIDATION: Final = "endpoint.url_validation"


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """What is answered, at once, and what was announced: Zoom sends again what is not answered within three seconds.

    status: HTTP. body: JSON; a refusal has ``error``, a sentence. announcement: None for refusals, copies and other events.
    """

    status: int
    body: bytes
    announcement: Announcement | None = None


class _Question(msgspec.Struct):
    plainToken: Annotated[str, storable(500)]  # noqa: N815 - Zoom's name


class _Validation(msgspec.Struct):
    payload: _Question


class WebhookReceiver:
    """Checks and reads the requests of one webhook address.

    Args:
        path: The path that was entered at Zoom, such as ``/zoom/webhook``.
        secret_token: The app's "Secret Token".
        announcements: Shared with the event WebSocket, if both are used.
    """

    def __init__(self, path: str, secret_token: str, announcements: Announcements) -> None:
        self._path, self._secret, self._announcements = path, secret_token, announcements

    def receive(self, path: str, headers: Mapping[str, str], body: bytes, now_s: float) -> WebhookAnswer:  # noqa: PLR0911 - a refusal a reason
        """One POST request.

        Args:
            path: Of the request, without its query.
            headers: Their names in any case.
            body: Exactly as it arrived: the signature is over these bytes.
            now_s: Wall clock, seconds since 1970.
        """
        if path != self._path:
            return _refusal(404, f"Zoom's webhook is not at this path; it is at {self._path}.")
        if len(body) > MAX_BODY_BYTES:
            return _refusal(413, f"An event has at most {MAX_BODY_BYTES:,} bytes, this request has {len(body):,}.")
        by_name = {name.lower(): value for name, value in headers.items()}
        timestamp, signature = by_name.get(TIMESTAMP_HEADER, ""), by_name.get(SIGNATURE_HEADER, "")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= MAX_TIMESTAMP_DIGITS):
            return _refusal(401, f"The header {TIMESTAMP_HEADER} should hold seconds since 1970.")
        expected = "v0=" + signed(self._secret, b"v0:" + timestamp.encode() + b":" + body)
        if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "surrogateescape")):
            return _refusal(401, f"The signature in {SIGNATURE_HEADER} is wrong. Check the app's secret token.")
        if abs(now_s - int(timestamp)) > REPLAY_WINDOW_S:
            return _refusal(
                401, f"The request is more than {REPLAY_WINDOW_S} seconds old or early. Check this machine's clock."
            )
        try:
            found = parse_json(body)
            if isinstance(found, dict) and found.get("event") == URL_VALIDATION:
                token = converted(found, _Validation, "the event").payload.plainToken
                answer = {"plainToken": token, "encryptedToken": signed(self._secret, token.encode())}
                return WebhookAnswer(200, json.dumps(answer).encode())
            return WebhookAnswer(200, b"{}", self._announcements.accept(found))
        except ValueError as error:
            return _refusal(400, f"The event cannot be read: {error}.")


def _refusal(status: int, sentence: str) -> WebhookAnswer:
    return WebhookAnswer(status, json.dumps({"error": sentence}).encode())
