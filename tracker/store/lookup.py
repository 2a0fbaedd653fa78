"""Finding a session by what a person types of its id."""

from sqlalchemy import select
from sqlalchemy.orm import Session as Store

from tracker.errors import UnknownError, UsageError
from tracker.store import schema


def find(store: Store, uuid: str) -> schema.Session:
    """The session whose uuid this is, or begins with it; UnknownError when there is none, UsageError when more than one."""
    wanted = uuid.strip().lower()
    if not wanted:
        raise UsageError("Say which session: its id, or the beginning of it. `mien sessions` lists them.")
    beginning = schema.Session.uuid.startswith(wanted, autoescape=True)
    found = store.scalars(select(schema.Session).where(beginning).limit(2)).all()
    if not found:
        raise UnknownError(f"No session has an id that begins with {wanted!r}. `mien sessions` lists those that are kept.")
    if len(found) > 1:
        raise UsageError(f"More than one session has an id that begins with {wanted!r}. Give more of it.")
    return found[0]
