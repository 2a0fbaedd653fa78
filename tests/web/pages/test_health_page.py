"""The page Health in a real browser: forty verdicts, a fit, and the way back."""

from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session as Store

from tracker.config.model_files import CHECKOUT_MODELS, RELEASED
from tracker.core.frame import now
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.classifier import OnnxClassifier
from tracker.model.provenance import ModelProvenance
from tracker.store import schema
from tracker.store.uploads import get_or_add_model

if TYPE_CHECKING:
    from web.storage import Storage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not (CHECKOUT_MODELS / RELEASED).exists(), reason="There is no released model in models/."),
]
SAYS = {"neutral": "sad", "happy": "happy"}
"""Somebody whose resting face others would call neutral, and who says it is sad."""
EACH = 20


def give_verdicts(store: Store) -> None:
    """Faces as training pictures of these expressions look to the model, a little different each time."""
    classifier = OnnxClassifier(CHECKOUT_MODELS / RELEASED)
    statistics = classifier.contract.statistics
    assert statistics is not None
    judge, rng, at = ModelProvenance.of(classifier), np.random.default_rng(4), now()
    for shown, said in SAYS.items():
        place = EXPRESSIONS.index(shown)
        for _ in range(EACH):
            standardised = np.array(statistics.typical[place]) + rng.normal(0, 0.3, len(statistics.mean))
            scores = np.eye(len(EXPRESSIONS))[place] * 0.86 + 0.02
            prediction = schema.Prediction(
                face=0, at=at, model=get_or_add_model(store, judge, at), prior=judge.prior, threshold=judge.threshold,
                box=(0, 0, 90, 90), found="detected", expression=shown, confidence=0.88, scores=scores, heads={}, light=128.0,
                features=standardised * np.array(statistics.std) + np.array(statistics.mean),
            )  # fmt: skip
            prediction.verdict = schema.Verdict(said=said, at=at, origin="picture")
            store.add(prediction)


def test_a_fit_and_the_way_back(page: Page, site: str, storage: "Storage", complaints: list[str]) -> None:
    """Forty verdicts of somebody the model gets wrong: the fit is better beyond doubt, takes effect, and is taken back."""
    storage.write(give_verdicts)
    page.goto(f"{site}/health")
    expect(page.locator(".health-first")).to_contain_text("On your 40 verdicts the model is right 50 % of the time")
    in_effect = page.locator(".fit[aria-current]")
    expect(in_effect).to_contain_text("The released model")

    page.get_by_role("button", name="Fit to my verdicts").click()
    expect(in_effect).to_contain_text("Fit 1")
    expect(in_effect).to_contain_text("from 40 verdicts")
    expect(in_effect).to_contain_text("beyond doubt")

    page.get_by_role("button", name="Go back to the released model").click()
    expect(in_effect).to_contain_text("The released model")
    page.get_by_role("button", name="Use fit 1").click()
    expect(in_effect).to_contain_text("Fit 1")

    page.get_by_text("Which fit was in effect when").click()
    turns = page.locator(".fit-history tr")
    expect(turns.locator("td:nth-child(2)")).to_have_text(["Fit 1", "The released model", "Fit 1"])
    expect(turns.last).to_contain_text("by itself")
    assert complaints == []


def test_the_table_is_whole_on_a_telephone(page: Page, site: str, storage: "Storage") -> None:
    """At 390 pixels all seven columns of what is confused with what are seen without scrolling."""
    storage.write(give_verdicts)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{site}/health")
    expect(page.locator(".confusion")).to_be_visible()
    cut = "[...document.querySelectorAll('.scroll')].filter((part) => part.scrollWidth > part.clientWidth)"
    assert page.evaluate(f"{cut}.length") == 0


def test_without_verdicts_there_is_a_sentence(page: Page, site: str) -> None:
    """Nothing to learn from is told on the page, and nothing is fitted."""
    page.goto(f"{site}/health")
    expect(page.locator(".health-first")).to_contain_text("There are no verdicts yet")
    page.get_by_role("button", name="Fit to my verdicts").click()
    expect(page.locator("#refit-words")).to_contain_text("holds no verdict")
    expect(page.locator(".fit")).to_have_count(1)
