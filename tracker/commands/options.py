"""Settings as command-line options: each becomes a flag, whose default comes from the person's mien.toml."""

import logging
import os
from collections.abc import Callable
from dataclasses import fields
from functools import partial, wraps
from pathlib import Path
from typing import Any, Final

import click
from platformdirs import user_config_path

from tracker.config.settings import PATH_TYPE, SETTING_NAMES, Settings, read_config
from tracker.core.address import without_secrets
from tracker.core.printable import printable

ID_PREFIX_LENGTH: Final = 8
"""Characters of a session's id that a list shows: enough to tell it from others."""
FFMPEG_QUIET_LEVEL = "-8"
"""FFmpeg's AV_LOG_QUIET."""
WITHHELD_SENTENCE = (
    "With --faces all, faces have no expressions at work and in education: Mien writes where they are and how they move. If you"
    " are neither, add --mode private."
)
SETTING_FIELDS = {entry.name: entry for entry in fields(Settings)}


def settings_options(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a command's function with the flags of these settings, ``--config`` and ``-v``.

    It is called with ``settings=``, all of them: those that were not named have their defaults.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def command(**given: Any) -> Any:
            chosen = {name: given.pop(name) for name in names}
            return function(settings=Settings(**chosen), **given)

        decorated: Callable[..., Any] = command
        for name in reversed(names):
            entry, flag = SETTING_FIELDS[name], name.replace("_", "-")
            # With "alone", Click takes it for a flag with a value that may be left out.
            alone = entry.metadata["alone"]
            option = click.option if alone is None else partial(click.option, is_flag=False, flag_value=alone)
            decorated = option(
                # Both, so that either can be said against mien.toml.
                f"--{flag}/--no-{flag}" if isinstance(entry.default, bool) else f"--{flag}",
                default=entry.default,
                type=entry.metadata["kind"],
                help=entry.metadata["meaning"],
                show_default=entry.default is not None,
            )(decorated)
        return verbose_option(_config(decorated))

    return decorate


def settings_file() -> Path:
    """The file that a person's settings are read from when --config names none; it may not be there."""
    return user_config_path("mien") / "mien.toml"


def _load_config(ctx: click.Context, _: click.Parameter, path: Path | None) -> None:
    """Click looks for a flag that was not given in the default map."""
    if path is None:
        path = settings_file()
        if not path.exists():
            return
    ctx.default_map = {**(ctx.default_map or {}), **read_config(path)}


class SecretFreeFormatter(logging.Formatter):
    """Formats a log record without an address's password, also in a library's message or a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The message on one line, whatever is in it; a traceback has lines of its own below."""
        return printable(super().formatMessage(record))


def _be_verbose(_: click.Context, __: click.Parameter, verbose: bool) -> None:  # noqa: FBT001 - click's own signature
    handler = logging.StreamHandler()
    handler.setFormatter(SecretFreeFormatter("%(message)s"))
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, handlers=[handler])
    # Both are read when cv2 is imported; Mien has sentences of its own for a damaged file. FFmpeg is quiet with -v, too: it
    # writes past our log, and repeats a stream's address with its password.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", FFMPEG_QUIET_LEVEL)
    if not verbose:
        os.environ.setdefault("OPENCV_LOG_LEVEL", "ERROR")


_config = click.option(
    "--config",
    type=PATH_TYPE,
    is_eager=True,
    expose_value=False,
    callback=_load_config,
    help=f"A TOML file of settings ({', '.join(SETTING_NAMES)}); by default mien.toml in the user's configuration folder.",
)
verbose_option = click.option(
    "-v", "--verbose", is_flag=True, is_eager=True, expose_value=False, callback=_be_verbose, help="Write more on stderr."
)
db_option = click.option("--db", metavar="URL", help="The database; by default the one in your data folder.")
"""Of a subcommand; the group's own ``--db`` is read from the settings, and this one comes before it."""
