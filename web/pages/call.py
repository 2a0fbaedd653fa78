"""The page Call: who of the others on a call agreed, what their faces show, and what that may mean."""

from typing import Final

from flask import Blueprint, render_template

from tracker.config.settings import Settings
from tracker.consent.words import chat_words
from tracker.store.consents import MAX_NAME_CHARACTERS
from web.own_readings import rules_in_effect
from web.storage import Storage

HOW_WORDS: Final = {"chat": "in the chat", "aloud": "aloud", "writing": "in writing, before the call"}
"""Each of ``tracker.store.schema.HOW_ASKED`` -> as the page offers it."""


def call_blueprint(settings: Settings, storage: Storage) -> Blueprint:
    """The page; what it shows comes over the live connection (web/live/call.py).

    Args:
        settings: how often is looked.
        storage: which readings the person wants told.
    """
    blueprint = Blueprint("call", __name__)

    @blueprint.get("/call")
    def page() -> str:
        return render_template(
            "call.html",
            settings=settings,
            chat_words=chat_words,
            how_asked=HOW_WORDS,
            name_letters=MAX_NAME_CHARACTERS,
            readings={name: rule.name for name, rule in rules_in_effect(storage).enabled.items()},
        )

    return blueprint
