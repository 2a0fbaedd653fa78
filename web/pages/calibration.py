"""The calibration page: one expression after another is shown for some seconds and saved as verdicts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypedDict

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session as Store

from tracker.config.settings import Settings
from tracker.core.errors import UsageError
from tracker.core.face import Face
from tracker.core.frame import now
from tracker.core.person import ME
from tracker.core.vocabulary import ADJECTIVES, EXPRESSIONS, UNCLEAR
from tracker.live.events import Event, ObservationMade, SessionBegan
from tracker.model.provenance import ModelProvenance
from tracker.personal.sample_frames import MAX_SAMPLED_FRAMES, FrameSampler
from tracker.personal.seconds_read import ShownFace
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


@dataclass(frozen=True, slots=True, eq=False)
class ShownExpression:
    """What was sampled while an expression was shown.

    Attributes:
        expression: what the person was asked to show.
        samples: a few that can be judged, spread over the time.
        faces: all readable ones.
    """

    expression: str
    samples: Sequence[SampledFrame]
    faces: Sequence[ShownFace]

    @property
    def contradiction(self) -> str | None:
        """What most of the samples looked like to the model, where that is another expression."""
        seen = Counter(sample.face.words.expression for sample in self.samples)
        ((commonest, count),) = seen.most_common(1)
        is_clear = commonest not in (UNCLEAR, self.expression) and 2 * count > len(self.samples)
        return commonest if is_clear else None


class CalibrationCapture:
    """Samples the largest face from ``begin`` to ``end``, in memory only; one expression at a time.

    What was saved stays in memory until the page is left, so that a fit can be compared on it.
    """

    def __init__(self, live: LiveSocket, seconds: float) -> None:
        self.seconds = seconds
        self._live = live
        self._sampling: tuple[str, FrameSampler[SampledFrame]] | None = None
        self._asked: ShownExpression | None = None
        self._saved: dict[str, tuple[list[int], ShownExpression]] = {}
        live.controller.subscribe(self.consume)

    def begin(self, expression: str) -> None:
        """Sample an expression from now on; UsageError if it is none or nothing is watched. What was not ended is forgotten."""
        if expression not in EXPRESSIONS:
            raise UsageError(f"The expressions are {', '.join(EXPRESSIONS)}; {expression!r} is none of them.")
        if self._live.controller.call is not None:
            raise UsageError("On a call Mien sees the others. Stop it on the page Call first, then show your own face.")
        if self._live.controller.state.kind != "watching":
            raise UsageError("Nothing is being watched. Choose a camera first, or press Resume.")
        self._asked, self._sampling = None, (expression, FrameSampler(self.seconds))

    def stop(self) -> None:
        """Forget what was sampled since ``begin``."""
        self._sampling = self._asked = None

    def leave(self) -> None:
        """Forget also what was saved: the store has its samples."""
        self.stop()
        self._saved = {}

    def end(self, *, sure: bool) -> ShownExpression:
        """What was shown since ``begin``; UsageError if nothing readable was.

        sure: what ``contradiction`` asked about is to be saved. What is asked about stays until then, or until ``stop``.
        """
        if sure and self._asked is not None:
            shown, self._asked = self._asked, None
            return shown
        sampling, self._sampling = self._sampling, None
        if sampling is None:
            raise UsageError("No expression is being shown. Press Start again.")
        expression, sampler = sampling
        faces = [(sample.t, sample.face.crop) for sample in sampler.good]
        shown = ShownExpression(expression, sampler.chosen(), faces)
        self._asked = None if shown.contradiction is None else shown
        return shown

    def saved(self, ids: list[int], shown: ShownExpression) -> None:
        """Remember what was saved under these numbers of the store."""
        self._saved[shown.expression] = ids, shown

    def taken_back(self, ids: Sequence[int]) -> None:
        """Forget what was saved under these numbers."""
        self._saved = {name: saved for name, saved in self._saved.items() if not set(ids) & set(saved[0])}

    @property
    def shown(self) -> Mapping[str, Sequence[ShownFace]]:
        """Expression -> the readable faces of the last time it was shown and saved, in the order of saving."""
        return {name: shown.faces for name, (_, shown) in self._saved.items()}

    def consume(self, event: Event) -> None:
        """The largest face of an observation may become one of the samples; of another session none does."""
        if isinstance(event, SessionBegan):
            self.stop()
        sampling = self._sampling
        if not isinstance(event, ObservationMade) or sampling is None:
            return
        session, observation = event.snapshot.session, event.snapshot.observation
        readings = zip(observation.readings, event.snapshot.provenances, strict=True)
        largest = max(readings, key=lambda pair: pair[0].face.box.area, default=None)
        if largest is None:
            sampling[1].see(observation.t, None, "nobody was there")
            return
        reading, provenance = largest
        sample = SampledFrame(reading.face_as_shown, reading.id, session, observation.t, provenance)
        sampling[1].see(observation.t, sample, reading.face.quality.reason)


class SavedSamples(TypedDict):
    """Samples that were saved; ids: their numbers in the store, none yet while ``asks`` is a question.

    saw: what the model made of the last one. asks: whether to save what looked like another expression to the model; or empty.
    """

    ids: list[int]
    kept: int
    saw: str
    asks: str
    stored: str


class UndoneSamples(TypedDict):
    """Samples that were taken back; stored: the sentence below every page."""

    ok: bool
    stored: str


def calibration_blueprint(live: LiveSocket, storage: Storage, settings: Settings, capture: CalibrationCapture) -> Blueprint:
    """The page, and what it asks for while the person shows expressions.

    Args:
        live: the session whose faces are sampled.
        storage: where samples are saved as verdicts.
        settings: whose verdicts they are.
        capture: samples what is shown.
    """
    blueprint = Blueprint("calibration", __name__)
    person = settings.person or ME

    @blueprint.get("/start")
    def page() -> str:
        return render_template("calibration.html", steps=CALIBRATION_STEPS, seconds=capture.seconds, most=MAX_SAMPLED_FRAMES)

    @blueprint.post("/api/guided/begin")
    def begin() -> dict[str, float]:
        """A form {expression}: the person shows it from now on."""
        storage.require()
        if storage.retention is None:
            raise UsageError(
                "First choose how long results are kept: samples are saved as verdicts, and nothing is saved before that."
            )
        capture.begin(request.form.get("expression", ""))
        return {"seconds": capture.seconds}

    @blueprint.post("/api/guided/leave")
    def leave() -> dict[str, bool]:
        """Forget what was sampled; a form {stop} when the page is left: yes, to end the session, which began on it, or no."""
        if "stop" in request.form:
            capture.leave()
        else:
            capture.stop()
        if request.form.get("stop") == "yes" and live.controller.state.active:
            live.controller.stop()
        return {"ok": True}

    @blueprint.post("/api/guided/end")
    def end() -> SavedSamples:
        """Save a few samples as verdicts of one moment, unless they contradict the model: then ask first.

        A form {instead, sure}: numbers of the samples that they replace, and yes if what was asked about is to be saved.
        """
        replaced = sample_numbers(request.form.get("instead", ""))
        sure = request.form.get("sure") == "yes"
        shown = capture.end(sure=sure)
        saw, contradiction = shown.samples[-1].face.words.expression, shown.contradiction
        if contradiction is not None and not sure:
            asks = f"This looked {_looks(contradiction)} to Mien, not {_looks(shown.expression)}: keep it?"
            return {"ids": [], "kept": 0, "saw": saw, "asks": asks, "stored": storage.sentence}

        ids = storage.write(lambda store: _save(store, shown, replaced, person))
        capture.saved(ids, shown)
        return {"ids": ids, "kept": len(ids), "saw": saw, "asks": "", "stored": storage.sentence}

    @blueprint.post("/api/guided/take-back")
    def take_back() -> UndoneSamples:
        """A form {ids}: delete these samples."""
        numbers = sample_numbers(request.form.get("ids", ""))
        erase.undo_verdicts(storage.require(), numbers)
        capture.taken_back(numbers)
        return {"ok": True, "stored": storage.sentence}

    return blueprint


def _save(store: Store, shown: ShownExpression, replaced: Sequence[int], person: str) -> list[int]:
    """Save the samples as verdicts, in place of those with the numbers ``replaced``; their numbers in the store."""
    for number in replaced:
        undo_verdict(store, number)
    # All at one time: that makes them one moment.
    at = now()
    return [
        save_moment_verdict(
            store,
            sample.face,
            sample.provenance,
            shown.expression,
            session=sample.session,
            t=sample.t,
            number=sample.number,
            person=person,
            origin="start",
            at=at,
        )
        for sample in shown.samples
    ]


def _looks(expression: str) -> str:
    return ADJECTIVES.get(expression, expression)


def sample_numbers(text: str) -> list[int]:
    """Numbers with commas between them; UsageError for anything else."""
    return [whole_number(part, "Samples are called by their numbers", LARGEST_ID) for part in text.split(",") if part]
