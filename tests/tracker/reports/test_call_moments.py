"""What a call's review tells: lanes with what could be told, and moments to ask about, which rank and compare nobody."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec import to_builtins

from tests.tracker.reports.made_call import ANA, BEN, CALL, CLEO, SECONDS, USER, write_call
from tracker.exports.from_database import read_session_data
from tracker.motion.movements import MOVEMENTS
from tracker.readings.own_readings import READINGS_PREFERENCE, OwnReadings
from tracker.readings.rules import RuleTable
from tracker.reports.aggregate import aggregate_session
from tracker.reports.call_moments import MAX_MOMENTS, NOTICEABLE, CallReview, review_call
from tracker.reports.html_report import render_report
from tracker.reports.sentences import phrase_text
from tracker.store.consents import list_consents, revoke_consent
from tracker.store.database import Database
from tracker.store.recorder import Recorder
from tracker.store.retention import set_preference
from tracker.store.testing import beginning, call_row, row

Review = Callable[..., CallReview]
FROWN: Final = (ANA, "brows_lowered", 30.0, 34.0)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database(f"sqlite:///{tmp_path / 'mien.db'}") as database:
        yield database


@pytest.fixture(autouse=True)
def rules_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nobody's own rules but this test's."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    return tmp_path / "settings" / "mien"


@pytest.fixture
def review(database: Database) -> Review:
    """Stores a call, and gives its review."""

    def review(*shown: tuple[int, str, float, float], **given: Any) -> CallReview:
        write_call(database, shown, **given)
        return reviewed(database)

    return review


def reviewed(database: Database) -> CallReview:
    with database.session() as store:
        session = replace(read_session_data(store, CALL), zone=UTC)
        found = review_call(session, aggregate_session(session).people)
    assert found is not None
    return found


def sentences(found: CallReview) -> list[str]:
    return [phrase_text(moment.sentence) for moment in found.moments]


def test_every_movement_that_is_noticed_is_one() -> None:
    """No name of a movement is misspelt, so that none is silently passed over."""
    assert {name for each in NOTICEABLE for name in each.names} <= {movement.name for movement in MOVEMENTS}


def test_a_moment_says_when_and_who(review: Review) -> None:
    """By the clock; who did the same stands together, and who is not named is called by number."""
    found = review(FROWN, (BEN, "brows_lowered", 31.0, 33.0), (CLEO, "shake", 33.0, 34.0))
    assert sentences(found) == ["At 09:00:30 Ana and Ben lowered the brows; Cleo shook the head."]
    (moment,) = found.moments
    assert (moment.begin, moment.end, moment.faces, moment.readings) == (30.0, 34.0, (ANA, BEN, CLEO), ())
    assert found.complete


def test_what_is_near_in_time_is_one_moment(review: Review) -> None:
    """Ten seconds after its first movement a moment is over, also if something goes on."""
    found = review((ANA, "yawn", 10.0, 40.0), (BEN, "shake", 20.0, 21.0), (CLEO, "shake", 21.0, 22.0))
    assert sentences(found) == ["At 09:00:10 Ana yawned; Ben shook the head.", "At 09:00:21 Cleo shook the head."]


def test_everyday_movements_are_no_moment(review: Review) -> None:
    """One person nods or smiles, talks, blinks, tilts the head, glances away, or shuts the eyes for a moment."""
    everyday = [
        (ANA, "nod", 5.0, 6.0), (BEN, "nod", 15.0, 16.0), (ANA, "smile_eyes", 20.0, 40.0), (BEN, "smile_mouth", 25.0, 30.0),
        (ANA, "talking", 50.0, 90.0), (BEN, "blinking", 0.0, 60.0), (CLEO, "tilt", 3.0, 9.0), (CLEO, "gaze_away", 60.0, 66.0),
        (CLEO, "eyes_closed", 70.0, 73.0), (ANA, "turned_away", 90.0, 99.0),
    ]  # fmt: skip
    found = review(*everyday)
    assert (found.moments, found.complete) == ((), True)


def test_at_once_they_are_one(review: Review) -> None:
    """Two smiles of either kind, or two nods, which begin together; and somebody who looks away for long."""
    found = review(
        (ANA, "smile_eyes", 20.0, 30.0), (BEN, "smile_mouth", 22.0, 24.0), (CLEO, "gaze_away", 60.0, 75.0),
        (ANA, "nod", 90.0, 91.0), (CLEO, "nod", 91.0, 92.0),
    )  # fmt: skip
    assert sentences(found) == [
        "At 09:00:20 Ana and Ben smiled.",
        "At 09:01:00 Cleo looked away for ten seconds or more.",
        "At 09:01:30 Ana and Cleo nodded.",
    ]


def test_the_user_is_told_with_others_alone(review: Review) -> None:
    """Nobody asks themselves why they frowned; that they smiled with somebody may be worth a thought."""
    found = review((USER, "brows_lowered", 5.0, 9.0), (USER, "smile_eyes", 40.0, 45.0), (ANA, "smile_eyes", 41.0, 45.0))
    assert sentences(found) == ["At 09:00:40 Ana and you smiled."]


def test_two_faces_without_a_name_are_called_by_number(database: Database) -> None:
    """Whichever of them the user is cannot be known then."""
    with Recorder(database, beginning(CALL, faces="all", hz=1.0)) as recorder:
        for t in range(20):
            recorder.write(call_row(t, {1: ("yawn",) if t == 5 else (), 2: ()}, hz=1.0))
    found = reviewed(database)
    assert [person.who for person in found.people] == ["face 1", "face 2"]
    assert sentences(found) == ["At 09:00:05 face 1 yawned."]


def test_readings_are_called_as_the_person_has_them(database: Database) -> None:
    """Rules that they loaded, and readings that they switched off in the glossary, hold for earlier calls, too."""
    write_call(database, [FROWN], possible={ANA: ("confused", "concentrating")})
    own = OwnReadings({"concentrating": "off"}, RuleTable(readings={"confused": {"name": "lost"}}))
    database.write(lambda store: set_preference(store, READINGS_PREFERENCE, to_builtins(own))).result()
    assert [[reading.name for reading in moment.readings] for moment in reviewed(database).moments] == [["lost"]]


def test_a_marker_near_it_is_told(review: Review) -> None:
    """The nearest one within twenty seconds; one that is far away is not."""
    found = review(FROWN, (BEN, "yawn", 90.0, 93.0), marks={45.0: "dates", 52.0: "money"})
    assert [moment.marker for moment in found.moments] == ["dates", None]


def test_of_many_the_rare_ones_stay(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more than there is room for: near a marker, then several people at once, then what is rare in this call."""
    assert MAX_MOMENTS == 20
    monkeypatch.setattr("tracker.reports.call_moments.MAX_MOMENTS", 3)
    frowns = [(ANA, "brows_lowered", t, t + 2) for t in (0.0, 15.0, 45.0, 60.0)]
    others = [(BEN, "brows_lowered", 45.0, 47.0), (CLEO, "yawn", 75.0, 78.0)]
    write_call(database, [*frowns, *others, (CLEO, "brows_lowered", 110.0, 113.0)], marks={110.0: "here"})
    found = reviewed(database)
    assert [moment.begin for moment in found.moments] == [45.0, 75.0, 110.0]
    assert not found.complete


def test_a_lane_tells_what_could_be_told(review: Review) -> None:
    """A short break is no break; where somebody was not seen nothing is told, and what could not be told is not "not there"."""
    found = review((BEN, "nod", 10.0, 12.0), (BEN, "nod", 13.0, 15.0), (BEN, "nod", 70.0, 71.0), away=(20.0, 60.0))
    ana, ben, cleo, user = found.people
    assert (ana.who, ben.who, cleo.who, user.who, ana.lanes) == ("Ana", "Ben", "Cleo", "you", ())
    (lane,) = ben.lanes
    assert lane.movement.name == "nod"
    assert lane.shown == ((10.0, 15.0), (70.0, 71.0))
    assert lane.told == ((0.0, 20.0), (60.0, float(SECONDS)))


def test_a_movement_that_cannot_be_told_has_no_ground(review: Review) -> None:
    """Only where it was there it was told."""
    found = review((ANA, "nod", 10.0, 12.0), unseen=("nod",))
    assert found.people[0].lanes[0].told == found.people[0].lanes[0].shown == ((10.0, 12.0),)


def test_what_it_may_mean_comes_with_alternatives(review: Review) -> None:
    """From the rules, of those who showed something; ids that no rule has, and rules that are off, are not told."""
    found = review(FROWN, possible={ANA: ("confused", "contempt", "no_such_rule"), BEN: ("bored",)})
    (moment,) = found.moments
    (reading,) = moment.readings
    assert (reading.who, reading.name) == ("Ana", "confused or unsure")
    assert reading.meaning.startswith("They may ")
    assert len(reading.alternatives) >= 2


def test_rules_that_cannot_be_used_are_told(review: Review, rules_folder: Path) -> None:
    """The moments come without what they may mean, and a sentence says why; at work nobody asks."""
    rules_folder.mkdir(parents=True)
    (rules_folder / "readings.toml").write_text("[readings.bored]\non = 3\n")
    found = review(FROWN, possible={ANA: ("confused",)})
    assert [moment.readings for moment in found.moments] == [()]
    assert "readings.toml cannot be used" in found.trouble


def test_a_revoked_person_has_no_lane_and_no_moment(database: Database) -> None:
    """Nor a name: what is left are the others."""
    write_call(database, [FROWN, (BEN, "brows_lowered", 31.0, 33.0)])
    with database.session() as store:
        (ana, *_) = list_consents(store, CALL)
    revoke_consent(database, ana.id)
    found = reviewed(database)
    assert [person.who for person in found.people] == ["Ben", "Cleo", "you"]
    assert sentences(found) == ["At 09:00:31 Ben lowered the brows."]


def test_the_report_has_both_sections_with_names(database: Database) -> None:
    """Lanes, moments, names escaped; a report to pass on has neither moments nor names, and no other session has them."""
    write_call(database, [FROWN], possible={ANA: ("confused",)}, marks={35.0: "<b>dates</b>"})
    with Recorder(database, beginning("ordinary")) as recorder:
        recorder.write(row(0, (1, 2)))
    with database.session() as store:
        session = read_session_data(store, CALL)
        named = replace(session, names={**session.names, BEN: "<i>Ben</i>"})
        page, passed_on = render_report(named), render_report(named, leave_out=["scores"])
        ordinary = render_report(read_session_data(store, "ordinary"))
    assert "What each person showed" in page
    assert 'aria-label="When Ana lowers the brows"' in page
    assert "Ana lowered the brows. Near your marker “&lt;b&gt;dates&lt;/b&gt;”." in page.replace("</data>", "")
    assert "For Ana it may be “confused or unsure”: They may not have understood" in page
    assert "&lt;i&gt;Ben&lt;/i&gt;" in page
    assert "<i>Ben" not in page
    for other in (passed_on, ordinary):
        assert not any(words in other for words in ("Ana", "What each person showed", "Moments to ask about"))
    assert "Face 1" in passed_on


def test_at_work_the_report_tells_no_meaning(database: Database) -> None:
    """The movements are there, and not a word of what they may mean."""
    write_call(database, [FROWN])
    with database.session() as store:
        page = render_report(read_session_data(store, CALL))
    assert "Ana lowered the brows." in page
    assert not any(words in page for words in ("it may be", "can also mean", "may mean"))


@pytest.mark.parametrize("word", ["score", "rank", "engagement", "%"])
def test_nothing_compares_people(database: Database, word: str) -> None:
    """No share, score or rank stands in the sections of a call."""
    write_call(database, [FROWN, (BEN, "nod", 3.0, 5.0)], possible={ANA: ("confused",)})
    with database.session() as store:
        page = render_report(read_session_data(store, CALL))
    sections = page.split("What each person showed")[1].split("Markers</h2>")[0].split("<footer>")[0]
    assert word not in sections
