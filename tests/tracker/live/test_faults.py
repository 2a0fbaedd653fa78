"""What may happen to a session that runs: the machine sleeps, its clock is set, its model file is replaced."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ModelWriter
from tests.tracker.live.test_controller import Recorder, analyzers
from tracker.core import clock
from tracker.core.frame import now
from tracker.core.geometry import Box
from tracker.live.controller import Controller, SessionRequest
from tracker.model.classifier import OnnxClassifier
from tracker.model.contract import ModelContract
from tracker.sources import synthetic
from tracker.testing import FakeDetector
from tracker.vision.analyzer import Analyzer

HOUR = timedelta(hours=1)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@contextmanager
def watching(recorder: Recorder, open_analyzer: Callable[[], AbstractContextManager[Analyzer]]) -> Iterator[Controller]:
    """A session with observations."""
    watch = Controller(open_analyzer, [recorder.consume])
    watch.start(SessionRequest("fake", hz=0))
    recorder.wait(lambda: len(recorder.rows) >= 3)
    yield watch
    watch.close()


def test_a_machine_that_slept_wakes_to_the_same_session(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour with the lid closed is an hour of the session, and a gap: it is not watched, and nothing before it is lost."""
    with watching(recorder, analyzers()) as watch:
        awake = clock._seconds
        monkeypatch.setattr(clock, "_seconds", lambda: awake() + HOUR.total_seconds())
        recorder.wait(lambda: recorder.rows[-1].t > HOUR.total_seconds())
        watch.stop()
        recorder.wait_for("stopped")
        rows, times = watch.timeline.since(0), watch.timeline.readings(5).times
        watched = watch.timeline.figures(5).watched
    assert [row.n for row in rows] == list(range(1, len(rows) + 1))
    assert {row.session for row in rows} == {recorder.rows[0].session}
    (gap,) = (each for each in times.gaps() if each.end - each.begin > 1000)
    assert gap.end - gap.begin == pytest.approx(HOUR.total_seconds(), abs=60)
    assert watched < 60
    assert "failed" not in {state.kind for state in recorder.states}


@pytest.mark.parametrize("wrong", [-HOUR, HOUR], ids=["back", "forward"])
def test_a_clock_that_is_set_moves_no_observation(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch, wrong: timedelta
) -> None:
    """Observations go on in order, without a gap; the wall clock, which labels them, tells what it was set to."""
    with watching(recorder, analyzers()) as watch:
        before = recorder.rows[-1]
        monkeypatch.setattr(synthetic, "now", lambda: now() + wrong)
        recorder.wait(lambda: abs(recorder.rows[-1].at - before.at - wrong) < HOUR / 2)
        rows = watch.timeline.since(0)
        gaps = [each for each in watch.timeline.readings(5).times.gaps() if each.end - each.begin > 1000]
    assert sorted(row.t for row in rows) == [row.t for row in rows]
    assert gaps == []


def test_a_model_file_that_is_replaced_changes_nothing_that_runs(
    recorder: Recorder, write_model: ModelWriter, contract: ModelContract, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Overwritten in place, then deleted: the session goes on with the model that it began with; the next one says why not."""
    path = write_model(contract.to_json(), {"fer2013": 7, "ferplus": 8, "features": 4})

    @contextmanager
    def opened() -> Iterator[Analyzer]:
        yield Analyzer(FakeDetector([[Box(10, 10, 200, 200)]]), OnnxClassifier(path))

    monkeypatch.setattr(synthetic, "draw_face", _still(synthetic.draw_face(synthetic.RESTING_FACE)))
    with watching(recorder, opened) as watch:
        for damage in (_overwrite, Path.unlink):
            damage(path)
            count = len(recorder.rows)
            recorder.wait(partial(_has_more, recorder, count))
        scores = {tuple(row.faces[0].scores.values()) for row in recorder.rows}
        watch.stop()
        recorder.wait_for("stopped")
        watch.start(SessionRequest("fake", hz=0))
        message = recorder.wait_for("failed").message
    assert len(scores) == 1
    assert str(path) in message
    assert "there is no model file that can be read here" in message


def _has_more(recorder: Recorder, count: int) -> bool:
    return len(recorder.rows) > count + 2


def _overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"\0" * path.stat().st_size)


def _still(pixels: Any) -> Callable[..., Any]:
    return lambda *_: pixels
