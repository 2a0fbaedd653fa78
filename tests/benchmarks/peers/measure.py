"""Measures one peer, in the order in which a user meets it: install, start, watch a camera, read pictures and crops."""

import platform
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

import numpy as np
import psutil
from msgspec.structs import replace

from tests.benchmarks.peers.driven import Answer, Driven, FoundFace, drive
from tests.benchmarks.peers.environments import command_of, installed_mb, ready
from tests.benchmarks.peers.material import Crops, Material, Raw
from tests.benchmarks.peers.peer_table import Peer
from tests.benchmarks.peers.results import Flicker, Gallery, PeerResult, Share
from tracker.core.errors import MissingError
from tracker.core.vocabulary import EXPRESSIONS

STARTS: Final = 3
WARM_UP: Final = 5
"""Pictures of a task that are not timed."""
CROP_SECONDS: Final = 150.0
"""A peer that would need longer for all crops gets as many as it manages, in their fixed order."""
TRIED_CROPS: Final = 60
CORES: Final = 2


def measure(peer: Peer, material: Material, folder: Path, tell: Callable[[str], None]) -> PeerResult:
    """Everything about a peer. One that cannot be installed, or fails, is a result with the reason.

    Args:
        peer: As PEERS has it.
        material: What it is measured on.
        folder: For environments and what drivers say.
        tell: Is told what goes on.
    """
    result = PeerResult(peer.name, peer.version, _today())
    if peer.kind == "absent":
        return _with(result, reason=peer.reason)
    try:
        tell(f"{peer.name}: its environment")
        home = None if peer.kind == "mien" else ready(peer, folder)
        command = command_of(peer, home)
        result = _with(result, installed_mb=installed_mb(peer, home))
        tell(f"{peer.name}: start")
        result = _with(result, start_s=_start_seconds(command, material.picture, folder))
        tell(f"{peer.name}: clips, pictures, crops")
        with drive(command, folder) as driven:
            return _watch(result, driven, material)
    except MissingError as error:
        return _with(result, reason=str(error))


def use_two_cores() -> None:
    """Keep this process and all that it starts on the same two cores, where the system can do that."""
    process = psutil.Process()
    if hasattr(process, "cpu_affinity"):
        process.cpu_affinity(process.cpu_affinity()[:CORES])


def _watch(result: PeerResult, driven: Driven, material: Material) -> PeerResult:
    clips = [(clip, driven.ask("clip", clip)) for clip in material.clips]
    result = _with(
        result,
        frame_ms=_middle(clips[0][1].ms),
        memory_mb=driven.peak_mb,
        flicker=tuple(flicker(clip, answer) for clip, answer in clips),
    )
    result = _with(
        result,
        picture_ms=_middle(driven.ask("frames", material.picture).ms),
        galleries=tuple(Gallery(raw.name, len(driven.ask("frames", raw).faces[0]), raw.faces) for raw in material.galleries),
    )
    return result if material.crops is None else _score_crops(result, driven, material.crops)


def _score_crops(result: PeerResult, driven: Driven, crops: Crops) -> PeerResult:
    tried = driven.ask("crops", crops.raw, TRIED_CROPS)
    face_ms = _middle(tried.ms)
    answer = driven.ask("crops", crops.raw, max(TRIED_CROPS, int(CROP_SECONDS * 1000 / max(face_ms, 0.01))))
    words = [faces[0].word if faces else "" for faces in answer.faces]
    heads = [faces[0].head if faces else "" for faces in answer.faces]
    return _with(
        result,
        face_ms=_middle(answer.ms),
        labels=share(words, crops.labels),
        votes=share(words, crops.votes),
        head=share(heads, crops.labels) if any(heads) else None,
    )


def share(words: list[str], truth: "np.typing.NDArray[np.int64]") -> Share:
    """How many words are the true ones, of those whose truth is known (not negative)."""
    known = [(word, EXPRESSIONS[label]) for word, label in zip(words, truth, strict=False) if label >= 0]
    return Share(sum(word == label for word, label in known), len(known))


def flicker(clip: Raw, answer: Answer) -> Flicker:
    """The word changes of a clip's largest face. "unclear" is a word: a user sees it come and go."""
    words = [max(faces, key=_area).word if faces else None for faces in answer.faces]
    pairs = [(before, after) for before, after in pairwise(words) if before is not None and after is not None]
    return Flicker(
        clip=clip.name,
        changes=sum(before != after for before, after in pairs),
        seconds=round(len(pairs) / clip.hz, 2),
        found=sum(word is not None for word in words),
        frames=len(words),
        still=clip.still,
    )


def _area(face: FoundFace) -> float:
    return face.box[2] * face.box[3]


def _start_seconds(command: list[str], picture: Raw, folder: Path) -> float:
    """Median seconds from the start of a process to the first frame's answer."""
    took = []
    for _ in range(STARTS):
        started = perf_counter()
        with drive(command, folder) as driven:
            driven.ask("clip", Raw("first frame", picture.path, picture.shape, hz=5.0), 1)
            took.append(perf_counter() - started)
    return round(median(took), 2)


def _middle(milliseconds: list[float]) -> float:
    return round(median(milliseconds[WARM_UP:] or milliseconds), 2)


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.platform(terse=True)}, {CORES} cores of {psutil.cpu_count()}"


def _with(result: PeerResult, **figures: object) -> PeerResult:
    return replace(result, **figures)
