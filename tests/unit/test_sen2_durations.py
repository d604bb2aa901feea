"""Durations of stages with the open ones counted: against known truths and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments.evidence.returns.durations import Durations, lognormal, quantiles, told
from experiments.evidence.returns.fitted import Fitted

MU, SIGMA = math.log(110), 0.55
"""Half of the stages last 110 days or more, so many of those begun in the autumn are open in January."""


def followed_to_the_census(seed: int, size: int = 600) -> Durations:
    """Stages entered evenly over a year, seen until 16 January after it, in whole days."""
    luck = np.random.Generator(np.random.Philox(key=seed))
    entered = luck.uniform(0, 365, size)
    lasted = np.exp(MU + SIGMA * luck.standard_normal(size))
    until = 380 - entered
    return Durations(np.round(np.minimum(lasted, until)), lasted <= until)


def completed_only(sample: Durations) -> Durations:
    """What somebody would fit who leaves the open cases out."""
    return Durations(sample.days[sample.done], np.ones(sample.ended, dtype=bool))


def by_group(rows: list[Fitted]) -> dict[str, Fitted]:
    return {row.group: row for row in rows}


def holds(row: Fitted, truth: float) -> bool:
    assert row.low is not None and row.high is not None
    return row.low <= truth <= row.high


def test_a_known_lognormal_is_found_with_the_open_cases_in_and_missed_without() -> None:
    samples = [followed_to_the_census(seed) for seed in range(20)]
    fitted = [by_group(list(lognormal("stage", sample))) for sample in samples]
    found = {
        name: sum(holds(rows[f"lognormal={name}"], truth) for rows in fitted)
        for name, truth in (("mu", MU), ("sigma", SIGMA))
    }
    assert min(found.values()) >= 16  # of 20 intervals of 95 %: fewer by chance once in 2,500
    naive = [by_group(list(lognormal("stage", completed_only(sample)))) for sample in samples]
    assert sum(holds(rows["lognormal=mu"], MU) for rows in naive) == 0


def test_the_median_is_found_with_the_open_cases_in_and_missed_without() -> None:
    sample, truth = followed_to_the_census(31), math.exp(MU)
    assert holds(by_group(list(quantiles("stage", sample, 10)))["quantile=0.5"], truth)
    naive = by_group(list(quantiles("stage", completed_only(sample), 10)))["quantile=0.5"]
    assert naive.high is not None and naive.high < truth


def test_kaplan_and_meiers_quantiles_by_hand() -> None:
    # 20 stages: over on days 1 to 10, one a day; ten others lost from sight on day 5, after that day's end.
    days = np.array([*range(1, 11), *[5] * 10], dtype=float)
    done = np.array([True] * 10 + [False] * 10)
    # Still there after day 5: 15/20. Five are left, so day 6: 15/20 × 4/5 = 0.6; day 7: 0.45; day 9: 0.15.
    rows = by_group(list(quantiles("stage", Durations(days, done), 1)))
    assert {group: row.value for group, row in rows.items()} == {
        "quantile=0.25": 5,
        "quantile=0.5": 7,
        "quantile=0.75": 9,
        "quantile=0.9": 10,
    }


def test_without_open_cases_the_fit_is_the_mean_and_deviation_of_the_logarithms() -> None:
    days = np.array([10.0, 20, 30, 45, 70, 100, 33, 28, 51, 64])
    rows = by_group(list(lognormal("stage", Durations(days, np.ones(10, dtype=bool)))))
    assert rows["lognormal=mu"].value == pytest.approx(np.log(days).mean(), abs=1e-3)
    assert rows["lognormal=sigma"].value == pytest.approx(np.log(days).std(), abs=1e-3)
    error = np.log(days).std() / math.sqrt(10)
    assert rows["lognormal=mu"].high == pytest.approx(np.log(days).mean() + 1.96 * error, abs=2e-3)


def test_a_quantile_needs_ten_completed_stages_on_either_side() -> None:
    days = np.arange(1, 25, dtype=float)
    rows = quantiles("stage", Durations(days, np.ones(24, dtype=bool)), 10)
    assert [row.group for row in rows] == ["quantile=0.5"]


def test_the_number_of_completed_stages_is_kept_back_where_it_tells_how_few_are_open() -> None:
    row = Fitted("stage", "quantile=0.5", 30, 20, 40, 60, 57, "days", "method")
    assert told(row, 10).events is None and "fewer than 10" in told(row, 10).method
    full = Fitted("stage", "quantile=0.5", 30, 20, 40, 60, 40, "days", "method")
    assert told(full, 10) == full
