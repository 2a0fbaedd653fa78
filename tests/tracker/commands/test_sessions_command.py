"""`mien sessions`, as a person or a script runs it: in a process of its own."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.tracker.exports.made import write_session
from tracker.core.frame import now
from tracker.store import schema
from tracker.store.database import Database

MIEN = [str(Path(sys.executable).with_name("mien")), "sessions"]
BEGAN = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SURE = (0.02, 0.0, 0.0, 0.9, 0.02, 0.02, 0.04)


def mien(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*MIEN, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=100)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database of two sessions, a day apart; the older one has ten seconds of a happy face."""
    url = f"sqlite:///{tmp_path_factory.mktemp('kept') / 'mien.db'}"

    with Database(url) as database, database.session() as store:
        known = {"source": "fake", "hz": 2.0, "faces": "own", "prior": "default", "smoothing": 1.0}
        old = schema.Session(
            uuid="1f0c-old", title="Stand-up", started_at=BEGAN, ended_at=BEGAN + timedelta(seconds=10), **known
        )
        store.add_all(
            [
                old,
                schema.Session(
                    uuid="2a2a-new",
                    started_at=BEGAN + timedelta(days=1),
                    ended_at=BEGAN + timedelta(days=1),
                    interrupted=True,
                    **known,
                ),
            ]
        )
        store.flush()
        person = schema.Participant(session_id=old.id, number=1)
        store.add(person)
        for frame in range(20):
            observation = schema.Observation(
                session_id=old.id, t=frame / 2, at=BEGAN + timedelta(seconds=frame / 2), frame=frame
            )
            store.add(observation)
            store.flush()
            key = {"observation_id": observation.id, "participant_id": person.id}
            said = {"expression": "happy", "confidence": 0.9, "scores": SURE, "smooth": SURE}
            store.add(schema.Reading(**key, **said, box=(1, 2, 3, 4)))
        store.commit()
    return url


def test_the_json_list_has_a_line_for_each_session(db: str) -> None:
    """The newest comes first, with every member of the contract in its order; more may follow."""
    done = mien("--json", "--db", db)
    new, old = map(json.loads, done.stdout.splitlines())

    promised = ["id", "title", "started_at", "ended_at", "interrupted", "source", "hz", "observations", "model"]
    assert list(new)[: len(promised)] == promised
    assert (new["id"], new["interrupted"], new["observations"]) == ("2a2a-new", True, 0)
    assert (old["title"], old["started_at"], old["observations"]) == ("Stand-up", "2026-11-22T10:00:00.000Z", 20)
    assert old["shares"] == {"happy": 1.0}
    assert done.stderr == ""


def test_without_json_the_list_is_lines_for_people(db: str) -> None:
    """Without --json a line shows id, day, length, title and the most frequent expressions."""
    new, old = mien("--db", db).stdout.splitlines()

    assert old.startswith("1f0c-old  2026-11-22")
    assert old.endswith("Stand-up - happy 100\N{NARROW NO-BREAK SPACE}%")
    assert new.endswith("fake - nothing was observed - interrupted")


def test_an_empty_database_is_a_sentence_and_no_error(tmp_path: Path) -> None:
    """An empty database: nothing on stdout, a sentence on stderr, exit code 0."""
    done = mien("--json", "--db", f"sqlite:///{tmp_path / 'new.db'}")

    assert (done.returncode, done.stdout) == (0, "")
    assert "No session is kept" in done.stderr


def test_trends_are_weeks_and_sessions(tmp_path: Path) -> None:
    """--json is one object with each week and each session; without it, a sentence and a line a week. Demos are left out."""
    url = f"sqlite:///{tmp_path / 'mien.db'}"
    with Database(url) as database:
        write_session(database, "1-mine", now() - timedelta(days=7), 0.5)
        write_session(database, "2-demo", now() - timedelta(days=1), 0.5, source="fake")
    told = json.loads(mien("trends", "--json", "--weeks", "3", "--db", url).stdout)

    assert [(week["sessions"], week["shares"] is None) for week in told["weeks"] if week["sessions"]] == [(1, False)]
    assert [(each["id"], each["seconds"]) for each in told["sessions"]] == [("1-mine", pytest.approx(284, abs=1))]
    assert told["sessions"][0]["shares"]["happy"] == pytest.approx(told["weeks"][-2]["shares"]["happy"])
    assert (len(told["weeks"]), told["enough"]) == (3, False)
    assert mien("trends", "--db", url).stdout.startswith("1 session in the last 12 weeks")


@pytest.mark.parametrize(
    ("verb", "name", "begins"),
    [
        ("export", "a.csv", b"session,t,at,frame,source,id"),
        ("export", "a.jsonl", b'{"session": "1f0c-old", "t": 0.0'),
        ("export", "a.parquet", b"PAR1"),
        ("report", "a.html", b"<!doctype html>"),
        ("plot", "a.png", b"\x89PNG"),
        ("plot", "a.svg", b"<?xml"),
    ],
)
def test_a_session_becomes_a_file(db: str, tmp_path: Path, verb: str, name: str, begins: bytes) -> None:
    """The beginning of its id is enough; the format follows the name; stdout and stderr stay silent."""
    done = mien(verb, "1f", "--db", db, "--output", tmp_path / name)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_a_part_is_given_in_seconds_or_as_a_time(db: str, tmp_path: Path) -> None:
    """--from 0:02 --to 3.5 is four observations; --format decides if the name does not."""
    done = mien(
        "--db", db, "export", "1f0c-old", "--from", "0:02", "--to", "3.5", "--format", "jsonl", "--output", tmp_path / "x.log"
    )

    assert done.returncode == 0
    assert [json.loads(line)["t"] for line in (tmp_path / "x.log").read_text().splitlines()] == [2.0, 2.5, 3.0, 3.5]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["export", "ffff", "--output", "x.csv"], "No session has an id that begins with 'ffff'"),
        (["export", "1f", "--output", "x.xls"], "no format 'xls'"),
        (["plot", "1f", "--output", "x.gif"], "ends in .png or .svg"),
        (["export", "1f", "--from", "noon", "--output", "x.csv"], "'noon' is no time"),
        (["export", "1f", "--from", "nan", "--output", "x.csv"], "'nan' is no time"),
        (["export", "1f", "--from", "9", "--to", "1", "--output", "x.csv"], "ends before it begins"),
        (["report", "1f"], "Missing option '--output'"),
    ],
)
def test_wrong_use_is_a_sentence_and_exit_code_2(db: str, arguments: list[str], sentence: str) -> None:
    """An unknown session, format or time, or no output: a sentence on stderr, without a traceback."""
    done = mien("--db", db, *arguments)

    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_cannot_be_written_is_exit_code_3(db: str, tmp_path: Path) -> None:
    """A missing folder is exit code 3, and the sentence says what to check."""
    done = mien("--db", db, "export", "1f", "--output", tmp_path / "nowhere" / "x.csv")

    assert done.returncode == 3
    assert "x.csv cannot be written: No such file or directory. Check the folder" in done.stderr
