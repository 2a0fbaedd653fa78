"""What tests of commands share."""

import pytest


@pytest.fixture
def no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Doctor finds no collector at once: to search 400 MB of libraries takes seconds, and the test is about something else."""
    monkeypatch.setattr("tracker.core.collectors.collectors_of", lambda package: {})
