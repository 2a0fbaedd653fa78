"""The page Health: how well the model does for the person, and the button that fits it to them, and back."""

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, render_template, request

from tracker.errors import UsageError
from tracker.frame import now
from tracker.health.report import health
from tracker.layer import Layer
from tracker.person import ME
from tracker.personal import layers
from tracker.personal.baseline import BASELINE
from tracker.settings import Choices
from web.keeping import Keeping

WORDS_OF: Final = {"fit": "by itself, its gain being beyond doubt", "person": "by your choice"}


def wellbeing(keeping: Keeping, choices: Choices, refitted: Callable[[], None]) -> Blueprint:
    """The page and what it asks; ``refitted`` is told when another fit takes effect."""
    blueprint = Blueprint("wellbeing", __name__)
    person = choices.person or ME

    @blueprint.get("/health")
    def page() -> str:
        with keeping.reading() as store:
            found = health(store, now().astimezone(), person)
        return render_template("health.html", health=found, fits=fits(person), turns=turns(person))

    @blueprint.post("/api/refit")
    def refit() -> dict[str, Any]:
        """Fit the model to the person's verdicts; it takes effect by itself only if its gain is beyond doubt."""
        from tracker.compose import open_classifier
        from tracker.personal.refit import fit_person
        from tracker.personal.stored import labelled_from_store

        classifier = open_classifier(released(choices), "picture")
        with keeping.reading() as store:
            labelled, _ = labelled_from_store(store, person, classifier)
        report = fit_person(person, labelled, classifier)
        refitted()
        return report.as_dict()

    @blueprint.post("/api/fits")
    def choose() -> dict[str, Any]:
        """A form {version}: let this fit take effect; 0 is the released model."""
        given = request.form.get("version", "")
        if not (given.isascii() and given.isdigit()):
            raise UsageError(f"A fit is called by its number, not {given!r}.")
        layers.promote(person, int(given))
        refitted()
        return {"version": int(given)}

    return blueprint


def released(choices: Choices) -> Choices:
    """The model as it was released: a fit is made on it, never on another fit."""
    from dataclasses import replace

    return replace(choices, person=None)


def fits(person: str) -> list[dict[str, Any]]:
    """The person's fits, newest first, and the released model."""
    chosen = layers.current(person).version
    made = [fit_entry(each, in_effect=each.version == chosen) for each in reversed(layers.versions(person))]
    words = "as it comes, fitted to nobody"
    return [*made, {"version": 0, "name": "The released model", "words": words, "in_effect": chosen == 0}]


def turns(person: str) -> list[dict[str, str]]:
    """What took effect when, newest first, and on whose word."""
    names = {each.version: name_of(each) for each in layers.versions(person)} | {layers.RELEASED: "The released model"}
    return [
        {"at": f"{chosen.at.astimezone():%d %B %Y, %H:%M}", "name": names[chosen.version], "by": WORDS_OF[chosen.by]}
        for chosen in reversed(layers.decisions(person))
        if chosen.at is not None and chosen.by is not None
    ]


def name_of(layer: Layer) -> str:
    """What the page calls a fit."""
    return f"Resting face (fit {layer.version})" if layer.origin == BASELINE else f"Fit {layer.version}"


def fit_entry(layer: Layer, *, in_effect: bool) -> dict[str, Any]:
    """A fit as the page shows it."""
    resting = layer.origin == BASELINE
    learnt = "from seconds of it" if resting else f"from {layer.verdicts} verdicts"
    words = f"{learnt}, {layer.at.astimezone():%d %B %Y, %H:%M}. {compared(layer.report)}"
    return {"version": layer.version, "name": name_of(layer), "words": words, "in_effect": in_effect}


def compared(report: Any) -> str:
    """Before and after on verdicts that were held out, as a sentence."""
    before, after, interval = report.get("before"), report.get("after"), report.get("interval")
    if not (before and after and interval):
        return "Nothing was held out to compare it with."
    low, high = (round(100 * end) for end in interval)
    doubt = "beyond doubt" if low > 0 else "which may still be chance"
    return (
        f"Of {before['n']} verdicts held out it got {after['right']} right, the released model {before['right']}:"
        f" a gain of {low} to {high} points, {doubt}."
    )
