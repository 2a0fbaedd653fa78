"""Addresses with a secret in them, such as a camera's password: one rule that hides it, and a text that keeps it to itself."""

import re
from itertools import pairwise
from typing import Final, Self

HIDDEN: Final = "***"
# Each of these is bounded, or gives nothing back (*+): else a long text without an address in it would take its square in time.
ADDRESS: Final = re.compile(r"([a-z][a-z0-9+.-]{1,40}):/+", re.IGNORECASE)
"""How one begins: two strokes, one where it was taken for a path, three where a host is left out."""
FILES: Final = ("sqlite", "file")
"""In these no host follows, and no user."""
HOST: Final = re.compile(r"([^:@]*+|\[[0-9a-f:.%]*\])(:\d*)?[^\w:@]*", re.IGNORECASE)
"""A host and its port, perhaps at the end of a sentence; a password would bring a colon of its own."""
SECRET_IN_PATH: Final = re.compile(
    r"((?:pass|pwd|token|secret|auth|key)[a-z]{0,40}=).*?(?=_\w{1,40}=|[&;/,.]|$)", re.IGNORECASE
)
"""Cheap recorders take user and password as a part of the path: /user=admin_password=1234_channel=1.sdp."""
SHOWN_QUERY_MEMBERS: Final = frozenset({"host", "port", "sslmode"})
"""Members of a query that say where something is."""
SURROGATES: Final = re.compile("[\ud800-\udfff]")
BYTES_FROM: Final = 0xDC00
"""Python writes a byte that is no text as this and the byte (PEP 383)."""
SHORT_NUMBER: Final = re.compile(r"\d{1,2}\W*")
"""Of a channel, say: too short for a secret."""


class Address(str):
    """What a person gave as a source or a database: every way to write it down (str, repr, JSON, a column) is ``redacted``, and
    ``readable``.

    Who opens it asks ``whole``. An Address of an Address is the same one; texts that are made of it have forgotten its secret.
    """

    __slots__ = ("_whole",)
    _whole: str

    def __new__(cls, text: str) -> Self:
        whole = text.whole if isinstance(text, Address) else text
        address = super().__new__(cls, readable(redacted(whole)))
        address._whole = whole
        return address

    def __getnewargs__(self) -> tuple[str]:
        """For copies, and for other processes of ours, which get it through a pipe."""
        return (self._whole,)

    @property
    def whole(self) -> str:
        """As it was given, secret and all: for OpenCV and SQLAlchemy alone."""
        return self._whole


def readable(text: str) -> str:
    """A text that every file, database and page takes: bytes of a file's name that are no text are escaped, as by Python."""
    return text if is_text(text) else SURROGATES.sub(lambda found: _escaped(ord(found[0])), text)


def is_text(text: str) -> bool:
    """Whether it can be written as UTF-8."""
    return SURROGATES.search(text) is None


def _escaped(surrogate: int) -> str:
    byte = surrogate - BYTES_FROM
    return f"\\x{byte:02x}" if 0x80 <= byte <= 0xFF else f"\\u{surrogate:04x}"


def redacted(address: str) -> str:
    """One address with ``***`` for what may be secret in it; a text that is none stays as it is.

    That is user and password, also a password with letters that should have been percent-encoded; in a query every value but
    places and channels; in a path what is called a password or a token.
    """
    found = ADDRESS.search(address)
    if found is None:
        return address
    scheme = found[1].lower()
    rest = address[found.end() :]
    if not scheme.startswith(FILES):
        rest = _without_user(scheme, rest)
    # Host and path, the mark that ends them, and the query.
    path, mark, query = re.fullmatch(r"([^?#]*)([?#]?)(.*)", rest, re.DOTALL).groups()  # type: ignore[union-attr]
    members = []
    for member in re.split(r"([&;#?])", query):
        name, equals, value = member.partition("=")
        if not member.strip("&;#?") or name.lower() in SHOWN_QUERY_MEMBERS or SHORT_NUMBER.fullmatch(value or name):
            members.append(member)
        else:
            members.append(f"{name}={HIDDEN}" if equals else HIDDEN)
    return address[: found.end()] + SECRET_IN_PATH.sub(rf"\1{HIDDEN}", path) + mark + "".join(members)


def without_secrets(sentence: str) -> str:
    """A sentence, or a whole traceback, each of its addresses redacted."""
    if ":/" not in sentence:
        return sentence
    parts: list[str] = []
    for word in re.split(r"(\s+)", sentence):
        # Several addresses may stand in a word, as in a list.
        begins = [0, *(match.start() for match in ADDRESS.finditer(word)), len(word)]
        parts += [redacted(word[begin:end]) for begin, end in pairwise(begins)]
    return "".join(parts)


def _without_user(scheme: str, rest: str) -> str:
    """Up to the last @ that may end a password: better too much is hidden than half of it shown."""
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if HOST.fullmatch(authority):
        # Of digits and a stroke, a password looks like a port and a path.
        end = rest.rfind("@") if ":" in authority else -1
    elif scheme.startswith("postgres") and re.fullmatch(r"[^:@]++@[^:@]*+(:\d*)?[^\w:@]*", authority):
        # The name of a user alone is no key there; of a stream it may be one.
        return rest
    else:
        end = rest.rfind("@")
        if end < 0:
            return HIDDEN + rest[len(authority) :]
    return rest if end < 0 else f"{HIDDEN}{rest[end:]}"
