"""The audit log: when others were analysed, in which mode and how many had agreed; nothing of what their faces showed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session as Store

from tracker.store import schema

SourceKind = Literal["camera", "file", "screen", "stream"]
"""Where frames came from: a camera, a recording or pictures, the screen, or a network stream."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One run in which others were analysed.

    ended_at: None while it runs, or if Mien was ended by force. people: how many had a standing consent entry when it ended.
    mode: work or private. source: its kind.
    """

    began_at: datetime
    ended_at: datetime | None
    people: int
    mode: str
    source: str


def begin_audit(store: Store, at: datetime, mode: str, source: SourceKind) -> int:
    """Record that an analysis of others begins; returns the entry's number. The caller commits."""
    entry = schema.Audit(began_at=at, people=0, mode=mode, source=source)
    store.add(entry)
    store.flush()
    return entry.id


def end_audit(store: Store, number: int, at: datetime, people: int) -> None:
    """Record that it ended, and how many people had agreed; nothing if the entry was erased meanwhile. The caller commits."""
    entry = store.get(schema.Audit, number)
    if entry is not None:
        entry.ended_at, entry.people = at, people


def list_audit(store: Store) -> Sequence[AuditEntry]:
    """All entries, the oldest first."""
    rows = store.scalars(select(schema.Audit).order_by(schema.Audit.began_at, schema.Audit.id))
    return [AuditEntry(row.began_at, row.ended_at, row.people, row.mode, row.source) for row in rows]
