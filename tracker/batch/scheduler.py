"""A person's own Dask scheduler: who may be one, the connection to it, and what is said while nobody works for it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from ipaddress import ip_address
from time import monotonic
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tracker.core.errors import MissingError, UsageError

if TYPE_CHECKING:
    from distributed import Client

Tell = Callable[[str], None]
"""Told of what goes on meanwhile, as a sentence."""

DASK_MISSING: Final = (
    'A shelf on a Dask cluster needs a package: pip install "distributed>=2026.8,<2027" into Mien\'s environment.'
)
CONNECT_SECONDS: Final = 5.0
"""A scheduler that runs answers in milliseconds, also through a tunnel."""
SILENT_SECONDS: Final = 5.0
"""After so long without any worker, or without an answer of the scheduler, that is said."""
NO_WORKER: Final = "No worker is left. Start one, and the recordings go on; Ctrl-C ends the wait."
WORKER_AGAIN: Final = "There is a worker again: the recordings go on."
PAUSED: Final = (
    "All workers are paused, because their memory is nearly full. Start one with more (dask worker --memory-limit), and the"
    " recordings go on; Ctrl-C ends the wait."
)
NO_ANSWER: Final = "The scheduler does not answer. When it does, the recordings go on; Ctrl-C ends the wait."
LOOK_SECONDS: Final = 1.0
"""Seconds between looks at which workers there are."""


def checked_scheduler(address: str) -> str:
    """A scheduler's address, if no stranger can listen or speak in between: on this machine, or with certificates.

    Args:
        address: ``tcp://HOST:PORT`` or ``tls://HOST:PORT``.

    Returns:
        The same address.

    Raises:
        UsageError: It is none, or plain ``tcp://`` to another machine: whoever reaches a scheduler without certificates runs
            programs as the person who started it.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if host is None or port is None or parts.scheme not in ("tcp", "tls"):
        raise UsageError(f"{address} is no scheduler's address: give tcp://127.0.0.1:PORT or tls://HOST:PORT.")
    if parts.scheme == "tcp" and not _is_this_machine(host):
        raise UsageError(
            f"{address} is another machine without encryption, where everybody in the network could run programs as you."
            " Give it certificates and name it tls://HOST:PORT, or reach it through a tunnel that begins at 127.0.0.1:"
            " see docs/many-recordings.md."
        )
    return address


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        # No other name: whoever answers for names says which machine it is.
        return host == "localhost"


@asynccontextmanager
async def client_of(scheduler: str) -> "AsyncIterator[Client]":
    """A client that is to be connected; once the block ends, it takes what it asked for back."""
    try:
        from distributed import Client, Security
    except ModuleNotFoundError as error:
        raise MissingError(DASK_MISSING) from error
    except ValueError as error:
        raise MissingError(f"Dask's settings cannot be read: {words_of(error)}. Mend the file, or remove it.") from error
    import logging

    # What they say of lost connections is said here, as a sentence.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    security = Security()
    if security.require_encryption and scheduler.startswith("tcp:"):
        raise UsageError(
            f"Dask's settings demand certificates (distributed.comm.require-encryption), and {scheduler} has none. See"
            " docs/many-recordings.md for a scheduler that has, and name it tls://HOST:PORT."
        )
    try:
        if scheduler.startswith("tls:") and security.get_connection_args("client")["ssl_context"] is None:
            raise MissingError(
                "tls:// needs certificates: name them in Dask's settings, distributed.comm.tls (ca-file, client.cert and"
                " client.key); see docs/many-recordings.md."
            )
    except OSError as error:
        # OpenSSL does not say which one.
        named = {str(path) for path in (security.tls_ca_file, security.tls_client_cert, security.tls_client_key)}
        raise MissingError(
            f"A certificate or key that Dask's settings name cannot be read ({words_of(error)}): {', '.join(sorted(named))}."
            " See docs/many-recordings.md."
        ) from error
    client = Client(scheduler, asynchronous=True, timeout=CONNECT_SECONDS, security=security, set_as_default=False, name="mien")
    try:
        yield client
    finally:
        await client.close()


async def connect(client: "Client", scheduler: str) -> None:
    """MissingError where no scheduler answers."""
    try:
        # Dask's own limit ends with the connection: what is no scheduler, and says nothing, would be waited for.
        async with asyncio.timeout(2 * CONNECT_SECONDS):
            await client
    # A worker's port takes the question for a scheduler's name for a wrong one.
    except (OSError, TypeError) as error:
        raise MissingError(
            f"No Dask scheduler answers at {scheduler} ({words_of(error)}). Start one, and workers for it: see"
            " docs/many-recordings.md."
        ) from error


async def watch_workers(client: "Client", tell: Tell) -> None:
    """Say when nobody is left to work on the shelf, and when somebody is there again; without end."""
    last, told = monotonic(), ""
    while True:
        obstacle = await obstacle_now(client)
        if not obstacle:
            if told:
                tell(WORKER_AGAIN)
            last, told = monotonic(), ""
        elif obstacle != told and monotonic() - last >= SILENT_SECONDS:
            tell(obstacle)
            told = obstacle
        await asyncio.sleep(LOOK_SECONDS)


async def obstacle_now(client: "Client") -> str:
    """Why nobody works at the moment, as a sentence, or ""."""
    try:
        async with asyncio.timeout(SILENT_SECONDS):
            workers = (await client.scheduler.identity(n_workers=-1))["workers"].values()
    except OSError:
        return NO_ANSWER
    # A paused one ends what it has begun.
    if any(worker["status"] == "running" or worker["metrics"]["task_counts"].get("executing") for worker in workers):
        return ""
    return PAUSED if workers else NO_WORKER


@contextmanager
def scheduler_there(scheduler: str) -> Iterator[None]:
    """MissingError where the scheduler ends within the block."""
    from concurrent.futures import CancelledError

    from distributed.comm import CommClosedError

    try:
        yield
    except (CancelledError, CommClosedError) as error:
        raise MissingError(
            f"The scheduler at {scheduler} ended, or forgot its tasks. Start it and its workers again: the same command goes on"
            " where they stopped."
        ) from error


def words_of(error: BaseException) -> str:
    """What an error says, on one line; its name if it says nothing."""
    return " ".join(str(error).split()) or type(error).__name__
