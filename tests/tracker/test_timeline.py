"""The timeline: numbered rows, bounded."""

from hypothesis import given
from hypothesis import strategies as st

from tracker.timeline import Timeline


@given(written=st.integers(0, 40), most=st.integers(1, 20), after=st.integers(0, 45))
def test_a_reader_gets_each_kept_row_above_its_number_once(written: int, most: int, after: int) -> None:
    """However many rows there were, since(n) gives those above n that are still kept, in order."""
    timeline = Timeline(most)
    for frame in range(written):
        timeline.append({"frame": frame})
    kept = range(max(written - most, 0) + 1, written + 1)
    assert [row["n"] for row in timeline.since(after)] == [n for n in kept if n > after]
