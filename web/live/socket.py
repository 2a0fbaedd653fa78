"""The live connection: pages ask over Socket.IO, the controller obeys, and every page hears what happens.

To a page: ``state``, ``observation``, ``practice``, ``preview``, ``faces``, ``alert``. From a page: ``start``, ``pause``,
``resume``, ``stop``, ``mark``, ``title``, ``limit``, ``frame`` (a picture of its own camera, or of a window that is shared
with it), ``reclaim`` (the page with the camera is back), ``look`` (send me the next preview, or where the faces are next),
``everybody`` (where are the faces in view?), ``me`` (this one is mine), ``rest`` (in practice: measure my face at rest); of a
call ``agreed``, ``confirm``, ``confirm_all``, ``hide``, ``revoke``, ``meanings`` and ``said``. Each is answered
with {"ok": true} and what was asked for, or with {"ok": false, "error": a sentence}, and so is anything else.
"""

import inspect
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from secrets import compare_digest, token_urlsafe
from threading import Lock, Thread
from typing import Any, Concatenate, Final, ParamSpec, cast

import msgspec
from flask import request
from flask_socketio import Namespace

from tracker.config.settings import Mode
from tracker.core.address import HIDDEN
from tracker.core.errors import OUR_MISTAKE, MienError, UsageError
from tracker.core.records import Json, JsonObject, ObservationRecord, as_json
from tracker.core.validation import Whole, converted
from tracker.live.controller import Controller, LiveState, SessionRequest
from tracker.live.events import Event, ObservationMade, SessionBegan, StateChanged
from tracker.live.face_tracking import Faces
from tracker.live.state import BROWSER, PUSHED_SOURCES, WINDOW
from tracker.model.protocols import Classifier
from tracker.motion.budget import parse_motion_rate
from tracker.personal.select_fit import fit_to_apply
from tracker.sources.rtms.inbox import AnnouncementInbox
from web.dependencies import Dependencies
from web.live.alerts import Alerts
from web.live.call import Agreed, AllConfirmed, CallPage, Confirmed, Hidden, MeaningsSwitch, Revoked, Said
from web.live.connections import end_slow, hang_up
from web.live.consent_watch import ConsentWatch
from web.live.face_boxes import FaceBoxes
from web.live.message_queue import SHARED_EVENTS, EventPublisher, EventReader
from web.live.practice import Practice
from web.live.preview import Preview
from web.live.session_recorder import SessionRecorder
from web.live.viewed import ViewedController
from web.own_readings import rules_in_effect

UNTOLD: Final[JsonObject] = {"figures": None, "title": "", "markers": []}
"""In place of what a state says of faces, and of what the person noted of them."""
FIGURES_SECONDS: Final = 0.4
"""Seconds between two sets of figures for the pages, which show no more; they take longer, the longer a session is."""

CAMERA_AWAY: Final = "the page with the camera is closed, loading or offline"
"""Why a session of a browser's camera is paused while the page with that camera has no live connection."""
WINDOW_AWAY: Final = "the page with the shared window is closed, loading or offline"
"""The same for a shared window, which a browser forgets with its page."""
AWAY_WORDS: Final = {BROWSER: CAMERA_AWAY, WINDOW: WINDOW_AWAY}

NOT_WATCHED: Final = "The session no longer watches what this page sends."

MAX_QUOTED_NAME: Final = 24
"""Letters of an event's name that a sentence repeats."""

Answer = JsonObject
Given = ParamSpec("Given")


def answered(
    handler: "Callable[Concatenate[LiveSocket, Given], Answer | None]",
) -> "Callable[Concatenate[LiveSocket, Given], Answer]":
    """A handler whose errors become the page's answer, also where a page sends more than it takes."""
    most = len(inspect.signature(handler).parameters) - 1

    @wraps(handler)
    def answering(live: "LiveSocket", /, *given: Given.args, **named: Given.kwargs) -> Answer:
        if len(given) > most:
            return {"ok": False, "error": f"The page sent {len(given)} values where {most} are expected. Reload the page."}
        try:
            answer = handler(live, *given, **named)
        except MienError as error:
            return {"ok": False, "error": str(error)}
        except Exception:
            # Unanswered, a page would wait, and its camera send nothing more.
            logging.getLogger(__name__).exception("mien: A mistake of Mien's, in full:")
            return {"ok": False, "error": OUR_MISTAKE}
        return {"ok": True, **(answer or {})}

    return answering


class LiveSocket(Namespace):
    """One live session for all pages: hands their wishes to the controller, and tells them what its events say."""

    def __init__(self, dependencies: Dependencies) -> None:
        super().__init__("/")
        self._default_prior = self._prior = dependencies.settings.prior
        self._telling = Lock()
        self._preview = Preview(lambda picture, page: self._tell("preview", picture, page))
        self._face_boxes = FaceBoxes(lambda faces, page: self._tell("faces", faces, page))
        self.recorder = SessionRecorder(dependencies.storage, dependencies.settings, self._tell_state)
        self.inbox = AnnouncementInbox()
        smoothing = dependencies.settings.smoothing
        # The analyzer is opened in the worker of the newest session, whose prior it is.
        make = ViewedController if dependencies.settings.viewer else Controller
        self.controller = make(
            lambda: dependencies.open_live(self._prior),
            smoothing=smoothing,
            inbox=self.inbox,
            rules=lambda: rules_in_effect(dependencies.storage),
        )
        self.alerts = Alerts(self._tell, self.controller.add_marker)
        self._practice = Practice(self._tell)
        self.consents = ConsentWatch(self.controller, dependencies.storage)
        self.call_page = CallPage(self.controller, dependencies.storage, self.consents, self._tell)
        # The recorder first: what the page is told of saving is then true. Alerts after the observation that they are about.
        self.controller.subscribe(self.recorder.consume)
        for each in (self, self._preview, self._face_boxes, self.alerts, self._practice, self.call_page, self.consents):
            self.controller.subscribe(each.consume)
        self._giver: str | None = None
        self._practising: str | None = None
        self._camera_key = ""
        self._figures_at = 0.0
        self._person = dependencies.settings.person
        # Pages know an address only without its secret, and may ask for it so.
        self._addresses = {str(dependencies.settings.source): dependencies.settings.source}
        self._storage = dependencies.storage
        self._motion, self._mode = parse_motion_rate(dependencies.settings.motion), dependencies.settings.mode
        self._classifier: Classifier | None = None
        self._queue = dependencies.settings.message_queue
        self._publisher: EventPublisher | None = None
        self._reader: EventReader | None = None

    def join_queue(self) -> None:
        """Publish to the message queue what pages are told, or, as a viewer, hear it from there; nothing without a queue.

        Raises:
            UsageError: Its address cannot be used.
            MissingError: The package for it is missing.
        """
        if self._queue is None:
            return
        if isinstance(self.controller, ViewedController):
            self._reader = EventReader(self._queue, self._hear, self._fall_silent)
        else:
            self._publisher = EventPublisher(self._queue, self._tell_state)
            self._tell_state()

    def leave_queue(self) -> None:
        """Publish and hear nothing more."""
        for end in (self._publisher, self._reader):
            if end is not None:
                end.close()

    @property
    def figures(self) -> JsonObject | None:
        """Of the session that runs or ran last, as its page in History will show them."""
        request = self.controller.state.request
        return None if request is None else self.controller.timeline.figures(request.hz).as_dict()

    def consume(self, event: Event) -> None:
        """Tell every page the state, and each observation, now and then with the session's figures."""
        match event:
            case SessionBegan(classifier=classifier):
                self._classifier = classifier
            case StateChanged(state=state):
                self._tell_state(state)
            case ObservationMade(record=record):
                self._tell_observation(record)

    def retention_decided(self) -> None:
        """The session that runs goes by it, from its beginning on."""
        self.controller.with_session_so_far(self.recorder.retention_decided)

    def fit_changed(self) -> None:
        """Another fit took effect: from now on also in the session that runs."""
        if self._classifier is not None:
            self._classifier.fit = fit_to_apply(self._person, self._classifier.sha256)
            self._tell_state()

    def _tell_state(self, state: LiveState | None = None) -> None:
        with self._telling:
            self._tell("state", self._state_json(state or self.controller.state))

    def _tell_observation(self, record: ObservationRecord) -> None:
        due = record.t - self._figures_at >= FIGURES_SECONDS or record.n == 1
        self._figures_at = record.t if due else self._figures_at
        self._tell("observation", as_json(record) | ({"figures": self.figures} if due else {}))

    def _tell(self, event: str, what: "Mapping[str, Json | bytes] | None", page: str | None = None) -> None:
        end_slow(cast("Any", self).server.eio)
        self.emit(event, what, room=page)
        if self._publisher is not None and page is None and event in SHARED_EVENTS:
            self._publish(self._publisher, event, cast("JsonObject", what))

    def _publish(self, publisher: EventPublisher, event: str, told: JsonObject) -> None:
        """Pass on to other windows what they may hear: of practice and of a call only how the session stands."""
        request = self.controller.state.request
        if event == "state":
            private = told["practice"] or told["is_call"]
            publisher.offer(event, told | UNTOLD if private else told)
        elif request is not None and not request.practice and not request.is_call:
            publisher.offer(event, told)

    def _hear(self, event: str, told: object) -> None:
        """As a viewer: what another Mien says; what cannot be understood is passed over."""
        viewed = cast("ViewedController", self.controller)
        try:
            if event == "state" and viewed.hear_state(told):
                self._tell_state()
            elif event == "observation" and (record := viewed.hear_observation(told)) is not None:
                self._tell_observation(record)
        except (ValueError, UsageError) as error:
            logging.getLogger(__name__).info("The message queue brought what is no %s: %s", event, error)

    def _fall_silent(self, sentence: str) -> None:
        cast("ViewedController", self.controller).fall_silent(sentence)
        self._tell_state()

    def _state_json(self, state: LiveState) -> JsonObject:
        if isinstance(self.controller, ViewedController) and (told := self.controller.heard.told):
            return {**told, "figures": self.figures}
        fit = self._classifier.fit if self._classifier is not None and state.active else None
        return {
            **state.as_dict(),
            "camera_away": _is_camera_away(state),
            "prior": self._prior,
            "fit": None if fit is None else {"version": fit.version, "origin": fit.origin},
            "figures": self.figures,
            "saving": self.recorder.words,
            "save_trouble": self.recorder.trouble or (None if self._publisher is None else self._publisher.trouble),
        }

    def on_connect(self) -> None:
        """A new page learns how things stand, and never an older state after a newer one."""
        with self._telling:
            self._tell("state", self._state_json(self.controller.state), _page())
        self.call_page.greet(_page())

    def on_disconnect(self, reason: str) -> None:  # noqa: ARG002 - Socket.IO's
        """A page that closes takes its camera with it: the session waits for it, paused; practice ends."""
        hang_up(request.environ)
        self._preview.requests.forget(_page())
        self._face_boxes.requests.forget(_page())
        # That a page is gone may be noticed while it is told something, with the controller's lock and ours held.
        if _page() == self._practising:
            self._practising = None
            Thread(target=self.leave_practice, name="practice", daemon=True).start()
        elif _page() == self._giver:
            self._giver = None
            Thread(target=self._pause_without_giver, name="giver", daemon=True).start()

    def leave_practice(self) -> None:
        """End the session if it is practice: nobody sees its page any more; one that is not goes on."""
        state = self.controller.state
        if state.active and state.request is not None and state.request.practice:
            # It may have ended by itself.
            with suppress(UsageError):
                self.controller.stop()

    def _pause_without_giver(self) -> None:
        state = self.controller.state
        # The session may have ended by itself.
        with suppress(UsageError):
            # A pause by hand stays one, which nobody ends by coming back.
            if self._giver is None and state.request is not None and self._wants_pictures() and state.kind != "paused":
                self.controller.pause(AWAY_WORDS[state.request.source], "lost")

    def trigger_event(self, event: str, *args: Any) -> Any:
        """What no handler is there for is answered, too; args: the page, then what it sent."""
        if not hasattr(self, f"on_{event}"):
            return {
                "ok": False,
                "error": f"There is no event called {event[:MAX_QUOTED_NAME]!r}. Reload the page.",
            }
        return super().trigger_event(event, *args)

    @answered
    def on_start(self, wanted: object = None) -> Answer:
        """{source, hz, faces, prior}: begin a session, in place of one that runs.

        If the page gives its camera or a shared window, the answer has ``camera``: a key, with which that page may ``reclaim``
        the session.
        """
        chosen, prior = _parse_request(wanted, self._default_prior, self._addresses)
        running = self.controller.state
        if chosen.practice and running.active and running.request is not None and not running.request.practice:
            raise UsageError("A session is running, and practice would end it. End it on the page Now first.")
        # Who started Mien and said where they are has answered for its pages, too. Else holds what the page shows.
        chosen = replace(chosen, motion=self._motion, mode=self._mode or chosen.mode or self._storage.mode)
        self._addresses[str(chosen.source)] = chosen.source
        # First: the page may send its first picture before start returns.
        answer = self._note_giver(given=chosen.source in PUSHED_SOURCES)
        self._practising = _page() if chosen.practice else None
        self._prior = prior
        self.controller.start(chosen)
        return answer

    @answered
    def on_pause(self, because: object = "") -> None:
        """A text that says why, if it was not the person's own hand."""
        self.controller.pause(_sent(because, str, "a reason"))

    @answered
    def on_resume(self) -> Answer:
        """The page that resumes a session of a browser's camera or window is the one that gives it; answered as a start is."""
        answer = self._note_giver(given=self._wants_pictures())
        self.controller.resume()
        return answer

    @answered
    def on_reclaim(self, key: object = "") -> Answer:
        """The page with the camera is back, after a reload or with a new connection; the session goes on if it waited for it.

        key: of the last answer to ``start``, ``resume`` or ``reclaim``; the answer to this has a new one. So one page has it:
        a tab that is a copy of another takes no camera from it.
        """
        known = _sent(key, str, "the key of a camera")
        if not self._camera_key or not compare_digest(known.encode(), self._camera_key.encode()) or not self._wants_pictures():
            raise UsageError(NOT_WATCHED)
        answer = self._note_giver(given=True)
        if _is_camera_away(self.controller.state):
            self.controller.resume()
        return answer

    @answered
    def on_stop(self) -> None:
        self.controller.stop()

    @answered
    def on_mark(self, text: object = "", n: object = None) -> None:
        """A note on the moment of row ``n``, or on the newest."""
        note, row = _sent(text, str, "a marker"), _sent(n, Whole | None, "the number of a row")
        self.controller.mark(note, row)

    @answered
    def on_title(self, title: object = "") -> None:
        """What the person calls the session."""
        self.controller.entitle(_sent(title, str, "a title"))

    @answered
    def on_limit(self, minutes: object = None) -> None:
        """End the session so many minutes after its start; null: not by itself."""
        self.controller.limit(_sent(minutes, float | None, "a limit in minutes"))

    @answered
    def on_frame(self, jpeg: object = None) -> None:
        """A picture of the page's camera or shared window; its answer is the page's leave to send the next."""
        if not isinstance(jpeg, bytes):
            raise UsageError("A frame must be the bytes of a JPEG.")
        if _page() != self._giver or not self._wants_pictures():
            raise UsageError(NOT_WATCHED)
        self.controller.push(jpeg)

    @answered
    def on_unreadable(self, sentence: object = "") -> None:
        """What ``web.live.messages`` makes of a packet that is no event."""
        raise UsageError(f"The page's message cannot be read: {sentence}. Reload the page.")

    @answered
    def on_look(self, what: object = "picture") -> None:
        """Send the next preview picture, or, for "faces", where the faces are at the next look between two observations."""
        waiting = self._face_boxes.requests if _sent(what, str, "what to look at") == "faces" else self._preview.requests
        waiting.ask(_page())

    @answered
    def on_everybody(self) -> Answer:
        """The boxes of all faces in view, the own one first: {"faces": [[x, y, width, height]]}. None is judged for it."""
        return {"faces": [list(box.rounded()) for box in self.controller.everybody_in_view()]}

    @answered
    def on_me(self, x: object = None, y: object = None) -> None:
        """The face at a point of the frame is the person's own."""
        self.controller.claim(_sent(x, float, "x of a face"), _sent(y, float, "y of a face"))

    @answered
    def on_rest(self) -> None:
        """The person who practises shows their face at rest from now on."""
        self._practice.rest_again()

    @answered
    def on_agreed(self, agreed: object = None) -> Answer:
        """{who, how, layout, tile} or {who, how, participant}: somebody agreed; answered with their number, {"person": 2}."""
        return {"person": self.call_page.agree(_sent(agreed, Agreed, "who agreed")).person}

    @answered
    def on_confirm(self, confirmed: object = None) -> None:
        """{person, layout, tile} or {person, participant}: who is where; person 0 is the user."""
        self.call_page.confirm(_sent(confirmed, Confirmed, "who is where"))

    @answered
    def on_confirm_all(self, layout: object = None) -> None:
        """{layout}: all suggestions are right."""
        self.call_page.confirm_all(_sent(layout, AllConfirmed, "the layout").layout)

    @answered
    def on_hide(self, tile: object = None) -> None:
        """{tile}: mask it from now on."""
        self.call_page.hide(_sent(tile, Hidden, "the tile").tile)

    @answered
    def on_revoke(self, person: object = None) -> None:
        """{person}: they took their consent back."""
        self.call_page.revoke(_sent(person, Revoked, "who took their consent back").person)

    @answered
    def on_meanings(self, on: object = None) -> None:
        """{on}: whether it is told what faces may mean."""
        self.call_page.switch_meanings(on=_sent(on, MeaningsSwitch, "on or off").on)

    @answered
    def on_said(self, said: object = None) -> None:
        """{person, said}: what somebody meant."""
        self.call_page.say(_sent(said, Said, "what somebody meant"))

    def _note_giver(self, *, given: bool) -> Answer:
        """Whether the page that asks gives its camera; the answer to it, with a new key if it does."""
        self._giver = _page() if given else None
        self._camera_key = token_urlsafe() if given else ""
        return {"camera": self._camera_key} if given else {}

    def _wants_pictures(self) -> bool:
        request = self.controller.state.request
        return request is not None and request.source in PUSHED_SOURCES


def _is_camera_away(state: LiveState) -> bool:
    """Whether the session is paused until the page with the camera or the shared window is back."""
    return state.kind == "paused" and state.because in AWAY_WORDS.values()


def _page() -> str:
    """Socket.IO's name for the page that speaks."""
    return str(request.sid)  # type: ignore[attr-defined]


def _sent(given: object, kind: Any, what: str) -> Any:
    """What a page sent, as the kind it should be; UsageError with a sentence for anything else."""
    try:
        return converted(given, kind, what)
    except ValueError as error:
        raise UsageError(f"The page's message cannot be used: {error}. Reload the page.") from error


class _Start(msgspec.Struct, frozen=True):
    """What a page sends to begin a session; see ``SessionRequest``. prior: None is the default one."""

    source: str
    hz: float = 2.0
    faces: Faces = "own"
    prior: str | None = None
    hand_on: str | None = None
    overlay: bool = False
    release: bool = False
    practice: bool = False
    mode: Mode | None = None


def _parse_request(given: object, prior: str, addresses: Mapping[str, str]) -> tuple[SessionRequest, str]:
    """What a page asks to watch, and with which prior; whatever else it sends is refused.

    addresses: those that pages know without their secret -> as they were given.
    """
    start = _sent(given, _Start, "the start")
    source = start.source
    if f"{HIDDEN}@" in source and source not in addresses:
        raise UsageError(f"{HIDDEN} stands for a user and a password that Mien no longer knows. Enter them again.")
    session_request = SessionRequest(
        addresses.get(source, source),
        start.hz,
        start.faces,
        start.hand_on,
        overlay=start.overlay,
        release=start.release,
        practice=start.practice,
        mode=start.mode,
    )
    return session_request, prior if start.prior is None else start.prior
