"""Finding a session by what a person types of its id."""

import re
from typing import Final

from sqlalchemy import ColumnElement, false, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UnknownError, UsageError
from tracker.store import schema

SESSION_ID: Final = re.compile(r"[0-9a-z-]{1,64}")
"""A uuid in small letters, or the beginning of one."""
MAX_QUOTED_ID: Final = 64
"""Letters of what was wanted that a sentence repeats."""


def id_begins_with(column: InstrumentedAttribute[str], wanted: str) -> ColumnElement[bool]:
    """Whether ids begin so; none does with what cannot be of an id, which databases might not even take for a pattern."""
    return column.startswith(wanted, autoescape=True) if SESSION_ID.fullmatch(wanted) else false()


def find_session(store: Store, uuid: str) -> schema.Session:
    """The session whose uuid this is, or begins with it; UnknownError when there is none, UsageError when more than one."""
    wanted = uuid.strip().lower()
    if not wanted:
        raise UsageError("Say which session: its id, or the beginning of it. `mien sessions` lists them.")
    found = store.scalars(select(schema.Session).where(id_begins_with(schema.Session.uuid, wanted)).limit(2)).all()
    wanted = wanted[:MAX_QUOTED_ID]
    if not found:
        raise UnknownError(f"No session has an id that begins with {wanted!r}. `mien sessions` lists those that are kept.")
    if len(found) > 1:
        raise UsageError(f"More than one session has an id that begins with {wanted!r}. Give more of it.")
    return found[0]
