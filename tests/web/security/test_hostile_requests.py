"""Hostile requests: 45 values in every field of every route, in headers and cookies; none ends in a mistake of ours."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from itertools import islice
from typing import Any, ClassVar, Final
from urllib.parse import quote, unquote_to_bytes

import pytest
from flask import request
from PIL import Image
from sqlalchemy.orm import Session as Store
from werkzeug.datastructures import Headers, ImmutableMultiDict
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.web.hostile_values import AS_JSON, AS_TEXT
from tracker.core.frame import now
from tracker.store import schema
from web.app import Dashboard
from web.pages.api import OPERATIONS, Operation
from web.recordings.queue import Jobs
from web.request_values import InMemoryRequest
from web.storage import Storage

HERE: Final = "http://127.0.0.1:8765"
SESSION: Final = "5e551011-0000"
PICTURE: Final = "b1c7042e-0000"
HEADERS: Final = (
    "CONTENT_LENGTH", "CONTENT_TYPE",
    *(
        f"HTTP_{name}"
        for name in (
            "ACCEPT", "ACCEPT_ENCODING", "ACCEPT_LANGUAGE", "AUTHORIZATION", "CONNECTION", "CONTENT_ENCODING", "COOKIE",
            "EXPECT", "HOST", "IF_MODIFIED_SINCE", "IF_NONE_MATCH", "IF_RANGE", "ORIGIN", "RANGE", "REFERER", "SEC_FETCH_DEST",
            "SEC_FETCH_MODE", "SEC_FETCH_SITE", "TRANSFER_ENCODING", "UPGRADE", "USER_AGENT", "X_FORWARDED_FOR",
        )
    ),
)  # fmt: skip
COOKIES: Final = ("mien-zone", "mien-8765", "session")
PAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "/": {"token": "a", "code": "b"},
    "/history": {"skip": "0"},
    "/history/pictures": {"skip": "0"},
    "/socket.io/": {"EIO": "4", "transport": "polling", "sid": "a", "j": "1", "t": "a"},
}
"""What pages beside /api read of an address."""
FINE: Final = {
    "uuid": SESSION, "name": "b1c7042e-0000", "number": "1", "what": "remove", "form": "csv", "filename": "mien.css",
    "from": "0", "to": "1", "points": "10", "after": "0", "session": SESSION, "hz": "1", "faces": "own", "prior": "natural",
    "title": "a", "notes": "b", "retention": "forever", "on": "yes", "expression": "happy", "version": "0", "ids": "1",
    "instead": "1", "said": "happy", "only": "resting", "brief": "", "wanted": "/", "token": "a", "path": __file__,
    "width": "300", "height": "40", "seconds": "60", "bare": "", "monitor": "1", "region": "0,0,640,480",
}  # fmt: skip
"""What each field is given while another one is hostile."""
COSTLY: Final = ("/api/refit", "/api/guided/fit", "/api/resting")
"""These open the model, for half a second; what headers do is done before."""
ALERT: Final = {"what": "angry", "seconds": 60, "words": "a"}
BODIES: Final = {"POST /api/cues": {"on": True, "cues": [ALERT]}, "POST /api/cues/shown": ALERT}
KINDS: Final = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain; charset=nosuch",
    "",
)
FILE: Final = b'; filename="a.png"'
BLANK: Final = b"\r\n\r\n"
NOTHING: Final[Mapping[str, str]] = {}


def raw(text: str) -> bytes:
    """As bytes, half an emoji, too."""
    return text.encode("utf-8", "surrogatepass")


def header(text: str) -> str:
    """As it comes out of a server's parser: the bytes of one line."""
    return raw(text).decode("latin-1").replace("\r", "").replace("\n", "")


def encoded(fields: Mapping[str, str]) -> str:
    return "&".join(f"{quote(raw(name))}={quote(raw(value))}" for name, value in fields.items())


def picture() -> bytes:
    file = BytesIO()
    Image.new("L", (64, 64), 99).save(file, "PNG")
    return file.getvalue()


PNG: Final = picture()


@dataclass(frozen=True, slots=True)
class Sent:
    """One request, as it goes over the wire; headers by their names in WSGI."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    kind: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """What may be sent to one address, with good values: path, query and form by name, a file's value is None."""

    method: str
    address: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str | None]
    json: Any = None
    stream: bool = False

    def sent(
        self, path: Mapping[str, str] = NOTHING, query: Mapping[str, str] = NOTHING, form: Mapping[str, str] = NOTHING
    ) -> Sent:
        """A request with some of its values replaced."""
        places = {name: quote(raw(value), safe="") for name, value in {**self.path, **path}.items()}
        plain = Sent(self.method, self.address.format_map(places), encoded({**self.query, **query}))
        if self.json is not None:
            return replace(plain, body=json.dumps(self.json).encode(), kind="application/json")
        if self.stream:
            return replace(plain, body=b"video")
        return self._with_form(plain, {**self.form, **form}) if self.form else plain

    def _with_form(self, plain: Sent, form: Mapping[str, str | None]) -> Sent:
        texts = {name: value for name, value in form.items() if value is not None}
        if len(texts) == len(self.form) and None not in self.form.values():
            return replace(plain, body=encoded(texts).encode(), kind="application/x-www-form-urlencoded")
        parts = [
            f'name="{name}"'.encode() + FILE * (self.form[name] is None) + BLANK + raw(value) for name, value in texts.items()
        ]
        parts += [f'name="{name}"'.encode() + FILE + BLANK + PNG for name, value in form.items() if value is None]
        body = b"".join(b"--limit\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + b"--limit--\r\n"
        return replace(plain, body=body, kind="multipart/form-data; boundary=limit")


def routes(dashboard: Dashboard, face: str) -> list[Route]:
    """All of the url map and Socket.IO's own, with the fields that /api describes and PAGES names; what erases comes last.

    face: the token of a face that a verdict may speak of.
    """
    fine = {**FINE, "face": face}
    found = []
    for rule in dashboard.app.url_map.iter_rules():
        address = re.sub(r"<(?:[^>]*:)?(\w+)>", r"{\1}", rule.rule)
        path = {name: fine[name] for name in re.findall(r"{(\w+)}", address)}
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            told = OPERATIONS.get(f"{method} {address}", Operation("", {}))
            query = {name: fine[name] for name in told.query} or PAGES.get(address, {})
            form = {name: None if "contentMediaType" in schema else fine.get(name, "") for name, schema in told.form.items()}
            if address == "/unlock" and method == "POST":
                form = {"token": "a", "wanted": "/"}
            found.append(Route(method, address, path, query, form, BODIES.get(f"{method} {address}"), told.stream))
    found += [Route(method, "/socket.io/", {}, PAGES["/socket.io/"], {}) for method in ("GET", "POST", "OPTIONS", "PUT")]
    return sorted(found, key=lambda route: (route.method == "DELETE", route.address, route.method))


def hostile_paths(route: Route) -> Iterator[Sent]:
    for name in route.path:
        yield from (route.sent({name: value}) for value in AS_TEXT)


def hostile_queries(route: Route) -> Iterator[Sent]:
    """In what is read, in what is not, and as the whole."""
    for name in (*route.query, "more"):
        yield from (route.sent(query={name: value}) for value in AS_TEXT)
    yield from (replace(route.sent(), query=header(value)) for value in AS_TEXT)


def hostile_forms(route: Route) -> Iterator[Sent]:
    """In each field, in place of a file, and as a file's name."""
    for name, plain in route.form.items():
        yield from (route.sent(form={name: value}) for value in AS_TEXT)
        if plain is None:
            sent = route.sent()
            yield from (replace(sent, body=sent.body.replace(b"a.png", raw(value).replace(b'"', b""))) for value in AS_TEXT)


def hostile_bodies(route: Route) -> Iterator[Sent]:
    """In place of each value inside of JSON, and of the whole body, whatever it is called."""
    if route.json is not None:
        text = json.dumps(route.json)
        for inner in re.findall(r'(?<=: )("\w+"|\d+|true|\[.*\])', text):
            yield from (replace(route.sent(), body=raw(text.replace(inner, value, 1))) for value in AS_JSON)
    if route.method != "GET":
        for kind in KINDS:
            yield from (replace(route.sent(), body=raw(value), kind=kind) for value in AS_JSON)


def hostile_headers(route: Route) -> Iterator[Sent]:
    """In each header that anybody reads, and in each cookie."""
    if route.address not in COSTLY:
        for name in HEADERS:
            yield from (replace(route.sent(), headers=((name, header(value)),)) for value in AS_TEXT)
        for name in COOKIES:
            yield from (replace(route.sent(), headers=(("HTTP_COOKIE", f"{name}={header(value)}"),)) for value in AS_TEXT)


Way = Callable[[Route], Iterator[Sent]]
WAYS: Final[Mapping[Way, int]] = {
    hostile_paths: 7,
    hostile_queries: 61,
    hostile_forms: 8,
    hostile_bodies: 59,
    hostile_headers: 503,
}
"""Where values go -> of how many one is tried in a small run: no part of 45, so that each value and each field has its turn."""


def stored(store: Store) -> None:
    """A session with one observation."""
    began = now() - timedelta(hours=1)
    session = schema.Session(
        uuid=SESSION, source="0", hz=2, faces="own", prior="live", smoothing=1, started_at=began, ended_at=began
    )
    store.add(session)
    store.flush()
    store.add(schema.Observation(session_id=session.id, t=0.5, at=began, frame=0))


@pytest.fixture
def scene(dashboard: Dashboard, storage: Storage, monkeypatch: pytest.MonkeyPatch) -> list[Route]:
    """All routes; a session is stored, a face was judged, and recordings are listed, but nobody looks at them."""
    monkeypatch.setattr(Jobs, "_submit", lambda *_: None)
    storage.set_retention("forever")
    storage.write(stored)
    judged = dashboard.app.test_client().post("/api/picture", data={"picture": (BytesIO(PNG), "a.png")}, base_url=HERE)
    assert judged.json is not None
    return routes(dashboard, judged.json["faces"][0]["token"])


def answer(dashboard: Dashboard, sent: Sent) -> tuple[int, Headers, bytes]:
    """From the outermost layer, as a server asks it."""
    environ = EnvironBuilder("/", HERE, method=sent.method, input_stream=BytesIO(sent.body)).get_environ()
    environ |= {
        "PATH_INFO": unquote_to_bytes(sent.path).decode("latin-1"),
        "REQUEST_URI": sent.path,
        "QUERY_STRING": sent.query,
    }
    environ |= {"CONTENT_LENGTH": str(len(sent.body)), "CONTENT_TYPE": sent.kind}
    told, status, headers = run_wsgi_app(dashboard.app.wsgi_app, environ | dict(sent.headers), buffered=True)
    return int(status.split(" ")[0]), headers, b"".join(told)


def require_no_mistakes(dashboard: Dashboard, sent: Iterator[Sent]) -> None:
    """No answer is a mistake of Mien's; 503 alone, where others are in front, says when to ask again, or what is missing."""
    for each in sent:
        code, headers, told = answer(dashboard, each)
        assert code < 500 or (code == 503 and "Retry-After" in headers), (shortened(each), code, told[:200])


def shortened(sent: Sent) -> str:
    return f"{sent.method} {sent.path[:100]}?{sent.query[:100]} {sent.body[:300]!r} {str(sent.headers)[:100]}"


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_hostile_requests_are_refused(dashboard: Dashboard, scene: list[Route], way: Way) -> None:
    """A sample of 45 values in every field of every route: an answer each, and none is a mistake of ours."""
    require_no_mistakes(dashboard, islice((sent for route in scene for sent in way(route)), 0, None, WAYS[way]))


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_all_hostile_requests_are_refused(dashboard: Dashboard, scene: list[Route], way: Way) -> None:
    """All of them."""
    require_no_mistakes(dashboard, (sent for route in scene for sent in way(route)))


def test_bytes_that_are_no_text_are_replaced(dashboard: Dashboard) -> None:
    """Wherever they stand in an address: what cannot be read is refused or passed over, and never a mistake of ours."""
    for address in ("/history?skip=0&\xff", "/api/timeline?after=0&\xed\xa0\x80=1", "/?\xff", "/history/\xff"):
        path, _, query = address.partition("?")
        assert answer(dashboard, Sent("GET", quote(path.encode("latin-1")), query))[0] in (200, 404)
    refused = answer(dashboard, Sent("GET", "/history", "skip=\xff"))
    assert (refused[0], "not &#39;\N{REPLACEMENT CHARACTER}&#39;" in refused[2].decode()) == (400, True)


class Read(ImmutableMultiDict[str, str]):
    """What views ask of an address or a form, by route."""

    names: ClassVar[defaultdict[str, set[str]]] = defaultdict(set)

    def _note(self, key: str) -> None:
        if request.url_rule is not None:
            self.names[f"{request.method} {request.url_rule}"].add(key)

    def get(self, key: str, *given: Any, **named: Any) -> Any:
        self._note(key)
        return super().get(key, *given, **named)

    def __contains__(self, key: object) -> bool:
        self._note(str(key))
        return super().__contains__(key)


def test_what_is_read_is_described(dashboard: Dashboard, scene: list[Route], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each route under /api reads exactly the fields of an address and a form that its description tells of."""
    monkeypatch.setattr(InMemoryRequest, "parameter_storage_class", Read)
    Read.names.clear()
    for route in scene:
        answer(dashboard, route.sent())
        told = OPERATIONS.get(f"{route.method} {route.address}", Operation("", {}))
        fields = {name for name, value in route.form.items() if value is not None} | told.query.keys()
        rule = re.sub(r"{(\w+)}", r"<\1>", route.address)
        read = {
            name
            for asked, names in Read.names.items()
            for name in names
            if re.sub(r"<[^>]*:", "<", asked) == f"{route.method} {rule}"
        }
        if route.address.startswith("/api/"):
            assert read - {"picture", "file"} == fields, route
