"""A day of meetings: 8 hours at 5 Hz with four faces, 576,000 readings."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from sqlalchemy import create_engine, insert
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session as Store

from tracker.core.vocabulary import EXPRESSIONS
from tracker.store import schema, session_queries
from tracker.store.timeline_query import query_timeline

pytestmark = pytest.mark.slow

OBSERVATIONS: Final = 8 * 3600 * 5
FACES: Final = 4
BEGAN: Final = datetime(2026, 11, 22, 8, tzinfo=UTC)
MOST_BYTES: Final = 100_000_000


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Rows are written without the column types: packing 1.2 million distributions one by one would take most of the test."""
    engine = create_engine(f"sqlite:///{tmp_path_factory.mktemp('day') / 'mien.sqlite'}")
    schema.Base.metadata.create_all(engine)
    with Store(engine) as store:
        facts = {"source": "fake", "hz": 5.0, "faces": "all", "prior": "default", "smoothing": 1.0, "started_at": BEGAN}
        store.execute(insert(schema.Session), {"id": 1, "uuid": "day", **facts})
        people = [{"id": number, "session_id": 1, "number": number} for number in range(1, FACES + 1)]
        store.execute(insert(schema.Participant), people)
        raw = store.connection().connection.dbapi_connection
        assert raw is not None
        scores = (np.random.default_rng(1).dirichlet(np.ones(7), OBSERVATIONS * FACES) * 65535).astype("<u2")
        words = [EXPRESSIONS[place] for place in scores.argmax(axis=1)]
        box, start = np.array((1, 2, 30, 40), "<i2").tobytes(), round(BEGAN.timestamp() * 1000)
        observations = [(n + 1, 1, n / 5, start + n * 200, n) for n in range(OBSERVATIONS)]
        readings = [
            (n // FACES + 1, n % FACES + 1, box, words[n], 9000, scores[n].tobytes(), scores[n].tobytes())
            for n in range(OBSERVATIONS * FACES)
        ]
        cursor = raw.cursor()
        cursor.executemany("insert into observations (id, session_id, t, at, frame) values (?, ?, ?, ?, ?)", observations)
        cursor.executemany(
            "insert into readings (observation_id, participant_id, box, expression, confidence, scores, smooth)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            readings,
        )
        store.commit()
    yield engine
    engine.dispose()


def test_a_day_opens_thinned_and_is_exact_where_one_looks_closer(day: Engine) -> None:
    """The whole day comes as 1,500 points with all four faces; five minutes of it come whole."""
    with Store(day) as store:
        whole = query_timeline(store, "day")
        close = query_timeline(store, "day", 10_000, 10_299.9)

    assert (whole.total, whole.every, len(whole.t), len(whole.readings.id)) == (OBSERVATIONS, 96, 1500, 6000)
    assert (close.total, close.every, close.t[-1]) == (1500, 1, 10_299.8)
    assert whole.gaps == close.gaps == ()


def test_a_days_shares_in_the_list_are_exact(day: Engine) -> None:
    """All of 576,000 readings are counted."""
    with Store(day) as store:
        (glance,) = session_queries.list_sessions(store)
        counted = session_queries.session_detail(store, "day").summary

    assert glance.observations == counted.observations == OBSERVATIONS
    assert glance.shares == counted.shares
    assert glance.figures.total() == 4 * OBSERVATIONS


def test_a_day_takes_at_most_100_megabytes(day: Engine) -> None:
    """Without shapes, in an SQLite file."""
    assert Path(str(day.url.database)).stat().st_size < MOST_BYTES
