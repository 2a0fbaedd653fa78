"""The readings as the person has them, for all pages and live sessions, and how that is kept."""

from msgspec import to_builtins

from tracker.health.threshold_fit import ReadingRecord, reading_records
from tracker.readings.own_readings import READINGS_PREFERENCE, OwnReadings, Vocabulary, parse_own_readings, vocabulary
from tracker.readings.rules import ReadingRules
from tracker.store.reading_verdicts import list_reading_verdicts
from web.storage import Storage


def own_readings(storage: Storage) -> OwnReadings:
    """What the person chose and loaded; UsageError where what is stored is no such thing, StoreError from the database."""
    return parse_own_readings(storage.preference(READINGS_PREFERENCE))


def keep_own_readings(storage: Storage, own: OwnReadings) -> None:
    """Keep what the person chose and loaded, in place of what there was; StoreError as the database raises it."""
    storage.set_preference(READINGS_PREFERENCE, to_builtins(own))


def own_vocabulary(storage: Storage) -> Vocabulary:
    """All readings, with the person's choices and without; UsageError where a file of theirs cannot be used."""
    return vocabulary(own_readings(storage))


def rules_in_effect(storage: Storage) -> ReadingRules:
    """The rules that a session that begins now goes by; raises as ``own_vocabulary``."""
    return own_vocabulary(storage).chosen


def records_of(storage: Storage, own: Vocabulary) -> tuple[ReadingRecord, ...]:
    """What the stored verdicts say of each reading; empty without a database. StoreError if it cannot be read."""
    if storage.database is None:
        return ()
    with storage.reading() as store:
        return reading_records(list_reading_verdicts(store), own)
