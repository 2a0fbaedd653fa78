"""What becomes of the looks that were shown: a resting face that is switched on and off, and a fit with its report."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, request

from tracker.config.settings import Settings
from tracker.core.errors import DataError, UsageError
from tracker.core.frame import now
from tracker.core.person import ME
from tracker.personal import baseline, fit_files
from tracker.personal.summary import compared
from tracker.store import session_queries
from tracker.store.find_session import find_session
from web.live.socket import LiveSocket
from web.pages.health import released_model
from web.storage import Storage

ANSWERS = {"yes": True, "no": False}


def resting_face_blueprint(live: LiveSocket, storage: Storage, settings: Settings, changed: Callable[[], None]) -> Blueprint:
    """What the pages ask; ``changed`` is told when another fit takes effect, which is at once, also in a running session."""
    blueprint = Blueprint("resting_face", __name__)
    person = settings.person or ME

    @blueprint.app_context_processor
    def known() -> dict[str, Any]:
        """For the switch, wherever it stands, and the offer while nothing was fitted."""
        return {"resting_face": lambda: resting_face(person)}

    @blueprint.get("/api/resting")
    def when() -> dict[str, Any]:
        """Whether it is on, and when it was: stretches of [from, to or null], in seconds of ``session``, or of the live one."""
        uuid = request.args.get("session")
        told = _of_live(live, person) if uuid is None else _of_stored(storage, uuid, person)
        return {"on": baseline.is_on(person), "stretches": told}

    @blueprint.post("/api/resting")
    def switch() -> dict[str, Any]:
        """A form {on: yes or no}."""
        on = ANSWERS.get(request.form.get("on", ""))
        if on is None:
            raise UsageError("A switch is turned with yes or no.")
        if on:
            baseline.turn_on(person, _classifier(settings).sha256)
        else:
            baseline.turn_off(person)
        changed()
        return {"on": on}

    @blueprint.post("/api/guided/fit")
    def fit() -> dict[str, Any]:
        """A form {only}: learn the resting face alone, or from all verdicts; only a clear gain takes effect by itself."""
        learnt = _learn_rest if request.form.get("only") == "resting" else _learn_all
        told = learnt(storage, settings, person)
        if told["in_effect"]:
            changed()
        return told

    return blueprint


def resting_face(person: str) -> dict[str, bool]:
    """Whether one is known, whether it is on, and whether anything was fitted at all."""
    try:
        known = [fit.origin == baseline.BASELINE for fit in fit_files.versions(person)]
        return {"known": any(known), "on": baseline.is_on(person), "fitted": bool(known)}
    except DataError:
        # A damaged fit is told on Health; the other pages go on without.
        return {"known": False, "on": False, "fitted": True}


SessionRanges = list[tuple[float, float | None]]


def _of_live(live: LiveSocket, person: str) -> SessionRanges:
    """When it was on in the session that is on the page Now."""
    rows = live.controller.timeline.since(0)
    moments = [(row.at, row.t) for row in rows]
    # What was switched on since the last row holds from there on.
    return ranges_in_session(baseline.stretches(person), [*moments, *((now(), t) for _, t in moments[-1:])])


def _of_stored(storage: Storage, uuid: str, person: str) -> SessionRanges:
    """When it was on in a session, without the times before it if nobody's fit was applied."""
    with storage.reading() as store:
        kept = find_session(store, uuid)
        known = [each for each in baseline.stretches(person) if kept.person is not None or each[0] >= kept.started_at]
        return ranges_in_session(known, session_queries.clock_times(store, kept) if known else [])


def ranges_in_session(stretches: Iterable[baseline.Stretch], moments: Sequence[tuple[datetime, float]]) -> SessionRanges:
    """Stretches by the wall clock in a session's seconds: each end where the clock showed most nearly that.

    moments: what it showed, and at which second; it may have been set in between.
    """
    if not moments:
        return []
    first, last = min(moments)[0], max(moments)[0]

    def nearest(at: datetime) -> float:
        return min(moments, key=lambda moment: abs(moment[0] - at))[1]

    inside = [(begin, end) for begin, end in stretches if begin <= last and (end is None or end >= first)]
    return [(nearest(begin), None if end is None or end >= last else nearest(end)) for begin, end in inside]


def _learn_rest(storage: Storage, settings: Settings, person: str) -> dict[str, Any]:
    from tracker.personal.fitting import called
    from tracker.personal.from_store import resting_from_store
    from tracker.personal.refit import fit_baseline

    classifier = _classifier(settings)
    with storage.reading() as store:
        looks = resting_from_store(store, person, classifier)
    report = fit_baseline(person, looks.features, classifier)
    seen = called(looks, classifier.contract)
    words = f"Of {len(looks)} looks at your resting face the released model takes {_listed(seen)}."
    little = " So there is little to gain." if seen.get(baseline.RESTING) == len(looks) else ""
    return {"version": report.version, "origin": report.origin, "words": words + little, "in_effect": False}


def _learn_all(storage: Storage, settings: Settings, person: str) -> dict[str, Any]:
    from tracker.personal.from_store import labelled_from_store
    from tracker.personal.refit import fit_person

    classifier = _classifier(settings)
    with storage.reading() as store:
        labelled, _ = labelled_from_store(store, person, classifier)
    report = fit_person(person, labelled, classifier)
    bound = ""
    if report.lone:
        bound = " Held out, none is left of an expression that was shown once: so this says less than there is."
    words = compared(report.as_dict()) + bound
    return {"version": report.version, "origin": report.origin, "words": words, "in_effect": report.promoted}


def _listed(seen: dict[str, int]) -> str:
    return ", ".join(f"{count} for {name}" for name, count in seen.items())


def _classifier(settings: Settings) -> Any:
    from tracker.compose import open_classifier

    return open_classifier(released_model(settings), "picture")
