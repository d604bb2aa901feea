"""Approximate Bayesian computation: the posterior from the runs nearest to the published figures.

The nearest runs are weighted by Epanechnikov's kernel and moved along a local linear regression to
where the figures are (Beaumont, Zhang and Balding 2002), on a scale without ends within each prior's
range. The regression has as many coefficients as there are figures, so what it leaves over is widened
by what it took up: without that, intervals from a few hundred runs are too narrow.

Figures come from one bank for all authorities, so the same runs also serve to try the method out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from experiments.calibration.problem import Problem
from experiments.errors import InputError
from sim import luck

RUNS_A_COEFFICIENT = 10
"""At least so many runs are taken for each coefficient of the regression."""


@dataclass(frozen=True)
class Table:
    """Runs to learn from, a row each: parameters as logits, figures with their reporting error, weights."""

    logits: np.ndarray
    figures: np.ndarray
    weights: np.ndarray

    def without(self, row: int) -> Table:
        return Table(*(np.delete(part, row, axis=0) for part in (self.logits, self.figures, self.weights)))


@dataclass(frozen=True)
class Accepted:
    """The runs taken, by row of the table, with their weights (sum 1) and adjusted parameters (logits)."""

    rows: np.ndarray
    weights: np.ndarray
    logits: np.ndarray


Infer = Callable[[Table, np.ndarray], Accepted]


def table_of(
    problem: Problem, draws: list[int], figures: np.ndarray, weights: np.ndarray
) -> tuple[Table, list[int]]:
    """The runs that have every figure, and their draws."""
    there = np.isfinite(figures).all(axis=1)
    kept = [draw for draw, has in zip(draws, there, strict=True) if has]
    logits = problem.logits(problem.parameters_of(kept))
    return Table(logits, figures[there] + problem.errors_of(kept), weights[there]), kept


def infer_with(share: float) -> Infer:
    """The method, taking this share of the runs."""

    def infer(table: Table, observed: np.ndarray) -> Accepted:
        count = round(share * len(table.figures))
        fewest = RUNS_A_COEFFICIENT * (table.figures.shape[1] + 1)
        return accept(table, observed, min(max(count, fewest), len(table.figures)))

    return infer


def accept(table: Table, observed: np.ndarray, count: int) -> Accepted:
    """The `count` nearest runs to the observed figures, weighted and adjusted."""
    from sklearn.neighbors import NearestNeighbors  # an extra: only who calibrates needs it

    centre = np.average(table.figures, axis=0, weights=table.weights)
    spread = np.sqrt(np.average((table.figures - centre) ** 2, axis=0, weights=table.weights))
    varies = spread > 0
    scaled = (table.figures[:, varies] - observed[varies]) / spread[varies]
    nearest = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(scaled)
    distances, rows = nearest.kneighbors(np.zeros((1, scaled.shape[1])))
    order = np.argsort(rows[0])
    rows, distances = rows[0][order], distances[0][order]
    kernel = 1 - (distances / (distances.max() * (1 + 1e-9) or 1)) ** 2
    weights = kernel * table.weights[rows]
    weights = weights / weights.sum()
    return Accepted(rows, weights, _adjusted(scaled[rows], table.logits[rows], weights))


def _adjusted(away: np.ndarray, logits: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Parameters moved to where the figures are. `away`: figures less the observed, (runs, figures)."""
    from sklearn.linear_model import LinearRegression

    line = LinearRegression().fit(away, logits, sample_weight=weights)
    left = logits - line.predict(away)
    runs = 1 / np.sum(weights**2)
    freedom = runs - away.shape[1] - 1
    if freedom <= 0:
        raise InputError(f"calibration: {runs:.0f} runs near the figures are too few; ask for more, --runs")
    widened = np.sqrt(runs / freedom)
    return line.intercept_ + left * widened


def equally_likely(accepted: Accepted, rows: int, key: int) -> np.ndarray:
    """So many rows of logits, each as likely as any other: systematic resampling by keyed luck."""
    edges = np.cumsum(accepted.weights)
    places = (np.arange(rows) + luck.uniform(key)) / rows * edges[-1]
    taken = np.minimum(np.searchsorted(edges, places), len(edges) - 1)
    return accepted.logits[taken]


def mean_and_variance(accepted: Accepted, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each parameter, over the accepted runs. `values` are theirs, (runs, parameters)."""
    mean = accepted.weights @ values
    return mean, accepted.weights @ (values - mean) ** 2
