"""How long the stages of a case last, with the cases that are still in them.

A stage counts if it was entered in the calendar year of the return: of stages entered before, a return
has only those that were long, and they would bias every figure. A case still in its stage at the census,
or withdrawn from it, has lasted at least so long: it is censored and not left out.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import CensoredData, ecdf, lognorm, norm

from experiments.evidence.disclosure import is_small
from experiments.evidence.returns.cases import Case, Return
from experiments.evidence.returns.definitions import in_year
from experiments.evidence.returns.fitted import CONFIDENCE, Fitted

if TYPE_CHECKING:
    from scipy.stats._survival import EmpiricalDistributionFunction

QUANTILES = (0.25, 0.5, 0.75, 0.9)
SAME_DAY = 0.5
"""A stage that opens and closes on one day counts as half a day: a lognormal has no nought."""
STEP = 1e-4
"""Of the logarithms, for the curvature of the likelihood."""


@dataclass(frozen=True)
class Durations:
    """Days in a stage; where not `done` the stage lasts longer."""

    days: np.ndarray
    done: np.ndarray

    @property
    def ended(self) -> int:
        return int(self.done.sum())


Span = tuple[date | None, date | None, date | None]
"""When a case entered a stage, when it left it as it should, and when it was lost from sight."""


def request_to_decision(case: Case) -> Span:
    lost = case.decided if case.outcome == "withdrawn" else None
    return case.received, case.decided if case.outcome in ("agreed", "refused") else None, lost


def decision_to_outcome(case: Case) -> Span:
    entered = case.decided if case.outcome == "agreed" else None
    lost = case.assessment_decided if case.assessment_outcome == "withdrawn" else None
    decided = case.assessment_outcome in ("to_issue", "not_to_issue")
    return entered, case.assessment_decided if decided else None, lost


def outcome_to_plan(case: Case) -> Span:
    entered = case.assessment_decided if case.assessment_outcome == "to_issue" else None
    return entered, case.began, None


def meeting_to_decision(case: Case) -> Span:
    return (case.met if case.active else None), case.review_decided, None


STAGES: dict[str, Callable[[Case], Span]] = {
    "days_request_to_decision": request_to_decision,
    "days_decision_to_outcome": decision_to_outcome,
    "days_outcome_to_plan": outcome_to_plan,
    "days_meeting_to_decision": meeting_to_decision,
}
"""Parameter → the stage. The first three are those of `stages` in a config taken together; the last is
that of the annual reviews of plans still in force."""


def durations_of(read: Return, stage: Callable[[Case], Span]) -> Durations:
    """The days of a stage, for every case that entered it in the year."""
    days, done = [], []
    for case in read.cases:
        entered, left, lost = stage(case)
        if entered is not None and in_year(read, entered):
            last = left or lost or read.census
            days.append(float((last - entered).days))
            done.append(left is not None)
    return Durations(np.array(days, dtype=float), np.array(done, dtype=bool))


def fit_durations(read: Return, threshold: int) -> Iterator[Fitted]:
    """Kaplan and Meier's quantiles and a lognormal for each stage that enough cases have completed."""
    for name, stage in STAGES.items():
        sample = durations_of(read, stage)
        if sample.ended >= threshold:
            yield from (told(row, threshold) for row in quantiles(name, sample, threshold))
        if sample.ended >= 2 * threshold:
            yield from (told(row, threshold) for row in lognormal(name, sample))


def told(row: Fitted, threshold: int) -> Fitted:
    """A row without the number of completed stages where it would show how few are still open."""
    if row.events is None or not is_small(row.n - row.events, threshold):
        return row
    return replace(row, events=None, method=f"{row.method}: fewer than {threshold}")


def quantiles(name: str, sample: Durations, threshold: int) -> Iterator[Fitted]:
    """Days by which a share of the stages is over, each with its interval (log-log, Greenwood).

    A quantile needs enough completed stages on either side of it, so that it is nobody's own figure.
    """
    found = ecdf(CensoredData.right_censored(sample.days, ~sample.done))
    low, high = _band(found.sf)
    for share in QUANTILES:
        days = _first_below(found.sf.quantiles, found.sf.probabilities, 1 - share)
        if days is None or not _enough_around(sample, days, threshold):
            continue
        yield Fitted(
            parameter=name,
            group=f"quantile={share:g}",
            value=days,
            low=_first_below(found.sf.quantiles, low, 1 - share),
            high=_first_below(found.sf.quantiles, high, 1 - share),
            n=len(sample.days),
            events=sample.ended,
            unit="days",
            method="Kaplan-Meier, open cases censored",
        )


def _band(survival: EmpiricalDistributionFunction) -> tuple[np.ndarray, np.ndarray]:
    """The log-log band about a survival curve; NaN where it is not defined, at 0 and 1."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        band = survival.confidence_interval(CONFIDENCE, method="log-log")
    return band.low.probabilities, band.high.probabilities


def _first_below(times: np.ndarray, survival: np.ndarray, share: float) -> float | None:
    """The first day on which no more than a share is still there; None where it is never so."""
    below = np.flatnonzero(survival <= share + 1e-12)
    return float(times[below[0]]) if len(below) else None


def _enough_around(sample: Durations, days: float, threshold: int) -> bool:
    ended = sample.days[sample.done]
    return min((ended <= days).sum(), (ended >= days).sum()) >= threshold


def lognormal(name: str, sample: Durations) -> Iterator[Fitted]:
    """Mean and standard deviation of the logarithm of the days, with intervals from the likelihood."""
    days = np.maximum(sample.days, SAME_DAY)
    if len(np.unique(days[sample.done])) < 3:
        return
    data = CensoredData.right_censored(days, ~sample.done)
    sigma, _, scale = map(float, lognorm.fit(data, floc=0))
    mu = math.log(scale)
    spread = standard_errors(days, sample.done, mu, sigma)
    about = float(norm.ppf((1 + CONFIDENCE) / 2))
    for group, value, error in zip(("mu", "sigma"), (mu, sigma), spread, strict=True):
        yield Fitted(
            parameter=name,
            group=f"lognormal={group}",
            value=value,
            low=value - about * error if group == "mu" else value * math.exp(-about * error / value),
            high=value + about * error if group == "mu" else value * math.exp(about * error / value),
            n=len(days),
            events=sample.ended,
            unit="log days",
            method="lognormal by maximum likelihood, open cases censored",
        )


def log_likelihood(days: np.ndarray, done: np.ndarray, mu: float, sigma: float) -> float:
    """Of completed and censored stages, under a lognormal."""
    z = (np.log(days) - mu) / sigma
    ended = norm.logpdf(z[done]) - np.log(sigma * days[done])
    return float(ended.sum() + norm.logsf(z[~done]).sum())


def standard_errors(days: np.ndarray, done: np.ndarray, mu: float, sigma: float) -> tuple[float, float]:
    """Of mu and sigma, from the curvature of the likelihood at its top."""

    def value(a: float, b: float) -> float:
        return log_likelihood(days, done, mu + a, sigma + b)

    top, step = value(0, 0), STEP
    second = [
        [(value(step, 0) - 2 * top + value(-step, 0)), 0.0],
        [0.0, (value(0, step) - 2 * top + value(0, -step))],
    ]
    mixed = (value(step, step) - value(step, -step) - value(-step, step) + value(-step, -step)) / 4
    second[0][1] = second[1][0] = mixed
    covariance = np.linalg.inv(-np.array(second) / step**2)
    first, other = np.sqrt(np.maximum(np.diag(covariance), 0.0)).tolist()
    return first, other
