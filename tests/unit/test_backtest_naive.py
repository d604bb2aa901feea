"""The naive forecasts: their points, the errors they learn from, and that they cannot see ahead."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.backtest import naive_methods as naive
from experiments.backtest.targets import TARGETS

PLANS, RATE = TARGETS["plans"], TARGETS["timeliness"]


def growing(number: int = 25, factor: float = 1.05, years: range = range(2015, 2022)):
    """Authorities of different size that all grow by the same factor."""
    return {
        f"E{n}": {year: (100 + 10 * n) * factor ** (year - 2015) for year in years} for n in range(number)
    }


def test_last_value_says_the_last_year_again() -> None:
    assert naive.last_value({2019: 90.0, 2020: 120.0}, 2020, 3, False) == 120.0
    assert naive.last_value({2019: 90.0}, 2020, 1, False) is None


def test_growth_repeats_the_last_years_factor() -> None:
    assert naive.growth({2019: 100.0, 2020: 110.0}, 2020, 2, False) == pytest.approx(133.1)


@pytest.mark.parametrize(("before", "factor"), [(50.0, naive.MOST_FACTOR), (400.0, naive.LEAST_FACTOR)])
def test_growth_is_kept_within_its_bounds(before: float, factor: float) -> None:
    assert naive.growth({2019: before, 2020: 100.0}, 2020, 2, False) == pytest.approx(100 * factor**2)


def test_growth_of_a_rate_repeats_its_change_in_points_up_to_a_bound() -> None:
    assert naive.growth({2019: 50.0, 2020: 54.0}, 2020, 2, True) == 62.0
    assert naive.growth({2019: 20.0, 2020: 60.0}, 2020, 2, True) == 60.0 + 2 * naive.MOST_POINTS
    assert naive.growth({2019: 96.0, 2020: 99.0}, 2020, 4, True) == 100.0


def test_growth_needs_the_year_before_and_something_in_it() -> None:
    assert naive.growth({2018: 90.0, 2020: 100.0}, 2020, 1, False) is None
    assert naive.growth({2019: 0.0, 2020: 100.0}, 2020, 1, False) is None


def test_a_trend_through_a_straight_line_goes_on_along_it() -> None:
    line = {year: 100.0 + 7 * (year - 2016) for year in range(2016, 2021)}
    assert naive.linear_trend(line, 2020, 3, False) == pytest.approx(149.0)


def test_a_trend_looks_at_five_years_and_passes_over_gaps() -> None:
    years = {2015: 9_999.0, 2016: 10.0, 2017: 20.0, 2020: 50.0}
    assert naive.linear_trend(years, 2020, 1, False) == pytest.approx(60.0)
    assert naive.linear_trend({2019: 40.0, 2020: 50.0}, 2020, 1, False) is None


def test_a_trend_never_falls_below_nought() -> None:
    falling = {2018: 90.0, 2019: 50.0, 2020: 10.0}
    assert naive.linear_trend(falling, 2020, 2, False) == 0.0


def test_last_value_learns_a_steady_drift_from_its_own_errors() -> None:
    history = growing()
    forecaster = naive.freeze(history, PLANS, 2021, 3)
    draws = forecaster.draws("last_value", history["E4"], 2)
    # Half a case is added before the ratio is taken, so the factor is a little under 1.05 squared.
    assert draws is not None
    assert draws.min() == pytest.approx(history["E4"][2021] * 1.05**2, rel=1e-3)
    assert draws.max() == pytest.approx(draws.min(), rel=1e-3)


def test_nothing_after_the_freeze_changes_a_forecast() -> None:
    told, untold = growing(years=range(2015, 2026)), growing()
    for values in told.values():
        values |= {year: value * 9 for year, value in values.items() if year > 2021}
    for method in naive.METHODS:
        with_future = naive.freeze(told, PLANS, 2021, 4).draws(method, told["E4"], 4)
        without = naive.freeze(untold, PLANS, 2021, 4).draws(method, untold["E4"], 4)
        assert with_future is not None and without is not None
        assert np.array_equal(with_future, without)


def test_errors_are_those_whose_outcome_was_known_by_the_freeze() -> None:
    history = growing()
    made = list(naive.trials(history, PLANS, "last_value", 3))
    errors = naive.errors_by_horizon(made, PLANS, 2018, 3)
    # Last known years 2015 to 2018: three origins a year ahead, two for two years, one for three.
    assert {h: len(each) for h, each in errors.by_horizon.items()} == {1: 75, 2: 50, 3: 25}
    assert errors.reach == 3


def test_activity_is_not_tried_at_the_end_of_the_first_year_of_the_new_law() -> None:
    made = list(naive.trials(growing(), TARGETS["plans_issued"], "last_value", 1))
    assert {trial.last for trial in made} == set(range(2016, 2021))


def test_where_no_origin_reaches_the_errors_are_stretched_in_mean_and_variance() -> None:
    errors = np.array([-0.1, 0.0, 0.4])
    further = naive.stretched(errors, 4.0)
    assert further.mean() == pytest.approx(4 * errors.mean())
    assert further.var() == pytest.approx(4 * errors.var())
    history = growing(years=range(2015, 2018))
    found = naive.freeze(history, PLANS, 2017, 4).errors["last_value"]
    assert found.reach == 2
    assert np.allclose(found.by_horizon[4], naive.stretched(found.by_horizon[2], 2.0))


def test_a_method_without_enough_earlier_errors_makes_no_forecast() -> None:
    few = growing(number=naive.FEWEST_ERRORS - 1, years=range(2015, 2017))
    forecaster = naive.freeze(few, PLANS, 2016, 2)
    assert forecaster.methods == []
    assert forecaster.draws("last_value", few["E1"], 1) is None


def test_forecasts_stay_within_what_is_possible() -> None:
    assert naive.moved(0.0, np.array([-3.0, 0.0]), False).tolist() == [0.0, 0.0]
    assert naive.moved(90.0, np.array([-95.0, 4.0, 30.0]), True).tolist() == [0.0, 94.0, 100.0]


def test_an_outcome_put_back_through_its_own_error_is_itself() -> None:
    for point, outcome in ((120.0, 95.0), (0.0, 7.0), (40.0, 0.0)):
        error = naive.error_of(point, outcome, False)
        assert naive.moved(point, np.array([error]), False)[0] == pytest.approx(outcome, abs=1e-9)
