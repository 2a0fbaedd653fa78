"""Which word a face is shown with over time: rules side by side, the tables of models/TEMPORAL.md.

    python -m exporter.experiments.temporal_rules --data fer2013.npz --videos videos --memory seen

on sequences made of FER-2013's public split, and on clips. Frames are classified once, in minutes; with ``--memory`` rules
are compared in a minute after that.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from math import exp
from pathlib import Path
from typing import Final

import click
import cv2
import numpy as np

from exporter.data.array_cache import cached_arrays
from exporter.data.dataset import Integers, LabelledFaces, read
from exporter.data.labels import NO_LABEL, shown_truth, unseen
from exporter.evaluation.inference import Crops, logits_of
from exporter.evaluation.metrics import Guesses, ece, share
from exporter.experiments.framing import inputs, judgeable
from tracker.commands.terminal import show
from tracker.config.model_files import landmarker_model, released_model
from tracker.core.face import Crop, FaceId
from tracker.core.paths import PathType
from tracker.core.scores import Scores
from tracker.core.vocabulary import EXPRESSIONS
from tracker.live.session import Session
from tracker.live.smoothing import Smoother
from tracker.model.classifier import OnnxClassifier
from tracker.model.prior import Numbers
from tracker.sources.files import VideoSource
from tracker.vision.analyzer import Analyzer
from tracker.vision.landmarker import Landmarker

FRAME_SECONDS: Final = 0.1
"""Between two frames of a made-up sequence; lower frequencies take every so many of them."""
FREQUENCIES: Final = (2, 5, 10)
"""Observations a second."""
SEED: Final = 17
SEQUENCES, EXPRESSIONS_PER_SEQUENCE = 24, 5
"""Sequences, and expressions in each; neutral stands between two of them, but for one time in four."""
DIRECT_SHARE: Final = 0.25
NEUTRAL_SECONDS, EXPRESSION_SECONDS = (4.0, 10.0), (2.0, 6.0)
"""From and to: how long each is held."""
SMILES: Final = 25
SMILE_SECONDS: Final = (0.6, 1.0, 1.5, 3.0)
SECONDS_AROUND_SMILE: Final = 5.0
"""Of a neutral face before a smile and after it."""
AGREEING_VOTES: Final = 7
"""Of ten, at least, for the pictures of smiles: there is no doubt about what they show."""
VIEWS: Final = 16
"""Frames in which the light and place of a held picture wander; played forwards and backwards."""
MIXES: Final = (0.25, 0.5, 0.75)
"""Shares of the next picture in the frames between two."""
PERSISTENCE: Final = 0.8
"""Correlation of light and place with those of the frame before."""
SHIFT, TURN, ZOOM, GAIN, OFFSET, NOISE = 0.7, 2.0, 0.02, 0.08, 8.0, 4.0
"""Standard deviations: pixels, degrees, share of the size, share of the contrast, gray levels of light and of each pixel."""
MIN_PROBABILITY: Final = 1e-6
"""For logarithms and products of scores."""
SURE_FRAME: Final = 0.75
"""Probability from which the tables call a single frame sure; the threshold of the released model is 0.75, too."""
NEUTRAL, HAPPY = EXPRESSIONS.index("neutral"), EXPRESSIONS.index("happy")
UNCLEAR: Final = -1

Rule = Callable[[Numbers, Numbers], tuple[Integers, Numbers]]
"""From [n] seconds and [n, 7] scores of frames to [n] words, indexes into EXPRESSIONS or UNCLEAR, and [n] confidence."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceSequence:
    """Frames of a face in order. rows: [n] which crops. truth: [n] index into EXPRESSIONS, NO_LABEL between two pictures."""

    rows: Integers
    truth: Integers


@dataclass(frozen=True, slots=True, eq=False)
class FaceTrack:
    """A face of a clip: t [n] seconds, scores [n, 7] of the frames in which it could be judged."""

    t: Numbers
    scores: Numbers


# The rules.


def average_threshold(seconds: float, threshold: float) -> Rule:
    """The likeliest expression of the exponential average, unclear below the threshold; 0 seconds: of each frame."""

    def rule(t: Numbers, scores: Numbers) -> tuple[Integers, Numbers]:
        average = _averages(t, scores, seconds)
        return _words(average, threshold), average.max(axis=1)

    return rule


def hysteresis(seconds: float, enter: float, leave: float) -> Rule:
    """A word begins where the exponential average reaches ``enter``, and ends where it falls below ``leave``."""

    def rule(t: Numbers, scores: Numbers) -> tuple[Integers, Numbers]:
        average, word, words = _averages(t, scores, seconds), UNCLEAR, []
        for row in average:
            if row.max() >= enter:
                word = int(row.argmax())
            elif word != UNCLEAR and row[word] < leave:
                word = UNCLEAR
            words.append(word)
        return np.array(words), _confidence(average, np.array(words))

    return rule


def majority(seconds: float, threshold: float) -> Rule:
    """The most frequent word of the frames of the last seconds, the newest of equally frequent ones."""

    def rule(t: Numbers, scores: Numbers) -> tuple[Integers, Numbers]:
        frames, words, means = _words(scores, threshold), list[int](), list[Numbers]()
        for number, now in enumerate(t):
            inside = slice(int(np.searchsorted(t, now - seconds + 1e-6)), number + 1)
            votes = np.bincount(frames[inside] + 1, minlength=len(EXPRESSIONS) + 1)
            words.append(next(int(word) for word in frames[inside][::-1] if votes[word + 1] == votes.max()))
            means.append(scores[inside].mean(axis=0))
        return np.array(words), _confidence(np.array(means), np.array(words))

    return rule


def hidden_markov(stay_seconds: float, frames_per_second: float, threshold: float) -> Rule:
    """The forward probabilities of a hidden Markov model with sticky states, unclear below the threshold.

    An expression lasts ``stay_seconds`` on average, and every other one follows it equally often. Frames are not independent:
    a second of them weighs as much as so many that are.

    Source: Rabiner, "A tutorial on hidden Markov models", Proceedings of the IEEE 77, 1989; with a classifier's probabilities
    in place of likelihoods, Bourlard and Morgan, "Connectionist speech recognition", 1994.
    """

    def rule(t: Numbers, scores: Numbers) -> tuple[Integers, Numbers]:
        even = np.full(len(EXPRESSIONS), 1 / len(EXPRESSIONS))
        belief, beliefs = even, []
        for step, row in zip(np.diff(t, prepend=t[0] - 1 / frames_per_second), scores, strict=True):
            stays = exp(-step / stay_seconds)
            belief = (stays * belief + (1 - stays) * even) * np.maximum(row, MIN_PROBABILITY) ** min(
                1, step * frames_per_second
            )
            belief = belief / belief.sum()
            beliefs.append(belief)
        return _words(np.array(beliefs), threshold), np.max(beliefs, axis=1)

    return rule


def fixed_hold(seconds: float, threshold: float) -> Rule:
    """Frames' own words; another one is shown when frames in a row have said it for so many seconds, however sure they are."""

    def rule(t: Numbers, scores: Numbers) -> tuple[Integers, Numbers]:
        frames = _words(scores, threshold)
        word, words, since = int(frames[0]), [int(frames[0])], float(t[0])
        for number in range(1, len(t)):
            since = float(t[number]) if frames[number] != frames[number - 1] else since
            if t[number] - since >= seconds - 1e-6:
                word = int(frames[number])
            words.append(word)
        return np.array(words), _confidence(_averages(t, scores, 1.0), np.array(words))

    return rule


def shipped(seconds: float, threshold: float) -> Rule:
    """Mien's own, ``tracker.live.smoothing.Smoother``."""

    def rule(t: Numbers, scores: Numbers) -> tuple[Integers, Numbers]:
        smoother = Smoother(seconds, threshold)
        found = [
            smoother.smooth(FaceId(1), Scores.of(EXPRESSIONS, row), float(now)).words
            for now, row in zip(t, scores, strict=True)
        ]
        words = [EXPRESSIONS.index(each.expression) if each.doubt is None else UNCLEAR for each in found]
        return np.array(words), np.array([each.confidence for each in found])

    return rule


def rules(threshold: float) -> dict[str, Rule]:
    """Those that are compared, by what the tables call them."""
    return {
        "each frame alone": average_threshold(0, threshold),
        "average of 1 s (before)": average_threshold(1, threshold),
        "average of 0.5 s": average_threshold(0.5, threshold),
        "average of 0.5 s, leave at 0.5": hysteresis(0.5, threshold, 0.5),
        "average of 0.5 s, 0.6 and 0.4": hysteresis(0.5, 0.6, 0.4),
        "majority in 1 s": majority(1, threshold),
        "HMM, 5 s, 1 frame/s": hidden_markov(5, 1, threshold),
        "HMM, 5 s, 2 frames/s": hidden_markov(5, 2, threshold),
        "hold of 0.4 s": fixed_hold(0.4, threshold),
        "Mien, smoothing 0.5": shipped(0.5, threshold),
        "**Mien, smoothing 1**": shipped(1, threshold),
        "Mien, smoothing 2": shipped(2, threshold),
    }


def _averages(t: Numbers, scores: Numbers, seconds: float) -> Numbers:
    rows = [scores[0]]
    for step, row in zip(np.diff(t), scores[1:], strict=True):
        rows.append(rows[-1] + (1 - exp(-step / seconds) if seconds else 1) * (row - rows[-1]))
    return np.array(rows)


def _words(scores: Numbers, threshold: float) -> Integers:
    return np.where(scores.max(axis=1) >= threshold, scores.argmax(axis=1), UNCLEAR)


def _confidence(scores: Numbers, words: Integers) -> Numbers:
    """Of each word, and of the best guess where there is none."""
    return np.where(words == UNCLEAR, scores.max(axis=1), scores[np.arange(len(words)), words])


# The sequences.


def views(picture: Crop, rng: np.random.Generator) -> Iterator[Crop]:
    """A picture VIEWS times, with its place and light wandering a little."""
    side, state = picture.shape[0], rng.normal(size=5)
    for _ in range(VIEWS):
        state = PERSISTENCE * state + np.sqrt(1 - PERSISTENCE**2) * rng.normal(size=5)
        right, down, turn, zoom, light = state * (SHIFT, SHIFT, TURN, ZOOM, 1)
        matrix = cv2.getRotationMatrix2D((side / 2, side / 2), turn, 1 + zoom)
        matrix[:, 2] += right, down
        moved = cv2.warpAffine(picture, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        lit = (moved - 128.0) * (1 + GAIN * light) + 128 + OFFSET * light + rng.normal(0, NOISE, moved.shape)
        yield lit.clip(0, 255).astype(np.uint8)


class SequenceMaker:
    """Makes sequences of labelled pictures, and collects their crops."""

    def __init__(self, faces: LabelledFaces) -> None:
        self.faces, self.rng = faces, np.random.default_rng(SEED)
        self.crops: list[Crop] = []
        self._truth = shown_truth(self.faces)
        self._clear = self.faces.votes.max(axis=1) >= AGREEING_VOTES

    def sequence(self, holds: Iterable[tuple[int, float]]) -> FaceSequence:
        """Pictures one after another, each held for so many seconds, with a short blend between two."""
        rows, truth, last = list[int](), list[int](), None
        for picture, seconds in holds:
            frames = list(views(self.faces.images[picture], self.rng))
            if last is not None:
                rows += range(len(self.crops), len(self.crops) + len(MIXES))
                truth += [NO_LABEL] * len(MIXES)
                self.crops += [((1 - mix) * last + mix * frames[0]).astype(np.uint8) for mix in MIXES]
            there_and_back = [*range(VIEWS), *range(VIEWS - 2, 0, -1)]
            held = range(round(seconds / FRAME_SECONDS))
            rows += [len(self.crops) + there_and_back[number % len(there_and_back)] for number in held]
            truth += [int(self._truth[picture])] * len(held)
            self.crops += frames
            last = frames[-1]
        return FaceSequence(np.array(rows), np.array(truth))

    def meeting(self) -> FaceSequence:
        """Mostly neutral, with a few expressions."""
        order = [NEUTRAL]
        for _ in range(EXPRESSIONS_PER_SEQUENCE):
            order.append(int(self.rng.choice([each for each in range(len(EXPRESSIONS)) if each not in (NEUTRAL, order[-1])])))
            order += [] if self.rng.random() < DIRECT_SHARE else [NEUTRAL]
        lengths = [NEUTRAL_SECONDS if each == NEUTRAL else EXPRESSION_SECONDS for each in order]
        return self.sequence(
            [(self._picture(each, clear=False), self.rng.uniform(*length)) for each, length in zip(order, lengths, strict=True)]
        )

    def smiles(self) -> dict[float, FaceSequence]:
        """The same neutral face and smile, for each length of the smile."""
        neutral, happy = (self._picture(each, clear=True) for each in (NEUTRAL, HAPPY))
        around = (neutral, SECONDS_AROUND_SMILE)
        return {seconds: self.sequence([around, (happy, seconds), around]) for seconds in SMILE_SECONDS}

    def _picture(self, expression: int, *, clear: bool) -> int:
        return int(self.rng.choice(np.flatnonzero((self._truth == expression) & (self._clear | (not clear)))))


def crop_scores(crops: Crops, classifier: OnnxClassifier, memory: Path | None) -> Numbers:
    """[n, 7] what is shown of each crop."""
    what = f"crops {sha256(crops.tobytes()).hexdigest()} {classifier.sha256} {classifier.prior}"
    look = lambda: {"scores": classifier.shown_scores(logits_of(classifier, crops))}  # noqa: E731 - nothing else to say
    return cached_arrays(memory, what.encode(), look)["scores"]


def clip_tracks(clip: Path, classifier: OnnxClassifier, memory: Path | None) -> list[FaceTrack]:
    """The faces of a clip, each of its frames as it is."""

    def look() -> dict[str, Numbers]:
        with Landmarker(landmarker_model(), max_faces=32) as detector, VideoSource(str(clip)) as video:
            session = Session(Analyzer(detector, classifier), faces="all", smoothing=0)
            readings = [(seen.t, each) for seen in session.go_through(video, 0) for each in seen.readings]
        judged = [(each.id, t, *each.face.prediction.scores.values) for t, each in readings if each.face.quality.ok]
        return {"rows": np.array(judged, np.float64).reshape(-1, 2 + len(EXPRESSIONS))}

    what = f"clip {sha256(clip.read_bytes()).hexdigest()} {classifier.sha256} {classifier.prior}"
    rows = cached_arrays(memory, what.encode(), look)["rows"]
    return [FaceTrack(rows[rows[:, 0] == face, 1], rows[rows[:, 0] == face, 2:]) for face in np.unique(rows[:, 0])]


# The measures.


@dataclass(slots=True)
class RuleFigures:
    """What a rule does on sequences at one frequency.

    words, truth, confidence: one for each frame that shows one picture. sure_frames: whether the frame itself was sure of
    something. extra: changes of the word beyond those that each change of the picture needs. delays: seconds from the middle
    of a change to the first frame with the right word, infinite if it never comes; of pictures whose frames are mostly right.
    """

    words: list[int] = field(default_factory=list)
    truth: list[int] = field(default_factory=list)
    confidence: list[float] = field(default_factory=list)
    sure_frames: list[bool] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    extra: int = 0
    minutes: float = 0.0

    def add(self, sequence: FaceSequence, scores: Numbers, rule: Rule, hz: int, offset: int) -> None:
        """Take another sequence; offset: which of its frames is the first."""
        step = round(1 / hz / FRAME_SECONDS)
        taken = np.arange(offset, len(sequence.rows), step)
        frames, t = scores[sequence.rows[taken]], np.asarray((taken - offset) * FRAME_SECONDS, np.float64)
        words, confidence = rule(t, frames)
        known = sequence.truth[taken] != NO_LABEL
        self.words += words[known].tolist()
        self.truth += sequence.truth[taken][known].tolist()
        self.confidence += confidence[known].tolist()
        self.sure_frames += (frames.max(axis=1) >= SURE_FRAME)[known].tolist()
        self.minutes += len(taken) / hz / 60
        changes = 1 + np.flatnonzero((sequence.truth[1:] == NO_LABEL) & (sequence.truth[:-1] != NO_LABEL))
        for begin, end in pairwise([0, *changes, len(sequence.rows)]):
            inside = np.flatnonzero((taken >= begin) & (taken < end))
            shown = words[max(inside[0] - 1, 0) : inside[-1] + 1]
            self.extra += int((np.diff(shown) != 0).sum() - (shown[0] != shown[-1]))
            truth, held = sequence.truth[end - 1], scores[sequence.rows[begin + len(MIXES) : end]]
            if begin and sequence.truth[begin - 1] != truth and share(held.argmax(axis=1) == truth) > 1 / 2:
                right = taken[inside][words[inside] == truth]
                middle = begin + len(MIXES) / 2
                self.delays.append(float(right[0] - middle) * FRAME_SECONDS if len(right) else np.inf)

    def row(self) -> str:
        """Its cells of the table."""
        words, truth, delays = np.array(self.words), np.array(self.truth), np.array(self.delays)
        named = words != UNCLEAR
        sure = np.array(self.sure_frames)[~named]
        median, most = (
            f"{value:.1f} s" if np.isfinite(value) else "-" for value in np.quantile(delays, (0.5, 0.8), method="higher")
        )
        guesses = Guesses(truth[named], words[named], np.array(self.confidence, np.float64)[named])
        return (
            f"{share(~named):.1%} | {share(sure):.0%} | {self.extra / self.minutes:.1f} | {median} | {most} |"
            f" {share(np.isinf(delays)):.0%} | {share(words == truth):.1%} | {share(named & (words != truth)):.1%} |"
            f" {ece(guesses):.1%}"
        )


def sequence_table(
    compared: Mapping[str, Rule],
    scores: Numbers,
    meetings: Sequence[FaceSequence],
    smiles: Sequence[Mapping[float, FaceSequence]],
) -> Iterator[str]:
    """A row for each rule and frequency."""
    lengths = " | ".join(f"smile of {seconds:g} s" for seconds in SMILE_SECONDS)
    yield (
        "| Hz | rule | unclear | of these, frame sure | flicker/min | delay | 80 % within | never | right | wrong | ECE"
        f" | {lengths} |"
    )
    yield "|---" * (11 + len(SMILE_SECONDS)) + "|"
    for hz in FREQUENCIES:
        offsets = range(round(1 / hz / FRAME_SECONDS))
        for name, rule in compared.items():
            figures = RuleFigures()
            for sequence in meetings:
                for offset in offsets:
                    figures.add(sequence, scores, rule, hz, offset)
            named = [
                share(np.array([_names(each[seconds], scores, rule, hz, offset) for each in smiles for offset in offsets]))
                for seconds in SMILE_SECONDS
            ]
            yield f"| {hz} | {name} | {figures.row()} | {' | '.join(f'{value:.0%}' for value in named)} |"


def _names(smile: FaceSequence, scores: Numbers, rule: Rule, hz: int, offset: int) -> bool:
    """Whether a smile is shown at all, at the time or later."""
    rows = smile.rows[offset :: round(1 / hz / FRAME_SECONDS)]
    words, _ = rule(np.arange(len(rows)) / hz, scores[rows])
    return bool((words == HAPPY).any())


def calibration_table(
    compared: Mapping[str, Rule], scores: Numbers, meetings: Sequence[FaceSequence], hz: int
) -> Iterator[str]:
    """How often words are right, by their confidence."""
    cuts = (0, 0.5, 0.75, 0.85, 0.95, 1)
    columns = " | ".join(f"{low:.0%} to {high:.0%}: of all, right" for low, high in pairwise(cuts))
    yield f"| at {hz} Hz | {columns} |"
    yield "|---" * len(cuts) + "|"
    for name, rule in compared.items():
        figures = RuleFigures()
        for sequence in meetings:
            figures.add(sequence, scores, rule, hz, 0)
        words, truth, confidence = (np.array(each) for each in (figures.words, figures.truth, figures.confidence))
        cells = []
        for low, high in pairwise(cuts):
            inside = (words != UNCLEAR) & (confidence > low) & (confidence <= high)
            cells.append(f"{share(inside):.0%}, {share((words == truth)[inside]):.0%}" if inside.any() else "-")
        yield f"| {name} | {' | '.join(cells)} |"


def clip_table(compared: Mapping[str, Rule], clips: Mapping[str, Sequence[FaceTrack]]) -> Iterator[str]:
    """All faces of each clip: what is unclear, and how often the word changes. There is no truth."""
    yield "| clip | rule | readings | unclear | of these, frame sure | changes/min |"
    yield "|---|---|---|---|---|---|"
    for clip, tracks in clips.items():
        seconds = sum(float(track.t[-1] - track.t[0]) for track in tracks)
        for name, rule in compared.items():
            words = [rule(track.t, track.scores)[0] for track in tracks]
            unclear = np.concatenate(words) == UNCLEAR
            sure = np.concatenate([track.scores.max(axis=1) >= SURE_FRAME for track in tracks])
            changes = sum(int((np.diff(each) != 0).sum()) for each in words)
            of_these = f"{share(sure[unclear]):.0%}" if unclear.any() else "-"
            rate = changes / seconds * 60
            yield f"| {clip} | {name} | {len(unclear)} | {share(unclear):.0%} | {of_these} | {rate:.0f} |"


@click.command()
@inputs
@click.option("--videos", type=PathType(), help="A folder of clips.")
def main(data: Path, model: Path | None, memory: Path | None, videos: Path | None) -> None:
    """Print what each rule shows of sequences and clips, as tables in Markdown."""
    classifier, everything = OnnxClassifier(released_model(model), "live"), read(data)
    public = judgeable(everything.of("public"))
    maker = SequenceMaker(public.take(unseen(public, everything.of("train"))))
    meetings, smiles = [maker.meeting() for _ in range(SEQUENCES)], [maker.smiles() for _ in range(SMILES)]
    scores, compared = crop_scores(np.stack(maker.crops), classifier, memory), rules(classifier.threshold)
    show(*sequence_table(compared, scores, meetings, smiles), "")
    show(*calibration_table(compared, scores, meetings, FREQUENCIES[0]), "")
    if videos is not None:
        clips = {path.name: clip_tracks(path, classifier, memory) for path in sorted(videos.glob("*.mp4"))}
        show(*clip_table(compared, clips))


if __name__ == "__main__":
    main()
