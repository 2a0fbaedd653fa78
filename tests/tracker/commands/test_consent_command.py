"""``mien consent``."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tracker.cli import main
from tracker.commands.consent import WAYS
from tracker.exports.from_database import read_session_data
from tracker.store.audit import begin_audit, end_audit
from tracker.store.database import Database
from tracker.store.recorder import Recorder
from tracker.store.schema import HOW_ASKED
from tracker.store.testing import BEGAN, beginning, row

SESSION = "aaaaaaaa-1111"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database with one session of two faces."""
    url = f"sqlite:///{tmp_path / 'mien.db'}"
    with Database(url) as database, Recorder(database, beginning(SESSION)) as recorder:
        recorder.write(row(0, (1, 2)))
    return url


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["consent", *arguments])


def test_an_entry_is_added_listed_and_revoked(url: str) -> None:
    """After revoking, the entry says so, and neither name nor face of the person is there."""
    assert "Nobody has agreed" in run("--db", url).stderr
    added = run("add", "Ann", "--session", SESSION[:4], "--how", "aloud", "--face", "2", "--db", url)
    assert (added.exit_code, added.stdout) == (0, "")
    assert "entry 1" in added.stderr
    listed = run("--db", url).stdout
    assert "session aaaaaaaa  Ann, asked aloud, face 2" in listed
    assert run("revoke", "1", "--db", url).exit_code == 0
    assert "revoked" in run("--db", url).stdout
    (entry,) = [json.loads(line) for line in run("--json", "--db", url).stdout.splitlines()]
    assert (entry["id"], entry["who"], entry["session"], entry["how"]) == (1, "", SESSION, "aloud")
    with Database(url) as database, database.session() as store:
        assert [face.id for each in read_session_data(store, SESSION).rows() for face in each.faces] == [1]


def test_wrong_use_is_told(url: str) -> None:
    """An unknown session or entry, and a way that is none, end with 2."""
    assert run("add", "Ann", "--session", "ffff", "--how", "aloud", "--db", url).exit_code == 2
    assert run("add", "Ann", "--session", SESSION, "--how", "silently", "--db", url).exit_code == 2
    assert run("revoke", "1", "--db", url).exit_code == 2
    assert WAYS == HOW_ASKED


def test_the_audit_log_is_listed(url: str) -> None:
    """A run is a line for people, or JSON; one that did not end says so."""
    assert "No analysis of others" in run("audit", "--db", url).stderr
    with Database(url) as database:
        first = database.write(lambda store: begin_audit(store, BEGAN, "work", "camera")).result()
        database.write(lambda store: end_audit(store, first, BEGAN, 2)).result()
        database.write(lambda store: begin_audit(store, BEGAN, "private", "file")).result()
    ended, running = run("audit", "--db", url).stdout.splitlines()
    assert "work  camera  2 agreed" in ended
    assert "not ended  private  file" in running
    entry = json.loads(run("audit", "--json", "--db", url).stdout.splitlines()[1])
    assert entry == {"began_at": "2026-11-23T09:00:00.000Z", "ended_at": None, "people": 0, "mode": "private", "source": "file"}


def test_the_words_to_ask_with_are_one_line_for_the_chat() -> None:
    """They say what is done, that a yes is needed, and that it can be taken back."""
    asked = {mode: run("words", "--mode", mode).stdout.strip() for mode in ("work", "private")}
    for words in asked.values():
        assert words.count("\n") == 0
        assert len(words) < 640
        assert all(part in words for part in ("Mien", "my own computer", "only if you answer yes", "take your yes back"))
    assert ("what that can mean" in asked["private"], "what that can mean" in asked["work"]) == (True, False)
    assert run("words").stdout.strip() == asked["work"]
