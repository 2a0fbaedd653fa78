"""Zoom's stream as a source, over real sockets: who is there, who agreed, what people are told, one stream after another."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from threading import Condition, Thread
from typing import Any, Final

import pytest

from tracker.core.clock import start_clock
from tracker.core.errors import SourceError
from tracker.core.frame import Frame
from tracker.live.call import Call
from tracker.sources.pacing import paced_frames
from tracker.sources.rtms import client as client_module
from tracker.sources.rtms import source as source_module
from tracker.sources.rtms.announcements import Announcement, Notice, StreamStarted, StreamStopped
from tracker.sources.rtms.client import RtmsClient
from tracker.sources.rtms.emulator import ENVIRONMENT, WAIT_S, ZoomEmulator, user
from tracker.sources.rtms.inbox import AnnouncementInbox
from tracker.sources.rtms.participants import Participant
from tracker.sources.rtms.protocol import Timings
from tracker.sources.rtms.source import NO_ANNOUNCEMENTS, PAUSED, WAITING, ZoomReceiver, ZoomSource
from tracker.sources.rtms.words import REVOKED

ANN, BEN, CARA = user(0), user(1), user(2)
QUICK: Final = Timings(silence=20, window=20, greeting=10, retry=0.01, closing=5, dwell=0.05)


@pytest.fixture(autouse=True)
def _quick_and_nothing_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test ends with all threads over."""
    monkeypatch.setattr(client_module, "TICK_S", 0.01)
    monkeypatch.setattr(source_module, "CHECK_S", 0.01)
    yield
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith(("rtms", "zoom"))] == []


class Roster:
    """The session's side, and what it got; ``wait_for`` waits until something is so."""

    def __init__(self, *watched: int) -> None:
        self.watched: tuple[int, ...] = watched
        self.people: list[Participant] = []
        self.sentences: list[str] = []
        self.purged = 0
        self.frames: list[Frame] = []
        self._changed = Condition()

    def participants_changed(self, participants: Sequence[Participant]) -> None:
        with self._changed:
            self.people = list(participants)
            self._changed.notify_all()

    def purge(self) -> None:
        with self._changed:
            self.purged += 1
            self._changed.notify_all()

    def told(self, sentence: str) -> None:
        with self._changed:
            self.sentences.append(sentence)
            self._changed.notify_all()

    def see(self, frame: Frame) -> None:
        with self._changed:
            self.frames.append(frame)
            self._changed.notify_all()

    def wait_for(self, so: Callable[[], object]) -> None:
        with self._changed:
            assert self._changed.wait_for(so, WAIT_S), (self.sentences, self.people)

    def wait_for_sight(self, person: int) -> None:
        """Wait for a picture of somebody that comes from now on."""
        before = len(self.frames)
        self.wait_for(lambda: any(each.participant == person for each in self.frames[before:]))

    @property
    def seen(self) -> set[int | None]:
        return {each.participant for each in self.frames}


@contextmanager
def watching(receiver: ZoomReceiver, roster: Roster) -> Iterator[ZoomSource]:
    """A thread that goes through the source's frames as a session does."""
    with ZoomSource(receiver) as source:

        def read() -> None:
            with closing(paced_frames(source, 0)) as frames:  # type: ignore[type-var]
                for frame in frames:
                    roster.see(frame)

        reader = Thread(target=read, name="zoom-reader")
        reader.start()
        try:
            yield source
        finally:
            source.close()
            reader.join()


@contextmanager
def received(zoom: ZoomEmulator, roster: Roster, inbox: AnnouncementInbox) -> Iterator[ZoomReceiver]:
    with ZoomReceiver(start_clock(), roster, inbox, ENVIRONMENT, timings=QUICK) as receiver:
        yield receiver
    assert zoom.mistakes == []


def test_only_those_who_agreed_are_asked_for_and_seen() -> None:
    """Who is there is told before anybody is seen; consent brings a person's video, and revoking it ends it at once."""
    roster, inbox = Roster(), AnnouncementInbox()
    with ZoomEmulator("Ann", "Ben", "Zo\u00eb").running() as zoom, received(zoom, roster, inbox) as receiver:
        roster.wait_for(lambda: roster.sentences == [WAITING])
        inbox.put(zoom.stream)
        with watching(receiver, roster):
            roster.wait_for(lambda: [each.video for each in roster.people] == [True, True, True])
            assert [(each.user_id, each.name) for each in roster.people] == [(ANN, "Ann"), (BEN, "Ben"), (CARA, "Zo\u00eb")]
            assert roster.sentences[-1] == ""
            assert not any("subscribe" in each for each in zoom.log)

            roster.watched = (BEN, CARA)
            roster.wait_for(lambda: {BEN, CARA} <= roster.seen)
            roster.watched = (CARA,)
            # One of Ben's may have been on its way to the reader.
            roster.wait_for_sight(CARA)
            before = len(roster.frames)
            roster.wait_for_sight(CARA)
            assert {each.participant for each in roster.frames[before:]} == {CARA}
            zoom.switch_camera(CARA, on=False)
            roster.wait_for(lambda: roster.people[2].video is False)
            roster.watched = ()
            zoom.wait_for(lambda: zoom.subscribed is None)
            assert ANN not in roster.seen
            assert [each.number for each in roster.frames] == list(range(len(roster.frames)))
            assert [each.t for each in roster.frames] == sorted(each.t for each in roster.frames)
    assert roster.people == []


def test_a_pause_of_mien_keeps_the_stream_and_asks_for_nobody() -> None:
    """Between two sources Zoom sends no video and the stream lives on, so that nobody has to start it again."""
    roster, inbox = Roster(ANN), AnnouncementInbox()
    with ZoomEmulator("Ann").running() as zoom, received(zoom, roster, inbox) as receiver:
        inbox.put(zoom.stream)
        with watching(receiver, roster):
            roster.wait_for_sight(ANN)
        zoom.wait_for(lambda: zoom.subscribed is None)
        assert receiver.take(0) is None
        with watching(receiver, roster):
            roster.wait_for_sight(ANN)
        assert zoom.log.count("signaling 0") == 1
    assert "closed by receiver" in zoom.log


def test_what_people_are_told() -> None:
    """A pause in Zoom, a loss, its end and a limit of the account are sentences; an empty one says that pictures may come."""
    roster, inbox = Roster(ANN), AnnouncementInbox()
    with ZoomEmulator("Ann").running() as zoom, received(zoom, roster, inbox) as receiver, watching(receiver, roster):
        inbox.put(zoom.stream)
        roster.wait_for_sight(ANN)
        zoom.pause(paused=True)
        roster.wait_for(lambda: roster.sentences[-1] == PAUSED)
        zoom.pause(paused=False)
        roster.wait_for(lambda: roster.sentences[-1] == "")
        zoom.drop_media()
        roster.wait_for(lambda: "There is no connection: " in roster.sentences[-1])
        roster.wait_for(lambda: roster.sentences[-1] == "")
        inbox.put(Notice("The limit is near."))
        roster.wait_for(lambda: roster.sentences[-1] == "The limit is near.")
        roster.wait_for_sight(ANN)


def test_the_next_stream_is_received_after_the_end_of_one() -> None:
    """Why a stream ended is told, everybody in it is gone, and the next one that is announced is received."""
    roster, inbox = Roster(ANN), AnnouncementInbox()
    with ZoomEmulator("Ann").running() as zoom, received(zoom, roster, inbox) as receiver, watching(receiver, roster):
        inbox.put(zoom.stream)
        roster.wait_for_sight(ANN)
        inbox.put(StreamStopped(zoom.stream.stream_id, 6))
        roster.wait_for(lambda: roster.sentences[-1] == f"The meeting ended. {WAITING}")
        roster.wait_for(lambda: not roster.people)
        inbox.put(StreamStarted("unknown", "unknown", zoom.stream.server_url))
        roster.wait_for(lambda: "it does not know this stream" in roster.sentences[-1])
        inbox.put(zoom.stream)
        roster.wait_for_sight(ANN)
        assert roster.purged == 0


def test_in_the_next_meeting_nobody_is_asked_for_under_a_number_of_the_last_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Zoom numbers people anew in each meeting: Ben, who did not agree, has the number that Ann had."""
    asked: list[tuple[int, ...] | None] = []

    class Client(RtmsClient):
        def __init__(self, *given: Any, watched: tuple[int, ...] | None, **named: Any) -> None:
            asked.append(watched)
            super().__init__(*given, watched=watched, **named)

    monkeypatch.setattr(source_module, "RtmsClient", Client)
    changed = Condition()

    def tell(_: Call) -> None:
        with changed:
            changed.notify_all()

    def wait_for(name: str) -> None:
        with changed:
            assert changed.wait_for(lambda: [each.name for each in call.view.roster] == [name], WAIT_S)

    call, inbox = Call("private", "names", tell), AnnouncementInbox()
    with ZoomEmulator("Ann").running() as zoom, ZoomEmulator("Ben").running() as other:
        receiver = ZoomReceiver(start_clock(), call, inbox, ENVIRONMENT, timings=QUICK)
        with receiver, ZoomSource(receiver):
            inbox.put(zoom.stream)
            wait_for("Ann")
            call.agree(1, "Ann")
            call.bind(ANN, 1)
            zoom.wait_for(lambda: zoom.subscribed == ANN)
            inbox.put(other.stream)
            wait_for("Ben")
        assert not any("subscribe" in each for each in other.log)
    assert asked == [(), ()]


def test_a_revoked_permission_deletes_at_once_and_also_after_the_session() -> None:
    """Stop reason 8 reaches the roster from Zoom's own connection, and by an announcement when the session is over."""
    roster, inbox = Roster(ANN), AnnouncementInbox()
    with ZoomEmulator("Ann").running() as zoom:
        with received(zoom, roster, inbox) as receiver, watching(receiver, roster):
            inbox.put(zoom.stream)
            roster.wait_for_sight(ANN)
            zoom.stop(REVOKED)
            roster.wait_for(lambda: roster.purged == 1)
            roster.wait_for(lambda: "permission" in roster.sentences[-1])
        inbox.put(StreamStopped("another", REVOKED))
        assert roster.purged == 1
        inbox.put(StreamStopped(zoom.stream.stream_id, REVOKED))
        assert roster.purged == 2


def test_a_stream_that_began_before_the_session_is_received() -> None:
    """Zoom announces a stream once: one that runs when the session begins is not missed, and one that ended is not tried."""
    roster, inbox = Roster(ANN), AnnouncementInbox()
    with ZoomEmulator("Ann").running() as zoom:
        inbox.put(zoom.stream)
        with received(zoom, roster, inbox) as receiver, watching(receiver, roster):
            roster.wait_for_sight(ANN)
        # Mien closed it: a session that begins later is told of none, and waits for the next one.
        runs_already: list[Announcement] = []
        with inbox.read_by(runs_already.append):
            assert runs_already == []


def test_announcements_come_over_the_event_socket() -> None:
    """With its address and no webhook token Mien hears of a stream, and a loss of that connection is a sentence."""
    roster = Roster(ANN)
    with ZoomEmulator("Ann").running() as zoom:
        environment = ENVIRONMENT | {"ZM_RTMS_EVENTS_URL": zoom.events_url, "ZM_RTMS_WEBHOOK_TOKEN": ""}
        options = {"timings": QUICK, "token_url": zoom.token_url, "retry_s": 0.01}
        receiver = ZoomReceiver(start_clock(), roster, AnnouncementInbox(), environment, **options)  # type: ignore[arg-type]
        with receiver, watching(receiver, roster):
            zoom.wait_for(lambda: "heartbeat" in zoom.log)
            zoom.announce(zoom.webhook("meeting.rtms_started", nested=False, server_urls=zoom.stream.server_url)[1])
            roster.wait_for_sight(ANN)
            zoom.drop_events()
            roster.wait_for(lambda: any("Zoom's events do not arrive" in each for each in roster.sentences))
    assert zoom.mistakes == []


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [({}, "Missing: ZM_RTMS_CLIENT, ZM_RTMS_SECRET"), (ENVIRONMENT | {"ZM_RTMS_WEBHOOK_TOKEN": ""}, NO_ANNOUNCEMENTS)],
)
def test_what_is_missing_is_told_before_anything_is_opened(environment: dict[str, str], sentence: str) -> None:
    """Without credentials, or without a way for announcements to arrive, there is a sentence and no thread."""
    receiver = ZoomReceiver(start_clock(), Roster(), AnnouncementInbox(), environment)
    with pytest.raises(SourceError) as raised, receiver:
        pass
    assert sentence in str(raised.value)


def test_no_secret_is_logged_or_told(caplog: pytest.LogCaptureFixture) -> None:
    """From the sign-in to a refused stream, at the finest level: neither logs nor sentences hold a secret or a token."""
    caplog.set_level(logging.DEBUG)
    roster = Roster(ANN)
    secrets = ("client-id-of-this-test", "client-secret-of-this-test", "webhook-token-of-this-test", "token1")
    with ZoomEmulator("Ann").running() as zoom:
        environment = dict(zip(ENVIRONMENT, secrets, strict=False)) | {"ZM_RTMS_EVENTS_URL": zoom.events_url}
        inbox = AnnouncementInbox()
        options = {"timings": QUICK, "token_url": zoom.token_url, "retry_s": 0.01}
        receiver = ZoomReceiver(start_clock(), roster, inbox, environment, **options)  # type: ignore[arg-type]
        with receiver, watching(receiver, roster):
            roster.wait_for(lambda: any("gave no access token" in each for each in roster.sentences))
            inbox.put(zoom.stream)
            roster.wait_for(lambda: any("signature is wrong" in each for each in roster.sentences))
    written = caplog.text + " ".join(roster.sentences)
    assert not [secret for secret in secrets if secret in written]
