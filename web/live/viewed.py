"""A viewer: shows what another Mien of the same person watches, as the message queue tells it, and watches nothing itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NoReturn, get_args

import msgspec

from tracker.core.errors import UsageError
from tracker.core.records import JsonObject, ObservationRecord, parse_entry
from tracker.core.validation import converted
from tracker.live.controller import Controller, LiveState, SessionRequest
from tracker.live.face_tracking import Faces
from tracker.live.state import WorkerStatus
from tracker.live.timeline import Timeline

ONLY_SHOWN: Final = "This Mien only shows what another one of yours watches. Start, pause and end it there."
WAITING: Final = "This Mien shows what another one of yours watches, and has not heard of it yet."
KINDS: Final = ("idle", "starting", "paused", *get_args(WorkerStatus))


class _State(msgspec.Struct, frozen=True):
    """What a viewer needs of a state; the rest is for its pages."""

    kind: str
    session: str | None
    source: str | None
    hz: float | None
    faces: Faces | None
    started_at: datetime | None
    recorded: bool


@dataclass(frozen=True, slots=True)
class HeardState:
    """A state as it was told: for the parts of Mien, and word for word for the pages."""

    state: LiveState
    told: JsonObject


class ViewedController(Controller):
    """Has the state and the timeline of the other Mien's session; refuses whatever a page asks it to do."""

    heard: HeardState

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fall_silent(WAITING)

    def start(self, request: SessionRequest) -> NoReturn:  # noqa: ARG002 - as the one that watches has it
        """UsageError: nothing is watched here."""
        raise UsageError(ONLY_SHOWN)

    def _active_worker(self, verb: str) -> NoReturn:  # noqa: ARG002 - as above
        raise UsageError(ONLY_SHOWN)

    def hear_state(self, told: object) -> bool:
        """Take over a state as a page is told it; whether it is another one than before. ValueError if it is none."""
        found = converted(told, _State, "a state")
        if found.kind not in KINDS or not isinstance(told, Mapping):
            raise ValueError(f"{found.kind!r} is no kind of state")
        request = None if found.source is None else SessionRequest(found.source, found.hz or 0.0, found.faces or "own")
        kind: Any = found.kind
        state = LiveState(kind, session=found.session, request=request, started_at=found.started_at, recorded=found.recorded)
        changed = {**told, "figures": None} != {**self.heard.told, "figures": None}
        with self._lock:
            if found.session is None or found.session != self.state.session:
                self.timeline = Timeline()
            if found.kind in ("paused", "lost"):
                self.timeline.pause("paused" if found.kind == "paused" else "lost")
            self.heard, self.state = HeardState(state, {**told}), state
        return changed

    def hear_observation(self, told: object) -> ObservationRecord | None:
        """Keep an observation of the session that is shown, and return it with its number here; ValueError if it is none."""
        rest = {name: value for name, value in told.items() if name != "figures"} if isinstance(told, Mapping) else told
        record = parse_entry(rest)
        if not isinstance(record, ObservationRecord) or record.session != self.state.session:
            return None
        with self._lock:
            return self.timeline.append(record)

    def fall_silent(self, sentence: str) -> None:
        """Nothing is known of the other Mien any more; what was seen stays."""
        with self._lock:
            state = LiveState("idle", message=sentence)
            self.heard, self.state = HeardState(state, {}), state
