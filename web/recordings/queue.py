"""Recordings that the pages ask for, analysed one after the other; those that Mien's end interrupted can go on."""

import json
import shutil
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from threading import RLock
from time import monotonic
from typing import Any, Final
from uuid import uuid4

from tracker.batch.analyze_recording import Recording, finished
from tracker.config.settings import Settings
from tracker.core.address import readable
from tracker.core.errors import OUR_MISTAKE, BusyError, MienError, StoreError, UnknownError, UsageError
from tracker.core.private_files import private_folder, write_private
from tracker.core.thread_failures import tell_failure
from tracker.exports.files import whole_file
from tracker.live.face_tracking import Faces
from web.recordings.job import GONE, INTERRUPTED, KEPT, ORDER, PACE, TAKEN, UNDER_WAY, Job, time_left, without
from web.recordings.leftovers import left, tidy
from web.recordings.locks import RecordingLocks
from web.recordings.worker import Child, News
from web.storage import Storage

MAX_JOBS: Final = 100
"""Recordings that wait or are analysed: more than a shelf that a person goes through by hand."""


class Jobs:
    """Their folder holds one for each: the order, a copied video, the files of the analysis. Any thread may call."""

    def __init__(self, storage: Storage, settings: Settings, folder: Path) -> None:
        self._storage, self._settings, self._folder = storage, settings, folder
        self._lock = RLock()
        self._jobs: dict[str, Job] = {}
        self._child: tuple[str, Child] | None = None
        self._worker = ThreadPoolExecutor(1, "recordings")
        self._closing = False
        self._claims = RecordingLocks(folder)
        tidy(folder, self._claims, storage)

    def all(self) -> list[Job]:
        """Newest first; those that this Mien is at before those that others left."""
        with self._lock:
            return [*reversed(self._jobs.values()), *reversed(self._left())]

    def _left(self) -> list[Job]:
        return [job for job in left(self._folder, self._claims, self._storage) if job.id not in self._jobs]

    def job(self, name: str) -> Job:
        """UsageError when there is none of that id."""
        with self._lock:
            found = self._jobs.get(name) or next((job for job in self._left() if job.id == name), None)
        if found is None:
            raise UnknownError(GONE)
        return found

    def recording(self, job: Job) -> Recording:
        """What ``tracker.batch.analyze_recording`` knows of it."""
        settings = replace(self._settings, hz=job.hz, faces=job.faces)
        return Recording(Path(job.video), self._folder / job.id / "out", settings, mine=True)

    def free(self) -> int:
        """Bytes that are left on the disk of the folder."""
        there = next(parent for parent in (self._folder, *self._folder.parents) if parent.exists())
        return shutil.disk_usage(there).free

    def new_folder(self) -> Path:
        """For a job that is about to be added, its copied video in it; BusyError when too many wait."""
        with self._lock:
            if sum(job.kind in UNDER_WAY for job in self._jobs.values()) >= MAX_JOBS:
                raise BusyError(f"{MAX_JOBS} recordings wait already. Add this one when some of them are done.")
        folder = self._folder / uuid4().hex
        try:
            private_folder(folder)
        except OSError as error:
            raise MienError(
                f"{folder} cannot be made: {error.strerror or error}. Check the free space and the folder."
            ) from error
        self._claims.take(folder.name)
        return folder

    def discard(self, folder: Path) -> None:
        """A new folder of which nothing became."""
        self._clear(folder.name)

    def add(self, folder: Path, video: Path, hz: float, faces: Faces, *, copied: bool) -> Job:
        """Have a video looked at, after those that wait; folder: from ``new_folder``."""
        job = Job(folder.name, readable(video.name), str(video), hz, faces, copied)
        told = {name: value for name, value in asdict(job).items() if name in KEPT}
        with whole_file(folder / ORDER) as part:
            write_private(part, json.dumps(told, indent=2) + "\n")
        with self._lock:
            self._jobs[job.id] = job
            self._submit(job.id)
        return job

    def go_on(self, name: str) -> None:
        """Take up what was interrupted, or try again what failed."""
        with self._lock:
            job = self.job(name)
            if job.kind == "elsewhere":
                raise UsageError(TAKEN)
            if job.kind != "interrupted" and (job.kind != "failed" or job.copied):
                raise UsageError("It does not wait for anybody: there is nothing to go on with.")
            self._require(job)
            self._jobs[name] = replace(job, kind="waiting", message="", done=0, left=None)
            self._submit(name)

    def _submit(self, name: str) -> None:
        self._worker.submit(self._run, name).add_done_callback(tell_failure)

    def _is_erased(self, name: str) -> bool:
        """By ``mien erase --all``, while Mien runs."""
        return not (self._folder / name / ORDER).exists()

    def _require(self, job: Job) -> None:
        """That no other Mien is at what may have files; UsageError where one is, or where it has gone."""
        if self._is_erased(job.id):
            raise UnknownError(GONE)
        if not self._claims.take(job.id):
            raise UsageError(TAKEN)

    def cancel(self, name: str) -> None:
        """Stop it, and keep nothing of it."""
        with self._lock:
            job = self.job(name)
            if job.kind == "elsewhere":
                raise UsageError(TAKEN)
            if job.kind == "storing":
                raise UsageError("It is being stored just now; erase it in a moment, in History.")
            if job.kind in UNDER_WAY:
                self._become(name, kind="cancelled", message="Cancelled. Nothing of it is kept.", left=None)
            if self._child and self._child[0] == name:
                self._child[1].stop()
            elif job.kind == "waiting":
                self._clear(name)

    def remove(self, name: str) -> None:
        """Take it off the list, with its files."""
        with self._lock:
            job = self.job(name)
            if job.kind in UNDER_WAY:
                self.cancel(name)
            elif (self._folder / name).exists():
                self._require(job)
            self._jobs.pop(name, None)
            if self._child is None or self._child[0] != name:
                self._clear(name)

    def forget(self) -> None:
        """Everything was erased: of recordings nothing stays either."""
        for job in self.all():
            if job.kind not in ("storing", "elsewhere"):
                self.remove(job.id)

    def close(self) -> None:
        """Stop what runs, so that it can go on another time; where nothing is kept, nothing of it stays."""
        with self._lock:
            self._closing = True
            if self._child:
                self._child[1].stop()
        self._worker.shutdown(cancel_futures=True)
        for name in list(self._jobs):
            self._claims.let_go(name)
        tidy(self._folder, self._claims, self._storage)

    def _clear(self, name: str) -> None:
        self._claims.let_go(name)
        shutil.rmtree(self._folder / name, ignore_errors=True)

    def _become(self, name: str, **news: Any) -> None:
        with self._lock:
            if name in self._jobs:
                self._jobs[name] = replace(self._jobs[name], **news)

    def _run(self, name: str) -> None:
        """In the worker: one job from its turn to its end; a mistake of ours is an end as well."""
        ended = False
        try:
            self._go_through(name)
            ended = True
        finally:
            if not ended:
                self._break_off(name)

    def _go_through(self, name: str) -> None:
        with self._lock:
            job = self._jobs.get(name)
            if job is None or job.kind != "waiting" or self._closing:
                return
            if self._is_erased(name):
                self.remove(name)
                return
            child = Child(self.recording(job))
            self._child = name, child
            self._become(name, kind="analysing")
        end = self._follow(name, child)
        with self._lock:
            self._child = None
            if name in self._jobs and self._is_erased(name):
                self.remove(name)
            left = self._jobs.get(name)
            wanted = left is not None and left.kind == "analysing"
            if wanted and end.end == "done":
                self._become(name, kind="storing", left=None)
        if wanted:
            self._end(job, end)
        else:
            self._clear(name)

    def _break_off(self, name: str) -> None:
        """Nobody would end its process, and the page would call it under way for ever."""
        with self._lock:
            if self._child is not None:
                self._child[1].stop()
            self._child = None
            job = self._jobs.get(name)
        if job is not None and job.kind in UNDER_WAY:
            self._fail(job, OUR_MISTAKE)
        else:
            self._clear(name)

    def _follow(self, name: str, child: Child) -> News:
        """The last news, after all others were passed on."""
        pace, done, news = deque([(monotonic(), 0)], PACE), 0, News()
        for news in child.news():
            if self._is_erased(name):
                child.stop()
            if news.total is not None:
                self._become(name, total=news.total)
            done += news.frames
            pace.append((monotonic(), done))
            job = self._jobs.get(name)
            self._become(name, done=done, left=time_left(pace, job.total) if job else None)
        return news

    def _end(self, job: Job, end: News) -> None:
        if end.end == "stopped":
            self._become(job.id, kind="interrupted", message=INTERRUPTED, left=None)
            self._claims.let_go(job.id)
        elif end.end == "failed":
            self._fail(job, end.message)
        else:
            self._become(job.id, **self._kept(job, end.message))

    def _fail(self, job: Job, message: str) -> None:
        """What was copied is not left lying about."""
        self._claims.let_go(job.id)
        if job.copied:
            self._clear(job.id)
            message += " The copy is removed: choose the file again to try again."
        self._become(job.id, kind="failed", message=without(message, job), left=None)

    def _kept(self, job: Job, message: str) -> dict[str, Any]:
        """Store what was seen, if the person wants things kept: then the files are not needed, History makes them anew."""
        from tracker.batch.store_recording import store_recording

        message, recording = without(message, job), self.recording(job)
        state, retention = finished(recording), self._storage.retention
        session = None
        if self._storage.keeps and state is not None and retention is not None:
            try:
                name = job.name if job.copied else None
                session = store_recording(self._storage.require(), recording, state, retention, source=name)
                self._clear(job.id)
            except (StoreError, UsageError) as error:
                message = f"{message} It is not in History: {error}".strip()
        if session is None and job.copied:
            shutil.rmtree(Path(job.video).parent, ignore_errors=True)
        return {"kind": "done", "message": message, "session": session, "left": None}
