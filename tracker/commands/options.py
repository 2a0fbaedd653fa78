"""Settings as command-line options: named settings become flags, the person's mien.toml gives their defaults."""

import logging
import os
from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import Any

import click
from platformdirs import user_config_path

from tracker.config.settings import FILE, NAMES, Settings, read_config
from tracker.core.address import without_secrets
from tracker.core.printable import printable

FFMPEG_QUIET_LEVEL = "-8"
"""AV_LOG_QUIET."""
SETTING_FIELDS = {entry.name: entry for entry in fields(Settings)}


def settings_options(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the flags of these settings, ``--config`` and ``-v``; its function gets all as ``choices``."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def command(**given: Any) -> Any:
            chosen = {name: given.pop(name) for name in names}
            return function(choices=Settings(**chosen), **given)

        flagged: Callable[..., Any] = command
        for name in reversed(names):
            flagged = _flag(name)(flagged)
        return verbose_option(_config(flagged))

    return decorate


def _flag(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    entry = SETTING_FIELDS[name]
    flag = name.replace("_", "-")
    if entry.metadata["alone"] is not None:
        # Click takes it for a flag with a value that may be left out.
        more: dict[str, Any] = {"is_flag": False, "flag_value": entry.metadata["alone"]}
    else:
        more = {}
    return click.option(
        # Both, so that either can be said against mien.toml.
        f"--{flag}/--no-{flag}" if isinstance(entry.default, bool) else f"--{flag}",
        default=entry.default,
        type=entry.metadata["kind"],
        help=entry.metadata["meaning"],
        show_default=entry.default is not None,
        **more,
    )


def settings_file() -> Path:
    """Where a person's settings are looked for when --config names no file."""
    return user_config_path("mien") / "mien.toml"


def _load_config(ctx: click.Context, _: click.Parameter, path: Path | None) -> None:
    """Click looks for a flag that was not given in the default map."""
    if path is None:
        path = settings_file()
        if not path.exists():
            return
    ctx.default_map = {**(ctx.default_map or {}), **read_config(path)}


class SecretFreeFormatter(logging.Formatter):
    """Neither what a library says nor a traceback shows an address's password."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """On one line, whatever is in it; a traceback has lines of its own below."""
        return printable(super().formatMessage(record))


def _be_verbose(_: click.Context, __: click.Parameter, verbose: bool) -> None:  # noqa: FBT001 - click's own signature
    handler = logging.StreamHandler()
    handler.setFormatter(SecretFreeFormatter("%(message)s"))
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, handlers=[handler])
    # Both are read when cv2 is imported: what they think of a damaged file is told in our own words. FFmpeg is quiet with -v,
    # too: it writes past our log, and repeats a stream's address with its password.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", FFMPEG_QUIET_LEVEL)
    if not verbose:
        os.environ.setdefault("OPENCV_LOG_LEVEL", "ERROR")


_config = click.option(
    "--config",
    type=FILE,
    is_eager=True,
    expose_value=False,
    callback=_load_config,
    help=f"A TOML file of settings ({', '.join(NAMES)}); by default mien.toml in the user's configuration folder.",
)
verbose_option = click.option(
    "-v", "--verbose", is_flag=True, is_eager=True, expose_value=False, callback=_be_verbose, help="Say more on stderr."
)
