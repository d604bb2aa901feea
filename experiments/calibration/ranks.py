"""Are ranks uniform? The band their curve must keep to, at every point at once.

If a posterior is right, the rank of the true value among its draws is as likely to be any as any other
(Cook, Gelman and Rubin 2006; Talts et al. 2018). The share of ranks up to each point is then a binomial
proportion, and the band's level is found exactly by following the counts from point to point (the
simultaneous band of Säilynoja, Bürkner and Vehtari 2022).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.stats import binom

POINTS = 40
LEVEL = 0.99
COVERAGE = (0.5, 0.8, 0.95)


@dataclass(frozen=True)
class Band:
    """Points in (0, 1), and the least and the most of all ranks that may be up to each."""

    points: np.ndarray
    least: np.ndarray
    most: np.ndarray


@dataclass(frozen=True)
class Verdict:
    """How uniform one parameter's ranks are: the curve less the diagonal, and is it inside the band?"""

    difference: np.ndarray
    inside: bool
    coverage: dict[float, float]
    """Nominal share of a central interval → the share of authorities whose true value was inside."""

    @property
    def largest(self) -> float:
        return float(np.abs(self.difference).max())


def judge(shares: np.ndarray, level: float = LEVEL) -> Verdict:
    """The verdict on ranks given as shares in (0, 1), one for each authority."""
    limits = band(len(shares), level)
    counts = np.searchsorted(np.sort(shares), limits.points, side="right")
    inside = bool(np.all((counts >= limits.least) & (counts <= limits.most)))
    coverage = {share: float(np.mean(np.abs(shares - 0.5) <= share / 2)) for share in COVERAGE}
    return Verdict(counts / len(shares) - limits.points, inside, coverage)


@lru_cache
def band(count: int, level: float = LEVEL) -> Band:
    """The band that holds the whole curve of `count` uniform ranks with this probability or a little more."""
    points = np.arange(1, POINTS) / POINTS
    loose, tight = 0.0, 1 - level  # the chance beyond each point by itself, both sides together
    for _ in range(30):
        middle = (loose + tight) / 2
        if chance_inside(count, *_limits(count, points, middle)) >= level:
            loose = middle
        else:
            tight = middle
    return Band(points, *_limits(count, points, loose))


def _limits(count: int, points: np.ndarray, beyond: float) -> tuple[np.ndarray, np.ndarray]:
    if beyond <= 0:
        return np.zeros(len(points)), np.full(len(points), float(count))
    return binom.ppf(beyond / 2, count, points), binom.ppf(1 - beyond / 2, count, points)


def chance_inside(count: int, least: np.ndarray, most: np.ndarray) -> float:
    """The exact chance that counts of uniform ranks up to 1/POINTS, 2/POINTS, ... keep within limits."""
    counts = np.arange(count + 1)
    chance = (counts == 0).astype(float)
    for step, low, high in zip(_steps(count), least, most, strict=True):
        chance = (chance @ step) * ((counts >= low) & (counts <= high))
    return float(chance.sum())


@lru_cache(maxsize=4)
def _steps(count: int) -> list[np.ndarray]:
    """From point to point: the chance of each count, given the count before."""
    counts = np.arange(count + 1)
    more = counts[None, :] - counts[:, None]
    steps = []
    for number in range(1, POINTS):
        share = 1 / (POINTS - number + 1)  # of the ranks still above, those in the next cell
        steps.append(binom.pmf(np.maximum(more, 0), (count - counts)[:, None], share) * (more >= 0))
    return steps
