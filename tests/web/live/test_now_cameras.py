"""Whose eyes the page Now has: the browser's camera, the machine's, and what goes wrong with either."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import chain, count, repeat, takewhile
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
import pytest
from playwright.sync_api import BrowserType, Page, expect

from tests.conftest import ALLOW_CAMERA
from tracker.core.frame import Pixels
from tracker.live import worker
from tracker.motion.budget import MotionBudget
from tracker.sources import cameras, picture_faults
from tracker.sources.camera_names import Camera
from tracker.testing import FakeCapture
from web.dependencies import Dependencies
from web.serving import served

if TYPE_CHECKING:
    from tests.web.conftest import NowPage

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

BROWSERS_CAMERA: Final = "This browser's camera"


@pytest.mark.usefixtures("complaints")
def test_the_browsers_camera_from_start_to_stop(now: "NowPage", page: Page, site: str) -> None:
    """It shows a box and a happy face, the timeline grows, pauses with the camera off, goes on, and stays after the stop."""
    now.start(site, BROWSERS_CAMERA)
    expect(page.locator(".face-expression")).to_have_text("looks happy")
    expect(page.locator(".face-head img")).to_have_attribute("src", "/static/vendor/emoji/1f600.svg")
    expect(page.locator(".guess")).to_have_count(7)
    expect(page.locator(".guess.is-likeliest")).to_contain_text("happy")
    now.expect_painted(page.locator("#overlay"), 500)
    expect(page.locator("#minute-drawing [data-expression=happy]").first).to_be_visible()
    now.expect_growth()

    page.get_by_role("button", name="Pause").click()
    expect(now.state).to_contain_text("paused")
    assert page.locator("#local").evaluate("video => video.srcObject") is None
    page.get_by_role("button", name="Resume").click()
    expect(now.state).to_contain_text("watching")
    now.expect_growth()

    page.get_by_role("button", name="Stop").click()
    expect(now.state).to_have_text("stopped")
    expect(page.locator("#ending")).to_be_focused()
    assert page.locator("#local").evaluate("video => video.srcObject") is None
    expect(page.locator("#timeline")).to_be_visible()
    expect(page.locator("#whole-words")).to_contain_text("happy")


@pytest.mark.parametrize("motion", ["on"])
def test_pictures_come_only_as_often_as_the_machine_looks(
    now: "NowPage", page: Page, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that cannot afford any look at what moves gives it up, and the browser sends less: two pictures a reading."""
    monkeypatch.setattr(worker, "MotionBudget", partial(MotionBudget, share=0.0))
    page.add_init_script("""const tell = Worker.prototype.postMessage;
        Worker.prototype.postMessage = function (between) {
            console.info(`${Math.round(1000 / between)} a second`);
            tell.call(this, between);
        }""")
    with (
        page.expect_console_message(lambda said: said.text == "10 a second"),
        page.expect_console_message(lambda said: said.text == "18 a second"),
    ):
        now.start(site, BROWSERS_CAMERA)


def test_a_picture_that_could_not_be_made_is_passed_over(now: "NowPage", page: Page, site: str) -> None:
    """A browser that is short of memory gives none, or raises: the next one is sent, and the session goes on."""
    page.add_init_script("""const { toBlob } = HTMLCanvasElement.prototype;
        let asked = 0;
        HTMLCanvasElement.prototype.toBlob = function (done, ...how) {
            asked += 1;
            if (asked === 3) return done(null);
            if (asked === 5) throw new Error("short of memory");
            toBlob.call(this, done, ...how);
        }""")
    now.start(site, BROWSERS_CAMERA)
    now.expect_growth()
    now.expect_growth()


def test_a_refused_camera_is_a_sentence(
    now: "NowPage", browser_type: BrowserType, browser_type_launch_args: dict[str, Any], site: str
) -> None:
    """A person who says no is told how to say yes, and nothing starts."""
    args = [f"{arg}=deny" if arg == ALLOW_CAMERA else arg for arg in browser_type_launch_args["args"]]
    browser = browser_type.launch(**browser_type_launch_args | {"args": args})
    page = browser.new_page()
    now = type(now)(page)
    page.goto(site)
    now.fill_in(BROWSERS_CAMERA)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("alert")).to_contain_text("did not give its camera. Allow it")
    expect(now.state).to_have_text("not watching")
    browser.close()


def test_no_camera_is_a_sentence(now: "NowPage", browser_type: BrowserType, chromium_args: dict[str, Any], site: str) -> None:
    """Neither machine nor browser has one: both say so, in the place where one was asked for."""
    browser = browser_type.launch(**chromium_args)
    page = browser.new_page()
    now = type(now)(page)
    page.goto(site)
    now.unfold()
    expect(page.get_by_role("radio", name="This machine's camera")).to_be_disabled()
    expect(page.get_by_text("No camera was found. Plug one in")).to_be_visible()
    now.fill_in(BROWSERS_CAMERA)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("alert")).to_contain_text("found no camera. Plug one in, or choose a file or the demo.")
    browser.close()


def test_cameras_are_offered_by_name(
    now: "NowPage", page: Page, finding_dependencies: Dependencies, camera_list: list[Camera]
) -> None:
    """The one that was asked for on the command line is chosen already; one that does not open is told."""
    settings = replace(finding_dependencies.settings, source="2")
    dependencies = replace(finding_dependencies, settings=settings, list_cameras=lambda: camera_list)
    with served(dependencies, "127.0.0.1", 0) as (address, _):
        page.goto(address.url)
        expect(page.get_by_text("2: OBS Virtual Camera.")).to_be_visible()
        now.unfold()
        expect(page.get_by_role("radio", name="This machine's camera")).to_be_checked()
        expect(page.get_by_label("Which camera")).to_have_value("2")
        expect(page.get_by_label("Which camera").get_by_role("option")).to_have_text(
            ["0: Desk camera", "2: OBS Virtual Camera"]
        )
        page.get_by_role("button", name="Start").click()
        expect(page.get_by_role("alert")).to_contain_text("There is no camera 2.")


def plug_in(monkeypatch: pytest.MonkeyPatch, *captures: FakeCapture) -> None:
    """Each attempt to open a camera gets the next of these, the last one for ever."""
    left = list(captures)
    monkeypatch.setattr(cameras, "open_capture", lambda _: left.pop(0) if len(left) > 1 else left[0])
    monkeypatch.setattr(cameras, "list_cameras", lambda: [Camera(0, "Desk camera", "/dev/none")])


def film(pixels: Pixels) -> Iterator[Pixels]:
    """A camera's pace, so that the machine has time for the rest."""
    for number in count():
        Event().wait(0.05)
        yield np.roll(pixels, number % 3, axis=1)


def test_a_lost_camera_is_told_and_comes_back(
    now: "NowPage", page: Page, finding_dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch, astronaut: Pixels
) -> None:
    """The page says "camera lost" and what to do, goes on by itself, and the ribbon has a gap in between."""
    pulled, plugged = Event(), Event()
    until_pulled = takewhile(lambda _: not pulled.is_set(), film(astronaut))
    plug_in(monkeypatch, FakeCapture(until_pulled), FakeCapture(film(astronaut)))
    open_next = cameras.open_capture
    monkeypatch.setattr(
        cameras,
        "open_capture",
        lambda index: FakeCapture(opens=False) if pulled.is_set() and not plugged.is_set() else open_next(index),
    )
    with served(replace(finding_dependencies, list_cameras=cameras.list_cameras), "127.0.0.1", 0) as (address, _):
        now.start(address.url, "This machine's camera")
        now.expect_growth()
        pulled.set()
        expect(now.state).to_contain_text("camera lost")
        expect(page.get_by_role("alert")).to_contain_text("stopped answering. Check its plug")
        # Longer than an observation speaks for: a shorter loss is no gap.
        page.wait_for_timeout(1500)
        plugged.set()
        expect(now.state).to_contain_text("watching")
        expect(page.get_by_role("alert")).to_be_hidden()
        now.expect_growth()
        expect(page.locator("#whole-drawing .gap").first).to_be_attached()


def test_a_frozen_camera_is_told_until_it_moves(
    now: "NowPage", page: Page, finding_dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch, astronaut: Pixels
) -> None:
    """The page asks whether the shutter is closed, goes on watching, and takes it back when the picture moves."""
    monkeypatch.setattr(picture_faults, "FAULT_SECONDS", 0.2)
    told = Event()
    still = takewhile(lambda _: not told.wait(0.05), repeat(astronaut))
    plug_in(monkeypatch, FakeCapture(chain(still, film(astronaut))))
    with served(replace(finding_dependencies, list_cameras=cameras.list_cameras), "127.0.0.1", 0) as (address, _):
        now.start(address.url, "This machine's camera")
        expect(page.get_by_role("alert")).to_contain_text("is its shutter closed, does another program hold it?")
        expect(now.state).to_contain_text("watching")
        told.set()
        expect(page.get_by_role("alert")).to_be_hidden()


def test_a_source_that_ends_early_says_why(page: Page, now: "NowPage", site: str, tmp_path: Path) -> None:
    """Beside "finished" stands what could not be read."""
    (tmp_path / "a.png").write_bytes(cv2.imencode(".png", np.zeros((64, 64, 3), np.uint8))[1].tobytes())
    (tmp_path / "b.png").write_text("no picture")
    page.goto(site)
    now.unfold()
    page.get_by_label("Path or address").fill(str(tmp_path))
    page.get_by_role("button", name="Start").click()
    expect(now.state).to_have_text("finished")
    expect(page.get_by_role("alert")).to_contain_text("b.png: This is not a picture")


def test_a_busy_camera_is_a_sentence(page: Page, finding_dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program holds it: the page says which ones usually do, and what to switch off there."""
    plug_in(monkeypatch, FakeCapture(opens=False))
    with served(replace(finding_dependencies, list_cameras=cameras.list_cameras), "127.0.0.1", 0) as (address, _):
        page.goto(address.url)
        page.get_by_role("button", name="Start").click()
        expect(page.get_by_role("alert")).to_contain_text("Another program (Zoom, Teams, a browser) probably holds it.")


def test_a_camera_that_is_pulled_out_pauses(now: "NowPage", page: Page, site: str) -> None:
    """The browser's camera stops by itself: the session is paused and says why."""
    now.start(site, BROWSERS_CAMERA)
    page.locator("#local").evaluate("video => video.srcObject.getTracks()[0].dispatchEvent(new Event('ended'))")
    expect(page.get_by_role("alert")).to_contain_text("camera stopped. Check its plug, then press Resume.")
    expect(now.state).to_contain_text("paused")


def test_two_pages_show_the_same(now: "NowPage", page: Page, site: str) -> None:
    """A session that one page films with its camera is seen, boxes and picture, on the other; it may be paused there."""
    now.start(site, BROWSERS_CAMERA)
    other = page.context.new_page()
    other.goto(site)
    expect(other.locator(".face-expression")).to_have_text("looks happy")
    type(now)(other).expect_growth()
    # Picture and boxes: at least the whole picture's worth of pixels.
    box = other.locator("#overlay").bounding_box()
    assert box is not None
    now.expect_painted(other.locator("#overlay"), box["height"] ** 2)
    other.get_by_role("button", name="Pause").click()
    expect(now.state).to_contain_text("paused")


def test_a_camera_is_shared_where_the_person_asks_for_it(now: "NowPage", page: Page, site: str) -> None:
    """The switch is out of the way, offered when looks are rare, and its parts exclude each other as they do on the server."""
    page.goto(site)
    now.unfold()
    page.get_by_role("radio", name="The demo").check()
    sharing, release = page.locator("#sharing"), page.get_by_label("Close the camera")
    expect(sharing).not_to_have_attribute("open", "")
    page.get_by_label("How often").select_option("0.1")
    expect(release).to_be_enabled()
    page.get_by_label("Send the picture to a virtual camera").check()
    expect(release).to_be_disabled()
    expect(page.get_by_label("Draw Mien's emoji")).not_to_be_checked()
    page.get_by_role("radio", name=BROWSERS_CAMERA).check()
    expect(sharing).to_be_hidden()


def test_a_call_keeps_its_picture_while_the_page_is_paused(
    now: "NowPage", page: Page, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says that the picture is handed on, and after a pause that the camera is still open."""
    driver = SimpleNamespace(send=lambda _: None, close=lambda: None)
    stand_in = SimpleNamespace(Camera=lambda *_, **__: driver, PixelFormat=SimpleNamespace(BGR=0))
    monkeypatch.setitem(sys.modules, "pyvirtualcam", stand_in)
    page.goto(site)
    now.unfold()
    page.get_by_role("radio", name="The demo").check()
    page.get_by_text("Sharing with a video call").click()
    page.get_by_label("Send the picture to a virtual camera").check()
    page.get_by_role("button", name="Start").click()
    expect(now.state).to_contain_text("picture sent to a virtual camera")
    expect(now.state).to_contain_text("watching")
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#stage-words")).to_contain_text("the camera stays open")
    page.get_by_role("button", name="Stop").click()


def test_a_part_of_the_screen_is_watched(now: "NowPage", page: Page, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The form asks for it and reminds of the others in the picture; without the package it says what to install."""
    monkeypatch.setitem(sys.modules, "mss", None)
    page.goto(site)
    now.unfold()
    page.get_by_label("Which part of the screen").fill("100, 50, 640, 480")
    expect(page.get_by_role("radio", name="This machine's screen")).to_be_checked()
    expect(page.get_by_text("Watch others only if they know of it and agree.")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("alert")).to_contain_text("Watching the screen needs a package")
