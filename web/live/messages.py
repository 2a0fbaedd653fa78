"""JSON between the server and its pages: request bodies, answers, and Socket.IO's packets.

A packet that cannot be read becomes the event ``unreadable`` with a sentence, so that whoever sent it is answered.
"""

import json
from typing import Any, Final

from flask.json.provider import DefaultJSONProvider
from socketio.packet import ACK, BINARY_EVENT, CONNECT, DISCONNECT, EVENT, Packet

from tracker.core.parsing import parse_json

UNREADABLE: Final = "unreadable"
EVENT_PACKETS: Final = (EVENT, BINARY_EVENT)
PAGE_PACKETS: Final = (CONNECT, DISCONNECT, ACK, *EVENT_PACKETS)
SERVER_EVENTS: Final = ("connect", "disconnect")
"""Events by which Socket.IO itself tells that a page came or went."""


class PageJSON(DefaultJSONProvider):
    """Flask's, with our limits, emoji as they are, and a file name that is no text as JSON's escapes."""

    ensure_ascii = False
    sort_keys = False

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """Always encodable as UTF-8."""
        return super().dumps(obj, **kwargs).encode("utf-8", "backslashreplace").decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """ValueError as ``parse_json`` raises it, which Flask answers with 400."""
        return parse_json(s)


class SocketJSON:
    """What Engine.IO takes for a JSON module."""

    @staticmethod
    def dumps(found: Any, **how: Any) -> str:
        """As Python writes it."""
        return json.dumps(found, **how)

    @staticmethod
    def loads(text: str) -> Any:
        """With our limits."""
        return parse_json(text)


class Message(Packet):  # type: ignore[misc]
    """A Socket.IO packet: an event is a list that begins with its name, everything else is answered as unreadable."""

    packet_type: Any
    data: Any

    def __init__(self, *given: Any, **named: Any) -> None:
        if named.keys() == {"encoded_packet"} and not named["encoded_packet"]:
            # Socket.IO takes an empty one for an event of its own making, and stumbles over it later.
            named["encoded_packet"] = "?"
        super().__init__(*given, **named)

    def decode(self, encoded_packet: Any) -> Any:
        """How many attachments follow, as Socket.IO wants it."""
        try:
            attachments = super().decode(encoded_packet)
            _require_readable(self.packet_type, self.data, attachments)
        except (ValueError, TypeError) as error:
            self.packet_type, self.data = EVENT, [UNREADABLE, str(error)]
            return 0
        return attachments

    def add_attachment(self, attachment: Any) -> Any:
        """Whether the packet is complete: always, as there is one at most."""
        try:
            return super().add_attachment(attachment)
        except (ValueError, TypeError, LookupError):
            self.data = [UNREADABLE, "it names bytes that did not come with it"]
            return True


def _require_readable(kind: object, found: object, attachments: int) -> None:
    if kind not in PAGE_PACKETS:
        raise ValueError("it is of no kind that a page sends")
    if kind not in EVENT_PACKETS:
        return
    if not (isinstance(found, list) and found and isinstance(found[0], str)):
        raise ValueError("an event is a list that begins with its name")
    if found[0] in SERVER_EVENTS:
        raise ValueError(f"{found[0]} is for the server to say")
    # While it waits for bytes that never come, Socket.IO takes whatever comes next for them.
    if attachments != (kind == BINARY_EVENT):
        raise ValueError("an event with bytes has them in one piece")
