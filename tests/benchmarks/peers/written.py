"""Writes the results where people read them: peers.json and its tables in docs/, models/peers.svg, README.md."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.benchmarks.peers.plot import draw
from tests.benchmarks.peers.results import PeerResult
from tests.benchmarks.peers.table import as_json, format_markdown
from tracker.core.errors import MissingError

ROOT: Final = Path(__file__).resolve().parents[3]
BEGIN: Final = "<!-- peers: written by mien bench --peers --write -->"
END: Final = "<!-- /peers -->"


def write_documents(results: Sequence[PeerResult], root: Path = ROOT) -> None:
    """Replace what an earlier run wrote.

    Raises:
        MissingError: A document has no place for the table.
    """
    (root / "docs" / "peers.json").write_text(as_json(results) + "\n", encoding="utf-8")
    draw(results, root / "models" / "peers.svg")
    table = "\n".join(format_markdown(results)).strip()
    for name in ("README.md", "docs/peers.md"):
        path = root / name
        text, places = re.subn(
            f"{re.escape(BEGIN)}.*?{re.escape(END)}",
            lambda _: f"{BEGIN}\n\n{table}\n\n{END}",
            path.read_text(encoding="utf-8"),
            flags=re.DOTALL,
        )
        if places != 1:
            raise MissingError(f"{path} has no place for the table: the two lines {BEGIN} and {END}.")
        path.write_text(text, encoding="utf-8")
