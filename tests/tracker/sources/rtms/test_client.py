"""A stream from the announcement to its end over real WebSockets, with Zoom's side emulated."""

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import cycle
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Final, TypeVar

import cv2
import numpy as np
import pytest

from tracker.core.clock import start_clock
from tracker.sources.rtms import client as client_module
from tracker.sources.rtms import happenings as say
from tracker.sources.rtms import websocket as websocket_module
from tracker.sources.rtms.announcements import Announcements, StreamInterrupted, StreamStarted, StreamStopped
from tracker.sources.rtms.client import ParticipantFrame, RtmsClient
from tracker.sources.rtms.emulator import CREDENTIALS, WAIT_S, ZoomEmulator, jpeg, user
from tracker.sources.rtms.happenings import Happening, VideoFrame
from tracker.sources.rtms.protocol import Timings
from tracker.sources.rtms.slots import FrameSlots
from tracker.sources.rtms.webhooks import WebhookReceiver
from tracker.sources.rtms.websocket import WebSocket

ANN, BEN, CARA = user(0), user(1), user(2)
QUICK: Final = Timings(silence=20, window=20, greeting=10, retry=0.01, closing=5, dwell=0.05)
Kind = TypeVar("Kind")


@pytest.fixture(autouse=True)
def _nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test ends with all threads of the client over."""
    monkeypatch.setattr(client_module, "TICK_S", 0.01)
    yield
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("rtms")] == []


class Owner:
    """Who receives a stream, and waits for what happens."""

    def __init__(
        self, stream: StreamStarted, watched: tuple[int, ...] | None, timings: Timings, context: ssl.SSLContext | None = None
    ) -> None:
        self._queue = Queue[Happening]()
        self.client = RtmsClient(
            stream, CREDENTIALS, start_clock(), self._queue.put, watched=watched, timings=timings, context=context
        )

    def wait_for(self, kind: type[Kind]) -> Kind:
        """The next happening of a kind; those before it are passed over."""
        while True:
            found = self._queue.get(timeout=WAIT_S)
            if isinstance(found, kind):
                return found

    def take(self) -> ParticipantFrame:
        found = self.client.take(WAIT_S)
        assert found is not None
        return found

    def take_until(self, user_id: int, size: tuple[int, int] = (64, 36)) -> ParticipantFrame:
        """The next frame of somebody with a size; frames that were on their way are passed over."""
        while (found := self.take()).user_id != user_id or found.frame.size != size:
            pass
        return found


@contextmanager
def received(
    zoom: ZoomEmulator, watched: tuple[int, ...] | None = None, timings: Timings = QUICK, context: ssl.SSLContext | None = None
) -> Iterator[Owner]:
    owner = Owner(zoom.stream, watched, timings, context)
    with owner.client:
        yield owner
    assert zoom.mistakes == []


@pytest.mark.parametrize("nested", [False, True])
def test_a_meeting_from_its_webhook_to_its_end(nested: bool) -> None:
    """Announced twice and received once: the speaker's pictures, another size, a damaged picture, a rename, and the end."""
    with ZoomEmulator("Ann", "Sam", "Sam").running() as zoom:
        webhooks = WebhookReceiver("/hook", str(CREDENTIALS.webhook_token), Announcements())
        headers, body = zoom.webhook("meeting.rtms_started", nested=nested, server_urls=f"srt://x,{zoom.stream.server_url}")
        answers = [webhooks.receive("/hook", headers, body, float(headers["x-zm-request-timestamp"])) for _ in range(2)]
        assert [answer.announcement for answer in answers] == [zoom.stream, None]

        with received(zoom) as owner:
            owner.wait_for(say.Ready)
            first = owner.take_until(ANN)
            assert (first.name, first.frame.size) == ("Ann", (64, 36))
            zoom.people[ANN].picture = lambda: jpeg(size=(32, 18))
            assert owner.take_until(ANN, (32, 18)).frame.number > first.frame.number

            # Damaged ones come until two were counted.
            damaged = cycle([jpeg()[:200], b"no picture"])
            zoom.people[ANN].picture = lambda: jpeg(size=(16, 8)) if owner.client.undecodable >= 2 else next(damaged)
            owner.take_until(ANN, (16, 8))

            zoom.speaker = CARA
            assert owner.take_until(CARA).name == "Sam"
            zoom.rename(CARA, "Zo\u00eb")
            assert owner.wait_for(say.Renamed) == say.Renamed(CARA, "Sam", "Zo\u00eb")
            # A frame on its way may still have the old name.
            while owner.take_until(CARA).name != "Zo\u00eb":
                pass
            assert [each.name for each in owner.client.participants] == ["Ann", "Sam", "Zo\u00eb"]
            headers, body = zoom.webhook("meeting.rtms_stopped", nested=nested, at=2, stop_reason=6)
            stopped = webhooks.receive("/hook", headers, body, float(headers["x-zm-request-timestamp"])).announcement
            assert isinstance(stopped, StreamStopped)
            owner.client.announce(stopped)
            assert owner.wait_for(say.Stopped).sentence == "The meeting ended."
            assert owner.client.take(WAIT_S) is None
        assert zoom.log.count("signaling 0") == 1


def test_the_permission_is_taken_back() -> None:
    """Stop reason 8 has the owner delete what was kept, and no picture waits any more."""
    with ZoomEmulator("Ann").running() as zoom, received(zoom) as owner:
        owner.take()
        zoom.stop(8)
        owner.wait_for(say.Purge)
        assert owner.wait_for(say.Stopped).reason == 8
        assert owner.client.take(WAIT_S) is None


def test_chosen_people_take_turns() -> None:
    """Two of three are watched in turn and the third never; a camera that goes off is passed over; nobody is an answer."""
    with ZoomEmulator("Ann", "Ben", "Cara").running() as zoom, received(zoom, (ANN, BEN)) as owner:
        for user_id in (ANN, BEN, ANN, BEN):
            owner.take_until(user_id)
        people = {each.user_id: owner.client.age(each) for each in owner.client.participants}
        assert people[CARA] is None
        assert people[ANN] is not None
        zoom.switch_camera(ANN, on=False)
        assert owner.wait_for(say.VideoSwitched) == say.VideoSwitched(ANN, on=True)
        owner.client.watch(())
        zoom.wait_for(lambda: zoom.subscribed is None)
        assert not any(f"subscribe {CARA}" in each for each in zoom.log)
        assert owner.client.take(0) is None


def test_a_pause_and_what_follows() -> None:
    """A pause and its end are told, and pictures go on."""
    with ZoomEmulator("Ann").running() as zoom, received(zoom, (ANN,)) as owner:
        owner.take()
        zoom.pause(paused=True)
        owner.wait_for(say.Paused)
        zoom.pause(paused=False)
        owner.wait_for(say.Resumed)
        owner.take()


def test_keep_alives_are_answered_on_both_sockets() -> None:
    """Each question is answered with its own time: many are asked and no socket is closed."""
    with ZoomEmulator("Ann", keep_alive_s=0.01).running() as zoom, received(zoom):
        zoom.wait_for(lambda: zoom.log.count("alive") >= 20)
        assert not any("gone" in each for each in zoom.log)


def test_missed_keep_alives_begin_anew() -> None:
    """A line on which nothing comes is given up, and both handshakes are made again."""
    with ZoomEmulator("Ann").running() as zoom, received(zoom, timings=Timings(silence=1.0, retry=0.01)) as owner:
        owner.take()
        zoom.silent = True
        owner.wait_for(say.Interrupted)
        zoom.silent = False
        owner.wait_for(say.Ready)
        zoom.wait_for(lambda: zoom.log.count("signaling gone") + zoom.log.count("media gone") >= 1)


def test_dropped_sockets_come_back() -> None:
    """A lost media socket is opened again alone, a lost signaling socket with both; Zoom's word for a loss does the same."""
    with ZoomEmulator("Ann").running() as zoom, received(zoom, (ANN,)) as owner:
        owner.wait_for(say.Ready)
        zoom.drop_media()
        assert "the server closed it" in owner.wait_for(say.Interrupted).sentence
        owner.wait_for(say.Ready)
        assert zoom.log.count("signaling 0") == 1

        zoom.drop_signaling()
        owner.wait_for(say.Ready)
        assert zoom.log.count("signaling 0") == 2
        zoom.wait_for(lambda: zoom.subscribed == ANN)

        owner.client.announce(StreamInterrupted(zoom.stream.stream_id))
        owner.wait_for(say.Interrupted)
        owner.wait_for(say.Ready)
        owner.take()


def test_zoom_that_holds_the_old_connection_is_waited_for() -> None:
    """While Zoom thinks that the old connection is there, the new one is refused and tried again."""
    with ZoomEmulator("Ann").running() as zoom, received(zoom) as owner:
        owner.wait_for(say.Ready)
        zoom.holds = True
        zoom.drop_signaling()
        zoom.wait_for(lambda: "signaling 8" in zoom.log)
        zoom.holds = False
        owner.wait_for(say.Ready)


def test_a_wrong_path_is_told() -> None:
    """What a server answers to an address that leads nowhere is told."""
    with ZoomEmulator("Ann").running() as zoom:
        nowhere = StreamStarted(zoom.stream.meeting_uuid, zoom.stream.stream_id, zoom.stream.server_url + "x")
        owner = Owner(nowhere, None, QUICK)
        with owner.client:
            assert "HTTP status 404" in owner.wait_for(say.Interrupted).sentence


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate: apt-get install openssl.")
def test_encrypted_and_checked(tmp_path: Path) -> None:
    """Over TLS a stream is received when the certificate is trusted, and never opened when it is not."""
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    ask = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    ask += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(ask, check=True, capture_output=True)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate, key)
    trusting = ssl.create_default_context(cafile=str(certificate))

    with ZoomEmulator("Ann").running(serving) as zoom:
        # Several TLS records a picture.
        zoom.people[ANN].picture = noise
        with received(zoom, context=trusting) as owner:
            for _ in range(5):
                owner.take_until(ANN, (320, 180))
        with received(zoom) as owner:
            assert "certificate is not valid" in owner.wait_for(say.Interrupted).sentence


def noise() -> bytes:
    _, written = cv2.imencode(".jpg", np.random.default_rng(0).integers(0, 255, (180, 320, 3), np.uint8))
    return written.tobytes()


def test_closing_tells_zoom() -> None:
    """At the block's end Zoom is told before the sockets are closed."""
    with ZoomEmulator("Ann").running() as zoom:
        with received(zoom) as owner:
            owner.wait_for(say.Ready)
        assert "closed by receiver" in zoom.log
        assert owner.wait_for(say.Stopped).reason == 20


@contextmanager
def raw_server(answer: bytes) -> Iterator[str]:
    """Accepts connections, reads a little, and answers the same to all; b"" is no answer."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def serve() -> None:
            accepted = []
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    break
                accepted.append(connection)
                connection.recv(100)
                connection.sendall(answer)
            for connection in accepted:
                connection.close()

        thread = Thread(target=serve)
        thread.start()
        yield f"ws://127.0.0.1:{listening.getsockname()[1]}/x"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "did not answer in time"),
        (b"220 mail.example ESMTP\r\n\r\n", "does not speak WebSocket"),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "HTTP status 503"),
    ],
)
def test_a_server_that_is_none_of_zooms(answer: bytes, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence, another protocol and a refusal each end the thread, with words."""
    monkeypatch.setattr(websocket_module, "CONNECT_TIMEOUT_S", 0.3)
    with raw_server(answer) as url:
        assert words in WebSocket(url).run(lambda: None, lambda _: None)


def test_a_port_without_a_server() -> None:
    """That nobody listens is told in words."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]

    assert "refused" in WebSocket(f"ws://127.0.0.1:{port}/").run(lambda: None, lambda _: None)


def test_a_message_that_is_too_large_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message beyond the limit is not collected in memory."""
    monkeypatch.setattr(websocket_module, "MAX_MESSAGE_BYTES", 1_000)
    with ZoomEmulator("Ann").running() as zoom, received(zoom) as owner:
        assert "more than 1,000 bytes" in owner.wait_for(say.Interrupted).sentence


def test_the_newest_frame_wins() -> None:
    """A frame that nobody took is replaced, whoever waits longest comes first, and nobody waits after the end."""
    slots = FrameSlots()
    for number, user_id in enumerate((ANN, BEN, ANN, CARA)):
        slots.put(VideoFrame(user_id, "", b"", number), float(number))
    slots.drop(CARA)

    assert [slots.take(0), slots.take(0), slots.take(0)] == [
        (VideoFrame(ANN, "", b"", 2), 2.0),
        (VideoFrame(BEN, "", b"", 1), 1.0),
        None,
    ]
    assert slots.replaced == 1
    slots.put(VideoFrame(ANN, "", b"", 5), 5.0)
    slots.allow_only((BEN,))
    slots.put(VideoFrame(CARA, "", b"", 6), 6.0)
    assert slots.take(0) is None
    slots.put(VideoFrame(BEN, "", b"", 7), 7.0)
    slots.end()
    assert slots.take(WAIT_S) is None
