"""The page Glossary: every word is there, readings are told as the person wants them, and a file of another is taken in."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect
from werkzeug.test import TestResponse

from tests.web.conftest import ADDRESS
from tracker.core.errors import UsageError
from tracker.motion.movements import MOVEMENTS
from tracker.readings.own_readings import READINGS_PREFERENCE
from tracker.readings.rules import load_rules, own_file
from tracker.store.reading_verdicts import ReadingVerdict
from web.app import Dashboard
from web.own_readings import own_vocabulary, rules_in_effect
from web.storage import Storage

NEW_NAME: Final = b"[readings.bored]\nname = 'far away'\n"


@pytest.fixture
def ask(dashboard: Dashboard) -> Callable[..., TestResponse]:
    """Sends a request of a method to an address."""

    def ask(method: str, address: str, **data: object) -> TestResponse:
        return dashboard.app.test_client().open(address, method=method, data=data or None, base_url=ADDRESS.url)

    return ask


def test_every_word_is_explained(ask: Callable[..., TestResponse]) -> None:
    """Each movement with its drawing and its rate, each reading with what else it can mean, each word that is never guessed."""
    page = ask("GET", "/glossary").text
    for movement in MOVEMENTS:
        assert f"signs/{movement.name}.svg#sign" in page
        assert movement.meaning in page
    rules = load_rules()
    for name, rule in rules.readings.items():
        article = page.split(f'id="reading-{name}"')[1].split("</article>")[0]
        parts = (rule.name, rule.meaning, *rule.alternatives, rule.source, rule.validation)
        assert all(part.replace("'", "&#39;") in article for part in parts), name
    assert all(why in page for why in rules.needs_context.values())
    assert "needs 15 pictures a second" in page


def test_the_page_says_where_readings_are_told(ask: Callable[..., TestResponse], storage: Storage) -> None:
    """At work nobody has any; without an answer it is so, too."""
    none_told = "Mien says none of these of anybody"
    assert none_told in ask("GET", "/glossary").text
    storage.set_mode("private")
    assert none_told not in ask("GET", "/glossary").text
    storage.set_mode("work")
    assert none_told in ask("GET", "/glossary").text


def test_a_choice_holds_for_what_begins_next(ask: Callable[..., TestResponse], storage: Storage) -> None:
    """It is kept, also for the next Mien; what is no choice is refused and changes nothing."""
    told = ask("POST", "/api/readings", reading="bored", told="strict").get_json()
    assert told == {"reading": "bored", "told": "strict", "words": "only from stronger evidence", "threshold": 0.567}
    ask("POST", "/api/readings", reading="tired", told="off")
    assert ask("POST", "/api/readings", reading="bored", told="often").status_code == 400
    assert ask("POST", "/api/readings", reading="sarcastic", told="usual").status_code == 400
    call = ask("GET", "/call").text
    assert ("thinking" in call, "tired" in call) == (True, False)
    for store in (storage, Storage(f"sqlite:///{storage.name}")):
        rules = rules_in_effect(store)
        assert (rules.readings["bored"].threshold, "tired" in rules.enabled, "worry" in rules.enabled) == (0.567, False, False)


def test_a_file_of_somebody_is_laid_over_ones_own_and_removed(ask: Callable[..., TestResponse], storage: Storage) -> None:
    """What the person chose stays; what cannot be used is a sentence; the download is such a file."""
    ask("POST", "/api/readings", reading="bored", told="weak")
    loaded = ask("POST", "/api/readings/file", file=(io.BytesIO(NEW_NAME), "readings.toml"))
    assert loaded.get_json() == {"readings": 1}
    shared = ask("GET", "/glossary/readings.toml").data
    assert shared.decode() == '[readings.bored]\nname = "far away"\nthreshold = 0.262\n'
    wrong = ask("POST", "/api/readings/file", file=(io.BytesIO(b"[readings.bored]\nwindow = 99"), "readings.toml"))
    assert wrong.status_code == 400
    assert "readings.bored.window should be a number from 0.5 to 30, found 99" in wrong.get_json()["error"]
    assert ask("POST", "/api/readings/file").status_code == 400
    assert rules_in_effect(storage).readings["bored"].name == "far away"
    assert ask("DELETE", "/api/readings/file").status_code == 200
    bored = rules_in_effect(storage).readings["bored"]
    assert (bored.name, bored.threshold) == ("bored", 0.262)


def test_without_a_database_choices_hold_until_mien_closes(tmp_path: Path) -> None:
    """They are as good as stored ones."""
    storage = Storage(f"sqlite:///{tmp_path}")
    storage.set_preference(READINGS_PREFERENCE, {"told": {"bored": "off"}, "loaded": None})
    assert (storage.database, own_vocabulary(storage).telling["bored"]) == (None, "off")


def test_a_broken_file_is_told_on_the_pages_and_nothing_else_breaks(ask: Callable[..., TestResponse], storage: Storage) -> None:
    """The glossary keeps its movements and its buttons, and Health its figures."""
    own_file().parent.mkdir(parents=True)
    own_file().write_text("[readings.bored]\nwindow = 99")
    with pytest.raises(UsageError, match="window should be a number"):
        rules_in_effect(storage)
    for address in ("/glossary", "/health"):
        page = ask("GET", address)
        assert (page.status_code, "readings.bored.window should be a number from 0.5 to 30" in page.text) == (200, True)


@pytest.mark.browser
def test_a_person_chooses_and_takes_a_suggestion(
    page: Page, site: str, monkeypatch: pytest.MonkeyPatch, complaints: list[str], tmp_path: Path
) -> None:
    """A choice is answered in its place, a suggestion from verdicts is used on Health, and a file is loaded."""
    at = datetime(2026, 11, 27, tzinfo=UTC)
    wrong = [ReadingVerdict(1, "s", 1, 1.0, at, ("thinking",), "none", {"thinking": 0.9})] * 12
    monkeypatch.setattr("web.own_readings.list_reading_verdicts", lambda _: wrong)
    page.goto(f"{site}/health")
    record = page.locator("section", has=page.get_by_role("heading", name="What it may mean"))
    expect(record).to_contain_text("Right 0 of 12 (0 to 24 %) when told.")
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_role("button", name="Use it")).to_have_count(0)

    page.get_by_role("link", name="thinking").click()
    thinking = page.locator("#reading-thinking")
    expect(thinking.get_by_label("Tell it")).to_have_value("off")
    thinking.get_by_label("Tell it").select_option("from weaker evidence")
    expect(thinking.get_by_role("status")).to_have_text("Told from weaker evidence, from the next session on.")
    expect(page.locator("#threshold-thinking")).to_have_text("0.3")

    theirs = tmp_path / "readings.toml"
    theirs.write_bytes(b"what?")
    page.get_by_label("Load somebody's readings").set_input_files(theirs)
    expect(page.locator("#own-words")).to_contain_text("That file cannot be used")
    # A refusal is an answer with the status 400, which the browser's console tells.
    complaints.clear()
    theirs.write_bytes(NEW_NAME)
    page.get_by_label("Load somebody's readings").set_input_files(theirs)
    expect(page.get_by_role("heading", name="far away")).to_be_visible()
    page.get_by_role("button", name="Remove what was loaded").click()
    expect(page.get_by_role("heading", name="bored")).to_be_visible()
