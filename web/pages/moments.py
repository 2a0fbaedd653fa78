"""A live moment that a person chooses to speak of: the newest observation's faces, held for a verdict."""

from typing import Any

from flask import Blueprint

from tracker.core.errors import UsageError
from tracker.core.face import Observation, Reading
from tracker.store.uploads import ModelProvenance
from tracker.vision.analyzer import Classifier
from web.live.socket import Live
from web.pages.verdicts import PendingVerdict, PendingVerdicts


def moments_blueprint(live: Live, remembered: PendingVerdicts) -> Blueprint:
    """What the page Now asks."""
    blueprint = Blueprint("moments", __name__)

    @blueprint.post("/api/moment")
    def hold() -> dict[str, Any]:
        """The faces of the newest observation, each by a name for its verdict; UsageError when there are none."""
        newest = live.newest
        if newest is None or not newest[1].readings:
            raise UsageError("There is no face to speak of just now.")
        session, observation, classifier = newest
        judged = [of_reading(reading, observation, session, classifier) for reading in observation.readings]
        names = remembered.remember(judged)
        told = zip(observation.readings, names, strict=True)
        faces = [{"token": name, "id": reading.id, "expression": reading.face.words.expression} for reading, name in told]
        return {"t": observation.t, "faces": faces}

    return blueprint


def of_reading(reading: Reading, observation: Observation, session: str, classifier: Classifier) -> PendingVerdict:
    """A reading as a verdict may speak of it."""
    judge = ModelProvenance.of(classifier, reading.face.prediction)
    return PendingVerdict(reading.face, judge, reading.id, session=session, t=observation.t, origin="live")
