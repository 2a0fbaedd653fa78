"""The page Picture in a real browser."""

from pathlib import Path
from typing import Final

import cv2
import pytest
from playwright.sync_api import Page, expect

from tracker.core.frame import Pixels

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

DROP: Final = """([kind, name, bytes]) => {
    const files = new DataTransfer();
    files.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
    const event = kind === "drop" ? new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true })
        : new ClipboardEvent("paste", { clipboardData: files, bubbles: true });
    document.body.dispatchEvent(event);
}"""
"""What a person's hand does: a file is let fall on the page, or pasted."""


def upload(page: Page, site: str, *files: Path) -> None:
    page.goto(f"{site}/picture")
    page.get_by_label("Choose pictures").set_input_files(files)
    expect(page.locator("#progress")).to_contain_text(" read.")


def test_a_picture_gets_its_three_likeliest(page: Page, site: str, picture_file: Path, complaints: list[str]) -> None:
    """A box lies on the face, and beside it stand emoji, words and three expressions with falling percentages."""
    upload(page, site, picture_file)
    expect(page.get_by_role("heading", name="astronaut.png")).to_be_visible()
    expect(page.locator(".face-expression")).to_have_text("looks happy")
    expect(page.locator(".face-head img")).to_have_attribute("src", "/static/vendor/emoji/1f600.svg")
    expect(page.locator(".guess")).to_have_count(3)
    picture, box = page.locator(".result-stage img").bounding_box(), page.locator(".box").bounding_box()
    assert picture is not None
    assert box is not None
    # Her face lies around (225, 120) of 512 x 512.
    across, down = box["x"] + box["width"] / 2 - picture["x"], box["y"] + box["height"] / 2 - picture["y"]
    assert across / picture["width"] == pytest.approx(0.44, abs=0.04)
    assert down / picture["height"] == pytest.approx(0.24, abs=0.05)
    assert complaints == []


def test_several_pictures_are_answered_each_in_its_place(
    page: Page, site: str, picture_file: Path, coffee: Pixels, tmp_path: Path
) -> None:
    """A face, nobody, and what is no picture: three results in their order, with a sentence where one is needed."""
    nobody, text = tmp_path / "coffee.png", tmp_path / "text.png"
    cv2.imwrite(str(nobody), coffee)
    text.write_text("this is no picture")
    upload(page, site, picture_file, nobody, text)
    results = page.locator(".result")
    expect(results).to_have_count(3)
    expect(results.nth(0)).to_contain_text("looks happy")
    expect(results.nth(1)).to_contain_text("No face was found in this picture.")
    expect(results.nth(2)).to_contain_text("This is not a picture")
    expect(results.nth(2).locator("img")).to_be_hidden()


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_pictures_may_be_dropped_and_pasted(page: Page, site: str, astronaut: Pixels, kind: str) -> None:
    """Both ways lead to the same answer."""
    page.goto(f"{site}/picture")
    page.evaluate(DROP, [kind, "hers.png", list(cv2.imencode(".png", astronaut)[1].tobytes())])
    expect(page.locator(".face-expression")).to_have_text("looks happy")
    expect(page.get_by_role("heading", name="hers.png")).to_be_visible()


def test_a_giant_is_a_sentence(page: Page, site: str, tmp_path: Path) -> None:
    """Beyond the limit nothing is sent, and the limit is named."""
    with (tmp_path / "giant.jpg").open("wb") as giant:
        giant.truncate(25_000_001)
    upload(page, site, tmp_path / "giant.jpg")
    expect(page.locator(".result")).to_contain_text("larger than 25 MB")


def test_a_picture_on_its_side_has_its_box_on_the_face(page: Page, site: str, astronaut: Pixels, tmp_path: Path) -> None:
    """The box follows the picture that the browser turns upright, as its EXIF says."""
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: turn a quarter clockwise to see it upright.
    lying = Image.fromarray(astronaut[..., ::-1]).rotate(90)
    lying.save(tmp_path / "lying.jpg", exif=exif)
    upload(page, site, tmp_path / "lying.jpg")
    expect(page.locator(".face-expression")).to_have_text("looks happy")
    picture, box = page.locator(".result-stage img").bounding_box(), page.locator(".box").bounding_box()
    assert picture is not None
    assert box is not None
    assert (box["x"] + box["width"] / 2 - picture["x"]) / picture["width"] == pytest.approx(0.44, abs=0.04)


def test_the_page_shows_what_was_judged(page: Page, site: str, astronaut: Pixels, tmp_path: Path) -> None:
    """Turned by XMP, which browsers pass over, or of a kind that they cannot show: the box lies on the face all the same."""
    from PIL import Image

    upright = Image.fromarray(astronaut[:400, :, ::-1])
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" tiff:Orientation="6"/>'
    upright.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "lying.webp", xmp=xmp)
    upright.save(tmp_path / "photo.tiff")
    upload(page, site, tmp_path / "lying.webp", tmp_path / "photo.tiff")
    for result in page.locator(".result").all():
        expect(result.locator(".face-expression")).to_have_text("looks happy")
        picture = result.locator("img").first
        size = picture.evaluate("image => image.decode().then(() => [image.naturalWidth, image.naturalHeight])")
        assert size == [512, 400]
        around, box = picture.bounding_box(), result.locator(".box").bounding_box()
        assert around is not None
        assert box is not None
        assert (box["x"] + box["width"] / 2 - around["x"]) / around["width"] == pytest.approx(0.44, abs=0.04)


def test_it_says_that_nothing_is_kept(page: Page, site: str) -> None:
    """Honestly, and where the picture is chosen."""
    page.goto(f"{site}/picture")
    expect(page.get_by_text("nothing is stored before you do")).to_be_visible()


def test_what_becomes_of_pictures_is_told_as_soon_as_it_is_decided(page: Page, site: str) -> None:
    """Nothing is stored until the person decides otherwise, on this page, too."""
    page.goto(f"{site}/picture")
    promise = page.locator("#promise")
    expect(promise).to_contain_text("nothing is stored before you do.", use_inner_text=True)
    page.get_by_role("radio", name="30 days").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(promise).to_contain_text("what Mien says of them is stored in a file on this machine", use_inner_text=True)
    expect(promise).not_to_contain_text("nothing is stored", use_inner_text=True)


def crowd(astronaut: Pixels, folder: Path) -> Path:
    """The same face six times, in two rows."""
    face = astronaut[:256, 96:352]
    path = folder / "crowd.png"
    cv2.imwrite(str(path), cv2.vconcat([cv2.hconcat([face] * 3)] * 2))
    return path


def test_many_faces_are_rows_that_their_boxes_open(page: Page, site: str, astronaut: Pixels, tmp_path: Path) -> None:
    """By keyboard alone: the boxes are one stop, in reading order; box and card light up together; all open at once."""
    upload(page, site, crowd(astronaut, tmp_path))
    expect(page.locator(".result-summary")).to_have_text("6 faces: 6 happy")
    cards, boxes = page.locator("details.face"), page.locator(".box")
    expect(page.locator("details.face[open]")).to_have_count(0)
    page.get_by_role("button", name="Remove crowd.png").focus()
    for key in ("Tab", "ArrowRight", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    expect(boxes.nth(3)).to_be_focused()
    expect(boxes.nth(3)).to_have_accessible_name("Face 4, looks happy")
    expect(page.locator(".face.is-lit")).to_contain_text("Face 4")
    corners = boxes.evaluate_all("boxes => boxes.map(({ offsetLeft, offsetTop }) => [offsetLeft, offsetTop])")
    assert corners[3][0] < corners[1][0] < corners[2][0]
    assert corners[0][1] < corners[3][1]
    page.keyboard.press("Enter")
    expect(cards.nth(3)).to_have_attribute("open", "")
    expect(cards.nth(3).locator("summary")).to_be_focused()
    shades = "it => new Set(it.getContext('2d').getImageData(0, 0, 192, 192).data).size"
    assert cards.nth(3).locator("canvas").evaluate(shades) > 50
    cards.nth(1).hover()
    expect(page.locator(".box.is-lit")).to_have_count(2)
    page.get_by_role("heading", name="crowd.png").hover()
    expect(boxes.nth(3)).to_have_class("box is-narrow is-lit")
    expect(page.locator(".box.is-lit")).to_have_count(1)
    page.get_by_role("button", name="Open all").click()
    expect(page.locator("details.face[open]")).to_have_count(6)
    page.get_by_role("button", name="Close all").click()
    expect(page.locator("details.face[open]")).to_have_count(0)
    page.get_by_role("button", name="Remove crowd.png").click()
    expect(page.locator(".result")).to_have_count(0)
    expect(page.locator("#progress")).to_have_text("crowd.png was removed from this page.")
    expect(page.locator("#files")).to_be_focused()


def test_a_picture_is_taken_outlives_a_reload_and_is_removed(page: Page, site: str) -> None:
    """The camera is closed with the shutter; the page's names for pictures hold no pixels, and go with the picture."""
    page.goto(f"{site}/picture")
    page.evaluate("""() => {
        const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (wanted) => (window.stream = await real(wanted));
    }""")
    page.get_by_role("button", name="Take a picture").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Take the picture")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.evaluate("stream.getTracks().map(({ readyState }) => readyState)") == ["ended"]
    expect(page.locator("#progress")).to_contain_text("1 picture read.")
    name = page.locator(".result-title").inner_text()
    assert name.startswith("camera ")
    page.reload()
    expect(page.locator(".result-title")).to_have_text(name)
    assert page.evaluate("Object.values(sessionStorage).join().length") < 60
    page.get_by_role("button", name=f"Remove {name}").click()
    page.reload()
    expect(page.locator("#open-camera")).to_be_visible()
    expect(page.locator(".result")).to_have_count(0)
