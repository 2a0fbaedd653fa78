"""Zoom's stream of a meeting as a source: pictures of those in it who agreed, one person a frame."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from queue import Empty, Queue
from threading import Event, Thread
from types import TracebackType
from typing import ClassVar, Final, Self

from tracker.core.clock import Clock
from tracker.core.errors import SourceError
from tracker.core.frame import Frame, WaitingSource
from tracker.sources.rtms import happenings as say
from tracker.sources.rtms.announcements import Announcement, Notice, StreamInterrupted, StreamStarted, StreamStopped
from tracker.sources.rtms.client import RtmsClient
from tracker.sources.rtms.credentials import WEBHOOK_TOKEN, Credentials, load_credentials
from tracker.sources.rtms.event_socket import RETRY_S, TOKEN_URL, EventSocket
from tracker.sources.rtms.happenings import Happening
from tracker.sources.rtms.inbox import AnnouncementInbox
from tracker.sources.rtms.participants import Participant
from tracker.sources.rtms.protocol import Timings
from tracker.sources.rtms.roster import StreamRoster

EVENTS_URL: Final = "ZM_RTMS_EVENTS_URL"
"""The variable with the address of the app's event WebSocket."""
CHECK_S: Final = 0.1
"""Within so many seconds Zoom is told whose consent was given or revoked."""

WAITING: Final = "Waiting for Zoom: start the stream for your app in the meeting."
PAUSED: Final = "The stream is paused in Zoom."
NO_ANNOUNCEMENTS: Final = (
    f"Mien cannot hear when a stream begins: set {EVENTS_URL} to the address of your Zoom app's event WebSocket, or"
    f" {WEBHOOK_TOKEN} for its webhook. See docs/zoom-rtms.md."
)


class ZoomReceiver:
    """Receives one meeting's stream after the other, from ``with`` on until the block's end.

    It has a thread of its own, which calls the roster. Between sources it keeps the stream, and asks for nobody's video: a
    stream that Mien closes has to be started again by somebody in the meeting.

    Args:
        clock: Seconds of the session, for the frames' times.
        roster: Who agreed, and who is told what happens.
        inbox: Where announcements arrive.
        environment: The variables with the credentials of the app and EVENTS_URL.
        timings: Zoom's own, unless in a test.
        token_url: Where Zoom gives access tokens for the event WebSocket.
        retry_s: Seconds before a lost event WebSocket is opened again.

    Entering raises SourceError where the credentials are not complete or no announcement can arrive.
    """

    def __init__(
        self,
        clock: Clock,
        roster: StreamRoster,
        inbox: AnnouncementInbox,
        environment: Mapping[str, str] = os.environ,
        *,
        timings: Timings | None = None,
        token_url: str = TOKEN_URL,
        retry_s: float = RETRY_S,
    ) -> None:
        self._clock, self._roster, self._inbox, self._environment = clock, roster, inbox, environment
        self._timings, self._token_url, self._retry_s = timings, token_url, retry_s
        self._news = Queue[Announcement | tuple[StreamStarted, Happening] | None]()
        self._until_end = ExitStack()
        self._thread = Thread(target=self._run, name="zoom", daemon=True)
        self._credentials: Credentials | None = None
        self._connection = ExitStack()
        self._client: RtmsClient | None = None
        self._stream: StreamStarted | None = None
        self._receiving = Event()
        self._is_wanted = False
        self._watched: tuple[int, ...] = ()
        self._people: tuple[Participant, ...] = ()

    def __enter__(self) -> Self:
        credentials = self._credentials = load_credentials(self._environment)
        events_url = self._environment.get(EVENTS_URL, "")
        if not events_url and credentials.webhook_token is None:
            raise SourceError(NO_ANNOUNCEMENTS)
        with ExitStack() as stack:
            if events_url:
                announcements, troubled = self._inbox.announcements, lambda sentence: self._news.put(Notice(sentence))
                events = EventSocket(
                    events_url,
                    credentials,
                    announcements,
                    self._inbox.put,
                    troubled,
                    token_url=self._token_url,
                    retry_s=self._retry_s,
                )
                stack.enter_context(events)
            self._thread.start()
            stack.callback(self._thread.join)
            stack.callback(self._news.put, None)
            stack.enter_context(self._inbox.read_by(self._news.put))
            self._until_end = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the stream, if there is one; it takes seconds at most."""
        self._until_end.close()

    def want(self, *, pictures: bool) -> None:
        """Whether anybody's pictures are wanted now; any thread may call."""
        self._is_wanted = pictures

    def take(self, timeout_s: float) -> Frame | None:
        """Wait for a picture of somebody whose consent stands, for one thread; None when none came."""
        if not self._receiving.wait(timeout_s) or self._client is None:
            return None
        found = self._client.take(timeout_s)
        return found.frame if found is not None and found.user_id in self._wanted() else None

    def _wanted(self) -> tuple[int, ...]:
        return self._roster.watched if self._is_wanted else ()

    def _run(self) -> None:
        self._roster.told(WAITING)
        going = True
        while going:
            with suppress(Empty):
                going = self._took(self._news.get(timeout=CHECK_S))
            self._follow()
        self._connection.close()
        if self._stream is not None:
            # Zoom was asked to close it, and its answer comes when nobody reads news any more.
            self._inbox.ended(self._stream.stream_id)
        self._roster.participants_changed(())

    def _took(self, news: Announcement | tuple[StreamStarted, Happening] | None) -> bool:
        """Obey one piece of news; False for the last one."""
        match news:
            case None:
                return False
            case StreamStarted():
                self._receive(news)
            case StreamStopped(stream_id) | StreamInterrupted(stream_id):
                if self._client is not None and self._stream is not None and stream_id == self._stream.stream_id:
                    self._client.announce(news)
            case Notice(sentence):
                self._roster.told(sentence)
            case (stream, happening):
                self._happened(stream, happening)
        return True

    def _receive(self, stream: StreamStarted) -> None:
        """Receive this stream in place of the one before."""
        if self._credentials is None:
            return
        self._connection.close()
        # Zoom's numbers are one stream's: in another meeting they are other people's.
        self._tell_people(())
        self._stream, self._watched = stream, self._wanted()
        self._inbox.received(stream.stream_id, self._roster.purge)
        tell = partial(self._pass_on, stream)
        client = RtmsClient(stream, self._credentials, self._clock, tell, watched=self._watched, timings=self._timings)
        self._client = self._connection.enter_context(client)
        self._receiving.set()

    def _pass_on(self, stream: StreamStarted, happening: Happening) -> None:
        """In the stream's thread, which must not wait."""
        self._news.put((stream, happening))

    def _happened(self, stream: StreamStarted, happening: Happening) -> None:
        if isinstance(happening, say.Purge):
            self._roster.purge()
        if stream is not self._stream:
            # Of the one before, which may be the same one, announced anew.
            return
        match happening:
            case say.Ready() | say.Resumed():
                self._roster.told("")
            case say.Paused():
                self._roster.told(PAUSED)
            case say.Interrupted(sentence) | say.Problem(sentence):
                self._roster.told(sentence)
            case say.Stopped(sentence=sentence):
                self._receiving.clear()
                self._inbox.ended(stream.stream_id)
                self._roster.told(f"{sentence} {WAITING}")

    def _follow(self) -> None:
        """Ask Zoom for those whose consent stands now, and tell the roster who is there."""
        client = self._client if self._receiving.is_set() else None
        if client is not None and (watched := self._wanted()) != self._watched:
            self._watched = watched
            client.watch(watched)
        found = () if client is None else client.participants
        self._tell_people(tuple(replace(each, frame_at=None, sent_ms=-1) for each in found))

    def _tell_people(self, people: tuple[Participant, ...]) -> None:
        if people != self._people:
            self._people = people
            self._roster.participants_changed(people)


class ZoomSource(WaitingSource):
    """Pictures of a receiver's stream while it is iterated; before and after that Zoom is asked for nobody's.

    ``close`` may be called from any thread; one thread iterates. A frame's ``participant`` is Zoom's number of the person.
    """

    live: ClassVar = True
    moves: ClassVar = False
    sampled: ClassVar = True

    def __init__(self, receiver: ZoomReceiver) -> None:
        self._receiver, self._closed = receiver, Event()

    def close(self) -> None:
        """End the reader's loop, within CHECK_S."""
        self._closed.set()

    def __enter__(self) -> Self:
        self._receiver.want(pictures=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._receiver.want(pictures=False)

    def __iter__(self) -> Iterator[Frame]:
        number, t = 0, 0.0
        while not self._closed.is_set():
            frame = self._receiver.take(CHECK_S)
            if frame is not None:
                # A picture that waited for its turn may have arrived before the one that was taken last.
                t = max(t, frame.t)
                yield replace(frame, number=number, t=t)
                number += 1
