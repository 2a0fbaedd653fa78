"""A call of two minutes, made up: Ana, Ben, Cleo and the user, whose movements are those that a test wants."""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy.orm import Session as Store

from tracker.store.consents import add_consent, add_consented_face
from tracker.store.database import Database
from tracker.store.recorder import Recorder
from tracker.store.testing import BEGAN, beginning, call_row

CALL: Final = "cccccccc-0000"
SECONDS: Final = 120
ANA, BEN, CLEO, USER = 1, 2, 3, 4
NAMES: Final = {ANA: "Ana", BEN: "Ben", CLEO: "Cleo"}
"""Who agreed: of the user, who is seen as well, there is no consent entry."""
Shown = Iterable[tuple[int, str, float, float]]
"""(face, movement, from, to) in seconds of the session."""


def write_call(
    database: Database,
    shown: Shown,
    *,
    possible: Mapping[int, tuple[str, ...]] | None = None,
    marks: Mapping[float, str] | None = None,
    away: tuple[float, float] = (0.0, 0.0),
    unseen: tuple[str, ...] = (),
    uuid: str = CALL,
) -> None:
    """Store it, one observation a second; possible: None as at work. away: from when to when Ben is not seen."""
    told = list(shown)
    with Recorder(database, beginning(uuid, faces="all", hz=1.0, source="screen")) as recorder:
        for t in range(SECONDS):
            faces = {
                number: tuple(name for face, name, begin, end in told if face == number and begin <= t < end)
                for number in (*NAMES, USER)
                if number != BEN or not away[0] <= t < away[1]
            }
            recorder.write(call_row(t, faces, possible, unseen=unseen, hz=1.0))
        for at, text in (marks or {}).items():
            recorder.mark(text, at)

    def agree(store: Store) -> None:
        for number, name in NAMES.items():
            add_consented_face(store, add_consent(store, uuid, name, "chat", BEGAN).id, number)

    database.write(agree).result()
