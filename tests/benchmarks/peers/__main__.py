"""What ``mien bench --peers`` runs: measures the peers that were not measured yet, and writes table, JSON and plot."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from msgspec.structs import replace
from platformdirs import user_cache_path

from tests.benchmarks.peers.material import NOTHING, given, make_material
from tests.benchmarks.peers.measure import measure, use_two_cores
from tests.benchmarks.peers.peer_table import PEERS
from tests.benchmarks.peers.results import PeerResult, read_result, write_result
from tests.benchmarks.peers.table import as_json, format_table
from tests.benchmarks.peers.written import write_documents
from tracker.core.errors import MienError
from tracker.core.paths import PathType

PATH = PathType()


@click.command()
@click.option("--peers-folder", type=PATH)
@click.option("--data", type=PATH)
@click.option("--pictures", type=PATH)
@click.option("--clip", "clips", type=PATH, multiple=True)
@click.option("--again", multiple=True, type=click.Choice(["all", *(peer.name for peer in PEERS)]))
@click.option("--write", is_flag=True)
@click.option("--json", "as_json_line", is_flag=True)
def command(
    peers_folder: Path | None,
    data: Path | None,
    pictures: Path | None,
    clips: tuple[Path, ...],
    again: tuple[str, ...],
    *,
    write: bool,
    as_json_line: bool,
) -> None:
    """Measure each peer that has no result in the folder, or one of other data, or is named by --again."""
    folder = peers_folder or user_cache_path("mien") / "peers"
    folder.mkdir(parents=True, exist_ok=True)
    results = measure_all(folder, data, pictures, clips, again)
    if write:
        write_documents(results)
    click.echo(as_json(results) if as_json_line else "\n".join(format_table(results)))


def measure_all(
    folder: Path, data: Path | None, pictures: Path | None, clips: tuple[Path, ...], again: tuple[str, ...]
) -> list[PeerResult]:
    """A result of each peer in the order of PEERS, old or new; each new one is kept at once."""
    named = set(again)
    known = {peer.name: read_result(folder, peer) for peer in PEERS if not {peer.name, "all"} & named}
    digest = given(data, pictures, clips)
    # Who names nothing wants to see or write what was measured.
    same = {"", digest} if digest != NOTHING else None
    use_two_cores()
    results = []
    with TemporaryDirectory() as temporary:
        material = None
        for peer in PEERS:
            result = known.get(peer.name)
            if result is None or result.reason is not None or (same is not None and result.given not in same):
                material = material or make_material(Path(temporary), data, pictures, clips)
                result = measure(peer, material, folder, lambda sentence: click.echo(f"mien: {sentence}", err=True))
                result = replace(result, given=digest)
                write_result(folder, peer, result)
            results.append(result)
    return results


if __name__ == "__main__":
    try:
        command(prog_name="mien bench --peers")
    except MienError as error:
        click.echo(f"mien: {error}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        click.echo(f"mien: {error.filename or ''}: {error.strerror or error}. Check the folder and the free space.", err=True)
        sys.exit(MienError.exit_code)
