"""The cards of a call: what is held, what is not lost in between, and what is forgotten."""

from dataclasses import replace

import numpy as np

from tracker.core.face import Face, FaceId, Observation, Reading
from tracker.core.frame import now
from tracker.core.geometry import Box
from tracker.core.movements import Movement, Movements
from tracker.core.possible_readings import PossibleReadings
from tracker.core.withheld import NO_PREDICTION, NO_SCORES, NO_WORDS
from tracker.live.call_board import HOLD_SECONDS, TOLD_SECONDS, CallBoard

ANA, BEN = FaceId(1), FaceId(2)


def reading(who: FaceId, *present: Movement, reason: str | None = None, rest_known: float = 1.0) -> Reading:
    face = Face(Box(0, 0, 50, 50), np.zeros((48, 48), np.uint8), NO_PREDICTION, NO_WORDS)
    movements = Movements(present, {"blinking": "needs 15 pictures a second"}, unreadable=reason, rest_known=rest_known)
    return Reading(who, face, NO_SCORES, NO_WORDS, movements=movements)


def see(board: CallBoard, t: float, *readings: Reading) -> bool:
    return board.add(Observation(t, now(), 0, readings))


def test_cards_change_every_two_seconds_and_no_sooner() -> None:
    """All of them together, so that nothing flickers; the first at once."""
    board = CallBoard()
    turned = [see(board, t / 4, reading(ANA)) for t in range(20)]
    assert [t / 4 for t in range(20) if turned[t]] == [0.0, HOLD_SECONDS, 2 * HOLD_SECONDS]


def test_a_nod_between_two_turns_is_shown() -> None:
    """It is over when the cards turn, and would be missed; then it is gone with the turn after."""
    board = CallBoard()
    see(board, 0, reading(ANA))
    see(board, 0.5, reading(ANA, Movement("nod", 0.3, 0.0)))
    see(board, 1.0, reading(ANA, Movement("nod", 0.7, 0.5)))
    see(board, 1.5, reading(ANA))
    assert board.cards[ANA].shows == ()
    assert see(board, 2.0, reading(ANA))
    (nod,) = board.cards[ANA].shows
    assert (nod.name, nod.began, nod.seconds, nod.strength) == ("nod", 0.5, 0.5, 0.7)
    assert see(board, 4.0, reading(ANA))
    assert board.cards[ANA].shows == ()


def test_movements_stand_in_the_order_of_their_list() -> None:
    """Not in the order in which they came: a card must not re-sort."""
    board = CallBoard()
    see(board, 0, reading(ANA))
    see(board, 1, reading(ANA, Movement("tilt", 0.5, 1)))
    see(board, 2, reading(ANA, Movement("smile_mouth", 0.5, 0.5)))
    assert [each.name for each in board.cards[ANA].shows] == ["smile_mouth", "tilt"]


def test_who_is_not_found_is_told_as_not_there_and_what_was_known_stays() -> None:
    """A stream shows one person at a time: the others' cards keep what they had, with its age."""
    board = CallBoard()
    see(board, 0, reading(ANA, Movement("smile_mouth", 0.5, 3)), reading(BEN))
    see(board, 2, reading(BEN))
    assert board.cards[ANA].is_there
    see(board, 4, reading(BEN))
    assert not board.cards[ANA].is_there
    assert board.cards[ANA].t == 0
    assert board.cards[BEN].is_there


def test_a_card_says_what_is_not_known_yet_and_what_cannot_be_seen() -> None:
    """Of each person by themselves."""
    board = CallBoard()
    see(board, 0, reading(ANA, rest_known=0.4), reading(BEN, reason="too dark"))
    assert (board.cards[ANA].unclear, board.cards[BEN].unclear) == (None, "too dark")
    assert (board.cards[ANA].rest_known, board.cards[BEN].rest_known) == (0.4, 1.0)
    assert board.cards[ANA].unknown == {"blinking": "needs 15 pictures a second"}


def test_of_somebody_who_is_forgotten_no_card_stays() -> None:
    """Not even until the next turn."""
    board = CallBoard()
    see(board, 0, reading(ANA), reading(BEN))
    board.forget(ANA)
    assert set(board.cards) == {BEN}
    see(board, 2, reading(BEN))
    assert set(board.cards) == {BEN}


def test_what_was_told_is_known_for_a_verdict_later() -> None:
    """The page stands still while one reads: its verdict is on what was told then, not on what is told meanwhile."""
    board = CallBoard()
    for t in (0.0, 2.0, 4.0):
        see(board, t, replace(reading(ANA), possible=PossibleReadings(t, (), f"at {t}")))
    told = board.told_at(ANA, 2.004)
    assert told is not None
    assert told.unclear == "at 2.0"
    assert board.told_at(ANA, 3.0) is board.told_at(BEN, 2.0) is None
    see(board, TOLD_SECONDS + 3, replace(reading(ANA), possible=PossibleReadings(TOLD_SECONDS + 3, ())))
    assert board.told_at(ANA, 2.0) is None
    assert board.told_at(ANA, 4.0) is not None
    board.forget(ANA)
    assert board.told_at(ANA, 4.0) is None
