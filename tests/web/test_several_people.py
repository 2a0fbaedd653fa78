"""Two people on one server, as docs/several-people.md says: its SQL, Redis users and nginx servers, with real programs."""

import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import psycopg
import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, RejectConnection, Request, TextMessage

from tests.conftest import ROOT
from tests.tracker.store.conftest import PASSWORD, Server
from tests.tracker.store.conftest import server as server  # noqa: PLC0414 - a fixture
from web.security.access import PUBLIC_COOKIE, Access

PAGE: Final = (ROOT / "docs" / "several-people.md").read_text(encoding="utf-8")
SOON: Final = 60.0
PEOPLE: Final = ("mia", "tom")


def block(language: str) -> str:
    """The one block of the page in a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def wait_until(done: Callable[[], Any]) -> None:
    """For what another program makes, and tells nobody."""
    end = time.monotonic() + SOON
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


class Window:
    """A page's live connection by WebSocket, encrypted where a context is given."""

    def __init__(self, port: int, host: str, cookie: str, tls: ssl.SSLContext | None = None) -> None:
        plain = socket.create_connection(("127.0.0.1", port), SOON)
        self._socket = plain if tls is None else tls.wrap_socket(plain, server_hostname=host)
        self._wire, self._text, self.refused = WSConnection(ConnectionType.CLIENT), "", False
        self.told: list[tuple[str, Any]] = []
        headers = [(b"Cookie", cookie.encode()), (b"Origin", f"http{'' if tls is None else 's'}://{host}".encode())]
        self._send(Request(host=host, target="/socket.io/?EIO=4&transport=websocket", extra_headers=headers))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def _send(self, event: Any) -> None:
        self._socket.sendall(self._wire.send(event))

    def say(self, *event: Any) -> None:
        self._send(TextMessage("42" + json.dumps(event)))

    def _read(self) -> bool:
        """Whether the connection still is."""
        try:
            came = self._socket.recv(1 << 16)
        except ConnectionError:
            came = b""
        self._wire.receive_data(came or None)
        for event in self._wire.events():
            self.refused |= isinstance(event, RejectConnection)
            if isinstance(event, AcceptConnection):
                self._send(TextMessage("40"))
            elif isinstance(event, TextMessage):
                self._text += event.data
                if event.message_finished:
                    text, self._text = self._text, ""
                    if text == "2":
                        self._send(TextMessage("3"))
                    elif text.startswith("42"):
                        name, *what = json.loads(text[2:])
                        self.told.append((name, what[0] if what else None))
        return bool(came) and not self.refused

    def wait(self, event: str, wanted: Callable[[Any], Any] = lambda _: True) -> Any:
        """What came with the next such event of which something is so."""
        while True:
            while self.told:
                name, what = self.told.pop(0)
                if name == event and wanted(what):
                    return what
            assert self._read(), f"no {event} came"

    def wait_for_end(self) -> None:
        """Until the other side hangs up."""
        while self._read():
            pass


@dataclass
class Person:
    """One person's Mien: where it listens, its folders, its process."""

    name: str
    port: int
    home: Path
    process: subprocess.Popen[str] | None = None
    viewer: bool = False

    @property
    def host(self) -> str:
        return f"{self.name}.example.org"

    @property
    def cookie(self) -> str:
        """By which this person's browser shows the token at the public origin."""
        token = (self.home / "data" / "mien" / "dashboard.token").read_text().strip()
        return f"{PUBLIC_COOKIE}={Access(token).cookie_value(PUBLIC_COOKIE)}"

    @property
    def local_cookie(self) -> str:
        token = (self.home / "data" / "mien" / "dashboard.token").read_text().strip()
        name = f"mien-{self.port}"
        return f"{name}={Access(token).cookie_value(name)}"

    def start(self, database: str, queue: str, trusted: Path | None = None) -> None:
        """Passwords are in mien.toml, as the page says; trusted: a certificate that is as good as one of an authority."""
        folder = self.home / "config" / "mien"
        folder.mkdir(parents=True, exist_ok=True)
        settings = {"db": database, "port": self.port, "public_origin": f"https://{self.host}", "message_queue": queue}
        lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()] + ["viewer = true"] * self.viewer
        (folder / "mien.toml").write_text("\n".join(lines))
        folders = {"XDG_CONFIG_HOME": str(self.home / "config"), "XDG_DATA_HOME": str(self.home / "data")}
        folders |= {"SSL_CERT_FILE": str(trusted)} if trusted else {}
        mien = Path(sys.executable).with_name("mien")
        self.process = subprocess.Popen(
            [mien, "--no-browser"], env=os.environ | folders, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def wait_until_it_answers(self) -> None:
        """Its first line says where."""
        assert self.process
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert "Mien is at" in line, line + self.process.stdout.read()


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    """A certificate of both names, and a browser's side that trusts it."""
    ask = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ",".join(f"DNS:{name}" for name in ("localhost", *(f"{name}.example.org" for name in PEOPLE)))
    ask += ["-subj", "/CN=mien", "-addext", f"subjectAltName={names}"]
    subprocess.run([*ask, "-keyout", tmp_path / "mien.key", "-out", tmp_path / "mien.pem"], check=True, capture_output=True)
    return ssl.create_default_context(cafile=tmp_path / "mien.pem")


@dataclass(frozen=True)
class Queue:
    """A Redis of this test's own: its address on this machine and that for another one, with * for a name; kill ends it."""

    here: str
    from_elsewhere: str
    certificate: Path
    kill: Callable[[], None]


@pytest.fixture
def queue(tmp_path: Path, tls: ssl.SSLContext) -> Iterator[Queue]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("Redis is not installed: apt-get install redis-server.")
    port, certificate = free_port(), tmp_path / "mien.pem"
    lines = (block("redis") + block("redis-tls")).replace("/run/redis", str(tmp_path)).replace("/etc/redis", str(tmp_path))
    lines = lines.replace("tls-port 6380", f"tls-port {port}").replace("bind * -::*", "bind 127.0.0.1")
    (tmp_path / "redis.conf").write_text(f"dir {tmp_path}\n{lines}")
    with subprocess.Popen([program, tmp_path / "redis.conf"], stdout=subprocess.DEVNULL) as process:
        names = "*:a-password-of-*"
        yield Queue(
            f"unix://{names}@{tmp_path}/redis-server.sock", f"rediss://{names}@localhost:{port}", certificate, process.kill
        )
        process.kill()


@pytest.fixture
def databases(server: Server) -> Iterator[str]:
    """An address with * for a name: a role and a database each, by the page's SQL, in which names are as on the page."""
    owner = f"host={server.folder} user=mien password='{PASSWORD}' dbname=postgres"
    with psycopg.connect(owner, autocommit=True) as connection:
        for statement in block("sql").split(";\n"):
            words = re.sub(r"'a password of (\w+)''s'", lambda found: f"'{found[1].lower()}s'", statement)
            if words.strip():
                connection.execute(words.encode())
        yield f"postgresql+psycopg://*:*s@/*?host={server.folder}"
        for name in PEOPLE:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
            connection.execute(f"DROP ROLE {name}".encode())


@pytest.fixture
def people(tmp_path: Path, databases: str, queue: Queue) -> Iterator[dict[str, Person]]:
    """Mia, Tom, and a viewer of Mia's, as on another machine."""
    mia, tom = (Person(name, free_port(), tmp_path / name) for name in PEOPLE)
    viewer = Person("mia", free_port(), tmp_path / "viewer", viewer=True)
    everybody = {"mia": mia, "tom": tom, "viewer": viewer}
    for each in everybody.values():
        address = queue.from_elsewhere if each.viewer else queue.here
        each.start(databases.replace("*", each.name), address.replace("*", each.name), queue.certificate)
    for each in everybody.values():
        each.wait_until_it_answers()
    yield everybody
    for each in everybody.values():
        assert each.process
        each.process.kill()
        each.process.communicate()


@pytest.fixture
def proxy(tmp_path: Path, tls: ssl.SSLContext, people: dict[str, Person]) -> Iterator[int]:
    """Nginx with the page's servers, under the account that Debian gives its workers; its port."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        pytest.skip("Nginx is not installed: apt-get install nginx.")
    port = free_port()
    servers = block("nginx").replace("listen 443", f"listen 127.0.0.1:{port}")
    for folder in ("/etc/ssl", "/var/log/nginx"):
        servers = servers.replace(folder, str(tmp_path))
    for page, name in (("801", "mia"), ("802", "tom")):
        servers = servers.replace(f"127.0.0.1:{page};", f"127.0.0.1:{people[name].port};")
    account = "user www-data;" if os.geteuid() == 0 else ""
    temporary = "\n".join(
        f"{what}_temp_path {tmp_path}/{what};" for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"{account} pid {tmp_path}/nginx.pid; daemon off; error_log {tmp_path}/nginx.log error; events {{}} "
        f"http {{ access_log {tmp_path}/nginx.log; {temporary}\n{servers} }}"
    )
    with subprocess.Popen([found, "-p", tmp_path, "-c", tmp_path / "nginx.conf"]) as process:
        wait_until(lambda: answers(port))
        yield port
        process.terminate()


def answers(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def ask(proxy: int, tls: ssl.SSLContext) -> Callable[..., tuple[int, str]]:
    """Asks by https for a path of a host: the code and the body."""

    def asking(host: str, path: str, cookie: str, form: str | None = None) -> tuple[int, str]:
        method = "GET" if form is None else "POST"
        with tls.wrap_socket(socket.create_connection(("127.0.0.1", proxy), SOON), server_hostname=host) as line:
            head = f"{method} {path} HTTP/1.0\r\nHost: {host}\r\nCookie: {cookie}\r\nOrigin: https://{host}\r\n"
            kind = "Content-Type: application/x-www-form-urlencoded\r\n" if form is not None else ""
            line.sendall(f"{head}{kind}Content-Length: {len(form or '')}\r\n\r\n{form or ''}".encode())
            came = b""
            while part := line.recv(1 << 16):
                came += part
        top, _, body = came.partition(b"\r\n\r\n")
        return int(top.split()[1]), body.decode()

    return asking


@pytest.fixture
def window(proxy: int, tls: ssl.SSLContext) -> Callable[[Person, str], Window]:
    """Opens a page's live connection to somebody's name, with a cookie."""
    return lambda owner, cookie: Window(proxy, owner.host, cookie, tls)


def test_nobody_else_can_take_a_port_of_the_page() -> None:
    """Whoever listened where nginx passes requests on would get a person's cookie: only root gives ports below 1024."""
    ports = [int(port) for port in re.findall(r"proxy_pass http://127\.0\.0\.1:(\d+);", block("nginx"))]
    assert len(set(ports)) == len(PEOPLE)
    assert all(port < 1024 for port in ports)
    assert tomllib.loads(block("toml"))["port"] == ports[0]
    assert "AmbientCapabilities=CAP_NET_BIND_SERVICE\n" in block("ini")


def test_no_picture_lands_on_the_proxys_disk() -> None:
    """Nginx writes what a slow browser sends or has not taken yet to files, unless each server is told not to."""
    _, *servers = block("nginx").split("server {")
    assert len(servers) == len(PEOPLE)
    for each in servers:
        assert "proxy_request_buffering off;" in each
        assert "proxy_max_temp_file_size 0;" in each


@pytest.mark.long
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate: apt-get install openssl.")
@pytest.mark.timeout(240)
def test_two_people_on_one_server_never_meet(
    people: dict[str, Person],
    window: "Callable[[Person, str], Window]",
    ask: Callable[..., tuple[int, str]],
    databases: str,
    queue: Queue,
) -> None:
    """Each sees own sessions alone, by page, database and queue; a viewer shows its person's; one killed, the other goes on."""
    mia, tom, viewer = people["mia"], people["tom"], people["viewer"]

    # A window of each, through nginx, by WebSocket; and one at Mia's viewer, which nginx does not serve.
    with (
        window(mia, mia.cookie) as mias,
        window(tom, tom.cookie) as toms,
        Window(viewer.port, f"127.0.0.1:{viewer.port}", viewer.local_cookie) as viewed,
    ):
        for person, page in ((mia, mias), (tom, toms)):
            assert ask(person.host, "/api/retention", person.cookie, "retention=forever")[0] == 200
            page.wait("state")
            page.say("start", {"source": "fake", "hz": 5})
        hers, his = (page.wait("observation", lambda row: row["faces"])["session"] for page in (mias, toms))
        assert hers != his

        # The viewer tells the same session, its state word for word, and does nothing that it is asked to.
        state = viewed.wait("state", lambda state: state["kind"] == "watching")
        assert state["session"] == hers
        assert viewed.wait("observation", lambda row: row["faces"])["session"] == hers
        viewed.say("stop")

        # By name and cookie: neither gets in at the other's.
        for guest, owner in ((mia, tom), (tom, mia)):
            assert ask(owner.host, "/history", guest.cookie)[0] == 403
            with window(owner, guest.cookie) as refused:
                refused.wait_for_end()
                assert refused.refused
        # By database and queue: the servers refuse.
        for name, other in (PEOPLE, PEOPLE[::-1]):
            address = databases.replace("+psycopg", "").replace("*", name).replace(f"/{name}?", f"/{other}?")
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(address)
            redis = pytest.importorskip("redis")
            client = redis.Redis.from_url(queue.here.replace("*", name))
            with pytest.raises(redis.exceptions.NoPermissionError):
                client.publish(f"mien-{other}", "{}")
            with pytest.raises(redis.exceptions.NoPermissionError):
                client.execute_command("SUBSCRIBE", f"mien-{other}")
        # History lists a session once it is stored.
        wait_until(lambda: all(own in ask(each.host, "/history", each.cookie)[1] for each, own in ((mia, hers), (tom, his))))
        for guest, foreign in ((mia, his), (tom, hers)):
            assert foreign not in ask(guest.host, "/history", guest.cookie)[1]
            assert ask(guest.host, f"/history/{foreign}", guest.cookie)[0] == 404

        # Tom's is killed: his page is cut off, Mia's goes on.
        assert tom.process
        tom.process.send_signal(signal.SIGKILL)
        toms.wait_for_end()
        assert ask(tom.host, "/?token=the-token-of-tom", "")[0] == 502
        assert not any("the-token-of-tom" in log.read_text() for log in queue.certificate.parent.glob("*.log"))
        mias.told.clear()
        assert mias.wait("observation")["session"] == hers

        # Started again, it lets his page in by the cookie that it has, and his session is there.
        tom.process.communicate()
        tom.start(databases.replace("*", "tom"), queue.here.replace("*", "tom"))
        tom.wait_until_it_answers()
        with window(tom, tom.cookie) as again:
            assert again.wait("state")["kind"] == "idle"
        assert his in ask(tom.host, "/history", tom.cookie)[1]

        # Redis goes: Mia's page says so and goes on, and so does the viewer's page.
        queue.kill()
        assert "message queue" in mias.wait("state", lambda state: state["save_trouble"])["save_trouble"]
        assert mias.wait("observation")["session"] == hers
        assert "does not answer" in viewed.wait("state", lambda state: state["kind"] == "idle")["message"]
    # No password in what was printed.
    assert viewer.process
    viewer.process.terminate()
    printed = viewer.process.communicate(timeout=SOON)[0]
    assert "message queue" in printed
    assert "a-password-of" not in printed
