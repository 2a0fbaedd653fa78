"""A recording whose analysis breaks in a way that nobody foresaw: it ends, says so, and the next one has its turn."""

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracker.config.settings import Settings
from web.recordings.queue import Jobs
from web.storage import Storage


@pytest.fixture
def jobs(storage: Storage, tmp_path: Path) -> Iterator[Jobs]:
    jobs = Jobs(storage, Settings(), tmp_path / "recordings")
    yield jobs
    jobs.close()


@pytest.mark.parametrize("says", [None, "no JSON", "{}", '{"frames": "many"}'])
def test_a_mistake_is_an_end(
    jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, says: str | None
) -> None:
    """Whether its process cannot be begun or says what makes no sense: failed, with a sentence; a mistake is logged."""
    python = tmp_path / "python"
    if says is not None:
        python.write_text(f"#!/bin/sh\necho '{says}'\n")
        python.chmod(0o755)
    video = tmp_path / "call.mp4"
    video.write_bytes(b"not looked at")
    monkeypatch.setattr(sys, "executable", str(python))
    with caplog.at_level(logging.ERROR):
        for _ in range(2):
            jobs.add(jobs.new_folder(), video, 0, "own", copied=False)
        jobs._worker.submit(int).result()

    assert [job.kind for job in jobs.all()] == ["failed", "failed"]
    assert all("terminal" in job.message for job in jobs.all())
    assert bool(caplog.records) == (says is None)
    # It can be tried again.
    jobs.go_on(jobs.all()[0].id)


def test_a_broken_end_is_told_as_well(jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was analysed cannot be stored, for a reason that nobody foresaw: the page does not call it stored for ever."""
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho \'{"end": "done"}\'\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setattr("web.recordings.queue.finished", lambda _: 1 / 0)
    video = tmp_path / "call.mp4"
    video.write_bytes(b"not looked at")
    jobs.add(jobs.new_folder(), video, 0, "own", copied=False)
    jobs._worker.submit(int).result()
    assert [job.kind for job in jobs.all()] == ["failed"]
