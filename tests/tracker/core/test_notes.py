"""What a person says of a session while it runs: markers, a title, a limit, and why it is paused."""

from collections.abc import Iterator

import pytest

from tests.tracker.live.test_controller import Recorder, analyzers
from tracker.core import clock
from tracker.core.errors import UsageError
from tracker.core.notes import MAX_LINE_CHARACTERS
from tracker.live.controller import Controller, SessionRequest


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def watch(recorder: Recorder) -> Iterator[Controller]:
    """One that has seen something already."""
    watch = Controller(analyzers(), [recorder.consume])
    watch.start(SessionRequest("fake", hz=0))
    recorder.wait(lambda: len(recorder.rows) >= 3)
    yield watch
    watch.close()


def test_a_mark_stands_at_the_moment_it_was_made_for(watch: Controller, recorder: Recorder) -> None:
    """Typing takes time: the mark is on the row that was named, however many came since; else on the newest."""
    first = watch.mark("  questions \n start ", 1)
    row = recorder.rows[0]
    assert (first.t, first.at, first.text) == (row.t, row.at, "questions start")
    assert watch.mark("later").t > first.t
    assert [marker.text for marker in recorder.states[-1].notes.markers] == ["questions start", "later"]


@pytest.mark.parametrize("text", ["x" * (MAX_LINE_CHARACTERS + 1), "half an emoji \ud83d", "nothing \0"])
def test_a_marker_that_is_no_line_is_refused(watch: Controller, text: str) -> None:
    """With a sentence, and nothing is kept of it."""
    with pytest.raises(UsageError):
        watch.mark(text)
    assert watch.state.notes.markers == ()


def test_a_moment_that_never_was_cannot_be_marked(watch: Controller) -> None:
    """Also not before the first observation."""
    with pytest.raises(UsageError, match="nothing to mark"):
        watch.mark("when?", 10_000)


def test_the_title_and_the_marks_outlive_pauses_and_the_end(watch: Controller, recorder: Recorder) -> None:
    """They are the session's; the next session begins without them."""
    watch.entitle(" Weekly  call ")
    watch.mark("begin")
    watch.pause("Zoom's video is off")
    assert (watch.state.because, watch.state.as_dict()["paused_because"]) == ("Zoom's video is off",) * 2
    watch.resume()
    assert watch.state.because == ""
    watch.stop()
    ended = recorder.wait_for("stopped")
    assert (ended.notes.title, [marker.text for marker in ended.notes.markers]) == ("Weekly call", ["begin"])
    watch.start(SessionRequest("fake", hz=0))
    assert watch.state.as_dict()["markers"] == []


def test_a_limit_ends_the_session_and_says_so(watch: Controller, recorder: Recorder) -> None:
    """Also one that is paused; a limit that is taken back does not."""
    watch.limit(0.02)
    watch.limit(None)
    watch.pause()
    watch.limit(0.02)
    assert "limit of 0.02 minutes" in recorder.wait_for("stopped").message


def test_a_limit_counts_the_time_asleep(watch: Controller, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that slept for an hour wakes to a session that is over: timers sleep along, the session's clock does not."""
    monkeypatch.setattr("tracker.live.controller.LIMIT_CHECK_SECONDS", 0.01)
    watch.limit(30)
    assert watch.state.active
    awake = clock._seconds
    monkeypatch.setattr(clock, "_seconds", lambda: awake() + 3600)
    assert "limit of 30 minutes" in recorder.wait_for("stopped").message


@pytest.mark.parametrize("minutes", [0, -1, 24 * 60 + 1, float("nan")])
def test_a_limit_that_is_none_is_refused(watch: Controller, minutes: float) -> None:
    """With a sentence; what held before still holds."""
    watch.limit(90)
    with pytest.raises(UsageError):
        watch.limit(minutes)
    assert watch.state.notes.limit == 90
