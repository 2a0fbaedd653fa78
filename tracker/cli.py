"""The command ``mien``: finds the subcommands of each package by name, and reports errors as sentences."""

import logging
import sys
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import click
from click.exceptions import Exit

from tracker.commands.terminal import discard_stdout, ignore_closed_pipe, open_closed_streams, say, tell, use_utf8_stdout
from tracker.core.address import without_secrets
from tracker.core.errors import MienError, MissingError

DEFAULT_COMMAND = "serve"
MISSING_EXIT_CODE = MissingError.exit_code
ABORTED_EXIT_CODE = 1
GLOBAL_FLAGS = {"--help", "-h", "--version"}


class Commands(click.Group):
    """Subcommands that are imported only when they run; without one, ``serve`` runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_entries())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        entry = _entries().get(cmd_name)
        command = entry.load() if entry else None
        return command if isinstance(command, click.Command) else None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in GLOBAL_FLAGS):
            args = [DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)

    def make_context(self, *given: Any, **more: Any) -> click.Context:
        """Click prints help and version in here, before a command runs."""
        try:
            return super().make_context(*given, **more)
        except BrokenPipeError:
            discard_stdout()
            raise Exit(0) from None

    def invoke(self, ctx: click.Context) -> object:
        with ignore_closed_pipe():
            return super().invoke(ctx)

    def main(self, args: Sequence[str] | None = None, *, standalone_mode: bool = True, **more: Any) -> Any:  # type: ignore[override]
        """Run a command, and exit with its exit code; an error is a sentence on stderr, even if streams are closed."""
        open_closed_streams()
        use_utf8_stdout()
        if not standalone_mode:
            return super().main(args, standalone_mode=False, **more)
        try:
            code = super().main(args, standalone_mode=False, **more)
        except click.ClickException as error:
            ctx = error.ctx if isinstance(error, click.UsageError) else None
            usage = [] if ctx is None else [*ctx.get_usage().splitlines(), f"Try '{ctx.command_path} --help' for help.", ""]
            # It quotes what was typed, and an address may have been typed in the wrong place.
            tell(*usage, f"Error: {without_secrets(error.format_message())}")
            code = error.exit_code
        except click.Abort:
            tell("Aborted!")
            code = ABORTED_EXIT_CODE
        except MienError as error:
            code = _report(error, str(error), error.exit_code)
        except OSError as error:
            # Of a file or of stdout: a full disk, another person's folder. What has a better sentence was caught before.
            where = f"{error.filename}: " if error.filename else ""
            sentence = f"{where}{error.strerror or error}. Check that there is room, and that you may write there."
            code = _report(error, sentence, MISSING_EXIT_CODE)
            discard_stdout()
        sys.exit(code if isinstance(code, int) else 0)


def _report(error: Exception, sentence: str, code: int) -> int:
    """Say the sentence, and with -v the traceback; returns the exit code."""
    logging.getLogger(__name__).info("In full:", exc_info=error)
    say(sentence)
    return code


def _entries() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group="mien.commands")}


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mien")
def main() -> None:
    """Show the expressions of faces as a calm timeline, on your own machine. Without a command: the dashboard."""
