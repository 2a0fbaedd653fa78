"""The drawn call and who may be seen of it: what happens when somebody without consent comes to stand where another one was."""

from tracker.core.frame import Pixels
from tracker.live.call import Call
from tracker.sources.synthetic_call import CALL_SIZE, draw_call
from tracker.sources.synthetic_call_script import AGREED, CALL_NAMES, SCRIPT_SECONDS, SWAPPED, call_order
from tracker.sources.synthetic_gallery import gallery_places
from tracker.vision.mask import FILL
from tracker.vision.meeting_layout import MeetingLayout

PLACES = gallery_places(len(CALL_NAMES), CALL_SIZE)


def shown(pixels: Pixels) -> list[bool]:
    """Of each place, whether anything is seen there."""
    middles = (tuple(map(round, place.centre)) for place in PLACES)
    return [bool((pixels[y - 40 : y + 40, x - 40 : x + 40] != FILL).any()) for x, y in middles]


def test_after_a_swap_nobody_is_seen_until_each_is_confirmed_in_their_new_place() -> None:
    """Dana, who did not agree, stands where Ben was seen: all are masked at once, and each is proposed where they are now."""
    call, layout = Call("private", "tiles"), MeetingLayout(alone=True)

    def look(t: float) -> list[bool]:
        pixels = draw_call(t)
        layout.watch(pixels, t)
        masked, _ = call.look(pixels, layout.tiles)
        return shown(masked) if masked.size else [False] * len(PLACES)

    assert look(0.0) == [False] * 5
    for person, (name, tile) in enumerate(zip(AGREED, call.view.tiles, strict=False), start=1):
        call.agree(person, name)
        call.confirm(call.view.layout, tile.tile, person)
    assert look(1.0) == look(SCRIPT_SECONDS - 0.1) == [True, True, True, False, False]

    assert look(SCRIPT_SECONDS + 0.1) == [False] * 5
    names = dict(enumerate(AGREED, start=1))
    now = [person.name if person.name in AGREED else None for person in call_order(SCRIPT_SECONDS + 0.1)]
    assert [names.get(tile.suggested or 0) for tile in call.view.tiles] == now
    assert now.index(SWAPPED[0]) == CALL_NAMES.index(SWAPPED[1])

    call.confirm_all(call.view.layout)
    assert look(SCRIPT_SECONDS + 0.2) == [name is not None for name in now]
