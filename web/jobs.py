"""Recordings that the pages ask for, analysed one after the other; those that Mien's end interrupted can go on."""

import json
import shutil
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from threading import RLock
from time import monotonic
from typing import Any
from uuid import uuid4

from tracker.errors import MienError, StoreError, UsageError
from tracker.exports.files import whole_file
from tracker.follow import Faces
from tracker.recording import Recording, finished
from tracker.settings import Choices
from web.analysing import Child, News
from web.job import INTERRUPTED, KEPT, ORDER, PACE, UNDER_WAY, Job, time_left, without
from web.keeping import Keeping


class Jobs:
    """Their folder holds one for each: the order, a copied video, the files of the analysis. Any thread may call."""

    def __init__(self, keeping: Keeping, choices: Choices, folder: Path) -> None:
        self._keeping, self._choices, self._folder = keeping, choices, folder
        self._lock = RLock()
        self._jobs: dict[str, Job] = {}
        self._child: tuple[str, Child] | None = None
        self._worker = ThreadPoolExecutor(1, "recordings")
        self._closing = False
        self._ours: set[str] = set()
        for order in sorted(folder.glob(f"*/{ORDER}"), key=lambda path: path.stat().st_mtime):
            self._find(order)

    def _find(self, order: Path) -> None:
        """A job of before."""
        try:
            job = Job(**json.loads(order.read_text(encoding="utf-8")))
            whole = self.recording(job).file("html").exists()
        except (OSError, ValueError, TypeError):
            # Not ours, or damaged: left alone.
            return
        # What was analysed and should be stored, but was not, goes on with that.
        over = whole and not self._keeping.keeps
        found: dict[str, Any] = {"kind": "done"} if over else {"kind": "interrupted", "message": INTERRUPTED}
        self._jobs[job.id] = replace(job, **found)

    def all(self) -> list[Job]:
        """Newest first."""
        with self._lock:
            return list(reversed(self._jobs.values()))

    def job(self, name: str) -> Job:
        """UsageError when there is none of that id."""
        with self._lock:
            if name not in self._jobs:
                raise UsageError("There is no such recording here: it was removed.")
            return self._jobs[name]

    def recording(self, job: Job) -> Recording:
        """What ``tracker.recording`` knows of it."""
        choices = replace(self._choices, hz=job.hz, faces=job.faces)
        return Recording(Path(job.video), self._folder / job.id / "out", choices)

    def free(self) -> int:
        """Bytes that are left on the disk of the folder."""
        there = next(parent for parent in (self._folder, *self._folder.parents) if parent.exists())
        return shutil.disk_usage(there).free

    def new_folder(self) -> Path:
        """For a job that is about to be added, its copied video in it."""
        folder = self._folder / uuid4().hex
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise MienError(
                f"{folder} cannot be made: {error.strerror or error}. Check the free space and the folder."
            ) from error
        return folder

    def add(self, folder: Path, video: Path, hz: float, faces: Faces, *, copied: bool) -> Job:
        """Have a video looked at, after those that wait; folder: from ``new_folder``."""
        job = Job(folder.name, video.name, str(video), hz, faces, copied)
        told = {name: value for name, value in asdict(job).items() if name in KEPT}
        with whole_file(folder / ORDER) as part:
            part.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
        with self._lock:
            self._jobs[job.id] = job
            self._ours.add(job.id)
            self._worker.submit(self._run, job.id)
        return job

    def go_on(self, name: str) -> None:
        """Take up what was interrupted, or try again what failed."""
        with self._lock:
            job = self.job(name)
            if job.kind != "interrupted" and (job.kind != "failed" or job.copied):
                raise UsageError("It does not wait for anybody: there is nothing to go on with.")
            self._become(name, kind="waiting", message="", done=0, left=None)
            self._worker.submit(self._run, name)

    def cancel(self, name: str) -> None:
        """Stop it, and keep nothing of it."""
        with self._lock:
            job = self.job(name)
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
            if self.job(name).kind in UNDER_WAY:
                self.cancel(name)
            del self._jobs[name]
            if self._child is None or self._child[0] != name:
                self._clear(name)

    def forget(self) -> None:
        """Everything was erased: of recordings nothing stays either."""
        for job in self.all():
            if job.kind != "storing":
                self.remove(job.id)

    def close(self) -> None:
        """Stop what runs, so that it can go on another time; where nothing is kept, nothing of it stays."""
        with self._lock:
            self._closing = True
            if self._child:
                self._child[1].stop()
        self._worker.shutdown(cancel_futures=True)
        if not self._keeping.keeps:
            for name in self._ours:
                self._clear(name)

    def _clear(self, name: str) -> None:
        shutil.rmtree(self._folder / name, ignore_errors=True)

    def _become(self, name: str, **news: Any) -> None:
        with self._lock:
            if name in self._jobs:
                self._jobs[name] = replace(self._jobs[name], **news)

    def _run(self, name: str) -> None:
        """In the worker: one job from its turn to its end."""
        with self._lock:
            job = self._jobs.get(name)
            if job is None or job.kind != "waiting" or self._closing:
                return
            child = Child(self.recording(job))
            self._child = name, child
            self._ours.add(name)
            self._become(name, kind="analysing")
        end = self._follow(name, child)
        with self._lock:
            self._child = None
            left = self._jobs.get(name)
            wanted = left is not None and left.kind == "analysing"
            if wanted and end.end == "done":
                self._become(name, kind="storing", left=None)
        if wanted:
            self._end(job, end)
        else:
            self._clear(name)

    def _follow(self, name: str, child: Child) -> News:
        """The last news, after all others were passed on."""
        pace, done, news = deque([(monotonic(), 0)], PACE), 0, News()
        for news in child.news():
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
        elif end.end == "failed":
            self._fail(job, end.message)
        else:
            self._become(job.id, **self._kept(job, end.message))

    def _fail(self, job: Job, message: str) -> None:
        """What was copied is not left lying about."""
        if job.copied:
            self._clear(job.id)
            message += " The copy is removed: choose the file again to try again."
        self._become(job.id, kind="failed", message=without(message, job), left=None)

    def _kept(self, job: Job, message: str) -> dict[str, Any]:
        """Store what was seen, if the person wants things kept: then the files are not needed, History makes them anew."""
        from tracker.store.recordings import store_recording

        message, recording = without(message, job), self.recording(job)
        state, retention = finished(recording), self._keeping.retention
        session = None
        if self._keeping.keeps and state is not None and retention is not None:
            try:
                name = job.name if job.copied else None
                session = store_recording(self._keeping.require(), recording, state, retention, source=name)
                self._clear(job.id)
            except (StoreError, UsageError) as error:
                message = f"{message} It is not in History: {error}".strip()
        if session is None and job.copied:
            shutil.rmtree(Path(job.video).parent, ignore_errors=True)
        return {"kind": "done", "message": message, "session": session, "left": None}
