"""The live connection: pages ask over Socket.IO, the watch obeys, and every page hears what happens.

To a page: ``state``, ``observation``, ``preview``, ``cue``. From a page: ``start``, ``pause``, ``resume``, ``stop``, ``mark``,
``title``, ``limit``, ``frame`` (its own camera's picture), ``look`` (send me the next preview), ``everybody`` (where are the
faces in view?) and ``me`` (this one is mine). Each is answered with {"ok": true} and what was asked for, or with
{"ok": false, "error": a sentence}, and so is whatever else a page asks.
"""

import inspect
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import wraps
from threading import Lock, Thread
from typing import Any, Concatenate, Final, ParamSpec, cast

import msgspec
from flask import request
from flask_socketio import Namespace

from tracker.core.address import HIDDEN
from tracker.core.errors import OUR_MISTAKE, MienError, UsageError
from tracker.core.face import Observation
from tracker.core.frame import Frame
from tracker.core.records import ObservationRecord, as_json
from tracker.core.validation import Whole, converted
from tracker.live.controller import BROWSER, Controller, LiveState, SessionRequest
from tracker.live.face_tracking import Faces
from tracker.live.session import Session
from tracker.model.protocols import Classifier
from tracker.motion.budget import parse_motion_rate
from tracker.personal.select_fit import now_applied
from web.dependencies import Dependencies
from web.live.alerts import Alerts
from web.live.connections import end_slow, hang_up
from web.live.preview import Preview
from web.live.session_recorder import SessionRecorder

CALM: Final = 0.4
"""Seconds between two sets of figures for the pages, which show no more; they take longer, the longer a session is."""

LONGEST_NAME: Final = 24
"""Letters of an event's name that a sentence repeats."""

Answer = dict[str, Any]
Given = ParamSpec("Given")


def answered(
    handler: "Callable[Concatenate[LiveSocket, Given], Answer | None]",
) -> "Callable[Concatenate[LiveSocket, Given], Answer]":
    """A handler whose errors become the page's answer, also where a page sends more than it takes."""
    most = len(inspect.signature(handler).parameters) - 1

    @wraps(handler)
    def answering(live: "LiveSocket", /, *given: Given.args, **named: Given.kwargs) -> Answer:
        if len(given) > most:
            return {"ok": False, "error": f"{len(given)} values came with this, and it takes {most}. Reload the page."}
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
    """One watch for all pages; it listens to the watch and tells them."""

    def __init__(self, dependencies: Dependencies) -> None:
        super().__init__("/")
        self._default_prior = self._prior = dependencies.settings.prior
        # Asked for in the worker of the newest session, whose prior it is.
        self.controller = Controller(
            lambda: dependencies.open_live(self._prior), self, smoothing=dependencies.settings.smoothing
        )
        self._preview = Preview(lambda picture, page: self._tell("preview", picture, page))
        self._telling = Lock()
        self.recorder = SessionRecorder(dependencies.storage, dependencies.settings, self._tell_all)
        self.alerts = Alerts(self._tell, self.recorder.mark)
        self._giver: str | None = None
        self._figures_at = 0.0
        self._person = dependencies.settings.person
        # Pages know an address only without its secret, and may ask for it so.
        self._addresses = {str(dependencies.settings.source): dependencies.settings.source}
        self._motion = parse_motion_rate(dependencies.settings.motion)
        self._classifier: Classifier | None = None
        # Called in the worker thread when ``newest`` is another one.
        self.noticed: Callable[[], None] = lambda: None

    @property
    def newest(self) -> tuple[str, Observation, Classifier] | None:
        """The session that runs, its newest observation, and the model that judged it, perhaps under another fit than now."""
        state, observation = self.controller.state, self.controller.newest
        if not state.active or state.session is None or observation is None or self._classifier is None:
            return None
        return state.session, observation, self._classifier

    @property
    def figures(self) -> dict[str, Any] | None:
        """Of the session that runs or ran last, as its page in History will show them."""
        wanted = self.controller.state.wanted
        return None if wanted is None else self.controller.timeline.figures(wanted.hz).as_dict()

    def began(self, session: Session, wanted: SessionRequest, at: datetime) -> None:
        """Stored from its first observation on, if the person wants it."""
        self._classifier = session.analyzer.classifier
        self.recorder.begin(session.id, wanted, session.analyzer.classifier, at, live=not self.controller.state.recorded)
        self.alerts.began(wanted)

    def state_changed(self, state: LiveState) -> None:
        """To every page."""
        if state.kind in ("paused", "lost"):
            self.recorder.pause(self.controller.timeline.pauses[-1])
        elif not state.active:
            self.recorder.end()
        self._tell_all(state)

    def retention_decided(self) -> None:
        """The session that runs goes by it, from its beginning on."""
        self.recorder.decided(self.controller)

    def fit_changed(self) -> None:
        """Another fit took effect: from now on also in the session that runs."""
        if self._classifier is not None:
            self._classifier.fit = now_applied(self._person, self._classifier.sha256)
            self._tell_all()

    def _tell_all(self, state: LiveState | None = None) -> None:
        with self._telling:
            self._tell("state", self._told(state or self.controller.state))

    def seen(self, frame: Frame) -> None:
        """For the preview."""
        self._preview.offer(frame)

    def observed(self, frame: Frame, record: ObservationRecord) -> None:  # noqa: ARG002 - the protocol's
        """To the store, and to every page, now and then with the session's figures."""
        self.recorder.write(record)
        due = record.t - self._figures_at >= CALM or record.n == 1
        self._figures_at = record.t if due else self._figures_at
        self._tell("observation", as_json(record) | ({"figures": self.figures} if due else {}))
        self.alerts.observed(record)
        self.noticed()

    def _tell(self, event: str, what: dict[str, Any], page: str | None = None) -> None:
        end_slow(cast("Any", self).server.eio)
        self.emit(event, what, room=page)

    def _told(self, state: LiveState) -> dict[str, Any]:
        saving = {"saving": self.recorder.words, "save_trouble": self.recorder.trouble}
        fit = self._classifier.fit if self._classifier is not None and state.active else None
        told_fit = fit and {"version": fit.version, "origin": fit.origin}
        return state.as_dict() | {"prior": self._prior, "fit": told_fit, "figures": self.figures} | saving

    def on_connect(self) -> None:
        """A new page learns how things stand, and never an older state after a newer one."""
        with self._telling:
            self._tell("state", self._told(self.controller.state), _page())

    def on_disconnect(self, reason: str) -> None:  # noqa: ARG002 - Socket.IO's
        """A page that closes takes its camera with it: the session waits for it, paused."""
        hang_up(request.environ)
        self._preview.forget(_page())
        if _page() == self._giver:
            self._giver = None
            # That a page is gone may be noticed in the middle of telling it something, with the watch's lock and ours held.
            Thread(target=self._pause_without_giver, name="giver", daemon=True).start()

    def _pause_without_giver(self) -> None:
        # The session may have ended by itself.
        with suppress(UsageError):
            if self._giver is None and self._wants_browser():
                self.controller.pause()

    def trigger_event(self, event: str, *args: Any) -> Any:
        """What no handler is there for is answered, too; args: the page, then what it sent."""
        if not hasattr(self, f"on_{event}"):
            return {"ok": False, "error": f"Mien is asked for nothing by the name {event[:LONGEST_NAME]!r}. Reload the page."}
        return super().trigger_event(event, *args)

    @answered
    def on_start(self, wanted: object = None) -> None:
        """{source, hz, faces, prior}: begin a session, in place of one that runs."""
        chosen, prior = _wanted(wanted, self._default_prior, self._addresses)
        chosen = replace(chosen, motion=self._motion)
        self._addresses[str(chosen.source)] = chosen.source
        # First: the page may send its first picture before start returns.
        self._giver = _page() if chosen.source == BROWSER else None
        self._prior = prior
        self.controller.start(chosen)

    @answered
    def on_pause(self, because: object = "") -> None:
        """A text that says why, if it was not the person's own hand."""
        self.controller.pause(_sent(because, str, "a reason"))

    @answered
    def on_resume(self) -> None:
        """The page that resumes a session of a browser's camera is the one that gives it."""
        self._giver = _page() if self._wants_browser() else None
        self.controller.resume()

    @answered
    def on_stop(self) -> None:
        self.controller.stop()

    @answered
    def on_mark(self, text: object = "", n: object = None) -> None:
        """A note on the moment of row ``n``, or on the newest."""
        note, row = _sent(text, str, "a mark"), _sent(n, Whole | None, "the number of a row")
        self.recorder.mark(self.controller.mark(note, row))

    @answered
    def on_title(self, title: object = "") -> None:
        """What the person calls the session."""
        self.recorder.entitle(self.controller.entitle(_sent(title, str, "a title")))

    @answered
    def on_limit(self, minutes: object = None) -> None:
        """End the session so many minutes after its start; null: not by itself."""
        self.controller.limit(_sent(minutes, float | None, "a limit in minutes"))

    @answered
    def on_frame(self, jpeg: object = None) -> None:
        """A picture of the page's camera; its answer is the page's leave to send the next."""
        if not isinstance(jpeg, bytes):
            raise UsageError("A frame is a JPEG's bytes.")
        if _page() != self._giver or not self._wants_browser():
            raise UsageError("The session no longer watches this page's camera.")
        self.controller.push(jpeg)

    @answered
    def on_unreadable(self, sentence: object = "") -> None:
        """What ``web.live.messages`` makes of a packet that is no event."""
        raise UsageError(f"The page's message cannot be read: {sentence}. Reload the page.")

    @answered
    def on_look(self) -> None:
        """Send the next preview picture."""
        self._preview.ask(_page())

    @answered
    def on_everybody(self) -> Answer:
        """The boxes of all faces in view, the own one first: {"faces": [[x, y, width, height]]}. None is judged for it."""
        return {"faces": [list(box.rounded()) for box in self.controller.everybody_in_view()]}

    @answered
    def on_me(self, x: object = None, y: object = None) -> None:
        """The face at a point of the frame is the person's own."""
        self.controller.claim(_sent(x, float, "x of a face"), _sent(y, float, "y of a face"))

    def _wants_browser(self) -> bool:
        wanted = self.controller.state.wanted
        return wanted is not None and wanted.source == BROWSER


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


def _wanted(given: object, prior: str, addresses: Mapping[str, str]) -> tuple[SessionRequest, str]:
    """What a page asks to watch, and with which prior; whatever else it sends is refused.

    addresses: those that pages know without their secret -> as they were given.
    """
    start = _sent(given, _Start, "the start")
    source = start.source
    if f"{HIDDEN}@" in source and source not in addresses:
        raise UsageError(f"{HIDDEN} stands for a user and a password that Mien does not know any more. Write them again.")
    session_request = SessionRequest(
        addresses.get(source, source), start.hz, start.faces, start.hand_on, overlay=start.overlay, release=start.release
    )
    return session_request, prior if start.prior is None else start.prior
