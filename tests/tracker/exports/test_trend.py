"""The trend: bins are exact, gaps are none of them, and each made-up meeting has the shape that it was made with."""

import re
from itertools import pairwise
from typing import Final

import numpy as np
import pytest
from msgspec import UNSET

from tests.made_up_meetings import BEGAN, MEETINGS, session_data
from tracker.core.records import FaceRecord, ObservationRecord, QualityRecord
from tracker.core.sampling import SampleTimes
from tracker.core.scores import Doubt, Scores, doubt_of
from tracker.core.session_readings import DOUBTS, SessionReadings, doubt_index
from tracker.core.text import NOBODY, SHOWN_OR_NOBODY
from tracker.core.vocabulary import EXPRESSIONS, UNCLEAR
from tracker.live.timeline import Timeline
from tracker.reports.aggregate import aggregate_session
from tracker.reports.trend import Trend, compute_trend, frame_end, pixel_runs, time_per_word
from tracker.reports.trend_svg import SHARE_LINE_WIDTH, Span, lane, patterns, ribbon, trend_svg

HZ: Final = 0.2
"""Observations a second of a made-up meeting: enough for its shape."""


def added_up(readings: SessionReadings, edges: np.ndarray, face: int | None) -> np.ndarray:
    """As ``time_per_word``, one observation after the other."""
    found = np.zeros((len(edges) - 1, len(SHOWN_OR_NOBODY)))
    for index, (begin, end) in enumerate(zip(readings.times.t, readings.times.ends(), strict=True)):
        chosen = (readings.observation == index) & (face is None or readings.face == face)
        words = readings.word[chosen] if chosen.any() else [SHOWN_OR_NOBODY.index(NOBODY)]
        for place, (first, last) in enumerate(pairwise(edges)):
            for word in words:
                found[place, word] += max(min(end, last) - max(begin, first), 0) / len(words)
    return found


@pytest.mark.parametrize("face", [None, 1])
@pytest.mark.parametrize("bins", [2, 16, 300])
def test_each_second_is_counted_once(bins: int, face: int | None) -> None:
    """Of awkward times with gaps, a pause and several faces, into wide and into narrow bins that begin and end anywhere."""
    random = np.random.default_rng(bins)
    t = random.choice([0.5, 0.5, 0.7, 9.0], 60).cumsum()
    readings = SessionReadings(
        SampleTimes.of(t, 2, [(t[10], t[12], "paused")]),
        np.sort(random.integers(0, 60, 80)),
        random.integers(1, 3, 80),
        random.integers(0, 8, 80).astype(np.uint8),
        random.random(80).astype(np.float32),
        np.zeros(80, np.uint8),
    )
    edges = np.linspace(t[0] - 3, t[-1] - 5.3, bins)
    seconds, confident, _ = time_per_word(readings, edges, face)
    assert seconds == pytest.approx(added_up(readings, edges, face), abs=1e-6)
    assert (confident <= seconds + 1e-9).all()


def trend_of(name: str) -> Trend:
    readings = aggregate_session(session_data(name, HZ)).as_readings
    return compute_trend(readings, readings.begin, readings.end, 150)


def mean_share(trend: Trend, word: str, first: float, last: float) -> float:
    """Of the watched time between two minutes."""
    inside = (trend.edges[:-1] >= 60 * first) & (trend.edges[:-1] < 60 * last)
    return float(trend.seconds[inside, SHOWN_OR_NOBODY.index(word)].sum() / trend.seconds[inside].sum())


def test_a_meeting_has_its_shape() -> None:
    """What somebody sees who has only the picture, see made_up_meetings.py; bins are minutes, and a pause has none."""
    demo, review, lecture = (trend_of(name) for name in MEETINGS)
    assert np.diff(demo.edges).tolist() == [60.0] * 120
    assert mean_share(demo, "happy", 0, 8) > 0.4 > 2 * mean_share(demo, "happy", 8, 60)
    assert mean_share(demo, "surprise", 70, 82) > 0.2 > mean_share(demo, "surprise", 8, 60)
    assert mean_share(demo, "happy", 112, 120) > 0.6
    assert [gap.why for gap in demo.gaps] == ["paused"]
    assert demo.watched[61:69].sum() == 0
    assert mean_share(review, "neutral", 0, 28) > 0.6
    assert mean_share(review, "angry", 58, 75) > max(mean_share(review, "angry", 0, 44), mean_share(review, "angry", 88, 120))
    assert [gap.why for gap in review.gaps] == ["lost"]
    assert mean_share(lecture, NOBODY, 51, 69) == 1.0
    assert mean_share(lecture, UNCLEAR, 103, 120) > 0.6 > mean_share(lecture, UNCLEAR, 0, 50)


def test_a_drawing_tells_words_and_gaps() -> None:
    """Each word has a colour or a pattern of its own, which the page has, and the pause says its name."""
    trend = trend_of("review")
    drawing = trend_svg(trend, 900, float(trend.edges[-1]))
    fills = set(re.findall(r'data-expression="(\w+)" d="[^"]+" fill="([^"]+)"', drawing))
    assert len(fills) == len({word for word, _ in fills}) == len({fill for _, fill in fills}) == 7
    assert "angry" in {word for word, _ in fills}
    assert set(re.findall(r"url\(#([\w-]+)\)", drawing)) <= set(re.findall(r'id="([\w-]+)"', patterns()))
    assert 'class="label gap-word"' in trend_svg(trend_of("demo"), 900, 7200)


def test_a_live_session_has_the_same_trend_as_a_stored_one() -> None:
    """Also when its timeline has forgotten most of it."""
    stored, live = session_data("review", HZ), Timeline(most=5)
    for record in stored.rows():
        live.append(record)
        if record.t == 66 * 60:
            live.pause("lost")
    readings = live.readings(HZ)
    trend, other = compute_trend(readings, 0, 7200, 150), trend_of("review")
    assert trend.shares == pytest.approx(other.shares, abs=1e-6)
    assert [(gap.begin, gap.why) for gap in trend.gaps] == [(gap.begin, gap.why) for gap in other.gaps]


def test_the_axis_of_a_running_session_grows_by_steps() -> None:
    """Nothing that is drawn moves in between."""
    assert [frame_end(0, 60 * minutes) / 60 for minutes in (0, 1, 2, 9.9, 61, 119, 1500)] == [2, 2, 5, 10, 90, 120, 2880]


def judged(
    t: float, expression: str, smooth: dict[str, float], doubt: Doubt | None = None, newest: str = "neutral"
) -> ObservationRecord:
    """One face, whose newest frame is quite sure of an expression, and whose average is as given."""
    values = dict.fromkeys(EXPRESSIONS, 0.0)
    face = FaceRecord(
        id=1, box=(0, 0, 90, 90), expression=expression, confidence=max(smooth.values()), doubt=doubt or UNSET,
        scores=values | {newest: 1.0}, smooth=values | smooth, quality=QualityRecord.of(None),
    )  # fmt: skip
    return ObservationRecord(session="s", t=t, at=BEGAN, frame=int(t), source="fake", faces=(face,))


def test_a_changing_face_is_drawn_as_both_expressions() -> None:
    """In the ribbon one colour stands on the other, each half as high, and each of the two lanes has half of the time."""
    timeline = Timeline()
    for t, doubt in enumerate((None, Doubt.CHANGING, Doubt.BETWEEN, Doubt.UNSURE)):
        smooth = (
            {"happy": 0.6, "neutral": 0.4} if doubt != Doubt.UNSURE else {"happy": 0.4, "neutral": 0.2, "sad": 0.2, "fear": 0.2}
        )
        timeline.append(judged(t, UNCLEAR if doubt else "happy", smooth, doubt))
    readings = timeline.readings(1)
    runs = list(pixel_runs(readings, None, 0, 4, 40))
    assert [(run.first, run.after, run.word, run.changing) for run in runs] == [
        (0, 10, "happy", None),
        (10, 20, UNCLEAR, ("happy", "neutral")),
        (20, 30, UNCLEAR, None),
        (30, 40, UNCLEAR, None),
    ]
    assert [run.doubt.words for run in runs[1:]] == [
        "changing between happy and neutral",
        "between happy and neutral",
        "not sure enough",
    ]
    drawing = ribbon(runs, Span(0, 4, 40), 0, 10)
    filled = re.findall(r'data-expression="(\w+)" d="([^"]+)"', drawing)
    assert filled[1:] == [("happy", "M10,7H20V10H10Z"), ("neutral", "M10,4H20V7H10Z")]
    assert drawing.count("unclear-line") == 2
    trend = compute_trend(readings, 0, 4, 4)
    assert dict(zip(SHOWN_OR_NOBODY, trend.changing_shares.sum(axis=0), strict=True)) == dict.fromkeys(SHOWN_OR_NOBODY, 0) | {
        "happy": 0.5 / trend.watched[0],
        "neutral": 0.5 / trend.watched[0],
    }
    assert lane(trend, "neutral", Span(0, 4, 40), 0, height=10, ends_at=4).count('data-expression="neutral"') == 1


def test_many_faces_are_doubted_by_the_rule_of_one() -> None:
    """A pair of expressions is named exactly where ``doubt_of`` says that a face is between two."""
    random = np.random.default_rng(3)
    smooth = random.dirichlet(np.full(len(EXPRESSIONS), 0.4), 300)
    found = [DOUBTS[place] for place in doubt_index(smooth, smooth, np.zeros(300, np.bool_))]
    rules = [Scores.of(EXPRESSIONS, row) for row in smooth]
    assert [each.doubt for each in found] == [doubt_of(each) for each in rules]
    assert {each.doubt for each in found} == {Doubt.BETWEEN, Doubt.UNSURE}
    pairs = [{word for word, _ in each.ranked(2)} for each, doubt in zip(rules, found, strict=True) if doubt.pair]
    assert [set(each.pair) for each in found if each.pair] == pairs


def test_nothing_sticks_out_beside_a_gap() -> None:
    """The lines that a lane stands on lie inside of its height, which is what the field of a gap covers."""
    trend = trend_of("demo")
    drawing = lane(trend, "neutral", Span(0, 7200, 900), 0, height=22, ends_at=7200)
    assert re.findall(r'class="ground-line" d="M0,([\d.]+)h', drawing) == ["21.5"]
    outline = re.search(r'class="share-line" d="([^"]+)"', drawing)
    assert outline
    heights = [float(y) for y in re.findall(r"[V,]([\d.]+)", outline[1])]
    assert SHARE_LINE_WIDTH / 2 <= min(heights) < max(heights) <= 22 - SHARE_LINE_WIDTH / 2
