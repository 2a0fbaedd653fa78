"""What stood out in a session: moments of change, shares beside the usual ones, and movements; in sentences with numbers."""

from dataclasses import dataclass

from tracker.exports.session_data import SessionData
from tracker.reports import change_points, motion_rates, personal_range
from tracker.reports.aggregate import SessionArrays, aggregate_session, most_read_lane
from tracker.reports.personal_range import EarlierSessions
from tracker.reports.sentences import Number, Phrase, time_number

MOVEMENTS_NOT_RECORDED = "Movements in between were not recorded in this session."


@dataclass(frozen=True, slots=True)
class Insights:
    """data: the session. changes: at most five, in order of time. beside: a word each, empty without enough sessions.

    lately: the person's last sessions; None where nobody knows them, as in a folder of recordings. recorded: the clock
    says nothing about it.
    """

    data: SessionArrays
    changes: tuple[change_points.ChangePoint, ...]
    beside: tuple[personal_range.PersonalRange, ...]
    lately: EarlierSessions | None
    recorded: bool = False

    @property
    def moments(self) -> list[tuple[Phrase, Phrase]]:
        """When each change was, by the clock (not of a recording) and by the session, and what was before and after."""
        told: list[tuple[Phrase, Phrase]] = []
        for place, each in enumerate(self.changes, 1):
            when: Phrase = (time_number(each.t, f"moment {place} of the session"),)
            if not self.recorded:
                clock = Number(round(each.t, 3), f"moment {place}", f"{self.data.at(each.t):%H:%M:%S}")
                when = (clock, " (", *when, ")")
            told.append((when, change_points.describe_change_point(each, place)))
        return told

    @property
    def of_moments(self) -> Phrase:
        """How they were found, or that there is none."""
        seconds = change_points.window_seconds(self.data)
        wide = Number(seconds, "moment window", f"{seconds:g} seconds")
        if not self.changes:
            return ("The mix stayed much the same: nowhere did ", wide, " differ from as many before them by a quarter.")
        several = len(self.data.lanes) > 1
        whose = f", of {self.data.lanes[most_read_lane(self.data)].title.lower()}, which was read most" if several else ""
        return ("Where the mean scores over ", wide, " differ most from those over as many before", whose, ".")

    @property
    def shares(self) -> list[Phrase]:
        """Each share, and what it usually is."""
        return [personal_range.describe_range(each, f"now {each.word}") for each in self.beside]

    @property
    def of_shares(self) -> Phrase:
        """What the comparison rests on, or why there is none; empty where there is nothing to compare."""
        return personal_range.describe_comparison(self.lately, self.beside) if self.lately and self.data.readings else ()

    @property
    def movements(self) -> list[tuple[str, Phrase]]:
        """What each kind of movement is called, and how often it was there."""
        return [(motion_rates.rate_name(each), motion_rates.describe_rate(each)) for each in self.data.rates]

    @property
    def of_movements(self) -> Phrase:
        """What they rest on."""
        seconds = max((each.seconds for each in self.data.rates), default=0.0)
        if not seconds:
            return (MOVEMENTS_NOT_RECORDED,) if not self.data.rates else ()
        long = (
            f"{seconds / motion_rates.MINUTE_SECONDS:.1f} minutes"
            if seconds >= motion_rates.MINUTE_SECONDS
            else f"{seconds:.0f} seconds"
        )
        return ("Between the observations, over ", Number(seconds, "watched", long), " of watched face.")


def find_insights(record: SessionData, data: SessionArrays, lately: EarlierSessions | None = None) -> Insights:
    """All that stood out in a session that was read."""
    beside = personal_range.personal_ranges(data.counts(), lately) if lately else ()
    return Insights(data, tuple(change_points.find_change_points(data, record.markers)), beside, lately, record.recorded)


def read_insights(record: SessionData, lately: EarlierSessions | None = None) -> Insights:
    """The same, of a session that is read now."""
    return find_insights(record, aggregate_session(record), lately)
