"""Finding a session by what a person typed of its id, and how far a session has come."""

import re
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, false, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UnknownError, UsageError
from tracker.store import schema

ID_PREFIX: Final = re.compile(r"[0-9a-z-]{1,64}")
"""A uuid in small letters, or the beginning of one."""
MAX_QUOTED_ID: Final = 64
"""Characters of what was typed that an error repeats."""


def id_begins_with(column: InstrumentedAttribute[str], prefix: str) -> ColumnElement[bool]:
    """The condition that an id begins so; false for what no id can contain, which a database might not even take."""
    return column.startswith(prefix, autoescape=True) if ID_PREFIX.fullmatch(prefix) else false()


def find_session(store: Store, uuid: str) -> schema.Session:
    """The session whose uuid this is, or begins with this.

    Raises:
        UnknownError: There is none.
        UsageError: There is more than one, or ``uuid`` is empty.
    """
    prefix = uuid.strip().lower()
    if not prefix:
        raise UsageError("Say which session: its id, or the beginning of it. `mien sessions` lists them.")
    found = store.scalars(select(schema.Session).where(id_begins_with(schema.Session.uuid, prefix)).limit(2)).all()
    prefix = prefix[:MAX_QUOTED_ID]
    if not found:
        raise UnknownError(f"No session has an id that begins with {prefix!r}. `mien sessions` lists those that are kept.")
    if len(found) > 1:
        raise UsageError(f"More than one session has an id that begins with {prefix!r}. Give more of it.")
    return found[0]


def last_observation(store: Store, session: schema.Session) -> tuple[float, datetime] | None:
    """When a session observed last, in seconds since it began and by the clock; None if it has not observed yet."""
    times = select(schema.Observation.t, schema.Observation.at).where(schema.Observation.session_id == session.id)
    found = store.execute(times.order_by(schema.Observation.t.desc()).limit(1)).first()
    return None if found is None else (found[0], found[1])


def is_empty_session(store: Store, session: schema.Session) -> bool:
    """Whether a session holds nothing to look back at: no observation (no camera opened), title, note or marker."""
    return not (session.title or session.notes or session.markers or last_observation(store, session))
