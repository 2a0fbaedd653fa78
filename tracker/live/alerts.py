"""Alerts: what a person wants to be told of their own face, once it has lasted, and never more than one a minute."""

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

NOBODY_ALERT: Final = "nobody"
AWAY: Final = "away"
TALKING: Final = "talking"
NOTICEABLE: Final = (*EXPRESSIONS, UNCLEAR, NOBODY_ALERT, AWAY, TALKING)
"""What an alert may be about."""
MIN_ALERT_SECONDS, MAX_ALERT_SECONDS = 5.0, 3600.0
"""Seconds that something has to last."""
SECONDS_BETWEEN_ALERTS: Final = 60.0
"""Seconds between two alerts, whichever they are: a second voice in a meeting has to be rare."""
MIN_OBSERVATIONS_FOR_INTERVAL, MAX_OBSERVATIONS_FOR_INTERVAL = 5, 30
"""So many observations tell how often they come: fewer may have a gap among them, and older ones say less of now."""
MIN_AGREEING_SHARE: Final = 0.8
"""Share of the observations of a stretch that have to agree: a blink, or a word, does not end a frown."""
MIN_CONTINUING_SHARE: Final = 0.5
"""Share below which a stretch has ended, so that the same alert may come again."""
MAX_ALERTS: Final = 8
"""Alerts that one person can want; more would be a supervisor."""
MARKER_PREFIX: Final = "alert: "
"""Of the marker that an alert leaves in a stored session, by which it is told from a person's own."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What a person wants to be told; they type it as a cue.

    what: one of NOTICEABLE. seconds: how long it has to last. words: the person's own sentence, "" for ours.
    """

    what: str
    seconds: float
    words: str = ""

    def __post_init__(self) -> None:
        if self.what not in NOTICEABLE:
            raise UsageError(f"An alert is about one of {', '.join(NOTICEABLE)}; {self.what!r} is none of them.")
        if not MIN_ALERT_SECONDS <= self.seconds <= MAX_ALERT_SECONDS:
            raise UsageError(
                f"An alert waits for {MIN_ALERT_SECONDS:g} to {MAX_ALERT_SECONDS:g} seconds, not for {self.seconds:g}."
            )
        object.__setattr__(self, "words", line(self.words, "An alert's sentence"))

    @classmethod
    def parse(cls, text: str) -> Self:
        """From "angry 120" or "angry 120 my own sentence", as a command line has it."""
        what, _, rest = text.strip().partition(" ")
        seconds, _, words = rest.strip().partition(" ")
        try:
            return cls(what, float(seconds), words.strip())
        except ValueError as error:
            raise UsageError(
                f"An alert is something to notice and a number of seconds, like 'angry 120', not {text!r}."
            ) from error

    @classmethod
    def of(cls, given: object) -> Self:
        """From JSON {what, seconds, words}; UsageError for anything else."""
        try:
            return converted(given, cls, "the alert")
        except ValueError as error:
            raise UsageError(f"An alert has what and seconds, and perhaps words: {error}.") from error

    @property
    def sentence(self) -> str:
        """What is said: that something shows, never what to do about it."""
        shows = {NOBODY_ALERT: "nobody was there", AWAY: "you looked away", TALKING: "it looked as if you talked"}
        looked = f"your face has looked {ADJECTIVES.get(self.what, self.what)}"
        return self.words or f"For {duration(self.seconds)} {shows.get(self.what, looked)}."


def duration(seconds: float) -> str:
    """A stretch of time in words: 45 seconds, a minute, 2 minutes."""
    if seconds < 60 or seconds % 60:
        return f"{seconds:g} seconds"
    return "a minute" if seconds == 60 else f"{seconds / 60:g} minutes"


def limited_alerts(alerts: Sequence[Alert]) -> tuple[Alert, ...]:
    """As many as may be; UsageError when there are more."""
    if len(alerts) > MAX_ALERTS:
        raise UsageError(f"There may be {MAX_ALERTS} alerts, and these are {len(alerts)}. Remove some.")
    return tuple(alerts)


class _AlertState:
    """One alert: when it held of late, and whether it has been given."""

    def __init__(self, alert: Alert) -> None:
        self.alert, self.told = alert, False
        self._seen: deque[tuple[float, bool]] = deque()
        self._held = 0

    def observe(self, t: float, *, holds: bool) -> bool:
        """Whether the alert is due at this observation."""
        self._seen.append((t, holds))
        self._held += holds
        # One older than the window stays, by which it is known to be full.
        while len(self._seen) > 1 and self._seen[1][0] <= t - self.alert.seconds:
            self._held -= self._seen.popleft()[1]
        share = self._held / len(self._seen)
        if share < MIN_CONTINUING_SHARE:
            self.told = False
        since, began = self._seen[0]
        return since <= t - self.alert.seconds and began and holds and share >= MIN_AGREEING_SHARE and not self.told

    def forget(self) -> None:
        """A gap: what was before it does not count."""
        self._seen.clear()
        self._held = 0
        self.told = False


class AlertDetector:
    """Takes each observation of somebody's own face, and returns the alert that is due.

    hz: observations a second that were asked for; a machine may manage fewer, so a gap is measured by how often they came.
    given: when an alert was given last, in seconds of the session: below 0 in the one before.
    """

    def __init__(self, alerts: Iterable[Alert], hz: float = 2.0, given: float | None = None) -> None:
        self.want(alerts)
        self._hz = hz
        self._times: deque[float] = deque(maxlen=MAX_OBSERVATIONS_FOR_INTERVAL)
        self._given = given
        self._alone: float | None = None

    def want(self, alerts: Iterable[Alert]) -> None:
        """Watch for these from now on; the minute since the last alert goes on."""
        self._states = [_AlertState(alert) for alert in alerts]

    def observe(self, record: ObservationRecord) -> Alert | None:
        """The alert that is due at this observation, if one is; a gap ends everything that lasts."""
        t, shown = record.t, what_shows(record)
        if self._times and t - self._times[-1] > self._gap_seconds:
            self._forget()
        self._times.append(t)
        if NOBODY_ALERT not in shown:
            self._alone = None
        elif self._alone is None:
            self._alone = t
        elif t - self._alone > self._gap_seconds:
            # An empty chair ends what a face has shown; a face that is missed for a moment does not.
            self._forget(but=NOBODY_ALERT)
        due = [state for state in self._states if state.observe(t, holds=state.alert.what in shown)]
        if not due or (self._given is not None and t - self._given < SECONDS_BETWEEN_ALERTS):
            return None
        due[0].told, self._given = True, t
        return due[0].alert

    @property
    def _gap_seconds(self) -> float:
        """Seconds of silence that are a gap; of too few observations, by what was asked for."""
        return gap_seconds(
            observed_interval(self._times, self._hz)
            if len(self._times) > MIN_OBSERVATIONS_FOR_INTERVAL
            else sample_interval(self._hz)
        )

    def _forget(self, but: str | None = None) -> None:
        for state in self._states:
            if state.alert.what != but:
                state.forget()


def what_shows(record: ObservationRecord) -> set[str]:
    """Of NOTICEABLE, what holds at an observation of one's own face, the largest where there are several."""
    if not record.faces:
        return {NOBODY_ALERT}
    face = max(record.faces, key=lambda face: face.area)
    shown, motion = {face.expression}, face.motion
    if motion is not None:
        seconds = {AWAY: motion.away, TALKING: motion.talking or 0.0}
        shown |= {what for what, lasted in seconds.items() if lasted > motion.seconds / 2}
    return shown
