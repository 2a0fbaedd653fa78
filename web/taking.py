"""What a person takes along of a session: a table, a report that prints, a plot."""

import re
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, send_file

from tracker.errors import UsageError
from tracker.store.lately import lately
from tracker.store.tables import record
from web.keeping import Keeping
from web.zone import zone

if TYPE_CHECKING:
    from tracker.exports.record import Record
    from tracker.exports.usual import Lately

KINDS: Final = {
    "csv": "text/csv",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
    "html": "text/html",
    "svg": "image/svg+xml",
}


def taking(keeping: Keeping) -> Blueprint:
    """The files of a session, made when they are asked for."""
    blueprint = Blueprint("taking", __name__)

    @blueprint.get("/history/<id:uuid>/file.<form>")
    def file(uuid: str, form: str) -> Response:
        if form not in KINDS:
            raise UsageError(f"A session is taken along as {', '.join(KINDS)}, not as {form}.")
        with ExitStack() as stack:
            path = Path(stack.enter_context(TemporaryDirectory())) / f"session.{form}"
            with keeping.reading() as store:
                kept = replace(record(store, uuid), zone=zone())
                # Rows are read from the store while the file is written.
                write(kept, path, form, lately(store, uuid) if form == "html" else None)
            name = f"{_plain(kept.title) or 'session'}-{kept.started_at.astimezone(kept.zone):%Y-%m-%d-%H%M}.{form}"
            answer = send_file(path, mimetype=KINDS[form], as_attachment=True, download_name=name, etag=False)
            answer.headers["Cache-Control"] = "no-store"
            # It is sent piece by piece, and goes when the page has it, or went away.
            answer.call_on_close(stack.pop_all().close)
            return answer

    return blueprint


def write(kept: "Record", path: Path, form: str, beside: "Lately | None") -> None:
    """A session as a file of one of KINDS; its report is put beside the person's last sessions."""
    from tracker.exports.files import export
    from tracker.exports.plots import plot
    from tracker.exports.report import write_report

    if form == "html":
        write_report(kept, path, beside)
    elif form == "svg":
        plot(kept, path)
    else:
        export(kept, path, form)


def _plain(title: str) -> str:
    """A title as part of a file's name."""
    return re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-").lower()
