"""The drawn call over real sockets: Mien's own receiver gets the pictures of those who agreed, each under their own name."""

from collections.abc import Sequence
from itertools import islice

import numpy as np
import pytest

from tracker.core.clock import start_clock
from tracker.sources.rtms.emulator import ENVIRONMENT
from tracker.sources.rtms.inbox import AnnouncementInbox
from tracker.sources.rtms.participants import Participant
from tracker.sources.rtms.protocol import Timings
from tracker.sources.rtms.source import ZoomReceiver, ZoomSource
from tracker.sources.synthetic_call_script import AGREED, CALL_NAMES, CALL_PEOPLE, RESTING_POSE
from tracker.sources.synthetic_person import draw_person
from tracker.sources.synthetic_zoom import PICTURE_SIZE, synthetic_zoom


class _Roster:
    """Everybody who agreed is watched, as soon as the meeting's list has them."""

    def __init__(self) -> None:
        self.watched: tuple[int, ...] = ()
        self.names: dict[int, str] = {}

    def participants_changed(self, participants: Sequence[Participant]) -> None:
        self.names |= {each.user_id: each.name for each in participants}
        self.watched = tuple(each.user_id for each in participants if each.name in AGREED)

    def purge(self) -> None:
        pytest.fail("Nothing was revoked.")

    def told(self, sentence: str) -> None:
        pass


def test_those_who_agreed_are_seen_as_drawn_each_under_their_name() -> None:
    """Five are in the meeting; pictures come of three, and each shows the room of the person that Zoom names."""
    roster, inbox = _Roster(), AnnouncementInbox()
    rooms = {person.name: draw_person(person, RESTING_POSE, PICTURE_SIZE)[:40].mean((0, 1)) for person in CALL_PEOPLE}
    with (
        synthetic_zoom(lambda: 5.0) as zoom,
        ZoomReceiver(start_clock(), roster, inbox, ENVIRONMENT, timings=Timings(dwell=0.3)) as receiver,
        ZoomSource(receiver) as source,
    ):
        inbox.put(zoom.stream)
        frames = list(islice(source, 9))

    assert set(roster.names.values()) == set(CALL_NAMES)
    seen = set()
    for frame in frames:
        wall = frame.pixels[:40].mean((0, 1))
        name = min(rooms, key=lambda each: float(np.abs(rooms[each] - wall).sum()))
        assert (name, frame.size) == (roster.names[frame.participant or 0], PICTURE_SIZE)
        seen.add(name)
    assert seen == set(AGREED)
    assert zoom.mistakes == []
