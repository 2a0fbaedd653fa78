"""How much faster two workers are than one, and what an hour of a meeting costs; what docs/many-recordings.md states.

    python -m tests.benchmarks.shelf [--recordings 4] [--seconds 60] [--hz 2] [--motion off] [--workers 1] [--workers 2]

Draws recordings of one face (1280x720, 30 pictures a second, MPEG-4) into a temporary folder, starts Dask's scheduler and
workers, one thread each, gives them a first recording so that all is loaded, and then the shelf. Run it on a machine that does
nothing else.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import click
import cv2
import psutil

from tracker.sources.synthetic import draw_face, face_at

BIN: Final = Path(sys.executable).parent
FPS: Final = 30
SIZE: Final = (1280, 720)
DRAWN: Final = (640, 480)
"""Size of a drawn face's picture; it stands in the middle of the frame."""
HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run of the shelf took.

    Attributes:
        workers: How many worked.
        recorded_s: Seconds of recordings.
        wall_s: Seconds from the command's start to its end.
        core_s_per_hour: Seconds of a processor core for an hour of recording, of the workers alone.
        core_ms_per_frame: The same for a frame of the video, observed or not.
        mb_per_hour: Megabytes that are written for an hour of recording, by kind of file.
    """

    workers: int
    recorded_s: float
    wall_s: float
    core_s_per_hour: float
    core_ms_per_frame: float
    mb_per_hour: dict[str, float]


def draw(path: Path, seconds: float, start: float) -> Path:
    """A recording of one face."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), FPS, SIZE)
    left, top = ((whole - drawn) // 2 for whole, drawn in zip(SIZE, DRAWN, strict=True))
    for number in range(round(seconds * FPS)):
        face = draw_face(face_at(start + number / FPS))
        writer.write(
            cv2.copyMakeBorder(
                face, top, SIZE[1] - DRAWN[1] - top, left, SIZE[0] - DRAWN[0] - left, cv2.BORDER_CONSTANT, value=(90, 90, 90)
            )
        )
    writer.release()
    return path


@contextmanager
def cluster(workers: int, folder: Path) -> Iterator[tuple[str, list[psutil.Process]]]:
    """A scheduler's address and the processes of its workers."""
    told = folder / "scheduler.json"
    told.unlink(missing_ok=True)
    dask = [BIN / "dask"]
    common = ["--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"]
    processes = [
        subprocess.Popen([*dask, "scheduler", *common, "--port", "0", "--scheduler-file", told], stderr=subprocess.DEVNULL)
    ]
    try:
        while not (told.exists() and told.read_text()):
            time.sleep(0.1)
        address = json.loads(told.read_text())["address"]
        processes += [
            subprocess.Popen([*dask, "worker", address, *common, "--nthreads", "1", "--no-nanny"], stderr=subprocess.DEVNULL)
            for _ in range(workers)
        ]
        yield address, [psutil.Process(process.pid) for process in processes[1:]]
    finally:
        # A worker whose scheduler is gone takes long to end.
        for process in processes:
            process.kill()
            process.wait()


def core_seconds(processes: list[psutil.Process]) -> float:
    """What they have used of the processor."""
    return sum(times.user + times.system for times in (process.cpu_times() for process in processes))


def measure(
    workers: int, videos: list[Path], warm_up: list[Path], *, seconds: float, options: list[str], folder: Path
) -> Measured:
    """Run the shelf on so many workers."""
    out = folder / f"out-{workers}"
    with cluster(workers, folder) as (address, processes):
        analyze = [str(BIN / "mien"), "analyze", "--scheduler", address, *options]
        subprocess.run([*analyze, "--output", str(folder / f"warm-{workers}"), *map(str, warm_up[:workers])], check=True)
        used, began = core_seconds(processes), time.perf_counter()
        subprocess.run([*analyze, "--output", str(out), *map(str, videos)], check=True)
        wall, used = time.perf_counter() - began, core_seconds(processes) - used
    recorded = seconds * len(videos)
    kinds = ("jsonl", "csv", "parquet", "html")
    written = {kind: sum(path.stat().st_size for path in out.glob(f"*.{kind}")) for kind in kinds}
    return Measured(
        workers,
        recorded,
        round(wall, 1),
        round(used / recorded * HOUR, 1),
        round(used / recorded / FPS * 1000, 2),
        {kind: round(size / 1e6 / recorded * HOUR, 2) for kind, size in written.items()},
    )


@click.command()
@click.option("--recordings", default=4, show_default=True)
@click.option("--seconds", default=60.0, show_default=True, help="Length of each.")
@click.option("--hz", default="2", show_default=True)
@click.option("--motion", default=None, help="As of mien analyze.")
@click.option("--workers", multiple=True, type=int, default=(1, 2), show_default=True)
def main(*, recordings: int, seconds: float, hz: str, motion: str | None, workers: tuple[int, ...]) -> None:
    """Print one JSON object for each number of workers."""
    options = ["--hz", hz, *([] if motion is None else ["--motion", motion])]
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        videos = [draw(folder / f"meeting-{number}.mp4", seconds, 7.0 * number) for number in range(recordings)]
        warm_up = [draw(folder / f"warm-{number}.mp4", 2, 0.0) for number in range(max(workers))]
        for number in workers:
            click.echo(json.dumps(asdict(measure(number, videos, warm_up, seconds=seconds, options=options, folder=folder))))


if __name__ == "__main__":
    main()
