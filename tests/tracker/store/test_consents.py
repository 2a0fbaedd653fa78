"""Consent entries: added, listed, revoked with the person's data; and the audit log."""

from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UnknownError, UsageError
from tracker.store import schema
from tracker.store.audit import AuditEntry, begin_audit, end_audit, list_audit
from tracker.store.consents import add_consent, add_consented_face, list_consents, revoke_consent
from tracker.store.database import Database
from tracker.store.erase import erase_everything, erase_session
from tracker.store.recorder import Recorder
from tracker.store.retention import apply_retention
from tracker.store.testing import BEGAN, JUDGE, beginning, row
from tracker.store.uploads import get_or_add_model

A: Final = "aaaaaaaa-1111"
WHO: Final = "Quillon Brandreth"


def agree(database: Database, who: str = WHO, session: str = A, *faces: int) -> int:
    """The number of a new entry for a person with these faces."""

    def work(store: Store) -> int:
        entry = add_consent(store, session, who, "chat", BEGAN)
        for number in faces:
            add_consented_face(store, entry.id, number)
        return entry.id

    return database.write(work).result()


def moment_with_verdict(database: Database, number: int, crop: bytes) -> None:
    """A moment of a face of session A that was saved with a verdict."""

    def work(store: Store) -> None:
        session = store.scalars(select(schema.Session)).one()
        verdict = schema.Verdict(said="sad", at=BEGAN, origin="live")
        store.add(
            schema.Prediction(
                session_id=session.id, face=number, t=1.0, at=BEGAN, model=get_or_add_model(store, JUDGE, BEGAN),
                prior="default", threshold=0.5, box=(0, 0, 9, 9), found="detected", expression="happy", confidence=0.9,
                scores=(0.1,) * 7, heads={}, light=99.0, crop=crop, verdict=verdict,
            )
        )  # fmt: skip

    database.write(work).result()


def test_an_entry_says_who_when_how_and_for_which_session(database: Database) -> None:
    """It is listed for its session; a second entry for the same person there, and what is no name or way, are refused."""
    number = agree(database, f"  {WHO} ", A, 2)
    agree(database, WHO, "another")
    with database.session() as store:
        (entry,) = list_consents(store, A)
        assert len(list_consents(store)) == 2
    assert (entry.id, entry.who, entry.how, entry.at, entry.faces, entry.stands) == (number, WHO, "chat", BEGAN, (2,), True)
    for who, sentence in ((WHO.upper(), "already"), ("", "1 to 60"), ("x" * 61, "1 to 60"), ("\0", "NUL")):
        with pytest.raises(UsageError, match=sentence):
            agree(database, who)
    with pytest.raises(UsageError, match="one of these ways"):
        database.write(lambda store: add_consent(store, A, "Ann", "guessed", BEGAN)).result()  # type: ignore[arg-type]


def test_revoking_deletes_the_person_and_keeps_an_empty_entry(database: Database) -> None:
    """Readings, saved moments and markers that name them go at once; everybody else's stay, and so does what comes of them."""
    with Recorder(database, beginning(A)) as recorder:
        for n in range(4):
            recorder.write(row(n, (1, 2, 3), shapes=True))
        recorder.mark(f"{WHO.lower()} laughed", t=1.0)
        recorder.mark("Quillon Brandreths left", t=1.5)
        recorder.flush()
        for number in (1, 2):
            moment_with_verdict(database, number, b"crop")
        first, _ = agree(database, WHO, A, 2), agree(database, "Ann", A, 3)
        revoke_consent(database, first)
        revoke_consent(database, first)
        # What was on its way, and what would still come of them.
        recorder.write(row(4, (1, 2, 3), shapes=True))
    with database.session() as store:
        readings = select(schema.Participant.number, func.count()).join(schema.Reading).group_by(schema.Participant.number)
        assert {row[0]: row[1] for row in store.execute(readings)} == {1: 5, 3: 5}
        assert store.scalars(select(schema.Prediction.face)).all() == [1]
        assert store.scalar(select(func.count()).select_from(schema.Verdict)) == 1
        assert store.scalars(select(schema.Marker.text)).all() == ["Quillon Brandreths left"]
        revoked, other = list_consents(store, A)
    assert (revoked.who, revoked.stands, revoked.session, other.who, other.stands) == ("", False, A, "Ann", True)
    assert revoked.revoked_at is not None
    with pytest.raises(UsageError, match="was revoked"):
        database.write(lambda store: add_consented_face(store, first, 7)).result()
    with pytest.raises(UnknownError, match="no consent entry 99"):
        revoke_consent(database, 99)


def test_who_agrees_anew_is_kept_again(database: Database) -> None:
    """A new entry for the same face lets its readings into the store from then on."""
    with Recorder(database, beginning(A)) as recorder:
        recorder.write(row(0, (1, 2)))
        recorder.flush()
        revoke_consent(database, agree(database, WHO, A, 2))
        recorder.write(row(1, (1, 2)))
        recorder.flush()
        agree(database, WHO, A, 2)
        recorder.write(row(2, (1, 2)))
    with database.session() as store:
        times = select(schema.Observation.t).join(schema.Reading).join(schema.Participant).where(schema.Participant.number == 2)
        assert store.scalars(times).all() == [1.0]


def test_no_byte_of_who_revoked_is_left(tmp_path: Path) -> None:
    """Neither the file nor its log holds their name or their crop, while the database is still open."""
    path, crop = tmp_path / "mien.db", b"bytes of a face" * 400
    with Database(f"sqlite:///{path}") as database:
        with Recorder(database, beginning(A)) as recorder:
            recorder.write(row(2, (1, 2)))
            recorder.mark(f"ask {WHO}", t=1.0)
        moment_with_verdict(database, 2, crop)
        number = agree(database, WHO, A, 2)

        def left() -> list[bool]:
            files = [file.read_bytes() for file in path.parent.glob(f"{path.name}*")]
            return [any(trace in file for file in files) for trace in (WHO.encode(), crop[:40], crop[-40:])]

        assert left() == [True] * 3
        revoke_consent(database, number)
        assert left() == [False] * 3


def test_entries_go_with_their_session(database: Database) -> None:
    """Who agreed in a session is erased with it, and when its time is over; entries of other sessions stay."""
    for uuid in (A, "bbbbbbbb"):
        with Recorder(database, beginning(uuid, "24h")) as recorder:
            recorder.write(row(0))
    for uuid in (A, "bbbbbbbb", "not stored"):
        agree(database, WHO, uuid, 1)
    erase_session(database, A)
    with database.session() as store:
        assert [entry.session for entry in list_consents(store)] == ["bbbbbbbb", "not stored"]
        later = store.scalars(select(schema.Session.keep_until)).one()
    assert later is not None
    database.write(lambda store: apply_retention(store, later)).result()
    with database.session() as store:
        assert [entry.session for entry in list_consents(store)] == ["not stored"]


def test_the_audit_log_has_runs_without_expressions(database: Database) -> None:
    """It has beginning, end, people, mode and kind of source, survives its session, and goes with everything."""
    later = BEGAN + timedelta(hours=1)
    first = database.write(lambda store: begin_audit(store, BEGAN, "work", "camera")).result()
    database.write(lambda store: begin_audit(store, later, "private", "file")).result()
    database.write(lambda store: end_audit(store, first, later, 3)).result()
    agree(database)
    with database.session() as store:
        assert list_audit(store) == [
            AuditEntry(BEGAN, later, 3, "work", "camera"), AuditEntry(later, None, 0, "private", "file"),
        ]  # fmt: skip
    erase_everything(database)
    database.write(lambda store: end_audit(store, first, later, 3)).result()
    with database.session() as store:
        assert (list_audit(store), list_consents(store)) == ([], [])
