"""``mien bench``: how long each stage takes on this machine, and at will the store, the page, and other tools."""

import os
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click

from tracker.commands.options import settings_options
from tracker.commands.terminal import show, show_json
from tracker.config.settings import Settings
from tracker.core.errors import UsageError
from tracker.core.paths import PathType

if TYPE_CHECKING:
    from tracker.bench.gallery import GalleryFigures
    from tracker.bench.page_latency import PageLatency
    from tracker.bench.stages import SessionCost, StageFigures
    from tracker.bench.store import StoreFigures

PATH: Final = PathType()
PAGE_RESULTS: Final = {2.0: 40, 5.0: 60}
"""By observations a second: how many results are measured on the page."""
MAX_GALLERY_FRAMES: Final = 40
"""Of a gallery, whose frames take long."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What the figures hold for."""

    system: str
    cpus: int | None
    python: str


@dataclass(frozen=True, slots=True)
class BenchReport:
    """What one run of ``mien bench`` measured; store, page and gallery are None unless they were asked for.

    Attributes:
        machine: What the figures hold for.
        frame: Width and height in pixels.
        frames: How many frames were measured.
        stages: Each stage's figures, by its name in ``tracker.bench.stages.STAGES``.
        limit_ratio: How many times as long as MediaPipe alone an observation takes.
        effort: What a live session takes of one core.
        store: The database's figures.
        page: From a grabbed frame to the page that shows it, at each frequency of PAGE_RESULTS.
        gallery: What everybody in a meeting's gallery costs.
    """

    machine: Machine
    frame: tuple[int, int]
    frames: int
    stages: "dict[str, StageFigures]"
    limit_ratio: float
    effort: "SessionCost"
    store: "StoreFigures | None" = None
    page: "list[PageLatency] | None" = None
    gallery: "GalleryFigures | None" = None


@click.command(name="bench")
@settings_options("hz", "prior", "model", "landmarker")
@click.option("--frames", default=100, show_default=True, type=click.IntRange(10), help="How many frames are measured.")
@click.option("--store", is_flag=True, help="Measure the database, too: a day of meetings, about a minute.")
@click.option("--page", is_flag=True, help="Measure from a grabbed frame to the page that shows it, too: half a minute.")
@click.option("--faces", type=click.IntRange(2, 49), help="Measure a meeting's gallery of so many drawn faces, too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--peers", is_flag=True, help="Instead, measure Mien beside other tools: docs/peers.md says how. An hour.")
@click.option(
    "--peers-folder", type=PATH, help="With --peers: where their environments (12 GB) and results are kept; in your cache."
)
@click.option("--data", type=PATH, help="With --peers: fer2013.npz or as for 'mien evaluate', to measure accuracy.")
@click.option("--pictures", type=PATH, help="With --peers: a folder of pictures in which faces are counted.")
@click.option("--clip", "clips", type=PATH, multiple=True, help="With --peers: a video whose changes of words are counted.")
@click.option(
    "--again", multiple=True, metavar="NAME", help="With --peers: measure this one, or all, although it was measured."
)
@click.option("--write", is_flag=True, help="With --peers: write table and plot into README.md, docs/ and models/.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    settings: Settings,
    frames: int,
    *,
    faces: int | None,
    store: bool,
    page: bool,
    as_json: bool,
    peers: bool,
    **comparison: Any,
) -> None:
    """Measure the speed of each stage, on a drawn face in a 1280x720 frame."""
    if peers:
        if store or page or faces is not None:
            raise UsageError("--store, --page and --faces go without --peers, which measures other things.")
        from tracker.bench.peers import run_peers

        ctx.exit(run_peers(words_of(comparison, as_json=as_json)))
    if any(comparison.values()):
        raise UsageError("--peers-folder, --data, --pictures, --clip, --again and --write go with --peers.")
    from tqdm import tqdm

    from tracker.bench.gallery import measure_gallery
    from tracker.bench.page_latency import measure_page_latency
    from tracker.bench.stages import FRAME_HEIGHT, FRAME_WIDTH, measure_stages
    from tracker.bench.store import measure_store
    from tracker.compose import open_analyzer

    with open_analyzer(settings, "live") as analyzer:
        timer = measure_stages(analyzer, frames)
    gallery = None
    if faces is not None:
        with open_analyzer(settings, "live") as analyzer:
            gallery = measure_gallery(analyzer, faces, min(frames, MAX_GALLERY_FRAMES))
    report = BenchReport(
        machine=Machine(platform.platform(terse=True), os.cpu_count(), platform.python_version()),
        frame=(FRAME_WIDTH, FRAME_HEIGHT),
        frames=frames,
        stages=timer.figures(),
        limit_ratio=timer.limit_ratio,
        effort=timer.session_cost(settings.hz),
        store=measure_store(partial(tqdm, desc="a day", disable=not sys.stderr.isatty())) if store else None,
        page=[measure_page_latency(results, hz) for hz, results in PAGE_RESULTS.items()] if page else None,
        gallery=gallery,
    )
    if as_json:
        show_json({name: value for name, value in asdict(report).items() if value is not None})
    else:
        show(*format_report(report))


def words_of(comparison: Mapping[str, Any], *, as_json: bool) -> Iterator[str]:
    """Yield the options of --peers as the comparison takes them, with absolute paths, as it runs in another folder."""
    for flag in ("peers_folder", "data", "pictures"):
        if comparison[flag] is not None:
            yield from (f"--{flag.replace('_', '-')}", str(comparison[flag].absolute()))
    yield from (word for clip in comparison["clips"] for word in ("--clip", str(clip.absolute())))
    yield from (word for name in comparison["again"] for word in ("--again", name))
    yield from ["--write"] * comparison["write"] + ["--json"] * as_json


def format_report(report: BenchReport) -> Iterator[str]:
    """Yield the figures as lines of a table."""
    from tracker.bench.gallery import GALLERY_STAGES
    from tracker.bench.stages import STAGES
    from tracker.bench.store import FIGURE_LABELS

    machine, cost = report.machine, report.effort
    yield f"{machine.system}, {machine.cpus} CPUs, Python {machine.python}; {report.frames} frames of 1280x720"
    yield f"{'median':>9} {'p95':>9}"
    for stage, figures in report.stages.items():
        yield f"{figures.median_ms:>6.1f} ms {figures.p95_ms:>6.1f} ms  {STAGES[stage]}"
    yield f"{report.limit_ratio:>9.2f} times MediaPipe alone: frame to observation, in this run"
    yield f"{cost.readings_core:>9.0%} of one core for {cost.hz:g} observations a second"
    yield f"{cost.all_core:>9.0%} of one core for these and {cost.looks:g} motion samples a second between them"
    if report.store is not None:
        yield from (f"{value:>9,} {FIGURE_LABELS[name]}" for name, value in asdict(report.store).items())
    for latency in report.page or []:
        what = f"grabbed to shown on a page, at {latency.hz:g} Hz ({latency.results} results)"
        yield f"{latency.median_ms:>6.1f} ms {latency.p95_ms:>6.1f} ms  {what}"
    if (gallery := report.gallery) is not None:
        yield f"a gallery of {gallery.faces} faces, of which {gallery.found} or more were found in each frame:"
        yield f"{gallery.per_second:>9.1f} observations a second by the clock"
        yield f"{gallery.processor_per_second:>9.1f} observations a second on one core, by the processor's time"
        for stage, milliseconds in gallery.processor_ms.items():
            yield f"{milliseconds:>6.1f} ms of the processor  {GALLERY_STAGES[stage]}"
