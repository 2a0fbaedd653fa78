"""A part of a session is erased by its times, from all figures, too, and rows of it that come later are not stored."""

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import cv2
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from tracker.cli import main
from tracker.core.errors import UsageError
from tracker.core.frame import Pixels, now
from tracker.exports.files import export_session
from tracker.exports.from_database import read_session_data
from tracker.reports.html_report import render_report
from tracker.store import schema
from tracker.store.database import Database
from tracker.store.erase import erase_participant, erase_session
from tracker.store.partial_erase import count_range, erase_part
from tracker.store.recorder import Recorder
from tracker.store.session_figures import figures_of_session
from tracker.store.session_queries import session_detail
from tracker.store.testing import JUDGE, beginning, row
from tracker.store.timeline_query import query_timeline
from tracker.store.verdicts import save_moment_verdict
from tracker.testing import FakeClassifier, FakeDetector
from tracker.vision.analyzer import Analyzer

A: Final = "aaaaaaaa-1111"
SECONDS: Final = 40


def watch(recorder: Recorder, begin: int, end: int, *ids: int) -> None:
    """Write two observations a second, from one second to before another."""
    for n in range(2 * begin, 2 * end):
        recorder.write(row(n, ids or (1,)))


def fill(database: Database) -> None:
    """A session of 40 s: a second face for five seconds, nobody in the last five, and a marker."""
    with Recorder(database, beginning(A)) as recorder:
        watch(recorder, 0, 20)
        watch(recorder, 20, 25, 1, 2)
        recorder.mark("here", t=22.0)
        watch(recorder, 25, SECONDS - 5)
        for n in range(2 * SECONDS - 10, 2 * SECONDS):
            recorder.write(row(n, ()))


def times(database: Database) -> list[float]:
    with database.session() as store:
        return query_timeline(store, A).t


def session_of(database: Database) -> schema.Session:
    with database.session() as store:
        session = store.scalars(select(schema.Session)).one()
        _ = session.participants, session.markers, session.pauses
        return session


def pauses(database: Database) -> list[tuple[float, float | None, str]]:
    return [(each.began_t, each.ended_t, each.why) for each in session_of(database).pauses]


def run(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["erase", *arguments, "--db", url])


def test_the_command_says_what_goes_and_erases_it(url: str) -> None:
    """It takes times as a report's timeline shows them; what it announces without --yes is what it erases."""
    with Database(url) as database:
        fill(database)
    asked = run(url, "--session", "aaaa", "--from", "0:20", "--to", "0:24.5")
    assert (asked.exit_code, "add --yes" in asked.stderr) == (2, True)
    assert "0:20 to 0:25 of session aaaa (20 readings, 1 marker) in" in asked.stderr
    done = run(url, "--session", "aaaa", "--from", "20", "--to", "24.5", "--yes")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "0:20 to 0:25 of session aaaa (20 readings, 1 marker) in" in done.stderr

    with Database(url) as database:
        assert times(database) == [n / 2 for n in range(2 * SECONDS) if not 40 <= n <= 49]
        session = session_of(database)
        assert (session.markers, [each.number for each in session.participants]) == ([], [1])


def test_one_of_the_times_alone_is_from_the_beginning_or_to_the_end(url: str) -> None:
    """A part without any face can be erased, too."""
    with Database(url) as database:
        fill(database)
    first = run(url, "--session", A, "--to", "0:05", "--yes")
    assert "0:00 to 0:05 of session aaaaaaaa-1111 (11 readings) in" in first.stderr
    last = run(url, "--session", A, "--from", "0:35", "--yes")
    assert "0:35 to 0:40 of session aaaaaaaa-1111 (10 observations of nobody) in" in last.stderr
    with Database(url) as database:
        assert times(database) == [n / 2 for n in range(11, 70)]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (["--all", "--from", "1"], "go with --session alone"),
        (["--to", "1"], "go with --session alone"),
        (["--session", "aaaa", "--picture", "b", "--to", "1"], "go with --session alone"),
        (["--session", "aaaa", "--from", "2:00", "--to", "1:00"], "ends before it begins"),
        (["--session", "aaaa", "--from", "1:00"], "Nothing is kept of that part"),
        (["--session", "aaaa", "--from", "noon"], "is no time"),
        (["--session", "bbbb", "--from", "1"], "No session has an id"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, wrong: list[str], words: str) -> None:
    """A sentence, exit code 2, and nothing is erased."""
    url = f"sqlite:///{tmp_path / 'mien.db'}"
    with Database(url) as database:
        fill(database)
    refused = run(url, *wrong, "--yes")
    assert (refused.exit_code, words in refused.stderr) == (2, True), refused.stderr
    with Database(url) as database:
        assert len(times(database)) == 2 * SECONDS


def test_it_shows_as_erased_and_counts_nowhere(database: Database, tmp_path: Path) -> None:
    """The timeline, exports and report call it erased; it counts neither in shares nor as time watched."""
    fill(database)
    erase_part(database, A, 10, 29.5)
    with database.session() as store:
        assert [(gap.begin, gap.end, gap.why) for gap in query_timeline(store, A).gaps] == [(10.0, 30.0, "erased")]
        detail = session_detail(store, A)
        assert (detail.summary.observations, detail.participants[0].readings) == (40, 30)
        assert figures_of_session(store, session_of(database)).watched == SECONDS - 20
        export_session(read_session_data(store, A), tmp_path / "a.csv", "csv")
        export_session(read_session_data(store, A), tmp_path / "a.jsonl", "jsonl")
        page = render_report(read_session_data(store, A))
    with (tmp_path / "a.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(each["t"], each["until"]) for each in rows if each["pause"] == "erased"] == [("10.0", "29.5")]
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    for told in (rows, lines):
        assert [each for each in told if 10 < float(each["t"]) < 30] == []
    assert ">erased</span>" in page
    assert "camera lost" not in page


def test_an_erased_beginning_or_end_does_not_count_as_time(database: Database) -> None:
    """The time before the first remaining observation was not watched, and is not subtracted a second time."""
    fill(database)
    erase_part(database, A, None, 9.5)
    erase_part(database, A, 30, None)
    with database.session() as store:
        assert figures_of_session(store, session_of(database)).watched == 20.0


def test_pauses_in_it_go_and_those_around_it_are_cut(database: Database) -> None:
    """Pauses are cut where they lie in the erased part; a gap is called by what it is for the longest time."""
    with Recorder(database, beginning(A)) as recorder:
        for begin, end in ((0, 10), (20, 30), (32, 40)):
            watch(recorder, begin, end)
            recorder.pause()
    erase_part(database, A, 15, 35)
    assert pauses(database) == [(9.5, 15.0, "paused"), (15.0, 35.0, "erased"), (39.5, 39.5, "paused")]
    with database.session() as store:
        assert next((gap.begin, gap.end, gap.why) for gap in query_timeline(store, A).gaps) == (10.0, 35.5, "erased")
    erase_part(database, A, 5, 20)
    assert pauses(database)[:2] == [(5.0, 20.0, "erased"), (20.0, 35.0, "erased")]
    with pytest.raises(UsageError, match="Nothing is kept"):
        erase_part(database, A, 6, 34)


def test_rows_of_an_erased_part_that_come_later_are_not_stored(database: Database) -> None:
    """In a running session, rows of the part that have not reached the database yet are dropped; later ones are stored."""
    began = now() - timedelta(seconds=30)
    with Recorder(database, beginning(A, started_at=began)) as recorder:
        for n in range(40):
            recorder.write(row(n, began=began))
        assert recorder.flush()
        erase_part(database, A, 10, None)
        # Said before the person erased it, and late: the session is thirty seconds old.
        for n in range(40, 50):
            recorder.write(row(n, began=began))
        recorder.mark("late", t=24.0)
        for n in range(1000, 1010):
            recorder.write(row(n, began=began))
        recorder.mark("after it")
    assert times(database) == [n / 2 for n in [*range(20), *range(1000, 1010)]]
    assert [each.text for each in session_of(database).markers] == ["after it"]


def test_a_running_session_is_not_erased_in_advance(database: Database) -> None:
    """An end in the future means now."""
    began = now() - timedelta(seconds=10)
    with Recorder(database, beginning(A, started_at=began)) as recorder:
        recorder.write(row(0, began=began))
        assert recorder.flush()
        erase_part(database, A, 0, 3600)
        recorder.write(row(1000, began=began))
    assert times(database) == [500.0]


def test_while_it_is_paused_it_ends_where_the_pause_began(database: Database) -> None:
    """While a session is paused its time stands still: the part ends at the pause, and what comes next is stored."""
    began = now() - timedelta(hours=1)
    with Recorder(database, beginning(A, started_at=began)) as recorder:
        recorder.write(row(0, began=began))
        recorder.write(row(1, began=began))
        recorder.pause()
        assert recorder.flush()
        erase_part(database, A, 0, None)
        recorder.write(row(2, began=began))
    assert times(database) == [1.0]
    assert pauses(database) == [(0.0, 0.5, "erased"), (0.5, 1.0, "paused")]


ERASERS: Final[dict[str, Callable[[Database], Any]]] = {
    "session": lambda database: erase_session(database, A),
    "part": lambda database: erase_part(database, A, 1, 3),
    "participant": lambda database: erase_participant(database, f"{A}:1"),
}


@pytest.mark.parametrize("what", ERASERS)
def test_a_whole_picture_saved_in_the_part_is_erased(database: Database, astronaut: Pixels, what: str) -> None:
    """A whole picture that was ticked with a verdict on the part is deleted; that of another session stays."""
    fill(database)
    with Recorder(database, beginning("bbbb")) as recorder:
        recorder.write(row(4))
    crop = astronaut[80:128, 200:248]
    face = Analyzer(FakeDetector(), FakeClassifier({"happy": 0.7, "sad": 0.3})).classify_crop(crop)
    whole = cv2.imencode(".png", crop)[1].tobytes()
    for session in (A, "bbbb"):
        moment = partial(save_moment_verdict, face=face, provenance=JUDGE, said="sad", whole=whole, session=session)
        database.write(partial(moment, t=2.0, number=1)).result()
    with database.session() as store:
        assert count_range(store, A, 2, 2).contents == "1 reading, 1 verdict with its picture"
    ERASERS[what](database)
    with database.session() as store:
        left = [each.session.uuid for each in store.scalars(select(schema.Prediction)) if each.session]
        assert left == ["bbbb"]
        assert len(store.scalars(select(schema.Picture)).all()) == 1
