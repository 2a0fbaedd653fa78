"""Three made-up meetings of two hours, for tests and pictures of the trend: no file of a person, the same from each seed.

What one sees in the trend of each, and somebody else has to see, too, who knows nothing but the picture:

- ``demo``: it begins cheerful, is quiet for an hour, stops for a break of ten minutes, and after it, while something is shown,
  there are waves of surprise and laughter until the end.
- ``review``: calm at first; from about half an hour on sad, then angry, worst a little after the first hour, when the camera is
  lost for three minutes; then it calms down, and the last quarter of an hour ends on a smile.
- ``lecture``: neutral throughout with three short laughs; the chair is empty for twenty minutes in the middle; after that it
  gets dark, and more and more is unclear.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from tracker.core.records import FaceRecord, ObservationRecord, QualityRecord, whole_milliseconds
from tracker.core.text import NOBODY
from tracker.core.vocabulary import EMOJI, EXPRESSIONS, UNCLEAR
from tracker.exports.session_data import Marker, Pause, SessionData
from tracker.live.timeline import Why
from tracker.store.database import Database
from tracker.store.recorder import Recorder
from tracker.store.testing import beginning

BEGAN: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MINUTES: Final = 120
HOLD_SECONDS: Final = 6.0
"""For how long a face keeps an expression, on average."""

Mix = dict[str, float]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting as a plan.

    Attributes:
        title: What it is called.
        seed: Of its random numbers.
        phases: (minute at which it begins, expression -> share), in order.
        pauses: (first minute, last minute, why).
        markers: (minute, text).
    """

    title: str
    seed: int
    phases: tuple[tuple[float, Mix], ...]
    pauses: tuple[tuple[float, float, Why], ...] = ()
    markers: tuple[tuple[float, str], ...] = ()


MEETINGS: Final = {
    "demo": Meeting(
        "Demo day",
        1,
        (
            (0, {"happy": 0.7, "neutral": 0.25, "surprise": 0.05}),
            (8, {"neutral": 0.85, UNCLEAR: 0.1, "happy": 0.05}),
            (40, {"neutral": 0.92, UNCLEAR: 0.08}),
            (70, {"surprise": 0.45, "neutral": 0.35, "happy": 0.2}),
            (82, {"neutral": 0.6, "happy": 0.4}),
            (92, {"happy": 0.65, "surprise": 0.25, "neutral": 0.1}),
            (104, {"neutral": 0.55, "happy": 0.4, UNCLEAR: 0.05}),
            (112, {"happy": 0.85, "neutral": 0.15}),
        ),
        ((60, 70, "paused"),),
        ((8, "Round table"), (70, "Demo begins"), (92, "It works")),
    ),
    "review": Meeting(
        "Incident review",
        2,
        (
            (0, {"neutral": 0.85, "happy": 0.08, UNCLEAR: 0.07}),
            (28, {"neutral": 0.6, "sad": 0.3, UNCLEAR: 0.1}),
            (44, {"neutral": 0.35, "sad": 0.4, "angry": 0.15, "fear": 0.1}),
            (58, {"angry": 0.55, "disgust": 0.1, "sad": 0.2, "neutral": 0.15}),
            (75, {"angry": 0.25, "sad": 0.3, "neutral": 0.45}),
            (88, {"neutral": 0.75, "sad": 0.2, UNCLEAR: 0.05}),
            (105, {"neutral": 0.55, "happy": 0.45}),
        ),
        ((66, 69, "lost"),),
        ((28, "What happened"), (58, "Who knew?"), (105, "Actions")),
    ),
    "lecture": Meeting(
        "Lecture",
        3,
        (
            (0, {"neutral": 0.95, UNCLEAR: 0.05}),
            (18, {"happy": 0.8, "neutral": 0.2}),
            (21, {"neutral": 0.95, UNCLEAR: 0.05}),
            (37, {"happy": 0.75, "neutral": 0.25}),
            (40, {"neutral": 0.95, UNCLEAR: 0.05}),
            (50, {NOBODY: 1.0}),
            (70, {"neutral": 0.7, UNCLEAR: 0.3}),
            (84, {"happy": 0.6, "neutral": 0.2, UNCLEAR: 0.2}),
            (87, {"neutral": 0.5, UNCLEAR: 0.5}),
            (103, {"neutral": 0.15, UNCLEAR: 0.85}),
        ),
        markers=((18, "First joke"), (50, "Coffee"), (103, "Sun is down")),
    ),
}


def observations(meeting: Meeting, hz: float = 2.0, session: str = "s") -> Iterator[ObservationRecord]:
    """The meeting's observations in order of time; hz: how many a second."""
    random = np.random.default_rng(meeting.seed)
    begins = [begin for begin, _ in meeting.phases]
    word, until = "neutral", 0.0
    for number in range(int(MINUTES * 60 * hz)):
        t = number / hz
        mix = meeting.phases[int(np.searchsorted(begins, t / 60, side="right")) - 1][1]
        if t >= until or word not in mix:
            word = str(random.choice(list(mix), p=list(mix.values())))
            until = t + float(random.exponential(HOLD_SECONDS))
        confidence = float(np.clip(random.normal(0.45 if word == UNCLEAR else 0.8, 0.12), 0.3, 0.98))
        if any(60 * first < t < 60 * last for first, last, _ in meeting.pauses):
            continue
        at = whole_milliseconds(BEGAN + timedelta(seconds=t))
        faces = () if word == NOBODY else (_face(word, round(confidence, 4)),)
        yield ObservationRecord(session=session, t=t, at=at, frame=number, source="fake", faces=faces)


def _face(word: str, confidence: float) -> FaceRecord:
    best = "neutral" if word == UNCLEAR else word
    rest = (1 - confidence) / (len(EXPRESSIONS) - 1)
    scores = {name: confidence if name == best else rest for name in EXPRESSIONS}
    return FaceRecord(
        id=1, box=(200, 100, 160, 180), expression=word, emoji=EMOJI[word], confidence=confidence, scores=scores, smooth=scores,
        quality=QualityRecord.of("too dark" if word == UNCLEAR and confidence < 0.4 else None), motion=None,
    )  # fmt: skip


def session_data(name: str, hz: float = 2.0) -> SessionData:
    """A meeting in the form that reports and exports take; name: of one of MEETINGS."""
    meeting = MEETINGS[name]
    return SessionData(
        id=f"meeting-{name}",
        source="fake",
        hz=hz,
        started_at=BEGAN,
        rows=lambda: observations(meeting, hz),
        title=meeting.title,
        ended_at=BEGAN + timedelta(minutes=MINUTES),
        markers=tuple(Marker(60 * minute, text) for minute, text in meeting.markers),
        pauses=tuple(Pause(60 * first, 60 * last, why) for first, last, why in meeting.pauses),
        zone=UTC,
    )


def store_meetings(database: Database, hz: float = 2.0) -> None:
    """Store all of them, as sessions ``meeting-demo`` and so on."""
    for name, meeting in MEETINGS.items():
        start = beginning(f"meeting-{name}", hz=hz, started_at=BEGAN)
        with Recorder(database, start, most=int(MINUTES * 60 * hz) + 1) as recorder:
            for record in observations(meeting, hz):
                recorder.write(record)
                for first, _, why in meeting.pauses:
                    if record.t == 60 * first:
                        recorder.pause(why)
            for minute, text in meeting.markers:
                recorder.mark(text, t=60 * minute, at=BEGAN + timedelta(minutes=minute))
            recorder.entitle(meeting.title)
            recorder.end()
            recorder.flush(120)
