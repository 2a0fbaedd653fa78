"""Gentle cues: what a person wants to be told of their own face, once it has lasted, and never more than one a minute."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from tracker.core.errors import UsageError
from tracker.core.notes import line
from tracker.core.records import ObservationRecord
from tracker.core.sampling import gap_seconds, observed_interval, sample_interval
from tracker.core.validation import converted
from tracker.core.vocabulary import ADJECTIVES, EXPRESSIONS, UNCLEAR

NOBODY: Final = "nobody"
AWAY: Final = "away"
TALKING: Final = "talking"
NOTICEABLE: Final = (*EXPRESSIONS, UNCLEAR, NOBODY, AWAY, TALKING)
"""What a cue may be about."""
MIN_ALERT_SECONDS, MAX_ALERT_SECONDS = 5.0, 3600.0
"""Seconds that something has to last."""
SECONDS_BETWEEN_ALERTS: Final = 60.0
"""Seconds between two cues, whichever they are: a second voice in a meeting has to be rare."""
MIN_OBSERVATIONS_FOR_INTERVAL, MAX_OBSERVATIONS_FOR_INTERVAL = 5, 30
"""So many observations tell how often they come: fewer may have a gap among them, and older ones say less of now."""
MIN_AGREEING_SHARE: Final = 0.8
"""Share of the observations of a stretch that have to agree: a blink, or a word, does not end a frown."""
MIN_CONTINUING_SHARE: Final = 0.5
"""Share below which a stretch has ended, so that the same cue may come again."""
MAX_ALERTS: Final = 8
"""Cues that one person can want; more would be a supervisor."""
MARKER_PREFIX: Final = "cue: "
"""Of the marker that a cue leaves in a stored session, by which it is told from a person's own."""


@dataclass(frozen=True, slots=True)
class Alert:
    """what: one of NOTICED. seconds: how long it has to last. words: the person's own sentence, "" for ours."""

    what: str
    seconds: float
    words: str = ""

    def __post_init__(self) -> None:
        if self.what not in NOTICEABLE:
            raise UsageError(f"A cue is about one of {', '.join(NOTICEABLE)}; {self.what!r} is none of them.")
        if not MIN_ALERT_SECONDS <= self.seconds <= MAX_ALERT_SECONDS:
            raise UsageError(
                f"A cue waits for {MIN_ALERT_SECONDS:g} to {MAX_ALERT_SECONDS:g} seconds, not for {self.seconds:g}."
            )
        object.__setattr__(self, "words", line(self.words, "A cue's sentence"))

    @classmethod
    def parse(cls, text: str) -> Self:
        """From "angry 120" or "angry 120 my own sentence", as a command line has it."""
        what, _, rest = text.strip().partition(" ")
        seconds, _, words = rest.strip().partition(" ")
        try:
            return cls(what, float(seconds), words.strip())
        except ValueError as error:
            raise UsageError(f"A cue is something to notice and how many seconds, like 'angry 120', not {text!r}.") from error

    @classmethod
    def of(cls, given: object) -> Self:
        """From JSON {what, seconds, words}; UsageError for anything else."""
        try:
            return converted(given, cls, "the cue")
        except ValueError as error:
            raise UsageError(f"A cue has what and seconds, and perhaps words: {error}.") from error

    @property
    def sentence(self) -> str:
        """What is said: that something shows, never what to do about it."""
        return self.words or f"For {duration(self.seconds)} {_shows(self.what)}."


def duration(seconds: float) -> str:
    """A stretch of time in words: 45 seconds, a minute, 2 minutes."""
    if seconds < 60 or seconds % 60:
        return f"{seconds:g} seconds"
    return "a minute" if seconds == 60 else f"{seconds / 60:g} minutes"


def _shows(what: str) -> str:
    if what == NOBODY:
        return "nobody was there"
    if what == AWAY:
        return "you looked away"
    if what == TALKING:
        return "it looked as if you talked"
    return f"your face has looked {ADJECTIVES.get(what, what)}"


def limited_alerts(cues: Sequence[Alert]) -> tuple[Alert, ...]:
    """As many as may be; UsageError when there are more."""
    if len(cues) > MAX_ALERTS:
        raise UsageError(f"There may be {MAX_ALERTS} cues, and these are {len(cues)}. Take some away.")
    return tuple(cues)


class _AlertState:
    """One cue's memory: when it held of late, and whether it has been told."""

    def __init__(self, cue: Alert) -> None:
        self.cue, self.told = cue, False
        self._seen: deque[tuple[float, bool]] = deque()
        self._held = 0

    def observe(self, t: float, *, holds: bool) -> bool:
        """Whether the cue is due at this observation."""
        self._seen.append((t, holds))
        self._held += holds
        # One older than the window stays, by which it is known to be full.
        while len(self._seen) > 1 and self._seen[1][0] <= t - self.cue.seconds:
            self._held -= self._seen.popleft()[1]
        share = self._held / len(self._seen)
        if share < MIN_CONTINUING_SHARE:
            self.told = False
        since, began = self._seen[0]
        return since <= t - self.cue.seconds and began and holds and share >= MIN_AGREEING_SHARE and not self.told

    def forget(self) -> None:
        """A gap: what was before it does not count."""
        self._seen.clear()
        self._held = 0
        self.told = False


class AlertDetector:
    """Is shown each observation of somebody's own face, and says which cue is due.

    hz: how often one was asked for; a machine may manage less, so silence is told by how often they came.
    given: when a cue was given last, in seconds of the session: below 0 in the one before.
    """

    def __init__(self, cues: Iterable[Alert], hz: float = 2.0, given: float | None = None) -> None:
        self.want(cues)
        self._hz = hz
        self._times: deque[float] = deque(maxlen=MAX_OBSERVATIONS_FOR_INTERVAL)
        self._given = given
        self._alone: float | None = None

    def want(self, cues: Iterable[Alert]) -> None:
        """These from now on; the minute since the last one goes on."""
        self._stretches = [_AlertState(cue) for cue in cues]

    def observe(self, record: ObservationRecord) -> Alert | None:
        """The cue that is due at this observation, if one is; silence ends every stretch."""
        t, shown = record.t, what_shows(record)
        if self._times and t - self._times[-1] > self._patience:
            self._forget()
        self._times.append(t)
        self._look_for_company(t, shown)
        due = [stretch for stretch in self._stretches if stretch.observe(t, holds=stretch.cue.what in shown)]
        if not due or (self._given is not None and t - self._given < SECONDS_BETWEEN_ALERTS):
            return None
        due[0].told, self._given = True, t
        return due[0].cue

    @property
    def _patience(self) -> float:
        """Seconds of silence that are a gap; of too few observations, by what was asked for."""
        return gap_seconds(
            observed_interval(self._times, self._hz)
            if len(self._times) > MIN_OBSERVATIONS_FOR_INTERVAL
            else sample_interval(self._hz)
        )

    def _look_for_company(self, t: float, shown: set[str]) -> None:
        """An empty chair ends what a face has shown; a face that is missed for a moment does not."""
        if NOBODY not in shown:
            self._alone = None
        elif self._alone is None:
            self._alone = t
        elif t - self._alone > self._patience:
            self._forget(but=NOBODY)

    def _forget(self, but: str | None = None) -> None:
        for stretch in self._stretches:
            if stretch.cue.what != but:
                stretch.forget()


def what_shows(record: ObservationRecord) -> set[str]:
    """Of NOTICED, what holds at an observation of one's own face, the largest where there are several."""
    if not record.faces:
        return {NOBODY}
    face = max(record.faces, key=lambda face: face.area)
    shown, motion = {face.expression}, face.motion
    if motion is not None:
        seconds = {AWAY: motion.away, TALKING: motion.talking or 0.0}
        shown |= {what for what, lasted in seconds.items() if lasted > motion.seconds / 2}
    return shown
