"""Who is on the call that is watched, who of them may be seen, and where each one is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Final, Literal

from tracker.config.settings import Mode
from tracker.core.errors import UsageError
from tracker.core.face import FaceId
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.live.consent_gate import USER, ConsentGate
from tracker.sources.rtms.participants import Participant
from tracker.vision.meeting_layout import Tile

By = Literal["tiles", "names"]
"""How it is known where somebody is: a person says who is in a tile, or the stream names whose picture it sends."""

USER_NAME: Final = "You"
UNCONFIRMED: Final = "nobody has said where this person is"
MOVED: Final = "the tiles have moved"
GONE: Final = "not in the meeting"
CAMERA_OFF: Final = "the camera is off"


@dataclass(frozen=True, slots=True)
class CallPerson:
    """Somebody who may be analysed.

    person: the number of their consent entry, or USER. number: of their face in the session's records. name: the user's word.
    """

    person: int
    number: FaceId
    name: str


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """Somebody in a meeting whose stream names people. participant: the stream's number. video: whether their camera is on."""

    participant: int
    name: str
    video: bool | None = None


@dataclass(frozen=True, slots=True)
class CallTile:
    """A tile of the picture. person: who is seen there, None where it is masked. suggested: who was in it before the layout
    changed, for a person to confirm.
    """

    tile: int
    box: Box
    person: int | None
    suggested: int | None


@dataclass(frozen=True, slots=True)
class CallView:
    """How a call stands.

    Attributes:
        mode: Whether possible readings exist for others at all.
        meanings_on: Whether they were asked for.
        by: How it is known who is where.
        layout: The number of the layout; ``Call.confirm`` names it.
        size: (width, height) of the picture, in pixels; (0, 0) before the first.
        tiles: In reading order.
        roster: Everybody in the meeting, where the stream names them.
        people: All who may be analysed, in the order in which they agreed.
        places: Person -> why they are not seen, as a short phrase; None for who is.
        bound: Person -> the stream's number for them.
        told: How the stream stands, as a sentence; empty while pictures may come.
    """

    mode: Mode
    meanings_on: bool
    by: By
    layout: int
    size: tuple[int, int]
    tiles: tuple[CallTile, ...]
    roster: tuple[RosterEntry, ...]
    people: tuple[CallPerson, ...]
    places: Mapping[int, str | None]
    bound: Mapping[int, int]
    told: str


class Call:
    """The state of one call: its people, its tiles or its list of names, and the gate. Any thread may call it.

    Nobody is seen before they agreed, and somebody said where they are, or the stream did.
    """

    def __init__(
        self,
        mode: Mode,
        by: By,
        changed: "Callable[[Call], None]" = lambda _: None,
        withdrawn: "Callable[[Call], None]" = lambda _: None,
    ) -> None:
        """Begin with nobody.

        Args:
            mode: In work mode possible readings can't be switched on.
            by: How it is known where somebody is.
            changed: Called with the call after its ``view`` has become another one, in the thread that changed it.
            withdrawn: Called with it when the stream's permission was taken back, in the stream's thread.
        """
        self.session: str | None = None
        """The id of its session, once that has begun."""
        self.mode, self.by, self._changed, self._withdrawn = mode, by, changed, withdrawn
        self._lock = RLock()
        self._gate = ConsentGate()
        self._people: dict[int, CallPerson] = {}
        self._given_numbers = 0
        self._meanings_on = False
        self._size = (0, 0)
        self._layout = 0
        self._tiles: tuple[Tile, ...] = ()
        self._confirmed: dict[int, int] = {}
        self._roster: dict[int, RosterEntry] = {}
        self._bound: dict[int, int] = {}
        self._told = ""

    @property
    def view(self) -> CallView:
        """How the call stands now."""
        with self._lock:
            seen = self._gate.seen
            return CallView(
                mode=self.mode,
                meanings_on=self._meanings_on,
                by=self.by,
                layout=self._layout,
                size=self._size,
                tiles=tuple(
                    CallTile(tile.number, tile.box, seen.get(tile.number), self._suggestion(tile)) for tile in self._tiles
                ),
                roster=tuple(self._roster.values()),
                people=tuple(self._people.values()),
                places={person: self._why_unseen(person) for person in self._people},
                bound=dict(self._bound),
                told=self._told,
            )

    @property
    def people(self) -> Mapping[int, CallPerson]:
        """All who may be analysed, by person."""
        with self._lock:
            return dict(self._people)

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of their faces; whoever else is in a record must not leave."""
        with self._lock:
            return frozenset(each.number for each in self._people.values())

    @property
    def meanings_on(self) -> bool:
        """Whether possible readings are evaluated."""
        with self._lock:
            return self._meanings_on

    def new_number(self) -> FaceId:
        """A number for the face of somebody who is about to agree, which nobody else gets."""
        with self._lock:
            self._given_numbers += 1
            return FaceId(self._given_numbers)

    def agree(self, person: int, name: str, number: FaceId | None = None) -> CallPerson:
        """Somebody agreed; they are seen once it is known where they are.

        Args:
            person: The number of their consent entry, or USER.
            name: The user's word for them.
            number: Of their face, as ``new_number`` gave it; None is a new one.
        """
        with self._lock:
            agreed = self._add(person, name, number)
        self._changed(self)
        return agreed

    def confirm(self, layout: int, tile: int, person: int) -> None:
        """The user says who is in a tile; whoever says that it is themselves need not agree.

        Raises:
            UsageError: As ``ConsentGate.confirm``.
        """
        with self._lock:
            self._gate.confirm(layout, tile, person)
            if person == USER and USER not in self._people:
                self._add(USER, USER_NAME)
            self._confirmed = {other: there for other, there in self._confirmed.items() if there != person} | {tile: person}
        self._changed(self)

    def confirm_all(self, layout: int) -> None:
        """The user says that all suggestions are right.

        Raises:
            UsageError: The layout changed meanwhile.
        """
        with self._lock:
            for tile in self._tiles:
                suggested = self._suggestion(tile)
                if suggested is not None:
                    self._gate.confirm(layout, tile.number, suggested)
        self._changed(self)

    def hide(self, tile: int) -> None:
        """Mask a tile again; who was seen there has still agreed."""
        with self._lock:
            self._gate.doubt(tile)
            self._confirmed.pop(tile, None)
        self._changed(self)

    def bind(self, participant: int, person: int) -> None:
        """Say who a participant of the stream is.

        Raises:
            UsageError: There is no such participant, or that person has not agreed.
        """
        with self._lock:
            if participant not in self._roster:
                raise UsageError("This participant has left the meeting. Choose somebody from the list as it is now.")
            if person == USER and USER not in self._people:
                self._add(USER, USER_NAME)
            if person not in self._people:
                raise UsageError(f"No consent stands under the number {person}. Ask the person, and add an entry.")
            self._bound = {other: there for other, there in self._bound.items() if other != person and there != participant}
            self._bound[person] = participant
        self._changed(self)

    def revoke(self, person: int) -> CallPerson:
        """Somebody is not seen any more, from the next frame on, and gone from here.

        Returns:
            Who they were.

        Raises:
            UsageError: Nobody has agreed under this number.
        """
        with self._lock:
            if person not in self._people:
                raise UsageError("This person is not being watched.")
            gone = self._remove(person)
        self._changed(self)
        return gone

    def switch_meanings(self, *, on: bool) -> None:
        """Whether possible readings are evaluated from now on.

        Raises:
            UsageError: On, in work mode.
        """
        if on and self.mode == "work":
            raise UsageError(
                "At work and in education Mien shows what a face does, and never what it may mean: the law allows nobody to"
                " infer what others feel there."
            )
        with self._lock:
            self._meanings_on = on
        self._changed(self)

    def look(self, pixels: Pixels, tiles: Sequence[Tile]) -> tuple[Pixels, Mapping[int, Box]]:
        """Take in the tiles of a picture, and get of it what may be seen.

        Args:
            pixels: [height, width, 3] BGR.
            tiles: Where its tiles are.

        Returns:
            A picture in which all is filled but the tiles of those who are seen, and person -> their tile. Where nobody is
            seen, the picture is empty: [0, width, 3].
        """
        boxes = {tile.number: tile.box for tile in tiles}
        size = pixels.shape[1], pixels.shape[0]
        with self._lock:
            layout = self._gate.see(boxes)
            news = layout != self._layout or size != self._size
            self._layout, self._tiles, self._size = layout, tuple(tiles), size
            seen = self._gate.seen
            places = {person: boxes[tile] for tile, person in seen.items()}
            masked = self._gate.mask(pixels, boxes) if places else pixels[:0, :0]
        if news:
            self._changed(self)
        return masked, places

    def doubt(self, tiles: Sequence[Tile]) -> None:
        """These tiles may show somebody else than before; each is masked until it is confirmed again, in a new layout.

        The next ``look``, at these tiles, tells of it.
        """
        with self._lock:
            for tile in tiles:
                self._gate.doubt(tile.number)
            if tiles:
                self._gate.renumber()

    def person_of(self, participant: int) -> int | None:
        """Whose picture the stream sends under this number; None where it may not be looked at."""
        with self._lock:
            return next((person for person, bound in self._bound.items() if bound == participant), None)

    @property
    def watched(self) -> tuple[int, ...]:
        """The stream's numbers of those who may be seen."""
        with self._lock:
            return tuple(self._bound.values())

    def set_roster(self, roster: Sequence[RosterEntry]) -> None:
        """Who is in the meeting now, as the stream says; who left has to be found again when they are back."""
        with self._lock:
            entries = {each.participant: each for each in roster}
            news = entries != self._roster
            self._roster = entries
            self._bound = {person: there for person, there in self._bound.items() if there in entries}
        if news:
            self._changed(self)

    def participants_changed(self, participants: Sequence[Participant]) -> None:
        """Who is in the meeting now, as the stream says."""
        self.set_roster([RosterEntry(each.user_id, each.name, each.video) for each in participants])

    def told(self, sentence: str) -> None:
        """How the stream stands, for people; empty while pictures may come."""
        with self._lock:
            news, self._told = sentence != self._told, sentence
        if news:
            self._changed(self)

    def purge(self) -> None:
        """The stream's permission was taken back: nobody may be seen any more, and nothing may stay."""
        self.clear()
        self._withdrawn(self)

    def clear(self) -> None:
        """Nobody may be seen any more."""
        with self._lock:
            for person in tuple(self._people):
                self._remove(person)
        self._changed(self)

    def _add(self, person: int, name: str, number: FaceId | None = None) -> CallPerson:
        agreed = self._people[person] = CallPerson(person, number or self.new_number(), name)
        self._gate.agree(person)
        return agreed

    def _remove(self, person: int) -> CallPerson:
        gone = self._people.pop(person)
        if person == USER:
            # Their own face needs no entry that could be revoked.
            for tile in [tile for tile, who in self._gate.seen.items() if who == USER]:
                self._gate.doubt(tile)
        else:
            self._gate.revoke(person)
        self._confirmed = {tile: who for tile, who in self._confirmed.items() if who != person}
        self._bound.pop(person, None)
        return gone

    def _suggestion(self, tile: Tile) -> int | None:
        """Who was confirmed in this tile, wherever it was then, if it is surely the same one."""
        person = self._confirmed.get(tile.number)
        seen = self._gate.seen
        return person if tile.certain and tile.number not in seen and person not in seen.values() else None

    def _why_unseen(self, person: int) -> str | None:
        if self.by == "names":
            if person not in self._bound:
                return GONE
            return CAMERA_OFF if self._roster[self._bound[person]].video is False else None
        if person in self._gate.seen.values():
            return None
        return MOVED if person in self._confirmed.values() else UNCONFIRMED
