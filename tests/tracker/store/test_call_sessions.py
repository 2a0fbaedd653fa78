"""What people showed in a call is stored, read back and exported with their names, and erased in every way with them."""

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from pyarrow import parquet
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UnknownError, UsageError
from tracker.core.records import CALL_COLUMNS, as_json
from tracker.exports.files import FORMATS, export_session
from tracker.exports.from_database import read_session_data
from tracker.exports.read_jsonl import read_log
from tracker.store import schema
from tracker.store.consents import add_consent, add_consented_face, revoke_consent
from tracker.store.database import Database
from tracker.store.erase import erase_participant, erase_session
from tracker.store.partial_erase import count_range, erase_part
from tracker.store.reading_verdicts import add_reading_verdict, list_reading_verdicts
from tracker.store.recorder import Recorder
from tracker.store.retention import apply_retention
from tracker.store.session_queries import session_detail
from tracker.store.testing import BEGAN, beginning, call_row, row

A: Final = "aaaaaaaa-1111"
B: Final = "bbbbbbbb-1111"
LEVELS: Final = {"brows_lowered": 0.75, "gaze_away": None}
SHOWN: Final = (("nod", "tilt"), (), ("brows_lowered", "turned_away"))


def fill(database: Database, uuid: str = A) -> list[int]:
    """A call of three seconds and two people, one verdict on each at each second; gives their consent entries."""
    with Recorder(database, beginning(uuid, "24h", faces="all")) as recorder:
        for n, shows in enumerate(SHOWN):
            recorder.write(call_row(n, {1: shows, 2: ("yawn",)}, {1: ("thinking", "bored")}, unseen=("blinking",), hz=1))
        recorder.flush()

        def work(store: Store) -> list[int]:
            entries = [add_consent(store, uuid, who, "chat", BEGAN).id for who in ("Ana", "Ben")]
            for number, entry in enumerate(entries, 1):
                add_consented_face(store, entry, number)
                for t in (0.0, 1.0, 2.0):
                    told = ("bored", "tired")
                    add_reading_verdict(store, uuid, number, t, at=BEGAN, told=told, said="thinking", levels=LEVELS)
            return entries

        return database.write(work).result()


def left(database: Database, uuid: str) -> tuple[list[tuple[int, float]], list[tuple[int, float]]]:
    """(face's number, second) of each row of movements, and of each verdict, of a session."""
    moved, person, observation = schema.ReadingMovements, schema.Participant, schema.Observation
    query = select(person.number, observation.t).select_from(moved)
    query = query.join(person, person.id == moved.participant_id).join(observation, observation.id == moved.observation_id)
    query = query.join(schema.Session, schema.Session.id == observation.session_id).where(schema.Session.uuid == uuid)
    with database.session() as store:
        rows = [(number, t) for number, t in store.execute(query.order_by(person.number, observation.t))]
        return rows, [(each.number, each.t) for each in list_reading_verdicts(store, uuid)]


def test_what_faces_showed_comes_back(database: Database) -> None:
    """Movements, those that could not be told, and ids of readings are as they were; an ordinary session has none of them."""
    fill(database)
    with Recorder(database, beginning(B)) as recorder:
        recorder.write(row(0))
    with database.session() as store:
        rows = list(read_session_data(store, A).rows())
        (plain,) = read_session_data(store, B).rows()
        moved = store.scalar(select(func.count()).select_from(schema.ReadingMovements))
    assert [(face.id, face.name, face.shows, face.possible) for each in rows for face in each.faces] == [
        (1, "Ana", SHOWN[0], ("thinking", "bored")), (2, "Ben", ("yawn",), ()),
        (1, "Ana", SHOWN[1], ("thinking", "bored")), (2, "Ben", ("yawn",), ()),
        (1, "Ana", SHOWN[2], ("thinking", "bored")), (2, "Ben", ("yawn",), ()),
    ]  # fmt: skip
    assert {face.unseen for each in rows for face in each.faces} == {("blinking",)}
    assert not set(CALL_COLUMNS) & set(as_json(plain.faces[0]))
    assert moved == 6


def test_at_work_nothing_of_what_it_may_mean_is_stored(database: Database) -> None:
    """Where nobody asked what it may mean the column is NULL, which differs from an answer without a reading."""
    with Recorder(database, beginning(A, faces="all")) as recorder:
        recorder.write(call_row(0, {1: ("nod",)}))
        recorder.write(call_row(1, {1: ("nod",)}, {}))
    with database.session() as store:
        assert store.execute(text("SELECT possible FROM movements ORDER BY observation_id")).scalars().all() == [None, ""]


def test_movements_that_this_mien_does_not_know_are_passed_over(database: Database) -> None:
    """Of a later Mien's file, and of its database, what is known is read."""
    with Recorder(database, beginning(A, faces="all")) as recorder:
        recorder.write(call_row(0, {1: ("nod", "wink")}))
    database.write(lambda store: store.execute(text("UPDATE movements SET shows = shows + 1073741824"))).result()
    with database.session() as store:
        assert [face.shows for each in read_session_data(store, A).rows() for face in each.faces] == [("nod",)]


@pytest.mark.parametrize("form", FORMATS)
def test_every_export_has_them_and_a_log_gives_it_again(database: Database, tmp_path: Path, form: str) -> None:
    """As lists in JSON lines, and with spaces between them in tables; a log with names exports as the database does."""
    fill(database)
    with database.session() as store:
        export_session(read_session_data(store, A), tmp_path / f"a.{form}", form)
        export_session(read_session_data(store, A), tmp_path / "a.jsonl", "jsonl")
        label = [each.label for each in session_detail(store, A).participants]
    if form == "jsonl":
        faces = [face for line in (tmp_path / "a.jsonl").read_text().splitlines() for face in json.loads(line)["faces"]]
    else:
        table = tmp_path / f"a.{form}"
        faces = list(csv.DictReader(table.open())) if form == "csv" else parquet.read_table(table).to_pylist()
    told = [tuple(each[name] for name in ("name", "shows", "unseen", "possible")) for each in faces[-2:]]
    assert told == (
        [
            ("Ana", ["brows_lowered", "turned_away"], ["blinking"], ["thinking", "bored"]),
            ("Ben", ["yawn"], ["blinking"], []),
        ]
        if form == "jsonl"
        else [("Ana", "brows_lowered turned_away", "blinking", "thinking bored"), ("Ben", "yawn", "blinking", "")]
    )
    again = read_log(tmp_path / "a.jsonl")
    assert again.names == {1: "Ana", 2: "Ben"}
    assert label == ["Ana", "Ben"]
    export_session(again, tmp_path / f"again.{form}", form)
    if form != "parquet":
        assert (tmp_path / f"again.{form}").read_bytes() == (tmp_path / f"a.{form}").read_bytes()


def test_a_verdict_comes_back_and_belongs_to_a_stored_session(database: Database) -> None:
    """It has what was told, what was said and how strong each sign was; what can be no verdict is refused."""
    revoked, _ = fill(database)
    with database.session() as store:
        first, *rest = list_reading_verdicts(store)
    assert (len(rest), first.session, first.number, first.t, first.at) == (5, A, 1, 0.0, BEGAN)
    assert (first.told, first.said, first.levels) == (("bored", "tired"), "thinking", LEVELS)

    def add(session: str = A, number: int = 1, t: float = 0.0, said: str = "none") -> None:
        verdict = partial(add_reading_verdict, at=BEGAN, told=(), said=said, levels={})
        database.write(lambda store: verdict(store, session, number, t)).result()

    add()
    with pytest.raises(UnknownError, match="No session"):
        add(B)
    with pytest.raises(UsageError, match="id of a reading, or none"):
        add(said="They looked tired")
    erase_part(database, A, 1.0, 1.5)
    with pytest.raises(UsageError, match="was erased"):
        add(t=1.2)
    revoke_consent(database, revoked)
    with pytest.raises(UsageError, match="does not agree any more"):
        add()


EVERY: Final = [(number, t) for number in (1, 2) for t in (0.0, 1.0, 2.0)]


@pytest.mark.parametrize(
    ("erase", "stays"),
    [
        (revoke_consent, EVERY[3:]),
        (lambda database, _: erase_participant(database, f"{A}:1"), EVERY[3:]),
        (lambda database, _: erase_part(database, A, 0.5, 1.5), [each for each in EVERY if each[1] != 1.0]),
        (lambda database, _: erase_session(database, A), []),
        (lambda database, _: database.write(lambda store: apply_retention(store, BEGAN + timedelta(days=9999))).result(), []),
    ],
    ids=["revoked", "a face", "a part", "the session", "its time is over"],
)
def test_it_goes_with_its_person_part_and_session(
    database: Database, erase: Callable[[Database, int], None], stays: list[tuple[int, float]]
) -> None:
    """Each way of erasing takes the movements and the verdicts, and leaves those of others."""
    ana, _ = fill(database)
    assert left(database, A) == (EVERY, EVERY)
    erase(database, ana)
    assert left(database, A) == (stays, stays)


def test_of_a_session_that_runs_for_days_old_verdicts_go(database: Database) -> None:
    """What is past its time goes while the session runs, as its observations do."""
    with Recorder(database, beginning(A, "24h", faces="all")) as recorder:
        for n in (0, 30 * 3600):
            recorder.write(call_row(n, {1: ("nod",)}, hz=1))
        recorder.flush()
        for hours in (0, 30):
            add = partial(add_reading_verdict, session_uuid=A, number=1, t=3600.0 * hours, told=(), said="none", levels={})
            database.write(partial(add, at=BEGAN + timedelta(hours=hours))).result()
        database.write(lambda store: apply_retention(store, BEGAN + timedelta(hours=31))).result()
        assert left(database, A) == ([(1, 108_000.0)], [(1, 108_000.0)])


def test_a_part_says_that_verdicts_lie_in_it(database: Database) -> None:
    """What would be erased counts them."""
    fill(database)
    with database.session() as store:
        assert count_range(store, A, 0.5, 1.5).contents == "2 readings, 2 verdicts on possible readings"


def test_no_byte_of_who_revoked_is_left(tmp_path: Path) -> None:
    """Neither file nor log holds the ids of what was read or said of them, while the database is open."""
    path = tmp_path / "mien.db"
    with Database(f"sqlite:///{path}") as database:
        with Recorder(database, beginning(A, faces="all")) as recorder:
            recorder.write(call_row(0, {1: ("nod",), 2: ()}, {1: ("id_of_a_reading",)}))

        def work(store: Store) -> int:
            entry = add_consent(store, A, "Quillon", "aloud", BEGAN)
            add_consented_face(store, entry.id, 1)
            verdict: dict[str, Any] = {
                "told": ("id_that_was_told",),
                "said": "id_that_was_said",
                "levels": {"id_of_a_sign": 0.5},
            }
            add_reading_verdict(store, A, 1, 0.0, at=BEGAN, **verdict)
            return entry.id

        number = database.write(work).result()
        traces = (b"id_of_a_reading", b"id_that_was_told", b"id_that_was_said", b"id_of_a_sign", b"Quillon")

        def found() -> list[bool]:
            files = [file.read_bytes() for file in path.parent.glob(f"{path.name}*")]
            return [any(trace in file for file in files) for trace in traces]

        assert found() == [True] * 5
        revoke_consent(database, number)
        assert found() == [False] * 5
