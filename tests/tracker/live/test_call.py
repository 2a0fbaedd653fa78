"""A call: who may be seen, where, and that nobody is seen by mistake."""

from threading import Thread

import numpy as np
import pytest

from tracker.core.errors import UsageError
from tracker.core.face import FaceId
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.live.call import CAMERA_OFF, GONE, MOVED, UNCONFIRMED, Call, CallPerson, CallView, RosterEntry
from tracker.live.consent_gate import USER
from tracker.vision.mask import FILL
from tracker.vision.meeting_layout import Tile

LEFT, RIGHT = Box(0, 0, 40, 30), Box(50, 0, 40, 30)
ANA, BEN = 7, 9


def picture() -> Pixels:
    return np.full((30, 90, 3), 200, np.uint8)


def tiles(*places: Box, certain: bool = True) -> list[Tile]:
    return [Tile(number, place, certain) for number, place in enumerate(places, start=1)]


@pytest.fixture
def call() -> Call:
    """Ana and Ben have agreed; Ana is in the left tile, and nobody has said who is in the right one."""
    call = Call("private", "tiles")
    call.look(picture(), tiles(LEFT, RIGHT))
    call.agree(ANA, "Ana")
    call.agree(BEN, "Ben")
    call.confirm(call.view.layout, 1, ANA)
    return call


def test_only_the_tile_of_who_agreed_and_was_found_can_be_seen(call: Call) -> None:
    """Agreeing alone is not enough; the rest of the picture is gray."""
    seen, places = call.look(picture(), tiles(LEFT, RIGHT))

    assert places == {ANA: LEFT}
    assert (seen[:, :40] == 200).all()
    assert (seen[:, 40:] == FILL).all()
    assert call.view.places == {ANA: None, BEN: UNCONFIRMED}
    assert call.numbers == {1, 2}


def test_without_anybody_there_is_no_picture() -> None:
    """A detector gets nothing at all of a call in which nobody agreed."""
    call = Call("work", "tiles")
    seen, places = call.look(picture(), tiles(LEFT, RIGHT))
    assert places == {}
    assert seen.size == 0


def test_tiles_that_swap_are_masked_and_suggested_until_they_are_confirmed(call: Call) -> None:
    """Nobody inherits a consent: after the swap nobody is seen, and Ana is suggested where her tile went."""
    call.confirm(call.view.layout, 2, BEN)
    _, places = call.look(picture(), [Tile(1, RIGHT, certain=True), Tile(2, LEFT, certain=True)])

    assert places == {}
    assert call.view.places == {ANA: MOVED, BEN: MOVED}
    assert {each.tile: each.suggested for each in call.view.tiles} == {1: ANA, 2: BEN}
    call.confirm_all(call.view.layout)
    _, places = call.look(picture(), [Tile(1, RIGHT, certain=True), Tile(2, LEFT, certain=True)])
    assert places == {ANA: RIGHT, BEN: LEFT}


def test_an_answer_about_an_older_layout_is_refused(call: Call) -> None:
    """The person looked at other tiles when they said it."""
    old = call.view.layout
    call.look(picture(), tiles(LEFT))
    with pytest.raises(UsageError, match="moved meanwhile"):
        call.confirm(old, 1, ANA)
    with pytest.raises(UsageError, match="moved meanwhile"):
        call.confirm_all(old)
    assert call.view.places[ANA] == MOVED


def test_a_tile_that_may_show_somebody_else_is_masked_and_not_suggested(call: Call) -> None:
    """Two that look alike may have swapped: the person has to look, and what they said of the tiles of before is too late."""
    told: list[CallView] = []
    call._changed = lambda changed: told.append(changed.view)
    old, doubtful = call.view.layout, tiles(LEFT, RIGHT, certain=False)
    call.doubt(doubtful)
    _, places = call.look(picture(), doubtful)
    assert places == {}
    assert {each.suggested for each in told[-1].tiles} == {None}
    with pytest.raises(UsageError, match="moved meanwhile"):
        call.confirm(old, 2, BEN)
    call.confirm(told[-1].layout, 2, BEN)
    assert call.look(picture(), doubtful)[1] == {BEN: RIGHT}


def test_revoking_masks_at_once_and_another_consent_has_another_number(call: Call) -> None:
    """What was recorded under the old number is deleted, so a new one must not be mixed with it."""
    assert call.revoke(ANA) == CallPerson(ANA, FaceId(1), "Ana")
    _, places = call.look(picture(), tiles(LEFT, RIGHT))
    assert places == {}
    assert ANA not in call.view.places
    with pytest.raises(UsageError, match="No consent stands"):
        call.confirm(call.view.layout, 1, ANA)
    with pytest.raises(UsageError, match="not being watched"):
        call.revoke(ANA)
    assert call.agree(12, "Ana").number not in {1, 2}


def test_the_user_needs_no_entry(call: Call) -> None:
    """To say "this is me" is enough; it can be taken back, and said again."""
    layout = call.view.layout
    call.confirm(layout, 2, USER)
    assert call.people[USER].name == "You"
    assert call.look(picture(), tiles(LEFT, RIGHT))[1] == {ANA: LEFT, USER: RIGHT}
    call.revoke(USER)
    assert call.look(picture(), tiles(LEFT, RIGHT))[1] == {ANA: LEFT}
    call.confirm(layout, 2, USER)
    assert USER in call.look(picture(), tiles(LEFT, RIGHT))[1]


def test_a_hidden_tile_is_masked_and_its_person_has_still_agreed(call: Call) -> None:
    """Hiding is for a moment; it deletes nothing."""
    call.hide(1)
    assert call.look(picture(), tiles(LEFT, RIGHT))[1] == {}
    assert call.view.places[ANA] == UNCONFIRMED
    call.confirm(call.view.layout, 1, ANA)
    assert call.look(picture(), tiles(LEFT, RIGHT))[1] == {ANA: LEFT}


def test_a_stream_that_names_people_shows_only_those_who_agreed() -> None:
    """By the stream's number: two of one name are two, and who comes back under another number is to be found again."""
    call = Call("work", "names")
    call.set_roster([RosterEntry(16, "Ana", video=True), RosterEntry(17, "Ana", video=False)])
    assert not call.watched
    call.agree(ANA, "Ana")
    call.bind(16, ANA)
    assert [call.watched, call.person_of(16), call.person_of(17)] == [(16,), ANA, None]
    assert call.view.places == {ANA: None}
    call.bind(17, ANA)
    assert [call.watched, call.view.places[ANA]] == [(17,), CAMERA_OFF]
    call.set_roster([RosterEntry(18, "Ana", video=True)])
    assert [call.watched, call.view.places[ANA]] == [(), GONE]
    for participant, person, why in ((16, ANA, "left the meeting"), (18, 99, "No consent stands")):
        with pytest.raises(UsageError, match=why):
            call.bind(participant, person)


def test_possible_readings_cannot_be_switched_on_at_work() -> None:
    """They are off at first, and in work mode they stay so."""
    work, private = Call("work", "tiles"), Call("private", "tiles")
    before = private.meanings_on
    private.switch_meanings(on=True)
    assert (before, private.meanings_on) == (False, True)
    with pytest.raises(UsageError, match="At work"):
        work.switch_meanings(on=True)
    assert not work.meanings_on


def test_whoever_hears_of_a_change_may_ask_from_another_thread() -> None:
    """The call holds no lock of its own while it tells: a thread that answers by asking would wait for ever."""
    answers: list[int] = []

    def ask(call: Call) -> None:
        thread = Thread(target=lambda: answers.append(len(call.view.people)), daemon=True)
        thread.start()
        thread.join(5)

    call = Call("private", "tiles", changed=ask)
    call.look(picture(), tiles(LEFT, RIGHT))
    call.agree(ANA, "Ana")
    call.confirm(call.view.layout, 2, USER)
    call.confirm_all(call.view.layout)
    call.revoke(ANA)
    call.purge()
    assert answers == [0, 1, 2, 2, 1, 0]


def test_a_stream_whose_permission_is_withdrawn_forgets_everybody() -> None:
    """And says so, for whoever stored something."""
    told: list[Call] = []
    call = Call("private", "names", withdrawn=told.append)
    call.set_roster([RosterEntry(16, "Ana")])
    call.agree(ANA, "Ana")
    call.bind(16, ANA)
    call.purge()
    assert told == [call]
    assert (call.people, call.watched) == ({}, ())
