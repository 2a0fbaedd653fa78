"""Boxes, and the order in which faces are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.geometry import Box, in_reading_order

places, sizes = st.floats(-1000, 1000), st.floats(1, 1000)
boxes = st.builds(Box, places, places, sizes, sizes)


@pytest.mark.parametrize(("width", "height"), [(0, 5), (5, 0), (5, -1), (float("nan"), 5)])
def test_a_box_has_a_size(width: float, height: float) -> None:
    """Empty boxes are refused, so nobody divides by their width."""
    with pytest.raises(ValueError, match="size"):
        Box(0, 0, width, height)


@given(boxes, boxes)
def test_overlap_is_a_share_and_mutual(one: Box, other: Box) -> None:
    """Overlap lies between 0 and 1 and does not depend on who asks."""
    assert 0 <= one.overlap(other) <= 1 + 1e-9
    assert one.overlap(other) == pytest.approx(other.overlap(one))
    assert one.overlap(one) == pytest.approx(1)


def test_overlap_counts_the_shared_area_once() -> None:
    """Two boxes that share a third of what they cover together overlap by a third; neighbours do not overlap."""
    box = Box(0, 0, 10, 10)

    assert box.overlap(Box(5, 0, 10, 10)) == pytest.approx(1 / 3)
    assert box.overlap(Box(10, 0, 10, 10)) == 0


def test_distance_is_in_widths_of_the_larger_box() -> None:
    """Near and far mean the same for faces close to the camera and far from it."""
    assert Box(0, 0, 10, 10).distance(Box(10, 0, 10, 10)) == pytest.approx(1)
    assert Box(0, 0, 100, 100).distance(Box(100, 0, 100, 100)) == pytest.approx(1)
    assert Box(0, 0, 10, 10).distance(Box(0, 0, 20, 10)) == pytest.approx(5 / 20)


def test_the_centre_is_in_the_middle() -> None:
    """Half a box right of and below its corner."""
    assert Box(10, 20, 30, 50).centre == (25, 45)


def test_rounding_is_to_whole_pixels() -> None:
    """JSON has boxes as [x, y, width, height] in integers."""
    assert Box(1.6, -2.4, 10.5001, 3.2).rounded() == (2, -2, 11, 3)


def test_a_box_holds_what_lies_inside_with_its_margin() -> None:
    """Air is counted in widths of the inner box, at every edge."""
    inner = Box(30, 30, 40, 40)

    assert Box(10, 10, 80, 80).holds(inner, 0.5)
    assert Box(30, 30, 40, 40).holds(inner, 0)
    for edge in (Box(11, 10, 80, 80), Box(10, 11, 80, 80), Box(10, 10, 79, 80), Box(10, 10, 80, 79)):
        assert not edge.holds(inner, 0.5)


def test_faces_are_read_row_by_row_from_the_left() -> None:
    """Although nobody in a row is of quite the same height."""
    faces = {
        "big right": Box(300, 90, 60, 60),
        "low": Box(20, 170, 40, 40),
        "left": Box(10, 100, 40, 40),
        "middle": Box(150, 115, 40, 40),
    }
    assert in_reading_order(faces, faces.__getitem__) == ["left", "middle", "big right", "low"]
    assert in_reading_order([], faces.__getitem__) == []
