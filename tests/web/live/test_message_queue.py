"""The message queue: its address, what is published and heard, and what a viewer shows, without a server of Redis."""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from queue import Empty, Queue
from threading import Event
from typing import Any, Final, Self

import pytest

from tests.web.conftest import SOON, Heard, dependencies_with, made_up
from tracker.config.settings import Settings
from tracker.core.errors import MissingError, UsageError
from tracker.core.notes import Marker
from tracker.core.records import JsonObject
from tracker.live.controller import SessionRequest
from web import serving
from web.app import Dashboard, create_app
from web.live import message_queue
from web.live.message_queue import EventPublisher, EventReader, channel_of, connect
from web.live.viewed import ONLY_SHOWN, WAITING
from web.security.gate import Address
from web.storage import Storage

redis: Final = pytest.importorskip("redis", reason="The package redis is not installed: pip install 'mien[redis]'.")
VIEWER: Final = "http://127.0.0.1:8766"
ADDRESS: Final = "redis://mia:secret@127.0.0.1:6379"


class Server:
    """Redis as far as Mien uses it, in memory: clients that publish and listen; ``is_gone``: it answers nobody."""

    def __init__(self) -> None:
        self.is_gone = False
        self.published = Queue[tuple[str, str]]()
        self._messages = Queue[dict[str, bytes]]()

    def publish(self, channel: str, text: str) -> None:
        if self.is_gone:
            raise redis.exceptions.ConnectionError("Error 111 connecting to 127.0.0.1:6379. Connection refused.")
        self.published.put((channel, text))

    def send(self, text: str | bytes) -> None:
        """To whoever listens."""
        self._messages.put({"data": text if isinstance(text, bytes) else text.encode()})

    def pubsub(self, **_: object) -> Self:
        return self

    def subscribe(self, _: str) -> None:
        if self.is_gone:
            raise redis.exceptions.ConnectionError("Error 111 connecting to 127.0.0.1:6379. Connection refused.")

    def get_message(self, timeout: float) -> dict[str, bytes] | None:
        try:
            return self._messages.get(timeout=timeout)
        except Empty:
            self.subscribe("")
            return None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    server = Server()
    monkeypatch.setattr(message_queue, "connect", lambda _: server)
    monkeypatch.setattr(message_queue, "RETRY_SECONDS", 0.01)
    monkeypatch.setattr(message_queue, "HEARTBEAT_SECONDS", 0.05)
    return server


@pytest.mark.parametrize(
    "address",
    [ADDRESS, "redis://mia:p%40%2F@localhost", "rediss://mia:secret@example.org:6380/0", "unix://mia:secret@/run/redis.sock"],
)
def test_the_channel_is_the_users(address: str) -> None:
    """On this machine, encrypted, or by a socket; the address that is shown has no password."""
    assert channel_of(address) == "mien-mia"


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://mia:secret@127.0.0.1", "no address of a message queue"),
        ("redis:mia", "no address of a message queue"),
        ("redis://mia:secret@[::1", "no address of a message queue"),
        ("redis://mia:secret@127.0.0.1:x", "no address of a message queue"),
        ("unix://mia:secret@", "no address of a message queue"),
        ("redis://127.0.0.1", "a user and a password of your own"),
        ("redis://:secret@127.0.0.1", "a user and a password of your own"),
        ("redis://default:secret@127.0.0.1", "a user and a password of your own"),
        ("redis://mia@127.0.0.1", "a user and a password of your own"),
        ("redis://mia*:secret@127.0.0.1", "a user and a password of your own"),
        ("redis://mia:secret@example.org", "nothing would be encrypted"),
        ("redis://mia:secret@127.0.0.1?ssl_cert_reqs=none", "no address of a message queue"),
    ],
)
def test_an_unusable_address_is_a_sentence_without_its_password(address: str, why: str) -> None:
    """Also where it cannot be taken apart; two people on one channel, or text that anybody reads, are refused."""
    with pytest.raises(UsageError, match=why) as refused:
        channel_of(address)
    assert "secret" not in str(refused.value)


def test_settings_that_miss_another_are_refused() -> None:
    """A viewer needs a queue, and both are told before anything opens; settings show no password."""
    with pytest.raises(UsageError, match=r"--viewer.*needs --message-queue"):
        serving.require_safe(Settings(viewer=True))
    with pytest.raises(UsageError, match=r"write rediss://"):
        serving.require_safe(Settings(message_queue="redis://mia:secret@example.org"))
    assert "secret" not in str(Settings(message_queue=ADDRESS))


def test_without_the_package_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra."""
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(MissingError, match=r"pip install 'mien\[redis\]'"):
        connect(ADDRESS)


def test_what_is_published_is_as_socketios_own_queue_writes_it(server: Server) -> None:
    """A Socket.IO server on the same channel hands it to its pages; the state comes again by itself, as a sign of life."""
    from socketio import PubSubManager

    written: list[Any] = []
    manager = PubSubManager()
    manager._publish = written.append
    manager._handle_emit = lambda _: None
    manager.emit("state", {"kind": "idle"}, namespace="/")

    publisher = EventPublisher(ADDRESS, lambda: None)
    publisher.offer("state", {"kind": "idle"})
    for _ in range(2):
        channel, text = server.published.get(timeout=SOON)
        told = json.loads(text)
        assert channel == "mien-mia"
        assert {**told, "host_id": ""} == {**written[0], "host_id": ""}
    publisher.close()


def test_a_queue_that_is_gone_is_told_once_and_tried_again(server: Server) -> None:
    """Nobody waits for it; the sentence has no password, and goes when the queue is back."""
    changes = Queue[str | None]()
    server.is_gone = True
    publisher = EventPublisher(ADDRESS, lambda: changes.put(publisher.trouble))
    publisher.offer("state", {"kind": "idle"})
    trouble = changes.get(timeout=SOON)
    assert trouble is not None
    assert "takes nothing" in trouble
    assert "secret" not in trouble
    server.is_gone = False
    assert changes.get(timeout=SOON) is None
    publisher.close()


def test_a_reader_hears_events_and_passes_over_the_rest(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Orders, other events and what is no JSON do nothing; silence is told once, and so is a server that is gone."""
    monkeypatch.setattr(message_queue, "SILENCE_SECONDS", 0.0)
    heard, silent = Queue[tuple[str, object]](), Queue[str]()
    reader = EventReader(ADDRESS, lambda event, told: heard.put((event, told)), silent.put)
    assert "Nothing is heard" in silent.get(timeout=SOON)
    for bad in (
        b"\xff",
        b"[",
        b"1",
        b'{"method": "disconnect", "sid": "a"}',
        b'{"method": "emit", "event": "alert", "data": [1]}',
    ):
        server.send(bad)
    server.send(json.dumps({"method": "emit", "event": "state", "data": [{"kind": "idle"}]}))
    assert heard.get(timeout=SOON) == ("state", {"kind": "idle"})
    assert heard.empty()
    assert "Nothing is heard" in silent.get(timeout=SOON)
    server.send(json.dumps({"method": "emit", "event": "observation", "data": [{}]}))
    heard.get(timeout=SOON)
    server.is_gone = True
    assert "does not answer" in silent.get(timeout=SOON) or "does not answer" in silent.get(timeout=SOON)
    reader.close()


@pytest.fixture
def pair(server: Server, storage: Storage, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Dashboard, Dashboard, Heard]]:
    """A Mien that watches and a viewer of it, and what the viewer's pages are told."""
    watching = create_app(dependencies_with(storage, made_up, message_queue=ADDRESS), Address("127.0.0.1", 8765))
    same = Storage(f"sqlite:///{storage.name}")
    dependencies = dependencies_with(same, made_up, message_queue=ADDRESS, viewer=True)
    viewer = create_app(dependencies, Address("127.0.0.1", 8766))
    heard = Heard(viewer.live)
    monkeypatch.setattr(viewer.live, "emit", heard.emit)
    monkeypatch.setattr(server, "publish", lambda _, text: server.send(text))
    yield watching, viewer, heard
    viewer.close()
    watching.close()


def test_a_viewer_shows_what_the_other_mien_watches(pair: tuple[Dashboard, Dashboard, Heard]) -> None:
    """Its pages get the same states and rows, numbered and counted anew; whatever they ask to be done is refused."""
    watching, viewer, heard = pair
    assert viewer.live.controller.state.message == WAITING
    watching.live.controller.start(SessionRequest("fake", 5.0))
    heard.wait(lambda: any("figures" in row and row["faces"] for row in heard.all("observation")))

    session = watching.live.controller.state.session
    row, state = heard.all("observation")[0], heard.all("state")[-1]
    assert (row["session"], row["n"], row["faces"][0]["expression"]) == (session, 1, "happy")
    assert (state["session"], state["kind"], state["hz"], state["saving"]) == (session, "watching", 5.0, "not saved")
    pages = viewer.app.test_client()
    rows = pages.get("/api/timeline?after=0", base_url=VIEWER).get_json()
    assert rows["session"] == session
    assert rows["rows"][0] == json.loads(json.dumps({name: value for name, value in row.items() if name != "figures"}))
    assert pages.get("/healthz", base_url=VIEWER).get_json()["state"] == "watching"
    controller = viewer.live.controller
    asked: list[Callable[[], object]] = [
        lambda: controller.start(SessionRequest("fake")), controller.stop, controller.pause, lambda: controller.mark("x"),
    ]  # fmt: skip
    for ask in asked:
        with pytest.raises(UsageError, match=ONLY_SHOWN):
            ask()
    watching.live.controller.pause()
    heard.wait_for("paused")
    watching.live.controller.stop()
    heard.wait_for("stopped")


def test_what_no_mien_says_changes_nothing(pair: tuple[Dashboard, Dashboard, Heard], server: Server) -> None:
    """Whoever has the password may send anything: a viewer shows what is well formed, and goes on."""
    _, viewer, heard = pair
    for event, told in (("state", {"kind": "dancing"}), ("state", 1), ("observation", {"faces": "x"}), ("observation", None)):
        server.send(json.dumps({"method": "emit", "event": event, "data": [told]}))
    state = viewer.live.controller.state
    pair[0].live.controller.start(SessionRequest("fake", 5.0))
    heard.wait(lambda: heard.all("observation"))
    assert state.kind == "idle"


@pytest.mark.parametrize(
    ("request_", "event"),
    [
        (SessionRequest("fake", 5.0, practice=True), "practice"),
        (SessionRequest("fake:call", 5.0, "all", mode="private"), "call"),
    ],
)
def test_practice_and_calls_stay_in_their_process(
    pair: tuple[Dashboard, Dashboard, Heard],
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    request_: SessionRequest,
    event: str,
) -> None:
    """Of both, other windows hear how the session stands; nothing of what faces show, counted or in rows, or of what was
    noted; pictures are never published.
    """
    watching, _, told = pair
    published: list[JsonObject] = []

    def publish(_: str, text: str) -> None:
        published.append(json.loads(text)["data"][0])
        server.send(text)

    monkeypatch.setattr(server, "publish", publish)
    own = Heard(watching.live)
    monkeypatch.setattr(watching.live, "emit", own.emit)
    seen = Event()
    watching.live.controller.subscribe(lambda _: seen.set() if own.all("observation") else None)
    watching.live.controller.start(request_)
    assert seen.wait(SOON)
    own.wait(lambda: own.all(event))
    watching.live.controller.entitle("With Ann")
    watching.live.controller.add_marker(Marker(1.0, datetime.now(UTC), "Ann looked angry"))
    watching.live.controller.stop()
    told.wait_for("stopped")
    assert told.all("observation") == []
    assert {name for name, _, _ in told.events} == {"state"}
    of_it = [state for state in published if state["practice"] or state["is_call"]]
    assert {state["kind"] for state in of_it} >= {"watching", "stopped"}
    assert all((state["figures"], state["title"], state["markers"]) == (None, "", []) for state in of_it)
    assert "Ann" not in json.dumps(published)
