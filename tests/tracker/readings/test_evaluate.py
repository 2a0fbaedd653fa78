"""What one face may mean: evidence that lasts, what is unknown, calm, alternatives, and an honest unclear."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import pi, sin
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tracker.core.face import Pose, Quality
from tracker.core.geometry import Box
from tracker.core.movements import Movement, Movements
from tracker.core.possible_readings import PossibleReading, PossibleReadings
from tracker.core.scores import Scores
from tracker.core.vocabulary import EXPRESSIONS
from tracker.motion.face_movements import FaceMovements
from tracker.motion.movements import MOVEMENTS
from tracker.readings.evaluate import (
    ALL_OFF,
    MOST_READINGS,
    NOTHING_FITS,
    SECONDS_BETWEEN_ANSWERS,
    TOO_SHORT,
    ReadingEvaluator,
)
from tracker.readings.rules import ReadingRules, load_rules, own_file
from tracker.testing import detection_at

Shown = Mapping[str, float]
RULES: Final = load_rules(Path("no such folder"))
ALL_ON: Final = replace(RULES, readings={name: replace(rule, enabled=True) for name, rule in RULES.readings.items()})
NEUTRAL: Final = Scores.of(EXPRESSIONS, [1, 1, 1, 1, 1, 1, 10])
NOTHING: Final[Shown] = {}
NAMES: Final = [movement.name for movement in MOVEMENTS]


def answers(
    *script: tuple[Shown, float],
    hz: float = 5.0,
    unknown: Mapping[str, str] | None = None,
    rules: ReadingRules = RULES,
    scores: Scores | None = NEUTRAL,
) -> list[PossibleReadings]:
    """One answer for each sample, for stretches of (movements with their strength, seconds)."""
    evaluator, found, began, number = ReadingEvaluator(rules), [], dict[str, float](), 0
    for shown, seconds in script:
        for _ in range(round(seconds * hz)):
            t = number / hz
            began = {name: began.get(name, t) for name in shown}
            present = tuple(Movement(name, strength, t - began[name]) for name, strength in shown.items())
            found.append(evaluator.add(t, Movements(present, unknown or {}), scores))
            number += 1
    return found


def names(answer: PossibleReadings) -> list[str]:
    return [reading.id for reading in answer.readings]


def reading(found: Sequence[PossibleReadings], name: str) -> PossibleReading:
    """The reading of that name in the last answer."""
    return next(each for each in found[-1].readings if each.id == name)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ({"nod": 1.0}, "agreeing"),
        ({"shake": 1.0}, "disagreeing"),
        ({"smile_eyes": 0.9}, "amused"),
        ({"smile_mouth": 0.9}, "polite_smile"),
        ({"brows_lowered": 0.8, "tilt": 0.8}, "confused"),
        ({"brows_lowered": 0.8, "lips_pressed": 0.3}, "concentrating"),
        ({"brows_lowered": 0.8, "lips_pressed": 0.9}, "frustrated"),
        ({"gaze_away": 1.0}, "thinking"),
        ({"brows_raised": 0.9, "nod": 0.4}, "interested"),
        ({"brows_raised": 0.9, "jaw_dropped": 0.9}, "surprise"),
        ({"yawn": 0.9}, "tired"),
        ({"gaze_away": 0.9, "eyes_closed": 0.5}, "bored"),
        ({"one_sided_mouth": 0.8, "tilt": 0.8}, "sceptical"),
        ({"one_sided_mouth": 1.0}, "contempt"),
        ({"brows_lowered": 0.9, "brows_raised": 0.9, "lips_pressed": 0.9}, "worry"),
    ],
)
def test_each_shipped_reading_is_told_from_what_it_stands_for(shown: Shown, expected: str) -> None:
    """A face that holds a reading's signs for ten seconds gets it among its readings."""
    assert expected in names(answers((NOTHING, 3), (shown, 10), rules=ALL_ON)[-1])


def test_a_face_at_rest_is_unclear_and_says_so() -> None:
    """Nothing is read into a neutral face."""
    found = answers((NOTHING, 20))
    assert not any(names(answer) for answer in found)
    assert found[-1].unclear == NOTHING_FITS


def test_a_reading_has_its_evidence_with_times_and_its_alternatives() -> None:
    """The answer to "why?" has times, what speaks against it, what could not be told, and what else it can mean."""
    found = answers(
        (NOTHING, 4), ({"brows_lowered": 1.0, "tilt": 0.9, "nod": 0.3}, 6), unknown={"smile_eyes": "still learning"}
    )
    confused = reading(found, "confused")
    assert [evidence.sign for evidence in confused.supports] == ["brows_lowered", "tilt"]
    assert confused.why[0] == "0:04 to 0:08: lowers the brows"
    assert "Against it: 0:04 to 0:08: nods" in confused.why
    assert "Could not be told whether this person smiles with mouth and eyes (still learning)" in confused.why
    assert confused.why[-1].startswith("This can also mean: ")
    assert len(confused.alternatives) >= 2
    assert confused.strength == "some"


def test_the_word_of_strength_follows_the_evidence() -> None:
    """More of the same sign is a stronger word."""
    words = [reading(answers((NOTHING, 2), ({"nod": level}, 4)), "agreeing").strength for level in (0.4, 0.7, 1.0)]
    assert words == ["weak", "some", "clear"]


def test_evidence_has_to_last_its_window() -> None:
    """Lowered eyebrows for one second of two are no confusion; for the whole window they are, also with one short gap."""
    frown, short = {"brows_lowered": 1.0}, [(NOTHING, 4.0), ({"brows_lowered": 1.0}, 1.0)]
    assert not any("confused" in names(answer) for answer in answers(*short, (NOTHING, 4)))
    assert "confused" in names(answers((NOTHING, 4), (frown, 2.4), (NOTHING, 0.2), (frown, 1.6))[-1])


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(
            st.dictionaries(st.sampled_from(NAMES), st.floats(0, 1), max_size=5),
            st.floats(0.2, 5),
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([1.0, 2.0, 5.0, 12.0]),
)
def test_nothing_changes_more_often_than_every_two_seconds(script: list[tuple[Shown, float]], hz: float) -> None:
    """Whatever a face does, an answer stands for two seconds, has at most three readings, and says why it has none."""
    found = answers((NOTHING, 1), *script, hz=hz)
    changes = [after.t for before, after in pairwise(found) if after is not before]
    assert all(later - earlier >= SECONDS_BETWEEN_ANSWERS for earlier, later in pairwise(changes))
    for answer in found:
        assert len(answer.readings) <= MOST_READINGS
        assert (answer.unclear is None) == bool(answer.readings)
        assert all(each.supports and len(each.alternatives) >= 2 for each in answer.readings)


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from(NAMES), st.floats(0, 1), max_size=6), st.sets(st.sampled_from(NAMES)))
def test_what_cannot_be_told_never_counts_against_a_reading(shown: Shown, hidden: set[str]) -> None:
    """With signs unknown that were not there, a rule's evidence is what it was, unless the rule has to see them."""
    unknown = dict.fromkeys(hidden - shown.keys(), "still learning")
    seen = {each.id: each for each in answers((shown, 6), hz=2)[-1].readings}
    partly = {each.id: each for each in answers((shown, 6), hz=2, unknown=unknown)[-1].readings}
    blocked = {name for name, rule in RULES.readings.items() if unknown.keys() & {*rule.must_see}}
    if len(seen) < MOST_READINGS:
        assert {name: each.strength for name, each in partly.items()} == {
            name: each.strength for name, each in seen.items() if name not in blocked
        }


def test_levels_say_how_strong_the_evidence_of_each_rule_was() -> None:
    """A rule that was told has a level from its threshold on, also after a nod is over; others less; unseen ones none."""
    evaluator = ReadingEvaluator(RULES)
    for number in range(31):
        t = number / 10
        present = (Movement("nod", 1.0, t - 0.8),) if 0.8 <= t <= 1.4 else ()
        answer = evaluator.add(t, Movements(present, {"smile_eyes": "still learning"}), NEUTRAL)
    assert (answer.t, names(answer)) == (2.0, ["agreeing"])
    assert answer.levels.keys() == RULES.enabled.keys()
    assert answer.levels["agreeing"] == pytest.approx(0.9)
    assert answer.levels["polite_smile"] is None
    for name, level in answer.levels.items():
        assert level is None or 0 <= level <= 1
        assert name == "agreeing" or level is None or level < RULES.readings[name].threshold


def test_a_hidden_face_has_no_levels() -> None:
    """What cannot be told says nothing about a rule."""
    evaluator = ReadingEvaluator(RULES)
    for number in range(5):
        answer = evaluator.add(number, Movements((Movement("covered", 0.9, number),)), NEUTRAL)
    assert {*answer.levels.values()} == {None}


def test_without_the_eyes_no_smile_is_called_polite() -> None:
    """A rule that has to see a sign is silent while it is unknown, and the answer says why."""
    found = answers((NOTHING, 2), ({"smile_mouth": 0.9}, 5), unknown={"smile_eyes": "still learning"})
    assert not any({"polite_smile", "amused"} & {*names(answer)} for answer in found)
    assert found[-1].unclear == f"{NOTHING_FITS} Some movements cannot be told now (still learning)."


@pytest.mark.parametrize("words", ["is covered", "is turned away"])
def test_a_hidden_face_is_unclear(words: str) -> None:
    """While a face is covered or turned away nothing is told of it, whatever was seen before."""
    sign = words.removeprefix("is ").replace(" ", "_")
    found = answers(({"nod": 1.0}, 4), ({"nod": 1.0, sign: 0.9}, 4))
    assert "agreeing" in names(found[15])
    assert (found[-1].readings, found[-1].unclear) == ((), f"Nothing can be told now: the face {words}.")


def test_a_face_that_cannot_be_judged_keeps_what_its_movements_say() -> None:
    """Without scores the expressions are unknown, with a reason, and movements count as before."""
    found = answers((NOTHING, 2), ({"smile_eyes": 0.9}, 4), scores=None)
    assert reading(found, "amused").unseen["looks happy to the model"] == "the expression could not be judged"


def test_a_face_just_found_or_seldom_seen_is_unclear() -> None:
    """Before the shortest window is over, and where samples are far apart, the answer says that it was too short."""
    assert answers(({"nod": 1.0}, 0.4))[-1].unclear == TOO_SHORT
    assert answers(({"nod": 1.0}, 60), hz=0.4)[-1].unclear == TOO_SHORT


def test_a_nod_between_two_answers_is_told_with_the_next_one() -> None:
    """What lasts half a second is over before anybody could be told; its evidence has the time at which it was."""
    found = answers((NOTHING, 4.5), ({"nod": 1.0}, 0.6), (NOTHING, 1.4), hz=10)
    assert [each.sentence for each in reading(found, "agreeing").supports] == ["0:04 to 0:05: nods"]
    assert "agreeing" not in names(answers((NOTHING, 4.5), ({"nod": 1.0}, 0.6), (NOTHING, 4), hz=10)[-1])


def test_a_head_that_nods_in_front_of_the_camera_may_agree() -> None:
    """From poses at 15 pictures a second to the reading; what needs the face at rest says that this is still being learnt."""
    movements, evaluator, found = FaceMovements(), ReadingEvaluator(RULES), []
    for number in range(15 * 9):
        t = number / 15
        pitch = 7 * sin(2 * pi * 1.5 * (t - 4)) if 4 <= t < 5.4 else 0.0
        face = detection_at(Box(100, 100, 200, 200), Pose(0, pitch, 0))
        found.append(evaluator.add(t, movements.add(t, face, Quality()), None))

    told = [answer for answer in found if answer.readings]
    assert {reading.id for answer in told for reading in answer.readings} == {"agreeing"}
    assert 4 < told[0].readings[0].supports[0].began < 5.4
    assert found[45].unclear == f"{NOTHING_FITS} Some movements cannot be told now (still learning)."
    assert found[-1].unclear is not None


def test_time_that_was_not_watched_is_no_evidence() -> None:
    """After a minute without samples what was shown before is gone."""
    evaluator = ReadingEvaluator(RULES)
    nodding = Movements((Movement("nod", 1.0, 1.0),), {})
    before = [evaluator.add(t / 5, nodding, NEUTRAL) for t in range(20)]
    after = evaluator.add(64.0, Movements((), {}), NEUTRAL)
    assert "agreeing" in names(before[-1])
    assert (after.readings, after.unclear) == ((), TOO_SHORT)


def test_a_shown_reading_does_not_flicker_at_its_threshold() -> None:
    """Once shown it stays while its evidence is a little below, and goes when that is well below."""
    confident, below, gone = {"nod": 0.3}, {"nod": 0.25}, {"nod": 0.15}
    assert "agreeing" not in names(answers((NOTHING, 2), (below, 6))[-1])
    assert reading(answers((NOTHING, 2), (confident, 4), (below, 20)), "agreeing").strength == "weak"
    assert "agreeing" not in names(answers((NOTHING, 2), (confident, 4), (below, 4), (gone, 4))[-1])


def test_a_reading_that_is_switched_off_never_appears(tmp_path: Path) -> None:
    """Whatever the face shows; with all switched off the answer says so."""
    own_file(tmp_path).write_text("[readings.agreeing]\non = false")
    assert not any("agreeing" in names(answer) for answer in answers(({"nod": 1.0}, 10), rules=load_rules(tmp_path)))
    own_file(tmp_path).write_text("".join(f"[readings.{name}]\non = false\n" for name in RULES.readings))
    assert answers(({"nod": 1.0}, 10), rules=load_rules(tmp_path))[-1].unclear == ALL_OFF


def test_words_that_need_context_are_never_said() -> None:
    """No shipped reading has the id or the name of such a word."""
    said = {*RULES.readings, *(rule.name for rule in RULES.readings.values())}
    assert not said & {*RULES.needs_context}


def test_time_has_to_go_on() -> None:
    """A sample that is not later than the one before is refused with both times."""
    evaluator = ReadingEvaluator(RULES)
    evaluator.add(2.0, Movements((), {}), NEUTRAL)
    with pytest.raises(ValueError, match="found 2 s after 2 s"):
        evaluator.add(2.0, Movements((), {}), NEUTRAL)
