"""The posterior from nearest runs, held against posteriors that are known exactly."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("sklearn")

from experiments.calibration.posterior import Table, accept, equally_likely, infer_with, mean_and_variance

RUNS = 20_000


def generator(*key: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=key))


def table(parameters: np.ndarray, figures: np.ndarray) -> Table:
    return Table(parameters, figures, np.ones(len(parameters)))


@pytest.mark.parametrize("observed", [-1.5, 0.0, 2.0])
@pytest.mark.parametrize("spread", [0.5, 2.0])
def test_a_normal_mean_with_known_variance(observed: float, spread: float) -> None:
    luck = generator(1, round(10 * spread))
    mean = luck.normal(size=(RUNS, 1))
    figure = mean + spread * luck.normal(size=(RUNS, 1))
    accepted = accept(table(mean, figure), np.array([observed]), 2000)
    found, variance = mean_and_variance(accepted, accepted.logits)
    exact = 1 / (1 + 1 / spread**2)
    runs = 1 / np.sum(accepted.weights**2)
    assert found[0] == pytest.approx(exact / spread**2 * observed, abs=4 * np.sqrt(exact / runs))
    assert variance[0] == pytest.approx(exact, rel=4 * np.sqrt(2 / runs))


def test_two_parameters_that_figures_tie_together() -> None:
    """Two standard normal parameters, their sum seen closely and the second one loosely."""
    luck = generator(2, 0)
    parameters = luck.normal(size=(RUNS, 2))
    seen, noise = np.array([[1.0, 1.0], [0.0, 1.0]]), np.array([0.3, 1.0])
    figures = parameters @ seen.T + noise * luck.normal(size=(RUNS, 2))
    observed = np.array([0.8, -0.5])
    accepted = accept(table(parameters, figures), observed, 2000)
    precision = np.eye(2) + seen.T @ np.diag(1 / noise**2) @ seen
    covariance = np.linalg.inv(precision)
    mean = covariance @ (seen.T @ (observed / noise**2))
    found, _ = mean_and_variance(accepted, accepted.logits)
    around = accepted.logits - found
    spread = (accepted.weights[:, None] * around).T @ around
    assert covariance[0, 1] < -0.3, "the case must have something to tie together"
    assert found == pytest.approx(mean, abs=0.06)
    assert spread == pytest.approx(covariance, abs=0.06)


def test_without_the_regression_the_same_runs_would_be_too_wide() -> None:
    luck = generator(3, 0)
    mean = luck.normal(size=(RUNS, 1))
    figure = mean + 0.1 * luck.normal(size=(RUNS, 1))
    accepted = accept(table(mean, figure), np.array([0.0]), 8000)
    _, adjusted = mean_and_variance(accepted, accepted.logits)
    _, plain = mean_and_variance(accepted, mean[accepted.rows])
    assert adjusted[0] == pytest.approx(0.01 / 1.01, rel=0.1)
    assert plain[0] > 5 * adjusted[0]


def test_a_few_hundred_runs_and_many_figures_are_not_too_sure() -> None:
    """Eleven figures say nothing at all: what is left of the variance must still be 1."""
    variances = []
    for number in range(40):
        luck = generator(4, number)
        runs = table(luck.normal(size=(400, 1)), luck.normal(size=(400, 11)))
        accepted = infer_with(0.2)(runs, np.zeros(11))
        _, variance = mean_and_variance(accepted, accepted.logits)
        variances.append(variance[0])
    assert np.mean(variances) == pytest.approx(1, abs=0.06)


def test_runs_that_stand_for_several_count_as_several() -> None:
    """Every second run above 0 left out and the rest weighted 2: the same posterior."""
    luck = generator(5, 0)
    mean = luck.normal(size=(RUNS, 1))
    figure = mean + luck.normal(size=(RUNS, 1))
    kept = (mean[:, 0] < 0) | (np.arange(RUNS) % 2 == 0)
    weights = np.where(mean[kept, 0] < 0, 1.0, 2.0)
    accepted = accept(Table(mean[kept], figure[kept], weights), np.array([0.4]), 2500)
    found, variance = mean_and_variance(accepted, accepted.logits)
    assert found[0] == pytest.approx(0.2, abs=0.06)
    assert variance[0] == pytest.approx(0.5, abs=0.06)


def test_a_figure_that_never_varies_is_no_distance() -> None:
    luck = generator(6, 0)
    mean = luck.normal(size=(2000, 1))
    figures = np.hstack([mean + luck.normal(size=(2000, 1)), np.full((2000, 1), 100.0)])
    with_it = accept(table(mean, figures), np.array([0.5, 100.0]), 300)
    without = accept(table(mean, figures[:, :1]), np.array([0.5]), 300)
    assert np.array_equal(with_it.rows, without.rows)
    assert with_it.logits == pytest.approx(without.logits)


def test_equally_likely_rows_repeat_each_run_as_often_as_it_weighs() -> None:
    from experiments.calibration.posterior import Accepted

    accepted = Accepted(np.arange(3), np.array([0.5, 0.3, 0.2]), np.array([[1.0], [2.0], [3.0]]))
    rows = equally_likely(accepted, 10, key=12345)
    assert [int(np.sum(rows == value)) for value in (1, 2, 3)] == [5, 3, 2]
    assert np.array_equal(rows, equally_likely(accepted, 10, key=12345))
