"""After kill -9 at any moment the database opens, and at most the last second is lost."""

import random
import subprocess
import sys
from typing import Final

import pytest
from sqlalchemy import select, text

from tracker.store import schema
from tracker.store.database import Database

HZ: Final = 50
"""Observations a second, as many as the store promises to write: so many may be lost."""
MAX_LOST_ROWS: Final = 2 * HZ

CHILD: Final = """
import sys
from threading import Event, Thread
from tracker.store.database import Database
from tracker.store.recorder import Recorder
from tracker.store.testing import beginning, row
pause = Event()

def hold_the_gil():
    n = 0
    while True:
        n += 1

with Database(sys.argv[1]) as database, Recorder(database, beginning(sys.argv[2])) as recorder:
    assert recorder.flush(60)
    for _ in range(int(sys.argv[3])):
        Thread(target=hold_the_gil, daemon=True).start()
    for n in range(1_000_000):
        recorder.write(row(n, (1, 2, 3, 4), hz=50))
        print(n, flush=True)
        pause.wait(1 / 50)
"""


def killed_after(url: str, uuid: str, rows: int, busy: int) -> int:
    """Kill a child process when it has written so many rows; returns how many it wrote in the end. busy: its other threads."""
    command = [sys.executable, "-c", CHILD, url, uuid, str(busy)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for _ in range(rows):
            assert child.stdout.readline()
        child.kill()
        rest = [line for line in child.stdout if line.endswith("\n")]
    return rows + len(rest)


def kill_and_look(url: str, uuid: str, busy: int = 0) -> None:
    """Open the database: the session is ended, and whole except for its last second."""
    said = killed_after(url, uuid, random.randrange(1, MAX_LOST_ROWS), busy)
    with Database(url) as database, database.session() as store:
        session = store.scalars(select(schema.Session).where(schema.Session.uuid == uuid)).one()
        of_it = schema.Observation.session_id == session.id
        frames = store.scalars(select(schema.Observation.frame).where(of_it).order_by(schema.Observation.t)).all()
        readings = store.scalars(select(schema.Reading.observation_id).join(schema.Observation).where(of_it)).all()
        assert session.interrupted
        assert session.ended_at is not None
        assert list(frames) == list(range(len(frames)))
        assert said - len(frames) <= HZ
        assert len(readings) == 4 * len(frames)
        if database.path:
            assert store.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
            assert store.execute(text("PRAGMA foreign_key_check")).all() == []


@pytest.mark.slow
def test_killed_sessions_lose_a_second_at_most(url: str) -> None:
    """Four sessions in one database of each kind, each killed while it is written, once with busy threads beside it."""
    for n in range(4):
        kill_and_look(url, f"{n:08}", busy=2 if n == 0 else 0)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("busy", [0, 2])
def test_fifty_killed_sessions_lose_a_second_at_most(url: str, busy: int) -> None:
    """As above, at fifty random moments, once with threads beside it that hold Python's lock whenever they can."""
    for n in range(50):
        kill_and_look(url, f"{n:08}", busy)
