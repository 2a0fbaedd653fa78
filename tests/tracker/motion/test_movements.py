"""What a face shows: each movement against the person's own face at rest, without flicker, and with a reason where unknown."""

from tracker.motion.movements import MOVEMENTS


def test_each_movement_has_a_name_of_its_own_and_a_sentence() -> None:
    """Names are unique ids, words follow a person's name, and a meaning is one sentence."""
    assert len({kind.name for kind in MOVEMENTS}) == len(MOVEMENTS) == 18
    assert all(kind.name.isidentifier() and kind.name == kind.name.lower() for kind in MOVEMENTS)
    assert all(kind.meaning.count(".") == 1 and kind.meaning.endswith(".") for kind in MOVEMENTS)
    assert len({kind.words for kind in MOVEMENTS}) == len(MOVEMENTS)
