"""``mien log``: watch without a screen, one line an observation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import TIMEOUT_MAX, Event, Timer
from typing import TYPE_CHECKING

import click

from tracker.commands.options import WITHHELD_SENTENCE, settings_options
from tracker.commands.terminal import ignore_closed_pipe, say
from tracker.config.option_types import Amount
from tracker.config.settings import Settings
from tracker.core.paths import PathType

if TYPE_CHECKING:
    from tracker.commands.storing import HeadlessStorage
    from tracker.core.frame import Source
    from tracker.core.records import ObservationRecord

Tell = Callable[[str], None]


@click.command(name="log")
@settings_options(
    *(
        "source",
        "hz",
        "faces",
        "mode",
        "hand_on",
        "hand_on_overlay",
        "release",
        "motion",
        "smoothing",
        "prior",
        "person",
        "model",
        "landmarker",
    ),
    *("db", "retention"),
)
@click.option("--output", type=PathType(), default="-", show_default=True, help="F.jsonl, F.csv, or - for stdout.")
@click.option("--duration", type=Amount(0, min_open=True), help="Seconds to watch; of media time for files.")
@click.option(
    "--rotate", type=Amount(0, min_open=True), metavar="MB", help="Begin a new file when this one has so many megabytes."
)
@click.option(
    *("--cue", "alerts"),
    multiple=True,
    metavar='"WHAT SECONDS"',
    help="Alert on stderr when your own face has shown an expression for so many seconds; at most one a minute.",
)
@click.option("--shapes", is_flag=True, help="Add the 52 blendshapes and the head's pose (degrees) to each face.")
@click.pass_context
def command(
    ctx: click.Context,
    settings: Settings,
    output: Path,
    duration: float | None,
    rotate: float | None,
    *,
    alerts: tuple[str, ...],
    shapes: bool,
) -> None:
    """Watch without a screen: a line (or CSV row a face) for each observation, appended, until Ctrl-C.

    With --db the session is stored as well, for --retention.
    """
    from tracker.commands.signals import stopped_by_signals
    from tracker.commands.storing import HeadlessStorage
    from tracker.core.errors import UsageError
    from tracker.core.notes import Marker
    from tracker.exports.sinks import open_sink
    from tracker.live.alerts import MARKER_PREFIX, Alert, AlertDetector, limited_alerts
    from tracker.live.state import shows_call

    failed: list[str] = []

    def fail(sentence: str) -> None:
        failed.append(sentence)
        say(sentence)

    if alerts and settings.faces != "own":
        raise UsageError(
            "An alert (--cue) is about your own face, and --faces all watches everybody. Leave one of the two out."
        )
    if settings.faces == "all" and shows_call(settings.source):
        raise UsageError(
            "Others on a call are watched only after each of them agreed, which needs a page to note it: start `mien` and open"
            " Call. Without a page, leave --faces all out: then your own face is followed."
        )
    detector = AlertDetector(limited_alerts([Alert.parse(alert) for alert in alerts]), settings.hz)
    most = None if rotate is None else int(rotate * 1_000_000)
    with (
        stopped_by_signals() as stopping,
        open_sink(output, most, shapes=shapes) as sink,
        HeadlessStorage(settings, say, fail) as storage,
        ignore_closed_pipe(),
    ):
        for record in observations(settings, duration, stopping, fail, storage, shapes=shapes):
            sink.write(record)
            alert = detector.observe(record)
            if alert is not None:
                say(alert.sentence)
                storage.mark(Marker(record.t, record.at, f"{MARKER_PREFIX}{alert.sentence}"))
    ctx.exit(1 if failed else 0)


def observations(
    settings: Settings, duration: float | None, stopping: Event, fail: Tell, storage: "HeadlessStorage", *, shapes: bool
) -> "Iterator[ObservationRecord]":
    """Each observation, stored already; ``fail`` gets a sentence for each picture that cannot be read."""
    from tracker.compose import open_analyzer
    from tracker.config.mode import may_read_others
    from tracker.core.clock import start_clock
    from tracker.core.errors import MienError
    from tracker.core.records import ObservationRecord
    from tracker.live.session import Session
    from tracker.motion.budget import motion_budget
    from tracker.sources.factory import choose_source
    from tracker.sources.intermittent import intermittent_frames, require_intermittent_rate
    from tracker.sources.pacing import frames_until, reconnecting_frames
    from tracker.sources.picture_faults import report_picture_faults
    from tracker.sources.screen import is_screen
    from tracker.sources.virtual_camera import optional_sender

    handed = optional_sender(settings.hand_on, overlay=settings.hand_on_overlay)
    if settings.release:
        require_intermittent_rate(settings.hz, settings.hand_on)
    if is_screen(settings.source):
        say("Watch others only if they know of it and agree.")
    with open_analyzer(settings, "live") as analyzer, handed as handing:
        clock = start_clock()

        def lose(error: MienError) -> None:
            storage.lost()
            say(str(error))

        def choose() -> "Source":
            return choose_source(settings.source, clock, fail, handing)

        source = choose()
        budget = motion_budget(settings.motion, live=source.live)
        read_others = may_read_others(settings.mode, settings.source)
        if settings.faces == "all" and not read_others:
            say(WITHHELD_SENTENCE)
        session = Session(analyzer, faces=settings.faces, read_others=read_others, smoothing=settings.smoothing, budget=budget)
        storage.begin(session, analyzer, live=source.live)
        with _alarm(duration if source.live else None, stopping):
            if settings.release and source.live:
                # A glimpse was due when it was taken, and between two there is nothing to look at.
                frames, hz = intermittent_frames(choose, settings.hz, lose, stopping), 0.0
            else:
                frames, hz = reconnecting_frames(choose, 0, lose, stopping), settings.hz if source.sampled else 0.0
            if source.moves:
                frames = report_picture_faults(frames, say)
            for observation in session.go_through(frames_until(frames, duration), hz):
                if handing is not None:
                    handing.set_overlay(observation)
                record = ObservationRecord.of(observation, session.id, settings.source, shapes=shapes)
                storage.write(record)
                yield record


@contextmanager
def _alarm(seconds: float | None, stopping: Event) -> Iterator[None]:
    """Set an event after so many seconds: a lost camera sends no frame that would tell the time."""
    timer = Timer(min(seconds or 0, TIMEOUT_MAX), stopping.set)
    if seconds is not None:
        timer.start()
    try:
        yield
    finally:
        timer.cancel()
