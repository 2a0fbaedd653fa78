"""The question where somebody uses Mien, which stands where others are watched, and in Settings."""

from typing import Final

from flask import Blueprint, request

from tracker.config.settings import Mode, Settings
from tracker.core.errors import UsageError
from web.dependencies import effective_mode
from web.storage import Storage

MODE_WORDS: Final[dict[Mode, str]] = {"work": "at work or in education", "private": "in private"}
"""What each answer is called."""


def mode_blueprint(settings: Settings, storage: Storage) -> Blueprint:
    """The answer, for the templates that ask, and the address that takes it.

    Args:
        settings: where whoever started Mien may have answered already.
        storage: keeps the answer.
    """
    blueprint = Blueprint("mode", __name__)

    @blueprint.app_context_processor
    def asked() -> dict[str, object]:
        return {"modes": MODE_WORDS.items(), "mode_now": lambda: effective_mode(settings, storage), "mode_fixed": settings.mode}

    @blueprint.post("/api/mode")
    def answer() -> dict[str, str]:
        """A form {mode}: it holds from the next session, picture and recording on, for all pages."""
        if settings.mode is not None:
            raise UsageError(f"Mien was started with the mode {settings.mode}. Start it without, to choose here.")
        storage.set_mode(request.form.get("mode", ""))
        return {"mode": str(storage.mode), "words": MODE_WORDS[storage.mode or "work"]}

    return blueprint
