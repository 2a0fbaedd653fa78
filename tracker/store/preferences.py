"""What the person has decided, by name, kept with what it concerns."""

from typing import Any

from sqlalchemy.orm import Session as Store

from tracker.store import schema


def get_preference(store: Store, name: str) -> Any:
    """What was decided, as JSON has it; None if nothing was."""
    found = store.get(schema.Preference, name)
    return None if found is None else found.value


def set_preference(store: Store, name: str, value: Any) -> None:
    """Decide; what was decided before is forgotten."""
    store.merge(schema.Preference(name=name, value=value))
