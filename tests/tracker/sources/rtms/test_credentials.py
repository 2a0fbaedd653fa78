"""Where the secrets of a Zoom app come from, and that they are not shown."""

import sys
from types import ModuleType

import pytest

from tracker.core.errors import SourceError
from tracker.sources.rtms.credentials import Credentials, load_credentials

COMPLETE = {"ZM_RTMS_CLIENT": "abc", "ZM_RTMS_SECRET": "hush", "ZM_RTMS_WEBHOOK_TOKEN": "token"}


def install_keyring(monkeypatch: pytest.MonkeyPatch, found: dict[str, str], *, locked: bool = False) -> None:
    """A stand-in for the package, which is no dependency of Mien."""
    keyring, errors = ModuleType("keyring"), ModuleType("keyring.errors")

    class KeyringError(Exception):
        pass

    def get_password(service: str, name: str) -> str | None:
        assert service == "mien-zoom-rtms"
        if locked:
            raise KeyringError("it is locked")
        return found.get(name)

    vars(keyring).update(get_password=get_password)
    vars(errors).update(KeyringError=KeyringError)
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)


def forbid_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)


def test_credentials_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three variables are enough, and the webhook's token may be absent."""
    forbid_keyring(monkeypatch)

    assert load_credentials(COMPLETE) == Credentials("abc", "hush", "token")
    assert load_credentials({**COMPLETE, "ZM_RTMS_WEBHOOK_TOKEN": ""}).webhook_token is None


def test_credentials_come_from_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment lacks is taken from the system's keyring; the environment comes first."""
    install_keyring(monkeypatch, COMPLETE)

    assert load_credentials({"ZM_RTMS_CLIENT": "other"}) == Credentials("other", "hush", "token")


def test_missing_credentials_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence says which variable is missing, and another way to give it."""
    forbid_keyring(monkeypatch)
    with pytest.raises(SourceError, match=r"Missing: ZM_RTMS_SECRET\..*keyring set mien-zoom-rtms ZM_RTMS_SECRET"):
        load_credentials({"ZM_RTMS_CLIENT": "abc"})


def test_a_locked_keyring_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the keyring becomes one of ours."""
    install_keyring(monkeypatch, {}, locked=True)
    with pytest.raises(SourceError, match="keyring could not be opened"):
        load_credentials({})


def test_secrets_are_not_shown() -> None:
    """No way to write credentials down shows one."""
    credentials = Credentials("abc", "hush", "token")

    for shown in (repr(credentials), str(credentials), f"{credentials}", repr([credentials])):
        assert not any(secret in shown for secret in ("abc", "hush", "token"))
