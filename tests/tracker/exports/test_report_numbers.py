"""The report's promise: every number can be counted again from exported JSON lines, and no digit is without a name."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy.orm import Session as Store

from tests.tracker.exports.made import write_session
from tests.tracker.exports.recount import Entry, Recount, Told
from tracker.exports.files import export_session
from tracker.exports.from_database import read_session_data
from tracker.reports.earlier_sessions import read_earlier_sessions
from tracker.reports.html_report import render_report
from tracker.store.database import Database
from tracker.store.testing import BEGAN, beginning

Write = Callable[..., str]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database(f"sqlite:///{tmp_path / 'mien.db'}") as database:
        yield database


@pytest.fixture
def written(database: Database) -> Write:
    """Stores a session of five minutes as a recorder does; day: how long after the first one."""

    def write(uuid: str, day: int, happy: float, **facts: Any) -> str:
        write_session(database, uuid, BEGAN + timedelta(days=day), happy, **facts)
        return uuid

    return write


def lines(store: Store, uuid: str, folder: Path) -> list[Entry]:
    export_session(read_session_data(store, uuid), folder / f"{uuid}.jsonl", "jsonl")
    return [json.loads(line) for line in (folder / f"{uuid}.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("before", [0, 4])
def test_every_number_is_counted_again_from_json_lines(database: Database, written: Write, tmp_path: Path, before: int) -> None:
    """The same names and the same values, whether or not there are sessions to compare with: nothing more, nothing less."""
    uuids = [written(f"{day}-before", day, 0.3 + day / 20) for day in range(before)]
    now = written("now", before, 0.8)
    with database.session() as store:
        told = Told(render_report(read_session_data(store, now), read_earlier_sessions(store, now)))
        counted = Recount(lines(store, now, tmp_path), [lines(store, each, tmp_path) for each in uuids]).everything()

    assert told.numbers == pytest.approx(counted, abs=2e-4)
    assert {"moment 1 from marker", "blinks", "gap 1 end"} <= told.numbers.keys()
    assert ("usual happy median" in told.numbers) == bool(before)


def test_what_people_read_is_the_number(database: Database, written: Write) -> None:
    """Percents, seconds and clock times say their value, rounded; no digit stands anywhere without a name."""
    for day in range(3):
        written(f"{day}-before", day, 0.3)
    with database.session() as store:
        told = Told(render_report(read_session_data(store, written("now", 3, 0.8)), read_earlier_sessions(store, "now")))
    shares = {name: words for name, words in told.words.items() if words.endswith("%")}

    assert {name: int(words.strip(" %<>\N{NARROW NO-BREAK SPACE}")) for name, words in shares.items()} == pytest.approx(
        {name: 100 * told.numbers[name] for name in shares}, abs=1
    )
    assert told.words["moment 1"] == f"{(BEGAN + timedelta(days=3, seconds=told.numbers['moment 1'])).astimezone():%H:%M:%S}"
    assert told.words["length"] == "5:00"
    # Typed by the person, or the name of the session and its model.
    rest = re.sub(
        r"Session now|model 0{7}|Q&A|^1$|watched at 4 Hz; counting needs 15", "", "\n".join(told.rest), flags=re.MULTILINE
    )
    assert re.findall(r".*\d.*", rest) == []


def test_only_the_same_persons_own_face_is_compared(database: Database, written: Write) -> None:
    """A session of all faces, of another person, of the demo, or of a later day is not among the last ones."""
    same = written("1-same", 1, 0.3)
    written("2-all", 2, 0.3, faces="all")
    written("3-other", 3, 0.3, judge=structs.replace(beginning().judge, person="Ada"))
    written("4-demo", 4, 0.3, source="fake")
    written("4-four", 4, 0.3, source="fake:meeting")
    now, later = written("5-now", 5, 0.8), written("6-later", 6, 0.3)
    with database.session() as store:
        found = read_earlier_sessions(store, now)
        assert [each.id for each in found.sessions] == [same]
        assert "Not enough sessions yet" in render_report(read_session_data(store, now), found)
        assert [each.id for each in read_earlier_sessions(store, later).sessions] == [now, same]
        assert "own face" in render_report(read_session_data(store, "2-all"), read_earlier_sessions(store, "2-all")).replace(
            "&#x27;", "'"
        )
