"""How good a forecast distribution was, once the outcome is known.

A distribution is an ensemble: draws that are equally likely. Scores are those of Gneiting and Raftery
(2007), *Strictly proper scoring rules*; the fair version of the CRPS is Ferro's (2014), *Fair scores
for ensemble forecasts*, whose mean does not depend on how many draws there are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

LEVELS = (50, 80, 95)
QUANTILES = {
    "p2_5": 0.025,
    "p10": 0.10,
    "p25": 0.25,
    "p50": 0.50,
    "p75": 0.75,
    "p90": 0.90,
    "p97_5": 0.975,
}
ENDS = {50: ("p25", "p75"), 80: ("p10", "p90"), 95: ("p2_5", "p97_5")}
PIT_BINS = 10
CONFIDENCE = 0.95


def crps(draws: np.ndarray, observed: float) -> float:
    """Continuous ranked probability score, fair version, in the unit of the draws; 0 is best.

    Mean |X - y| less half the mean |X - X'| over pairs of different draws. Of one draw, or of draws
    that are all alike, it is the absolute error.
    """
    ordered = np.sort(draws)
    count = len(ordered)
    error = float(np.abs(ordered - observed).mean())
    if count < 2:
        return error
    weights = 2.0 * np.arange(1, count + 1) - count - 1
    return error - float(weights @ ordered) / (count * (count - 1))


def quantiles(draws: np.ndarray) -> dict[str, float]:
    """The seven quantiles that are kept, at positions q (n + 1) of the ordered draws.

    With these a further draw lies below quantile q with a chance of q, whatever n; with fewer than 39
    draws the outermost ones are the least and the greatest draw, and hold less than 95 %.
    """
    found = np.quantile(draws, list(QUANTILES.values()), method="weibull")
    return dict(zip(QUANTILES, map(float, found), strict=True))


def pit(draws: np.ndarray, observed: float, u: float = 0.5) -> float:
    """Where the outcome stands among the draws, 0 to 1; `u` decides within its place among so many.

    With a uniform `u` it is uniform for a perfect forecast, however few the draws and whatever the ties.
    """
    below, equal = float(np.sum(draws < observed)), float(np.sum(draws == observed))
    return (below + u * (equal + 1)) / (len(draws) + 1)


def pit_histogram(values: np.ndarray) -> list[int]:
    """Counts in ten equal bins from 0 to 1; flat where forecasts are as uncertain as they should be."""
    return np.histogram(values, bins=PIT_BINS, range=(0.0, 1.0))[0].tolist()


def perfect_range(count: int, level: int) -> tuple[int, int]:
    """How many of `count` intervals a perfect forecaster would cover, in 99 of 100 backtests."""
    low, high = stats.binom.interval(0.99, count, level / 100)
    return int(low), int(high)


class Skill(NamedTuple):
    """1 - mean score / mean score of another, with an interval from resampling authorities.

    `difference` is mean score less the other's, negative where we are better; `authorities` is how
    many there are and `better` how many of them have a lower score than the other.
    """

    skill: float
    low: float
    high: float
    difference: float
    difference_low: float
    difference_high: float
    authorities: int
    better: int


def skill(ours: np.ndarray, others: np.ndarray, generator: np.random.Generator, times: int = 2000) -> Skill:
    """Paired skill. Both arrays hold each authority's summed scores, and the number of them, as rows.

    `ours` and `others` have shape (2, authorities): sums, and how many scores were summed. Authorities
    are drawn again with replacement, because the years of one are not independent of each other.
    """
    sums, counts, rivals = ours[0], ours[1], others[0]
    number = len(sums)
    picks = generator.integers(0, number, (times, number))
    ratio = 1 - sums[picks].sum(axis=1) / rivals[picks].sum(axis=1)
    gap = (sums - rivals)[picks].sum(axis=1) / counts[picks].sum(axis=1)
    ends = [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]
    low, high = np.quantile(ratio, ends)
    gap_low, gap_high = np.quantile(gap, ends)
    return Skill(
        skill=float(1 - sums.sum() / rivals.sum()),
        low=float(low),
        high=float(high),
        difference=float((sums - rivals).sum() / counts.sum()),
        difference_low=float(gap_low),
        difference_high=float(gap_high),
        authorities=number,
        better=int(np.sum(sums < rivals)),
    )
