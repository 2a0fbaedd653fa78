"""Insights of a session, in sentences with numbers: change points, shares beside the usual ones, movements."""

from dataclasses import dataclass
from typing import Final

from tracker.exports.session_data import SessionData
from tracker.reports import change_points, motion_rates, personal_range
from tracker.reports.aggregate import SessionArrays, aggregate_session, most_read_lane
from tracker.reports.personal_range import EarlierSessions
from tracker.reports.sentences import Number, Phrase, moment_number

MOVEMENTS_NOT_RECORDED: Final = "Movements between the observations were not recorded in this session."


@dataclass(frozen=True, slots=True)
class Insights:
    """What stood out in a session. The templates of the report and of the session's page read the properties.

    Attributes:
        data: The session.
        changes: Its change points, in order of time.
        ranges: Its shares beside the usual ones; empty without enough earlier sessions.
        earlier: The person's last sessions; None where they are not known, as for a folder of recordings.
        recorded: Whether it is a recording, of which the clock says nothing.
    """

    data: SessionArrays
    changes: tuple[change_points.ChangePoint, ...]
    ranges: tuple[personal_range.PersonalRange, ...]
    earlier: EarlierSessions | None
    recorded: bool = False

    @property
    def moments(self) -> list[tuple[Phrase, Phrase]]:
        """For each change point, its time (by the clock, too, unless it is a recording), and the mix before and after."""
        moments: list[tuple[Phrase, Phrase]] = []
        for position, change in enumerate(self.changes, 1):
            when: Phrase = (moment_number(change.t, f"moment {position} of the session"),)
            if not self.recorded:
                clock = moment_number(change.t, f"moment {position}", f"{self.data.local_time(change.t):%H:%M:%S}")
                when = (clock, " (", *when, ")")
            moments.append((when, change_points.describe_change_point(change, position)))
        return moments

    @property
    def moments_explained(self) -> Phrase:
        """How the change points were found, or that there are none."""
        seconds = change_points.window_seconds(self.data)
        window = Number(seconds, "moment window", f"{seconds:g} seconds")
        if not self.changes:
            return ("The mix of expressions stayed much the same: no ", window, " differed by a quarter from as many before.")
        face = self.data.lanes[most_read_lane(self.data)].who
        whose = f", for {face}, which has the most readings" if len(self.data.lanes) > 1 else ""
        return (
            "These are the times at which the mean scores over ",
            window,
            " differed most from those over as many before",
            whose,
            ".",
        )

    @property
    def shares(self) -> list[Phrase]:
        """The share of each word, and its usual range."""
        return [personal_range.describe_range(each, f"now {each.word}") for each in self.ranges]

    @property
    def shares_explained(self) -> Phrase:
        """What the usual ranges are computed from, or why there are none; empty where earlier sessions are not known."""
        return personal_range.describe_comparison(self.earlier, self.ranges) if self.earlier and self.data.readings else ()

    @property
    def movements(self) -> list[tuple[str, Phrase]]:
        """For each movement, its name and its rate."""
        return [(motion_rates.rate_name(each), motion_rates.describe_rate(each)) for each in self.data.motion_rates]

    @property
    def movements_explained(self) -> Phrase:
        """For how long faces were watched, or that movements were not recorded; empty if none could be measured."""
        seconds = max((each.seconds for each in self.data.motion_rates), default=0.0)
        if not seconds:
            return (MOVEMENTS_NOT_RECORDED,) if not self.data.motion_rates else ()
        minutes = seconds / motion_rates.MINUTE_SECONDS
        length = f"{minutes:.1f} minutes" if minutes >= 1 else f"{seconds:.0f} seconds"
        return ("Counted between the observations; faces were watched for ", Number(seconds, "watched", length, "length"), ".")


def find_insights(session: SessionData, data: SessionArrays, earlier: EarlierSessions | None = None) -> Insights:
    """Find what stood out in a session.

    Args:
        session: The session.
        data: The same session, already read.
        earlier: The person's last sessions before it; None where they are not known.
    """
    ranges = personal_range.personal_ranges(data.counts(), earlier) if earlier else ()
    return Insights(data, tuple(change_points.find_change_points(data, session.markers)), ranges, earlier, session.recorded)


def read_insights(session: SessionData, earlier: EarlierSessions | None = None) -> Insights:
    """Read a session, and find what stood out in it; arguments as in ``find_insights``."""
    return find_insights(session, aggregate_session(session), earlier)
