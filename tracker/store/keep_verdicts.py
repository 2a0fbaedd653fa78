"""How much is in a store at all, for sentences that promise what is stored."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Store

from tracker.store import schema


def count_stored(store: Store) -> dict[str, int]:
    """What a person would call it -> how many, without what there is none of."""
    counts = {
        "session": func.count(schema.Session.id),
        "picture": func.count(schema.Picture.id),
        "verdict": func.count(schema.Verdict.id),
    }
    found = {name: store.scalar(select(count)) or 0 for name, count in counts.items()}
    return {name: count for name, count in found.items() if count}
