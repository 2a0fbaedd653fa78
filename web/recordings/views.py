"""The page Recordings: videos that lie on this machine, analysed in the background; their results in History or as files."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final, Self

from flask import Blueprint, Response, render_template, request, send_file
from msgspec import Struct

from tracker.core.errors import MienError, UnknownError, UsageError
from tracker.core.paths import no_file, path_of
from tracker.core.private_files import private, private_folder
from tracker.core.records import JsonObject, as_json
from tracker.exports.files import MEDIA_TYPES
from tracker.live.face_tracking import Faces
from web.recordings.job import MAX_HZ, UNDER_WAY, Job, JobKind
from web.recordings.queue import Jobs
from web.request_values import real_number
from web.storage import Storage

MAX_COPY_GIGABYTES: Final = 4
"""Three hours of a call at 3 Mbit/s; what is larger need not be copied, a path does."""
MAX_COPY_BYTES: Final = MAX_COPY_GIGABYTES * 10**9
SPARE_BYTES: Final = 10**9
"""Bytes that a copy leaves free: for the result, and for everybody else."""
CHUNK_BYTES: Final = 2**20
MAX_NAME_BYTES: Final = 200
"""Bytes of a copy's name, so that there is room for what is written beside it."""
RESULT_FORMATS: Final = ("html", "csv", "jsonl", "parquet")


def recordings_blueprint(jobs: Jobs, storage: Storage) -> Blueprint:
    """The page and what it asks."""
    blueprint = Blueprint("recordings", __name__)

    @blueprint.get("/history/recordings")
    def page() -> str:
        return render_template("recordings.html", gigabytes=MAX_COPY_GIGABYTES, keeps=storage.is_persistent)

    @blueprint.get("/api/recordings")
    def listed() -> JsonObject:
        return {"jobs": [as_json(JobRecord.of(job)) for job in jobs.all()], "keeps": storage.is_persistent}

    @blueprint.post("/api/recordings")
    def by_path() -> JsonObject:
        """A form {path, hz, faces}: a video that is read where it is."""
        video, (hz, faces) = existing_file(request.form.get("path", "")), parse_options(request.form)
        return as_json(JobRecord.of(jobs.add(jobs.new_folder(), video, hz, faces, copied=False)))

    @blueprint.post("/api/recordings/copy")
    def copied() -> JsonObject:
        """The bytes of a video, its name, hz and faces in the address: written piece by piece, never held in memory."""
        return as_json(JobRecord.of(receive_copy(jobs)))

    @blueprint.post("/api/recordings/<id:name>/<what>")
    def change(name: str, what: str) -> JsonObject:
        """``cancel``, ``go-on`` or ``remove``."""
        change_named(jobs, what)(name)
        return {"ok": True}

    @blueprint.get("/history/recordings/<id:name>/file.<form>")
    def file(name: str, form: str) -> Response:
        job = jobs.job(name)
        path = jobs.recording(job).file(form)
        if form not in RESULT_FORMATS or job.kind != "done" or not path.exists():
            raise UnknownError("There is no such file of this recording: it was removed, or is in History.")
        return send_file(path.resolve(), mimetype=MEDIA_TYPES[form], as_attachment=True, download_name=path.name)

    return blueprint


def change_named(jobs: Jobs, what: str) -> Callable[[str], None]:
    """The change that an address names; UsageError for any other."""
    known = {"cancel": jobs.cancel, "go-on": jobs.go_on, "remove": jobs.remove}
    if what not in known:
        raise UsageError(f"The actions on a recording are {', '.join(known)}, not {what}.")
    return known[what]


def receive_copy(jobs: Jobs) -> Job:
    """Copy the request's bytes and add them as a job; whatever fails leaves no file."""
    hz, faces = parse_options(request.args)
    size = request.content_length or 0
    require_room(size, jobs)
    request.max_content_length = MAX_COPY_BYTES
    folder = jobs.new_folder()
    try:
        video = copy(request.stream, folder / "copy", plain_name(request.args.get("name", "")), size)
        return jobs.add(folder, video, hz, faces, copied=True)
    except BaseException:
        # Also when the page went away in the middle.
        jobs.discard(folder)
        raise


class JobRecord(Struct, frozen=True, kw_only=True):
    """A job as the page gets it, all of ``Job`` but its path; fields are named as in JSON.

    again: whether it can go on, or begin anew. words: how often and whose faces, for people. files: the endings of the results
    that can be downloaded.
    """

    id: str
    name: str
    hz: float
    faces: Faces
    copied: bool
    kind: JobKind
    message: str
    done: int
    total: int
    left: float | None
    session: str | None
    again: bool
    words: str
    under_way: bool
    files: tuple[str, ...]

    @classmethod
    def of(cls, job: Job) -> Self:
        """The job as it is now."""
        often = f"{job.hz:g} times a second" if job.hz else "every frame"
        return cls(
            id=job.id,
            name=job.name,
            hz=job.hz,
            faces=job.faces,
            copied=job.copied,
            kind=job.kind,
            message=job.message,
            done=job.done,
            total=job.total,
            left=job.left,
            session=job.session,
            again=job.kind == "interrupted" or (job.kind == "failed" and not job.copied),
            words=f"{often} · {'everybody' if job.faces == 'all' else 'own face'}",
            under_way=job.kind in UNDER_WAY,
            files=RESULT_FORMATS if job.kind == "done" and job.session is None else (),
        )


def existing_file(given: str) -> Path:
    """A file by its path, as a person types or pastes it; UsageError when there is none."""
    if not given.strip():
        raise UsageError("Enter the recording's path on this machine, or choose a file.")
    path = path_of(given)
    if not path.is_absolute():
        raise UsageError(f"Enter the absolute path, from the root of the disk; {str(path)!r} is relative.")
    if not path.is_file():
        raise UsageError(no_file(path))
    return path.resolve()


def parse_options(given: Any) -> tuple[float, Faces]:
    """Observations a second (0: every frame) and whose faces, from a form or an address; UsageError for anything else."""
    faces = given.get("faces", "own")
    hz = real_number(given.get("hz", "0"), "hz is a number of observations a second")
    if not 0 <= hz <= MAX_HZ or faces not in ("own", "all"):
        raise UsageError(f"hz is 0 (every frame) to {MAX_HZ:g} observations a second, and faces is own or all.")
    return hz, faces


def plain_name(given: str) -> str:
    """The last part of a file's name, whatever system it comes from."""
    name = given.replace("\\", "/").rpartition("/")[2].strip().lstrip(".")
    name = "".join(letter for letter in name if letter.isprintable())
    # The end tells the kind; half a letter at the cut is left out.
    return name.encode()[-MAX_NAME_BYTES:].decode(errors="ignore") or "recording"


def require_room(size: int, jobs: Jobs) -> None:
    """UsageError when a copy of so many bytes is too large, or the disk too full."""
    if not 0 < size <= MAX_COPY_BYTES:
        raise UsageError(
            f"The file may not be empty, and may have up to {MAX_COPY_GIGABYTES} GB. Enter the path of the file instead."
        )
    free = jobs.free_bytes()
    if size + SPARE_BYTES > free:
        raise UsageError(
            f"The disk has {free / 1e9:.1f} GB free, which is too little for a copy of {size / 1e9:.1f} GB."
            " Enter the path of the file instead, or free some space."
        )


def copy(stream: IO[bytes], folder: Path, name: str, size: int) -> Path:
    """Write what is sent to a file; MienError when the disk is full or the sending broke off."""
    path = folder / name
    try:
        private_folder(folder)
        with open(path, "wb", opener=private) as file:
            shutil.copyfileobj(stream, file, CHUNK_BYTES)
            arrived = file.tell()
    except OSError as error:
        raise MienError(
            f"{name} cannot be copied: {error.strerror or error}. Free some space, or enter its path instead."
        ) from error
    if arrived != size:
        raise UsageError(f"Only {arrived:,} of {size:,} bytes of {name} arrived. Choose the file again.")
    return path
