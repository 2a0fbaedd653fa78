"""The page Start: one expression after another is shown for some seconds, kept as verdicts, and fitted to the person."""

from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session as Store

from tracker.config.settings import Settings
from tracker.core.errors import UsageError
from tracker.core.face import Face, Reading
from tracker.core.frame import now
from tracker.core.person import ME
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.provenance import ModelProvenance
from tracker.personal.sample_frames import MAX_SAMPLED_FRAMES, FrameSampler
from tracker.store import erase
from tracker.store.verdicts import save_moment_verdict, undo_verdict
from web.live.socket import LiveSocket
from web.request_values import whole_number
from web.storage import LARGEST_ID, Storage

FIRST_EXPRESSION: Final = "neutral"
"""Alone it is a resting face, which may be all that somebody wants to show."""
HINTS: Final = {
    "neutral": ("your resting face", "As if you read something, alone."),
    "happy": ("happy", "As if you met a friend."),
    "surprise": ("surprised", "As if somebody rang whom you had not expected."),
    "sad": ("sad", "As if a good film ended badly."),
    "angry": ("angry", "As if somebody took your seat, and laughed."),
    "fear": ("afraid", "As if there were steps behind you in the dark."),
    "disgust": ("disgusted", "As if the milk had turned."),
}
"""What each is called here, and what may bring it about: nobody is told how to move their face."""


@dataclass(frozen=True, slots=True, eq=False)
class SampledFrame:
    """A face as it was shown, when (seconds of its session), and whose word its scores are."""

    face: Face
    number: int
    session: str
    t: float
    judge: ModelProvenance


class CalibrationCapture:
    """Collects looks at the largest face from ``begin`` to ``end``, in memory only; one expression at a time."""

    def __init__(self, live: LiveSocket, seconds: float) -> None:
        self._live, self._seconds = live, seconds
        self._looks: tuple[str, FrameSampler[SampledFrame]] | None = None
        live.noticed = self._notice

    def begin(self, expression: str) -> None:
        """From now on, for some seconds; what was not ended is forgotten."""
        if expression not in EXPRESSIONS:
            raise UsageError(f"There are {', '.join(EXPRESSIONS)} to show; {expression!r} is none of them.")
        if self._live.controller.state.kind != "watching":
            raise UsageError("Nothing is being watched just now. Choose a camera first, or press Resume.")
        self._looks = expression, FrameSampler(self._seconds)

    def leave(self) -> None:
        """Forget what was seen since ``begin``."""
        self._looks = None

    def end(self) -> tuple[str, list[SampledFrame]]:
        """The expression and a few looks that can be judged, spread over the time; UsageError when there are none."""
        taken, self._looks = self._looks, None
        if taken is None:
            raise UsageError("Nothing was begun, or it was left. Press Start again.")
        return taken[0], taken[1].chosen()

    def _notice(self) -> None:
        newest, taken = self._live.newest, self._looks
        if newest is None or taken is None:
            return
        session, observation, classifier = newest
        reading = max(observation.readings, key=_area, default=None)
        look = None
        if reading is not None:
            judge = ModelProvenance.of(classifier, reading.face.prediction)
            look = SampledFrame(reading.face, reading.id, session, observation.t, judge)
        taken[1].see(observation.t, look, "nobody was there" if reading is None else reading.face.quality.reason)


def calibration_blueprint(live: LiveSocket, storage: Storage, settings: Settings, seconds: float) -> Blueprint:
    """The page, and what it asks to show faces with; seconds: for each expression."""
    blueprint = Blueprint("calibration", __name__)
    booth, person = CalibrationCapture(live, seconds), settings.person or ME

    @blueprint.get("/start")
    def page() -> str:
        order = [FIRST_EXPRESSION, *(name for name in HINTS if name != FIRST_EXPRESSION)]
        steps = [{"name": name, "title": HINTS[name][0], "hint": HINTS[name][1]} for name in order]
        return render_template(
            "calibration.html", steps=steps, seconds=seconds, most=MAX_SAMPLED_FRAMES, source=settings.source
        )

    @blueprint.post("/api/guided/begin")
    def begin() -> dict[str, Any]:
        """A form {expression}: the person shows it from now on."""
        _require_decision(storage)
        booth.begin(request.form.get("expression", ""))
        return {"seconds": seconds}

    @blueprint.post("/api/guided/leave")
    def leave() -> dict[str, Any]:
        """Nothing of what was seen since is kept; a form {stop}: yes, to end the session, which began on this page."""
        booth.leave()
        if request.form.get("stop") == "yes" and live.controller.state.active:
            live.controller.stop()
        return {"ok": True}

    @blueprint.post("/api/guided/end")
    def end() -> dict[str, Any]:
        """Keep a few looks as verdicts of one moment; a form {instead}: the looks of a moment that it replaces."""
        before = _numbers(request.form.get("instead", ""))
        expression, looks = booth.end()
        ids = storage.written(lambda store: _keep(store, person, expression, looks, before))
        return {"ids": ids, "kept": len(ids), "saw": looks[-1].face.words.expression, "stored": storage.words}

    @blueprint.post("/api/guided/take-back")
    def take_back() -> dict[str, Any]:
        """A form {ids}: these looks are kept no longer."""
        taken = _numbers(request.form.get("ids", ""))
        erase.undo_verdicts(storage.require(), taken)
        return {"ok": True, "stored": storage.words}

    return blueprint


def _require_decision(storage: Storage) -> None:
    storage.require()
    if storage.retention is None:
        raise UsageError("Say first for how long Mien may keep what it reads: looks are kept as verdicts, and nothing before.")


def _keep(store: Store, person: str, expression: str, looks: list[SampledFrame], before: list[int]) -> list[int]:
    """All at one time, which is what makes them one moment."""
    _take_back(store, before)
    at = now()
    return [
        save_moment_verdict(
            store, look.face, look.judge, expression,
            session=look.session, t=look.t, number=look.number, person=person, origin="start", at=at,
        )
        for look in looks
    ]  # fmt: skip


def _take_back(store: Store, numbers: list[int]) -> None:
    for number in numbers:
        undo_verdict(store, number)


def _numbers(given: str) -> list[int]:
    return [whole_number(part, "Looks are called by their numbers", LARGEST_ID) for part in given.split(",") if part]


def _area(reading: Reading) -> float:
    return reading.face.box.area
