"""Zoom's webhooks without a server: signatures, replays, copies, and what they announce."""

import json
from collections.abc import Mapping
from typing import Any, Final

import pytest

from tracker.sources.rtms.announcements import (
    Announcements,
    Notice,
    StreamInterrupted,
    StreamStarted,
    StreamStopped,
    choose_url,
)
from tracker.sources.rtms.credentials import Credentials, signed
from tracker.sources.rtms.webhooks import WebhookAnswer, WebhookReceiver

SECRET: Final = "secret"
NOW: Final = 1_700_000_000
PATH: Final = "/zoom/webhook"
STARTED: Final = {"meeting_uuid": "uuid_x==", "rtms_stream_id": "stream_x", "server_urls": "wss://127.0.0.1:443"}


def event(name: str, payload: Mapping[str, Any], at: int = 1) -> bytes:
    return json.dumps({"event": name, "event_ts": at, "payload": payload}).encode()


def post(
    body: bytes, receiver: WebhookReceiver | None = None, *, path: str = PATH, sent: int = NOW, secret: str = SECRET
) -> WebhookAnswer:
    """A request as Zoom would make it, received at NOW."""
    receiver = receiver or WebhookReceiver(PATH, SECRET, Announcements())
    signature = "v0=" + signed(secret, f"v0:{sent}:".encode() + body)
    return receiver.receive(path, {"X-Zm-Request-Timestamp": str(sent), "X-Zm-Signature": signature}, body, NOW + 0.5)


def told(answer: WebhookAnswer) -> str:
    sentence: str = json.loads(answer.body)["error"]
    return sentence


def test_the_signatures_are_those_of_the_test_vectors() -> None:
    """Three messages, signed with the key ``secret``, have the signatures that were computed independently."""
    body = '{"event":"endpoint.url_validation","payload":{"plainToken":"abc"},"event_ts":1}'

    assert signed(SECRET, b"abc") == "9946dad4e00e913fc8be8e5d3f7e110a4a9e832f83fb09c345285d78638d8a0e"
    assert (
        signed(SECRET, f"v0:1700000000:{body}".encode()) == "f6d4f771abba3b4d9aee8f48ec3701de00a0da654d5dc17b86257dedb735e736"
    )
    assert (
        Credentials("client_id_x", SECRET).handshake_signature("uuid_x==", "stream_x")
        == "f98e56b9214db6bb1027121834aef16cd489f8f0b19027a481d771073545fa52"
    )


def test_the_address_is_validated() -> None:
    """Zoom's question about the address is answered with its token, in plain and signed."""
    answer = post(b'{"event":"endpoint.url_validation","payload":{"plainToken":"abc"},"event_ts":1}')

    assert answer.status == 200
    assert json.loads(answer.body) == {
        "plainToken": "abc",
        "encryptedToken": "9946dad4e00e913fc8be8e5d3f7e110a4a9e832f83fb09c345285d78638d8a0e",
    }
    assert answer.announcement is None


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("kind", ["meeting", "webinar", "session"])
def test_a_stream_begins_is_interrupted_and_stops(kind: str, nested: bool) -> None:
    """The three events of a stream are announced, with the fields in the payload or one level deeper, for each kind of call."""
    receiver = WebhookReceiver(PATH, SECRET, Announcements())
    names = {"meeting": "meeting_uuid", "webinar": "webinar_uuid", "session": "session_id"}
    about = {names[kind]: "uuid_x==", "rtms_stream_id": "stream_x"}
    sent: list[tuple[str, Mapping[str, Any]]] = [
        (f"{kind}.rtms_started", about | {"server_urls": "https://x, wss://zoom.example/a,wss://zoom.example/b"}),
        (f"{kind}.rtms_interrupted", about),
        (f"{kind}.rtms_stopped", about | {"stop_reason": 6}),
    ]

    answers = [post(event(name, {"object": fields} if nested else fields), receiver) for name, fields in sent]

    assert [answer.status for answer in answers] == [200, 200, 200]
    assert [answer.announcement for answer in answers] == [
        StreamStarted("uuid_x==", "stream_x", "wss://zoom.example/a"),
        StreamInterrupted("stream_x"),
        StreamStopped("stream_x", 6),
    ]


def test_a_bad_signature_is_refused() -> None:
    """A request that was signed with another secret, or changed on its way, announces nothing."""
    body = event("meeting.rtms_started", STARTED)
    receiver = WebhookReceiver(PATH, SECRET, Announcements())
    stranger = post(body, receiver, secret="another")
    signature = "v0=" + signed(SECRET, f"v0:{NOW}:".encode() + body)
    headers = {"x-zm-request-timestamp": str(NOW), "x-zm-signature": signature}
    changed = receiver.receive(PATH, headers, body + b" ", NOW)
    unsigned = receiver.receive(PATH, {"x-zm-request-timestamp": str(NOW)}, body, NOW)
    odd = receiver.receive(PATH, headers | {"x-zm-signature": "v0=\u00e4\udc80"}, body, NOW)

    for answer in (stranger, changed, unsigned, odd):
        assert (answer.status, answer.announcement) == (401, None)
        assert "signature" in told(answer)
    assert receiver.receive(PATH, headers, body, NOW).announcement is not None


@pytest.mark.parametrize(("age", "status"), [(300, 200), (301, 401), (-299, 200), (-302, 401)])
def test_a_replay_is_refused(age: int, status: int) -> None:
    """A request with a right signature is refused when its time is more than 300 seconds off."""
    answer = post(event("meeting.rtms_started", STARTED), sent=NOW - age + 1)

    assert answer.status == status
    assert (answer.announcement is not None) is (status == 200)


@pytest.mark.parametrize("timestamp", ["", "soon", "-5", "1e9", "\u0661\u0662", "9" * 40])
def test_a_time_that_is_none_is_refused(timestamp: str) -> None:
    """A time that cannot be counted with is a sentence, and no traceback."""
    receiver = WebhookReceiver(PATH, SECRET, Announcements())
    answer = receiver.receive(PATH, {"x-zm-request-timestamp": timestamp, "x-zm-signature": "v0=0"}, b"{}", NOW)

    assert answer.status == 401
    assert "seconds since 1970" in told(answer)


def test_another_path_is_refused() -> None:
    """Zoom's webhook is at the one path that was set up."""
    answer = post(event("meeting.rtms_started", STARTED), path="/")

    assert answer.status == 404
    assert PATH in told(answer)


def test_a_copy_announces_nothing() -> None:
    """The same event again, also by the event WebSocket, and the start of a stream that runs, are passed over."""
    announcements = Announcements()
    receiver = WebhookReceiver(PATH, SECRET, announcements)
    body = event("meeting.rtms_started", STARTED)

    first, again = post(body, receiver), post(body, receiver, sent=NOW + 5)
    assert isinstance(first.announcement, StreamStarted)
    assert (again.status, again.announcement) == (200, None)
    assert announcements.accept(json.loads(body)) is None
    assert post(event("meeting.rtms_started", STARTED, at=2), receiver).announcement is None

    stopped = post(event("meeting.rtms_stopped", STARTED | {"stop_reason": 1}, at=3), receiver)
    assert stopped.announcement == StreamStopped("stream_x", 1)
    assert post(body, receiver).announcement is None, "a late copy begins nothing after the end"
    assert isinstance(post(event("meeting.rtms_started", STARTED, at=4), receiver).announcement, StreamStarted)


def test_notices_are_sentences() -> None:
    """What Zoom says about the account becomes a sentence; other events are passed over."""
    near = post(event("rtms.concurrency_near_limit", {"concurrency_limit": 2000, "concurrency_number": 1900, "percentage": 95}))

    assert near.announcement == Notice(
        "The limit of streams that your Zoom account may run at a time is near (1,900 of 2,000)."
    )
    assert isinstance(post(event("rtms.concurrency_limited", {})).announcement, Notice)
    assert isinstance(post(event("rtms.start_failed", {})).announcement, Notice)
    other = post(event("meeting.ended", {"object": {"id": "1"}}))
    assert (other.status, other.announcement) == (200, None)


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 400, "cannot be read"),
        (b"\xff\xfe", 400, "UTF-8"),
        (b"[]", 400, "the event should be an object"),
        (b"[" * 40_000, 400, "nested"),
        (b'{"event":"meeting.rtms_started","payload":7}', 400, "the event.payload should be an object, found 7"),
        (event("meeting.rtms_started", {"rtms_stream_id": 5}), 400, "rtms_stream_id should be"),
        (event("meeting.rtms_started", {"meeting_uuid": "u"}), 400, "rtms_stream_id is missing"),
        (event("meeting.rtms_started", {"rtms_stream_id": "s", "server_urls": "wss://a"}), 400, "meeting_uuid is missing"),
        (event("meeting.rtms_started", STARTED | {"server_urls": "http://a"}), 400, "wss://"),
        (b'{"event":"endpoint.url_validation","payload":{}}', 400, "plainToken is missing"),
        (b'{"event":"endpoint.url_validation","payload":{"plainToken":"\\ud800"}}', 400, "plainToken should be"),
        (b" " * 64_001, 413, "64,000 bytes"),
    ],
)
def test_wrong_events_are_sentences(body: bytes, status: int, words: str) -> None:
    """An event with a right signature that cannot be read is refused with one sentence that says why."""
    answer = post(body)

    assert answer.status == status
    assert words in told(answer)


@pytest.mark.parametrize(
    "url",
    [
        "ws://zoom.example/a",
        "wss://",
        "wss://[x",
        "wss://a:b@c",
        "wss://a:99999",
        "file:///etc",
        "wss://a b",
        "wss://a..b",
        "wss://\u00e4.de",
        "",
    ],
)
def test_addresses_that_are_not_opened(url: str) -> None:
    """Only encrypted WebSockets are opened, and plain ones on this machine."""
    with pytest.raises(ValueError, match="wss://"):
        choose_url(url)
    assert choose_url(f"{url},ws://127.0.0.1:9/x") == "ws://127.0.0.1:9/x"


def test_memory_of_copies_is_bounded() -> None:
    """However many streams begin, only the newest thousand are remembered."""
    announcements = Announcements()
    for number in range(1_500):
        announcements.accept(json.loads(event("meeting.rtms_started", STARTED | {"rtms_stream_id": f"s{number}"})))

    assert len(announcements._seen) == len(announcements._running) == 1_000
