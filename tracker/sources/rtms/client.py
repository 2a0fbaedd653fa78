"""A stream of Zoom's, received: the threads between the protocol, its two sockets, and who looks at the pictures."""

import logging
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import Empty, Full, Queue
from threading import Thread
from types import TracebackType
from typing import Final, Self

from tracker.core.clock import Clock
from tracker.core.errors import PictureError
from tracker.core.frame import Frame, now
from tracker.core.image_files import read_picture
from tracker.sources.rtms import happenings as say
from tracker.sources.rtms.announcements import StreamInterrupted, StreamStarted, StreamStopped
from tracker.sources.rtms.credentials import Credentials
from tracker.sources.rtms.happenings import Happening, Link, Output
from tracker.sources.rtms.participants import FrameCounts, Participant
from tracker.sources.rtms.protocol import RtmsProtocol, Timings
from tracker.sources.rtms.slots import FrameSlots
from tracker.sources.rtms.websocket import CONNECT_TIMEOUT_S, Message, WebSocket

TICK_S: Final = 0.2
MAX_WAITING: Final = 64
"""Messages that wait for the protocol; a socket's thread that has one more waits, and so does Zoom."""

Step = Callable[[float], list[Output]]
"""What the protocol does next, at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class ParticipantFrame:
    """One picture of one participant, decoded.

    user_id: Zoom's number for them in this meeting. name: as they wrote it. frame: its time is when it arrived. sent_ms: Zoom's
    clock, when the message was made.
    """

    user_id: int
    name: str
    frame: Frame
    sent_ms: int


class RtmsClient:
    """Receives one stream from ``with`` on until its end, or the block's.

    Args:
        stream: What Zoom announced.
        credentials: Of the app.
        clock: Seconds of the session, for the frames' times.
        happened: Called with everything but frames, in the protocol's thread; it must neither block nor raise. After
            ``Purge`` it has to delete what was kept.
        watched: As in ``RtmsProtocol``: nobody unless told otherwise.
        timings: Zoom's own, unless in a test.
        context: For TLS; None is the system's.
    """

    def __init__(
        self,
        stream: StreamStarted,
        credentials: Credentials,
        clock: Clock,
        happened: Callable[[Happening], None],
        *,
        watched: tuple[int, ...] | None = (),
        timings: Timings | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._timings = timings or Timings()
        self._protocol = RtmsProtocol(stream, credentials, watched, self._timings)
        self._happened, self._clock, self._context = happened, clock, context
        # The protocol's time: seconds since 1970 that never go back, also where the wall clock is set.
        self._epoch = now().timestamp() - clock()
        self._inbox = Queue[Step | None](MAX_WAITING)
        self._sockets: dict[Link, WebSocket] = {}
        self._slots = FrameSlots(watched)
        self._threads: list[Thread] = []
        self._driver = Thread(target=self._drive, name="rtms", daemon=True)
        self._over = False
        self._number = 0
        self.undecodable = 0
        """Frames that were no readable JPEG; only the reader's thread counts."""
        self.participants: tuple[Participant, ...] = ()
        """Everybody in the meeting; replaced whole."""
        self.counts: FrameCounts = self._protocol.counts
        self.watching: int | None = None
        """Whose video was asked for last."""

    def __enter__(self) -> Self:
        self._driver.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Tell Zoom, close the sockets and end all threads; it takes seconds at most."""
        self._submit(self._protocol.close)
        self._submit(None)
        self._driver.join()
        for thread in self._threads:
            thread.join(CONNECT_TIMEOUT_S)

    def age(self, participant: Participant) -> float | None:
        """Seconds since the newest frame of a participant; None before the first."""
        return participant.age(self._epoch + self._clock())

    def watch(self, watched: tuple[int, ...] | None) -> None:
        """As ``RtmsProtocol.watch``; once this has returned, ``take`` gives nobody else's picture."""
        self._slots.allow_only(watched)
        self._submit(partial(self._protocol.watch, watched))

    def announce(self, announcement: StreamStopped | StreamInterrupted) -> None:
        """What a webhook or the event WebSocket told of this stream, also after its end: it may revoke the permission."""
        if isinstance(announcement, StreamStopped):
            self._submit(lambda _: self._protocol.stopped(announcement.reason))
        else:
            self._submit(self._protocol.interrupted)

    def take(self, timeout_s: float) -> ParticipantFrame | None:
        """Wait for the next picture, decode it, and count and skip those that cannot be decoded; for one thread.

        Returns:
            The newest picture of the participant whose picture waits longest; None when none came, or none will come.
        """
        while (found := self._slots.take(timeout_s)) is not None:
            sent, t = found
            try:
                pixels = read_picture(sent.jpeg)
            except PictureError as error:
                self.undecodable += 1
                logging.getLogger(__name__).info("A picture from Zoom was skipped: %s", error)
                continue
            self._number += 1
            frame = Frame(pixels, t, self._number - 1, now(), participant=sent.user_id)
            return ParticipantFrame(sent.user_id, sent.name, frame, sent.sent_ms)
        return None

    def _drive(self) -> None:
        """The protocol's thread: one step after the other, and a tick after each."""
        try:
            self._go(self._protocol.start)
            closing = False
            while not (closing and self._protocol.ended):
                try:
                    step = self._inbox.get(timeout=TICK_S)
                except Empty:
                    step = self._protocol.tick
                if step is None:
                    closing = True
                    continue
                self._go(step)
                self._go(self._protocol.tick)
        finally:
            self._over = True
            self._slots.end()
            for link in tuple(self._sockets):
                self._sockets.pop(link).close()

    def _submit(self, step: Step | None) -> None:
        """Give the protocol's thread something to do; nothing where it has ended."""
        while not self._over:
            with suppress(Full):
                self._inbox.put(step, timeout=TICK_S)
                return

    def _go(self, step: Step) -> None:
        """One step of the protocol. What others may read is new before they hear of it."""
        outputs = step(self._epoch + self._clock())
        self.participants, self.counts = self._protocol.participants, self._protocol.counts
        self.watching = self._protocol.watching
        for each in outputs:
            match each:
                case say.Connect(link, url):
                    self._connect(link, url)
                case say.Send(link, text):
                    if link in self._sockets:
                        self._sockets[link].send(text)
                case say.Close(link):
                    if link in self._sockets:
                        self._sockets.pop(link).close()
                case say.VideoFrame():
                    self._slots.put(each, self._clock())
                case _:
                    self._tell(each)

    def _tell(self, happening: Happening) -> None:
        match happening:
            case say.Left(user_id) | say.VideoSwitched(user_id, on=False):
                self._slots.drop(user_id)
            case say.Purge() | say.Stopped():
                self._slots.clear()
        if isinstance(happening, say.Stopped):
            # Whoever waits for a picture need not wait any longer.
            self._slots.end()
        self._happened(happening)

    def _connect(self, link: Link, url: str) -> None:
        socket = self._sockets[link] = WebSocket(url, self._context)
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = Thread(target=self._read, args=(link, socket), name=f"rtms-{link}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _read(self, link: Link, socket: WebSocket) -> None:
        """A socket's thread. What it brings after the protocol has given it up is passed over."""

        def hand_over(step: Step) -> None:
            self._submit(lambda at: step(at) if self._sockets.get(link) is socket else [])

        def received(message: Message) -> None:
            hand_over(lambda at: self._protocol.received(link, message, at))

        why = socket.run(lambda: hand_over(partial(self._protocol.opened, link)), received)
        hand_over(partial(self._dropped, link, why))

    def _dropped(self, link: Link, why: str, at: float) -> list[Output]:
        del self._sockets[link]
        return self._protocol.dropped(link, why, at)
