"""What is the person's own is readable by nobody else on the machine, whoever makes it first."""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.tracker.exports.made import write_session
from tests.web.conftest import ADDRESS, dependencies_with, made_up
from tests.web.recordings.test_recordings_page import film, settled
from tracker.core.errors import StoreError
from tracker.core.frame import Pixels, now
from tracker.exports.files import FORMATS, export_session
from tracker.exports.from_database import read_session_data
from tracker.exports.session_data import SessionData
from tracker.exports.sinks import FileSink
from tracker.live.alert_settings import AlertSettings, save_alert_settings
from tracker.live.alerts import Alert
from tracker.personal.fit_files import people_folder, promote
from tracker.reports.html_report import write_report
from tracker.reports.plots import write_plot
from tracker.store.database import Database
from tracker.store.verdict_export import export_verdicts
from web.app import create_app
from web.security.access import installation_token
from web.storage import Storage

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows closes a person's folders by itself.")


@pytest.fixture
def usual_mask() -> Iterator[None]:
    """As most systems have it: everybody may read what is made."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    return [str(path) for path in (folder, *folder.rglob("*")) if stat.S_IMODE(path.stat().st_mode) & 0o077]


@pytest.mark.usefixtures("usual_mask")
def test_nobody_else_can_read_what_is_ones_own(tmp_path: Path, coffee: Pixels) -> None:
    """Data folder, also one that stood open; database, fits, alerts, token; a copied video, its order, and what came of it."""
    data, config, video = tmp_path / "data", tmp_path / "settings", tmp_path / "film.avi"
    (data / "mien").mkdir(parents=True, mode=0o755)
    promote("mia", 0)
    save_alert_settings(AlertSettings(on=False, cues=(Alert.parse("angry 120"),)))
    installation_token(data / "mien")
    film(video, coffee, 0.5)
    dashboard, looked = create_app(dependencies_with(Storage(None), made_up), ADDRESS), Event()
    # The copy goes when it was analysed.
    dashboard.jobs._worker.submit(looked.wait)
    try:
        with video.open("rb") as content:
            given: dict[str, Any] = {"base_url": ADDRESS.url, "headers": {"Origin": ADDRESS.url}}
            given |= {"query_string": {"name": "film.avi", "hz": "1"}, "content_length": video.stat().st_size}
            answer = dashboard.app.test_client().post("/api/recordings/copy", input_stream=content, **given)
        assert answer.status_code == 200, answer.text
        copied = next((data / "mien").rglob("film.avi"))
        assert stat.S_IMODE(copied.stat().st_mode) == 0o600
        looked.set()
        (job,) = settled(dashboard)
        assert job.kind == "done", job
        made = {path.name for path in data.rglob("*")} | {path.name for path in config.rglob("*")}
        assert {"mien.db", "mien.lock", "order.json", "film.jsonl", "film.html", "current.json", "cues.json"} <= made
        assert open_to_others(data / "mien") + open_to_others(config / "mien") == []
    finally:
        looked.set()
        dashboard.close()
    assert people_folder().parent == data / "mien"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """With one session."""
    with Database(f"sqlite:///{tmp_path / 'mien.db'}") as database:
        write_session(database, "taken-out", now(), 0.4)
        yield database


def taken(database: Database) -> SessionData:
    with database.session() as store:
        return read_session_data(store, "taken-out")


@pytest.mark.usefixtures("usual_mask")
def test_nobody_else_can_read_what_is_taken_out(database: Database, tmp_path: Path) -> None:
    """Exports, reports, plots, logs and verdicts; who may read a file that is there already stays as the person set it."""
    session = taken(database)
    for form in FORMATS:
        export_session(session, tmp_path / f"a.{form}", form)
    write_report(session, tmp_path / "a.html")
    write_plot(session, tmp_path / "a.svg")
    with FileSink(tmp_path / "log.jsonl"):
        pass
    with database.session() as store:
        export_verdicts(store, tmp_path / "verdicts")
    assert {"a.csv", "a.parquet", "a.html", "a.svg", "log.jsonl", "verdicts"} <= {path.name for path in tmp_path.iterdir()}
    assert [path for path in open_to_others(tmp_path) if path != str(tmp_path)] == []
    shared = tmp_path / "a.csv"
    shared.chmod(0o644)
    export_session(session, shared, "csv")
    assert stat.S_IMODE(shared.stat().st_mode) == 0o644


def test_an_export_does_not_follow_what_was_laid_in_its_way(database: Database, tmp_path: Path) -> None:
    """A link under the name that it writes to first: what the link leads to stays as it was."""
    precious = tmp_path / "precious"
    precious.write_text("all there")
    (tmp_path / ".a.csv.part").symlink_to(precious)
    export_session(taken(database), tmp_path / "a.csv", "csv")
    assert precious.read_text() == "all there"
    assert (tmp_path / "a.csv").read_text()


def test_files_that_stood_open_are_closed(tmp_path: Path) -> None:
    """A token and a database that everybody could read, by an older umask or a copy, are the person's alone from then on."""
    files = [tmp_path / name for name in ("dashboard.token", "mien.db", "mien.db-wal")]
    for file in files:
        file.touch()
        file.chmod(0o644)
    files[0].write_text("a" * 24)
    installation_token(tmp_path)
    with Database(f"sqlite:///{files[1]}"):
        assert open_to_others(tmp_path / "mien.db") + open_to_others(tmp_path / "mien.db-wal") == []
    assert open_to_others(files[0]) == []


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="Only root can make another account's files.")
@pytest.mark.parametrize("laid", ["file", "link", "log", "folder"])
def test_another_accounts_database_is_refused(tmp_path: Path, laid: str) -> None:
    """A file, a link, SQLite's file beside it, or a linked folder that another account laid there is a sentence, unchanged."""
    shared, target = tmp_path / "shared", tmp_path / "target"
    target.mkdir()
    path = shared / "x.db"
    if laid == "folder":
        shared.symlink_to(target)
        foreign = shared
    else:
        shared.mkdir()
        foreign = path.with_name("x.db-wal") if laid == "log" else path
        foreign.symlink_to(target / "x.db") if laid == "link" else foreign.touch(0o666)
    os.chown(foreign, 65534, 65534, follow_symlinks=False)
    with pytest.raises(StoreError, match=f"{foreign} belongs to another account.*--db"), Database(f"sqlite:///{path}"):
        pass
    assert list(target.iterdir()) == []
    assert foreign.lstat().st_uid == 65534


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="Only root makes other accounts' folders.")
@pytest.mark.parametrize("linked", [False, True])
def test_a_database_lies_in_no_folder_where_others_could_replace_it(tmp_path: Path, *, linked: bool) -> None:
    """Another account's folder into which everybody may write is refused, with or without the sticky bit; /tmp is root's."""
    shared = tmp_path / "shared"
    shared.mkdir()
    os.chown(shared, 65534, 65534)
    path = shared / "x.db"
    if linked:
        path = tmp_path / "x.db"
        path.symlink_to(shared / "x.db")
    for mode in (0o777, 0o1777):
        shared.chmod(mode)
        with pytest.raises(StoreError, match=r"everybody may write there.*--db"), Database(f"sqlite:///{path}"):
            pass
        assert list(shared.iterdir()) == []
    shared.chmod(0o755)
    with Database(f"sqlite:///{path}"):
        pass
