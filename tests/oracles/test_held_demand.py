"""Requests that are held: their total, their mix or both stay what they were, and nobody else moves."""

from __future__ import annotations

from datetime import date
from math import fsum

import pytest
from small_settings import by_band, small_settings

from sim.calendars import Calendar
from sim.luck import Luck
from sim.service.demand import Demand, Request
from sim.settings import AGES, Settings

START, SINCE = date(2020, 1, 1), date(2021, 1, 1)
WEIGHTS = [3, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 4]
SHARES = {"ASD": 0.75, "SEMH": 0.25}


def settings(held: dict | None = None, **changed: object) -> Settings:
    """A thousand people of each age; ASD grows by a fifth a year, and from 2021 twice as many ask."""
    demand = {
        "requests_per_1000": [12] * AGES,
        "need_shares": by_band(SHARES),
        "month_weights": WEIGHTS,
        "request_rate_multiplier": {START: 1.0, SINCE: 2.0},
    }
    demand |= {"held": held} if held else {}
    needs = {"ASD": {"growth_per_year": 0.2}, "SEMH": {"growth_per_year": 0.0}}
    return small_settings(run={"years": 4}, needs=needs, demand=demand | changed)


def demand_of(one: Settings, replication: int = 1) -> Demand:
    return Demand(one, Luck(1, replication), Calendar(START, 1600))


def expected(one: Settings, year: int, month: int, **options: object) -> dict[str, float]:
    """Expected requests of each need in a month."""
    cells = demand_of(one).expected(date(year, month, 1), **options)
    return {need: fsum(number for (other, _), number in cells.items() if other == need) for need in one.needs}


def requests(one: Settings, replication: int = 1) -> list[Request]:
    demand = demand_of(one, replication)
    return [request for month in range(one.run.months) for request in demand.month(month)]


WHOLE = 12 * AGES
"""Requests of 2020: 12 for each thousand people, and a thousand people of each age."""


def test_what_is_not_held_grows_as_it_was_set_to() -> None:
    january = expected(settings(), 2022, 1)
    season = WEIGHTS[0] / sum(WEIGHTS)
    assert january["ASD"] == pytest.approx(WHOLE * 0.75 * 1.2**2 * 2 * season)
    assert january["SEMH"] == pytest.approx(WHOLE * 0.25 * 2 * season)


def test_held_requests_stay_those_of_the_year_before_month_by_month_while_the_mix_moves() -> None:
    one = settings({"requests_from": SINCE})
    for year in (2021, 2022, 2023):
        for month, weight in enumerate(WEIGHTS, 1):
            found = expected(one, year, month)
            assert sum(found.values()) == pytest.approx(WHOLE * weight / sum(WEIGHTS))
            if weight:
                grown = 3 * 1.2 ** (year - 2020)
                assert found["ASD"] / found["SEMH"] == pytest.approx(grown)


def test_a_held_mix_stays_that_of_the_year_before_while_the_total_moves() -> None:
    one = settings({"mix_from": SINCE})
    for year in (2021, 2023):
        held, free = (sum(expected(each, year, 3).values()) for each in (one, settings()))
        assert held == pytest.approx(free)
        found = expected(one, year, 3)
        assert found["ASD"] / found["SEMH"] == pytest.approx(3)


def test_with_both_held_every_need_and_age_stands_still() -> None:
    demand = demand_of(settings({"requests_from": SINCE, "mix_from": SINCE}))
    plain = demand_of(settings())
    for month in range(1, 13):
        year_before = plain.expected(date(2020, month, 1))
        for year in (2021, 2022, 2023):
            assert demand.expected(date(year, month, 1)) == pytest.approx(year_before)


def test_ages_are_part_of_the_mix() -> None:
    people = {2020: [1000] * AGES, 2024: [3000] * 5 + [1000] * 21}
    config = {"needs": {"ASD": {"growth_per_year": 0.0}, "SEMH": {"growth_per_year": 0.0}}}
    older = small_settings(authority={"population": people}, demand={"held": {"mix_from": SINCE}}, **config)
    free = small_settings(authority={"population": people}, **config)
    first, later = (demand_of(older).expected(date(year, 1, 1)) for year in (2021, 2023))
    share = [cells["ASD", 2] / cells["ASD", 12] for cells in (first, later)]
    assert share[0] == pytest.approx(share[1])
    now = demand_of(free).expected(date(2023, 1, 1))
    assert now["ASD", 2] / now["ASD", 12] > 1.5 * share[0]
    assert fsum(later.values()) == pytest.approx(fsum(now.values()))


def test_the_year_before_counts_its_shocks_once_and_spreads_them_by_the_season() -> None:
    shocks = {START: 1.0, date(2020, 3, 1): 0.0, date(2020, 4, 1): 1.0}
    one = settings({"requests_from": SINCE}, shocks=shocks, request_rate_multiplier=1.0)
    lost = WEIGHTS[2] / sum(WEIGHTS)
    assert sum(expected(one, 2021, 3).values()) == pytest.approx(WHOLE * (1 - lost) * lost)


def test_months_before_the_date_are_as_they_were_and_a_month_begun_is_not_held() -> None:
    middle = settings({"requests_from": date(2021, 2, 10), "mix_from": date(2021, 2, 10)})
    for month in (1, 2):
        assert expected(middle, 2021, month) == expected(settings(), 2021, month)
    march = expected(middle, 2021, 3)
    # The twelve months before March 2021 are ten of 2020 and two of 2021.
    of_2020 = fsum(WEIGHTS[2:]) / sum(WEIGHTS)
    asd = 0.75 * (of_2020 + (1 - of_2020) * 1.2 * 2) * WHOLE
    assert march["ASD"] == pytest.approx(asd * WEIGHTS[2] / sum(WEIGHTS))


def test_families_who_ask_for_early_help_lost_are_among_the_requests_held() -> None:
    one = settings({"requests_from": SINCE}, request_rate_multiplier=1.0)
    first_of_july = (date(2020, 7, 1) - START).days
    lost_in_july, lost_later = (
        expected(one, 2022, 5, more=lambda day, first=first: 3.0 if day == first else 1.0)
        for first in (first_of_july, (date(2021, 7, 1) - START).days)
    )
    plain = expected(one, 2022, 5)
    july = WEIGHTS[6] / sum(WEIGHTS)
    grown = WHOLE * july * 2 * WEIGHTS[4] / sum(WEIGHTS)
    assert sum(lost_in_july.values()) - sum(plain.values()) == pytest.approx(grown)
    assert lost_later == plain


def test_holding_what_does_not_move_keeps_every_number_to_the_last_bit() -> None:
    crooked = {
        "month_weights": [weight + 0.1 for weight in WEIGHTS],
        "requests_per_1000": [7.3 + age / 7 for age in range(AGES)],
        "need_shares": by_band({"ASD": 0.37, "SEMH": 0.63}),
    }
    held = {"held": {"requests_from": SINCE, "mix_from": SINCE}}
    still, frozen = (small_settings(run={"years": 4}, demand=crooked | each) for each in ({}, held))
    for month in range(1, 13):
        day = date(2022, month, 1)
        assert demand_of(frozen).expected(day) == demand_of(still).expected(day)
    assert requests(frozen) == requests(still)


@pytest.mark.parametrize("held", [{"requests_from": SINCE}, {"mix_from": SINCE}])
def test_held_requests_are_the_same_children_fewer_or_more_of_each_kind(held: dict) -> None:
    free, fewer = requests(settings()), requests(settings(held))
    first = (SINCE - START).days
    assert [one for one in fewer if one.day < first] == [one for one in free if one.day < first]
    assert free != fewer
    by_key = {one.key: one for one in free}
    shared = [one for one in fewer if one.key in by_key]
    assert shared and all(by_key[one.key] == one for one in shared)
    if "requests_from" in held:  # fewer ask of each kind, and those who do would have asked anyway
        assert {one for one in fewer if one.need == "SEMH"} < set(free)


def test_where_nobody_asked_in_the_year_before_a_held_mix_is_that_of_the_day() -> None:
    none_at_first = {START: 0.0, SINCE: 1.0}
    one = settings({"mix_from": SINCE}, request_rate_multiplier=none_at_first)
    free = settings(request_rate_multiplier=none_at_first)
    assert expected(one, 2022, 1) == pytest.approx(expected(free, 2022, 1))
