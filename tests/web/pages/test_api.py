"""The description of /api: it names every address there is, and what it says of questions and answers is true."""

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.tracker.reports.made_call import ANA, CALL, write_call
from tests.web.conftest import ADDRESS, Heard
from tests.web.security.test_hostile_requests import HERE, PNG, SESSION, Route, scene
from web.app import Dashboard, create_app
from web.dependencies import Dependencies
from web.pages.api import OPERATIONS
from web.security.access import Access
from web.storage import Storage

if TYPE_CHECKING:
    # Takes a second to import: where it is used.
    from schemathesis.specs.openapi.schemas import OpenApiSchema

__all__ = ["scene"]

HOST: Final = {"Host": ADDRESS.url.removeprefix("http://")}


def test_every_address_is_described(dashboard: Dashboard) -> None:
    """What there is under /api and what is told of it are the same, by method and address."""
    rules = [rule for rule in dashboard.app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    there = {
        method + " " + re.sub(r"<(?:[^>]*:)?(.+?)>", r"{\1}", rule.rule)
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert set(OPERATIONS) == there
    told = dashboard.app.test_client().get("/api/openapi.json", base_url=HERE).json
    assert told is not None
    assert {f"{method.upper()} {path}" for path, methods in told["paths"].items() for method in methods} == there


def test_people_can_read_it(dashboard: Dashboard) -> None:
    """A page lists every address with its fields, and Settings leads to it."""
    client = dashboard.app.test_client()
    page = client.get("/api", base_url=HERE).text
    for name, operation in OPERATIONS.items():
        assert f"<code>{name}</code>" in page
        section = page.split(f"<code>{name}</code>")[1].split("</section>")[0]
        assert all(section.count(f"<code>{field}</code>:") >= 1 for field in (*operation.query, *operation.form))
    assert 'href="/api"' in client.get("/settings", base_url=HERE).text


def test_the_token_is_described(dependencies: Dependencies) -> None:
    """As a cookie and as a bearer where one is asked for, and the description itself is for those who have it."""
    dashboard = create_app(dependencies, ADDRESS, access=Access("token"))
    client = dashboard.app.test_client(use_cookies=False)
    assert client.get("/api/openapi.json", base_url=HERE).status_code == 403
    told = client.get("/api/openapi.json", base_url=HERE, headers={"Authorization": "Bearer token"}).json
    assert told is not None
    assert told["security"] == [{"bearer": []}, {"cookie": []}]
    name = told["components"]["securitySchemes"]["cookie"]["name"]
    assert (
        client.get(
            "/api/sources", base_url=HERE, headers={"Cookie": f"{name}={Access('token').cookie_value(name)}"}
        ).status_code
        == 200
    )
    dashboard.close()


@pytest.fixture
def described(dashboard: Dashboard) -> "OpenApiSchema":
    from schemathesis import openapi

    return openapi.from_wsgi("/api/openapi.json", dashboard.app, headers=HOST)


def test_answers_are_as_described(
    dashboard: Dashboard, scene: list[Route], heard: Heard, described: "OpenApiSchema", storage: Storage
) -> None:
    """Of a session that runs and one that is stored, a picture and its verdict: every answer has what is promised."""
    client: FlaskClient = dashboard.app.test_client()

    def ask(name: str, address: str, **sent: Any) -> Any:
        method, path = name.split(" ")
        answer = client.open(address, method=method, base_url=HERE, **sent)
        assert answer.status_code == 200, answer.text
        described[path][method].validate_response(answer)
        return answer.json

    page = dashboard.socket.test_client(dashboard.app)
    page.emit("start", {"source": "fake", "hz": 5})
    heard.wait(lambda: heard.all("observation"))
    assert ask("GET /api/timeline", "/api/timeline")["rows"]
    assert ask("POST /api/moment", "/api/moment")["faces"]
    page.emit("stop")
    judged = ask("POST /api/picture", "/api/picture", data={"picture": (BytesIO(PNG), "a.png")})
    ask("GET /api/held/{name}", f"/api/held/{judged['held']}")
    verdict = {"face": judged["faces"][0]["token"], "said": "happy"}
    number = ask("POST /api/verdicts", "/api/verdicts", data=verdict)["id"]
    ask("POST /api/verdicts/{number}", f"/api/verdicts/{number}", data={"said": "sad"})
    ask("DELETE /api/verdicts/{number}", f"/api/verdicts/{number}")
    ask("GET /api/sessions/{uuid}/timeline", f"/api/sessions/{SESSION}/timeline")
    ask("GET /api/sessions/{uuid}/moment", f"/api/sessions/{SESSION}/moment?from=0&to=1")
    write_call(storage.require(), [(ANA, "yawn", 5.0, 9.0)], possible={ANA: ("tired",)})
    (moment,) = ask("GET /api/sessions/{uuid}/moments", f"/api/sessions/{CALL}/moments")["moments"]
    assert moment["readings"]
    ask("POST /api/sessions/{uuid}", f"/api/sessions/{SESSION}", data={"title": "a"})
    alert = {"what": "angry", "seconds": 60}
    ask("POST /api/cues", "/api/cues", json={"on": True, "cues": [alert]})
    ask("GET /api/cues", "/api/cues")
    job = ask("POST /api/recordings", "/api/recordings", data={"path": __file__})
    ask("GET /api/recordings", "/api/recordings")
    ask("POST /api/recordings/{name}/{what}", f"/api/recordings/{job['id']}/remove")
    ask("DELETE /api/sessions/{uuid}", f"/api/sessions/{SESSION}")


def require_conformance(described: "OpenApiSchema", examples: int, *, repeatable: bool) -> None:
    """Requests that the description allows get answers that it tells of; what erases is asked last."""
    from schemathesis import Case
    from schemathesis.core.result import Ok
    from schemathesis.specs.openapi import checks

    true_answers = [checks.status_code_conformance, checks.content_type_conformance, checks.response_schema_conformance]
    operations = [found.ok() for found in described.get_all_operations() if isinstance(found, Ok)]
    for operation in sorted(operations, key=lambda each: each.method == "delete"):
        fixed = {"uuid": SESSION} if operation.path.startswith("/api/sessions/") else None
        cases: st.SearchStrategy[Case[Any]] = operation.as_strategy(path_parameters=fixed)

        @settings(
            max_examples=examples, derandomize=repeatable, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(cases)
        def conforms(case: Case[Any]) -> None:
            case.call_and_validate(headers=HOST, checks=true_answers)

        conforms()


def test_made_up_requests_get_what_is_described(scene: list[Route], described: "OpenApiSchema") -> None:
    """A handful of requests for every address, made up from the description, by schemathesis."""
    require_conformance(described, 5, repeatable=True)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_many_made_up_requests_get_what_is_described(scene: list[Route], described: "OpenApiSchema") -> None:
    """The same, a thousand for each."""
    require_conformance(described, 1000, repeatable=False)
