"""Retention: what is past its deadline is deleted, a later choice holds for what is stored already, verdicts stay."""

import os
from datetime import UTC, datetime, timedelta
from queue import Queue
from typing import Any, Final

import psutil
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session as Store

from tracker.config.settings import RETENTIONS, Retention
from tracker.core.errors import UsageError
from tracker.core.frame import now
from tracker.store import leases, maintenance, schema
from tracker.store.database import Database
from tracker.store.maintenance import Maintenance
from tracker.store.recorder import Recorder
from tracker.store.retention import (
    apply_retention,
    deadline,
    end_abandoned_sessions,
    get_retention,
    parse_retention,
    set_retention,
)
from tracker.store.testing import JUDGE, beginning, row

NOW: Final = now().replace(microsecond=0)
HOUR: Final = timedelta(hours=1)
DAY: Final = 24 * HOUR
DEAD_PID: Final = 2**22 + 1
"""No process of Linux has a higher number than 2**22."""
OWN_PID: Final = 0
"""Stands for the number of this process, which is another one in each worker."""


def record(database: Database, uuid: str, began: datetime, ended: datetime, retention: Retention = "forever") -> None:
    """A session with an observation at each end."""
    with Recorder(database, beginning(uuid, retention, started_at=began)) as recorder:
        recorder.write(row(0, began=began))
        recorder.write(row(round((ended - began).total_seconds() * 2), began=began))
        recorder.end(ended)


def picture(
    store: Store, name: str, at: datetime, until: datetime | None, said: str | None = None, *, whole: bool = False
) -> None:
    """An upload with a face, and a verdict if one is given."""
    model = store.scalar(select(schema.Model)) or schema.Model(sha256=JUDGE.sha256, name="m", version="1", first_used_at=at)
    face = schema.Prediction(
        face=0, at=at, model=model, prior="default", threshold=0.5, box=(0, 0, 9, 9), found="crop", expression="happy",
        confidence=0.9, scores=(0.1,) * 7, heads={}, light=99.0, crop=b"pixels" if said else None,
    )  # fmt: skip
    if said:
        face.verdict = schema.Verdict(said=said, at=at, origin="picture", whole=whole)
    store.add(schema.Picture(uuid=name, name=name, at=at, width=9, height=9, keep_until=until, predictions=[face]))


def kept(database: Database, of: Any = schema.Session.uuid) -> list[Any]:
    with database.session() as store:
        return list(store.scalars(select(of).order_by(of)))


def retention_applied(database: Database, at: datetime) -> bool:
    return database.write(lambda store: apply_retention(store, at)).result()


def test_a_session_goes_when_its_time_is_over(database: Database) -> None:
    """It is deleted a day after its end with `24h`, a month with `30d`, never with `forever`; its readings go with it."""
    choices: list[Retention] = ["24h", "30d", "forever"]
    for retention in choices:
        record(database, retention, NOW - 2 * HOUR, NOW - HOUR, retention)

    assert not retention_applied(database, NOW + 22 * HOUR)
    assert kept(database) == ["24h", "30d", "forever"]
    assert retention_applied(database, NOW + 24 * HOUR)
    assert kept(database) == ["30d", "forever"]
    assert retention_applied(database, NOW + 30 * DAY)
    assert kept(database) == ["forever"]
    assert len(kept(database, schema.Observation.id)) == len(kept(database, schema.Reading.observation_id)) == 2
    assert not retention_applied(database, NOW + 999 * DAY)


def test_this_session_only_means_until_mien_closes(url: str) -> None:
    """The session stays for as long as Mien is open, and is deleted when it closes."""
    with Database(url) as database:
        record(database, "a", now(), now(), "session")
        database.write(lambda store: picture(store, "p", now(), deadline("session", now()))).result()
        database.apply_retention()
        assert kept(database) == ["a"]
        assert kept(database, schema.Picture.uuid) == ["p"]
        with Database(url) as other:
            # Another Mien that opens and closes meanwhile takes nothing away.
            assert kept(other) == ["a"]
        assert kept(database) == ["a"]
    with Database(url) as database:
        assert kept(database) == kept(database, schema.Picture.uuid) == []


def test_what_a_crashed_mien_kept_for_itself_goes_at_the_next_start(url: str) -> None:
    """A Mien that crashed never closed; what was to be kept until then is deleted at the next start."""
    with Database(url) as database:
        record(database, "a", now(), now(), "session")
        database.write(lambda store: setattr(store.get(schema.Lease, database.lease), "pid", DEAD_PID)).result()
        with Database(url) as other:
            assert kept(other) == []


def test_a_choice_holds_for_what_is_already_there(database: Database) -> None:
    """A longer choice keeps it longer, a shorter one deletes what is older, and `nothing` deletes all, running sessions too."""
    record(database, "old", NOW - 50 * HOUR, NOW - 49 * HOUR, "30d")
    record(database, "new", NOW - 2 * HOUR, NOW - HOUR, "24h")
    database.write(lambda store: picture(store, "p", NOW - 2 * HOUR, NOW + HOUR)).result()
    assert decided(database, "30d") == (["new", "old"], ["p"])
    assert decided(database, "24h") == (["new"], ["p"])
    assert decided(database, "forever") == (["new"], ["p"])
    assert not retention_applied(database, NOW + 999 * DAY)
    with Recorder(database, beginning("runs", "forever", started_at=now())) as recorder:
        recorder.flush()
        assert decided(database, "session") == (["runs"], [])
        assert decided(database, "nothing") == ([], [])


def decided(database: Database, retention: Retention) -> tuple[list[str], list[str]]:
    """What is stored after a choice."""
    database.write(lambda store: set_retention(store, retention, NOW)).result()
    with database.session() as store:
        assert get_retention(store) == retention
    retention_applied(database, NOW)
    return kept(database), kept(database, schema.Picture.uuid)


def test_without_a_choice_there_is_none(database: Database) -> None:
    """Without a choice there is none, and other words are refused."""
    with database.session() as store:
        assert get_retention(store) is None
    for name in RETENTIONS:
        assert parse_retention(name) == name
    with pytest.raises(UsageError, match="choose one of nothing, session, 24h, 30d, forever"):
        parse_retention("a while")


def test_a_session_that_goes_on_for_days_keeps_its_last_day(database: Database) -> None:
    """With `24h`, observations older than a day are deleted while the session runs."""
    with Recorder(database, beginning("long", "24h", started_at=NOW - 30 * HOUR)) as recorder:
        for hours in (0, 5, 7, 29):
            recorder.write(row(hours * 7200, began=NOW - 30 * HOUR))
        recorder.flush()
        assert retention_applied(database, NOW)
        assert kept(database, schema.Observation.t) == [7 * 3600.0, 29 * 3600.0]
        assert not retention_applied(database, NOW)
    assert kept(database) == ["long"]


def test_what_was_saved_with_a_verdict_stays(database: Database) -> None:
    """Past an upload's deadline its face with a verdict stays, the picture only if it was ticked, and others are deleted."""

    def uploads(store: Store) -> None:
        picture(store, "plain", NOW, NOW + HOUR)
        picture(store, "labelled", NOW, NOW + HOUR, "sad")
        picture(store, "ticked", NOW, NOW + HOUR, "fear", whole=True)

    database.write(uploads).result()
    assert retention_applied(database, NOW + DAY)
    assert kept(database, schema.Picture.uuid) == ["ticked"]
    assert kept(database, schema.Verdict.said) == ["fear", "sad"]
    with database.session() as store:
        assert store.scalar(select(func.count()).select_from(schema.Prediction)) == 2


def test_a_crashs_session_is_ended_at_the_next_start(url: str) -> None:
    """It ends at its last observation, is marked interrupted, its pause is ended, and its deadline counts from there."""
    with Database(url) as database, Recorder(database, beginning("crashed", "30d", started_at=NOW - HOUR)) as recorder:
        recorder.write(row(10, began=NOW - HOUR))
        recorder.pause()
        recorder.flush()
        database.write(lambda store: setattr(store.get(schema.Lease, database.lease), "pid", DEAD_PID)).result()
        with Database(url) as other, other.session() as store:
            session = store.scalars(select(schema.Session)).one()
            assert session.interrupted
            assert session.ended_at == NOW - HOUR + timedelta(seconds=5)
            assert session.keep_until == session.ended_at + 30 * DAY
            assert [pause.ended_t for pause in session.pauses] == [5.0]


def test_a_session_that_was_taken_for_a_crashs_goes_on(url: str) -> None:
    """A Mien on another machine had no connection for a night; its session goes on with its next row."""
    with Database(url) as database, Recorder(database, beginning(started_at=NOW - HOUR)) as recorder:
        recorder.write(row(0, began=NOW - HOUR))
        recorder.flush()
        database.write(lambda store: setattr(store.get(schema.Lease, database.lease), "host", "elsewhere")).result()
        database.write(lambda store: end_abandoned_sessions(store, NOW + DAY)).result()
        recorder.write(row(1, began=NOW - HOUR))
        recorder.flush()
        with database.session() as store:
            session = store.scalars(select(schema.Session)).one()
            assert (session.ended_at, session.interrupted) == (None, False)


@pytest.mark.parametrize(
    ("host", "pid", "age", "began", "alive"),
    [(None, OWN_PID, 0, 0, True), (None, DEAD_PID, 0, 0, False),
     ("elsewhere", DEAD_PID, 0, 0, True), ("elsewhere", 1, 91, 0, False),
     (None, OWN_PID, 91, 0, True), (None, OWN_PID, 0, -3600, False),
     (None, OWN_PID, 0, None, True), (None, OWN_PID, 91, None, False),
     (None, OWN_PID, 3605, -3600, True), (None, OWN_PID, -3595, 3600, True)],
)  # fmt: skip
def test_which_leases_are_active(
    database: Database, host: str | None, pid: int, age: int, *, began: int | None, alive: bool
) -> None:
    """On this machine a lease is active while its process runs, however long that slept; not if another process has its number.

    On another machine, or without the process's start, it is active if it was renewed lately. A clock that was set ends none.
    """
    own = datetime.fromtimestamp(psutil.Process().create_time(), UTC)

    def look(store: Store) -> bool:
        lease = schema.Lease(
            id=99, host=host or os.uname().nodename, pid=pid or os.getpid(), began_at=NOW,
            alive_at=NOW - timedelta(seconds=age), process_at=None if began is None else own + timedelta(seconds=began),
        )  # fmt: skip
        store.add(lease)
        store.flush()
        return lease in leases.active_leases(store, NOW)

    assert database.write(look).result() == alive


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_was_set_ends_nothing(hours: int, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept until Mien closes stays until then, also if a changed clock makes it older than this Mien."""
    with Recorder(database, beginning("before", "session", started_at=now())) as recorder:
        recorder.write(row(0))
    later = timedelta(hours=hours)
    monkeypatch.setattr(maintenance, "now", lambda: now() + later)
    with Recorder(database, beginning("after", "session", started_at=now() + later)) as recorder:
        recorder.write(row(0))
    database.apply_retention()
    assert sorted(kept(database, schema.Session.uuid)) == ["after", "before"]


def test_a_lease_is_given_back_and_renewed(url: str) -> None:
    """A Mien that closed leaves no lease; a lease that another Mien deleted is acquired again."""
    with Database(url) as database:
        began = now()
        database.write(lambda store: leases.release_lease(store, database.lease)).result()
        database.write(lambda store: leases.renew_lease(store, database.lease, began, NOW)).result()
        assert kept(database, schema.Lease.alive_at) == [NOW]
    with Database(url) as database:
        assert len(kept(database, schema.Lease.id)) == 1


def test_a_mistake_does_not_end_the_renewals(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """After any error the next renewal comes: without a lease a running session would be taken for a crash's."""
    renewed = Queue[int]()

    def renew(_store: Store, lease: int, *_: object) -> None:
        renewed.put(lease)
        if renewed.qsize() == 1:
            raise KeyError("a mistake")

    monkeypatch.setattr(leases, "RENEWAL_SECONDS", 0.01)
    monkeypatch.setattr(leases, "renew_lease", renew)
    upkeep = Maintenance(database)
    upkeep.start()
    while renewed.qsize() < 2:
        upkeep._thread.join(0.01)
        assert upkeep._thread.is_alive()
    upkeep.stop()
