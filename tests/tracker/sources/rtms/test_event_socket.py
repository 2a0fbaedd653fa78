"""Zoom's event WebSocket, emulated: tokens, signs of life, announcements, and what happens when it is lost."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from typing import Final

import pytest

from tracker.core.errors import SourceError
from tracker.sources.rtms.announcements import Announcement, Announcements, StreamInterrupted, StreamStarted
from tracker.sources.rtms.credentials import Credentials
from tracker.sources.rtms.emulator import CREDENTIALS, WAIT_S, ZoomEmulator
from tracker.sources.rtms.event_socket import EventSocket, fetch_token, read_envelope

Told = Queue[Announcement | str]
STRANGER: Final = Credentials("client_id_x", "wrong-secret")


@contextmanager
def listening(zoom: ZoomEmulator, credentials: Credentials = CREDENTIALS, heartbeat_s: float = 0.02) -> Iterator[Told]:
    told = Told()
    with EventSocket(
        zoom.events_url,
        credentials,
        Announcements(),
        told.put,
        told.put,
        token_url=zoom.token_url,
        heartbeat_s=heartbeat_s,
        retry_s=0.01,
    ):
        yield told
    assert not any(thread.name == "rtms-events" for thread in threading.enumerate())
    assert zoom.mistakes == []


def test_announcements_come_over_the_event_socket() -> None:
    """With a token and signs of life, an event is announced once; a loss needs a new token; nonsense is a sentence."""
    with ZoomEmulator("Ann").running() as zoom, listening(zoom) as told:
        zoom.wait_for(lambda: zoom.log.count("heartbeat") >= 3)
        _, body = zoom.webhook("meeting.rtms_started", nested=True, server_urls=zoom.stream.server_url)
        zoom.announce('{"module":"build_connection","success":true}')
        zoom.announce(body)
        zoom.announce(body)
        zoom.announce("nonsense")
        started = told.get(timeout=WAIT_S)
        assert started == zoom.stream
        assert isinstance(started, StreamStarted)
        assert str(told.get(timeout=WAIT_S)).startswith("Zoom sent an event that cannot be read: ")

        zoom.drop_events()
        assert told.get(timeout=WAIT_S) == "Zoom's events do not arrive: the server closed it. Mien tries again."
        zoom.wait_for(lambda: zoom.log.count("events socket") == 2)
        zoom.announce(zoom.webhook("meeting.rtms_interrupted", nested=False, at=2)[1])
        assert told.get(timeout=WAIT_S) == StreamInterrupted(zoom.stream.stream_id)
        assert zoom.tokens == 2


def test_a_wrong_secret_is_told_without_it() -> None:
    """Zoom's refusal becomes a sentence that says what to check, and no secret is in it."""
    with ZoomEmulator("Ann").running() as zoom, listening(zoom, STRANGER) as told:
        sentence = str(told.get(timeout=WAIT_S))

    assert "HTTP status 400" in sentence
    assert "client secret" in sentence
    assert "wrong-secret" not in sentence


@pytest.mark.parametrize("url", ["http://zoom.example/oauth/token", "ftp://zoom.example"])
def test_secrets_go_over_https_only(url: str) -> None:
    """No secret is sent in the clear, but on this machine."""
    with pytest.raises(SourceError, match="https only"):
        fetch_token(CREDENTIALS, url)


def test_an_address_that_is_none() -> None:
    """An address that is not encrypted is refused before anything is opened, and its secrets are not repeated."""
    with pytest.raises(SourceError, match="wss://"):
        EventSocket("http://zoom.example?access_token=abc", CREDENTIALS, Announcements(), print, print)


@pytest.mark.parametrize("wrong", ["", "[]", "{}", '{"module":"message","content":"{"}', '{"module":"message","content":{}}'])
def test_wrong_messages_are_sentences(wrong: str) -> None:
    """What cannot be read is one error with a sentence."""
    with pytest.raises(ValueError, match=r"\w"):
        read_envelope(wrong, Announcements())
    assert read_envelope(json.dumps({"module": "heartbeat", "content": "x"}), Announcements()) is None
