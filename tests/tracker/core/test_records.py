"""What is written of an observation: the shapes that scripts build on."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from tracker.core.face import Detection, Face, FaceId, Motion, Observation, Pose, Reading, Shape
from tracker.core.geometry import Box
from tracker.core.movements import Movement, Movements
from tracker.core.possible_readings import PossibleReadings
from tracker.core.records import CALL_COLUMNS, TABLE_COLUMNS, ObservationRecord, as_json, parse_entry, table_rows
from tracker.core.scores import Scores, put_into_words
from tracker.core.vocabulary import EXPRESSIONS
from tracker.testing import FakeClassifier, detection_at

AT = datetime(2026, 11, 22, 10, 15, 2, 503_999, tzinfo=UTC)
MOVED = Motion(15.2, 0.5, 1, 0, 0, 0.25, 0.0, 0.5)
CALM = Scores.of(EXPRESSIONS, [1, 1, 1, 14, 1, 1, 1])


def reading(number: int) -> Reading:
    crop = np.full((48, 48), 204, np.uint8)
    (prediction,) = FakeClassifier().classify(crop[None])
    box = Box(10.4, 20.6, 30.0, 40.0)
    detection = Detection(detection_at(box).landmarks, Shape({"jawOpen": 0.123456}, Pose(1.5, -2.5, 3.5)))
    face = Face(box, crop, prediction, put_into_words(prediction.scores, 0.4), detection=detection)
    return Reading(FaceId(number), face, CALM, put_into_words(CALM, 0.4), MOVED)


def record(*readings: Reading, shapes: bool = False) -> ObservationRecord:
    return ObservationRecord.of(Observation(12.5034, AT, 25, readings, 38), "abc", "fake", shapes=shapes)


def line(*readings: Reading, shapes: bool = False) -> dict[str, Any]:
    """As a file has it."""
    found: dict[str, Any] = json.loads(json.dumps(as_json(record(*readings, shapes=shapes))))
    return found


def test_a_line_has_the_shape_that_is_promised() -> None:
    """Names, order, rounding and time stamp of a JSON line are those of the contract."""
    row = line(reading(1))

    assert list(row) == ["session", "t", "at", "frame", "source", "faces", "took"]
    assert (row["session"], row["t"], row["frame"], row["source"]) == ("abc", 12.503, 25, "fake")
    assert row["at"] == "2026-11-22T10:15:02.503Z"
    (face,) = row["faces"]
    assert {"id", "box", "expression", "confidence", "scores", "smooth"} <= set(face)
    assert (face["id"], face["box"]) == (1, [10, 21, 30, 40])
    assert list(face["scores"]) == list(face["smooth"]) == list(EXPRESSIONS)
    assert sum(face["scores"].values()) == pytest.approx(1, abs=1e-3)
    assert as_json(parse_entry(row)) == as_json(record(reading(1)))


def test_the_words_of_a_line_are_the_calm_ones() -> None:
    """Expression and confidence are of the smoothed scores, not of a single frame's."""
    (face,) = line(reading(1))["faces"]

    assert (face["expression"], face["confidence"]) == ("happy", 0.7)
    assert face["scores"]["happy"] == pytest.approx(0.8)


def test_nobody_there_is_an_empty_list() -> None:
    """An observation without faces has `faces: []`, not no `faces`."""
    assert line()["faces"] == []


def test_shapes_are_added_on_request_only() -> None:
    """Blendshapes and pose say more of a face than most want to keep."""
    (plain,) = line(reading(1))["faces"]
    (shaped,) = line(reading(1), shapes=True)["faces"]

    assert not {"blendshapes", "pose"} & set(plain)
    assert shaped["blendshapes"] == {"jawOpen": 0.1235}
    assert shaped["pose"] == {"yaw": 1.5, "pitch": -2.5, "roll": 3.5}


def test_a_table_has_a_row_a_face() -> None:
    """Two faces of one moment are two rows that share the moment."""
    first, second = table_rows(record(reading(1), reading(2)))

    assert (first["id"], second["id"]) == (1, 2)
    assert first["t"] == second["t"] == 12.503
    assert (first["box_x"], first["box_height"], first["smooth_happy"]) == (10, 40, 0.7)
    assert set(first) == set(TABLE_COLUMNS) - set(CALL_COLUMNS)


def test_what_moved_is_told_as_promised() -> None:
    """Counts and seconds since the observation before, by name; flattened in the table; null where nothing was watched."""
    row = line(reading(1))
    (flat,) = table_rows(record(reading(1)))

    assert row["faces"][0]["motion"] == {
        "hz": 15.2, "seconds": 0.5, "blinks": 1, "nods": 0, "shakes": 0, "talking": 0.25, "away": 0.0, "smiling": 0.5,
        "reason": None,
    }  # fmt: skip
    assert (flat["motion_blinks"], flat["motion_smiling"]) == (1, 0.5)
    (unwatched,) = line(replace(reading(1), motion=None))["faces"]
    assert unwatched["motion"] is None


def test_what_a_face_shows_in_a_call_is_told_by_names() -> None:
    """As lists in JSON, and as text in the table; a name that could not be told from two in one cell is none."""
    movements = Movements((Movement("nod", 0.5, 1.0), Movement("tilt", 0.5, 1.0)), {"blinking": "few pictures"})
    shown = replace(reading(1), movements=movements, possible=PossibleReadings(1.0, ()))
    row = line(shown)
    (flat,) = table_rows(record(shown))

    (face,) = row["faces"]
    assert (face["shows"], face["unseen"], face["possible"]) == (["nod", "tilt"], ["blinking"], [])
    assert (flat["shows"], flat["unseen"], flat["possible"]) == ("nod tilt", "blinking", "")
    face["shows"] = ["nod tilt"]
    with pytest.raises(ValueError, match="small letters, digits and _"):
        parse_entry(row)


def test_an_empty_moment_is_a_row_without_a_face() -> None:
    """Silence stays in the table, so that a gap is seen as one."""
    (row,) = table_rows(record())

    assert set(row) == {"session", "t", "at", "frame", "source"}


def test_the_columns_are_those_that_are_promised() -> None:
    """`score_angry` to `smooth_neutral`, in the expressions' order, without duplicates."""
    scores = [name for name in TABLE_COLUMNS if re.match(r"(score|smooth)_", name)]

    assert scores == [f"{kind}_{name}" for kind in ("score", "smooth") for name in EXPRESSIONS]
    assert len(set(TABLE_COLUMNS)) == len(TABLE_COLUMNS)


def test_time_stamps_keep_their_milliseconds_at_a_whole_second() -> None:
    """All time stamps are equally long, so they sort as text."""
    row = as_json(ObservationRecord.of(Observation(0.0, AT.replace(microsecond=0), 0, ()), "abc", "fake"))

    assert row["at"] == "2026-11-22T10:15:02.000Z"
