"""Writes the audit log beside sessions that are stored: an entry when an analysis of others begins, and its end."""

from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy.orm import Session as Store

from tracker.config.settings import Mode
from tracker.core.vocabulary import DEMO_SOURCES, ZOOM_SOURCE
from tracker.live.state import WINDOW
from tracker.sources.screen import is_screen
from tracker.store.audit import SourceKind, begin_audit, end_audit
from tracker.store.consents import list_consents
from tracker.store.database import Database


@dataclass(frozen=True, slots=True)
class AuditedRun:
    """An entry that waits for its end. Nothing here waits for the database; what it cannot write is missing from the log."""

    database: Database
    session: str
    entry: Future[int]

    @classmethod
    def begin(
        cls, database: Database, session: str, *, faces: str, mode: Mode | None, source: str, live: bool, at: datetime
    ) -> Self | None:
        """Write that others are analysed from now on.

        Args:
            database: It is open.
            session: The session's uuid, whose consents are counted in the end; it is not written into the log.
            faces: own or all.
            mode: The setting; None is work.
            source: As the settings have it.
            live: Whether the session's seconds go by the clock, and not by a file.
            at: When it began.

        Returns:
            None where only the own face is analysed, or what Mien draws itself.
        """
        if faces != "all" or source in DEMO_SOURCES:
            return None
        kind = source_kind(source, live=live)
        return cls(database, session, database.write(lambda store: begin_audit(store, at, mode or "work", kind)))

    def end(self, at: datetime) -> None:
        """Write that it ended, and how many people have agreed until then."""

        def work(store: Store) -> None:
            # The writer's work goes on in order, so the entry is there, or could not be written.
            people = sum(consent.stands for consent in list_consents(store, self.session))
            end_audit(store, self.entry.result(), at, people)

        self.database.write(work)


def source_kind(source: str, *, live: bool) -> SourceKind:
    """What kind of source an analysis of others has."""
    if not live:
        return "file"
    if is_screen(source) or source == WINDOW:
        return "screen"
    return "stream" if "://" in source or source == ZOOM_SOURCE else "camera"
