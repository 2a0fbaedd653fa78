"""Fits a model to a person: compute the fit, compare it on held-out verdicts, save it, and promote it if it convinces."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy.typing as npt

from tracker.core.frame import now
from tracker.core.records import JsonObject, as_json
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.contract import ModelContract
from tracker.model.correction import PersonalFit
from tracker.personal import fit_files
from tracker.personal.baseline import BASELINE_ORIGIN, RESTING_EXPRESSION
from tracker.personal.cross_validation import HeldOut, hold_out, single_moment_expressions
from tracker.personal.fit_files import NOTHING_COMPARED, Comparison
from tracker.personal.fitting import fit
from tracker.personal.labelled import LabelledFeatures
from tracker.personal.significance import Evidence, compare_held_out


class FittedModel(Protocol):
    """The released model: its contract, and the SHA-256 of its file."""

    @property
    def contract(self) -> ModelContract: ...

    @property
    def sha256(self) -> str: ...


@dataclass(frozen=True, slots=True, eq=False)
class FitReport:
    """The result of a fit; attributes are named as in JSON.

    Attributes:
        person: Whose fit.
        version: The number under which it is saved.
        origin: "verdicts" or "baseline".
        model: SHA-256 of the model file.
        verdicts: How many; the faces of one moment count as one.
        each: Expression -> verdicts.
        lone: Expressions with one verdict only; it was judged by a fit without any.
        trust: The share of the correction that is applied, 0 to 1.
        evidence: The comparison on held-out verdicts; None for a baseline.
        promoted: Whether the fit was put into effect.
    """

    person: str
    version: int
    origin: str
    model: str
    verdicts: int
    each: dict[str, int]
    lone: list[str]
    trust: float
    evidence: Evidence | None
    promoted: bool

    def as_dict(self) -> JsonObject:
        """As ``mien refit --json`` says it. lone: expressions that were judged by a fit without any verdict on them."""
        told = {
            name: getattr(self, name) for name in ("person", "version", "origin", "model", "verdicts", "each", "lone", "trust")
        }
        return told | as_json(self.comparison) | {"promoted": self.promoted}

    @property
    def comparison(self) -> Comparison:
        """What the evidence says; of None where there is none."""
        return NOTHING_COMPARED if self.evidence is None else self.evidence.comparison


def fit_person(name: str, labelled: LabelledFeatures, model: FittedModel, folder: Path | None = None) -> FitReport:
    """Fit a model to a person's verdicts, save it as the next version, and promote it if all of its gain's interval is above 0.

    Args:
        name: The person.
        labelled: The verdicts.
        model: The released model.
        folder: As in ``fit_files.promote``.

    Raises:
        ModelError: The model has no statistics of its features.
        UsageError: The features are another model's, or the file cannot be written.
    """
    report = _save_fit(name, labelled, model, hold_out(labelled, model.contract), folder)
    if report.promoted:
        fit_files.promote(name, report.version, by="fit", folder=folder)
    return report


def fit_baseline(
    name: str, features: Sequence[npt.NDArray[Any]] | npt.NDArray[Any], model: FittedModel, folder: Path | None = None
) -> FitReport:
    """Fit a model to a person's resting face alone, and save it as the next version; it is not promoted.

    Args:
        name: The person.
        features: [n, width] features of faces at rest, at least one; together they count as one verdict.
        model: The released model.
        folder: As in ``fit_files.promote``.

    Raises:
        ModelError: The model has no statistics of its features.
        UsageError: The features are another model's, there are none, or the file cannot be written.
    """
    count = len(features)
    resting = LabelledFeatures.of(features, [EXPRESSIONS.index(RESTING_EXPRESSION)] * count, [0] * count)
    return _save_fit(name, resting, model, None, folder)


def _save_fit(
    name: str, labelled: LabelledFeatures, model: FittedModel, held: HeldOut | None, folder: Path | None
) -> FitReport:
    """Save a fit as the person's next version; without held-out verdicts it is a baseline."""
    evidence = None if held is None else compare_held_out(held)
    each = labelled.moments
    trust = 1.0 if held is None else held.trust()
    correction, tau = fit(labelled, model.contract).scaled(trust), model.contract.shown.picture
    with fit_files.next_number(name, folder) as version:
        report = FitReport(
            person=name,
            version=version,
            origin=BASELINE_ORIGIN if evidence is None else "verdicts",
            model=model.sha256,
            verdicts=sum(each.values()),
            each=each,
            lone=single_moment_expressions(labelled),
            trust=trust,
            evidence=evidence,
            promoted=evidence is not None and evidence.convincing,
        )
        facts = {field: getattr(report, field) for field in ("person", "version", "origin", "model", "verdicts")}
        fit_files.save(PersonalFit(**facts, at=now(), tau=tau, correction=correction, report=report.as_dict()), folder)
    return report
