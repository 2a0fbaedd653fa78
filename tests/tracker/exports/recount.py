"""Every number of a report as it stands there, and counted again in plain Python from exported JSON lines alone."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from html.parser import HTMLParser
from statistics import median, quantiles
from typing import Any, Final

Entry = dict[str, Any]
NAMES: Final = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
WINDOW, NEAR = 20.0, 60.0


class Told(HTMLParser):
    """A page's <data> elements, and the text of its body that stands in none and is not drawn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.numbers: dict[str, float] = {}
        self.words: dict[str, str] = {}
        self.rest: list[str] = []
        self._open: list[str] = []
        self._name = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("svg", "style", "title"):
            self._open.append(tag)
        if tag == "data":
            told = dict(attrs)
            self._name = str(told["title"])
            self.numbers[self._name] = float(told["value"] or "nan")

    def handle_endtag(self, tag: str) -> None:
        if self._open and tag == self._open[-1]:
            self._open.pop()
        if tag == "data":
            self._name = ""

    def handle_data(self, data: str) -> None:
        if self._name:
            self.words[self._name] = data
        elif not self._open:
            self.rest.append(data)


class Recount:
    """A session of one face, as its lines tell it, beside those of the sessions before it."""

    def __init__(self, lines: Sequence[Entry], before: Sequence[Sequence[Entry]]) -> None:
        self.rows = [each for each in lines if "faces" in each]
        self.marks = [each for each in lines if "marker" in each]
        self.pauses = [each for each in lines if "pause" in each]
        self.faces = faces_of(lines)
        self.before = [faces_of(each) for each in before]
        self.t = [row["t"] for row in self.rows]
        self.usual = median(after - t for t, after in zip(self.t, self.t[1:], strict=False))

    def everything(self) -> dict[str, float]:
        return (
            self.facts() | self.of_all() | self.longest() | self.ends() | self.notes() | self.moments() | self.usually()
            | self.motion()
        )  # fmt: skip

    def clock(self, t: float) -> datetime:
        return datetime.fromisoformat(self.rows[0]["at"]) + timedelta(seconds=t - self.t[0])

    def facts(self) -> dict[str, float]:
        end = self.t[-1] + self.usual
        began, ended = self.clock(self.t[0]).timestamp(), self.clock(end).timestamp()
        facts = {"began": began, "clock begin": began, "clock end": ended, "length": end - self.t[0], "hz": 1 / self.usual}
        return facts | {"readings": len(self.faces), "observations": len(self.rows)}

    def of_all(self) -> dict[str, float]:
        words = Counter(face["expression"] for _, face in self.faces)
        reasons = Counter(face["quality"]["reason"] for _, face in self.faces if face["quality"]["reason"])
        empty = sum(not row["faces"] for row in self.rows) / len(self.rows)
        told = {f"share {word}": many / words.total() for word, many in words.items()}
        told |= {reason: many / len(self.faces) for reason, many in (reasons + self.doubts()).items()}
        told |= {"unreadable": reasons.total() / len(self.faces)} if reasons else {}
        return told | ({"nobody": empty} if empty else {})

    def doubts(self) -> "Counter[str]":
        """Why faces are unclear that could be judged; no frame of theirs is sure by itself."""
        unclear = [face for _, face in self.faces if face["expression"] == "unclear" and not face["quality"]["reason"]]
        pairs = [sorted(face["smooth"].values(), reverse=True)[:2] for face in unclear]
        close = [first + second >= 0.7 and first <= 2 * second for first, second in pairs]
        return Counter("between two expressions" if each else "not sure enough" for each in close)

    def longest(self) -> dict[str, float]:
        """Runs of one word; an observation speaks until the next one, or for a beat when that is long in coming."""
        found: dict[str, tuple[float, float]] = {}
        run: tuple[str | None, float, float] = (None, 0.0, 0.0)
        for place, row in enumerate(self.rows):
            word = row["faces"][0]["expression"] if row["faces"] else None
            begin = run[1] if run[0] == word and run[2] == row["t"] else row["t"]
            end = self.until(place)
            run = (word, begin, end)
            if word and end - begin > found.get(word, (0.0, 0.0))[0] + 1e-6:
                found[word] = (end - begin, begin)
        lasted = {f"longest {word}": seconds for word, (seconds, _) in found.items()}
        return lasted | {f"longest {word} from": begin for word, (_, begin) in found.items()}

    def ends(self) -> dict[str, float]:
        """The first and last minute from two minutes on, five of twenty; the three most frequent words of each."""
        finish = self.t[-1] + self.usual
        seconds = 300 if finish - self.t[0] >= 1200 else 60
        told: dict[str, float] = {}
        for name, begin, end in (("first", self.t[0], self.t[0] + seconds), ("last", finish - seconds, finish)):
            words = Counter(face["expression"] for t, face in self.faces if begin <= t < end)
            told[f"{name} seconds"] = seconds
            told |= {f"{name} {word}": many / words.total() for word, many in words.most_common(3)}
        return told

    def notes(self) -> dict[str, float]:
        told = {f"marker {place}": mark["t"] for place, mark in enumerate(self.marks, 1)}
        for place, (begin, end) in enumerate(self.gaps(), 1):
            told |= {f"gap {place}": begin, f"gap {place} end": end}
        return told

    def until(self, place: int) -> float:
        """When an observation stops to speak: with the next one, or after a beat where a long silence or a pause follows."""
        t, end = self.t[place], self.t[place] + self.usual
        if place + 1 == len(self.t):
            return float(end)
        after = self.t[place + 1]
        paused = any(t < (pause["until"] or after) and pause["t"] < after for pause in self.pauses)
        return float(min(end, after) if paused or after - t > max(2.5 * self.usual, 1.5) else after)

    def gaps(self) -> list[tuple[float, float]]:
        """Between observations."""
        ends = [(self.until(place), self.t[place + 1]) for place in range(len(self.t) - 1)]
        return [(end, after) for end, after in ends if end < after - 1e-6]

    def moments(self) -> dict[str, float]:
        """The highest peaks of the distance between the means of twenty seconds before and after, at most five."""
        judged = [(t, face["smooth"]) for t, face in self.faces if not face["quality"]["reason"]]
        apart = {t: round(self.apart(judged, t), 4) for t, _ in judged}
        peaks: list[float] = []
        left = dict(apart)
        while left and max(left.values()) >= 0.25 and len(peaks) < 5:
            top = max(left, key=lambda t: (left[t], -t))
            around = [t for t in apart if top - WINDOW <= t < top + WINDOW]
            peaks += [top] if apart[top] == max(apart[t] for t in around) else []
            left = {t: value for t, value in left.items() if t not in around}
        told: dict[str, float] = {"moment window": WINDOW}
        for place, t in enumerate(sorted(peaks), 1):
            told |= {f"moment {place}": t, f"moment {place} of the session": t, f"moment {place} difference": apart[t]}
            told |= self.around(judged, t, place)
        return told

    def apart(self, judged: list[tuple[float, Entry]], t: float) -> float:
        """0 where less than half of either window was judged."""
        parts = [[s for u, s in judged if t - WINDOW <= u < t], [s for u, s in judged if t <= u < t + WINDOW]]
        if min(map(len, parts)) < WINDOW / self.usual / 2:
            return 0.0
        return sum(abs(mean(parts[0], name) - mean(parts[1], name)) for name in NAMES) / 2

    def around(self, judged: list[tuple[float, Entry]], t: float, place: int) -> dict[str, float]:
        told: dict[str, float] = {}
        for when, begin, end in (("before", t - WINDOW, t), ("after", t, t + WINDOW)):
            part = [smooth for u, smooth in judged if begin <= u < end]
            means = sorted(((mean(part, name), name) for name in NAMES), reverse=True)
            told |= {f"moment {place} {when} {name}": value for value, name in means[:2] if value >= 0.1}
        near = [mark["t"] for mark in self.marks if abs(mark["t"] - t) <= NEAR]
        return told | ({f"moment {place} from marker": t - min(near, key=lambda mark: abs(mark - t))} if near else {})

    def usually(self) -> dict[str, float]:
        """The share of each word beside the quartiles of its shares in the sessions before."""
        told: dict[str, float] = {"earlier sessions": len(self.before)}
        if len(self.before) < 3:
            return told | {"sessions needed": 3}
        for word in (*NAMES, "unclear"):
            now, *past = (sum(f["expression"] == word for _, f in each) / len(each) for each in (self.faces, *self.before))
            low, middle, high = quantiles(past, n=4, method="inclusive")
            if now or high:
                told |= {f"now {word}": now, f"usual {word} low": low, f"usual {word} high": high}
                told[f"usual {word} median"] = middle
                if round(low, 2) == round(high, 2):
                    del told[f"usual {word} high"]
        return told

    def motion(self) -> dict[str, float]:
        """Sums of counts by sums of the seconds of just those faces whose count is not null."""
        told: dict[str, float] = {}
        for name in ("blinks", "nods", "shakes", "talking", "away", "smiling"):
            moved = [face["motion"] for _, face in self.faces if face["motion"] and face["motion"][name] is not None]
            if seconds := sum(each["seconds"] for each in moved):
                rate = sum(each[name] for each in moved) / seconds
                told |= {name: rate * (60 if name in ("blinks", "nods", "shakes") else 1)} if seconds >= 60 else {}
                told["watched"] = max(told.get("watched", 0), seconds)
        return told


def faces_of(lines: Sequence[Entry]) -> list[tuple[float, Entry]]:
    return [(each["t"], face) for each in lines for face in each.get("faces", ())]


def mean(part: Sequence[Entry], name: str) -> float:
    return float(sum(smooth[name] for smooth in part) / len(part))
