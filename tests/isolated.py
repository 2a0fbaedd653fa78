"""Runs commands where every address answers, and tells what they asked for and what they wrote.

    unshare --net --mount python tests/isolated.py REPORT COMMANDS [DRIVER]

In a network namespace of its own every address of the world is this machine: a name server answers each name, and port
443 takes each connection. Both count. A collector that first looks whether there is a network finds one. ``strace``
adds what a listener cannot hear (other ports, datagrams) and which files were made or opened for writing, by the process,
its threads and its children.

COMMANDS is JSON: name -> list of arguments; all run at once, and what they print lies beside the report as NAME.out.
DRIVER is a Python file that plays a person at the command ``dashboard``, which is ended when the driver is through; it is
told that folder. REPORT is JSON, as ``Report`` has it.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Final, TypedDict

NAME_SERVER: Final = "192.0.2.53"
ANYBODY: Final = "192.0.2.80"
"""Addresses for documentation, which belong to nobody (RFC 5737)."""
DNS: Final = 53
TLS: Final = 443
SECONDS: Final = 100
"""How long a command may take, its end included."""

SENDS: Final = "connect,sendto,sendmsg,sendmmsg"
WRITES: Final = "open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat"
STRACE: Final = (
    "strace",
    "-ff",
    "--seccomp-bpf",
    "-qq",
    "-y",
    "-s",
    "4096",
    "-e",
    f"trace={SENDS},{WRITES}",
    "-e",
    "signal=none",
)
ADDRESS: Final = re.compile(r'sin6?_port=htons\((\d+)\).*?(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"')
OPENED: Final = re.compile(r'(?:open|openat|creat)\((?:[^"]*)"((?:[^"\\]|\\.)*)"(?:, ([A-Z_|0-9]+))?.*\) += \d')
MADE: Final = re.compile(r'(?:mkdir|mkdirat|rename\w*|link|linkat|symlink|symlinkat)\(.*"((?:[^"\\]|\\.)*)".*\) += 0')
FOLDER: Final = re.compile(r"AT_FDCWD<([^>]*)>|\d+<([^>]*)>")


class Traced(TypedDict):
    """What one command did: how it ended, addresses beyond this machine, and files it made or opened for writing."""

    code: int
    addresses: list[str]
    written: list[str]
    stderr: str


class Report(TypedDict):
    """Everything that was seen: names asked for, connections to port 443, the driver's error, and each command."""

    names: list[str]
    connections: int
    driver: str
    commands: dict[str, Traced]


def beyond_this_machine(trace: str) -> list[str]:
    """Each address in a trace that is not this machine's; a name server counts even here, for it passes questions on."""
    return [
        f"{address}:{port}"
        for port, address in ADDRESS.findall(trace)
        if not ip_address(address).is_loopback or int(port) == DNS
    ]


def written(trace: str) -> list[str]:
    """Each path in a trace that was made, or opened for writing, in order."""
    paths = []
    for line in trace.splitlines():
        opened, made = OPENED.search(line), MADE.search(line)
        found = opened if opened and ("creat(" in line or re.search("O_WRONLY|O_RDWR|O_CREAT", opened[2] or "")) else made
        if found:
            folder = FOLDER.search(line)
            base = next((name for name in folder.groups() if name), "/") if folder else Path.cwd()
            name = found[1].encode().decode("unicode_escape").encode("latin-1").decode(errors="replace")
            paths.append(os.path.normpath(Path(base) / name))
    return list(dict.fromkeys(paths))


def make_every_address_answer() -> None:
    """In this network namespace, and for this mount namespace's programs; the machine outside does not notice."""
    for words in ("link set lo up", f"address add {NAME_SERVER}/32 dev lo", "route add local default dev lo"):
        subprocess.run(["ip", *words.split()], check=True)
    # A kernel without IPv6 has nothing to be reached by.
    subprocess.run(["ip", "-6", "route", "add", "local", "default", "dev", "lo"], check=False, stderr=subprocess.DEVNULL)
    # Name services that are asked through a socket file (systemd-resolved, nscd) would ask outside of the namespace.
    real = Path("/etc/resolv.conf").resolve()
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
    ours = Path("/run/resolv.conf")
    ours.write_text(f"nameserver {NAME_SERVER}\n")
    real.parent.mkdir(parents=True, exist_ok=True)
    real.touch()
    if real != ours:
        subprocess.run(["mount", "--bind", str(ours), str(real)], check=True)


class Listeners:
    """A name server that knows every name, and a port 443 that hangs up on everybody; both in threads of their own."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.connections = 0
        self._dns = socket.socket(type=socket.SOCK_DGRAM)
        self._dns.bind((NAME_SERVER, DNS))
        self._tls = socket.create_server(("", TLS), family=socket.AF_INET6, dualstack_ipv6=True, backlog=100)
        for work in (self._answer_names, self._take_connections):
            threading.Thread(target=work, daemon=True).start()

    def _answer_names(self) -> None:
        while True:
            question, sender = self._dns.recvfrom(4096)
            labels, place = [], 12
            while question[place]:
                labels.append(question[place + 1 : place + 1 + question[place]].decode("ascii", "replace"))
                place += 1 + question[place]
            self.names.append(".".join(labels))
            kind = question[place + 1 : place + 3]
            # RFC 1035: the question again; for type A one answer that points back to its name, else none.
            answers = (
                b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04" + socket.inet_aton(ANYBODY) if kind == b"\0\1" else b""
            )
            head = question[:2] + b"\x81\x80\x00\x01" + (b"\0\1" if answers else b"\0\0") + b"\0\0\0\0"
            self._dns.sendto(head + question[12 : place + 5] + answers, sender)

    def _take_connections(self) -> None:
        while True:
            connection, _ = self._tls.accept()
            self.connections += 1
            connection.close()


def run_all(commands: dict[str, Sequence[str]], driver: str | None, folder: Path) -> tuple[str, dict[str, Traced]]:
    """Start all of them, play the person, and wait: what went wrong with the driver, and what each command did."""
    running = {}
    for name, command in commands.items():
        out, err = (folder / f"{name}.out").open("wb"), (folder / f"{name}.err").open("wb")
        traced = [*STRACE, "-o", str(folder / f"{name}.trace"), *command]
        running[name] = subprocess.Popen(traced, stdout=out, stderr=err, stdin=subprocess.DEVNULL, start_new_session=True)
    played = ""
    if driver is not None:
        done = subprocess.run(
            [sys.executable, driver, str(folder)], check=False, timeout=SECONDS, capture_output=True, text=True
        )
        played = done.stderr if done.returncode else ""
        # To the command itself: strace does not hear it.
        os.killpg(running["dashboard"].pid, signal.SIGINT)
    return played, {name: ended(process, folder / name) for name, process in running.items()}


def ended(process: subprocess.Popen[bytes], files: Path) -> Traced:
    """Wait for a command, and read what was traced of it."""
    try:
        code = process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        code = process.wait()
    # A file for each thread: in a common one, calls that overlap are torn in two.
    trace = "".join(each.read_text(errors="replace") for each in sorted(files.parent.glob(f"{files.name}.trace.*")))
    stderr = files.with_suffix(".err").read_text(errors="replace")[-4000:]
    return {"code": code, "addresses": beyond_this_machine(trace), "written": written(trace), "stderr": stderr}


def main(report: str, commands: str, driver: str | None = None) -> None:
    """As the module says."""
    make_every_address_answer()
    listeners = Listeners()
    played, traced = run_all(json.loads(commands), driver, Path(report).parent)
    told: Report = {"names": listeners.names, "connections": listeners.connections, "driver": played, "commands": traced}
    Path(report).write_text(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
