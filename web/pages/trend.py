"""The trend of the session that runs and of stored ones: drawn as SVG, with the numbers that a page shows at the pointer."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from flask import Blueprint, request
from msgspec import Struct, field

from tracker.core.records import JsonObject, as_json
from tracker.core.session_readings import DOUBTS, WORD_INDEX, SessionReadings
from tracker.core.text import NOBODY, SHOWN_OR_NOBODY, counted, share
from tracker.core.vocabulary import UNCLEAR
from tracker.reports.trend import compute_trend, frame_end, pixel_runs
from tracker.reports.trend_svg import GUTTER, NOBODY_NAMED, SHARES_HEIGHT, max_bins, ribbons_svg, trend_svg
from tracker.store.consents import names_of_faces
from tracker.store.find_session import find_session
from tracker.store.session_readings import query_readings
from web.live.socket import LiveSocket
from web.request_values import real_number, whole_number
from web.storage import LARGEST_ID, Storage

WIDTH_RANGE: Final = (60, 4000)
"""Units of a drawing: CSS pixels at the usual text size."""
DEFAULT_WIDTH: Final = 1000
HEIGHT_RANGE: Final = (8, 400)
MINUTE_SECONDS: Final = 60.0
MARGIN_SECONDS: Final = 86_400.0
"""How far beside a session a drawing may begin or end."""
RIBBON_HEIGHT: Final = 56
MAX_RIBBONS: Final = 6
"""Faces that get a ribbon, those with the most readings first."""
DIGITS: Final = 3
"""Of shares and seconds."""


class TrendAnswer(Struct, frozen=True, kw_only=True, rename={"start": "from", "stop": "to"}):
    """The trend of a part of a session.

    begin, end: of the whole session, in seconds of it; start, stop: of what is drawn. step: seconds of a bin. faces: their
    numbers. edges: [k + 1] of the bins. shares: [k, 9] in the order of expressions, unclear, nobody; empty for a bin in which
    nothing was watched. sure: [k] mean confidence of what was named or unclear. unclear: [k] why most of the unclear time was
    unclear; empty where nothing was. svg: the drawing.
    """

    begin: float
    end: float
    start: float
    stop: float
    step: float
    faces: list[int]
    edges: list[float]
    shares: list[list[float]]
    sure: list[float]
    unclear: list[str]
    svg: str


class RibbonRow(Struct, frozen=True):
    """What a ribbon shows.

    face: its number, None for whoever is there. words, sure: of each column, -1 in a gap. unclear: of each unclear run its
    first column, the one after its last, and why it is unclear.
    """

    face: int | None
    words: list[int]
    sure: list[float]
    unclear: list[tuple[int, int, str]]


class RibbonAnswer(Struct, frozen=True, kw_only=True, rename={"start": "from", "stop": "to"}):
    """A part of a session in full; fields as in ``TrendAnswer``. counted, words: what it was made of, for people."""

    begin: float
    end: float
    start: float
    stop: float
    counted: str
    words: str
    rows: list[RibbonRow] = field(default_factory=list)
    svg: str = ""


def trend_blueprint(live: LiveSocket, storage: Storage) -> Blueprint:
    """Each drawing of the live session, which ends where the session has room to grow, and of stored ones."""
    blueprint = Blueprint("trend", __name__)

    def live_readings() -> SessionReadings:
        asked = live.controller.state.request
        return live.controller.timeline.readings(asked.hz if asked else 0)

    def stored_readings(uuid: str) -> SessionReadings:
        with storage.reading() as store:
            return query_readings(store, uuid)

    @blueprint.get("/api/trend")
    def live_trend() -> JsonObject:
        """Of the session that runs, or ran last."""
        readings = live_readings()
        running = live.controller.state.active
        return as_json(trend_answer(readings, frame_end(readings.begin, readings.end) if running else readings.end))

    @blueprint.get("/api/ribbon")
    def live_ribbon() -> JsonObject:
        """The same, in full: the last minute, or what is asked for."""
        return as_json(ribbon_answer(live_readings()))

    @blueprint.get("/api/sessions/<id:uuid>/trend")
    def stored_trend(uuid: str) -> JsonObject:
        """Of a stored session."""
        readings = stored_readings(uuid)
        return as_json(trend_answer(readings, readings.end))

    @blueprint.get("/api/sessions/<id:uuid>/ribbon")
    def stored_ribbon(uuid: str) -> JsonObject:
        """The same, in full."""
        with storage.reading() as store:
            people = names_of_faces(store, find_session(store, uuid).uuid)
        return as_json(ribbon_answer(stored_readings(uuid), people))

    return blueprint


def trend_answer(readings: SessionReadings, until: float) -> TrendAnswer:
    """The trend as the request asks for it; until: where the axis ends unless it is told."""
    width, height = size("width", DEFAULT_WIDTH, WIDTH_RANGE), size("height", SHARES_HEIGHT, HEIGHT_RANGE)
    start, stop = part_asked(readings, readings.begin, until)
    lanes = "bare" not in request.args
    trend = compute_trend(readings, start, stop, max_bins(width - GUTTER * lanes), face_asked())
    named = trend.seconds[:, :-1].sum(axis=1)
    sure = trend.confident.sum(axis=1) / np.maximum(named, 1e-9)
    shares = [
        row if watched else [] for row, watched in zip(trend.shares.round(DIGITS).tolist(), trend.watched > 0, strict=True)
    ]
    is_unclear = trend.seconds[:, WORD_INDEX[UNCLEAR]] > 0
    unclear = [DOUBTS[most].words if some else "" for most, some in zip(trend.doubts.argmax(axis=1), is_unclear, strict=True)]
    return TrendAnswer(
        begin=rounded(readings.begin),
        end=rounded(readings.end),
        start=rounded(start),
        stop=rounded(stop),
        step=rounded(float(np.diff(trend.edges).max())),
        faces=readings.faces,
        edges=trend.edges.round(DIGITS).tolist(),
        shares=shares,
        sure=sure.round(DIGITS).tolist(),
        unclear=unclear,
        svg=trend_svg(trend, width, readings.end, lanes=lanes, height=height),
    )


def ribbon_answer(readings: SessionReadings, people: Mapping[int, str] = NOBODY_NAMED) -> RibbonAnswer:
    """A part in full as the request asks for it; without a part the last ``seconds``, a minute unless told otherwise.

    Args:
        readings: The session's.
        people: What faces are called, by their numbers, of those who have a name.
    """
    width, height = size("width", DEFAULT_WIDTH, WIDTH_RANGE), size("height", RIBBON_HEIGHT, HEIGHT_RANGE)
    seconds = min(max(number("seconds", MINUTE_SECONDS), 1), MARGIN_SECONDS)
    start, stop = part_asked(readings, readings.end - seconds, readings.end)
    names, face = "bare" not in request.args, face_asked()
    part = readings.between(start, stop)
    faces: list[int | None] = [face]
    if face is None and len(part.faces) > 1:
        most_read = sorted(part.faces, key=lambda each: -int((part.face == each).sum()))[:MAX_RIBBONS]
        # Zoom sends one person at a time: those of a call are several, though no observation shows two.
        faces = [*sorted(most_read)] if people or several_at_once(part) else [None]
    columns = max(width - GUTTER * names, 1)
    rows = []
    for each in faces:
        words, sure, unclear = [-1] * columns, [0.0] * columns, list[tuple[int, int, str]]()
        for run in pixel_runs(readings, each, start, stop, columns):
            words[run.first : run.after] = [SHOWN_OR_NOBODY.index(run.word)] * (run.after - run.first)
            sure[run.first : run.after] = run.confidence.round(DIGITS).tolist()
            if run.word == UNCLEAR:
                unclear.append((run.first, run.after, run.doubt.words))
        rows.append(RibbonRow(each, words, sure, unclear))
    t = part.times.t
    return RibbonAnswer(
        begin=rounded(readings.begin),
        end=rounded(readings.end),
        start=rounded(start),
        stop=rounded(stop),
        counted=counted(int(((t >= start) & (t < stop)).sum()), "observation"),
        words=words_of(part, start, stop, face, people),
        rows=rows,
        svg=ribbons_svg(readings, faces, (start, stop), width=width, height=height, names=names, people=people),
    )


def several_at_once(readings: SessionReadings) -> bool:
    """Whether an observation has more than one face: several numbers alone may be one person, who went and came back."""
    return bool((np.diff(readings.observation) == 0).any())


def words_of(part: SessionReadings, start: float, stop: float, face: int | None, people: Mapping[int, str]) -> str:
    """What a part was made of, each share with what it is a share of."""
    t = part.times.t
    inside = (t >= start) & (t < stop)
    chosen = inside[part.observation] & (face is None or part.face == face)
    counts = np.bincount(part.word[chosen], minlength=len(SHOWN_OR_NOBODY))
    total, observations = int(counts.sum()), int(inside.sum())
    nobody = observations - len(np.unique(part.observation[inside[part.observation]]))
    told = []
    if total:
        ranked = sorted(zip(counts.tolist(), SHOWN_OR_NOBODY, strict=True), reverse=True)
        told.append(", ".join(f"{word} {share(count / total)}" for count, word in ranked if count) + ".")
    elif face is not None:
        told.append(f"{people.get(face, f'Face {face}')} was not there.")
    if nobody:
        told.append(f"{NOBODY.capitalize()}: {share(nobody / observations)} of the observations.")
    return " ".join(told) or "Nothing was watched."


def part_asked(readings: SessionReadings, start: float, stop: float) -> tuple[float, float]:
    """``from`` and ``to`` of the request, near enough to the session and in order; else start and stop."""
    low, high = readings.begin - MARGIN_SECONDS, readings.end + MARGIN_SECONDS
    first, last = (min(max(number(name, usual), low), high) for name, usual in (("from", start), ("to", stop)))
    return (first, last) if first < last else (first, first + max(readings.times.usual, 1 / 1000))


def face_asked() -> int | None:
    """The number of ``face``; None is everybody."""
    text = request.args.get("face")
    return None if text is None else whole_number(text, "A face is called by its number", LARGEST_ID)


def number(name: str, usual: float) -> float:
    """A number of the request; UsageError if it is none."""
    text = request.args.get(name)
    return usual if text is None else real_number(text, f"{name} is a number of seconds")


def size(name: str, usual: int, allowed: tuple[int, int]) -> int:
    """A size of the request in units of the drawing, brought into its range; UsageError if it is no number."""
    text = request.args.get(name)
    low, high = allowed
    return usual if text is None else int(min(max(real_number(text, f"{name} is a number of pixels"), low), high))


def rounded(seconds: float) -> float:
    """To milliseconds."""
    return round(seconds, DIGITS)
