"""Zoom's numbers for why a stream stopped and why a request was refused, as sentences for people."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

REVOKED: Final = 8
"""The stop reason after which what was kept of the stream must be deleted at once."""
RECONNECT_TIMED_OUT: Final = 19
CLOSED_BY_RECEIVER: Final = 20
KEEP_ALIVE_TIMED_OUT: Final = 24

STOP_REASONS: Final[Mapping[int, str]] = MappingProxyType(
    {
        1: "The host stopped the stream.",
        2: "The person who started the stream stopped it.",
        3: "The person who started the stream left the meeting.",
        4: "The person who started the stream was removed from the meeting.",
        5: "The host switched the app off.",
        6: "The meeting ended.",
        7: "The stream was cancelled before it began.",
        REVOKED: "The permission to receive the meeting was taken back. What was kept of it is deleted.",
        9: "The host switched all apps off.",
        10: "Zoom ended the stream after an error of its own.",
        11: "Zoom waited too long for an answer and ended the stream.",
        18: "Zoom did not accept the app's sign-in. Check the client id and secret.",
        RECONNECT_TIMED_OUT: "The connection was lost, and could not be made again in time.",
        CLOSED_BY_RECEIVER: "Mien closed the stream.",
        23: "An administrator of the Zoom account switched the app off.",
        KEEP_ALIVE_TIMED_OUT: "Zoom got no sign of life from Mien for too long and ended the stream.",
    }
)

STATUS_OK: Final = 0
DUPLICATE_SIGNALING: Final = 8
DUPLICATE_MEDIA: Final = 16
INTERNAL_ERROR: Final = 45
DUPLICATE_SUBSCRIPTION: Final = 44

STATUS_CODES: Final[Mapping[int, str]] = MappingProxyType(
    {
        STATUS_OK: "accepted",
        1: "it does not know this kind of message",
        2: "it does not know this stream; perhaps it has ended",
        3: "the signature is wrong: check the client id and secret",
        4: "it cannot read the message",
        5: "the list of events is wrong",
        6: "it does not know this kind of event",
        7: "it does not know this kind of media",
        DUPLICATE_SIGNALING: "this stream is already being received by another connection",
        10: "it cannot send video of this meeting",
        14: "the number for the kind of media is wrong",
        15: "a connection for all media exists already",
        DUPLICATE_MEDIA: "a connection for this kind of media exists already",
        17: "the media settings are wrong",
        25: "the video settings are wrong",
        26: "the content type of the video is wrong",
        27: "the codec of the video is wrong",
        28: "the resolution of the video is wrong",
        29: "the choice between speaker and one person is wrong",
        30: "the frames a second do not go with the codec",
        40: "it does not know this session",
        41: "the message that Mien is ready is wrong",
        42: "it could not subscribe to the events",
        DUPLICATE_SUBSCRIPTION: "this person's video is being sent already",
        INTERNAL_ERROR: "it had an error of its own",
    }
)


def stop_words(reason: int) -> str:
    """One sentence for a stop reason, also for one that is not in Zoom's documentation."""
    return STOP_REASONS.get(reason, f"Zoom ended the stream for a reason that Mien does not know (number {reason}).")


def status_words(code: int) -> str:
    """What follows "Zoom refused it:" for a status code, also for one that is not in Zoom's documentation."""
    return f"{STATUS_CODES.get(code, 'for a reason that Mien does not know')} (status {code})"
