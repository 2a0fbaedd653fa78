"""Keeps a call that is watched like its consent entries, which may also be revoked or erased elsewhere."""

import logging
from contextlib import suppress
from threading import Event as Signal
from threading import Lock, Thread
from typing import Final

from tracker.core.errors import MissingError, StoreError, UnknownError, UsageError
from tracker.live.consent_gate import USER
from tracker.live.controller import Controller
from tracker.live.events import Event, SessionBegan, SessionEnded
from web.storage import Storage

CHECK_SECONDS: Final = 2.0
"""Seconds between two looks at the entries."""


class ConsentWatch:
    """Masks whoever has no standing entry any more, and makes up for what could not be deleted at once.

    ``mien consent revoke``, an erased session and another Mien change entries without word. One thread looks while a call runs,
    and afterwards as long as something is still to be deleted.
    """

    def __init__(self, controller: Controller, storage: Storage) -> None:
        """Ready for a call."""
        self._controller, self._storage = controller, storage
        self._over, self._closed = Signal(), Signal()
        self._lock = Lock()
        self._owed: set[int] = set()

    def consume(self, event: Event) -> None:
        """A call begins or ends."""
        match event:
            case SessionBegan(request=request):
                self._over.set()
                if request.is_call and self._storage.database is not None:
                    over = self._over = Signal()
                    Thread(target=self._watch, args=[over, event.session], name="consents", daemon=True).start()
            case SessionEnded():
                self._over.set()

    def owes(self, consent: int) -> bool:
        """Whether this entry was revoked, and its person's data could not be deleted so far."""
        with self._lock:
            return consent in self._owed

    def delete(self, consent: int) -> None:
        """Revoke an entry in the database, with all that belongs to it.

        Raises:
            StoreError: It could not be written; it is tried again until Mien closes.
        """
        from tracker.store.consents import revoke_consent

        with self._lock:
            self._owed.add(consent)
        try:
            # Erased meanwhile, with what belonged to it.
            with suppress(UnknownError):
                revoke_consent(self._storage.require(), consent)
        except StoreError as error:
            raise StoreError(
                f"This person is not looked at any more, but what is stored of them is not deleted yet: {error} Mien tries"
                " again until it is closed."
            ) from error
        with self._lock:
            self._owed.discard(consent)

    def close(self) -> None:
        """Mien ends: try once more what is still to be deleted."""
        self._over.set()
        self._closed.set()
        for consent in self._all_owed():
            try:
                self.delete(consent)
            except MissingError:
                logging.getLogger(__name__).warning(
                    "mien: Data of somebody who took their consent back is not deleted: run mien consent revoke %s.", consent
                )

    def _watch(self, over: Signal, session: str) -> None:
        while not over.wait(CHECK_SECONDS):
            self.check(session)
            self._delete_owed()
        while self._all_owed() and not self._closed.wait(CHECK_SECONDS):
            self._delete_owed()

    def _all_owed(self) -> list[int]:
        with self._lock:
            return sorted(self._owed)

    def _delete_owed(self) -> None:
        for consent in self._all_owed():
            with suppress(StoreError):
                self.delete(consent)

    def check(self, session: str) -> None:
        """Mask those on the call of this session whose entries do not stand; nothing where the database cannot be read."""
        from tracker.store.consents import list_consents

        call = self._controller.call
        if call is None or call.session != session:
            return
        # First: whoever is among them has an entry that is written already.
        people = call.people.keys() - {USER}
        with suppress(MissingError), self._storage.reading() as store:
            standing = {entry.id for entry in list_consents(store, session) if entry.stands}
            for person in people - standing:
                # Somebody may have revoked it on a page meanwhile.
                with suppress(UsageError):
                    self._controller.revoke(person)
