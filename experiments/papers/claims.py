"""What a paper claims beside what its simulation gives: mean, 80 % band and a verdict in words.

The band runs from the 10th to the 90th percentile over replications, whose parameters are drawn. With fewer
than ten replications these percentiles mean little, and the band is their whole range. A claim is a rounded
number: it lies inside if any number that rounds to it does. Money that comes by the day misses a year's
amount by a day in a leap year, so that much is allowed for too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np

from experiments.papers.answers import Answers, measured
from sim.config.paper_figures import number_of
from sim.measures.measures import MEASURES
from sim.settings import Claim, Figure, Paper, Simulated

FEWEST_FOR_PERCENTILES = 10
LOW, HIGH = 0.1, 0.9
A_DAY = 1 / 365

INSIDE, BELOW, ABOVE = "inside the band", "below the band", "above the band"
NO_NUMBER, NOT_SIMULATED, NOT_KNOWN = "no quantified claim", "not simulated", "not known"

Appraise = Callable[[Simulated, Answers], np.ndarray]
"""The values of an appraisal, shape (replications,); NaN for never or not defined."""


@dataclass(frozen=True)
class Judged:
    """One claim with its answer. Numbers are in the simulation's unit; NaN is not known, inf never."""

    name: str
    label: str
    figure: Figure | None
    claimed: float | None
    unit: str
    words: str
    """The unit in words, where numbers are not written with it."""
    verdict: str
    why: str = ""
    mean: float = math.nan
    low: float = math.nan
    high: float = math.nan
    never: float = 0.0
    """Share of replications in which a sum is never paid back."""

    @property
    def is_simulated(self) -> bool:
        return self.verdict != NOT_SIMULATED

    @property
    def is_quantified(self) -> bool:
        return self.claimed is not None and self.is_simulated

    @property
    def inside(self) -> bool | None:
        """Whether the claim lies inside the band; None where that cannot be asked."""
        return self.verdict == INSIDE if self.verdict in (INSIDE, BELOW, ABOVE) else None


def judge(paper: Paper, answers: Answers, appraise: Appraise) -> list[Judged]:
    """Every claim of a paper, in its order."""
    return [judge_one(name, claim, paper, answers, appraise) for name, claim in paper.claims.items()]


def judge_one(name: str, claim: Claim, paper: Paper, answers: Answers, appraise: Appraise) -> Judged:
    """One claim with its band and verdict."""
    figure = paper.figures[claim.figure] if claim.figure else None
    if claim.simulated is None:
        unit = figure.unit if figure else ""
        claimed = number_of(figure.printed) if figure else None
        return Judged(name, claim.label, figure, claimed, "", unit, NOT_SIMULATED, claim.why)
    values = values_of(claim.simulated, answers, appraise)
    claimed = claimed_value(claim, figure)
    unit, words = unit_of(claim, figure)
    low, high = band(values, claim.simulated)
    return Judged(
        name,
        claim.label,
        figure,
        claimed,
        unit,
        words,
        _verdict(claimed, low, high, allowance(claim, figure, unit)),
        claim.why,
        mean=middle(values, claim.simulated),
        low=low,
        high=high,
        never=float(np.isposinf(values).mean()) if len(values) else 0.0,
    )


def values_of(simulated: Simulated, answers: Answers, appraise: Appraise) -> np.ndarray:
    """What each replication answers; a sum that is never paid back is paid back in year infinity."""
    if not simulated.appraisal:
        return measured(simulated, answers)
    values = simulated.times * appraise(simulated, answers)
    return np.where(np.isnan(values), np.inf, values) if simulated.appraisal == "pay_back_year" else values


def claimed_value(claim: Claim, figure: Figure | None) -> float | None:
    """The figure in the simulation's unit; None without a number."""
    number = number_of(figure.printed) if figure else None
    return None if number is None else number * claim.times


def unit_of(claim: Claim, figure: Figure | None) -> tuple[str, str]:
    """The unit by which numbers are written, and its words where they are written without."""
    simulated = claim.simulated
    if simulated is None:
        return "", figure.unit if figure else ""
    if simulated.appraisal:
        unit = "GBP" if simulated.appraisal == "present_value" else ""
        return unit, ""
    if abs(simulated.times) == 1 and not simulated.per:
        grown = simulated.since and simulated.since_in == "percent"
        unit = "percent" if grown else MEASURES[simulated.measure].unit
        if unit == "percent" and simulated.against:
            return "", "points"
        return unit, "" if unit in ("GBP", "percent", "count") else unit
    return "", figure.unit if figure and claim.times == 1 else ""


def band(values: np.ndarray, simulated: Simulated) -> tuple[float, float]:
    """The 80 % band of the replications, or their range where they are few; NaN where nothing is known."""
    known = values[~np.isnan(values)]
    if not len(known):
        return math.nan, math.nan
    if len(known) < FEWEST_FOR_PERCENTILES:
        return float(known.min()), float(known.max())
    # A year of pay-back is one of the years there are: none lies between two, or between a year and never.
    method: Literal["inverted_cdf", "linear"] = (
        "inverted_cdf" if simulated.appraisal == "pay_back_year" else "linear"
    )
    low, high = np.quantile(known, [LOW, HIGH], method=method)
    return float(low), float(high)


def middle(values: np.ndarray, simulated: Simulated) -> float:
    """The mean of the replications; of years of pay-back, among which is never, the one in the middle."""
    known = values[~np.isnan(values)]
    if not len(known):
        return math.nan
    if simulated.appraisal == "pay_back_year":
        return float(np.quantile(known, 0.5, method="inverted_cdf"))
    return float(known.mean())


def allowance(claim: Claim, figure: Figure | None, unit: str) -> float:
    """How far a number may lie from a claim and still be what the paper may have rounded."""
    claimed = claimed_value(claim, figure)
    if claimed is None or figure is None:
        return 0.0
    digit = Decimal(repr(number_of(figure.printed))).normalize().as_tuple().exponent
    rounding = 0.5 * 10.0 ** min(int(digit), 0) * abs(claim.times)
    return max(rounding, abs(claimed) * A_DAY if unit == "GBP" else 0.0)


def _verdict(claimed: float | None, low: float, high: float, allowed: float) -> str:
    if claimed is None:
        return NO_NUMBER
    if math.isnan(low):
        return NOT_KNOWN
    if claimed < low - allowed:
        return BELOW
    return ABOVE if claimed > high + allowed else INSIDE


def measures_of(paper: Paper) -> set[str]:
    """The measures that the claims of a paper are answered by, appraisals aside."""
    answered = [claim.simulated for claim in paper.claims.values() if claim.simulated]
    return {name for each in answered for name in (each.measure, each.per) if name}
