"""The queue of recordings that the pages ask for: analysed one after the other; an interrupted one can be continued."""

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
from tracker.exports.files import atomic_file
from tracker.live.face_tracking import Faces
from web.dependencies import effective_mode
from web.recordings.job import INTERRUPTED, ORDER_FILE, PACE_REPORTS, REMOVED, TAKEN, UNDER_WAY, Job, seconds_left
from web.recordings.leftovers import leftover_jobs, remove_expired
from web.recordings.locks import RecordingLocks
from web.recordings.worker import AnalysisProcess, Report
from web.storage import Storage

MAX_JOBS: Final = 100
"""Recordings that wait or are analysed: more than anybody goes through by hand."""


class Jobs:
    """The queue of recordings and the one thread that has them analysed, one after the other. Any thread may call.

    Its folder holds one folder for each recording: the order, a copied video, and the files of the analysis.
    """

    def __init__(self, storage: Storage, settings: Settings, folder: Path) -> None:
        self._storage, self._settings, self._folder = storage, settings, folder
        self._lock = RLock()
        self._jobs: dict[str, Job] = {}
        self._process: tuple[str, AnalysisProcess] | None = None
        self._worker = ThreadPoolExecutor(1, "recordings")
        self._closing = False
        self._locks = RecordingLocks(folder)
        remove_expired(folder, self._locks, storage)

    def all(self) -> list[Job]:
        """All recordings, newest first; those of this Mien before those that others left or analyse."""
        with self._lock:
            return [*reversed(self._jobs.values()), *reversed(self._leftovers())]

    def _leftovers(self) -> list[Job]:
        return [job for job in leftover_jobs(self._folder, self._locks, self._storage) if job.id not in self._jobs]

    def job(self, job_id: str) -> Job:
        """The recording of that id; UnknownError when there is none."""
        with self._lock:
            found = self._jobs.get(job_id) or next((job for job in self._leftovers() if job.id == job_id), None)
        if found is None:
            raise UnknownError(REMOVED)
        return found

    def recording(self, job: Job) -> Recording:
        """The recording as ``tracker.batch.analyze_recording`` takes it."""
        # Who started Mien and said where they are has answered for its pages, too.
        settings = replace(self._settings, hz=job.hz, faces=job.faces, mode=self._settings.mode or job.mode)
        return Recording(Path(job.video), self._folder / job.id / "out", settings, mine=True)

    def free_bytes(self) -> int:
        """Free bytes on the disk of the folder."""
        there = next(parent for parent in (self._folder, *self._folder.parents) if parent.exists())
        return shutil.disk_usage(there).free

    def new_folder(self) -> Path:
        """Make a folder for a job that is about to be added; a video that is copied belongs into it.

        Raises:
            BusyError: MAX_JOBS recordings wait already.
            MienError: It cannot be made.
        """
        with self._lock:
            if sum(job.kind in UNDER_WAY for job in self._jobs.values()) >= MAX_JOBS:
                raise BusyError(f"{MAX_JOBS} recordings are already waiting. Add this one when some of them are done.")
        folder = self._folder / uuid4().hex
        try:
            private_folder(folder)
        except OSError as error:
            raise MienError(
                f"{folder} cannot be made: {error.strerror or error}. Check the free space and the folder."
            ) from error
        self._locks.acquire(folder.name)
        return folder

    def discard(self, folder: Path) -> None:
        """Delete a folder from ``new_folder`` that no job was added for."""
        self._delete_files(folder.name)

    def add(self, folder: Path, video: Path, hz: float, faces: Faces, *, copied: bool) -> Job:
        """Have a video analysed, after those that wait.

        Args:
            folder: From ``new_folder``.
            video: Its path.
            hz: Observations a second; 0 is every frame.
            faces: Whose faces are followed.
            copied: The video lies in the folder, and is deleted once it was analysed.

        Returns:
            The job, which waits.
        """
        mode = effective_mode(self._settings, self._storage)
        job = Job(folder.name, readable(video.name), str(video), hz, faces, copied, mode)
        with atomic_file(folder / ORDER_FILE) as part:
            write_private(part, json.dumps(asdict(job.order), indent=2) + "\n")
        with self._lock:
            self._jobs[job.id] = job
            self._submit(job.id)
        return job

    def go_on(self, job_id: str) -> None:
        """Continue what was interrupted, or try again what failed; UsageError for any other."""
        with self._lock:
            job = self.job(job_id)
            if job.kind == "elsewhere":
                raise UsageError(TAKEN)
            if job.kind != "interrupted" and (job.kind != "failed" or job.copied):
                raise UsageError("This recording is not waiting to be resumed.")
            self._require_ours(job)
            self._jobs[job_id] = replace(job, kind="waiting", message="", done=0, left=None)
            self._submit(job_id)

    def _submit(self, job_id: str) -> None:
        self._worker.submit(self._run, job_id).add_done_callback(tell_failure)

    def _is_erased(self, job_id: str) -> bool:
        """Whether ``mien erase --all`` took its files, while Mien runs."""
        return not (self._folder / job_id / ORDER_FILE).exists()

    def _require_ours(self, job: Job) -> None:
        """Lock a job's folder; UsageError where another Mien holds it, UnknownError where it is gone."""
        if self._is_erased(job.id):
            raise UnknownError(REMOVED)
        if not self._locks.acquire(job.id):
            raise UsageError(TAKEN)

    def cancel(self, job_id: str) -> None:
        """Stop it, and delete its files; UsageError while it is stored, or where another Mien has it."""
        with self._lock:
            job = self.job(job_id)
            if job.kind == "elsewhere":
                raise UsageError(TAKEN)
            if job.kind == "storing":
                raise UsageError("This recording is being stored. Erase it in History in a moment.")
            if job.kind in UNDER_WAY:
                self._update(job_id, kind="cancelled", message="Cancelled. Nothing of it was kept.", left=None)
            if self._process and self._process[0] == job_id:
                self._process[1].stop()
            elif job.kind == "waiting":
                self._delete_files(job_id)

    def remove(self, job_id: str) -> None:
        """Take it off the list, and delete its files."""
        with self._lock:
            job = self.job(job_id)
            if job.kind in UNDER_WAY:
                self.cancel(job_id)
            elif (self._folder / job_id).exists():
                self._require_ours(job)
            self._jobs.pop(job_id, None)
            if self._process is None or self._process[0] != job_id:
                self._delete_files(job_id)

    def remove_all(self) -> None:
        """Remove every recording, because everything is erased; one that is being stored, or another Mien's, stays."""
        for job in self.all():
            if job.kind not in ("storing", "elsewhere"):
                self.remove(job.id)

    def close(self) -> None:
        """Stop what runs, so that it can be continued, and delete what retention no longer keeps."""
        with self._lock:
            self._closing = True
            if self._process:
                self._process[1].stop()
        self._worker.shutdown(cancel_futures=True)
        for job_id in list(self._jobs):
            self._locks.release(job_id)
        remove_expired(self._folder, self._locks, self._storage)

    def _delete_files(self, job_id: str) -> None:
        self._locks.release(job_id)
        shutil.rmtree(self._folder / job_id, ignore_errors=True)

    def _update(self, job_id: str, **changes: Any) -> None:
        with self._lock:
            if job_id in self._jobs:
                self._jobs[job_id] = replace(self._jobs[job_id], **changes)

    def _run(self, job_id: str) -> None:
        """In the worker thread: one job from its turn to its end; a mistake of ours is an end as well."""
        ended = False
        try:
            self._analyze(job_id)
            ended = True
        finally:
            if not ended:
                # Nobody else would end its process, and the page would show it as under way for ever.
                with self._lock:
                    if self._process is not None:
                        self._process[1].stop()
                    self._process = None
                    job = self._jobs.get(job_id)
                if job is not None and job.kind in UNDER_WAY:
                    self._fail(job, OUR_MISTAKE)
                else:
                    self._delete_files(job_id)

    def _analyze(self, job_id: str) -> None:
        with self._lock:
            job = self._jobs.get(job_id)
            if job is None or job.kind != "waiting" or self._closing:
                return
            if self._is_erased(job_id):
                self.remove(job_id)
                return
            process = AnalysisProcess(self.recording(job))
            self._process = job_id, process
            self._update(job_id, kind="analysing")
        end = self._follow(job_id, process)
        with self._lock:
            self._process = None
            if job_id in self._jobs and self._is_erased(job_id):
                self.remove(job_id)
            current = self._jobs.get(job_id)
            wanted = current is not None and current.kind == "analysing"
            if wanted and end.end == "done":
                self._update(job_id, kind="storing", left=None)
        if not wanted:
            self._delete_files(job_id)
        elif end.end == "stopped":
            self._update(job_id, kind="interrupted", message=INTERRUPTED, left=None)
            self._locks.release(job_id)
        elif end.end == "failed":
            self._fail(job, end.message)
        else:
            message, session = self._store(job, end.message)
            self._update(job_id, kind="done", message=message, session=session, left=None)

    def _follow(self, job_id: str, process: AnalysisProcess) -> Report:
        """Pass the process's reports on to the page; returns the last one."""
        pace, done, report = deque([(monotonic(), 0)], PACE_REPORTS), 0, Report()
        for report in process.reports():
            if self._is_erased(job_id):
                process.stop()
            if report.total is not None:
                self._update(job_id, total=report.total)
            done += report.frames
            pace.append((monotonic(), done))
            job = self._jobs.get(job_id)
            self._update(job_id, done=done, left=seconds_left(pace, job.total) if job else None)
        return report

    def _fail(self, job: Job, message: str) -> None:
        """Show it as failed, and delete a copied video."""
        self._locks.release(job.id)
        if job.copied:
            self._delete_files(job.id)
            message += " The copy was removed; choose the file again to try again."
        self._update(job.id, kind="failed", message=job.in_its_name(message), left=None)

    def _store(self, job: Job, message: str) -> tuple[str, str | None]:
        """Store what was analysed if sessions are stored, and delete the files then: History makes them anew.

        Returns:
            A sentence for people, or empty, and the id under which it is stored, or None.
        """
        from tracker.batch.store_recording import store_recording

        message, recording = job.in_its_name(message), self.recording(job)
        state, retention = finished(recording), self._storage.retention
        session = None
        if self._storage.is_persistent and state is not None and retention is not None:
            try:
                name = job.name if job.copied else None
                session = store_recording(self._storage.require(), recording, state, retention, source=name)
                self._delete_files(job.id)
            except (StoreError, UsageError) as error:
                message = f"{message} It is not in History: {error}".strip()
        if session is None and job.copied:
            shutil.rmtree(Path(job.video).parent, ignore_errors=True)
        return message, session
