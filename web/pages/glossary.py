"""The page Glossary: every movement, reading and word that needs context, and the readings as the person wants them."""

from typing import Final

from flask import Blueprint, Response, render_template, request

from tracker.core.errors import UsageError
from tracker.motion.movements import MOVEMENTS
from tracker.readings.own_readings import TELLING_WORDS, OwnReadings, choose, load_shared, share, vocabulary
from tracker.readings.rules import RuleTable, own_file
from web.own_readings import keep_own_readings, own_readings, own_vocabulary, records_of
from web.storage import Storage

MAX_FILE_BYTES: Final = 200_000
"""Of readings that are loaded: ten times the shipped ones."""


def glossary_blueprint(storage: Storage) -> Blueprint:
    """The page, a file with the person's own readings, and what changes them.

    Args:
        storage: keeps the person's choices, and verdicts on readings.
    """
    blueprint = Blueprint("glossary", __name__)

    @blueprint.get("/glossary")
    def page() -> str:
        try:
            own, trouble = own_vocabulary(storage), None
        except UsageError as error:
            own, trouble = None, str(error)
        records = () if own is None else records_of(storage, own)
        return render_template(
            "glossary.html",
            movements=MOVEMENTS,
            vocabulary=own,
            trouble=trouble,
            records={record.id: record for record in records},
            tellings=TELLING_WORDS,
            has_loaded=own_readings(storage).loaded is not None,
            own_file=own_file(),
        )

    @blueprint.get("/glossary/readings.toml")
    def download() -> Response:
        headers = {"Content-Disposition": 'attachment; filename="readings.toml"'}
        return Response(share(own_readings(storage)), mimetype="application/toml", headers=headers)

    @blueprint.post("/api/readings")
    def tell() -> dict[str, str | float]:
        """A form {reading, told}: how readily a reading is told, from the next session on."""
        reading, told = request.form.get("reading", ""), request.form.get("told", "")
        own = choose(own_readings(storage), reading, told)
        keep_own_readings(storage, own)
        telling, threshold = own.told[reading], vocabulary(own).chosen.readings[reading].threshold
        return {"reading": reading, "told": telling, "words": TELLING_WORDS[telling], "threshold": threshold}

    @blueprint.post("/api/readings/file")
    def load() -> dict[str, int]:
        """A form {file}: somebody's readings.toml, laid over the person's own."""
        sent = request.files.get("file")
        text = b"" if sent is None else sent.read(MAX_FILE_BYTES + 1)
        if not text or len(text) > MAX_FILE_BYTES:
            raise UsageError(f"Choose a file with readings; it may have up to {MAX_FILE_BYTES // 1000} kB.")
        own = load_shared(own_readings(storage), text)
        keep_own_readings(storage, own)
        return {"readings": len((own.loaded or RuleTable()).readings)}

    @blueprint.delete("/api/readings/file")
    def unload() -> dict[str, bool]:
        """Remove everything that was loaded; what the person chose stays."""
        keep_own_readings(storage, OwnReadings(own_readings(storage).told))
        return {"ok": True}

    return blueprint
