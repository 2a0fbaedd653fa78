"""The figures of verdicts are those counted by hand."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np

from tracker.core.vocabulary import EXPRESSIONS
from tracker.health.accuracy import CONFUSION_ROWS, rates_over_time, selection_sentence, verdict_figures
from tracker.health.judgements import LabelledPredictions
from tracker.health.rates import Rate

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""A Monday."""


def labelled(said: list[str], guessed: list[str], at: list[datetime] | None = None, **columns: Any) -> LabelledPredictions:
    """Verdicts on guesses of 70 %; the other expressions share the rest evenly."""
    n = len(said)
    scores = np.full((n, 7), 0.05)
    scores[np.arange(n), [EXPRESSIONS.index(name) for name in guessed]] = 0.7
    known = {
        "shown": guessed, "origin": ["picture"] * n, "light": [120.0] * n, "width": [100.0] * n,
        "model": ["mien 1"] * n, "fit": [""] * n,
    }  # fmt: skip
    arrays = {name: np.array(values) for name, values in (known | columns).items()}
    right = np.array([one == other for one, other in zip(said, guessed, strict=True)], float)
    return LabelledPredictions(said=np.array(said, np.str_), scores=scores, right=right, at=tuple(at or [NOW] * n), **arrays)


def test_the_first_sentence_is_the_figure_with_its_interval() -> None:
    """50 right of 62 is 81 %, with Wilson's interval."""
    found = verdict_figures(labelled(["happy"] * 62, ["happy"] * 50 + ["sad"] * 12), 0, 0, NOW)

    assert found.sentence == "On your 62 verdicts the model is right 81\N{NARROW NO-BREAK SPACE}% of the time (69 to 89)."
    assert (found.rate.n, found.rate.right) == (62, 50)


def test_before_there_are_ten_it_says_how_many_are_missing() -> None:
    """With no verdict, with one, and with a few."""
    sentences = [verdict_figures(labelled(["sad"] * n, ["sad"] * n), 0, 0, NOW).sentence for n in (0, 1, 4)]

    assert sentences == [
        "There are no verdicts yet: 10 more, and Mien can tell how often the model is right.",
        "There is 1 verdict so far: 9 more, and Mien can tell how often the model is right.",
        "There are 4 verdicts so far: 6 more, and Mien can tell how often the model is right.",
    ]


def test_other_verdicts_are_counted_apart() -> None:
    """Contempt, "not a face" and "can't tell" are in the confusion, and in no accuracy."""
    said = ["happy"] * 10 + ["contempt", "not a face", "not a face", "can't tell"]
    found = verdict_figures(labelled(said, ["happy"] * 9 + ["sad"] * 5), 0, 0, NOW)

    assert (found.rate.n, found.rate.right) == (10, 9)
    assert found.apart == {"contempt": 1, "not a face": 2, "can't tell": 1}
    table = np.array(found.confusion)
    assert table.shape == (len(CONFUSION_ROWS), 7)
    happy, sad = EXPRESSIONS.index("happy"), EXPRESSIONS.index("sad")
    assert (table[happy, happy], table[happy, sad]) == (9, 1)
    assert [table[CONFUSION_ROWS.index(row), sad] for row in found.apart] == [1, 2, 1]
    assert table.sum() == len(said)
    assert (found.recall["happy"].accuracy, found.recall["sad"].n) == (0.9, 0)


def test_a_guess_counts_also_where_unclear_was_shown() -> None:
    """Accuracy is of the guess before abstention; predictions that were not unclear have a figure of their own."""
    shown = ["happy"] * 10 + ["unclear"] * 5
    found = verdict_figures(labelled(["happy"] * 15, ["happy"] * 10 + ["sad"] * 5, shown=list(shown)), 0, 0, NOW)

    assert (found.rate.n, found.rate.right, found.unclear) == (15, 10, 5)
    assert (found.spoken.n, found.spoken.right) == (10, 10)


def test_figures_are_grouped_by_origin_light_size_model_and_fit() -> None:
    """Each group has a rate of its own, and each grouping an explanation with its thresholds."""
    found = verdict_figures(
        labelled(
            ["happy"] * 12,
            ["happy"] * 10 + ["sad"] * 2,
            origin=["live"] * 10 + ["start"] * 2,
            light=[73.9] + [74.0] * 10 + [200.0],
            width=[47.0] + [48.0] * 10 + [150.0],
            fit=["fit 1 of me"] * 11 + [""],
        ),
        0, 0, NOW,
    )  # fmt: skip

    told = {by: {group.name: (group.rate.right, group.rate.n) for group in part.groups} for by, part in found.by.items()}
    assert told == {
        "origin": {"live": (10, 10), "start": (0, 2)},
        "light": {"dark": (1, 1), "normal": (9, 10), "bright": (0, 1)},
        "size": {"small": (1, 1), "normal": (9, 10), "large": (0, 1)},
        "model": {"mien 1": (10, 12)},
        "fit": {"fit 1 of me": (10, 11), "the released model": (0, 1)},
    }
    assert "below 74" in found.by["light"].explained


def test_days_begin_in_the_given_time_zone() -> None:
    """23:30 in UTC is the next day in Berlin; days without verdicts are left out."""
    berlin = timezone(timedelta(hours=1))
    at = [datetime(2026, 11, 20, 23, 30, tzinfo=UTC), datetime(2026, 11, 21, 10, 0, tzinfo=UTC), NOW]

    step, stretches = rates_over_time(labelled(["sad"] * 3, ["sad", "sad", "happy"], at), NOW.astimezone(berlin))

    assert step == "day"
    assert [(each.begin.isoformat(), each.rate.right, each.rate.n) for each in stretches] == [
        ("2026-11-21", 2, 2), ("2026-11-23", 0, 1),
    ]  # fmt: skip


def test_longer_than_a_fortnight_goes_week_by_week() -> None:
    """Weeks begin on Monday, whatever the order of the verdicts."""
    at = [NOW, NOW - timedelta(days=1), NOW - timedelta(days=20)]

    step, stretches = rates_over_time(labelled(["sad"] * 3, ["sad"] * 3, at), NOW)

    assert step == "week"
    assert [(each.begin.isoformat(), each.end.isoformat(), each.rate.n) for each in stretches] == [
        ("2026-11-02", "2026-11-09", 1), ("2026-11-16", "2026-11-23", 1), ("2026-11-23", "2026-11-30", 1),
    ]  # fmt: skip


def test_the_report_says_that_people_rather_correct_than_confirm() -> None:
    """The report says so unless nearly every face has a verdict; without any verdict it says how to give one."""
    some = Rate.of(np.ones(20, bool))

    assert "correct a wrong answer more often than they confirm" in selection_sentence(some, faces=100, answered=20)
    assert selection_sentence(some, faces=100, answered=20).startswith("You gave verdicts on 20 of 100 faces in your pictures.")
    assert "fair sample" in selection_sentence(some, faces=22, answered=20)
    assert selection_sentence(some, faces=0, answered=0).startswith("People correct")
    assert selection_sentence(Rate.of(np.empty(0, bool)), faces=5, answered=0).startswith("A verdict is what you say")
