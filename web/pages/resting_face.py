"""The resting face: switched on and off, when it was on in a session, and fits that are made from the calibration page."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from flask import Blueprint, request

from tracker.config.settings import Settings
from tracker.core.errors import DataError, UsageError
from tracker.core.frame import now
from tracker.core.person import ME
from tracker.core.records import JsonObject, as_json
from tracker.personal import baseline, fit_files
from tracker.personal.select_fit import fit_to_apply
from tracker.personal.summary import comparison_sentence
from tracker.store import session_queries
from tracker.store.find_session import find_session
from web.live.socket import LiveSocket
from web.pages.calibration import CalibrationCapture
from web.pages.health import released_model
from web.storage import Storage

if TYPE_CHECKING:
    from tracker.model.classifier import OnnxClassifier

SessionRanges = list[tuple[float, float | None]]
"""[from, to] in seconds of a session; to is None where it goes on to the session's end."""


class RestingFaceState(TypedDict):
    """known: whether a fit to the resting face exists. on: whether it is applied. fitted: whether any fit exists."""

    known: bool
    on: bool
    fitted: bool


class RestingFaceAnswer(TypedDict):
    """Whether it is on now, and when it was on in a session."""

    on: bool
    stretches: SessionRanges


class FitAnswer(TypedDict):
    """A fit that was made; words: its report for people. in_effect: whether it is applied from now on.

    results: ``SecondsRead`` of each expression that was shown since the page was opened.
    """

    version: int
    origin: str
    words: str
    in_effect: bool
    results: list[JsonObject]


def resting_face_blueprint(
    live: LiveSocket, storage: Storage, settings: Settings, capture: CalibrationCapture, changed: Callable[[], None]
) -> Blueprint:
    """What the switch and the calibration page ask for.

    Args:
        live: the session that is on the page Now.
        storage: where verdicts and sessions are stored.
        settings: whose resting face it is, and the model.
        capture: what was shown on the calibration page, on which a fit is compared.
        changed: called when another fit takes effect; it does so at once, also in a running session.
    """
    blueprint = Blueprint("resting_face", __name__)
    person = settings.person or ME

    @blueprint.app_context_processor
    def context() -> dict[str, Callable[[], RestingFaceState]]:
        """The state of the resting face, for the switch in Settings and for the offer to calibrate."""
        return {"resting_face": lambda: resting_face_state(person)}

    @blueprint.get("/api/resting")
    def when() -> RestingFaceAnswer:
        """Whether the resting face is taken into account now, and when it was in a session: ?session=ID, else the live one."""
        uuid = request.args.get("session")
        if uuid is None:
            times = [(row.at, row.t) for row in live.controller.timeline.since(0)]
            # If it was switched on after the last row, it counts from that row on.
            ranges = ranges_in_session(baseline.active_ranges(person), [*times, *((now(), t) for _, t in times[-1:])])
        else:
            with storage.reading() as store:
                session = find_session(store, uuid)
                # Where no fit was applied, the times before the session do not count.
                on = [
                    each
                    for each in baseline.active_ranges(person)
                    if session.person is not None or each[0] >= session.started_at
                ]
                ranges = ranges_in_session(on, session_queries.clock_times(store, session) if on else [])
        return {"on": baseline.is_on(person), "stretches": ranges}

    @blueprint.post("/api/resting")
    def switch() -> dict[str, bool]:
        """A form {on}: yes or no."""
        word = request.form.get("on", "")
        if word not in ("yes", "no"):
            raise UsageError("Send on=yes or on=no.")
        if word == "yes":
            baseline.turn_on(person, _released_classifier(settings).sha256)
        else:
            baseline.turn_off(person)
        changed()
        return {"on": word == "yes"}

    @blueprint.post("/api/guided/fit")
    def fit() -> FitAnswer:
        """A form {only}: "resting" fits to the resting face alone, else to all verdicts."""
        from tracker.compose import open_classifier
        from tracker.personal.seconds_read import seconds_read

        make_fit = fit_to_resting_face if request.form.get("only") == "resting" else fit_to_verdicts
        before = fit_to_apply(settings.person, _released_classifier(settings).sha256)
        answer = make_fit(storage, settings, person)
        classifier = open_classifier(released_model(settings), "live")
        after = fit_files.version(person, answer["version"])
        shown = capture.shown
        if after.origin == baseline.BASELINE_ORIGIN:
            shown = {name: faces for name, faces in shown.items() if name == baseline.RESTING_EXPRESSION}
        answer["results"] = [as_json(seconds_read(classifier, shown[name], name, before, after)) for name in shown]
        if answer["in_effect"]:
            changed()
        return answer

    return blueprint


def resting_face_state(person: str) -> RestingFaceState:
    """What the pages say of a person's resting face; reads the fits' files each time."""
    try:
        at_rest = [fit.origin == baseline.BASELINE_ORIGIN for fit in fit_files.versions(person)]
        return {"known": any(at_rest), "on": baseline.is_on(person), "fitted": bool(at_rest)}
    except DataError:
        # The page Health reports a damaged fit; other pages work without one.
        return {"known": False, "on": False, "fitted": True}


def ranges_in_session(ranges: Iterable[baseline.ActiveRange], times: Sequence[tuple[datetime, float]]) -> SessionRanges:
    """Ranges of the wall clock in a session's own seconds; each end is where the clock showed the nearest time.

    Args:
        ranges: (begin, end) by the wall clock; end is None for a range that has not ended.
        times: (wall clock, second of the session) of its observations; the clock may have been set in between.
    """
    if not times:
        return []
    first, last = min(times)[0], max(times)[0]

    def nearest(at: datetime) -> float:
        return min(times, key=lambda time: abs(time[0] - at))[1]

    inside = [(begin, end) for begin, end in ranges if begin <= last and (end is None or end >= first)]
    return [(nearest(begin), None if end is None or end >= last else nearest(end)) for begin, end in inside]


def fit_to_resting_face(storage: Storage, settings: Settings, person: str) -> FitAnswer:
    """Fit the released model to the samples of a resting face; it takes effect only when the person switches it on.

    Raises:
        UsageError: if there are too few samples.
    """
    from tracker.personal.fitting import released_guesses
    from tracker.personal.from_store import resting_from_store
    from tracker.personal.refit import fit_baseline

    classifier = _released_classifier(settings)
    with storage.reading() as store:
        samples = resting_from_store(store, person, classifier)
    report = fit_baseline(person, samples.features, classifier)
    counts = released_guesses(samples, classifier.contract)
    seen = ", ".join(f"{count} as {name}" for name, count in counts.items())
    words = f"The released model sees your resting face, in {len(samples)} samples of it: {seen}."
    little = " So a fit would gain little." if counts.get(baseline.RESTING_EXPRESSION) == len(samples) else ""
    return {"version": report.version, "origin": report.origin, "words": words + little, "in_effect": False, "results": []}


def fit_to_verdicts(storage: Storage, settings: Settings, person: str) -> FitAnswer:
    """Fit the released model to all verdicts of a person; it takes effect by itself if its gain is beyond doubt.

    Raises:
        UsageError: if there are too few verdicts.
    """
    from tracker.personal.from_store import fit_from_store

    report, _ = fit_from_store(storage.reading, person, _released_classifier(settings))
    words = comparison_sentence(report.comparison)
    if report.lone:
        words += " An expression that was shown only once cannot be both learnt and tested, so the true gain is larger."
    return {"version": report.version, "origin": report.origin, "words": words, "in_effect": report.promoted, "results": []}


def _released_classifier(settings: Settings) -> "OnnxClassifier":
    from tracker.compose import open_classifier

    return open_classifier(released_model(settings), "picture")
