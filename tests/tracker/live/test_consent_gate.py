"""The gate before face detection: who is masked, who is seen, and that nobody inherits a consent."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.core.errors import UsageError
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.live.consent_gate import USER, ConsentGate
from tracker.vision.landmarker import Landmarker
from tracker.vision.mask import FILL, mask_frame

LEFT, RIGHT = Box(0, 0, 512, 512), Box(512, 0, 512, 512)
TILES = {1: LEFT, 2: RIGHT}


def test_everybody_is_masked_until_it_is_said_who_they_are() -> None:
    """The user needs no entry, another person needs a standing one, and a person is in one tile at a time."""
    gate = ConsentGate()
    layout = gate.see(TILES)
    assert gate.seen == {}
    with pytest.raises(UsageError, match="No consent stands under the number 7"):
        gate.confirm(layout, 1, 7)
    gate.agree(7)
    gate.confirm(layout, 1, 7)
    gate.confirm(layout, 2, USER)
    assert gate.seen == {1: 7, 2: USER}
    gate.confirm(layout, 2, 7)
    assert gate.seen == {2: 7}
    gate.revoke(7)
    assert gate.seen == {}
    with pytest.raises(UsageError, match="no tile 9"):
        gate.confirm(layout, 9, USER)


def test_another_layout_masks_all() -> None:
    """A tile that moved, came or went masks everybody, and a confirmation made for the old layout is refused."""
    gate = ConsentGate()
    gate.agree(7)
    for other in ({1: RIGHT, 2: LEFT}, {1: LEFT}, TILES | {3: Box(0, 512, 512, 512)}, {1: LEFT, 2: Box(530, 0, 512, 512)}):
        layout = gate.see(TILES)
        gate.confirm(layout, 1, 7)
        gate.confirm(layout, 2, USER)
        assert gate.see({1: Box(1.5, 0, 512, 511), 2: RIGHT}) == layout
        assert len(gate.seen) == 2
        assert gate.see(other) != layout
        assert gate.seen == {}
        with pytest.raises(UsageError, match="moved meanwhile"):
            gate.confirm(layout, 1, 7)


def test_a_tile_cannot_wander_off_in_small_steps() -> None:
    """Each step alone would pass for the same place; together they are another layout."""
    gate = ConsentGate()
    gate.confirm(gate.see(TILES), 1, USER)
    for step in range(1, 20):
        gate.see({1: Box(step * 5, 0, 512, 512), 2: RIGHT})
    assert gate.seen == {}


def test_a_tile_in_doubt_is_masked_until_it_is_confirmed_again() -> None:
    """The layout is the same, and only that tile is masked."""
    gate = ConsentGate()
    gate.agree(7)
    layout = gate.see(TILES)
    gate.confirm(layout, 1, USER)
    gate.confirm(layout, 2, 7)
    gate.doubt(2)
    assert gate.seen == {1: USER}
    gate.confirm(layout, 2, 7)
    assert gate.seen == {1: USER, 2: 7}


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_nobody_inherits_anothers_consent(data: st.DataObject) -> None:
    """Whatever the layouts and answers, a tile that is seen holds a person who agreed and was put there in this layout."""
    gate, agreed = ConsentGate(), {USER}
    # What a person sees on the screen: who is really in which tile.
    seats: dict[int, int] = {}
    tiles: dict[int, Box] = {}
    layout = gate.see(tiles)
    people = st.integers(1, 5)
    for _ in range(data.draw(st.integers(1, 25), "steps")):
        match data.draw(st.sampled_from(["agree", "revoke", "rearrange", "confirm", "doubt", "late"]), "step"):
            case "agree":
                agreed.add(who := data.draw(people))
                gate.agree(who)
            case "revoke":
                agreed.discard(who := data.draw(people))
                gate.revoke(who)
            case "rearrange":
                seated = data.draw(st.lists(st.integers(0, 5), unique=True, max_size=5))
                # A swap always shows as another layout: the tiles' numbers follow faces, or their places change.
                shift = data.draw(st.integers(1, 900))
                now = {tile: Box(shift * 100 + tile * 20, 0, 16, 9) for tile in range(len(seated))}
                if now != tiles:
                    seats, tiles = dict(enumerate(seated)), now
                layout = gate.see(tiles)
            case "confirm" if seats:
                tile = data.draw(st.sampled_from(sorted(seats)))
                if seats[tile] in agreed:
                    gate.confirm(layout, tile, seats[tile])
                else:
                    with pytest.raises(UsageError):
                        gate.confirm(layout, tile, seats[tile])
            case "doubt" if seats:
                gate.doubt(data.draw(st.sampled_from(sorted(seats))))
            case "late" if layout and seats:
                with pytest.raises(UsageError):
                    gate.confirm(layout - 1, data.draw(st.sampled_from(sorted(seats))), USER)
        assert all(seats[tile] == who and who in agreed for tile, who in gate.seen.items())


def test_a_masked_face_cannot_be_found(landmarker: Landmarker, astronaut: Pixels) -> None:
    """Of the same face in two tiles, the detector finds only the one that may be seen, and none before anybody is."""
    head = astronaut[20:260, 105:345]
    frame = np.ascontiguousarray(np.hstack([head, head]))
    tiles, gate = {1: Box(0, 0, 240, 240), 2: Box(240, 0, 240, 240)}, ConsentGate()
    assert len(landmarker.detect(frame)) == 2
    assert landmarker.detect(gate.mask(frame, tiles)) == []
    gate.confirm(gate.see(tiles), 2, USER)
    (found,) = landmarker.detect(gate.mask(frame, tiles))
    assert found.landmarks.box.x > 240


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_no_pixel_of_a_masked_tile_leaves(data: st.DataObject) -> None:
    """Also with tiles that overlap, lie on a share of a pixel, or reach over the edge: all but visible tiles is gray."""
    edge, size = st.floats(-6, 26), st.floats(0.5, 24)
    boxes = data.draw(st.lists(st.builds(Box, edge, edge, size, size), max_size=4))
    tiles = dict(enumerate(boxes))
    visible = {tile for tile in tiles if data.draw(st.booleans())}
    frame: Pixels = np.full((20, 20, 3), 200, np.uint8)
    masked = mask_frame(frame, tiles, visible)

    assert (frame == 200).all()
    assert not np.shares_memory(frame, masked)
    for y in range(20):
        for x in range(20):
            # A pixel touches a tile if they share any area, and lies in it if all of it does.
            touched = [t for t, b in tiles.items() if b.x < x + 1 and x < b.x + b.width and b.y < y + 1 and y < b.y + b.height]
            inside = [
                t for t, b in tiles.items() if b.x <= x and x + 1 <= b.x + b.width and b.y <= y and y + 1 <= b.y + b.height
            ]
            seen = any(tile in visible for tile in inside) and all(tile in visible for tile in touched)
            assert (masked[y, x] == (200 if seen else FILL)).all()
