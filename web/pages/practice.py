"""The practice page: an expression is picked, and the page shows how the face reads and what its parts show."""

from collections.abc import Mapping
from itertools import groupby
from typing import Final

from flask import Blueprint, render_template

from tracker.live.practice import MOVEMENTS
from web.live.socket import LiveSocket
from web.pages.calibration import CALIBRATION_STEPS

OFTEN_SHOWN: Final[Mapping[str, str]] = {
    "neutral": "Brows, eyes and mouth as at rest.",
    "happy": "The corners of the mouth are drawn up, and the eyes are a little narrowed.",
    "surprise": "The brows are raised, the eyes are wide open, and the mouth is open.",
    "sad": "The brows are raised in the middle, and the corners of the mouth are drawn down.",
    "angry": "The brows are lowered, the eyes are narrowed, and the lips are pressed together.",
    "fear": "The brows are raised, the eyes are wide open, and the mouth is stretched.",
    "disgust": "The nose is wrinkled, the upper lip is raised, and the brows are lowered.",
}
"""Expression -> what faces that are read so often show: prototypes of the Facial Action Coding System, in everyday words."""


def practice_blueprint(live: LiveSocket) -> Blueprint:
    """The page, and leaving it. live: the session that is watched while somebody practises."""
    blueprint = Blueprint("practice", __name__)

    @blueprint.get("/practice")
    def page() -> str:
        parts = [(part, [each.name for each in moves]) for part, moves in groupby(MOVEMENTS, lambda each: each.part)]
        return render_template("practice.html", steps=CALIBRATION_STEPS, often_shown=OFTEN_SHOWN, parts=parts)

    @blueprint.post("/api/practice/leave")
    def leave() -> dict[str, bool]:
        """The page is left."""
        live.leave_practice()
        return {"ok": True}

    return blueprint
