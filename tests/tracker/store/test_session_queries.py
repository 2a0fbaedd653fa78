"""Stored sessions are read back: lists, details, and timelines of any length."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UsageError
from tracker.core.sampling import Gap
from tracker.core.session_readings import DOUBTS
from tracker.exports.from_database import read_session_data
from tracker.store import schema, session_queries
from tracker.store.database import Database
from tracker.store.find_session import find_session
from tracker.store.session_cache import cache_of, forget_other_sessions
from tracker.store.session_figures import figures_of_session
from tracker.store.session_readings import query_readings
from tracker.store.timeline_query import query_timeline

BEGAN = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
HAPPY_SCORES = (0.02, 0.0, 0.0, 0.9, 0.02, 0.02, 0.04)
BOX = (10, 20, 30, 40)


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    """A session of each kind of database."""
    with database.session() as store:
        yield store


def session(store: Store, uuid: str = "aaaa", **facts: Any) -> schema.Session:
    known = {"source": "fake", "hz": 2.0, "faces": "all", "prior": "default", "smoothing": 1.0, "started_at": BEGAN}
    new = schema.Session(uuid=uuid, **known | facts)
    store.add(new)
    store.flush()
    return new


def observe(store: Store, of: schema.Session, times: Any, faces: int = 1, expressions: tuple[str, ...] = ("happy",)) -> None:
    """Add observations at these times, each with so many faces, with the expressions in turn."""
    people = {each.number: each.id for each in of.participants}
    for number in range(1, faces + 1):
        if number not in people:
            person = schema.Participant(session_id=of.id, number=number)
            store.add(person)
            store.flush()
            people[number] = person.id
    store.refresh(of)
    began = of.started_at
    rows = [
        {"session_id": of.id, "t": float(t), "at": began + timedelta(seconds=float(t)), "frame": n} for n, t in enumerate(times)
    ]
    ids = store.scalars(insert(schema.Observation).returning(schema.Observation.id, sort_by_parameter_order=True), rows).all()
    readings = [
        {"observation_id": each, "participant_id": people[number], "box": BOX, "expression": expressions[n % len(expressions)],
         "confidence": 0.9, "scores": HAPPY_SCORES, "smooth": HAPPY_SCORES, "reason": None}
        for n, each in enumerate(ids)
        for number in range(1, faces + 1)
    ]  # fmt: skip
    if readings:
        store.execute(insert(schema.Reading), readings)


def test_sessions_come_newest_first_with_what_they_held(store: Store) -> None:
    """Each has its observations, length, and the share of each expression in its readings; the newest comes first."""
    model = schema.Model(sha256="f" * 64, name="mien", version="1", first_used_at=BEGAN)
    first = session(store, "aaaa", model=model, title="Stand-up", ended_at=BEGAN + timedelta(seconds=2))
    observe(store, first, np.arange(4) / 2, faces=2, expressions=("happy", "neutral", "neutral", "unclear"))
    session(store, "bbbb", started_at=BEGAN + timedelta(days=1))

    newer, older = session_queries.list_sessions(store)

    assert (newer.id, newer.observations, newer.seconds, newer.shares) == ("bbbb", 0, 0.0, {})
    assert (older.id, older.title, older.observations, older.seconds) == ("aaaa", "Stand-up", 4, 2.0)
    assert older.model == "f" * 64
    assert older.shares == {"happy": 0.25, "neutral": 0.5, "unclear": 0.25}
    assert older.as_dict()["started_at"] == "2026-11-22T10:00:00.000Z"
    assert [each.id for each in session_queries.list_sessions(store, limit=1, offset=1)] == ["aaaa"]


def test_sessions_are_searched_sorted_and_told_apart_from_the_demo(store: Store) -> None:
    """Each word counts, in any case and script, wherever a person wrote it; the demo's drawn faces are no meeting of theirs."""
    for uuid, day, title, notes, lasts, source in (
        ("aaaa", 0, "Übung im Saal", "", 4, "0"),
        ("bbbb", 1, "", "Ada asked about the budget", 9, "1"),
        ("cccc", 2, "Budget", "", 2, "0"),
        ("dddd", 3, "", "", 3, "fake:meeting"),
    ):
        each = session(store, uuid, title=title, notes=notes, source=source, started_at=BEGAN + timedelta(days=day))
        observe(store, each, np.arange(lasts) / 2)
    store.add(schema.Marker(session_id=find_session(store, "cccc").id, t=1.0, at=BEGAN, text="ADA disagrees"))
    store.flush()

    def listed(text: str = "", demo: bool | None = False, order: session_queries.Order = "newest") -> str:
        found = session_queries.list_sessions(store, session_queries.SessionFilter(text, demo, order))
        return " ".join(each.id for each in found)

    assert listed() == "cccc bbbb aaaa"
    assert (listed(demo=True), listed(demo=None)) == ("dddd", "dddd cccc bbbb aaaa")
    assert (listed("übung"), listed("BUDGET ada"), listed("% _"), listed("saal ada")) == ("aaaa", "cccc bbbb", "", "")
    assert listed(order="oldest") == "aaaa bbbb cccc"
    assert listed(order="longest") == "bbbb aaaa cccc"
    assert listed(order="title") == "cccc aaaa bbbb"
    markers = session_queries.matching_markers(store, ["bbbb", "cccc"], "budget ada")
    assert {uuid: [each.text for each in found] for uuid, found in markers.items()} == {"bbbb": [], "cccc": ["ADA disagrees"]}
    assert (session_queries.count_sessions(store, demo=True), session_queries.count_sessions(store, demo=False)) == (1, 3)


def test_the_list_counts_as_the_detail_does(store: Store) -> None:
    """A session's shares are the same in the list and in its detail, to the last digit."""
    long = session(store)
    observe(store, long, np.arange(5000) / 2, expressions=("happy", "neutral", "neutral"))

    (glance,) = session_queries.list_sessions(store)
    detail = session_queries.session_detail(store, "aaaa")

    assert glance.shares == detail.summary.shares == {"happy": 0.3334, "neutral": 0.6666}
    assert (glance.observations, glance.seconds) == (5000, 2500.0)


def test_what_changed_is_counted_again(store: Store) -> None:
    """After a new observation, an erased face or an ended pause, the figures are counted again."""
    kept = session(store)
    observe(store, kept, [0, 0.5, 1, 1.5], faces=2, expressions=("happy", "sad"))
    assert figures_of_session(store, kept) is figures_of_session(store, kept)
    observe(store, kept, [10.0], faces=2)
    first = figures_of_session(store, kept)
    store.add(schema.Pause(session_id=kept.id, began_t=1.5, ended_t=10.0, why="paused"))
    store.execute(delete(schema.Participant).where(schema.Participant.number == 2))
    store.expire_all()
    second = figures_of_session(store, kept)
    assert (first.total(), second.total(), second.counts()) == (10, 5, {"happy": 3, "sad": 2})
    assert [(each.gaps[0].why, each.watched) for each in (first, second)] == [("silent", 2.5), ("paused", 2.5)]


def test_readings_stay_in_memory_until_their_session_changes(store: Store) -> None:
    """Also beside another session; two more are looked at, or a new list without it is shown, and they are gone."""
    for uuid in ("aaaa", "bbbb", "cccc"):
        observe(store, session(store, uuid), [0, 0.5])
    first = query_readings(store, "aaaa")
    query_readings(store, "bbbb")
    assert query_readings(store, "aaaa") is first
    observe(store, find_session(store, "aaaa"), [1.0])
    assert len(query_readings(store, "aaaa").times.t) == 3
    kept = query_readings(store, "bbbb")
    for uuid in ("cccc", "aaaa"):
        query_readings(store, uuid)
    assert query_readings(store, "bbbb") is not kept
    cached = cache_of(store).readings
    assert list(cached) == ["aaaa", "bbbb"]
    forget_other_sessions(store, ["bbbb"])
    assert list(cached) == ["bbbb"]


def test_stored_scores_tell_why_a_face_was_unclear(store: Store) -> None:
    """A frame that was sure by itself was changing; in a session without a threshold nobody knows that."""
    for uuid, threshold in (("aaaa", 0.75), ("bbbb", None)):
        observe(store, session(store, uuid, threshold=threshold), [0, 0.5], expressions=("happy", "unclear"))
    doubts = [[DOUBTS[place].words for place in query_readings(store, uuid).doubt[1:]] for uuid in ("aaaa", "bbbb")]
    assert doubts == [["changing between happy and neutral"], ["not sure enough"]]


def test_a_session_in_full_tells_its_people_markers_and_pauses(store: Store) -> None:
    """Participants have counts of their own; notes and moments are as they were stored."""
    kept = session(store)
    observe(store, kept, [0, 0.5, 1], faces=2)
    store.add(schema.Marker(session_id=kept.id, t=0.5, at=BEGAN, text="Q&A"))
    store.add(schema.Pause(session_id=kept.id, began_t=1.0, ended_t=None, why="lost"))
    session_queries.rename_session(store, "aaaa", "  A \n title ")
    session_queries.set_notes(store, "aaaa", "a note\n")
    store.commit()

    told: dict[str, Any] = session_queries.session_detail(store, "aaaa").as_dict()

    assert (told["title"], told["notes"]) == ("A title", "a note")
    assert told["participants"] == [{"id": n, "label": None, "readings": 3, "shares": {"happy": 1.0}} for n in (1, 2)]
    assert [(each["t"], each["text"]) for each in told["markers"]] == [(0.5, "Q&A")]
    assert told["pauses"] == [{"from": 1.0, "to": None, "why": "lost"}]


@pytest.mark.parametrize(
    ("wanted", "sentence"), [("c", "No session has an id"), ("a", "More than one"), (" ", "Say which"), ("%", "No ")]
)
def test_a_session_is_found_by_the_beginning_of_its_id(store: Store, wanted: str, sentence: str) -> None:
    """A unique beginning is enough; no match, several, or a wildcard is an error with a sentence."""
    session(store, "aaaa-1")
    session(store, "aaaa-2")
    session(store, "bbbb-1")

    assert find_session(store, "B").uuid == "bbbb-1"
    with pytest.raises(UsageError, match=sentence):
        find_session(store, wanted)


def test_a_title_is_a_line(store: Store) -> None:
    """A title that is too long is refused with a sentence."""
    session(store)

    with pytest.raises(UsageError, match="at most 200"):
        session_queries.rename_session(store, "aaaa", "x" * 201)


def test_a_short_timeline_is_exact(store: Store) -> None:
    """With fewer observations than points, all are returned, to the millisecond, with each face's scores."""
    kept = session(store)
    observe(store, kept, [0.0, 0.5004, 1.0], faces=2)

    whole = query_timeline(store, "aaaa", points=3)

    assert (whole.total, whole.every, whole.usual) == (3, 1, 0.5)
    assert whole.t == [0.0, 0.5, 1.0]
    assert whole.readings.observation == [0, 0, 1, 1, 2, 2]
    assert whole.readings.id == [1, 2] * 3
    assert whole.readings.smooth[0] == pytest.approx(HAPPY_SCORES, abs=1e-4)
    assert whole.readings.box[0] == BOX


def test_a_long_timeline_is_thinned_and_exact_where_one_looks_closer(store: Store) -> None:
    """Of 2,000 observations every 20th is returned for 100 points; a part of 50 comes whole."""
    kept = session(store)
    observe(store, kept, np.arange(2000) / 2)

    whole, close = (
        query_timeline(store, "aaaa", points=100),
        query_timeline(store, "aaaa", 100, 124.5, points=100),
    )

    assert (whole.total, whole.every, len(whole.t)) == (2000, 20, 100)
    assert whole.t[:3] == [0, 10, 20]
    assert (close.every, close.t) == (1, [100 + step / 2 for step in range(50)])


def test_nobody_is_an_observation_without_readings(store: Store) -> None:
    """An observation without a face is no gap."""
    kept = session(store)
    observe(store, kept, [0.0])
    observe(store, kept, [0.5, 1.0], faces=0)

    whole = query_timeline(store, "aaaa")

    assert whole.t == [0.0, 0.5, 1.0]
    assert whole.readings.observation == [0]
    assert whole.gaps == ()


def test_gaps_stay_visible_however_thin_the_timeline_is(store: Store) -> None:
    """A pause, a lost camera and a silence have a beginning and an end, with five points and in a part inside of a gap, too."""
    kept = session(store)
    observe(store, kept, [*np.arange(100) / 2, *(60 + np.arange(100) / 2), *(120 + np.arange(100) / 2)])
    store.add(schema.Pause(session_id=kept.id, began_t=50.0, ended_t=59.5, why="paused"))
    store.add(schema.Pause(session_id=kept.id, began_t=169.8, ended_t=None, why="lost"))
    store.flush()
    paused, silent = Gap(50.0, 60.0, "paused"), Gap(110.0, 120.0, "silent")

    assert query_timeline(store, "aaaa", points=5).gaps == (paused, silent, Gap(170.0, 170.0, "lost"))
    assert query_timeline(store, "aaaa", 52, 55).gaps == (paused,)
    assert query_timeline(store, "aaaa", 70, 112).gaps == (silent,)
    assert query_timeline(store, "aaaa", 70, 80).gaps == ()


def test_a_machine_that_gives_less_than_was_asked_for_has_no_gaps(store: Store) -> None:
    """With 10 Hz asked for, one observation in two seconds and one silence of ten, only the silence is a gap."""
    kept = session(store, hz=10.0)
    observe(store, kept, [*np.arange(30) * 2.0, *(68 + np.arange(30) * 2.0)])

    found = query_timeline(store, "aaaa")
    assert (found.usual, found.gaps) == (2.0, (Gap(60.0, 68.0, "silent"),))


def test_another_sessions_observations_stay_out(store: Store) -> None:
    """Two sessions whose rows alternate in the tables each have their own timeline."""
    one, other = session(store, "aaaa"), session(store, "bbbb")
    for step in range(20):
        observe(store, one, [step / 2])
        observe(store, other, [step / 2 + 100], expressions=("sad",))

    assert set(query_timeline(store, "bbbb", points=10).readings.expression) == {"sad"}
    assert query_timeline(store, "aaaa", points=10).t == [float(step) for step in range(10)]


def test_a_record_gives_the_rows_of_the_log_as_often_as_asked(store: Store) -> None:
    """Two faces, then nobody, in order, and the same when read again; a part has its own observations only."""
    kept = session(store, shapes=["jawOpen"])
    observe(store, kept, [0.0, 0.5], faces=2)
    observe(store, kept, [1.0], faces=0)
    first = store.scalars(select(schema.Reading).order_by(schema.Reading.observation_id)).first()
    assert first is not None
    key = {"observation_id": first.observation_id, "participant_id": first.participant_id}
    store.add(schema.ReadingShape(**key, blendshapes=(0.25,), pose=(1.0, 2.0, 3.0)))
    store.flush()

    whole = read_session_data(store, "aaaa")

    assert [(row.t, [face.id for face in row.faces]) for row in whole.rows()] == [(0, [1, 2]), (0.5, [1, 2]), (1, [])]
    assert next(whole.rows()).faces[0].blendshapes == {"jawOpen": 0.25}
    assert [row.t for row in read_session_data(store, "aaaa", 0.5, 0.9).rows()] == [0.5]
