"""A session of one face, made up and stored by a real recorder: calm, happy for a while, unclear, paused, sad at the end."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from tracker.core.face import Motion
from tracker.core.records import FaceRecord, ObservationRecord, QualityRecord, whole_milliseconds
from tracker.core.vocabulary import EXPRESSIONS
from tracker.store.database import Database
from tracker.store.recorder import Recorder
from tracker.store.testing import beginning

HZ, SECONDS = 2.0, 300
NOBODY, PAUSED = (200, 205), (220, 235)
HAPPY, DARK, SAD, SELDOM = 100, (170, 180), 235, 250
"""Seconds from which on, or in which, it is so; at last the face is watched too seldom for blinks."""
MARKED: Final = 97


def write_session(database: Database, uuid: str, began: datetime, happy: float, **facts: Any) -> None:
    """Five minutes at 2 Hz; happy: how much of a hundred seconds, 0 to 1."""
    chance = random.Random(uuid)
    with Recorder(database, replace(beginning(uuid, started_at=began, source="camera"), **facts)) as recorder:
        recorder.entitle("Stand-up")
        for n in range(int(SECONDS * HZ)):
            t = n / HZ
            if t == PAUSED[0]:
                recorder.pause()
            if not _in(PAUSED, t):
                recorder.write(_row(n, began, chance, happy))
            if t == MARKED:
                recorder.mark('Q&A "<i>"', t, began + timedelta(seconds=t))
        recorder.end(began + timedelta(seconds=SECONDS))


def _row(n: int, began: datetime, chance: random.Random, happy: float) -> ObservationRecord:
    t = n / HZ
    faces = () if _in(NOBODY, t) else (_face(t, chance, happy),)
    at = whole_milliseconds(began + timedelta(seconds=t))
    return ObservationRecord(session="s", t=t, at=at, frame=n, source="camera", faces=faces)


def _face(t: float, chance: random.Random, happy: float) -> FaceRecord:
    word = "sad" if t >= SAD else "happy" if HAPPY <= t <= HAPPY + 100 * happy else "neutral"
    most, dark = chance.uniform(0.6, 0.9), _in(DARK, t)
    scores = {name: most if name == word else (1 - most) / 6 for name in EXPRESSIONS}
    return FaceRecord(
        id=1, box=(10, 20, 30, 40), expression="unclear" if dark else word, emoji="", confidence=0.8,
        scores=scores, smooth=scores, quality=QualityRecord.of("too dark" if dark else None),
        motion=_motion(t, chance) if t else None,
    )  # fmt: skip


def _motion(t: float, chance: random.Random) -> Motion:
    seldom = t >= SELDOM
    counts = {name: None if seldom else chance.randint(0, 1) for name in ("blinks", "nods", "shakes")}
    return Motion(
        hz=4.0 if seldom else 15.0, seconds=0.5, **counts, talking=None if seldom else chance.choice([0.0, 0.3]),
        away=0.1, smiling=0.2, reason="watched at 4 Hz; counting needs 15" if seldom else None,
    )  # fmt: skip


def _in(part: tuple[int, int], t: float) -> bool:
    return part[0] <= t < part[1]
