"""Alerts: given once something has lasted, rarely, and never out of a gap."""

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import select

from tracker.cli import main
from tracker.core.errors import UsageError
from tracker.core.face import Motion
from tracker.core.frame import Pixels
from tracker.core.records import ObservationRecord
from tracker.core.vocabulary import EXPRESSIONS
from tracker.live.alert_settings import AlertSettings
from tracker.live.alerts import AWAY, MARKER_PREFIX, NOTICEABLE, SECONDS_BETWEEN_ALERTS, TALKING, Alert, AlertDetector
from tracker.store import schema
from tracker.store.database import Database
from tracker.store.testing import row as observation

STILL: Final[dict[str, Any]] = {"seconds": 0.5, "talking": 0.0, "away": 0.0, "smiling": 0.0}


def row(t: float, expression: str | None, **motion: float | None) -> ObservationRecord:
    """An observation of one face, or of nobody."""
    moved = Motion(hz=15.0, blinks=0, nods=0, shakes=0, **(STILL | motion)) if motion else None
    faces = tuple(replace(face, expression=str(expression), motion=moved) for face in observation(0).faces)
    return replace(observation(0), t=t, faces=faces if expression else ())


def told(alerts: Iterable[Alert], *script: tuple[str | None, float], hz: float = 2.0) -> list[tuple[float, str]]:
    """When which alert comes, for stretches of (expression, seconds)."""
    watcher, t, found = AlertDetector(alerts, hz), 0.0, []
    for expression, seconds in script:
        for _ in range(round(seconds * hz)):
            alert = watcher.observe(row(t, expression))
            found += [(t, alert.what)] if alert else []
            t += 1 / hz
    return found


def test_an_alert_comes_when_it_has_lasted_and_once() -> None:
    """Two minutes of a frown are told at their end, and not again while it goes on."""
    assert told([Alert("angry", 120)], ("neutral", 60), ("angry", 600)) == [(180.0, "angry")]


def test_it_comes_again_only_after_the_state_has_ended() -> None:
    """A frown that ends and comes back is told again, when it has lasted again."""
    times = told([Alert("angry", 30)], ("angry", 100), ("neutral", 60), ("angry", 100))
    assert [round(t) for t, _ in times] == [30, 190]


def test_a_word_or_a_blink_does_not_end_a_frown() -> None:
    """One reading in ten that says something else is passed over; one in three is not."""
    assert told([Alert("angry", 30)], *[("angry", 4.5), ("neutral", 0.5)] * 20)
    assert not told([Alert("angry", 30)], *[("angry", 1.0), ("neutral", 0.5)] * 60)


def test_a_gap_ends_every_stretch() -> None:
    """A pause or a lost camera: what was before it does not count, for nobody knows what was in between."""
    watcher = AlertDetector([Alert("angry", 30)])
    for n in range(50):
        assert watcher.observe(row(n / 2, "angry")) is None
    for n in range(59):
        assert watcher.observe(row(100 + n / 2, "angry")) is None
    assert watcher.observe(row(130, "angry")) is not None


def test_a_machine_that_gives_less_than_was_asked_for_is_no_silence() -> None:
    """Ten a second asked for, one in two seconds given: what lasts is told; one long silence still ends it."""
    watcher = AlertDetector([Alert("angry", 30)], 10.0)
    told = [t for t in range(0, 60, 2) if watcher.observe(row(t, "angry"))]
    assert len(told) == 1

    watcher = AlertDetector([Alert("angry", 30)], 10.0)
    times = [*range(0, 24, 2), *range(60, 84, 2)]
    assert not any(watcher.observe(row(t, "angry")) for t in times)


def test_an_empty_chair_ends_what_a_face_showed_but_a_missed_face_does_not() -> None:
    """A face that is not found once is still there; one that is gone for longer is not, and being gone is its own alert."""
    assert told([Alert("angry", 30)], *[("angry", 9.5), (None, 0.5)] * 6)
    assert not told([Alert("angry", 30)], *[("angry", 25), (None, 5)] * 6)
    assert told([Alert("nobody", 20)], ("happy", 10), (None, 30)) == [(30.0, "nobody")]


def test_looking_away_is_noticed_where_motion_is_watched() -> None:
    """More than half of the time since the last reading; without motion there is no such alert."""
    watcher = AlertDetector([Alert("away", 5)], 1)
    alerts = [watcher.observe(row(float(t), "neutral", seconds=1.0, away=0.9)) for t in range(7)]
    assert [alert is not None for alert in alerts] == [False] * 5 + [True, False]


def test_talking_is_noticed_where_it_can_be_told() -> None:
    """More than half of the time; where a face is watched too seldom, nothing is told, and nothing breaks."""
    watcher = AlertDetector([Alert("talking", 5)], 1)
    talks, seldom = {"seconds": 1.0, "away": 0.0, "talking": 0.8}, {"seconds": 1.0, "away": 0.0, "talking": None}
    assert [watcher.observe(row(float(t), "neutral", **seldom)) for t in range(7)] == [None] * 7
    assert [watcher.observe(row(float(t), "neutral", **talks)) is not None for t in range(7, 14)] == [False] * 5 + [True, False]


def test_other_wishes_do_not_shorten_the_minute() -> None:
    """Who changes their alerts right after one gets the next a minute after it, as ever."""
    watcher = AlertDetector([Alert("angry", 10)], 1)
    times = []
    for t in range(90):
        if watcher.observe(row(float(t), "angry")):
            times.append(t)
            watcher.want([Alert("angry", 5, "Another.")])
    assert times == [10, 70]


def test_another_session_does_not_shorten_the_minute() -> None:
    """An alert half a minute before a session's beginning: the first of it comes half a minute later."""
    watcher = AlertDetector([Alert("angry", 10)], 1, given=-30.0)
    assert [t for t in range(90) if watcher.observe(row(float(t), "angry"))] == [30]


def test_the_first_of_several_comes_and_the_other_waits_a_minute() -> None:
    """Two alerts that are due at once are given a minute apart."""
    times = told([Alert("angry", 30), Alert("angry", 40, "Still so.")], ("angry", 300))
    assert [t for t, _ in times] == [30.0, 30.0 + SECONDS_BETWEEN_ALERTS]


@given(st.lists(st.tuples(st.sampled_from([*EXPRESSIONS, "unclear", None]), st.floats(1, 90)), max_size=20))
def test_never_two_within_a_minute(script: list[tuple[str | None, float]]) -> None:
    """Whatever a face does, and however many alerts somebody wants."""
    times = [t for t, _ in told([Alert(what, 5) for what in NOTICEABLE if what not in (AWAY, TALKING)], *script, hz=1)]
    assert all(later - earlier >= SECONDS_BETWEEN_ALERTS for earlier, later in pairwise(times))


def test_the_words_tell_what_shows_and_not_what_to_do() -> None:
    """Our sentences; a person's own one takes their place."""
    assert Alert("angry", 120).sentence == "For 2 minutes your face has looked angry."
    assert Alert("surprise", 45).sentence == "For 45 seconds your face has looked surprised."
    assert Alert("nobody", 60).sentence == "For a minute nobody was there."
    assert Alert("sad", 60, "Water?").sentence == "Water?"


@pytest.mark.parametrize("text", ["angry", "angry soon", "happy-ish 20", "angry 1", "angry 99999", "", "sad 60 " + "x" * 201])
def test_what_is_no_alert_is_refused(text: str) -> None:
    """With a sentence that says what one is."""
    with pytest.raises(UsageError, match=r"(?i)an alert"):
        Alert.parse(text)


@pytest.mark.parametrize(
    "given", [[3], [{"what": "sad"}], [{"what": "sad", "seconds": "9"}], [{"what": "sad", "seconds": 9}] * 9]
)
def test_json_that_is_no_list_of_alerts_is_refused(given: list[Any]) -> None:
    """Also when there are too many."""
    with pytest.raises(UsageError, match=r"(?i)alert"):
        AlertSettings.of({"on": True, "cues": given})


def test_an_alert_of_a_command_line() -> None:
    """What, how long, and perhaps a sentence of one's own."""
    assert Alert.parse("angry 120") == Alert("angry", 120)
    assert Alert.parse(" sad 60.5  Some water. ") == Alert("sad", 60.5, "Some water.")


def test_a_run_without_a_screen_says_it_and_keeps_it_as_a_marker(astronaut: Pixels, tmp_path: Path) -> None:
    """A recording of a smile: one sentence on stderr after five seconds of it, and the same in the stored session."""
    clip, url = tmp_path / "clip.avi", f"sqlite:///{tmp_path / 'mien.db'}"
    writer = cv2.VideoWriter(str(clip), cv2.VideoWriter.fourcc(*"MJPG"), 4, (512, 384))
    for _ in range(28):
        writer.write(np.ascontiguousarray(astronaut[:384]))
    writer.release()
    done = CliRunner().invoke(main, ["log", "--source", str(clip), "--hz", "2", "--cue", "happy 5", "--db", url])
    sentence = "For 5 seconds your face has looked happy."
    assert (done.exit_code, done.stderr) == (0, f"mien: {sentence}\n")
    with Database(url) as database, database.session() as store:
        (marker,) = store.scalars(select(schema.Marker))
        assert marker.text == f"{MARKER_PREFIX}{sentence}"
        assert marker.t == pytest.approx(5, abs=0.6)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["angry"], "like 'angry 120'"),
        (["angry 9", "--faces", "all"], "your own face"),
        (["sad 9", *["--cue", "sad 9"] * 8], "There may be 8 alerts, and these are 9"),
    ],
)
def test_an_alert_that_cannot_be_given_is_refused_at_once(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    """Exit code 2 and a sentence, before any file is made."""
    output = tmp_path / "out.jsonl"
    done = CliRunner().invoke(main, ["log", "--source", "fake", "--output", str(output), "--cue", *arguments])
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert not output.exists()
