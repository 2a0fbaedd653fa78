"""The page Recordings: videos that lie on this machine, analysed in the background; their results in History or as files."""

import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Final

from flask import Blueprint, Response, render_template, request, send_file

from tracker.core.errors import MienError, UnknownError, UsageError
from tracker.core.paths import no_file, path_of
from tracker.core.private_files import private, private_folder
from tracker.exports.files import MEDIA_TYPES
from tracker.live.face_tracking import Faces
from web.recordings.job import UNDER_WAY, Job
from web.recordings.queue import Jobs
from web.request_values import real_number
from web.storage import Storage

LARGEST_GIGABYTES: Final = 4
"""Three hours of a call at 3 Mbit/s; what is larger need not be copied, a path does."""
LARGEST: Final = LARGEST_GIGABYTES * 10**9
SPARE: Final = 10**9
"""Bytes that a copy leaves free: for the result, and for everybody else."""
PIECE: Final = 2**20
LONGEST_NAME: Final = 200
"""Bytes of a copy's name, so that there is room for what is written beside it."""
FILES: Final = ("html", "csv", "jsonl", "parquet")
MOST_HZ: Final = 60.0


def recordings(jobs: Jobs, storage: Storage) -> Blueprint:
    """The page and what it asks."""
    blueprint = Blueprint("recordings", __name__)

    @blueprint.get("/history/recordings")
    def page() -> str:
        return render_template("recordings.html", gigabytes=LARGEST_GIGABYTES, keeps=storage.keeps)

    @blueprint.get("/api/recordings")
    def listed() -> dict[str, Any]:
        return {"jobs": [told(job) for job in jobs.all()], "keeps": storage.keeps}

    @blueprint.post("/api/recordings")
    def by_path() -> dict[str, Any]:
        """A form {path, hz, faces}: a video that is read where it lies."""
        video, (hz, faces) = file_at(request.form.get("path", "")), wishes(request.form)
        return told(jobs.add(jobs.new_folder(), video, hz, faces, copied=False))

    @blueprint.post("/api/recordings/copy")
    def copied() -> dict[str, Any]:
        """The bytes of a video, its name, hz and faces in the address: written piece by piece, never held in memory."""
        return told(taken(jobs))

    @blueprint.post("/api/recordings/<id:name>/<what>")
    def change(name: str, what: str) -> dict[str, Any]:
        """``cancel``, ``go-on`` or ``remove``."""
        change_of(jobs, what)(name)
        return {"ok": True}

    @blueprint.get("/history/recordings/<id:name>/file.<form>")
    def file(name: str, form: str) -> Response:
        job = jobs.job(name)
        path = jobs.recording(job).file(form)
        if form not in FILES or job.kind != "done" or not path.exists():
            raise UnknownError("There is no such file of this recording: it was removed, or is in History.")
        return send_file(path.resolve(), mimetype=MEDIA_TYPES[form], as_attachment=True, download_name=path.name)

    return blueprint


def change_of(jobs: Jobs, what: str) -> Callable[[str], None]:
    """What a person may do with one of the list."""
    known = {"cancel": jobs.cancel, "go-on": jobs.go_on, "remove": jobs.remove}
    if what not in known:
        raise UsageError(f"A recording is told to {', '.join(known)}, not to {what}.")
    return known[what]


def taken(jobs: Jobs) -> Job:
    """The request's bytes as a job of their own, or nothing of them."""
    hz, faces = wishes(request.args)
    size = request.content_length or 0
    require_room(size, jobs)
    request.max_content_length = LARGEST
    folder = jobs.new_folder()
    try:
        video = copy(request.stream, folder / "copy", plain_name(request.args.get("name", "")), size)
        return jobs.add(folder, video, hz, faces, copied=True)
    except BaseException:
        # Also when the page went away in the middle.
        jobs.discard(folder)
        raise


def told(job: Job) -> dict[str, Any]:
    """A job as the page shows it."""
    members = asdict(job)
    del members["video"]
    often = f"{job.hz:g} times a second" if job.hz else "every frame"
    words = f"{often} · {'everybody' if job.faces == 'all' else 'own face'}"
    offered = FILES if job.kind == "done" and job.session is None else ()
    more = {"again": job.kind == "interrupted" or (job.kind == "failed" and not job.copied)}
    return members | more | {"words": words, "under_way": job.kind in UNDER_WAY, "files": offered}


def file_at(given: str) -> Path:
    """A file by its path, as a person types or pastes it; UsageError when there is none."""
    if not given.strip():
        raise UsageError("Say which recording: its path on this machine, or choose a file.")
    path = path_of(given)
    if not path.is_absolute():
        raise UsageError(f"Write the whole path, from the root of the disk on: {str(path)!r} could be anywhere.")
    if not path.is_file():
        raise UsageError(no_file(path))
    return path.resolve()


def wishes(given: Any) -> tuple[float, Faces]:
    """How often (0: every frame) and whose faces; UsageError for what is neither."""
    faces = given.get("faces", "own")
    hz = real_number(given.get("hz", "0"), "How often is a number of times a second")
    if not 0 <= hz <= MOST_HZ or faces not in ("own", "all"):
        raise UsageError(f"How often is 0 (every frame) to {MOST_HZ:g} times a second, and faces are own or all.")
    return hz, faces


def plain_name(given: str) -> str:
    """The last part of a file's name, whatever system it comes from."""
    name = given.replace("\\", "/").rpartition("/")[2].strip().lstrip(".")
    name = "".join(letter for letter in name if letter.isprintable())
    # The end tells the kind; half a letter at the cut is left out.
    return name.encode()[-LONGEST_NAME:].decode(errors="ignore") or "recording"


def require_room(size: int, jobs: Jobs) -> None:
    """UsageError when a copy of so many bytes is too large, or the disk too full."""
    if not 0 < size <= LARGEST:
        raise UsageError(f"A copy may have up to {LARGEST_GIGABYTES} GB, and not be empty. Give the path of the file instead.")
    free = jobs.free()
    if size + SPARE > free:
        raise UsageError(
            f"The disk has {free / 1e9:.1f} GB free, which is too little for a copy of {size / 1e9:.1f} GB."
            " Give the path of the file instead, or make room."
        )


def copy(stream: IO[bytes], folder: Path, name: str, size: int) -> Path:
    """Write what is sent to a file; MienError when the disk is full or the sending broke off."""
    path = folder / name
    try:
        private_folder(folder)
        with open(path, "wb", opener=private) as file:
            shutil.copyfileobj(stream, file, PIECE)
            arrived = file.tell()
    except OSError as error:
        raise MienError(f"{name} cannot be copied: {error.strerror or error}. Make room, or give its path instead.") from error
    if arrived != size:
        raise UsageError(f"Of {name} only {arrived:,} of {size:,} bytes arrived. Choose it again.")
    return path
