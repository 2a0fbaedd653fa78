"""The timeline: numbered rows, bounded."""

from hypothesis import given
from hypothesis import strategies as st

from tracker.live.timeline import Pause, Timeline
from tracker.store.testing import row


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
