"""At work, no way out of Mien tells an expression of others; in private each of them does, so that the test can fail."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from werkzeug.test import TestResponse

from tests.tracker.reports.made_call import ANA, CALL, write_call
from tests.web.conftest import ADDRESS, LOOKS, dependencies_with
from tracker.cli import main
from tracker.core.errors import UsageError
from tracker.core.geometry import Box
from tracker.core.vocabulary import EXPRESSIONS
from tracker.core.withheld import WITHHELD
from tracker.store.audit import list_audit
from tracker.store.database import Database
from tracker.store.session_readings import query_readings
from tracker.store.timeline_query import query_timeline
from tracker.testing import FakeClassifier, FakeDetector
from tracker.vision.analyzer import Analyzer
from web.app import Dashboard
from web.dependencies import Dependencies
from web.storage import Storage

if TYPE_CHECKING:
    from tests.web.conftest import Heard

TWO: Final = [Box(40, 40, 100, 120), Box(240, 40, 100, 120)]
MODES: Final = ("work", "private")


@contextmanager
def two_people(*_: Any, **__: Any) -> Iterator[Analyzer]:
    """Two faces in good light, which always look happy."""
    yield Analyzer(FakeDetector([TWO]), FakeClassifier(LOOKS))


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Four frames of noise, in which a detector that is made up finds two faces."""
    path, noise = tmp_path / "call.avi", np.random.default_rng(7)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 5, (400, 240))
    for _ in range(4):
        writer.write(noise.integers(0, 255, (240, 400, 3), np.uint8))
    writer.release()
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., str]:
    """Runs a command on two people, and gives what it wrote on stdout."""
    monkeypatch.setattr("tracker.compose.open_analyzer", two_people)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


def assert_faces(faces: list[Any], mode: str) -> None:
    """Faces as JSON has them: happy in private, and at work a place without any score that differs from another."""
    assert faces
    for face in faces:
        assert len(face["box"]) == 4
        if mode == "private":
            assert (face["expression"], face["quality"]["ok"]) == ("happy", True)
            assert face["scores"]["happy"] == 0.9
        else:
            assert (face["expression"], face["confidence"], face["quality"]["reason"]) == ("unclear", 0, WITHHELD)
            assert {len(set(face[name].values())) for name in ("scores", "smooth") if name in face} == {1}
            assert not face.get("heads")
            assert len({each["confidence"] for each in face.get("top", [{"confidence": 0}])}) == 1


def assert_rows(rows: list[dict[str, Any]], mode: str) -> None:
    """Faces as tables have them, in the same way."""
    assert rows
    for row in rows:
        assert (row["expression"], row["reason"] or "") == (("happy", "") if mode == "private" else ("unclear", WITHHELD))
        for kind in ("score", "smooth"):
            assert (len({float(row[f"{kind}_{name}"]) for name in EXPRESSIONS}) == 1) == (mode == "work")


def faces_of(lines: str) -> list[Any]:
    """The faces of JSON lines."""
    return [face for line in lines.splitlines() for face in json.loads(line).get("faces", [])]


@pytest.mark.parametrize("mode", MODES)
def test_no_command_writes_what_others_show(mode: str, run: Callable[..., str], film: Path, tmp_path: Path) -> None:
    """`mien log` as JSON lines, CSV and into a database; what `mien sessions` makes of that; `mien analyze`; `mien image`."""
    url = f"sqlite:///{tmp_path / 'mien.db'}"
    watch = ("log", "--source", str(film), "--hz", "0", "--faces", "all", "--mode", mode)
    assert_faces(faces_of(run(*watch, "--db", url)), mode)
    run(*watch, "--output", "log.csv")
    assert_rows(list(csv.DictReader(io.StringIO((tmp_path / "log.csv").read_text()))), mode)

    (session,) = [json.loads(line) for line in run("sessions", "--json", "--db", url).splitlines()]
    words = run("sessions", "--db", url)
    for form in ("jsonl", "csv", "parquet", "html"):
        command = ("report",) if form == "html" else ("export",)
        run("sessions", *command, session["id"], "--output", f"stored.{form}", "--db", url)
    run("analyze", str(film), "--faces", "all", "--mode", mode, "--output", "out")
    for stem in ("stored", "out/call"):
        assert_faces(faces_of((tmp_path / f"{stem}.jsonl").read_text()), mode)
        assert_rows(list(csv.DictReader(io.StringIO((tmp_path / f"{stem}.csv").read_text()))), mode)
        assert_rows(pq.read_table(tmp_path / f"{stem}.parquet").to_pylist(), mode)
        report = (tmp_path / f"{stem}.html").read_text()
        assert ('title="share happy"' in report, WITHHELD in report) == (mode == "private", mode == "work")
    assert ("happy 100" in words, "unclear 100" in words) == (mode == "private", mode == "work")

    run("analyze", str(film), "--faces", "all", "--mode", mode, "--output", "out", "--db", url)
    audit = [json.loads(line) for line in run("consent", "audit", "--json", "--db", url).splitlines()]
    assert [(run["mode"], run["source"], run["people"], run["ended_at"] is None) for run in audit] == [
        (mode, "file", 0, False)
    ] * 2
    with Database(url) as database, database.session() as store:
        timeline, readings = query_timeline(store, session["id"]).readings, query_readings(store, session["id"])
    assert set(timeline.expression) == ({"happy"} if mode == "private" else {"unclear"})
    assert ({len(set(each)) for each in timeline.scores} == {1}) == (mode == "work")
    assert (readings.confidence.max() == 0, readings.doubt.max() == 0) == (mode == "work", True)

    cv2.imwrite(str(tmp_path / "group.png"), np.random.default_rng(7).integers(0, 255, (240, 400, 3), np.uint8))
    assert_faces(faces_of(run("image", "group.png", "--json", "--mode", mode)), mode)
    assert ("happy" in run("image", "group.png", "--mode", mode)) == (mode == "private")


@pytest.fixture
def dependencies(storage: Storage, mode: str) -> Dependencies:
    """No cameras, and two people wherever one looks."""
    return dependencies_with(storage, two_people, mode=mode)


@pytest.mark.parametrize("mode", MODES)
def test_no_page_gets_what_others_show(mode: str, dashboard: Dashboard, heard: "Heard", film: Path, storage: Storage) -> None:
    """The rows of a session, and an upload with its verdict; the audit log says that others were watched."""
    storage.set_retention("30d")
    page = dashboard.socket.test_client(dashboard.app)
    assert page.emit("start", {"source": str(film), "hz": 0, "faces": "all"}, callback=True) == {"ok": True}
    heard.wait(lambda: len(heard.all("observation")) == 4)
    assert_faces([face for row in heard.all("observation") for face in row["faces"]], mode)
    heard.wait_for("finished")
    dashboard.live.recorder.close()

    def post(path: str, **data: Any) -> TestResponse:
        return dashboard.app.test_client().post(path, data=data, base_url=ADDRESS.url)

    noise = np.random.default_rng(7).integers(0, 255, (240, 400, 3), np.uint8)
    file = io.BytesIO(cv2.imencode(".png", noise)[1].tobytes())
    uploaded = post("/api/picture", picture=(file, "group.png")).get_json()
    assert_faces(uploaded["faces"], mode)
    with storage.require().session() as store:
        (audited,) = list_audit(store)
    assert (audited.mode, audited.source, audited.ended_at is not None) == (mode, "file", True)
    verdict = post("/api/verdicts", face=uploaded["faces"][0]["token"], said="sad")
    assert verdict.status_code == (200 if mode == "private" else 400), verdict.get_data(as_text=True)


@pytest.mark.parametrize("mode", MODES)
def test_no_way_out_of_a_stored_call_tells_what_it_may_mean(mode: str, dashboard: Dashboard, storage: Storage) -> None:
    """Its page, its moments as JSON, its report and its tables have movements, and what they may mean in private alone."""
    possible = {ANA: ("confused",)} if mode == "private" else None
    write_call(storage.require(), [(ANA, "brows_lowered", 30.0, 34.0)], possible=possible)
    client = dashboard.app.test_client()
    ways = {"page": f"/history/{CALL}", "moments": f"/api/sessions/{CALL}/moments"}
    ways |= {form: f"/history/{CALL}/file.{form}" for form in ("html", "csv", "jsonl", "parquet")}
    told = {name: client.get(address, base_url=ADDRESS.url).data for name, address in ways.items()}
    told["parquet"] = str(pq.read_table(io.BytesIO(told["parquet"])).to_pylist()).encode()
    assert {name: b"brows" in data for name, data in told.items()} == dict.fromkeys(ways, True)
    assert {name: b"confused" in data for name, data in told.items()} == dict.fromkeys(ways, mode == "private")


@pytest.mark.parametrize("mode", [None, "work"])
def test_a_page_may_answer_where_the_command_did_not(
    mode: str | None, dashboard: Dashboard, heard: "Heard", film: Path
) -> None:
    """Who is in private says so on the page and reads everybody, unless Mien was started with --mode work."""
    page = dashboard.socket.test_client(dashboard.app)
    start = {"source": str(film), "hz": 0, "faces": "all", "mode": "private"}
    assert page.emit("start", start, callback=True) == {"ok": True}
    heard.wait(lambda: len(heard.all("observation")) == 4)
    assert_faces([face for row in heard.all("observation") for face in row["faces"]], mode or "private")


@pytest.fixture
def post(dashboard: Dashboard) -> Callable[..., TestResponse]:
    """Sends a form, and gives what is answered."""

    def ask(address: str, **data: Any) -> TestResponse:
        return dashboard.app.test_client().post(address, data=data, base_url=ADDRESS.url)

    return ask


@pytest.mark.parametrize(("mode", "said"), [(None, "work"), (None, "private")])
def test_an_answer_on_a_page_holds_for_whatever_pages_begin(
    said: str, dashboard: Dashboard, heard: "Heard", film: Path, post: Callable[..., TestResponse]
) -> None:
    """A session, a picture of several people and a recording, now and after Mien was started again; erasing takes it away."""
    answered = post("/api/mode", mode=said)
    assert answered.get_json()["mode"] == said
    page = dashboard.socket.test_client(dashboard.app)
    assert page.emit("start", {"source": str(film), "hz": 0, "faces": "all"}, callback=True) == {"ok": True}
    heard.wait(lambda: len(heard.all("observation")) == 4)
    assert_faces([face for row in heard.all("observation") for face in row["faces"]], said)

    noise = np.random.default_rng(7).integers(0, 255, (240, 400, 3), np.uint8)
    file = io.BytesIO(cv2.imencode(".png", noise)[1].tobytes())
    assert_faces(post("/api/picture", picture=(file, "group.png")).get_json()["faces"], said)

    post("/api/recordings", path=str(film), hz="1", faces="all")
    (job,) = dashboard.jobs.all()
    dashboard.jobs.cancel(job.id)
    assert dashboard.jobs.recording(job).choices.mode == said

    url = f"sqlite:///{dashboard.dependencies.storage.name}"
    assert Storage(url).mode == said
    assert dashboard.app.test_client().delete("/api/everything", base_url=ADDRESS.url).status_code == 200
    assert (dashboard.dependencies.storage.mode, Storage(url).mode) == (None, None)


@pytest.mark.parametrize("mode", ["work"])
def test_who_started_mien_has_answered_for_its_pages(dashboard: Dashboard, post: Callable[..., TestResponse]) -> None:
    """With --mode no page can say otherwise, and none offers it."""
    assert post("/api/mode", mode="private").status_code == 400
    for page in ("/", "/settings", "/history/recordings"):
        field = dashboard.app.test_client().get(page, base_url=ADDRESS.url).text.split('id="mode"')[1].split("</select>")[0]
        assert "disabled" in field.split(">")[0]
        assert 'value="work" selected' in field


def test_without_a_database_an_answer_holds_until_mien_closes(tmp_path: Path) -> None:
    """What is no answer changes nothing."""
    storage = Storage(f"sqlite:///{tmp_path}")
    storage.set_mode("private")
    with pytest.raises(UsageError, match="choose one of work, private"):
        storage.set_mode("home")
    assert (storage.database, storage.mode) == (None, "private")


def test_commands_do_not_go_by_the_answer_on_a_page(run: Callable[..., str], film: Path, storage: Storage) -> None:
    """Where `mien log` writes is read from its line and from mien.toml, also if its database has an answer."""
    storage.set_mode("private")
    watch = ("log", "--source", str(film), "--hz", "0", "--faces", "all", "--db", f"sqlite:///{storage.name}")
    assert_faces(faces_of(run(*watch)), "work")


def test_without_an_answer_it_is_as_at_work(run: Callable[..., str], film: Path) -> None:
    """Where nobody said where they are, everybody who is watched has no expression; the own face has one, also at work."""
    watch = ("log", "--source", str(film), "--hz", "0")
    assert_faces(faces_of(run(*watch, "--faces", "all")), "work")
    assert_faces(faces_of(run(*watch, "--mode", "work")), "private")


def test_a_picture_of_one_person_is_read_at_work(
    monkeypatch: pytest.MonkeyPatch, run: Callable[..., str], tmp_path: Path
) -> None:
    """One face alone is taken for the own one; what somebody chose to show is read unless they said that they are at work."""
    cv2.imwrite(str(tmp_path / "group.png"), np.random.default_rng(7).integers(0, 255, (240, 400, 3), np.uint8))
    assert_faces(faces_of(run("image", "group.png", "--json")), "private")

    @contextmanager
    def one_person(*_: Any, **__: Any) -> Iterator[Analyzer]:
        yield Analyzer(FakeDetector([TWO[:1]]), FakeClassifier(LOOKS))

    monkeypatch.setattr("tracker.compose.open_analyzer", one_person)
    assert_faces(faces_of(run("image", "group.png", "--json", "--mode", "work")), "private")
