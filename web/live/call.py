"""A call on the pages: what is shown of each person, and what the user says about who agreed and who is where."""

import logging
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from tracker.core.errors import MienError, MissingError, UnknownError, UsageError
from tracker.core.frame import now
from tracker.core.records import JsonObject
from tracker.core.vocabulary import CALL_DEMO_SOURCE
from tracker.live.call import Call, CallPerson, CallView
from tracker.live.call_board import CallBoard, Card, ShownMovement
from tracker.live.consent_gate import USER
from tracker.live.controller import Controller, SessionSoFar
from tracker.live.events import (
    CallChanged,
    Event,
    ObservationMade,
    PermissionWithdrawn,
    PersonRevoked,
    SessionBegan,
    SessionEnded,
)
from tracker.motion.movements import MOVEMENTS
from web.live.consent_watch import ConsentWatch
from web.own_readings import rules_in_effect
from web.storage import Storage

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as Store

    from tracker.consent.audit import AuditedRun
    from tracker.core.possible_readings import PossibleReading, PossibleReadings

State = Literal["seen", "masked", "away", "waiting"]

WORDS: Final = {movement.name: movement.words for movement in MOVEMENTS}
NO_FACE: Final = "no face in view"
NOT_YET: Final = "not looked at yet"
AGE_DIGITS: Final = 1
TIME_DIGITS: Final = 2
CLOSE_SECONDS: Final = 5.0
"""A deletion takes no longer: its database gives up within seconds when Mien ends."""


class Agreed(msgspec.Struct, frozen=True):
    """Somebody agreed. who: the user's word for them. how: they were asked. Then the tile of a layout, or a participant."""

    who: str
    how: Literal["chat", "aloud", "writing"]
    layout: int | None = None
    tile: int | None = None
    participant: int | None = None


class Confirmed(msgspec.Struct, frozen=True):
    """Who is in a tile of a layout, or is a participant; person 0 is the user."""

    person: int
    layout: int | None = None
    tile: int | None = None
    participant: int | None = None


class AllConfirmed(msgspec.Struct, frozen=True):
    """All suggestions of a layout are right."""

    layout: int


class Hidden(msgspec.Struct, frozen=True):
    """A tile that is to be masked again."""

    tile: int


class Revoked(msgspec.Struct, frozen=True):
    """Who took their consent back."""

    person: int


class MeaningsSwitch(msgspec.Struct, frozen=True):
    """Whether possible readings are wanted."""

    on: bool


class Said(msgspec.Struct, frozen=True):
    """What a person meant: a reading's id, or ``tracker.store.reading_verdicts.NONE_OF_THEM``. t: of what was told then."""

    person: int
    said: str
    t: float


class CallPage:
    """Tells the pages how the call stands, and does what they ask; one of its methods at a time needs the database."""

    def __init__(
        self,
        controller: Controller,
        storage: Storage,
        consents: ConsentWatch,
        tell: Callable[[str, JsonObject | None, str | None], None],
    ) -> None:
        """Ready for a call.

        Args:
            controller: Of the session.
            storage: Where consents are put on record.
            consents: Deletes what there is of who revoked, and looks whether the others' still stand.
            tell: An event's name, its JSON, and the page that it is for, None for all.
        """
        self._controller, self._storage, self._consents, self._tell = controller, storage, consents, tell
        self._board = CallBoard()
        self._audit: AuditedRun | None = None
        self._deleting: list[Thread] = []
        self._demo_sources = {CALL_DEMO_SOURCE}

    def announce_demo(self, source: str) -> None:
        """From now on sessions of this source show drawn people, and the pages say so."""
        self._demo_sources.add(source)

    def close(self) -> None:
        """Mien ends: wait, for seconds at most, until what has to be deleted is."""
        for thread in self._deleting:
            thread.join(CLOSE_SECONDS)

    def consume(self, event: Event) -> None:
        """Tell all pages when the call stands otherwise, and when the cards are new."""
        match event:
            case SessionBegan():
                self._board = CallBoard()
                # A session that begins over another one is the only word that the other one is over.
                self._end_audit()
                self._begin_audit(event)
            case CallChanged(view=view):
                self._tell("call", None if view is None else self._json(view), None)
            case ObservationMade(snapshot=snapshot) if (call := self._controller.call) is not None:
                if self._board.add(snapshot.observation):
                    self._tell("call", self._json(call.view), None)
            case PersonRevoked(number=number):
                self._board.forget(number)
            case PermissionWithdrawn(session=session):
                # It waits for the session's worker, and for the disk.
                thread = Thread(target=self._delete_session, args=[session], name="withdrawn", daemon=True)
                self._deleting.append(thread)
                thread.start()
            case SessionEnded():
                self._board = CallBoard()
                self._end_audit()

    def greet(self, page: str) -> None:
        """Tell a page that has just connected how the call stands."""

        def tell(_: SessionSoFar) -> None:
            call = self._controller.call
            if call is not None:
                self._tell("call", self._json(call.view), page)

        # Under the controller's lock: so no page is told of somebody after all were told that they are gone.
        self._controller.with_session_so_far(tell)

    def agree(self, agreed: Agreed) -> CallPerson:
        """Put a consent on record, and look at that person from now on.

        Raises:
            UsageError: There is no call, the tile or the participant is gone, or the name cannot be used.
            MissingError: There is no database: a consent that is not on record does not count.
        """
        from tracker.store.consents import add_consent, add_consented_face

        call = self._call()
        session = self._session(call)
        if self._storage.database is None:
            raise MissingError(
                f"A consent that is not on record does not count, so nobody else is watched. {self._storage.error}"
            )
        if agreed.participant is None and agreed.layout != call.view.layout:
            raise UsageError("The tiles have moved meanwhile. Look again who is where, and add the person then.")

        number = call.new_number()

        def record(store: "Store") -> tuple[int, str]:
            entry = add_consent(store, session, agreed.who, agreed.how, now())
            # With the entry: who revokes it is found in what is stored.
            add_consented_face(store, entry.id, number)
            return entry.id, entry.who

        entry, name = self._storage.write(record)
        person = call.agree(entry, name, number)
        self.confirm(Confirmed(person.person, agreed.layout, agreed.tile, agreed.participant))
        return person

    def confirm(self, confirmed: Confirmed) -> None:
        """The user says where somebody is; nothing where they do not say it.

        Raises:
            UsageError: As ``Call.confirm`` and ``Call.bind``.
        """
        call = self._call()
        if confirmed.participant is not None:
            call.bind(confirmed.participant, confirmed.person)
        elif confirmed.layout is not None and confirmed.tile is not None:
            call.confirm(confirmed.layout, confirmed.tile, confirmed.person)

    def confirm_all(self, layout: int) -> None:
        """The user says that all suggestions are right. UsageError if the layout changed meanwhile."""
        self._call().confirm_all(layout)

    def hide(self, tile: int) -> None:
        """Mask a tile again."""
        self._call().hide(tile)

    def revoke(self, person: int) -> None:
        """Somebody took their consent back: mask them at once, then delete what there is about them.

        Raises:
            UsageError: There is no such person.
            StoreError: It could not be deleted from the database, and is tried again; masked they are.
        """
        if not self._consents.owes(person):
            self._controller.revoke(person)
        if person != USER:
            self._consents.delete(person)

    def switch_meanings(self, *, on: bool) -> None:
        """Possible readings on or off; UsageError for on in work mode."""
        self._call().switch_meanings(on=on)

    def say(self, said: Said) -> None:
        """Store what somebody meant, as the user knows it, beside what was told.

        Raises:
            UsageError: Nothing was told of this person then, there is no such reading, or the call is not saved.
        """
        from tracker.store.reading_verdicts import NONE_OF_THEM, add_reading_verdict

        call = self._call()
        person = call.people.get(said.person)
        possible = None if person is None else self._board.told_at(person.number, said.t)
        if person is None or possible is None:
            raise UsageError(
                "Nothing is known any more of what this person's face may have meant then, so there is nothing to correct."
                " Close this, and ask why anew."
            )
        if said.said not in (NONE_OF_THEM, *rules_in_effect(self._storage).readings):
            raise UsageError(f"There is no reading called {said.said!r}.")
        session, number = self._session(call), person.number
        told = tuple(each.id for each in possible.readings)

        def record(store: "Store") -> None:
            add_reading_verdict(store, session, number, possible.t, at=now(), told=told, said=said.said, levels=possible.levels)

        try:
            self._storage.write(record)
        except UnknownError as error:
            raise UsageError(
                "This call is not saved, so Mien cannot note it. Close this, and choose first how long to keep results:"
                " below the cards."
            ) from error

    def _call(self) -> Call:
        call = self._controller.call
        if call is None:
            raise UsageError("No call is being watched. Start one first.")
        return call

    @staticmethod
    def _session(call: Call) -> str:
        if call.session is None:
            raise UsageError("The call has not begun yet. Wait until its tiles are shown.")
        return call.session

    def _begin_audit(self, began: SessionBegan) -> None:
        from tracker.consent.audit import AuditedRun

        request, call = began.request, self._controller.call
        if call is not None and self._storage.database is not None:
            self._audit = AuditedRun.begin(
                self._storage.database,
                began.session,
                faces=request.faces,
                mode=call.mode,
                source=request.source,
                live=began.live,
                at=began.started_at,
            )

    def _end_audit(self) -> None:
        if self._audit is not None:
            self._audit.end(now())
        self._audit = None

    def _delete_session(self, session: str) -> None:
        """Everything of a session whose permission was withdrawn, from memory and from the disk."""
        from tracker.store.consents import erase_consents
        from tracker.store.erase import erase_session

        is_newest = self._controller.state.session == session
        if is_newest:
            self._controller.close()
        try:
            database = self._storage.require()
            erase_consents(database, session)
            # Of a session that was not saved there is nothing else.
            with suppress(UnknownError):
                erase_session(database, session)
            if is_newest:
                self._controller.forget()
        except MienError as error:
            logging.getLogger(__name__).warning("mien: What was kept of the call could not be deleted: %s", error)

    def _json(self, view: CallView) -> JsonObject:
        return {
            "mode": view.mode,
            "meanings_on": view.meanings_on,
            "by": view.by,
            "told": view.told,
            "is_demo": self._is_demo(),
            "layout": view.layout,
            "size": view.size,
            "tiles": [
                {"tile": each.tile, "box": each.box.rounded(), "person": each.person, "suggested": each.suggested}
                for each in view.tiles
            ],
            "roster": [
                {
                    "participant": each.participant,
                    "name": each.name,
                    "video": each.video,
                    "person": next((person for person, bound in view.bound.items() if bound == each.participant), None),
                }
                for each in view.roster
            ],
            "people": [self._person_json(view, each) for each in view.people],
        }

    def _is_demo(self) -> bool:
        request = self._controller.state.request
        return request is not None and request.source in self._demo_sources

    def _person_json(self, view: CallView, person: CallPerson) -> JsonObject:
        card = self._board.cards.get(person.number)
        state, why = _state(view, person, card)
        return {
            "person": person.person,
            "number": person.number,
            "name": person.name,
            "state": state,
            "why": why,
            "t": None if card is None else round(card.t, 3),
            "age": None if card is None else round(self._board.t - card.t, AGE_DIGITS),
            "learning": None if card is None or card.rest_known >= 1 else round(card.rest_known, 2),
            "shows": [] if card is None else [_shown_json(each) for each in card.shows],
            "unknown": []
            if card is None
            else [{"name": name, "words": WORDS[name], "reason": reason} for name, reason in card.unknown.items()],
            "unclear": None if card is None else card.unclear,
            "possible": None if card is None or not view.meanings_on else _possible_json(card.possible),
        }


def _state(view: CallView, person: CallPerson, card: Card | None) -> tuple[State, str | None]:
    """How it stands with a person, and why they are not seen."""
    why = view.places[person.person]
    if why is not None:
        return ("masked" if view.by == "tiles" else "away"), why
    if card is None:
        return "waiting", NOT_YET
    if view.by == "tiles" and not card.is_there:
        return "away", NO_FACE
    return "seen", None


def _shown_json(shown: ShownMovement) -> JsonObject:
    return {
        "name": shown.name,
        "words": WORDS[shown.name],
        "began": round(shown.began, 1),
        "seconds": round(shown.seconds, 1),
        "strength": round(shown.strength, 2),
    }


def _possible_json(possible: "PossibleReadings | None") -> JsonObject | None:
    if possible is None:
        return None
    readings = [_reading_json(each) for each in possible.readings]
    return {"t": round(possible.t, TIME_DIGITS), "unclear": possible.unclear, "readings": readings}


def _reading_json(reading: "PossibleReading") -> JsonObject:
    return {
        "id": reading.id,
        "name": reading.name,
        "meaning": reading.meaning,
        "strength": reading.strength,
        "why": reading.why,
        "alternatives": reading.alternatives,
        "validated": reading.validated,
    }
