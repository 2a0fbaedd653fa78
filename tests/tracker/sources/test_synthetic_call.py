"""The drawn call: what its script says is what Mien sees, in the right tile and at the right time."""

from collections.abc import Iterable, Iterator

import pytest

from tracker.core.face import Quality
from tracker.motion.face_movements import FaceMovements
from tracker.readings.evaluate import ReadingEvaluator
from tracker.readings.rules import load_rules
from tracker.sources.synthetic_call import CALL_SIZE, SyntheticCallSource, draw_call
from tracker.sources.synthetic_call_script import (
    AGREED,
    CALL_NAMES,
    CALL_PEOPLE,
    HELD_POSES,
    MOVING,
    SCRIPT,
    SCRIPT_SECONDS,
    SWAPPED,
    Action,
    ScriptLine,
    call_order,
    speaker_at,
)
from tracker.sources.synthetic_gallery import gallery_places
from tracker.vision.landmarker import Landmarker
from tracker.vision.meeting_layout import MeetingLayout
from tracker.vision.meeting_tiles import find_tiles

REST_HZ, HELD_HZ, MOVING_HZ = 2.5, 4.0, 12.0
"""Few pictures a second show rest and what is held; nods and shakes need many."""
LEARNING_SECONDS, AFTER_SECONDS = 12.0, 2.5
"""Of rest before a line of the script, and after it until nothing of it is shown any more."""
SEEN_AS: dict[Action, tuple[set[str], set[str]]] = {
    "nods": ({"nod"}, {"agreeing"}),
    "shakes the head": ({"shake"}, {"disagreeing"}),
    "smiles": ({"smile_eyes"}, {"amused"}),
    "looks confused": ({"brows_lowered", "tilt"}, {"confused"}),
    "looks surprised": ({"brows_raised", "jaw_dropped"}, {"surprise"}),
    "looks away": ({"gaze_away"}, {"thinking"}),
    "yawns": ({"yawn", "eyes_closed"}, {"tired"}),
    "talks": (set(), set()),
}
"""The movements and the readings that each action must be told as. Talking needs more pictures a second than are taken here."""
RELATED: dict[Action, set[str]] = {
    "looks surprised": {"interested"},
    "smiles": {"smile_mouth", "polite_smile"},
    "yawns": {"jaw_dropped", "brows_raised", "bored", "surprise"},
}
"""What may be told beside: before a smile has reached the eyes, for one."""


def seen(landmarker: Landmarker, name: str, times: Iterable[float]) -> Iterator[tuple[float, set[str], set[str]]]:
    """Times, the movements and the readings that Mien tells of a person of the call, by the picture of their tile alone."""
    movements, readings = FaceMovements(), ReadingEvaluator(load_rules())
    places = gallery_places(len(CALL_PEOPLE), CALL_SIZE)
    for t in times:
        x, y, width, height = places[[person.name for person in call_order(t)].index(name)].rounded()
        (face,) = landmarker.detect(draw_call(t)[y : y + height, x : x + width])
        shown = movements.add(t, face, Quality())
        possible = readings.add(t, shown, None)
        yield t, {movement.name for movement in shown.present}, {reading.id for reading in possible.readings}


def steps(begin: float, end: float, hz: float) -> list[float]:
    return [begin + n / hz for n in range(round((end - begin) * hz))]


def told_of(landmarker: Landmarker, line: ScriptLine) -> tuple[set[str], set[str]]:
    """All that is told of a person, from their rest before a line until it is over."""
    before, after = max(0.0, line.begins - LEARNING_SECONDS), line.begins + line.seconds + AFTER_SECONDS
    times = steps(before, line.begins, REST_HZ) + steps(line.begins, after, MOVING_HZ if line.does in MOVING else HELD_HZ)
    told = list(seen(landmarker, line.name, times))
    early = [each for t, *words in told for each in words if each and t < line.begins]
    assert early == []
    return set().union(*(shown for _, shown, _ in told)), set().union(*(readings for *_, readings in told))


@pytest.mark.parametrize("line", SCRIPT[:3], ids=lambda line: f"{line.name} {line.does}")
def test_what_the_script_says_is_told_and_nothing_else(landmarker: Landmarker, line: ScriptLine) -> None:
    """Ana's nod, Ben's smile and Chidi's confusion are told as such; before them, at rest, nothing is."""
    movements, readings = told_of(landmarker, line)

    must_show, must_mean = SEEN_AS[line.does]
    assert must_show <= movements <= must_show | RELATED.get(line.does, set())
    assert must_mean <= readings <= must_mean | RELATED.get(line.does, set())


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", CALL_NAMES)
def test_in_two_rounds_everybody_is_told_as_the_script_has_them(landmarker: Landmarker, name: str) -> None:
    """For two minutes, with a swap in between: each action is told within its time, and nothing in any other."""
    lines = [line for line in SCRIPT if line.name == name]
    told = {line: (set[str](), set[str]()) for line in lines}
    for t, movements, readings in seen(landmarker, name, steps(0, 2 * SCRIPT_SECONDS, MOVING_HZ)):
        within = t % SCRIPT_SECONDS
        line = next((each for each in lines if each.begins <= within < each.begins + each.seconds + 2 * AFTER_SECONDS), None)
        if line is None:
            assert (t, movements, readings) == (t, set(), set())
        else:
            told[line][0].update(movements)
            told[line][1].update(readings)

    for line, (movements, readings) in told.items():
        must_show, must_mean = SEEN_AS[line.does]
        assert must_show <= movements <= must_show | RELATED.get(line.does, set())
        assert must_mean <= readings <= must_mean | RELATED.get(line.does, set())


def test_the_tiles_are_found_also_while_somebody_speaks() -> None:
    """The gallery has five tiles, where they were drawn; the lit border around who speaks makes one a little larger."""
    talk = next(line for line in SCRIPT if line.does == "talks")
    assert speaker_at(talk.begins + 1) == talk.name

    for t in (0.0, talk.begins + 1, SCRIPT_SECONDS + 1):
        found = find_tiles(draw_call(t))
        assert [tile.overlap(place) > 0.97 for tile, place in zip(found, gallery_places(5, CALL_SIZE), strict=True)] == [
            True
        ] * 5


def test_tiles_that_swap_keep_their_numbers() -> None:
    """Two people stand in each other's place after a minute, and back after two; each is surely known again."""
    layout, numbers = MeetingLayout(), list[list[int]]()
    for t in (0.0, 14.6, 19.0, 27.0, 59.8, 60.1, 74.6, 79.0, 119.8, 120.1):
        layout.watch(draw_call(t), t)
        assert all(tile.certain for tile in layout.tiles)
        numbers.append([tile.number for tile in layout.tiles])

    one, other = (CALL_NAMES.index(name) + 1 for name in SWAPPED)
    swapped = [{one: other, other: one}.get(number, number) for number in range(1, 6)]
    assert numbers == [[1, 2, 3, 4, 5]] * 5 + [swapped] * 4 + [[1, 2, 3, 4, 5]]


def test_the_script_can_be_played() -> None:
    """Everybody rests for as long as a resting face takes to be learnt; lines have an action, and do not overlap."""
    assert {line.name for line in SCRIPT} == set(CALL_NAMES) > set(AGREED)
    assert {line.does for line in SCRIPT} <= HELD_POSES.keys() | MOVING.keys()
    assert SCRIPT[0].begins >= LEARNING_SECONDS
    ends = [line.begins + line.seconds for line in SCRIPT]
    assert all(ended <= line.begins for ended, line in zip(ends, SCRIPT[1:], strict=False))
    assert ends[-1] < SCRIPT_SECONDS
    assert len(set(SWAPPED) & set(AGREED)) == 1


def test_a_live_source_draws_it() -> None:
    """The source gives the gallery of its clock's time."""
    with SyntheticCallSource(lambda: 27.0) as call:
        frame = next(iter(call))

    assert frame.size == CALL_SIZE
    assert (frame.pixels == draw_call(27.0)).all()
