"""How well movements of faces are told: the tables of models/MOVEMENTS.md.

    python -m exporter.experiments.movements --data fer2013.npz --memory seen --still-clip two_people.mp4

on made-up tracks, on FER-2013's public split, by what FER+'s voters saw, and on people who hold still. ``--tuning`` takes the
tracks on which thresholds were chosen.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Final

import click
import cv2
import numpy as np
import numpy.typing as npt

from exporter.data.dataset import LabelledFaces, majority, read
from exporter.data.meshes import Meshes, meshes
from exporter.experiments.movement_tracks import BLINK, Track, made_up_track
from tracker.commands.terminal import show
from tracker.config.model_files import landmarker_model
from tracker.core.face import Detection, Landmarks, Pose, Quality, Shape
from tracker.core.vocabulary import FERPLUS
from tracker.motion.blinks import BlinkCounter
from tracker.motion.face_movements import SIGNS, VALUES, FaceMovements, face_values
from tracker.motion.movements import MOVEMENTS
from tracker.motion.signals import face_signals
from tracker.vision.landmarker import Landmarker

RATES: Final = (2, 5, 10, 15, 30)
"""Pictures a second: several people of a gallery, Zoom's streams, and Mien's own watching."""
TUNING_SEEDS, REPORTED_SEEDS = range(8), range(100, 112)
"""Thresholds were chosen on the first, and the tables are of the second."""
LATE_SECONDS: Final = 1.5
"""By which a movement may be told after its end: it is smoothed, and gestures are counted when they are over."""
SHOWS_TOO: Final = {"jaw_dropped": "yawn"}
"""Movements that may be told, or not, while the person does another."""
STILL_FROM_SECONDS: Final = 1.0
"""Of the clip: then everybody has found their place."""
STILL_SECONDS: Final = 90
"""For which the clip's pictures are played, forwards and backwards."""
COST_HZ: Final = 5
READABLE: Final = Quality()
COUNTING_HZ: Final = {kind.name: kind.min_hz for kind in MOVEMENTS} | {
    BLINK: next(kind.min_hz for kind in MOVEMENTS if kind.name == "blinking")
}


@dataclass(slots=True)
class Tally:
    """Of one movement: how often it happened, was told, and how many of each were right."""

    happened: int = 0
    found: int = 0
    told: int = 0
    right: int = 0

    @property
    def words(self) -> str:
        """Precision and recall in percent."""
        precision = f"{self.right / self.told:.0%}" if self.told else "-"
        return f"{precision} · {self.found / self.happened:.0%}" if self.happened else "-"


def told(track: Track, hz: float, seed: int) -> dict[str, list[tuple[float, float]]]:
    """From when to when each movement is told of a track, whatever rate it needs; of blinks, when they were counted."""
    face, blinks, spans = FaceMovements(at_any_rate=True), BlinkCounter(), defaultdict[str, list[tuple[float, float]]](list)
    there = set[str]()
    for t, detection in track.pictures(hz, seed):
        if blinks.add(t, face_signals(detection, t).eye_closure):
            spans[BLINK].append((t, t))
        now = {movement.name for movement in face.add(t, detection, READABLE).present}
        for name in now:
            start = spans[name].pop()[0] if name in there else t
            spans[name].append((start, t))
        there = now
    return spans


def tallies(seeds: Iterable[int], hz: float) -> Mapping[str, Tally]:
    """Of all tracks, by movement."""
    counted = defaultdict[str, Tally](Tally)
    for seed in seeds:
        track = made_up_track(seed)
        spans = told(track, hz, seed)
        for name in {event.name for event in track.events if event.name} | set(spans):
            happened = [(event.start, event.end + LATE_SECONDS) for event in track.events if event.name == name]
            others = [(event.start, event.end + LATE_SECONDS) for event in track.events if event.name == SHOWS_TOO.get(name)]
            judged = [span for span in spans[name] if not any(_meet(other, span) for other in others)]
            tally = counted[name]
            tally.happened += len(happened)
            tally.found += sum(any(_meet(event, span) for span in spans[name]) for event in happened)
            tally.told += len(judged)
            tally.right += sum(any(_meet(event, span) for event in happened) for span in judged)
    return counted


def _meet(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def track_table(seeds: Iterable[int]) -> Iterator[str]:
    """Precision and recall of each movement at each rate; in brackets where the tracker says that it cannot tell."""
    by_rate = {hz: tallies(seeds, hz) for hz in RATES}
    yield f"| movement | happened | {' | '.join(f'{hz} Hz' for hz in RATES)} |"
    yield "|---" * (len(RATES) + 2) + "|"
    for name in [kind.name for kind in MOVEMENTS] + [BLINK]:
        rows = {hz: counted.get(name, Tally()) for hz, counted in by_rate.items()}
        happened = rows[RATES[0]].happened
        if happened:
            cells = (
                words if hz >= COUNTING_HZ[name] else f"({words})" for hz, tally in rows.items() for words in [tally.words]
            )
            yield f"| `{name}` | {happened} | {' | '.join(cells)} |"


def microseconds(seeds: Iterable[int]) -> float:
    """The mean time of one picture of one face, at COST_HZ."""
    pictures, took = 0, 0.0
    for seed in seeds:
        face, shown = FaceMovements(), list(made_up_track(seed).pictures(COST_HZ, seed))
        began = process_time()
        for t, detection in shown:
            face.add(t, detection, READABLE)
        took, pictures = took + process_time() - began, pictures + len(shown)
    return took / pictures * 1e6


def blendshape_names() -> list[str]:
    """The landmark model's, in its order, as it spells them."""
    from mediapipe.tasks.python.vision.face_landmarker import Blendshapes

    return [re.sub(r"_(\w)", lambda found: found[1].upper(), shape.name.lower()) for shape in Blendshapes]


def picture_values(seen: Meshes) -> npt.NDArray[np.float64]:
    """[found, VALUES] of the faces that were found."""
    names, rows = blendshape_names(), list[tuple[float, ...]]()
    for n in seen.found:
        yaw, pitch, roll = seen.poses[n].tolist()
        shapes = dict(zip(names, seen.blendshapes[n].tolist(), strict=True))
        rows.append(face_values(Detection(Landmarks(seen.points[n]), Shape(shapes, Pose(yaw, pitch, roll)))))
    return np.array(rows)


def signs_of(values: npt.NDArray[np.float64], rest: npt.NDArray[np.float64]) -> dict[str, npt.NDArray[np.bool_]]:
    """[N] whether each movement that is held shows in pictures of values [N, VALUES], against one rest [VALUES] for all."""
    away = values - rest
    shows = {}
    for sign in SIGNS:
        columns = away[:, [VALUES.index(name) for name in sign.values]]
        shows[sign.name] = (np.linalg.norm(columns, axis=1) if sign.both_ways else columns[:, 0]) >= sign.least
    smile, narrowed = shows.pop("smile"), shows.pop("eyes_narrowed")
    return {"smile_mouth": smile & ~narrowed, "smile_eyes": smile & narrowed, "eyes narrowed": narrowed} | shows


def vote_table(faces: LabelledFaces, seen: Meshes) -> Iterator[str]:
    """In how many pictures of each majority each movement shows, against the median of the neutral ones."""
    values, voted = picture_values(seen), majority(faces.votes)[seen.found]
    shows = signs_of(values, np.median(values[voted == FERPLUS.index("neutral")], axis=0))
    counts = {label: int((voted == n).sum()) for n, label in enumerate(FERPLUS)}
    yield "| movement | " + " | ".join(f"{label} ({count})" for label, count in counts.items()) + " |"
    yield "|---" * (len(FERPLUS) + 1) + "|"
    for name, there in shows.items():
        yield f"| {name} | " + " | ".join(_percent(there[voted == n]) for n in range(len(FERPLUS))) + " |"


def _percent(there: npt.NDArray[np.bool_]) -> str:
    return f"{there.mean():.0%}" if len(there) else "-"


def unseen_table(faces: LabelledFaces, seen: Meshes) -> Iterator[str]:
    """The greatest value of blendshapes that hardly ever move."""
    voted = majority(faces.votes)[seen.found] >= 0
    greatest = dict(zip(blendshape_names(), seen.blendshapes[seen.found][voted].max(axis=0).tolist(), strict=True))
    yield "| blendshape | greatest value in any picture |"
    yield "|---|---|"
    yield from (f"| `{name}` | {value:.3f} |" for name, value in greatest.items() if value < min(sign.least for sign in SIGNS))


def still_table(people: Sequence[Sequence[Detection]], fps: float) -> Iterator[str]:
    """What is told of people who do nothing, at each rate that the clip has; people: their pictures, ``fps`` a second."""
    yield "| pictures a second | rest known after | movements told in a minute after that |"
    yield "|---|---|---|"
    for hz in [rate for rate in RATES if rate <= fps]:
        known_after, begun, minutes = list[float](), Counter[str](), 0.0
        for pictures in people:
            face, there, loop = FaceMovements(), set[str](), [*pictures, *reversed(pictures)]
            first: float | None = None
            for n in range(STILL_SECONDS * hz):
                now = face.add(n / hz, loop[round(n * fps / hz) % len(loop)], READABLE)
                if first is None and "tilt" not in now.unknown:
                    first = n / hz
                begun.update({movement.name for movement in now.present} - there)
                there = {movement.name for movement in now.present}
            known_after.append(STILL_SECONDS if first is None else first)
            minutes += (STILL_SECONDS - known_after[-1]) / 60
        told_words = ", ".join(f"`{name}` {count / minutes:.1f}" for name, count in begun.most_common()) or "none"
        yield f"| {hz} | {', '.join(f'{seconds:.0f} s' for seconds in known_after)} | {told_words} |"


def people_of(clip: Path) -> tuple[list[list[Detection]], float]:
    """The faces of a clip from left to right, picture by picture, as many as in its last picture; its pictures a second."""
    capture = cv2.VideoCapture(str(clip))
    fps, found = capture.get(cv2.CAP_PROP_FPS), list[list[Detection]]()
    with Landmarker(landmarker_model(), max_faces=8) as detector:
        while capture.grab():
            _, picture = capture.retrieve()
            seen = detector.detect(np.asarray(picture, np.uint8))
            found.append(sorted(seen, key=lambda detection: detection.landmarks.box.x))
    capture.release()
    still = [faces for faces in found[round(STILL_FROM_SECONDS * fps) :] if len(faces) == len(found[-1])]
    return [list(faces) for faces in zip(*still, strict=True)], fps


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path, exists=True), help="FER-2013 with FER+'s votes; without it, tracks alone."
)
@click.option("--memory", type=click.Path(path_type=Path, file_okay=False), help="A folder that keeps what was computed.")
@click.option("--still-clip", type=click.Path(path_type=Path, exists=True), help="A video in which people hold still.")
@click.option("--tuning", is_flag=True, help="The tracks on which thresholds were chosen.")
def main(data: Path | None, memory: Path | None, still_clip: Path | None, *, tuning: bool) -> None:
    """Print how well movements are told, as tables in Markdown."""
    seeds = TUNING_SEEDS if tuning else REPORTED_SEEDS
    show(*track_table(seeds), "", f"One picture of one face takes {microseconds(seeds):.0f} microseconds.", "")
    if data is not None:
        public = read(data).of("public")
        seen = meshes(public.images, memory)
        show(*vote_table(public, seen), "", *unseen_table(public, seen), "")
    if still_clip is not None:
        show(*still_table(*people_of(still_clip)))


if __name__ == "__main__":
    main()
