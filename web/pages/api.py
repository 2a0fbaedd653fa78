"""Every address under /api, described: what it takes and what it answers, as OpenAPI and as a page for people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Final

from flask import Blueprint, render_template, request

from tracker.core.notes import MAX_LINE_CHARACTERS
from tracker.core.records import JsonObject
from tracker.core.vocabulary import EXPRESSIONS, SAID
from tracker.live.alerts import MAX_ALERT_SECONDS, MAX_ALERTS, MIN_ALERT_SECONDS, NOTICEABLE
from tracker.readings.own_readings import TELLINGS
from web.pages.history import POINTS_RANGE
from web.pages.mode import MODE_WORDS
from web.pages.settings import RETENTION_WORDS
from web.recordings.job import MAX_HZ
from web.security.access import WAY, Access, cookie_name
from web.storage import LARGEST_ID

Schema = JsonObject

OPENAPI_VERSION: Final = "3.1.0"
TEXT: Final[Schema] = {"type": "string"}
NUMBER: Final[Schema] = {"type": "number"}
WHOLE_NUMBER: Final[Schema] = {"type": "integer", "minimum": 0}
WHOLE: Final[Schema] = {"type": "integer"}
FLAG: Final[Schema] = {"type": "boolean"}
BYTES: Final[Schema] = {"type": "string", "contentMediaType": "application/octet-stream"}
ANYTHING: Final[Schema] = {"type": "object"}


def one_of(*words: str) -> Schema:
    """A schema: a text that is one of these."""
    return {"type": "string", "enum": list(words)}


def array_of(each: Schema) -> Schema:
    """A schema: a list of items that each have the schema ``each``."""
    return {"type": "array", "items": each}


def nullable(schema: Schema) -> Schema:
    """A schema: what the given schema allows, or null."""
    return schema | {"type": [schema["type"], "null"]}


def described(schema: Schema, words: str) -> Schema:
    """The given schema with a description; ``words``: a sentence for people."""
    return schema | {"description": words}


def object_of(*optional: str, **schemas: Schema) -> Schema:
    """A schema: an object with these members, and perhaps others.

    Args:
        optional: The names of those that may be missing; the others are always there.
        schemas: The schema of each member, by its name.
    """
    return {"type": "object", "properties": schemas, "required": [name for name in schemas if name not in optional]}


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address.

    Attributes:
        words: A sentence that says what it does.
        answer: The schema of the JSON that comes with status 200.
        query: The schema of each parameter after the question mark, by name.
        form: The schema of each field of the form in the body, by name.
        json: The schema of the body, where that is JSON.
        needed: The names of parameters and fields that must be sent.
        stream: Whether the body is the bytes of a file.
    """

    words: str
    answer: Schema
    query: Mapping[str, Schema] = field(default_factory=dict)
    form: Mapping[str, Schema] = field(default_factory=dict)
    json: Schema | None = None
    needed: tuple[str, ...] = ()
    stream: bool = False

    @property
    def body(self) -> dict[str, Schema]:
        """Media type -> schema of the request's body; empty for a request without a body."""
        if self.stream:
            return {"application/octet-stream": BYTES}
        if self.json is not None:
            return {"application/json": self.json}
        if not self.form:
            return {}
        needed = [name for name in self.needed if name in self.form]
        schema: Schema = {"type": "object", "properties": self.form, **({"required": needed} if needed else {})}
        with_file = any("contentMediaType" in each for each in self.form.values())
        return {"multipart/form-data": schema} | ({} if with_file else {"application/x-www-form-urlencoded": schema})


OK: Final = object_of(ok=FLAG)
STORED: Final = described(TEXT, "what is stored now, as the sentence below every page")
JOB: Final = object_of(
    id=TEXT, name=TEXT, hz=NUMBER, faces=one_of("own", "all"), kind=TEXT, message=TEXT, done=WHOLE_NUMBER, total=WHOLE_NUMBER,
    left=nullable(NUMBER), session=nullable(TEXT), again=FLAG, words=TEXT, under_way=FLAG, files=array_of(TEXT),
)  # fmt: skip
ALERT: Final = object_of(
    "words",
    what=one_of(*NOTICEABLE),
    seconds=NUMBER | {"minimum": MIN_ALERT_SECONDS, "maximum": MAX_ALERT_SECONDS},
    words=described(TEXT | {"maxLength": MAX_LINE_CHARACTERS}, "your own sentence; empty for Mien's"),
)
ALERT_LIST: Final = array_of(ALERT) | {"maxItems": MAX_ALERTS}
ALERTS: Final = object_of(on=FLAG, cues=ALERT_LIST)
FACE: Final = object_of(
    box=described(array_of(NUMBER), "x, y, width and height in pixels"), expression=TEXT, emoji=TEXT, confidence=NUMBER,
    scores=ANYTHING, quality=object_of(ok=FLAG, reason=nullable(TEXT)), top=array_of(ANYTHING),
    token=described(TEXT, "names the face in a verdict"),
    saved=described(nullable(object_of(id=WHOLE_NUMBER, said=TEXT)), "your verdict"),
)  # fmt: skip
PICTURE_ANSWER: Final = object_of(
    path=TEXT, width=WHOLE_NUMBER, height=WHOLE_NUMBER, model=TEXT, faces=array_of(FACE), trouble=nullable(TEXT),
    kept=nullable(TEXT), held=described(TEXT, "names the picture while it is in memory, for an hour"),
    shown=described(TEXT, "what was judged, as a JPEG in base64"), prior=TEXT,
)  # fmt: skip
HELD_FACE: Final = object_of(
    token=TEXT, id=WHOLE_NUMBER, expression=TEXT, crop=described(TEXT, "what the model saw, a PNG in base64")
)
REGIONS: Final = object_of(regions=array_of(object_of(name=TEXT, region=TEXT)))
FIT: Final = object_of(
    version=WHOLE_NUMBER, origin=TEXT, words=TEXT, in_effect=FLAG,
    results=array_of(object_of(expression=TEXT, seconds=WHOLE_NUMBER, before=WHOLE_NUMBER, after=WHOLE_NUMBER)),
)  # fmt: skip
PRIOR: Final = described(TEXT, "natural, balanced, default, or a number from 0 to 1.5")
SESSION_RANGE: Final = {
    "from": described(NUMBER, "seconds of the session"),
    "to": described(NUMBER, "seconds of the session"),
}
DRAWING: Final = {
    "width": described(NUMBER, "of the drawing, in CSS pixels"),
    "height": described(NUMBER, "of its shares or ribbons"),
    "face": described(WHOLE_NUMBER, "one face's number; else everybody"),
    "bare": described(TEXT, "if it is there: without lanes and names"),
}
EXTENT: Final[dict[str, Schema]] = dict.fromkeys(("begin", "end", "from", "to"), NUMBER)
TREND: Final = object_of(
    **EXTENT, step=NUMBER, faces=array_of(WHOLE_NUMBER), edges=array_of(NUMBER), shares=array_of(array_of(NUMBER)),
    sure=array_of(NUMBER), unclear=array_of(TEXT), svg=TEXT,
)  # fmt: skip
RIBBON: Final = object_of(
    **EXTENT, counted=TEXT, words=TEXT, svg=TEXT,
    rows=array_of(
        object_of(
            face=nullable(WHOLE_NUMBER), words=array_of(NUMBER), sure=array_of(NUMBER), unclear=array_of(array_of(ANYTHING))
        )
    ),
)  # fmt: skip
STRETCHES: Final = described(array_of(array_of(NUMBER)), "beginning and end of each, in seconds of the session")
CALL_PERSON: Final = object_of(
    face=WHOLE_NUMBER, name=TEXT, movements=array_of(object_of(name=TEXT, words=TEXT, told=STRETCHES, shown=STRETCHES))
)
CALL_MOMENT: Final = object_of(
    **{"from": NUMBER, "to": NUMBER}, faces=array_of(WHOLE_NUMBER), words=TEXT,
    marker=described(nullable(TEXT), "what you noted near it"),
    readings=array_of(object_of(of=TEXT, name=TEXT, meaning=TEXT, alternatives=array_of(TEXT))),
)  # fmt: skip
HZ: Final = described(NUMBER | {"minimum": 0, "maximum": MAX_HZ}, "observations a second; 0 is every frame")
FACES: Final = described(one_of("own", "all"), "whose")
IDS: Final = described(TEXT | {"pattern": r"^[0-9,]*$"}, "numbers with commas between them")

OPERATIONS: Final[Mapping[str, Operation]] = {
    "GET /api/openapi.json": Operation("This description, for programs.", ANYTHING),
    "GET /api/timeline": Operation(
        "The readings of the session that runs, or ran last.",
        object_of(session=nullable(TEXT), rows=array_of(ANYTHING)),
        query={"after": described(WHOLE_NUMBER, "only rows with a higher number")},
    ),
    "GET /api/trend": Operation(
        "The trend of the session that runs, or ran last: shares of the expressions in bins, and a drawing of them.",
        TREND,
        query=SESSION_RANGE | DRAWING,
    ),
    "GET /api/ribbon": Operation(
        "A part of that session in full: its last minute, if no part is asked for.",
        RIBBON,
        query=SESSION_RANGE | DRAWING | {"seconds": described(NUMBER, "so many seconds instead of the last minute")},
    ),
    "GET /api/sources": Operation(
        "The cameras of this machine.",
        object_of(message=TEXT, cameras=array_of(object_of(index=WHOLE_NUMBER, name=TEXT, path=nullable(TEXT), virtual=FLAG))),
    ),
    "POST /api/screen": Operation(
        "One picture of a monitor, on which a part of it can be chosen; only on this machine itself. It is not stored.",
        object_of(
            monitor=WHOLE_NUMBER,
            monitors=WHOLE_NUMBER,
            left=described(WHOLE, "of the monitor on the desktop, in its pixels"),
            top=WHOLE,
            width=WHOLE,
            height=WHOLE,
            picture=described(TEXT, "a JPEG in base64"),
        ),
        form={"monitor": described(WHOLE_NUMBER, "its number, from 1")},
    ),
    "GET /api/screen/regions": Operation("The parts of the screen that are remembered for meeting apps.", REGIONS),
    "POST /api/screen/regions": Operation(
        "Remember a part of the screen for an app, or forget it.",
        REGIONS,
        form={"name": TEXT, "region": described(TEXT, "left,top,width,height in pixels; empty to forget it")},
        needed=("name",),
    ),
    "POST /api/moment": Operation(
        "Hold the newest reading, so that its faces can be given a verdict.",
        object_of(t=NUMBER, faces=array_of(HELD_FACE)),
    ),
    "POST /api/picture": Operation(
        "What the faces of a picture show. Results are stored as you decided, pixels only with a verdict.",
        PICTURE_ANSWER,
        form={
            "picture": described(BYTES, "a picture file"),
            "prior": PRIOR,
            "again": described(TEXT, "how this same picture was stored before"),
            "held": described(TEXT, "the name under which this same picture is in memory"),
        },
        needed=("picture",),
    ),
    "POST /api/practice/leave": Operation("End the session if it is practice; any other goes on.", OK),
    "GET /api/held/{name}": Operation("What was answered on a picture that is still in memory.", PICTURE_ANSWER),
    "DELETE /api/held/{name}": Operation("Remove a picture from memory.", OK),
    "POST /api/verdicts": Operation(
        "Save your verdict on a face with its crop, and with the whole picture if it is sent.",
        object_of(id=WHOLE_NUMBER, said=TEXT, kept=TEXT, stored=STORED),
        form={
            "face": described(TEXT, "the token of a face that was judged a moment ago"),
            "said": one_of(*SAID),
            "picture": described(BYTES, "the whole picture"),
        },
        needed=("face", "said"),
    ),
    "POST /api/verdicts/{number}": Operation(
        "Change a verdict on a face whose crop is stored.",
        object_of(id=WHOLE_NUMBER, said=TEXT, kept=TEXT, stored=STORED),
        form={"said": one_of(*SAID)},
        needed=("said",),
    ),
    "DELETE /api/verdicts/{number}": Operation("Take a verdict back.", object_of(ok=FLAG, stored=STORED)),
    "GET /api/sessions/{uuid}/timeline": Operation(
        "A part of a stored session, thinned to a number of observations.",
        object_of(readings=ANYTHING),
        query=SESSION_RANGE
        | {
            "points": described(NUMBER, f"observations at most, {POINTS_RANGE[0]} to {POINTS_RANGE[1]:,}"),
            "brief": described(TEXT, "if it is there: without the scores"),
        },
    ),
    "GET /api/sessions/{uuid}/trend": Operation("The trend of a stored session.", TREND, query=SESSION_RANGE | DRAWING),
    "GET /api/sessions/{uuid}/ribbon": Operation(
        "A part of a stored session in full.",
        RIBBON,
        query=SESSION_RANGE | DRAWING | {"seconds": described(NUMBER, "so many seconds instead of the last minute")},
    ),
    "GET /api/sessions/{uuid}/moments": Operation(
        "Of a stored call: when each person showed which movement, and moments to ask about; at work without their meaning.",
        object_of(people=array_of(CALL_PERSON), moments=array_of(CALL_MOMENT), complete=FLAG),
    ),
    "POST /api/sessions/{uuid}": Operation(
        "Give a stored session a title and notes; what is not sent is emptied.",
        object_of(name=TEXT),
        form={"title": TEXT, "notes": TEXT},
    ),
    "POST /api/sessions/{uuid}/keep": Operation("Keep a stored session until you erase it.", object_of(until=TEXT)),
    "DELETE /api/sessions/{uuid}": Operation("Erase a stored session.", OK),
    "GET /api/ending": Operation(
        "The session that ended last, or was interrupted: its title, length and shares in words, and whether it is stored.",
        object_of(ending=nullable(ANYTHING)),
    ),
    "POST /api/ending/{uuid}": Operation(
        "Rename the session that ended last.", object_of(ending=nullable(ANYTHING)), form={"title": TEXT}
    ),
    "POST /api/ending/{uuid}/keep": Operation(
        "Keep the session that ended last, also if it was not recorded.",
        object_of(ending=nullable(ANYTHING), stored=TEXT),
        form={
            "retention": described(one_of(*RETENTION_WORDS), "how long results are kept from now on, if that is not decided")
        },
    ),
    "DELETE /api/ending/{uuid}": Operation("Discard the session that ended last.", OK),
    "GET /api/sessions/{uuid}/moment": Operation(
        "What would be erased with a part of a session.", object_of(what=TEXT), query=SESSION_RANGE, needed=("from", "to")
    ),
    "DELETE /api/sessions/{uuid}/moment": Operation(
        "Erase a part of a session.", OK, query=SESSION_RANGE, needed=("from", "to")
    ),
    "DELETE /api/pictures/{uuid}": Operation("Erase a picture that was kept.", OK),
    "DELETE /api/everything": Operation("Erase everything that is stored, and store nothing until you are asked again.", OK),
    "POST /api/retention": Operation(
        "Set how long results are kept, including those already stored.",
        object_of(retention=TEXT, words=TEXT, stored=STORED),
        form={"retention": one_of(*RETENTION_WORDS)},
        needed=("retention",),
    ),
    "POST /api/mode": Operation(
        "Say where you use Mien: at work and in education, others have no expressions.",
        object_of(mode=one_of(*MODE_WORDS), words=TEXT),
        form={"mode": one_of(*MODE_WORDS)},
        needed=("mode",),
    ),
    "POST /api/readings": Operation(
        "Say how readily a possible reading is told, from the next session on.",
        object_of(reading=TEXT, told=one_of(*TELLINGS), words=TEXT, threshold=NUMBER),
        form={"reading": described(TEXT, "its id, as in readings.toml"), "told": one_of(*TELLINGS)},
        needed=("reading", "told"),
    ),
    "POST /api/readings/file": Operation(
        "Lay somebody's readings over your own.",
        object_of(readings=described(WHOLE_NUMBER, "how many readings were loaded in all")),
        form={"file": described(BYTES, "a file readings.toml")},
        needed=("file",),
    ),
    "DELETE /api/readings/file": Operation("Remove all readings that were loaded.", OK),
    "GET /api/cues": Operation("The alerts that you want.", object_of("trouble", on=FLAG, cues=ALERT_LIST, trouble=TEXT)),
    "POST /api/cues": Operation("Set your alerts; they replace those before.", ALERTS, json=ALERTS),
    "POST /api/cues/shown": Operation("Show an alert now, on every page, to see what it looks like.", OK, json=ALERT),
    "GET /api/resting": Operation(
        "Whether your resting face is taken into account, and from when to when it was.",
        object_of(on=FLAG, stretches=array_of(array_of(nullable(NUMBER)))),
        query={"session": described(TEXT, "a stored session's id; else the one that runs")},
    ),
    "POST /api/resting": Operation(
        "Switch on or off that your resting face is taken into account.",
        object_of(on=FLAG),
        form={"on": one_of("yes", "no")},
        needed=("on",),
    ),
    "POST /api/guided/begin": Operation(
        "Begin to sample an expression that you show to the camera.",
        object_of(seconds=NUMBER),
        form={"expression": one_of(*EXPRESSIONS)},
        needed=("expression",),
    ),
    "POST /api/guided/leave": Operation(
        "Discard the samples since the beginning.",
        OK,
        form={"stop": described(one_of("yes", "no"), "the page is left; whether to end the session, too")},
    ),
    "POST /api/guided/end": Operation(
        "Save a few of the samples as verdicts.",
        object_of(ids=array_of(WHOLE_NUMBER), kept=WHOLE_NUMBER, saw=TEXT, asks=TEXT, stored=STORED),
        form={
            "instead": described(IDS, "numbers of the samples that these replace"),
            "sure": described(one_of("yes"), "save also what looked like another expression to the model"),
        },
    ),
    "POST /api/guided/take-back": Operation("Delete these samples.", object_of(ok=FLAG, stored=STORED), form={"ids": IDS}),
    "POST /api/guided/fit": Operation(
        "Fit the model to your resting face, or to all your verdicts.",
        FIT,
        form={"only": described(TEXT, "resting: to that alone")},
    ),
    "POST /api/refit": Operation(
        "Fit the model to your verdicts; it takes effect by itself only where its gain is beyond doubt.",
        object_of(version=WHOLE_NUMBER, origin=TEXT, verdicts=WHOLE_NUMBER, promoted=FLAG),
    ),
    "POST /api/fits": Operation(
        "Let a fit take effect; 0 is the released model.",
        object_of(version=WHOLE_NUMBER),
        form={"version": WHOLE_NUMBER},
        needed=("version",),
    ),
    "GET /api/recordings": Operation("The recordings that are or were analysed.", object_of(jobs=array_of(JOB), keeps=FLAG)),
    "POST /api/recordings": Operation(
        "Analyse a video on this machine.",
        JOB,
        form={"path": described(TEXT, "the whole path"), "hz": HZ, "faces": FACES},
        needed=("path",),
    ),
    "POST /api/recordings/copy": Operation(
        "Analyse the video that is sent.",
        JOB,
        query={"name": described(TEXT, "what the file is called"), "hz": HZ, "faces": FACES},
        stream=True,
    ),
    "POST /api/recordings/{name}/{what}": Operation("Cancel a recording, resume it, or remove it.", OK),
}
"""By method and address, in the order in which the page tells them."""

ID: Final = TEXT | {"pattern": "^[0-9A-Za-z-]{8,64}$"}
PATH_PARAMETERS: Final[Mapping[str, Schema]] = {
    "uuid": described(ID, "its id, or eight letters of it at least"),
    "name": described(ID, "its id"),
    "number": WHOLE_NUMBER | {"maximum": LARGEST_ID},
    "what": one_of("cancel", "go-on", "remove"),
}
"""What stands in an address."""
ERROR_RESPONSES: Final = {
    400: "The request is wrong, or cannot be done now: a sentence says why.",
    404: "What was asked for does not exist, or no longer.",
    413: "It is larger than Mien accepts.",
    422: "The file is not a picture that can be read.",
    503: "Something is missing, or other requests come first: Retry-After says when to ask again.",
}
TOKEN_MISSING: Final = "The token is missing or wrong, or the request comes from another site."  # noqa: S105 - a sentence


def parameters(path: str, operation: Operation) -> list[Schema]:
    """What stands in the address, and after its question mark."""
    placed: list[Schema] = [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name, schema in PATH_PARAMETERS.items()
        if f"{{{name}}}" in path
    ]
    asked: list[Schema] = [
        {"name": name, "in": "query", "required": name in operation.needed, "schema": schema}
        for name, schema in operation.query.items()
    ]
    return placed + asked


def openapi_document(cookie: str | None) -> Schema:
    """All of it as OpenAPI has it. cookie: the one that holds the token; None where none is asked for."""
    paths: dict[str, Schema] = {}
    for name, operation in OPERATIONS.items():
        method, path = name.split(" ")
        paths.setdefault(path, {})[method.lower()] = _told(path, operation)
    schemes = (
        {}
        if cookie is None
        else {
            "bearer": {"type": "http", "scheme": "bearer", "description": "Authorization: Bearer TOKEN"},
            "cookie": {"type": "apiKey", "in": "cookie", "name": cookie},
        }
    )
    return {
        "openapi": OPENAPI_VERSION,
        "info": {
            "title": "Mien",
            "version": version("mien"),
            "description": "The addresses that Mien's own pages use. They may change from one release to the next.",
        },
        "paths": paths,
        "security": [{name: []} for name in schemes],
        "components": {"securitySchemes": schemes, "schemas": {"Refusal": object_of(error=described(TEXT, "a sentence"))}},
    }


def _told(path: str, operation: Operation) -> Schema:
    refusal = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    answers: dict[str, Schema] = {
        "200": {"description": "Done.", "content": {"application/json": {"schema": operation.answer}}},
        "403": {"description": TOKEN_MISSING, "content": {"text/plain": {"schema": TEXT}}},
    }
    answers |= {str(code): {"description": words, "content": refusal} for code, words in ERROR_RESPONSES.items()}
    told: Schema = {"summary": operation.words, "parameters": parameters(path, operation), "responses": answers}
    if operation.body:
        content = {kind: {"schema": schema} for kind, schema in operation.body.items()}
        told["requestBody"] = {"content": content, "required": operation.json is not None or bool(operation.needed)}
    return told


def api_blueprint(access: Access) -> Blueprint:
    """The description, for programs and for people."""
    blueprint = Blueprint("api", __name__)

    def cookie() -> str | None:
        return None if access.token is None else cookie_name(request.environ, request.environ[WAY])

    @blueprint.get("/api/openapi.json")
    def openapi() -> Schema:
        return openapi_document(cookie())

    @blueprint.get("/api")
    def page() -> str:
        return render_template(
            "api.html", document=openapi_document(cookie()), refusals=ERROR_RESPONSES, forbidden=TOKEN_MISSING
        )

    return blueprint
