"""Consent entries: who agreed to be analysed in which session, and what revoking it deletes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UnknownError, UsageError
from tracker.core.frame import now
from tracker.core.notes import line, names_in_text
from tracker.core.printable import printable
from tracker.store import schema
from tracker.store.database import Database
from tracker.store.erase import delete_predictions, erase_and_vacuum, lock_session

MAX_NAME_CHARACTERS: Final = 60
USER_NAME: Final = "you"


@dataclass(frozen=True, slots=True)
class ConsentEntry:
    """One entry as it is shown.

    id: its number. session: the session's uuid. who: the name that the user gave; empty once it is revoked. at: when they
    agreed. revoked_at: when they revoked it, None while it stands. faces: the numbers of their faces in that session.
    """

    id: int
    session: str
    who: str
    how: str
    at: datetime
    revoked_at: datetime | None
    faces: tuple[int, ...]

    @property
    def stands(self) -> bool:
        """Whether the person may be analysed."""
        return self.revoked_at is None


def add_consent(store: Store, session: str, who: str, how: schema.HowAsked, at: datetime) -> ConsentEntry:
    """Record that somebody agreed; the caller commits.

    Args:
        store: A session of the database, inside a transaction.
        session: The uuid of the session that it is for; it need not be stored.
        who: A name by which the user knows them, on one line of at most MAX_NAME_CHARACTERS; made printable, for it is what
            tells people apart.
        how: How they were asked.
        at: When they agreed.

    Raises:
        UsageError: The name is empty or too long, ``how`` is none of HOW_ASKED, or there is an entry for that name already.
    """
    name = printable(line(who, "A name"))
    if not 0 < len(name) <= MAX_NAME_CHARACTERS:
        raise UsageError(f"A name has 1 to {MAX_NAME_CHARACTERS} characters, this one has {len(name)}.")
    if how not in schema.HOW_ASKED:
        raise UsageError(f"Somebody is asked in one of these ways: {', '.join(schema.HOW_ASKED)}; not {how!r}.")
    for entry in list_consents(store, session):
        if entry.stands and entry.who.casefold() == name.casefold():
            raise UsageError(
                f"{name} has agreed for this session already (entry {entry.id}). Give somebody else of that name another one."
            )
    consent = schema.Consent(session=session, who=name, how=how, at=at)
    store.add(consent)
    store.flush()
    return _entry(consent)


def list_consents(store: Store, session: str | None = None) -> Sequence[ConsentEntry]:
    """All entries, or those for the session with this uuid, the oldest first; revoked ones are among them."""
    query = select(schema.Consent).order_by(schema.Consent.id)
    if session is not None:
        query = query.where(schema.Consent.session == session)
    return [_entry(consent) for consent in store.scalars(query)]


def add_consented_face(store: Store, consent: int, number: int) -> None:
    """Note that a face of the session is the person of a consent, so that revoking it finds their data; the caller commits.

    Raises:
        UnknownError: There is no such entry.
        UsageError: It was revoked.
    """
    if _find(store, consent).revoked_at is not None:
        raise UsageError(f"Entry {consent} was revoked: ask the person again, and add a new entry.")
    store.merge(schema.ConsentedFace(consent_id=consent, number=number))


def revoke_consent(database: Database, consent: int) -> None:
    """Revoke a consent, and delete that person's data at once, also from the files.

    Deleted are their readings, the moments and crops that were saved with a verdict, what was said of possible readings of
    theirs, and the markers that name them; what a
    running session has not written of them yet is not written. The entry stays without their name, and says when it was
    revoked. To revoke it once more changes nothing.

    Raises:
        UnknownError: There is no such entry.
        StoreError: As ``erase.erase_session``.
    """

    def work(store: Store) -> None:
        found = _find(store, consent)
        if found.revoked_at is not None:
            return
        session = store.scalar(select(schema.Session).where(schema.Session.uuid == found.session))
        if session is not None:
            lock_session(store, session.id)
            _delete_person(store, session, found)
        found.who, found.revoked_at = "", now()

    erase_and_vacuum(database, work)


def erase_consents(database: Database, session: str) -> None:
    """Delete all entries for the session with this uuid, revoked ones too, whether the session is stored or not.

    Raises:
        StoreError: As ``erase.erase_session``.
    """

    def work(store: Store) -> None:
        store.execute(delete(schema.Consent).where(schema.Consent.session == session))

    erase_and_vacuum(database, work)


def revoked_faces(store: Store, session: str) -> frozenset[int]:
    """The numbers of the faces of a session whose consent was revoked, and who have not agreed anew."""
    entries = list_consents(store, session)
    standing = {number for entry in entries if entry.stands for number in entry.faces}
    return frozenset(number for entry in entries if not entry.stands for number in entry.faces if number not in standing)


def require_not_revoked(store: Store, session: str, number: int) -> None:
    """UsageError if the person with this face, of the session with this uuid, took back their consent."""
    if number in revoked_faces(store, session):
        raise UsageError("This person does not agree any more: nothing of them is stored.")


def names_of_faces(store: Store, session: str) -> dict[int, str]:
    """What the user calls the people of a call: the numbers of their faces -> the name, of consents that stand.

    Only the user is seen in a call without an entry; where that can be nobody else, they are called USER_NAME.
    """
    entries, person = list_consents(store, session), schema.Participant
    moved = select(schema.ReadingMovements).where(schema.ReadingMovements.participant_id == person.id).exists()
    seen = store.scalars(select(person.number).join(schema.Session).where(schema.Session.uuid == session, moved))
    without_entry = set(seen) - {number for entry in entries for number in entry.faces}
    names = {number: entry.who for entry in entries if entry.stands for number in entry.faces}
    return names | (dict.fromkeys(without_entry, USER_NAME) if len(without_entry) == 1 else {})


def _find(store: Store, consent: int) -> schema.Consent:
    found = store.get(schema.Consent, consent, with_for_update=True)
    if found is None:
        raise UnknownError(f"There is no consent entry {consent}. `mien consent` lists those that there are.")
    return found


def _delete_person(store: Store, session: schema.Session, consent: schema.Consent) -> None:
    participant, marker = schema.Participant, schema.Marker
    numbers = [face.number for face in consent.faces]
    theirs = or_(participant.number.in_(numbers), func.lower(participant.label) == consent.who.lower())
    found = store.scalars(select(participant).where(participant.session_id == session.id, theirs)).all()
    every = {*numbers, *(each.number for each in found)}
    delete_predictions(store, schema.Prediction.session_id == session.id, schema.Prediction.face.in_(every))
    verdict = schema.ReadingVerdict
    store.execute(delete(verdict).where(verdict.session == session.uuid, verdict.number.in_(every)))
    store.execute(delete(participant).where(participant.id.in_([each.id for each in found])))
    named = names_in_text(consent.who)
    for each in session.markers:
        if named(each.text):
            store.execute(delete(marker).where(marker.id == each.id))


def _entry(consent: schema.Consent) -> ConsentEntry:
    faces = tuple(face.number for face in consent.faces)
    return ConsentEntry(consent.id, consent.session, consent.who, consent.how, consent.at, consent.revoked_at, faces)
