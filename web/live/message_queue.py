"""The message queue: what pages are told of a session, passed on by a Redis server to other Miens of the same person.

Messages are written as Flask-SocketIO's own queue writes them, so that any server of python-socketio's on the same channel
hears them. They are published in a thread of their own: a session waits for no network. Pictures never go through it, nor
anything of the others on a call, nor practice.
"""

import json
import logging
import re
from collections import deque
from collections.abc import Callable, Mapping
from threading import Condition, Event, Thread
from time import monotonic
from typing import Any, Final
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from tracker.core.address import Address
from tracker.core.errors import MissingError, UsageError
from tracker.core.parsing import parse_json
from tracker.core.records import Json, JsonObject

SHARED_EVENTS: Final = ("state", "observation")
HEARTBEAT_SECONDS: Final = 2.0
"""The state is published so often, for who has just begun to listen, and as a sign of life."""
SILENCE_SECONDS: Final = 3 * HEARTBEAT_SECONDS
"""After these the Mien that watches is taken for gone."""
RETRY_SECONDS: Final = 1.0
POLL_SECONDS: Final = 0.5
"""Between two looks at whether it is the end."""
TIMEOUT_SECONDS: Final = 2.0
CLOSE_SECONDS: Final = 1.0
"""Mien ends within five seconds."""
MAX_WAITING: Final = 200
"""Messages; a server that is slower loses the oldest."""
USER: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
KINDS: Final = (
    "write redis://USER:PASSWORD@127.0.0.1:6379, unix://USER:PASSWORD@/path/of/its/socket or, for another machine, rediss://"
)


def channel_of(address: str) -> str:
    """The channel of a queue's address: that of its user, so that Redis itself keeps people apart.

    Raises:
        UsageError: It is none, has no user of its own and password, or would send what is told unencrypted to another machine.
    """
    whole = Address(address).whole
    try:
        parts = urlsplit(whole)
        host, user, password, port = parts.hostname, unquote(parts.username or ""), parts.password, parts.port
    except ValueError:
        raise UsageError(f"{Address(address)} is no address of a message queue: {KINDS}.") from None
    known = (parts.scheme in ("redis", "rediss") and host) or (parts.scheme == "unix" and parts.path and not port)
    if not known or parts.query:
        raise UsageError(f"{Address(address)} is no address of a message queue: {KINDS}.")
    if not USER.fullmatch(user) or user == "default" or not password:
        raise UsageError(
            f"{Address(address)} needs a user and a password of your own: the user's channel is yours alone, see"
            " docs/several-people.md."
        )
    if parts.scheme == "redis" and host not in LOOPBACK:
        raise UsageError(f"{Address(address)} is another machine, and nothing would be encrypted: write rediss://.")
    return f"mien-{user}"


def connect(address: str) -> Any:
    """A client of the queue's server, which connects when it is first used; MissingError without the package."""
    try:
        import redis
    except ImportError as error:
        raise MissingError("A message queue needs the package redis: pip install 'mien[redis]'.") from error
    limits = {"socket_connect_timeout": TIMEOUT_SECONDS, "socket_timeout": TIMEOUT_SECONDS}
    return redis.Redis.from_url(Address(address).whole, **limits)


def _failures() -> tuple[type[Exception], ...]:
    from redis.exceptions import RedisError

    return RedisError, OSError


class EventPublisher:
    """Publishes what all pages are told; close it at the end. ``offer`` waits for nothing, and may be called in any thread.

    Attributes:
        trouble: Why nothing is published, as a sentence; None while it works.
    """

    def __init__(self, address: str, changed: Callable[[], None]) -> None:
        """Begin.

        Args:
            address: Of the queue.
            changed: Called in the publisher's thread when ``trouble`` is another one than before.

        Raises:
            UsageError: The address cannot be used.
            MissingError: The package for it is missing.
        """
        self._channel, self._name, self._client = channel_of(address), Address(address), connect(address)
        self._changed, self._id = changed, uuid4().hex
        self.trouble: str | None = None
        self._waiting: deque[tuple[str, JsonObject]] = deque(maxlen=MAX_WAITING)
        self._state: JsonObject | None = None
        self._news, self._going = Condition(), True
        self._thread = Thread(target=self._work, name="message queue", daemon=True)
        self._thread.start()

    def offer(self, event: str, told: JsonObject) -> None:
        """Publish an event soon; events stay in order."""
        with self._news:
            self._waiting.append((event, told))
            if event == "state":
                self._state = told
            self._news.notify()

    def close(self) -> None:
        """End, after what still waits is published, if that can be done at once."""
        with self._news:
            self._going = False
            self._news.notify()
        self._thread.join(CLOSE_SECONDS)

    def _work(self) -> None:
        failures = _failures()
        while (found := self._next()) is not None:
            for event, told in found:
                try:
                    self._client.publish(self._channel, self._message(event, told))
                except failures as error:
                    words = str(error).rstrip(".")
                    self._become(f"The message queue {self._name} takes nothing for viewers ({words}). The session goes on.")
                    break
                self._become(None)

    def _next(self) -> list[tuple[str, JsonObject]] | None:
        """What is published next, at the latest the state after HEARTBEAT_SECONDS; None at the end."""
        with self._news:
            if self.trouble is not None:
                self._news.wait_for(lambda: not self._going, RETRY_SECONDS)
            self._news.wait_for(lambda: not self._going or self._waiting, HEARTBEAT_SECONDS)
            found = list(self._waiting)
            self._waiting.clear()
            if not self._going:
                return found or None
            return found or ([] if self._state is None else [("state", self._state)])

    def _message(self, event: str, told: JsonObject) -> str:
        """As python-socketio's PubSubManager writes an emit."""
        nobody: Mapping[str, Json] = {"room": None, "skip_sid": None, "callback": None, "binary": False}
        return json.dumps({"method": "emit", "event": event, "data": [told], "namespace": "/", "host_id": self._id, **nobody})

    def _become(self, trouble: str | None) -> None:
        if (self.trouble is None) != (trouble is None):
            if trouble is not None:
                logging.getLogger(__name__).warning("%s", trouble)
            self.trouble = trouble
            self._changed()


class EventReader:
    """Hears what another Mien publishes, in a thread of its own; close it at the end."""

    def __init__(self, address: str, hear: Callable[[str, object], None], fall_silent: Callable[[str], None]) -> None:
        """Begin.

        Args:
            address: Of the queue.
            hear: Called with each event's name and what belongs to it, as it came: anybody with the password may have sent it.
            fall_silent: Called with a sentence when nothing is heard any more, once for each reason.

        Raises:
            UsageError: The address cannot be used.
            MissingError: The package for it is missing.
        """
        self._channel, self._name, self._client = channel_of(address), Address(address), connect(address)
        self._hear, self._fall_silent = hear, fall_silent
        self._closing, self._silence = Event(), ""
        self._thread = Thread(target=self._work, name="message queue", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End."""
        self._closing.set()
        self._thread.join(CLOSE_SECONDS)

    def _work(self) -> None:
        failures = _failures()
        while not self._closing.is_set():
            try:
                self._listen()
            except failures as error:
                words = str(error).rstrip(".")
                self._note_silence(f"The message queue {self._name} does not answer ({words}). This page goes on when it does.")
                self._closing.wait(RETRY_SECONDS)

    def _listen(self) -> None:
        """Hear what comes, until the end or an error."""
        with self._client.pubsub(ignore_subscribe_messages=True) as queue:
            queue.subscribe(self._channel)
            heard_at = monotonic()
            while not self._closing.is_set():
                message = queue.get_message(timeout=POLL_SECONDS)
                if message is not None:
                    heard_at, self._silence = monotonic(), ""
                    self._understand(message["data"])
                elif monotonic() - heard_at > SILENCE_SECONDS:
                    self._note_silence("Nothing is heard of the Mien that watches: it has ended, or is cut off.")

    def _note_silence(self, sentence: str) -> None:
        if sentence != self._silence:
            self._silence = sentence
            logging.getLogger(__name__).warning("%s", sentence)
            self._fall_silent(sentence)

    def _understand(self, text: object) -> None:
        """Whatever is no event of ours is passed over."""
        try:
            found = parse_json(text) if isinstance(text, bytes) else None
        except ValueError:
            return
        match found:
            case {"method": "emit", "event": str(event), "data": [told]} if event in SHARED_EVENTS:
                self._hear(event, told)
