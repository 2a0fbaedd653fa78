"""Verdicts on readings, made up: another threshold is suggested only where they say so beyond doubt."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from tracker.health.threshold_fit import reading_records, suggestion
from tracker.readings.own_readings import OwnReadings, Telling, vocabulary
from tracker.store.reading_verdicts import ReadingVerdict

NOWHERE: Final = Path("no such folder")
NAME: Final = "concentrating"
"""Its threshold is 0.35: told from weaker evidence 0.262, only from stronger evidence 0.567."""
Said = tuple[float | None, bool]
"""The level of a reading at a verdict, and whether the verdict names it."""


def verdicts(*said: Said, times: int = 1) -> list[ReadingVerdict]:
    at = datetime(2026, 11, 27, tzinfo=UTC)
    return [
        ReadingVerdict(1, "s", 1, 1.0, at, (NAME,) if (level or 0) >= 0.35 else (), NAME if right else "none", {NAME: level})
        for level, right in said * times
    ]


def suggested(found: list[ReadingVerdict], telling: Telling = "usual") -> Telling | None:
    made = suggestion(NAME, found, vocabulary(OwnReadings({NAME: telling}), NOWHERE))
    return None if made is None else made.telling


WRONG_WHEN_WEAK: Final = [*verdicts((0.4, False), times=11), *verdicts((0.8, True), times=6)]
ALWAYS_WRONG: Final = verdicts((0.4, False), (0.9, False), times=6)
RIGHT_BELOW: Final = [*verdicts((0.3, True), times=11), *verdicts((0.5, True), times=3)]


def test_where_weak_evidence_misleads_only_stronger_is_suggested() -> None:
    """What it would leave out is wrong beyond doubt, and what stays is not."""
    assert suggested(WRONG_WHEN_WEAK) == "strict"


def test_what_is_wrong_whatever_the_evidence_is_to_be_switched_off() -> None:
    """Stronger evidence does not help there; a reading that is off already stays so."""
    assert [suggested(ALWAYS_WRONG, telling) for telling in ("weak", "usual", "strict", "off")] == ["off", "off", None, None]
    assert suggested(verdicts((0.9, False), times=10), "strict") == "off"


def test_what_was_right_with_less_is_to_be_told_from_less() -> None:
    """One step at a time, and no further than weak."""
    assert [suggested(RIGHT_BELOW, telling) for telling in ("strict", "usual", "weak")] == [None, "weak", None]
    assert suggested(verdicts((0.5, True), times=12), "strict") == "usual"


@pytest.mark.parametrize(
    "found",
    [
        [],
        verdicts((0.4, False), times=9),
        verdicts((0.4, False), (0.4, True), times=10),
        verdicts((0.9, True), times=30),
        verdicts((0.3, True), times=9),
        verdicts((0.3, True), (0.3, False), times=20),
        verdicts((None, False), times=30),
        verdicts((0.1, False), times=30),
    ],
    ids=["none", "too few", "half right", "all right", "too few below", "half right below", "could not be told", "far below"],
)
def test_without_a_clear_answer_nothing_is_suggested(found: list[ReadingVerdict]) -> None:
    """Neither from few verdicts, nor from those that contradict each other, nor from those that say nothing of this reading."""
    assert suggested(found) is None


def test_the_suggestion_says_what_it_rests_on() -> None:
    """The counts and the interval stand in its sentence."""
    made = suggestion(NAME, WRONG_WHEN_WEAK, vocabulary(OwnReadings(), NOWHERE))
    assert made is not None
    assert made.sentence == "From weaker evidence it was right 0 of 11 (0 to 26 %): tell it only from stronger evidence."


def test_a_record_counts_what_was_told_and_nothing_else() -> None:
    """Seven of nine; a reading that no verdict is about has none; one that was only missed says so."""
    own = vocabulary(OwnReadings(), NOWHERE)
    (record,) = reading_records(verdicts(*[(0.6, True)] * 7, *[(0.6, False)] * 2, (0.1, True)), own)
    assert (record.id, len(record.told), sum(record.told), record.suggestion) == (NAME, 9, 7, None)
    assert record.words == "right 7 of 9 (45 to 94 %) when told"
    (missed,) = reading_records(verdicts((0.3, True), times=12), own)
    assert (missed.words, missed.suggestion is not None) == ("never told when you said what it was", True)
    assert reading_records([], own) == ()


def test_what_was_told_beside_the_right_one_was_not_right() -> None:
    """A verdict names one reading."""
    at = datetime(2026, 11, 27, tzinfo=UTC)
    both = ReadingVerdict(1, "s", 1, 1.0, at, ("confused", NAME), NAME, {NAME: 0.5, "confused": 0.5})
    records = {record.id: record for record in reading_records([both], vocabulary(OwnReadings(), NOWHERE))}
    assert {name: record.told for name, record in records.items()} == {NAME: (True,), "confused": (False,)}
