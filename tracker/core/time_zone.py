"""The time zone of this machine, with the rules that hold at each date: summer time in July, also if it is January now."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final


class _SystemZone(tzinfo):
    """As the system has it. ``datetime.astimezone()`` alone gives one offset, which half a year later is another's."""

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        return None if moment is None else _read(moment).utcoffset()

    def tzname(self, moment: datetime | None) -> str | None:
        return None if moment is None else _read(moment).tzname()

    def dst(self, moment: datetime | None) -> None:
        """Not told."""

    def fromutc(self, moment: datetime) -> datetime:
        utc = moment.replace(tzinfo=UTC)
        local = utc.astimezone().replace(tzinfo=self)
        # In the night that has an hour twice, the second one is fold=1.
        return local if _read(local).astimezone(UTC) == utc else local.replace(fold=1)


def _read(moment: datetime) -> datetime:
    """What a clock on the wall shows, as the system understands it."""
    return moment.replace(tzinfo=None).astimezone()


HERE: Final[tzinfo] = _SystemZone()
