"""Whose video is asked for next, when several participants were chosen and Zoom sends one at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

DWELL_S: Final = 4.0
"""Seconds that each of several chosen participants is watched in turn: of a face that was just found nothing is told for one
second, and possible readings take two more."""
ANSWER_S: Final = 5.0
"""Seconds within which Zoom should answer a subscription."""
REFUSED_S: Final = 30.0
"""Seconds until somebody whose video was refused is asked for again."""
MAX_CHOSEN: Final = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """A message to send: begin, or end, somebody's video."""

    user_id: int
    subscribe: bool


class Rotation:
    """The state of round robin. For one thread; times are seconds of the owner's clock."""

    def __init__(self, dwell_s: float = DWELL_S) -> None:
        self._dwell_s = dwell_s
        self._chosen: tuple[int, ...] = ()
        self._last: int | None = None
        self._since = 0.0
        self._asked_at: float | None = None
        self._refused: dict[int, float] = {}
        self.target: int | None = None
        """Whose video was asked for last, and not ended since."""

    @property
    def chosen(self) -> tuple[int, ...]:
        return self._chosen

    def choose(self, user_ids: tuple[int, ...]) -> None:
        """Take turns among these, each once; nobody if there are none. At most MAX_CHOSEN."""
        self._chosen = tuple(dict.fromkeys(user_ids))[:MAX_CHOSEN]
        self._refused.clear()

    def restart(self) -> None:
        """Zoom has forgotten what was asked for: the media connection is new."""
        self.target, self._asked_at = None, None

    def answered(self, user_id: int, now: float, *, accepted: bool) -> None:
        """Zoom answered a subscription; the time to watch begins."""
        if user_id != self.target or self._asked_at is None:
            return
        self._asked_at, self._since = None, now
        if not accepted:
            self._refuse(user_id, now)

    def switched_on(self, user_id: int) -> None:
        """Somebody's camera was switched on: what was refused before may be granted now."""
        self._refused.pop(user_id, None)

    def next_wish(self, now: float, can_be_watched: Callable[[int], bool]) -> Wish | None:
        """What to ask Zoom for now, if anything; it then counts as asked."""
        if self.target is not None and self._asked_at is not None and now - self._asked_at >= ANSWER_S:
            self._refuse(self.target, now)
        able = [each for each in self._chosen if can_be_watched(each) and self._refused.get(each, now) <= now]
        if self.target in able and (self._asked_at is not None or len(able) == 1 or now - self._since < self._dwell_s):
            return None
        if not able:
            before, self.target, self._asked_at = self.target, None, None
            return None if before is None else Wish(before, subscribe=False)
        begin = self._chosen.index(self._last) + 1 if self._last in self._chosen else 0
        upcoming = next(each for each in (*self._chosen[begin:], *self._chosen[:begin]) if each in able)
        self.target = self._last = upcoming
        self._asked_at = self._since = now
        return Wish(upcoming, subscribe=True)

    def _refuse(self, user_id: int, now: float) -> None:
        self._refused[user_id] = now + REFUSED_S
        self.target, self._asked_at = None, None
