"""What the faces of a stored session showed, as columns: read once, and kept while the session does not change."""

from itertools import compress
from math import inf
from typing import Any

import numpy as np
from sqlalchemy import case, select
from sqlalchemy.orm import Session as Store

from tracker.core.sampling import Gap, SampleTimes
from tracker.core.session_readings import WORD_INDEX, SessionReadings, doubt_index
from tracker.core.vocabulary import UNCLEAR
from tracker.store import schema
from tracker.store.columns import SHARE_SCALE, ForeignValue, nearest_finite, unpack_shares
from tracker.store.find_session import find_session
from tracker.store.session_cache import cache_of, session_versions, unchanged
from tracker.store.session_figures import sampling_of_session


def query_readings(store: Store, uuid: str) -> SessionReadings:
    """The readings of a session; those of the sessions that were looked at last are still in memory.

    Args:
        store: A session of the database.
        uuid: The watched session's, or the beginning of it.

    Raises:
        UnknownError: There is no such session.
        UsageError: There is more than one.
    """
    session, cache = find_session(store, uuid), cache_of(store)
    with cache.reading_lock:
        versions = session_versions(store, [session])
        found = unchanged(cache.readings, session, versions)
        readings = _read(store, session) if found is None else found
        cache.keep_readings(session.uuid, versions[session.id], readings)
    return readings


def _read(store: Store, session: schema.Session) -> SessionReadings:
    usual = sampling_of_session(store, session).interval
    observation, reading, person = (each.__table__.c for each in (schema.Observation, schema.Reading, schema.Participant))
    # Why a reading is unclear is not stored: its scores tell it.
    unclear = (reading.expression == UNCLEAR) & reading.reason.is_(None)
    judged = (case((unclear, reading.scores)), case((unclear, reading.smooth)))
    query: Any = (
        select(observation.t, reading.expression, reading.confidence, person.number, *judged)
        .select_from(schema.Observation.__table__)
        .outerjoin(schema.Reading.__table__, reading.observation_id == observation.id)
        .outerjoin(schema.Participant.__table__, person.id == reading.participant_id)
        .where(observation.session_id == session.id)
        .order_by(observation.t, observation.id)
    )
    # From the driver's own cursor, as the times of a session: SQLAlchemy's rows take four times as long.
    rows = store.connection().execute(query.add_columns(observation.id)).cursor.fetchall()
    numbers = np.fromiter((row[6] for row in rows), np.int64, len(rows))
    first = np.append(True, numbers[1:] != numbers[:-1])[: len(rows)]
    t = np.fromiter((nearest_finite(row[0]) for row in rows), np.float64, len(rows))[first]
    place = np.cumsum(first) - 1
    there = np.fromiter((row[1] is not None for row in rows), np.bool_, len(rows))
    seen = list(compress(rows, there))
    word = np.fromiter((_word_index(row[1]) for row in seen), np.uint8, len(seen))
    confidence = np.fromiter((nearest_finite(row[2]) for row in seen), np.float32, len(seen)) / SHARE_SCALE
    face = np.fromiter((int(nearest_finite(row[3])) for row in seen), np.int64, len(seen))
    doubt = np.zeros(len(seen), np.uint8)
    places = [place for place, row in enumerate(seen) if row[4] is not None]
    scores, smooth = (unpack_shares(seen[place][column] for place in places) for column in (4, 5))
    threshold = inf if session.threshold is None else session.threshold
    doubt[places] = doubt_index(scores, smooth, scores.max(axis=1, initial=0) >= threshold)
    last = float(t[-1]) if len(t) else 0.0
    pauses = tuple(
        Gap(each.began_t, max(each.began_t, last) if each.ended_t is None else each.ended_t, each.why)
        for each in sorted(session.pauses, key=lambda pause: pause.began_t)
    )
    return SessionReadings(SampleTimes(t, pauses, usual), place[there], face, word, np.clip(confidence, 0, 1), doubt)


def _word_index(word: Any) -> int:
    if word not in WORD_INDEX:
        raise ForeignValue(word)
    return WORD_INDEX[word]
