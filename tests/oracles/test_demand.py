"""Requests: how many are expected, by hand; who comes when a rate changes; and their spread."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import pytest
from scipy import stats
from small_settings import by_band, small_config, small_settings

from sim.calendars import Calendar
from sim.luck import Luck
from sim.service.demand import Demand, Request, population
from sim.settings import AGES, Settings

ALPHA = 0.001
START = date(2020, 1, 1)


def demand_of(settings: Settings, replication: int = 1) -> Demand:
    days = round(settings.run.years * 366)
    return Demand(settings, Luck(settings.run.seed, replication), Calendar(START, days + 40))


def requests(settings: Settings, replication: int = 1) -> list[Request]:
    demand = demand_of(settings, replication)
    return [request for month in range(settings.run.months) for request in demand.month(month)]


def test_expected_requests_are_people_times_rate_times_share_times_season() -> None:
    settings = small_settings(
        authority={"population": {2020: [1000] * 5 + [2400] * 21}},
        demand={
            "requests_per_1000": [5] * 26,
            "need_shares": by_band({"ASD": 0.75, "SEMH": 0.25}),
            "month_weights": [3, *[1] * 9, 0, 0],
            "request_rate_multiplier": {date(2020, 1, 1): 1.0, date(2020, 3, 1): 2.0},
            "shocks": {date(2020, 1, 1): 1.0, date(2020, 2, 1): 0.5},
        },
    )
    demand = demand_of(settings)
    january, february, march, december = (demand.expected(date(2020, month, 1)) for month in (1, 2, 3, 12))
    # A quarter of the year's 2,400 × 5 / 1,000 = 12 requests come in January, a twelfth in February.
    assert january["ASD", 7] == pytest.approx(12 * 0.75 / 4)
    assert january["SEMH", 7] == pytest.approx(12 * 0.25 / 4)
    assert january["SEMH", 4] == pytest.approx(5 * 0.25 / 4)
    assert february["ASD", 7] == pytest.approx(12 * 0.75 / 12 * 0.5)
    assert march["ASD", 7] == pytest.approx(12 * 0.75 / 12 * 0.5 * 2)
    assert sum(december.values()) == 0


def test_growth_without_shocks_is_compound_interest_from_the_base_year() -> None:
    growth = {date(2020, 1, 1): 0.10, date(2023, 1, 1): 0.0, date(2024, 1, 1): -0.5}
    demand = demand_of(small_settings(needs={"ASD": {"growth_per_year": growth}}))
    found = [demand.growth(year)["ASD"] for year in range(2018, 2025)]
    assert found == pytest.approx([1, 1, 1, 1.1, 1.21, 1.21, 0.605])
    assert demand.growth(2024)["SEMH"] == 1


def test_growth_that_all_needs_share_compounds_with_each_needs_own() -> None:
    needs = {"ASD": {"growth_per_year": 0.10}}
    shared = demand_of(small_settings(needs=needs, demand={"growth_per_year": 0.05}))
    assert shared.growth(2022)["ASD"] == pytest.approx((1.10 * 1.05) ** 2)
    assert shared.growth(2022)["SEMH"] == pytest.approx(1.05**2)
    none, left_out = ({"growth_per_year": 0.0}, {})
    with_none, without = (demand_of(small_settings(needs=needs, demand=each)) for each in (none, left_out))
    assert with_none.growth(2022) == without.growth(2022)


def test_shocks_leave_the_mean_on_the_drift_and_have_the_spread_that_was_set() -> None:
    settings = small_settings(
        needs={"ASD": {"growth_per_year": 0.05, "volatility": 0.4}}, demand={"common_volatility": 0.3}
    )
    calendar = Calendar(START, 31)
    growth = [Demand(settings, Luck(5, n), calendar).growth(2021) for n in range(4000)]
    asd, semh = (np.array([one[need] for one in growth]) for need in ("ASD", "SEMH"))
    assert stats.ttest_1samp(asd, 1.05).pvalue > ALPHA
    assert stats.ttest_1samp(semh, 1.0).pvalue > ALPHA
    assert np.log(asd).std() == pytest.approx(0.5, rel=0.05)  # 0.4 and 0.3 at right angles
    assert np.log(semh).std() == pytest.approx(0.3, rel=0.05)
    assert np.corrcoef(np.log(asd), np.log(semh))[0, 1] == pytest.approx(0.3 / 0.5, abs=0.05)


def test_population_lies_on_a_straight_line_between_mid_years() -> None:
    by_year = {2020: [1000.0] * AGES, 2021: [1120.0] * AGES, 2023: [1000.0] * AGES}
    found = {
        (year, month): population(by_year, date(year, month, 1))[9]
        for year, month in [
            (2019, 3),
            (2020, 7),
            (2020, 10),
            (2021, 1),
            (2021, 7),
            (2022, 7),
            (2023, 1),
            (2030, 1),
        ]
    }
    assert found == pytest.approx(
        {
            (2019, 3): 1000,
            (2020, 7): 1000,
            (2020, 10): 1030,
            (2021, 1): 1060,
            (2021, 7): 1120,
            (2022, 7): 1060,
            (2023, 1): 1030,
            (2030, 1): 1000,
        }
    )


def with_multiplier(value: float) -> Settings:
    return small_settings(demand={"request_rate_multiplier": value})


@pytest.mark.parametrize("raised", [1.01, 1.3, 3.0])
def test_a_raised_rate_keeps_every_child_on_its_day_and_only_adds_others(raised: float) -> None:
    before, after = requests(with_multiplier(1.0)), requests(with_multiplier(raised))
    assert set(before) < set(after)
    still_there = set(before)
    assert [request for request in after if request in still_there] == before
    assert len({request.key for request in after}) == len(after)


def test_a_raised_rate_adds_the_last_children_of_each_cell() -> None:
    before, after = requests(with_multiplier(4.0)), requests(with_multiplier(6.0))

    def by_cell(found: list[Request]) -> dict[tuple, list[int]]:
        cells: dict[tuple, list[int]] = {}
        for one in found:
            cells.setdefault((one.need, one.cohort, one.day // 32), []).append(one.key)
        return cells

    january = {cell: keys for cell, keys in by_cell(after).items() if cell[2] == 0}
    earlier = by_cell(before)
    for cell, keys in january.items():
        in_january = earlier.get(cell, [])
        assert keys[: len(in_january)] == in_january


def test_another_needs_growth_moves_nobody() -> None:
    faster = small_settings(needs={"SEMH": {"growth_per_year": 0.5, "volatility": 0.2}})
    plain, changed = requests(small_settings()), requests(faster)
    assert [one for one in changed if one.need == "ASD"] == [one for one in plain if one.need == "ASD"]
    assert len(changed) > len(plain)


def test_a_need_cut_out_of_another_moves_nobody_of_the_first() -> None:
    config = small_config()
    config["needs"] = {"HI": {"growth_per_year": 0.0}, **config["needs"]}
    config["demand"]["need_shares"] = by_band({"HI": 0.2, "ASD": 0.5, "SEMH": 0.3})
    with_hi, plain = requests(Settings.model_validate(config)), requests(small_settings())
    assert [one for one in with_hi if one.need == "ASD"] == [one for one in plain if one.need == "ASD"]
    assert {one.need for one in with_hi} == {"HI", "ASD", "SEMH"}
    assert {one for one in with_hi if one.need == "SEMH"} < set(plain)


def test_months_may_be_asked_for_in_any_order() -> None:
    settings = small_settings(needs={"ASD": {"growth_per_year": 0.1, "volatility": 0.3}})
    forwards, backwards = demand_of(settings), demand_of(settings)
    last_first = {month: list(backwards.month(month)) for month in reversed(range(24))}
    assert all(list(forwards.month(month)) == last_first[month] for month in range(24))


def test_requests_come_on_working_days_of_their_month() -> None:
    settings = with_multiplier(30.0)
    demand = demand_of(settings)
    calendar = demand.calendar
    for month in range(12):
        days = {request.day for request in demand.month(month)}
        assert all(calendar.is_working[day] for day in days)
        assert {calendar.date_of(day).month for day in days} == {month + 1}
        assert len(days) >= 18  # with some 160 requests a month, hardly a working day has none


def test_ages_are_those_on_the_31_august_before() -> None:
    only_sevens = small_settings(demand={"requests_per_1000": [0] * 7 + [50] + [0] * 18})
    cohorts = {(request.day >= 244, request.cohort) for request in requests(only_sevens) if request.day < 366}
    assert cohorts == {(False, 2019 - 7), (True, 2020 - 7)}  # 2020-09-01 is day 244


def counts_by_cell(settings: Settings, replications: int) -> np.ndarray:
    """Requests by replication, month and age, in one need."""
    counts = np.zeros((replications, settings.run.months, AGES), dtype=int)
    for replication in range(replications):
        demand = demand_of(settings, replication)
        for month in range(settings.run.months):
            year = 2020 if month >= 8 else 2019
            for request in demand.month(month):
                if request.need == "ASD":
                    counts[replication, month, year - request.cohort] += 1
    return counts


def test_counts_scatter_as_poisson_counts_and_follow_the_seasons() -> None:
    weights = [1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1]
    settings = small_settings(
        run={"years": 1}, demand={"requests_per_1000": [24] * 10 + [0] * 16, "month_weights": weights}
    )
    counts = counts_by_cell(settings, 40)[:, :, :10]
    mean = 1000 * 0.024 * 0.5 * np.array(weights)[None, :, None] / sum(weights)
    cells = counts.size
    dispersion = ((counts - mean) ** 2 / mean).sum()
    # A Poisson count's squared deviation over its mean has mean 1 and variance 2 + 1/mean.
    spread = np.sqrt((2 + 1 / np.broadcast_to(mean, counts.shape)).sum())
    assert abs(dispersion - cells) < stats.norm.ppf(1 - ALPHA / 2) * spread
    by_month = counts.sum(axis=(0, 2))
    expected = by_month.sum() * np.array(weights) / sum(weights)
    assert stats.chisquare(by_month, expected).pvalue > ALPHA


def test_requests_of_a_month_scatter_evenly_over_its_working_days() -> None:
    days = Counter(
        request.day
        for replication in range(30)
        for request in demand_of(with_multiplier(5.0), replication).month(0)
    )
    assert stats.chisquare(list(days.values())).pvalue > ALPHA
    assert len(days) == 22  # January 2020: 23 weekdays less New Year's Day
