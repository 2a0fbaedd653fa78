"""The timeline: numbered rows, bounded."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tracker.core.scores import Doubt
from tracker.live.timeline import Pause, Timeline
from tracker.store.testing import call_row, row


@given(written=st.integers(0, 40), most=st.integers(1, 20), after=st.integers(0, 45))
def test_a_reader_gets_each_kept_row_above_its_number_once(written: int, most: int, after: int) -> None:
    """However many rows there were, since(n) gives those above n that are still kept, in order."""
    timeline = Timeline(most)
    for frame in range(written):
        timeline.append(row(frame, ()))
    kept = range(max(written - most, 0) + 1, written + 1)
    assert [record.n for record in timeline.since(after)] == [n for n in kept if n > after]


def test_pauses_are_numbered_and_end_with_the_next_row() -> None:
    """A pause begins with the row before it; the same reason twice is one pause, another reason is another."""
    timeline = Timeline()
    timeline.append(row(2))
    assert timeline.pause("lost") is timeline.pause("lost")
    timeline.pause("paused")
    timeline.append(row(18))
    timeline.pause("paused")
    assert timeline.pauses == [Pause(1, 1.0, "lost", 1.0), Pause(2, 1.0, "paused", 9.0), Pause(3, 9.0, "paused")]


def test_a_row_comes_back_as_it_was_packed() -> None:
    """Of a session and of a call, with shapes and a doubt, from ``since`` and ``at``; a forgotten face takes only itself."""
    doubtful = row(3, (1, 2), shapes=True)
    doubtful = replace(doubtful, faces=tuple(replace(face, doubt=Doubt.CHANGING) for face in doubtful.faces))
    given = [row(0, ()), doubtful, call_row(4, {1: ("nod",)}, {1: ("agrees",)}, unseen=("blinking",))]
    timeline = Timeline()
    kept = [timeline.append(each) for each in given]
    assert timeline.since(0) == kept
    assert [timeline.at(n) for n in (None, 2, 4)] == [kept[2], kept[1], None]
    timeline.forget_face(1)
    assert timeline.since(1) == [replace(kept[1], faces=kept[1].faces[1:]), replace(kept[2], faces=())]
