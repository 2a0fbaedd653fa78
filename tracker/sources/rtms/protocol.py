"""RTMS as a state machine without sockets, threads or a clock: messages and times in, messages and happenings out."""

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final, assert_never

from tracker.core.printable import printable
from tracker.sources.rtms import happenings as say
from tracker.sources.rtms import messages
from tracker.sources.rtms.announcements import StreamStarted, choose_url
from tracker.sources.rtms.credentials import Credentials
from tracker.sources.rtms.happenings import Link, Output
from tracker.sources.rtms.messages import EventType, SessionStates, StreamStates
from tracker.sources.rtms.participants import FrameCounts, Participant, Participants
from tracker.sources.rtms.rotation import DWELL_S, Rotation
from tracker.sources.rtms.words import (
    CLOSED_BY_RECEIVER,
    DUPLICATE_MEDIA,
    DUPLICATE_SIGNALING,
    DUPLICATE_SUBSCRIPTION,
    INTERNAL_ERROR,
    RECONNECT_TIMED_OUT,
    REVOKED,
    STATUS_OK,
    status_words,
    stop_words,
)

PASSING: Final = frozenset({DUPLICATE_SIGNALING, DUPLICATE_MEDIA, INTERNAL_ERROR})
"""Refusals that end by themselves, as when Zoom has not yet noticed that the connection before is gone: tried again."""

MAX_DOUBLINGS: Final = 4


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds.

    silence: without a word from Zoom, which asks every 10 s, a socket counts as lost. window: within which a lost socket must
    be there again, or the stream ends. greeting: for opening a socket and its handshake. retry: before a lost socket is opened
    again; it doubles with each attempt that fails. closing: for Zoom's answer to the wish to close. dwell: of each chosen
    participant's turn.
    """

    silence: float = 65.0
    window: float = 60.0
    greeting: float = 10.0
    retry: float = 1.0
    closing: float = 2.0
    dwell: float = DWELL_S


class _Phase(Enum):
    RUNNING = auto()
    CLOSING = auto()
    ENDED = auto()


class _Stage(Enum):
    CLOSED = auto()
    CONNECTING = auto()
    GREETING = auto()
    READY = auto()


@dataclass(frozen=True, slots=True)
class _Line:
    """One socket's state. since: when its stage began. heard_at: Zoom's last message. retry_at: when to connect. lost_at: since
    when it should be there and is not. tries: attempts since then. why: what went wrong last.
    """

    stage: _Stage = _Stage.CLOSED
    since: float = 0.0
    heard_at: float = 0.0
    retry_at: float | None = None
    lost_at: float | None = None
    tries: int = 0
    why: str = ""


class RtmsProtocol:
    """One stream from its announcement to its end.

    Every method returns what has to be done and what happened, in order. For one thread. ``now`` is always in seconds since
    1970, by a clock that never goes back; call ``tick`` several times a second.

    Args:
        stream: What Zoom announced.
        credentials: Of the app.
        watched: The participants whose video is wanted, in turn: an empty tuple is nobody. None is whoever speaks, as Zoom
            chooses.
        timings: Zoom's own, unless in a test.
    """

    def __init__(
        self,
        stream: StreamStarted,
        credentials: Credentials,
        watched: tuple[int, ...] | None = (),
        timings: Timings | None = None,
    ) -> None:
        self._stream, self._timings = stream, timings or Timings()
        self._signature = credentials.handshake_signature(stream.meeting_uuid, stream.stream_id)
        self._lines = {Link.SIGNALING: _Line(), Link.MEDIA: _Line()}
        self._media_url = ""
        self._people = Participants()
        self._rotation = Rotation(self._timings.dwell)
        self._by_speaker = watched is None
        self._rotation.choose(watched or ())
        self._phase = _Phase.RUNNING
        self._closing_since = 0.0
        self._paused = self._interrupted = self._purged = False
        self._out: list[Output] = []

    @property
    def participants(self) -> tuple[Participant, ...]:
        """Everybody Zoom told of; ``Participant.age`` says how old the newest frame of each is."""
        return self._people.all()

    @property
    def counts(self) -> FrameCounts:
        return self._people.counts

    @property
    def watching(self) -> int | None:
        """Whose video was asked for last; None while it follows the speaker."""
        return self._rotation.target

    @property
    def ended(self) -> bool:
        return self._phase is _Phase.ENDED

    def start(self, now: float) -> list[Output]:
        """Begin; call it once."""
        self._connect_from(Link.SIGNALING, now)
        return self.tick(now)

    def opened(self, link: Link, now: float) -> list[Output]:
        """A socket that was asked for is open."""
        if self._lines[link].stage is not _Stage.CONNECTING:
            return []
        self._set(link, stage=_Stage.GREETING, since=now, heard_at=now)
        meeting, stream = self._stream.meeting_uuid, self._stream.stream_id
        if link is Link.SIGNALING:
            self._send(link, messages.signaling_handshake(meeting, stream, self._signature))
        else:
            data_opt = messages.ACTIVE_SPEAKER if self._by_speaker else messages.ONE_PARTICIPANT
            self._send(link, messages.media_handshake(meeting, stream, self._signature, data_opt))
        return self._taken()

    def dropped(self, link: Link, why: str, now: float) -> list[Output]:
        """A socket closed, or could not be opened. why: a few words, without a full stop."""
        if self._phase is _Phase.CLOSING:
            self._end(CLOSED_BY_RECEIVER, stop_words(CLOSED_BY_RECEIVER))
        elif self._phase is _Phase.RUNNING and self._lines[link].stage is not _Stage.CLOSED:
            self._lose(link, why, now, close=False)
        return self._taken()

    def received(self, link: Link, text: str | bytes, now: float) -> list[Output]:
        """A message came. What cannot be read is a Problem, and changes nothing."""
        if self._phase is _Phase.ENDED or self._lines[link].stage in (_Stage.CLOSED, _Stage.CONNECTING):
            return []
        self._set(link, heard_at=now)
        try:
            message = messages.read_message(text)
            if message is not None:
                self._read(link, message, now)
        except ValueError as error:
            self._out.append(say.Problem(f"Zoom sent a message that cannot be read: {printable(str(error))[:300]}."))
        self._turn(now)
        return self._taken()

    def tick(self, now: float) -> list[Output]:
        """Time went by."""
        if self._phase is _Phase.CLOSING and now - self._closing_since >= self._timings.closing:
            self._end(CLOSED_BY_RECEIVER, stop_words(CLOSED_BY_RECEIVER))
        if self._phase is not _Phase.RUNNING:
            return self._taken()
        for link in Link:
            line = self._lines[link]
            waited = now - line.since
            if line.stage in (_Stage.CONNECTING, _Stage.GREETING) and waited >= self._timings.greeting:
                self._lose(link, f"Zoom's {link} server did not answer within {self._timings.greeting:g} seconds", now)
            elif line.stage is _Stage.READY and now - line.heard_at >= self._timings.silence:
                self._lose(link, f"nothing came from Zoom's {link} server for {self._timings.silence:g} seconds", now)
        for link in Link:
            line = self._lines[link]
            if line.lost_at is not None and now - line.lost_at >= self._timings.window:
                self._end(RECONNECT_TIMED_OUT, f"{stop_words(RECONNECT_TIMED_OUT)} What went wrong last: {line.why}.")
                return self._taken()
            if line.retry_at is not None and now >= line.retry_at:
                self._set(link, stage=_Stage.CONNECTING, since=now, retry_at=None, tries=line.tries + 1)
                url = self._stream.server_url if link is Link.SIGNALING else self._media_url
                self._out.append(say.Connect(link, url))
        self._turn(now)
        return self._taken()

    def watch(self, watched: tuple[int, ...] | None, now: float) -> list[Output]:
        """Want other people's video: these in turn, nobody (an empty tuple), or whoever speaks (None).

        From here on no frame of somebody who is not among them is handed on.
        """
        by_speaker = watched is None
        self._rotation.choose(watched or ())
        if by_speaker is not self._by_speaker:
            self._by_speaker = by_speaker
            if self._lines[Link.MEDIA].stage is not _Stage.CLOSED and self._phase is _Phase.RUNNING:
                # Zoom fixes the choice between speaker and one participant in the handshake.
                self._out.append(say.Close(Link.MEDIA))
                self._connect_from(Link.MEDIA, now)
        return self.tick(now)

    def interrupted(self, now: float) -> list[Output]:
        """Zoom announced that it lost the connection."""
        self._lose_by_word(now)
        return self._taken()

    def stopped(self, reason: int) -> list[Output]:
        """Zoom announced that the stream is over. The permission may be taken back even after the end."""
        self._end(reason, stop_words(reason))
        return self._taken()

    def close(self, now: float) -> list[Output]:
        """Mien wants no more: Zoom is told, and shortly after all is closed."""
        if self._phase is _Phase.RUNNING:
            if self._lines[Link.SIGNALING].stage is _Stage.READY:
                self._phase, self._closing_since = _Phase.CLOSING, now
                self._send(Link.SIGNALING, messages.close_stream(self._stream.stream_id))
            else:
                self._end(CLOSED_BY_RECEIVER, stop_words(CLOSED_BY_RECEIVER))
        return self._taken()

    def _read(self, link: Link, message: messages.Incoming, now: float) -> None:  # noqa: C901, PLR0912 - a case a message
        match message:
            case messages.KeepAlive(timestamp=timestamp):
                self._send(link, messages.keep_alive_answer(timestamp))
            case messages.Video(content=content):
                if self._phase is _Phase.RUNNING:
                    wanted = self._by_speaker or content.user_id in self._rotation.chosen
                    self._out += self._people.frame(content, now, wanted=wanted)
            case messages.SignalingAnswer():
                if link is Link.SIGNALING and self._lines[link].stage is _Stage.GREETING and self._accepted(link, message, now):
                    self._media_url = self._media_address(message)
                    if self._media_url:
                        self._set(link, stage=_Stage.READY, lost_at=None, tries=0)
                        self._connect_from(Link.MEDIA, now)
            case messages.MediaAnswer():
                if link is Link.MEDIA and self._lines[link].stage is _Stage.GREETING and self._accepted(link, message, now):
                    self._set(link, stage=_Stage.READY, lost_at=None, tries=0)
                    self._begin_media()
            case messages.Event(event=event):
                self._read_event(event, now)
            case messages.StreamState(state=state, reason=reason):
                self._change(
                    paused=state == StreamStates.PAUSED,
                    resumed=state == StreamStates.RESUMED,
                    ended=state == StreamStates.TERMINATED,
                    reason=reason if isinstance(reason, int) else 0,
                )
                if state == StreamStates.INTERRUPTED:
                    self._lose_by_word(now)
            case messages.SessionState(state=state, stop_reason=reason):
                self._change(
                    paused=state == SessionStates.PAUSED,
                    resumed=state == SessionStates.RESUMED,
                    ended=state == SessionStates.STOPPED,
                    reason=reason,
                )
            case messages.StreamClosed():
                if self._phase is _Phase.CLOSING:
                    self._end(CLOSED_BY_RECEIVER, stop_words(CLOSED_BY_RECEIVER))
            case messages.VideoSubscribed(user_id=user_id, status_code=status):
                accepted = status in (STATUS_OK, DUPLICATE_SUBSCRIPTION)
                self._rotation.answered(user_id, now, accepted=accepted)
                if not accepted:
                    self._out.append(say.Problem(f"Zoom does not send a participant's video: {status_words(status)}."))
            case _:
                assert_never(message)

    def _accepted(self, link: Link, answer: messages.SignalingAnswer | messages.MediaAnswer, now: float) -> bool:
        """Whether a handshake succeeded; otherwise it is tried again, or the stream is over."""
        if answer.status_code == STATUS_OK:
            return True
        why = f"Zoom refused the {link} connection: {status_words(answer.status_code)}"
        if answer.status_code in PASSING:
            self._lose(link, why, now)
        else:
            self._end(None, f"{why}.")
        return False

    def _media_address(self, answer: messages.SignalingAnswer) -> str:
        """Of the socket for video; where there is none, the stream is over."""
        urls = answer.media_server.server_urls if answer.media_server else {}
        offered = urls.get("video") or urls.get("all")
        if offered:
            return choose_url(offered)
        self._end(None, "Zoom offers no video of this meeting. Add the scope meeting:read:meeting_video to your Zoom app.")
        return ""

    def _begin_media(self) -> None:
        self._rotation.restart()
        self._send(Link.SIGNALING, messages.client_ready(self._stream.stream_id))
        self._send(Link.SIGNALING, messages.subscribe_events())
        self._interrupted = False
        self._out.append(say.Ready())

    def _read_event(self, event: messages.EventBody, now: float) -> None:
        for person in event.participants:
            match event.event_type:
                case EventType.JOINED:
                    self._out += self._people.met(person.user_id, person.user_name)
                case EventType.LEFT:
                    self._out += self._people.left(person.user_id)
                case EventType.VIDEO_ON:
                    self._out += self._people.switched(person.user_id, on=True)
                    self._rotation.switched_on(person.user_id)
                case EventType.VIDEO_OFF:
                    self._out += self._people.switched(person.user_id, on=False)
        match event.event_type:
            case EventType.SPEAKER_CHANGED if event.user_id is not None:
                self._out += self._people.met(event.user_id, event.user_name)
                self._out.append(say.Speaking(event.user_id))
            case EventType.MEDIA_INTERRUPTED:
                if self._lines[Link.MEDIA].stage in (_Stage.GREETING, _Stage.READY):
                    self._lose(Link.MEDIA, "Zoom lost the media connection to Mien", now)

    def _change(self, *, paused: bool, resumed: bool, ended: bool, reason: int) -> None:
        """What the stream's state and the session's have in common; both may tell the same."""
        if ended:
            self._end(reason or None, stop_words(reason) if reason else "Zoom ended the stream and gave no reason.")
        elif paused and not self._paused:
            self._paused = True
            self._out.append(say.Paused())
        elif resumed and self._paused:
            self._paused = False
            self._out.append(say.Resumed())

    def _turn(self, now: float) -> None:
        """Ask for the next participant's video, where it is time."""
        ready = all(line.stage is _Stage.READY for line in self._lines.values())
        if self._phase is not _Phase.RUNNING or not ready or self._paused or self._by_speaker:
            return
        wish = self._rotation.next_wish(now, self._people.can_be_watched)
        if wish is not None:
            text = messages.subscribe_video(wish.user_id, round(now * 1000), subscribe=wish.subscribe)
            self._send(Link.SIGNALING, text)
            self._out.append(say.Watching(wish.user_id if wish.subscribe else None))

    def _lose_by_word(self, now: float) -> None:
        """Zoom says that it lost us; where we are connecting, that is no news."""
        if self._phase is _Phase.RUNNING and self._lines[Link.SIGNALING].stage in (_Stage.GREETING, _Stage.READY):
            self._lose(Link.SIGNALING, "Zoom lost the connection to Mien", now)

    def _connect_from(self, link: Link, now: float) -> None:
        """Let the next tick connect."""
        self._lines[link] = _Line(retry_at=now, lost_at=now, why="no connection was tried")

    def _lose(self, link: Link, why: str, now: float, *, close: bool = True) -> None:
        """A socket is of no use any more: connect again, later each time. Without signaling there is no media."""
        line = self._lines[link]
        if close:
            self._out.append(say.Close(link))
        if not self._interrupted:
            self._interrupted = True
            self._out.append(say.Interrupted(f"There is no connection: {why}. Mien tries again."))
        delay = self._timings.retry * 2 ** min(line.tries, MAX_DOUBLINGS)
        lost_at = now if line.lost_at is None else line.lost_at
        self._lines[link] = _Line(retry_at=now + delay, lost_at=lost_at, tries=line.tries, why=why)
        self._people.lost_sight()
        self._rotation.restart()
        if link is Link.SIGNALING:
            if self._lines[Link.MEDIA].stage is not _Stage.CLOSED:
                self._out.append(say.Close(Link.MEDIA))
            self._lines[Link.MEDIA] = _Line()

    def _end(self, reason: int | None, sentence: str) -> None:
        if reason == REVOKED and not self._purged:
            self._purged = True
            self._out.append(say.Purge())
        if self._phase is _Phase.ENDED:
            return
        self._phase = _Phase.ENDED
        self._out += [say.Close(link) for link, line in self._lines.items() if line.stage is not _Stage.CLOSED]
        self._lines = {link: _Line() for link in Link}
        self._out.append(say.Stopped(reason, sentence))

    def _send(self, link: Link, text: str) -> None:
        self._out.append(say.Send(link, text))

    def _set(self, link: Link, **changed: object) -> None:
        self._lines[link] = replace(self._lines[link], **changed)  # type: ignore[arg-type]

    def _taken(self) -> list[Output]:
        out, self._out = self._out, []
        return out
