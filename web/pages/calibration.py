"""The calibration page: one expression after another is shown for some seconds and saved as verdicts."""

from dataclasses import dataclass
from typing import Final, TypedDict

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session as Store

from tracker.config.settings import Settings
from tracker.core.errors import UsageError
from tracker.core.face import Face
from tracker.core.frame import now
from tracker.core.person import ME
from tracker.core.vocabulary import EXPRESSIONS
from tracker.live.events import Event, ObservationMade
from tracker.model.provenance import ModelProvenance
from tracker.personal.sample_frames import MAX_SAMPLED_FRAMES, FrameSampler
from tracker.store import erase
from tracker.store.verdicts import save_moment_verdict, undo_verdict
from web.live.socket import LiveSocket
from web.request_values import whole_number
from web.storage import LARGEST_ID, Storage


@dataclass(frozen=True, slots=True)
class CalibrationStep:
    """An expression to show.

    Attributes:
        name: the expression.
        title: what it is called on the page.
        hint: a situation that may bring it about; nobody is told how to move their face.
    """

    name: str
    title: str
    hint: str


CALIBRATION_STEPS: Final = (
    # The first one: a resting face alone may be all that somebody wants to show.
    CalibrationStep("neutral", "your resting face", "As if you were reading alone."),
    CalibrationStep("happy", "happy", "As if you met a friend."),
    CalibrationStep("surprise", "surprised", "As if an old friend suddenly rang."),
    CalibrationStep("sad", "sad", "As if a good film ended badly."),
    CalibrationStep("angry", "angry", "As if somebody took your seat and laughed."),
    CalibrationStep("fear", "afraid", "As if you heard steps behind you in the dark."),
    CalibrationStep("disgust", "disgusted", "As if the milk had gone sour."),
)
"""In the order of the page."""


@dataclass(frozen=True, slots=True, eq=False)
class SampledFrame:
    """A face while an expression was shown.

    Attributes:
        face: with the crop that the model saw, and the words that were shown.
        number: the face's id in the session.
        session: the session's uuid.
        t: seconds since it began.
        provenance: which model judged the face.
    """

    face: Face
    number: int
    session: str
    t: float
    provenance: ModelProvenance


class CalibrationCapture:
    """Samples the largest face from ``begin`` to ``end``, in memory only; one expression at a time."""

    def __init__(self, live: LiveSocket, seconds: float) -> None:
        self._live, self._seconds = live, seconds
        self._sampling: tuple[str, FrameSampler[SampledFrame]] | None = None
        live.controller.subscribe(self.consume)

    def begin(self, expression: str) -> None:
        """Sample an expression from now on; UsageError if it is none or nothing is watched. What was not ended is forgotten."""
        if expression not in EXPRESSIONS:
            raise UsageError(f"The expressions are {', '.join(EXPRESSIONS)}; {expression!r} is none of them.")
        if self._live.controller.state.kind != "watching":
            raise UsageError("Nothing is being watched. Choose a camera first, or press Resume.")
        self._sampling = expression, FrameSampler(self._seconds)

    def leave(self) -> None:
        """Forget what was sampled since ``begin``."""
        self._sampling = None

    def end(self) -> tuple[str, list[SampledFrame]]:
        """The expression and a few samples that can be judged, spread over the time; UsageError if there are none."""
        sampling, self._sampling = self._sampling, None
        if sampling is None:
            raise UsageError("No expression is being shown. Press Start again.")
        return sampling[0], sampling[1].chosen()

    def consume(self, event: Event) -> None:
        """The largest face of an observation may become one of the samples."""
        sampling = self._sampling
        if not isinstance(event, ObservationMade) or sampling is None:
            return
        session, observation = event.snapshot.session, event.snapshot.observation
        readings = zip(observation.readings, event.snapshot.judges, strict=True)
        largest = max(readings, key=lambda pair: pair[0].face.box.area, default=None)
        if largest is None:
            sampling[1].see(observation.t, None, "nobody was there")
            return
        reading, provenance = largest
        sample = SampledFrame(reading.face_as_shown, reading.id, session, observation.t, provenance)
        sampling[1].see(observation.t, sample, reading.face.quality.reason)


class SavedSamples(TypedDict):
    """Samples that were saved; ids: their numbers in the store. saw: what the model made of the last one."""

    ids: list[int]
    kept: int
    saw: str
    stored: str


class UndoneSamples(TypedDict):
    """Samples that were taken back; stored: the sentence below every page."""

    ok: bool
    stored: str


def calibration_blueprint(live: LiveSocket, storage: Storage, settings: Settings, seconds: float) -> Blueprint:
    """The page, and what it asks for while the person shows expressions.

    Args:
        live: the session whose faces are sampled.
        storage: where samples are saved as verdicts.
        settings: whose verdicts they are.
        seconds: for how long each expression is shown.
    """
    blueprint = Blueprint("calibration", __name__)
    capture, person = CalibrationCapture(live, seconds), settings.person or ME

    @blueprint.get("/start")
    def page() -> str:
        return render_template("calibration.html", steps=CALIBRATION_STEPS, seconds=seconds, most=MAX_SAMPLED_FRAMES)

    @blueprint.post("/api/guided/begin")
    def begin() -> dict[str, float]:
        """A form {expression}: the person shows it from now on."""
        storage.require()
        if storage.retention is None:
            raise UsageError(
                "First choose how long results are kept: samples are saved as verdicts, and nothing is saved before that."
            )
        capture.begin(request.form.get("expression", ""))
        return {"seconds": seconds}

    @blueprint.post("/api/guided/leave")
    def leave() -> dict[str, bool]:
        """Forget what was sampled; a form {stop}: yes, to end the session, which began on this page."""
        capture.leave()
        if request.form.get("stop") == "yes" and live.controller.state.active:
            live.controller.stop()
        return {"ok": True}

    @blueprint.post("/api/guided/end")
    def end() -> SavedSamples:
        """Save a few samples as verdicts of one moment; a form {instead}: numbers of the samples that they replace."""
        replaced = sample_numbers(request.form.get("instead", ""))
        expression, samples = capture.end()

        def work(store: Store) -> list[int]:
            for number in replaced:
                undo_verdict(store, number)
            # All at one time: that makes them one moment.
            at = now()
            return [
                save_moment_verdict(
                    store,
                    sample.face,
                    sample.provenance,
                    expression,
                    session=sample.session,
                    t=sample.t,
                    number=sample.number,
                    person=person,
                    origin="start",
                    at=at,
                )
                for sample in samples
            ]

        ids = storage.write(work)
        return {"ids": ids, "kept": len(ids), "saw": samples[-1].face.words.expression, "stored": storage.sentence}

    @blueprint.post("/api/guided/take-back")
    def take_back() -> UndoneSamples:
        """A form {ids}: delete these samples."""
        numbers = sample_numbers(request.form.get("ids", ""))
        erase.undo_verdicts(storage.require(), numbers)
        return {"ok": True, "stored": storage.sentence}

    return blueprint


def sample_numbers(text: str) -> list[int]:
    """Numbers with commas between them; UsageError for anything else."""
    return [whole_number(part, "Samples are called by their numbers", LARGEST_ID) for part in text.split(",") if part]
