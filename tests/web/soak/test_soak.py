"""Hours in one go: memory and open handles stay flat, the database in bounds, and nothing is lost.

MIEN_SOAK_OBSERVATIONS and MIEN_SOAK_MINUTES make it shorter, MIEN_SOAK_FOLDER is where state, databases and reports lie
(build/soak in the checkout). A soak that was interrupted goes on where it stopped.
"""

import gc
import os
import signal
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Final
from urllib.request import Request, urlopen

import numpy as np
import numpy.typing as npt
import psutil
import pytest
from sqlalchemy import func, select

from tests.conftest import ROOT
from tests.web.soak.soak_report import Soak, open_soak, report, sample, save
from tests.web.viewers import Viewers
from tracker.compose import open_analyzer
from tracker.config.settings import Settings
from tracker.core.face import Detection, Prediction
from tracker.core.frame import Frame, Pixels
from tracker.core.records import ObservationRecord
from tracker.live.session import Session
from tracker.live.timeline import Timeline
from tracker.reports.trend import compute_trend
from tracker.reports.trend_svg import max_bins, trend_svg
from tracker.sources.synthetic import SCRIPT, draw_face, face_at
from tracker.store import schema
from tracker.store.database import Database
from tracker.store.recorder import Recorder
from tracker.store.session_readings import query_readings
from tracker.store.testing import BEGAN, beginning
from tracker.vision.analyzer import Analyzer

if TYPE_CHECKING:
    from tests.web.conftest import Running

SESSIONS: Final = 10
"""Into which the observations are divided: after each, an interrupted soak goes on."""
HZ: Final = 5
ROUND_SECONDS: Final = sum(seconds for _, seconds in SCRIPT)
FEW: Final = 3.0
"""Seconds that are recorded for a test of the soak itself."""
FLUSH_ROWS: Final = 2_000
"""Rows between two waits for the store: observations come a hundred times as fast as in life."""
SAMPLES: Final = 20
"""A session."""
MAX_MEMORY_MB: Final = 350.0
"""Of a live session."""
MAX_GROWTH_MB: Final = 24.0
"""The timeline fills for three hours; then it forgets the oldest."""
MAX_ROW_BYTES: Final = 250
"""Of the database, for an observation of one face."""
MAX_JOURNAL_MB: Final = 64.0
TREND_WIDTH: Final = 1100
LOOK_SECONDS: Final = 5.0
"""Between two samples of the real chain."""
SOON: Final = 60.0


@pytest.fixture
def folder() -> Path:
    folder = Path(os.environ.get("MIEN_SOAK_FOLDER", ROOT / "build" / "soak"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Recording:
    """Landmarks and scores of the drawn face in the first seconds of its script, given again and again."""

    def __init__(self, seconds: float) -> None:
        self._found: list[tuple[list[Detection], list[Prediction]]] = []
        with open_analyzer(Settings(), "live") as analyzer:
            self.classifier = analyzer.classifier
            for n in range(round(seconds * HZ)):
                pixels = draw_face(face_at(n / HZ), n / HZ)
                detections = analyzer.detector.detect(pixels)
                self._found.append((detections, [face.prediction for face in analyzer.classify(pixels, detections)]))
        # One picture stands for all: what is read of it, the light of a crop, is the same in each.
        self.picture = draw_face(face_at(0.0))
        self.number = 0

    def detect(self, pixels: Pixels) -> list[Detection]:
        """The landmarks of frame ``number``, whatever the picture shows."""
        return self._found[self.number % len(self._found)][0]

    def classify(self, crops: npt.NDArray[np.uint8]) -> list[Prediction]:
        """The scores that belong to them."""
        return (self._found[self.number % len(self._found)][1] * len(crops))[: len(crops)]

    def __getattr__(self, name: str) -> Any:
        """What else a classifier says of itself."""
        return getattr(self.classifier, name)


@cache
def recorded(seconds: float) -> Recording:
    return Recording(seconds)


def observed(recording: Recording, session: Session, count: int) -> Iterator[ObservationRecord]:
    """So many observations of one session."""
    for n in range(count):
        recording.number = n
        frame = Frame(recording.picture, n / HZ, n, BEGAN + timedelta(seconds=n / HZ))
        yield ObservationRecord.of(session.observe(frame), session.id, "fake")


def draw_trend(database: Database, uuid: str) -> str:
    with database.session() as store:
        readings = query_readings(store, uuid)
    return trend_svg(compute_trend(readings, readings.begin, readings.end, max_bins(TREND_WIDTH)), TREND_WIDTH, readings.end)


def soak_observations(count: int, folder: Path, recorded_seconds: float = ROUND_SECONDS) -> Soak:
    """Sessions from recorded landmarks to the store, the timeline and the trend; goes on where it was interrupted."""
    state, path = folder / "observations.json", folder / "observations.db"
    soak = open_soak(state, f"{count:,} observations", count)
    if not soak.done:
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    soak.runs += 1
    save(soak, state)
    recording, process, rows = recorded(recorded_seconds), psutil.Process(), count // SESSIONS
    with Database(f"sqlite:///{path}") as database:
        for number in range(round(soak.done) // rows, SESSIONS):
            _run_session(soak, recording, database, f"soak-{number}-{soak.runs}", rows)
            gc.collect()
            soak.samples.append(sample(soak, process, path))
            save(soak, state)
        with database.session() as store:
            stored = store.scalar(select(func.count()).select_from(schema.Observation).join(schema.Session)
                                  .where(schema.Session.interrupted.is_(False)))  # fmt: skip
    assert stored == count
    return soak


def _run_session(soak: Soak, recording: Recording, database: Database, uuid: str, rows: int) -> None:
    """One session of so many rows; the soak has SAMPLES more samples after it."""
    session, timeline = Session(Analyzer(recording, recording)), Timeline()
    session.observe_at(HZ)
    process, began = psutil.Process(), soak.done
    with Recorder(database, beginning(uuid, hz=float(HZ))) as recorder:
        for n, record in enumerate(observed(recording, session, rows), start=1):
            recorder.write(timeline.append(record))
            if n % FLUSH_ROWS == 0 or n == rows:
                assert recorder.flush(SOON)
            if n % max(1, rows // SAMPLES) == 0:
                soak.done = began + n
                timeline.figures(HZ)
                soak.samples.append(sample(soak, process, database.path or Path()))
    assert recorder.trouble is None
    assert (recorder.dropped, len(timeline.readings(HZ).times.t)) == (0, rows)
    assert "<svg" in draw_trend(database, uuid)


def judge_observations(soak: Soak, folder: Path, seconds: float) -> None:
    """Write the report, then assert what it has to say."""
    last = soak.samples[-1]
    bytes_a_row = last.database * 1e6 / soak.wanted
    hours = soak.wanted / HZ / 3600
    soak.facts = [
        f"{soak.wanted:,.0f} observations in {SESSIONS} sessions, {hours:.1f} hours of life at {HZ} Hz.",
        f"This process took {seconds:,.0f} s. Each observation is stored, with {bytes_a_row:.0f} bytes.",
    ]
    (folder / "observations.md").write_text(report(soak), encoding="utf-8")
    memory, handles = soak.growth()
    assert memory < MAX_GROWTH_MB
    assert handles <= 0
    assert bytes_a_row < MAX_ROW_BYTES
    assert max(each.journal for each in soak.samples) < MAX_JOURNAL_MB


@pytest.mark.slow
def test_a_short_soak_goes_on_where_it_was_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted in its fourth session: the next process begins with that one, and each finished session is stored whole."""
    run, calls = _run_session, iter(range(SESSIONS))

    def interrupted(*given: Any) -> None:
        if next(calls) == 3:
            raise KeyboardInterrupt
        run(*given)

    with monkeypatch.context() as patched:
        patched.setitem(globals(), "_run_session", interrupted)
        with pytest.raises(KeyboardInterrupt):
            soak_observations(500, tmp_path, FEW)
    soak = soak_observations(500, tmp_path, FEW)
    assert (soak.runs, soak.done, {each.run for each in soak.samples}) == (2, 500, {0, 1})
    assert "500 observations" in report(soak)


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
def test_a_million_observations(folder: Path) -> None:
    """From recorded landmarks through session, recorder, SQLite, timeline and trend: all stored, nothing grows but the file."""
    began = time.monotonic()
    soak = soak_observations(int(os.environ.get("MIEN_SOAK_OBSERVATIONS", "1000000")), folder)
    judge_observations(soak, folder, time.monotonic() - began)


def decide(address: str, retention: str) -> None:
    """How long results are kept."""
    with urlopen(Request(f"{address}/api/retention", f"retention={retention}".encode()), timeout=SOON):  # noqa: S310 - ours
        pass


@pytest.mark.long
@pytest.mark.timeout(3 * 3600)
def test_an_hour_of_the_real_chain(running: "Running", folder: Path, tmp_path: Path) -> None:
    """The drawn demo, stored, with two pages that watch: memory, handles and threads are flat, and the file grows evenly."""
    seconds = 60 * float(os.environ.get("MIEN_SOAK_MINUTES", "60"))
    state, path = folder / "chain.json", tmp_path / "mien.db"
    soak = open_soak(state, f"{seconds / 60:g} minutes of the real chain", seconds)
    soak.runs += 1
    with running("demo", "--hz", str(HZ)) as (child, address), Viewers(address, 2) as viewers:
        process, before = psutil.Process(child.pid), soak.done
        viewers.wait(lambda: viewers.all_told("observation"))
        decide(address, "forever")
        began = time.monotonic()
        while soak.done < seconds:
            Event().wait(LOOK_SECONDS)
            assert child.poll() is None
            soak.done = min(seconds, before + time.monotonic() - began)
            soak.samples.append(sample(soak, process, path))
            save(soak, state)
            for each in viewers.all:
                assert not each.ended
                # What they were told is not kept: it is the test's own memory.
                del each.told[:-1]
        child.send_signal(signal.SIGTERM)
        _, said = child.communicate(timeout=SOON)
    judge_chain(soak, folder, path)
    assert (child.returncode, said) == (0, "")


def judge_chain(soak: Soak, folder: Path, path: Path) -> None:
    """Write the report, then assert what it has to say."""
    with Database(f"sqlite:///{path}") as database, database.session() as store:
        times: Sequence[float] = store.scalars(select(schema.Observation.t).order_by(schema.Observation.t)).all()
        (session,) = store.scalars(select(schema.Session)).all()
    samples = soak.last_run()
    longest = max(np.diff(times))
    bytes_a_row = path.stat().st_size / len(times)
    a_second = len(times) / (times[-1] - times[0])
    soak.facts = [
        f"{len(times):,} observations stored, {a_second:.2f} a second; the longest time between two was {longest:.2f} s.",
        f"{bytes_a_row:.0f} bytes an observation. Memory at most {max(each.memory for each in samples):.0f} MB.",
    ]
    (folder / "chain.md").write_text(report(soak), encoding="utf-8")
    memory, handles = soak.growth()
    assert not session.interrupted
    assert session.ended_at is not None
    assert memory < MAX_GROWTH_MB
    assert max(each.memory for each in samples) < MAX_MEMORY_MB
    assert handles <= 1
    assert samples[-1].threads <= samples[0].threads + 2
    assert max(each.journal for each in samples) < MAX_JOURNAL_MB
