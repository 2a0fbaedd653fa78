"""Measures the figures that README.md states and writes them there: ``make readme-figures``.

The sentences are README's own; what is replaced are the figures in them. What was measured is kept in docs/figures.json, beside
the SHA-256 of the model that it was measured with. ``tests/test_readme.py`` says when README is stale.
"""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import cv2

from exporter.evaluation.model_card import parameters
from tracker.sources.factory import choose_source

ROOT: Final = Path(__file__).resolve().parents[1]
README: Final = ROOT / "README.md"
MEASURED: Final = ROOT / "docs" / "figures.json"
MODEL: Final = ROOT / "models" / "mien.onnx"
SCORES: Final = ROOT / "models" / "scores.json"
MIEN: Final = Path(sys.executable).with_name("mien")
SAMPLE_NAME: Final = "drawn-meeting.png"
SAMPLE_SECONDS: Final = 6.3
"""Of the drawn meeting: its four faces differ then, and one is unclear."""
LOG_LINE: Final = 5
"""Which observation of the drawn face is README's sample of the log: the scores have settled, and it has moved."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What README states.

    bench: the JSON of ``mien bench --page --store``. sample: lines that ``mien image`` prints. log: a line of ``mien log``,
    abbreviated. scores: of the released model on the private split.
    """

    bench: Mapping[str, Any]
    sample: str
    log: str
    scores: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Statement:
    """A place in README. pattern: its words, a group around each figure. figures: one text a group."""

    pattern: str
    figures: Callable[[Figures], tuple[str, ...]]


def percent(share: float) -> str:
    """A share, 0 to 1, with a decimal."""
    return f"{share * 100:.1f}"


def stage(figures: Figures, name: str) -> str:
    """Median of a stage of ``mien bench``, in milliseconds."""
    return f"{figures.bench['stages'][name]['median_ms']:.1f}"


STATEMENTS: Final = (
    Statement(r"\$ mien image drawn-meeting\.png\n((?:    [^\n]*\n)+)", lambda f: (f.sample,)),
    Statement(r"A line of the log:\n\n((?:    [^\n]*\n)+)", lambda f: (f.log,)),
    Statement(
        r"page that shows it: (\d+) ms at most 19 times in 20, at 2 Hz",
        lambda f: (next(f"{row['p95_ms']:.0f}" for row in f.bench["page"] if row["hz"] == 2),),
    ),
    Statement(
        r"takes (\d+) MB without shapes, opens as a timeline in ([\d.]+) s and exactly\s+where one zooms in within ([\d.]+) s; "
        r"([\d,]+) observations of four faces are stored a second",
        lambda f: (
            f"{f.bench['store']['day_mb']:.0f}",
            f"{f.bench['store']['open_day_s']:.1f}",
            f"{f.bench['store']['zoom_s']:.1f}",
            f"{round(f.bench['store']['insert_per_s'], -2):,.0f}",
        ),
    ),
    Statement(
        r"`models/mien\.onnx`, (\d+) MB, ([\d.]+) M parameters",
        lambda _: (f"{MODEL.stat().st_size / 1e6:.0f}", f"{parameters(MODEL) / 1e6:.1f}"),
    ),
    Statement(
        r"right\s+([\d.]+) % of the time in what it shows.*?"
        r"([\d.]+) % in FER\+'s eight classes \(([\d,]+) pictures\) and ([\d.]+) % against FER-2013's own labels \(([\d,]+)\)",
        lambda f: (
            percent(f.scores["shown"]["accuracy"]),
            percent(f.scores["ferplus"]["accuracy"]),
            f"{f.scores['ferplus']['n']:,}",
            percent(f.scores["fer2013"]["accuracy"]),
            f"{f.scores['fer2013']['n']:,}",
        ),
    ),
    Statement(
        r"calibration error\s+([\d.]+) %\).*?`unclear`: (\d+) % of those pictures pass, ([\d.]+) % of them right",
        lambda f: (
            percent(f.scores["shown"]["ece"]),
            f"{f.scores['abstention']['coverage'] * 100:.0f}",
            percent(f.scores["abstention"]["accuracy"]),
        ),
    ),
    Statement(
        r"two cores, one of them used: ([\d.]+) ms a face and ([\d.]+) ms for sixteen",
        lambda f: (stage(f, "classify"), stage(f, "gallery")),
    ),
)


def fill(readme: str, figures: Figures) -> str:
    """README with these figures.

    Raises:
        ValueError: a statement's words stand there not once; the message has its pattern.
    """
    for statement in STATEMENTS:
        # A line of README may break at any space.
        pattern = re.sub(r"(?<=\S) (?=\S)", r"\\s+", statement.pattern)
        found = list(re.finditer(pattern, readme, re.DOTALL))
        if len(found) != 1:
            raise ValueError(f"README.md should have these words once, it has them {len(found)} times: {statement.pattern}")
        match = found[0]
        # From the last group to the first: what lies before keeps its place.
        for group, text in reversed(list(enumerate(statement.figures(figures), start=1))):
            readme = readme[: match.start(group)] + text + readme[match.end(group) :]
    return readme


def read() -> Figures:
    """What was measured.

    Raises:
        ValueError: it was measured with another model file than the released one.
    """
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))
    if measured["model"] != hashlib.sha256(MODEL.read_bytes()).hexdigest():
        raise ValueError(f"{MEASURED.name} was measured with another models/mien.onnx. Run: make readme-figures")
    scores = json.loads(SCORES.read_text(encoding="utf-8"))
    return Figures(measured["bench"], measured["sample"], measured["log"], scores)


def sample_output() -> str:
    """What ``mien image`` prints of a picture that is drawn: four faces of the demo's meeting."""
    with TemporaryDirectory() as folder, choose_source("fake:meeting", lambda: SAMPLE_SECONDS, print) as source:
        cv2.imwrite(str(Path(folder) / SAMPLE_NAME), next(iter(source)).pixels)
        return indented(mien("image", SAMPLE_NAME, folder=folder))


def log_line() -> str:
    """A line of ``mien log``, each long object cut after its first member."""
    watching = subprocess.Popen([MIEN, "log", "--source", "fake"], stdout=subprocess.PIPE, text=True, encoding="utf-8")
    with watching as log:
        *_, line = islice(log.stdout or (), LOG_LINE)
        log.terminate()
    row = json.loads(line)
    row["session"] = row["session"][:4] + "..."
    text = json.dumps(row, ensure_ascii=False)
    for name in ("scores", "smooth", "motion"):
        text = re.sub(rf'("{name}": {{"[a-z0-9]+": [^,]+), [^}}]*}}', r"\1, ...}", text)
    text = re.sub(r'("faces": |"emoji": |"smooth": )', r"\n \1", text)
    return indented(text)


def indented(text: str) -> str:
    """As code in Markdown."""
    return "".join(f"    {line.rstrip()}\n" for line in text.splitlines())


def mien(*arguments: str, folder: str | Path = ROOT) -> str:
    """What the command prints."""
    told = subprocess.run(
        [MIEN, *arguments],
        cwd=folder,
        check=True,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
    )
    return told.stdout


def main() -> None:
    """Measure, which takes some two minutes on a machine that does nothing else, and write README."""
    measured = {
        "model": hashlib.sha256(MODEL.read_bytes()).hexdigest(),
        "sample": sample_output(),
        "log": log_line(),
        "bench": json.loads(mien("bench", "--page", "--store", "--json")),
    }
    MEASURED.write_text(json.dumps(measured, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    README.write_text(fill(README.read_text(encoding="utf-8"), read()), encoding="utf-8")


if __name__ == "__main__":
    main()
