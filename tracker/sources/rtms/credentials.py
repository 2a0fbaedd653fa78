"""The secrets of a person's Zoom app: where they come from, and what is signed with them."""

import hmac
import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from tracker.core.errors import SourceError

CLIENT_ID: Final = "ZM_RTMS_CLIENT"
CLIENT_SECRET: Final = "ZM_RTMS_SECRET"  # noqa: S105 - the name of a variable
WEBHOOK_TOKEN: Final = "ZM_RTMS_WEBHOOK_TOKEN"  # noqa: S105 - as above
KEYRING_SERVICE: Final = "mien-zoom-rtms"
"""In the system's keyring, the secrets lie under this service, each with the name of its variable as the user name."""


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What a Zoom app signs with. It has no repr that shows a secret, and is never stored or logged.

    webhook_token: Zoom's "Secret Token" of the app; None where events come over Zoom's event WebSocket only.
    """

    client_id: str
    client_secret: str
    webhook_token: str | None = None

    def __repr__(self) -> str:
        return "Credentials(***)"

    def handshake_signature(self, meeting_uuid: str, stream_id: str) -> str:
        """The signature, in hexadecimal digits, of both handshakes of one stream."""
        return signed(self.client_secret, f"{self.client_id},{meeting_uuid},{stream_id}".encode())


def signed(secret: str, message: bytes) -> str:
    """HMAC-SHA256 in hexadecimal digits."""
    return hmac.new(secret.encode(), message, sha256).hexdigest()


def load_credentials(environment: Mapping[str, str]) -> Credentials:
    """The credentials in the environment's variables; what is missing there is looked for in the system's keyring.

    The keyring is asked only if the package ``keyring`` is installed.

    Raises:
        SourceError: When the client id or the client secret is in neither.
    """
    found = {name: _secret(environment, name) for name in (CLIENT_ID, CLIENT_SECRET, WEBHOOK_TOKEN)}
    client_id, client_secret = found[CLIENT_ID], found[CLIENT_SECRET]
    if not client_id or not client_secret:
        missing = [name for name in (CLIENT_ID, CLIENT_SECRET) if not found[name]]
        commands = " and ".join(f"keyring set {KEYRING_SERVICE} {name}" for name in missing)
        raise SourceError(
            f"Zoom's stream needs the credentials of a Zoom app of your own. Missing: {', '.join(missing)}. Set them as"
            f" variables of the environment, or install keyring and run: {commands}. docs/zoom-rtms.md says where to find them."
        )
    return Credentials(client_id, client_secret, found[WEBHOOK_TOKEN])


def load_webhook_token(environment: Mapping[str, str]) -> str | None:
    """The app's "Secret Token", for webhooks alone; from the environment or the keyring, None where it is in neither.

    Raises:
        SourceError: When the keyring cannot be opened.
    """
    return _secret(environment, WEBHOOK_TOKEN)


def _secret(environment: Mapping[str, str], name: str) -> str | None:
    return environment.get(name) or _from_keyring(name)


def _from_keyring(name: str) -> str | None:
    try:
        keyring = importlib.import_module("keyring")
        errors = importlib.import_module("keyring.errors")
    except ImportError:
        return None
    try:
        secret: str | None = keyring.get_password(KEYRING_SERVICE, name)
    except errors.KeyringError as error:
        raise SourceError(
            f"The system's keyring could not be opened ({error}). Unlock it, or set {name} as a variable of the environment."
        ) from error
    return secret
