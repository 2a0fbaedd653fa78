"""The page Health: how well the model does for the person, and fits of the model to that person."""

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, render_template, request

from tracker.config.settings import Settings
from tracker.core.errors import UsageError
from tracker.core.frame import now
from tracker.core.person import ME
from tracker.core.records import JsonObject
from tracker.health.report import health_report
from tracker.personal import fit_files
from tracker.personal.summary import describe_fits, fit_history
from web.own_readings import own_vocabulary, records_of
from web.pages.time_zone import zone
from web.request_values import whole_number
from web.storage import LARGEST_ID, Storage


def health_blueprint(storage: Storage, settings: Settings, refitted: Callable[[], None]) -> Blueprint:
    """The page, and its buttons that make a fit or choose one.

    Args:
        storage: where verdicts are stored.
        settings: whose they are, and the model.
        refitted: called after another fit may have taken effect.
    """
    blueprint = Blueprint("health", __name__)
    person = settings.person or ME

    @blueprint.get("/health")
    def page() -> str:
        with storage.reading() as store:
            found = health_report(store, now().astimezone(zone()), person)
        try:
            records, trouble = records_of(storage, own_vocabulary(storage)), None
        except UsageError as error:
            records, trouble = (), str(error)
        return render_template(
            "health.html",
            health=found,
            fits=describe_fits(person, zone()),
            turns=fit_history(person, zone()),
            records=records,
            trouble=trouble,
        )

    @blueprint.post("/api/refit")
    def refit() -> JsonObject:
        """Fit the model to the person's verdicts; it takes effect by itself only if its gain is beyond doubt."""
        from tracker.compose import open_classifier
        from tracker.personal.from_store import fit_from_store

        report, _ = fit_from_store(storage.reading, person, open_classifier(released_model(settings), "picture"))
        refitted()
        return report.as_dict()

    @blueprint.post("/api/fits")
    def choose() -> dict[str, int]:
        """A form {version}: let this fit take effect; 0 is the released model."""
        version = whole_number(request.form.get("version", ""), "version must be the number of a fit", LARGEST_ID)
        fit_files.promote(person, version)
        refitted()
        return {"version": version}

    return blueprint


def released_model(settings: Settings) -> Settings:
    """Settings with the released model and no fit: a fit is made on that model, never on another fit."""
    return replace(settings, person=None)
