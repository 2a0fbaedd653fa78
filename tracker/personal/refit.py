"""A fit to a person: compute it, compare it on held-out verdicts, save it, and promote it if its gain is beyond doubt."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy.typing as npt

from tracker.core.frame import now
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.contract import ModelContract
from tracker.model.correction import PersonalFit
from tracker.personal import fit_files
from tracker.personal.baseline import BASELINE_ORIGIN, RESTING_EXPRESSION
from tracker.personal.cross_validation import HeldOut, hold_out, single_moment_expressions
from tracker.personal.fitting import fit
from tracker.personal.labelled import LabelledFeatures
from tracker.personal.significance import Evidence, compare_held_out


class FittedModel(Protocol):
    """What is fitted: a model file's contract, and its hash."""

    @property
    def contract(self) -> ModelContract: ...

    @property
    def sha256(self) -> str: ...


@dataclass(frozen=True, slots=True, eq=False)
class FitReport:
    """What became of a fit.

    origin: verdicts or baseline. each: expression -> verdicts; the faces of one moment are one. trust: the share of the
    correction that is applied, 0 to 1.
    evidence: None where there is nothing to hold out. promoted: whether it took effect by itself.
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

    def as_dict(self) -> dict[str, Any]:
        """As ``mien refit --json`` says it. lone: expressions that were judged by a fit without any verdict on them."""
        told = {
            name: getattr(self, name) for name in ("person", "version", "origin", "model", "verdicts", "each", "lone", "trust")
        }
        unknown = {"before": None, "after": None, "interval": None}
        return told | (unknown if self.evidence is None else self.evidence.as_dict()) | {"promoted": self.promoted}


def fit_person(name: str, labelled: LabelledFeatures, model: FittedModel, folder: Path | None = None) -> FitReport:
    """Fit a model to a person's verdicts as their next version; promoted only where the interval of the gain excludes zero."""
    report = _save_fit(name, labelled, model, hold_out(labelled, model.contract), folder)
    if report.promoted:
        fit_files.promote(name, report.version, by="fit", folder=folder)
    return report


def fit_baseline(
    name: str, features: Sequence[npt.NDArray[Any]] | npt.NDArray[Any], model: FittedModel, folder: Path | None = None
) -> FitReport:
    """Fit a model to a person's resting face alone, [n, width] features of some seconds of it; never promoted by itself."""
    count = len(features)
    resting = LabelledFeatures.of(features, [EXPRESSIONS.index(RESTING_EXPRESSION)] * count, [0] * count)
    return _save_fit(name, resting, model, None, folder)


def _save_fit(
    name: str, labelled: LabelledFeatures, model: FittedModel, held: HeldOut | None, folder: Path | None
) -> FitReport:
    """A fit as the next version of a person; with nothing held out it is a baseline."""
    evidence = None if held is None else compare_held_out(held)
    each = labelled.moments
    report = FitReport(
        person=name,
        version=fit_files.next_number(name, folder),
        origin=BASELINE_ORIGIN if evidence is None else "verdicts",
        model=model.sha256,
        verdicts=sum(each.values()),
        each=each,
        lone=single_moment_expressions(labelled),
        trust=1.0 if held is None else held.trust(),
        evidence=evidence,
        promoted=evidence is not None and evidence.convincing,
    )
    told = {field: getattr(report, field) for field in ("person", "version", "origin", "model", "verdicts")}
    correction, tau = fit(labelled, model.contract).scaled(report.trust), model.contract.shown.picture
    fit_files.save(PersonalFit(**told, at=now(), tau=tau, correction=correction, report=report.as_dict()), folder)
    return report
