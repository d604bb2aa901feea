"""Means, intervals and bands over replications, and paired differences from the baseline.

Replications are nested in parameter draws: x[d, i] = mean + draw[d] + chance[d, i], the one-way
random-effects design (Searle, Casella and McCulloch 1992, *Variance Components*, chapter 3).
With n[d] replications in draw d, n in all and D draws:

- `all` (chance and parameters). Draws are independent of each other; the replications in one
  draw are not, so the interval comes from the draws: mean ± t(D−1) · se, where
  se² = D/(D−1) · Σ (n[d] · (mean[d] − mean))² / n². With equal n[d] this is the usual t interval
  of the draw means. Percentiles are those of all the replications.
- `process` (chance alone). Variance within draws is pooled, s² = Σ (x − mean[d])² / Σ (n[d] − 1),
  and the interval of the mean, given these parameters, is mean ± t(Σ (n[d] − 1)) · s / √n.
  Percentiles are those of m + (x − m) · √(s² / (s² + b²)), where m is the median and
  b² = max(0, (B − s²) / n0) the variance between draws, B their mean square and
  n0 = (n − Σ n[d]² / n) / (D − 1): the distribution of all the replications, drawn in to the
  share of its variance that is chance. So the narrower band never leaves the wider one, and
  skewed measures stay skewed.

Intervals hold 95 %. Percentiles interpolate linearly between order statistics (numpy's default).
A difference pairs the same replication of two scenarios, which share their luck. Where there
are too few draws or replications to know a figure, it is left empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from scipy.special import stdtrit

COLUMNS = [
    *("scenario", "measure", "unit", "calendar", "period", "group", "uncertainty", "replications"),
    *("mean", "ci_low", "ci_high", "p10", "p50", "p90", "diff_mean", "diff_ci_low", "diff_ci_high"),
]
PERCENTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
CONFIDENCE = 0.95
KINDS = ("process", "all")


class Replications:
    """Yearly values as they come in: for each scenario, replication by replication."""

    def __init__(self) -> None:
        self.keys: dict[str, int] = {}
        """calendar,period,measure,group → its number"""
        self.draws: dict[int, int] = {}
        """replication → parameter draw"""
        self._parts: dict[str, dict[int, tuple[np.ndarray, np.ndarray]]] = {}

    def add(
        self, scenario: str, draw: int, replication: int, keys: Iterable[str], values: np.ndarray
    ) -> None:
        known = self.keys
        rows = np.array([known.setdefault(key, len(known)) for key in keys], dtype=np.int64)
        self.draws[replication] = draw
        self._parts.setdefault(scenario, {})[replication] = (rows, values)

    def matrices(self, scenarios: Iterable[str]) -> dict[str, np.ndarray]:
        """Scenario → one row a key, one column a replication; what is absent is not a number."""
        columns = {replication: column for column, replication in enumerate(sorted(self.draws))}
        filled = {}
        for scenario in scenarios:
            matrix = np.full((len(self.keys), len(columns)), np.nan)
            for replication, (rows, values) in self._parts.get(scenario, {}).items():
                matrix[rows, columns[replication]] = values
            filled[scenario] = matrix
        return filled

    def summary(self, scenarios: Iterable[str], units: Mapping[str, str]) -> pd.DataFrame:
        """The summary table; the first scenario is the baseline."""
        draws = np.array([self.draws[replication] for replication in sorted(self.draws)], dtype=int)
        matrices = self.matrices(scenarios)
        names = pd.DataFrame(
            [key.split(",") for key in self.keys], columns=["calendar", "period", "measure", "group"]
        )
        names["unit"] = names["measure"].map(units).fillna("")
        baseline = next(iter(matrices.values()), None)
        tables = []
        for place, (scenario, matrix) in enumerate(matrices.items()):
            compared = matrix - baseline if place else None
            tables.append(_scenario_table(scenario, place, names, matrix, compared, draws))
        if not tables:
            return pd.DataFrame(columns=COLUMNS)
        table = pd.concat(tables, ignore_index=True)
        order = ["place", "measure", "calendar", "period", "group", "uncertainty"]
        return table.sort_values(order, kind="stable", ignore_index=True)[COLUMNS]


def as_csv(table: pd.DataFrame) -> str:
    """The summary as it is stored: at most twelve significant digits, nothing where nothing is known."""
    return table.to_csv(index=False, float_format="%.12g", lineterminator="\n")


def _scenario_table(
    scenario: str,
    place: int,
    names: pd.DataFrame,
    matrix: np.ndarray,
    compared: np.ndarray | None,
    draws: np.ndarray,
) -> pd.DataFrame:
    figures = describe(matrix, draws)
    differences = describe(compared, draws) if compared is not None else {}
    tables = []
    for kind in KINDS:
        table = names.assign(scenario=scenario, place=place, uncertainty=kind, **figures[kind])
        for name in ("mean", "ci_low", "ci_high"):
            table[f"diff_{name}"] = differences[kind][name] if differences else np.nan
        tables.append(table[table["replications"] > 0])
    return pd.concat(tables, ignore_index=True)


def describe(matrix: np.ndarray, draws: np.ndarray) -> dict[str, dict[str, np.ndarray]]:
    """Both kinds of figures for each row. `draws` ascends: the draw of each column."""
    present = ~np.isnan(matrix)
    count = present.sum(axis=1)
    starts = np.flatnonzero(np.diff(draws, prepend=draws[:1] - 1))
    filled = np.where(present, matrix, 0.0)
    in_draw = np.add.reduceat(present.astype(int), starts, axis=1) if len(starts) else present.astype(int)
    sums = np.add.reduceat(filled, starts, axis=1) if len(starts) else filled
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = filled.sum(axis=1) / count
        draw_means = sums / in_draw
        process = _process(matrix, mean, draw_means, in_draw, count, draws, starts)
        everything = _everything(matrix, mean, draw_means, in_draw, count)
    for figures in (process, everything):
        for name, values in figures.items():
            figures[name] = values + 0.0 if values.dtype.kind == "f" else values
    return {"process": process, "all": everything}


def _process(
    matrix: np.ndarray,
    mean: np.ndarray,
    draw_means: np.ndarray,
    in_draw: np.ndarray,
    count: np.ndarray,
    draws: np.ndarray,
    starts: np.ndarray,
) -> dict[str, np.ndarray]:
    draw_of_column = np.searchsorted(draws[starts], draws)
    residuals = matrix - draw_means[:, draw_of_column]
    freedom = np.maximum(in_draw - 1, 0).sum(axis=1)
    variance = np.where(np.isnan(residuals), 0.0, residuals**2).sum(axis=1) / freedom
    half = _t(freedom) * np.sqrt(variance / count)
    between = _variance_between(mean, draw_means, in_draw, count, variance)
    chance = np.where(variance + between > 0, variance / (variance + between), 1.0)
    middle = percentiles(matrix)["p50"][:, None]
    spread = middle + (matrix - middle) * np.sqrt(chance)[:, None]
    return _figures(count, mean, half, np.where(freedom[:, None] > 0, spread, np.nan))


def _variance_between(
    mean: np.ndarray, draw_means: np.ndarray, in_draw: np.ndarray, count: np.ndarray, within: np.ndarray
) -> np.ndarray:
    """Variance of the draws' own means: what is left of their mean square once chance is taken off."""
    more_draws = (in_draw > 0).sum(axis=1) - 1
    deviations = np.where(in_draw > 0, draw_means - mean[:, None], 0.0)
    mean_square = (in_draw * deviations**2).sum(axis=1) / np.maximum(more_draws, 1)
    typical_size = (count - (in_draw**2).sum(axis=1) / count) / np.maximum(more_draws, 1)
    between = np.maximum(mean_square - within, 0.0) / np.where(typical_size > 0, typical_size, 1.0)
    return np.where(more_draws > 0, between, 0.0)


def _everything(
    matrix: np.ndarray, mean: np.ndarray, draw_means: np.ndarray, in_draw: np.ndarray, count: np.ndarray
) -> dict[str, np.ndarray]:
    draws_present = (in_draw > 0).sum(axis=1)
    deviations = np.where(in_draw > 0, in_draw * (draw_means - mean[:, None]), 0.0)
    squared_error = draws_present / (draws_present - 1) * (deviations**2).sum(axis=1) / count**2
    half = _t(draws_present - 1) * np.sqrt(squared_error)
    spread = np.where(draws_present[:, None] > 1, matrix, np.nan)
    return _figures(count, mean, half, spread)


def _figures(
    count: np.ndarray, mean: np.ndarray, half: np.ndarray, spread: np.ndarray
) -> dict[str, np.ndarray]:
    return {
        "replications": count,
        "mean": mean,
        "ci_low": mean - half,
        "ci_high": mean + half,
        **percentiles(spread),
    }


def _t(freedom: np.ndarray) -> np.ndarray:
    """The t quantile of the interval; not a number without a degree of freedom."""
    return np.where(freedom > 0, stdtrit(np.maximum(freedom, 1), (1 + CONFIDENCE) / 2), np.nan)


def percentiles(values: np.ndarray) -> dict[str, np.ndarray]:
    """Percentiles of the numbers in each row, passing over what is absent."""
    ordered = np.sort(values, axis=1)  # what is not a number goes last
    count = (~np.isnan(ordered)).sum(axis=1)
    rows = np.arange(len(ordered))
    found = {}
    for name, share in PERCENTILES.items():
        place = share * np.maximum(count - 1, 0)
        below = np.floor(place).astype(int)
        above = np.minimum(below + 1, np.maximum(count - 1, 0))
        low, high = ordered[rows, below], ordered[rows, above]
        found[name] = low + (high - low) * (place - below)
    return found
