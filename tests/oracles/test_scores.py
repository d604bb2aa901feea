"""Scores of forecasts against closed forms and against counting by hand."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from scipy import stats

from experiments.backtest import scores

EVENLY = (np.arange(1, 20_001) - 0.5) / 20_000


def generator() -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=5))


@pytest.mark.parametrize("count", [1, 2, 7])
def test_a_forecast_of_one_value_scores_its_absolute_error(count: int) -> None:
    assert scores.crps(np.full(count, 12.0), 15.5) == 3.5


def test_two_draws_either_side_of_the_outcome_score_what_is_worked_out_by_hand() -> None:
    # Mean distance 2, half the mean distance of the pair 0.5 * 4.
    assert scores.crps(np.array([8.0, 12.0]), 10.0) == 0.0
    assert scores.crps(np.array([8.0, 12.0]), 13.0) == 1.0


def test_the_score_is_the_double_sum_of_its_definition() -> None:
    draws = generator().gamma(2.0, 30.0, 41)
    pairs = sum(abs(one - other) for one in draws for other in draws)
    for observed in (0.0, 47.3, 400.0):
        expected = np.abs(draws - observed).mean() - pairs / (2 * 41 * 40)
        assert scores.crps(draws, observed) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("observed", [-30.0, 95.0, 100.0, 131.0])
def test_a_large_normal_forecast_scores_its_closed_form(observed: float) -> None:
    mean, spread = 100.0, 12.0
    z = (observed - mean) / spread
    closed = spread * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / math.sqrt(math.pi))
    assert scores.crps(stats.norm.ppf(EVENLY, mean, spread), observed) == pytest.approx(closed, abs=2e-3)


@pytest.mark.parametrize("observed", [-0.5, 0.0, 0.3, 1.0, 1.75])
def test_a_large_uniform_forecast_scores_its_closed_form(observed: float) -> None:
    inside = min(max(observed, 0.0), 1.0)
    closed = (inside**3 + (1 - inside) ** 3) / 3 + abs(observed - inside)
    assert scores.crps(EVENLY, observed) == pytest.approx(closed, abs=1e-4)


def test_the_mean_score_does_not_depend_on_how_many_draws_there_are() -> None:
    """Over every possible ensemble of two or three draws, the mean is the score of the distribution."""
    values, observed = (0.0, 1.0, 4.0), 1.5
    distances = [abs(one - other) for one, other in product(values, repeat=2)]
    whole = np.mean([abs(value - observed) for value in values]) - np.mean(distances) / 2
    for count in (2, 3):
        every = [scores.crps(np.array(draws), observed) for draws in product(values, repeat=count)]
        assert np.mean(every) == pytest.approx(whole, rel=1e-12)


def test_quantiles_stand_at_their_places_among_the_draws() -> None:
    found = scores.quantiles(np.arange(39, 0, -1, dtype=float))
    assert found["p2_5"] == 1.0 and found["p97_5"] == 39.0
    assert found["p50"] == 20.0 and found["p10"] == 4.0 and found["p75"] == 30.0


def test_with_nine_draws_the_80_percent_range_holds_8_of_10_further_draws() -> None:
    """The further draw is equally likely to have any of the ten ranks."""
    held = 0
    for rank in range(10):
        draws = np.array([place for place in range(10) if place != rank], dtype=float)
        found = scores.quantiles(draws)
        held += found["p10"] <= rank <= found["p90"]
    assert held == 8


def test_few_draws_give_their_extremes_and_nothing_beyond() -> None:
    found = scores.quantiles(np.array([3.0, 5.0]))
    assert (found["p2_5"], found["p97_5"]) == (3.0, 5.0)


def test_the_place_of_an_outcome_is_its_rank_among_the_draws() -> None:
    draws = np.array([1.0, 2.0, 2.0, 5.0])
    # Four draws leave five places; `u` decides within one, and an outcome equal to two draws spans three.
    assert [scores.pit(draws, each, 0.0) for each in (0.0, 2.0, 3.0, 9.0)] == pytest.approx(
        [0, 0.2, 0.6, 0.8]
    )
    assert [scores.pit(draws, each, 1.0) for each in (0.0, 2.0, 3.0, 9.0)] == pytest.approx(
        [0.2, 0.8, 0.8, 1]
    )


def test_places_are_flat_for_a_perfect_forecast_of_any_number_of_draws() -> None:
    u = (np.arange(1000) + 0.5) / 1000
    for count in (7, 40):
        draws = np.arange(float(count))
        # The outcome is equally likely to have any rank from below all draws to above them.
        places = [scores.pit(draws, rank - 0.5, each) for rank in range(count + 1) for each in u]
        bins = np.array(scores.pit_histogram(np.array(places)))
        assert bins == pytest.approx(np.full(10, 100 * (count + 1)), abs=count + 1)


def test_outcomes_drawn_from_the_forecast_fill_every_tenth_alike() -> None:
    draws = np.arange(1, 100, dtype=float)
    places = np.array([scores.pit(draws, each + 0.5) for each in range(100)])
    assert scores.pit_histogram(places) == [10] * 10


def test_a_perfect_forecaster_of_150_holds_between_107_and_132_at_80_percent() -> None:
    assert scores.perfect_range(150, 80) == (107, 132)
    assert scores.perfect_range(30, 80) == (18, 29)


def test_half_the_error_everywhere_is_a_skill_of_half_without_doubt() -> None:
    rivals = np.array([[4.0, 8.0, 2.0], [2.0, 2.0, 1.0]])
    ours = rivals * np.array([[0.5], [1.0]])
    found = scores.skill(ours, rivals, generator())
    assert (found.skill, found.low, found.high) == (0.5, 0.5, 0.5)
    assert found.difference == -7 / 5
    assert (found.authorities, found.better) == (3, 3)


def test_the_same_scores_are_no_skill() -> None:
    same = np.array([[4.0, 8.0, 2.0], [2.0, 2.0, 1.0]])
    found = scores.skill(same, same, generator())
    assert (found.skill, found.low, found.high, found.difference, found.better) == (0, 0, 0, 0, 0)


def test_the_interval_of_skill_holds_the_truth_about_as_often_as_it_says() -> None:
    """Authorities differ at random about a true skill of 0.2; 300 backtests of 60 authorities."""
    random, held = np.random.Generator(np.random.Philox(key=11)), 0
    for _ in range(300):
        rivals = random.gamma(4.0, 1.0, 60)
        ours = 0.8 * rivals * random.gamma(9.0, 1 / 9, 60)
        ones = np.ones(60)
        found = scores.skill(np.array([ours, ones]), np.array([rivals, ones]), random, times=400)
        held += found.low <= 0.2 <= found.high
    assert 270 <= held <= 296
