"""What the dashboard answers beside the live connection."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from tracker.config.settings import Settings
from tracker.sources.camera_names import Camera
from web.app import Dashboard, create_app
from web.dependencies import Dependencies
from web.security.gate import Address

OURS = "http://127.0.0.1:8765"


@pytest.fixture
def client(dashboard: Dashboard) -> FlaskClient:
    return dashboard.app.test_client()


def test_cameras_come_by_name(dependencies: Dependencies, camera_list: list[Camera]) -> None:
    """Each camera with its index and name, for a person to choose from."""
    app = create_app(replace(dependencies, list_cameras=lambda: camera_list), Address("127.0.0.1", 8765)).app
    told = app.test_client().get("/api/sources", base_url=OURS).json or {}
    assert [(camera["index"], camera["name"]) for camera in told["cameras"]] == [(0, "Desk camera"), (2, "OBS Virtual Camera")]


def test_no_camera_is_a_sentence(client: FlaskClient) -> None:
    """A machine without a camera says so, and what to do instead."""
    told = client.get("/api/sources", base_url=OURS).json or {}
    assert told["cameras"] == []
    assert "No camera was found" in told["message"]


def test_choices_of_the_command_line_are_preselected(dependencies: Dependencies) -> None:
    """The form begins with what Mien was started with, also with a frequency that it does not offer by itself."""
    app = create_app(
        replace(dependencies, settings=Settings(source="a.mp4", hz=3.0, faces="all")), Address("127.0.0.1", 8765)
    ).app
    page = app.test_client().get("/", base_url=OURS).text
    assert 'data-source="a.mp4"' in page
    assert '<option value="3.0" selected>3 times a second</option>' in page
    assert '<option value="all" selected>' in page


@pytest.mark.parametrize(
    ("path", "code"), [("/nowhere", 404), ("/api/nowhere", 404), ("/api/picture", 405), (f"/history/faces/{'9' * 30}", 404)]
)
def test_errors_are_sentences(client: FlaskClient, path: str, code: int) -> None:
    """A person gets a page, a program JSON, and both a sentence."""
    answer = client.get(path, base_url=OURS)
    assert answer.status_code == code
    sentence = (answer.json or {})["error"] if path.startswith("/api/") else answer.text
    assert "." in sentence
    assert "Traceback" not in sentence


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "٣", "9" * 30])
def test_a_timeline_after_nothing_sensible_is_refused(client: FlaskClient, after: str) -> None:
    """What is no row's number is answered with what was expected."""
    answer = client.get(f"/api/timeline?after={after}", base_url=OURS)
    assert answer.status_code == 400
    assert "number of the last row" in (answer.json or {})["error"]


def test_it_says_that_it_is_well(client: FlaskClient) -> None:
    """For whoever supervises it."""
    assert client.get("/healthz", base_url=OURS).json == {"ok": True, "state": "idle"}


def test_pages_speak_of_expressions(client: FlaskClient) -> None:
    """The word is expression, and no link leads nowhere."""
    paths = ("/", "/picture", "/history", "/history/pictures", "/settings")
    for path in paths:
        page = client.get(path, base_url=OURS).text
        assert "emotion" not in page.lower()
        links = re.findall(r'<a [^>]*href="(/[^"#]*)', page)
        assert links
        assert all(client.get(link, base_url=OURS).status_code == 200 for link in links)
