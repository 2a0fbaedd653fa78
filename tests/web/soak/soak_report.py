"""What a soak measured: samples of a process and its database, saved so that an interrupted soak goes on, and its report."""

import platform
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final

import msgspec
import psutil

JOURNAL_SUFFIX: Final = "-wal"


class Sample(msgspec.Struct, frozen=True):
    """One look at a process and its database.

    run: which process of the soak, from 0. done: observations, or seconds, of the whole soak. memory, database, journal: MB.
    handles: open files and sockets.
    """

    run: int
    done: float
    memory: float
    handles: int
    threads: int
    database: float
    journal: float


class Soak(msgspec.Struct):
    """A soak so far. runs: how many processes worked on it. facts: sentences for the report."""

    title: str
    wanted: float
    runs: int = 0
    done: float = 0.0
    samples: list[Sample] = []
    facts: list[str] = []

    def last_run(self) -> list[Sample]:
        """The samples of the newest process."""
        return [each for each in self.samples if each.run == self.runs - 1]

    def growth(self) -> tuple[float, int]:
        """MB and handles by which the last third of the newest process lies above its second tenth, by medians."""
        samples = self.last_run()
        early = samples[len(samples) // 10 : max(len(samples) // 5, len(samples) // 10 + 1)]
        late = samples[-max(1, len(samples) // 3) :]
        memory = median(each.memory for each in late) - median(each.memory for each in early)
        handles = median(each.handles for each in late) - median(each.handles for each in early)
        return round(memory, 1), round(handles)


def open_soak(path: Path, title: str, wanted: float) -> Soak:
    """The soak that was interrupted, or a new one: if there is none, it is done, or another size is wanted."""
    if path.exists():
        found = msgspec.json.decode(path.read_bytes(), type=Soak)
        if found.wanted == wanted and found.done < wanted:
            return found
    return Soak(title, wanted)


def save(soak: Soak, path: Path) -> None:
    """Whole at any moment: written beside, then renamed."""
    beside = path.with_suffix(".new")
    beside.write_bytes(msgspec.json.format(msgspec.json.encode(soak)))
    beside.replace(path)


def sample(soak: Soak, process: psutil.Process, database: Path) -> Sample:
    """Look at a process now."""
    journal = database.with_name(database.name + JOURNAL_SUFFIX)
    sizes = [each.stat().st_size / 1e6 if each.exists() else 0.0 for each in (database, journal)]
    memory = process.memory_info().rss / 1e6
    return Sample(
        soak.runs - 1,
        soak.done,
        round(memory, 1),
        process.num_fds(),
        process.num_threads(),
        *(round(each, 2) for each in sizes),
    )


def report(soak: Soak) -> str:
    """As Markdown."""
    samples, (memory, handles) = soak.last_run(), soak.growth()
    shown = [*samples[:: max(1, len(samples) // 10)], samples[-1]]
    machine = f"{platform.platform(terse=True)}, {psutil.cpu_count()} cores with a load of {psutil.getloadavg()[0]:.1f}"
    grown = f"Memory grew by {memory} MB and open handles by {handles} (medians: the last third over the second tenth)."
    return "\n".join(
        (
            f"## {soak.title}",
            "",
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine}; {soak.runs} process(es).",
            "",
            *soak.facts,
            grown,
            "",
            "| done | memory, MB | handles | threads | database, MB | journal, MB |",
            "|---|---|---|---|---|---|",
            *(
                f"| {each.done:,.0f} | {each.memory:.0f} | {each.handles} | {each.threads} | {each.database} | {each.journal} |"
                for each in shown
            ),
            "",
        )
    )
