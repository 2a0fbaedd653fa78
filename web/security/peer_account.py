"""Which account the program at the other end of a connection belongs to: this one, another one, or another machine's.

On Linux the kernel tells the account of each socket of this machine. Other systems do not tell it to an ordinary program.
"""

import os
import socket
import struct
import sys
from dataclasses import dataclass
from enum import Enum, auto
from errno import ENOENT
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Final, Self

PEER_KEY: Final = "mien.peer"
"""The key in a request's WSGI environment of its ``Peer``."""
ROOT: Final = 0
"""The account that can read everything of ours anyway."""
SOCKET_TABLES: Final = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
"""The kernel's lists of connections, for where it does not answer questions. Source: proc(5)."""

NETLINK_SOCK_DIAG: Final = 4
SOCK_DIAG_BY_FAMILY: Final = 20
NLM_F_REQUEST: Final = 1
NLMSG_ERROR: Final = 2
HEADER: Final = struct.Struct("=IHHII")
"""nlmsghdr: length, type, flags, sequence number, port. Source of this and the next three: netlink(7), sock_diag(7)."""
ERROR: Final = struct.Struct("=i")
"""nlmsgerr: minus the number of the error."""
REQUEST: Final = struct.Struct("=BBBBI2s2s16s16sI8s")
"""inet_diag_req_v2: family, protocol, extensions, padding, states; the socket's ports and numbers, interface, cookie."""
ANSWER: Final = struct.Struct("=BBBB2s2s16s16sI8sIIIII")
"""inet_diag_msg: family, state, timer, retransmissions, the socket as above, expiry, two queues, account, inode."""
ALL_STATES: Final = 0xFFFFFFFF
NO_COOKIE: Final = b"\xff" * 8
"""Any socket with the addresses that are asked for."""
ANSWER_BYTES: Final = 4096


class Peer(Enum):
    """Whose program is at the other end of a connection."""

    OURS = auto()
    """This account's or root's."""
    ANOTHER_ACCOUNT = auto()
    """Another account's of this machine, or nobody's any more: who has closed a socket cannot be told."""
    ANOTHER_MACHINE = auto()
    UNKNOWN = auto()
    """The system does not tell."""


@dataclass(frozen=True, slots=True)
class End:
    """One end of a connection.

    Attributes:
        number: The address; one of IPv4 also where a socket of IPv6 speaks it.
        port: 1 to 65535.
    """

    number: IPv4Address | IPv6Address
    port: int

    @classmethod
    def of(cls, host: str, port: int) -> Self:
        """From what ``accept`` and ``getsockname`` return."""
        number = ip_address(host)
        return cls((number.ipv4_mapped or number) if isinstance(number, IPv6Address) else number, port)

    @property
    def family(self) -> int:
        return socket.AF_INET if isinstance(self.number, IPv4Address) else socket.AF_INET6


def peer_of(connection: socket.socket, peer_address: tuple[str, int]) -> Peer:
    """Whose program is at the other end of a connection that was accepted; takes a tenth of a millisecond.

    Args:
        connection: The socket on this side.
        peer_address: Number and port of the other side, as ``accept`` gave them.
    """
    if sys.platform != "linux":
        return Peer.UNKNOWN
    host, port, *rest = connection.getsockname()
    theirs, ours = End.of(*peer_address), End.of(host, port)
    try:
        found = _ask_kernel(theirs, ours, interface=rest[1] if rest else 0)
    except OSError:
        tables = [table.read_text(encoding="ascii") for table in SOCKET_TABLES if table.exists()]
        if not tables:
            return Peer.UNKNOWN
        found = _find_in_tables(theirs, ours, tables)
    try:
        # After the question: if this connection died before, another one may have had its port when the kernel answered.
        connection.getpeername()
    except OSError:
        return Peer.ANOTHER_ACCOUNT
    if found is None:
        return Peer.ANOTHER_ACCOUNT if _is_of_this_machine(theirs) else Peer.ANOTHER_MACHINE
    account, inode = found
    # Without an inode the program has closed its socket: the kernel then calls root its owner.
    return Peer.OURS if inode and account in (os.getuid(), ROOT) else Peer.ANOTHER_ACCOUNT


def _ask_kernel(theirs: End, ours: End, interface: int) -> tuple[int, int] | None:
    """Account and inode of the socket from ``theirs`` to ``ours``; None if this machine has none, OSError without an answer."""
    ports = [end.port.to_bytes(2, "big") for end in (theirs, ours)]
    numbers = [end.number.packed.ljust(16, b"\0") for end in (theirs, ours)]
    asked = REQUEST.pack(theirs.family, socket.IPPROTO_TCP, 0, 0, ALL_STATES, *ports, *numbers, interface, NO_COOKIE)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG) as kernel:
        kernel.send(HEADER.pack(HEADER.size + len(asked), SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, 0, 0) + asked)
        # The kernel has answered by now, if it ever does.
        answer = kernel.recv(ANSWER_BYTES, socket.MSG_DONTWAIT)
    if HEADER.unpack_from(answer)[1] == NLMSG_ERROR:
        number = -ERROR.unpack_from(answer, HEADER.size)[0]
        if number == ENOENT:
            return None
        raise OSError(number, os.strerror(number))
    _, _, _, _, _, peer_port, *_, account, inode = ANSWER.unpack_from(answer, HEADER.size)
    # Where there is no such connection, the kernel finds a socket that listens at ``theirs``, which has no other end.
    return (account, inode) if peer_port == ports[1] else None


def _find_in_tables(theirs: End, ours: End, tables: list[str]) -> tuple[int, int] | None:
    """The same from the kernel's lists, which take ten milliseconds to read."""

    def written(end: End, *, mapped: bool) -> str:
        packed = b"\0" * 10 + b"\xff" * 2 + end.number.packed if mapped else end.number.packed
        words = (int.from_bytes(packed[first : first + 4], sys.byteorder) for first in range(0, len(packed), 4))
        return f"{''.join(f'{word:08X}' for word in words)}:{end.port:04X}"

    for mapped in (False, True) if theirs.family == socket.AF_INET else (False,):
        ends = f" {written(theirs, mapped=mapped)} {written(ours, mapped=mapped)} "
        for table in tables:
            _, found, rest = table.partition(ends)
            if found:
                _, _, _, _, account, _, inode, *_ = rest.split(maxsplit=7)
                return int(account), int(inode)
    return None


def _is_of_this_machine(end: End) -> bool:
    """Whether a number is one of this machine's: only such a one can be bound."""
    with socket.socket(end.family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((str(end.number), 0))
        except OSError:
            return False
    return True
