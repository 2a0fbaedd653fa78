"""The one command, ``mien``: finds the subcommands of each package by name, and tells errors as sentences."""

import logging
from importlib.metadata import EntryPoint, entry_points

import click

from tracker.address import without_secrets
from tracker.commands.stdout import speak_utf8, until_nobody_reads
from tracker.errors import MienError, MissingError

DEFAULT = "serve"
CANNOT = MissingError.exit_code
ASKED_OF_MIEN_ITSELF = {"--help", "-h", "--version"}


class Commands(click.Group):
    """Subcommands that are imported only when they are asked for; none given means ``serve``."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_entries())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        entry = _entries().get(cmd_name)
        command = entry.load() if entry else None
        return command if isinstance(command, click.Command) else None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ASKED_OF_MIEN_ITSELF):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        try:
            with until_nobody_reads():
                return super().invoke(ctx)
        except click.UsageError as error:
            # It quotes what was typed, and an address may have been typed in the wrong place.
            raise click.UsageError(without_secrets(error.format_message()), error.ctx) from None
        except MienError as error:
            _tell(ctx, error, str(error), error.exit_code)
        except OSError as error:
            # Of a file or of stdout: a full disk, a folder that is not ours. What can be said better was said before.
            where = f"{error.filename}: " if error.filename else ""
            _tell(ctx, error, f"{where}{error.strerror or error}. Look whether there is room, and leave to write.", CANNOT)
        return None


def _tell(ctx: click.Context, error: Exception, sentence: str, code: int) -> None:
    logging.getLogger(__name__).info("In full:", exc_info=error)
    click.echo(f"mien: {sentence}", err=True)
    ctx.exit(code)


def _entries() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group="mien.commands")}


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mien")
def main() -> None:
    """What a face shows, as a calm timeline, on your own machine. Without a command: the dashboard."""
    speak_utf8()
