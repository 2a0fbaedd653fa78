"""Several detectors search many pictures at once, each in a thread of its own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pytest

from tracker.config.model_files import landmarker_model
from tracker.core.errors import ModelError
from tracker.core.face import Detection
from tracker.core.frame import Pixels
from tracker.sources.synthetic import RESTING_FACE, draw_face
from tracker.sources.synthetic_gallery import draw_gallery, gallery_places
from tracker.vision.detectors import PICTURES_PER_DETECTOR, Detector, DetectorPool
from tracker.vision.landmarker import Landmarker
from tracker.vision.meeting_faces import MeetingFaces

HD = (1280, 720)
FOR_TWO = range(2 * PICTURES_PER_DETECTOR)
"""So many items that one helper is worth its while."""


@dataclass
class Own:
    """A detector that notes in which threads it is opened, used and closed, as it belongs to one."""

    threads: list[int] = field(default_factory=list)

    def detect(self, pixels: Pixels) -> list[Detection]:
        self.threads.append(threading.get_ident())
        return []

    @contextmanager
    def opened(self) -> Iterator[Detector]:
        self.threads.append(threading.get_ident())
        yield self
        self.threads.append(threading.get_ident())


@dataclass
class Met:
    """A search in which so many threads wait for each other at their first item, so that none of them searches them all."""

    parties: int
    barrier: threading.Barrier = field(init=False)
    seen: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.barrier = threading.Barrier(self.parties, timeout=30)

    def __call__(self, detector: Detector, item: int) -> int:
        if threading.get_ident() not in self.seen:
            self.seen.add(threading.get_ident())
            self.barrier.wait()
        detector.detect(np.zeros((1, 1, 3), np.uint8))
        return item * 10


def threads_now() -> set[int | None]:
    return {thread.ident for thread in threading.enumerate()}


def test_each_detector_stays_in_its_own_thread_and_none_is_left() -> None:
    """Two helpers beside the caller: opened, used and closed in one thread each, results in order, all threads ended."""
    own, helpers, before = Own(), [Own(), Own()], threads_now()

    with DetectorPool(own, [helper.opened for helper in helpers]) as pool:
        search = Met(3)
        assert pool.search_each(search, range(30)) == list(range(0, 300, 10))
        assert pool.search_each(search, range(30)) == list(range(0, 300, 10))

    assert set(own.threads) == {threading.get_ident()}
    assert [len(set(helper.threads)) for helper in helpers] == [1, 1]
    assert len(search.seen) == 3
    assert sum(len(each.threads) for each in (own, *helpers)) == 2 * 30 + 2 * 2
    assert threads_now() == before


def test_no_helper_is_opened_before_it_is_worth_its_while() -> None:
    """A session with a few faces pays for one detector; the second comes with many, and is opened once."""
    opened = []

    @contextmanager
    def opening() -> Iterator[Detector]:
        opened.append(threading.get_ident())
        yield Own()

    with DetectorPool(Own(), [opening]) as pool:
        assert pool.search_each(Met(1), FOR_TWO[:-1]) == [item * 10 for item in FOR_TWO[:-1]]
        assert opened == []
        for _ in range(2):
            pool.search_each(Met(2), FOR_TWO)

    assert len(opened) == 1


@pytest.mark.parametrize("fails_in_caller", [True, False], ids=["in the caller's thread", "in a helper's thread"])
def test_an_error_in_any_thread_reaches_the_caller(*, fails_in_caller: bool) -> None:
    """Once the other thread has searched all the rest; and the pool goes on afterwards."""
    caller, meet, searched = threading.get_ident(), Met(2), list[int]()

    def search(detector: Detector, item: int) -> None:
        first = threading.get_ident() not in meet.seen
        meet(detector, item)
        if first and (threading.get_ident() == caller) == fails_in_caller:
            raise ModelError("this picture cannot be searched")
        searched.append(item)

    with DetectorPool(Own(), [Own().opened]) as pool:
        with pytest.raises(ModelError, match="this picture"):
            pool.search_each(search, FOR_TWO)
        assert len(searched) == len(FOR_TWO) - 1
        assert len(pool.search_each(Met(2), FOR_TWO)) == len(FOR_TWO)


def test_a_helper_that_cannot_be_opened_is_told_and_leaves_no_thread() -> None:
    """A landmark model that disappeared meanwhile is the caller's error."""
    before = threads_now()

    def opening() -> AbstractContextManager[Detector]:
        raise ModelError("no landmark model")

    with DetectorPool(Own(), [opening]) as pool, pytest.raises(ModelError, match="no landmark model"):
        pool.search_each(lambda detector, item: item, FOR_TWO)

    assert threads_now() == before


def test_the_work_of_helpers_counts() -> None:
    """What a session says of its load is the time that passes, and that for which others work meanwhile."""
    with DetectorPool(Own(), [Own().opened]) as pool:
        worked = pool.start_work_clock()
        alone = worked()
        pool.search_each(Met(2), FOR_TWO)
        assert worked() > alone
        assert pool._helped > 0


def test_many_tiles_have_the_same_faces_whoever_searches_them(landmarker: Landmarker) -> None:
    """Nine drawn faces, one of whom moves on: with and without a helper, to the last landmark."""
    open_landmarker = partial(Landmarker, landmarker_model(), 10)
    videos = [draw_face(RESTING_FACE, 0.7 * number) for number in range(9)]
    later = [draw_face(RESTING_FACE, 20), *videos[1:]]
    tiles = dict(enumerate(gallery_places(9, HD), start=1))
    found: list[list[dict[int, Detection]]] = []
    helpers: list[list[Callable[[], Landmarker]]] = [[], [open_landmarker]]
    for each in helpers:
        with DetectorPool(landmarker, each) as pool:
            faces = MeetingFaces(pool)
            found.append([faces.detect(draw_gallery(shown, HD), tiles) for shown in (videos, later)])

    for alone, helped in zip(*found, strict=True):
        assert alone.keys() == helped.keys() == tiles.keys()
        for number, detection in alone.items():
            assert np.array_equal(detection.landmarks.points, helped[number].landmarks.points)
            assert detection.shape == helped[number].shape
