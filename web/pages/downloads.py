"""Downloads of a session: a table, a report for printing, a plot."""

import re
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request, send_file

from tracker.core.errors import UsageError
from tracker.exports.files import MEDIA_TYPES
from tracker.exports.from_database import read_session_data
from tracker.reports.earlier_sessions import read_earlier_sessions
from tracker.reports.leave_out import LEFT_OUT_WORDS, LeftOut
from web.pages.history import MAX_QUOTED
from web.pages.time_zone import zone
from web.storage import Storage

if TYPE_CHECKING:
    from tracker.exports.session_data import SessionData
    from tracker.reports.personal_range import EarlierSessions


PASSED_ON_NAME: Final = "session-report.html"
"""What a report that leaves something out is called: its name tells neither title nor time."""


def downloads_blueprint(storage: Storage) -> Blueprint:
    """The files of a session; each is made when it is asked for."""
    blueprint = Blueprint("downloads", __name__)

    @blueprint.get("/history/<id:uuid>/file.<form>")
    def session_file(uuid: str, form: str) -> Response:
        # Rows are read from the store while the file is written.
        with storage.reading() as store:
            kept = read_session_data(store, uuid)
            return session_download(kept, form, read_earlier_sessions(store, uuid) if form == "html" else None)

    return blueprint


def session_download(kept: "SessionData", form: str, beside: "EarlierSessions | None" = None) -> Response:
    """A session as a file to save, in the person's time zone, without what the request's ``leave_out`` names.

    Raises:
        UsageError: ``form`` is none of MEDIA_TYPES, or there is no such thing to leave out.
    """
    if form not in MEDIA_TYPES:
        raise UsageError(f"The formats of an export are {', '.join(MEDIA_TYPES)}, not {form}.")
    leave_out = leave_out_parameter()
    kept = replace(kept, zone=zone())
    with ExitStack() as stack:
        path = Path(stack.enter_context(TemporaryDirectory())) / f"session.{form}"
        write_session_file(kept, path, form, beside, leave_out)
        title = re.sub(r"[^A-Za-z0-9]+", "-", kept.title).strip("-").lower()
        name = f"{title or 'session'}-{kept.started_at.astimezone(kept.zone):%Y-%m-%d-%H%M}.{form}"
        if leave_out:
            name = PASSED_ON_NAME
        answer = send_file(path, mimetype=MEDIA_TYPES[form], as_attachment=True, download_name=name, etag=False)
        answer.headers["Cache-Control"] = "no-store"
        # The file is sent in pieces. It is deleted once the browser has it, or has gone.
        answer.call_on_close(stack.pop_all().close)
        return answer


def leave_out_parameter() -> tuple[LeftOut, ...]:
    """What a report leaves out; UsageError if there is no such thing."""
    wanted = request.args.getlist("leave_out")
    if unknown := set(wanted) - set(LEFT_OUT_WORDS):
        raise UsageError(f"A report may leave out {', '.join(LEFT_OUT_WORDS)}, not {min(unknown)[:MAX_QUOTED]!r}.")
    return tuple(known for known in LEFT_OUT_WORDS if known in wanted)


def write_session_file(
    kept: "SessionData", path: Path, form: str, beside: "EarlierSessions | None", leave_out: tuple[LeftOut, ...] = ()
) -> None:
    """Write a session to a file.

    Args:
        kept: the session.
        path: the file.
        form: one of MEDIA_TYPES.
        beside: the person's earlier sessions, with which a report compares it.
        leave_out: what a report leaves out.
    """
    from tracker.exports.files import export_session
    from tracker.reports.html_report import write_report
    from tracker.reports.plots import write_plot

    if form == "html":
        write_report(kept, path, beside, leave_out)
    elif form == "svg":
        write_plot(kept, path)
    else:
        export_session(kept, path, form)
