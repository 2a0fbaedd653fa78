"""The page Settings, and the question how long results are kept, which is asked before anything is stored."""

from collections.abc import Callable
from typing import Final

from flask import Blueprint, render_template, request

from tracker.config.settings import Retention
from tracker.store.database import data_folder
from web.storage import Storage

RETENTION_WORDS: Final[dict[Retention, str]] = {
    "nothing": "keep nothing",
    "session": "until Mien is closed",
    "24h": "24 hours",
    "30d": "30 days",
    "forever": "until I erase it",
}
"""What each choice is called."""


def settings_blueprint(storage: Storage, decided: Callable[[], None], guests: str) -> Blueprint:
    """The page, and the answer to the question.

    Args:
        storage: what is stored, and for how long.
        decided: called after the person has answered.
        guests: a sentence that says where the pages can be opened beside this machine, or empty.
    """
    blueprint = Blueprint("settings", __name__)

    @blueprint.app_context_processor
    def asked() -> dict[str, object]:
        """For the question, which stands on several pages."""
        may = {"may_keep": storage.database is not None, "kept_where": storage.location, "kept_words": lambda: storage.sentence}
        return {"retentions": RETENTION_WORDS.items(), "chosen": storage.retention} | may

    @blueprint.get("/settings")
    def page() -> str:
        server = storage.database and storage.database.remote_host
        places = {"place": storage.name, "server": server, "data": data_folder(), "guests": guests}
        return render_template("settings.html", trouble=storage.error, **places)

    @blueprint.post("/api/retention")
    def decide() -> dict[str, str | None]:
        """A form {retention}: how long results are kept, those that are stored already among them."""
        storage.set_retention(request.form.get("retention", ""))
        decided()
        return {
            "retention": storage.retention,
            "words": RETENTION_WORDS[storage.retention or "nothing"],
            "stored": storage.sentence,
        }

    return blueprint
