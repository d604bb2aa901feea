"""An intervention, a scenario's `set` and a sweep are one idea: a dated change to a setting."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from small_config import SMALL

from sim.config.documents import read
from sim.config.interventions import months_after
from sim.schedule import Schedule
from sim.settings import Settings

CHANGE = "{path: staff_pools.ep.fte, operation: add, value: 3, from: 2021-04-01, ramp: 26 weeks}"
START = date(2021, 4, 1)


@pytest.fixture
def with_change(tmp_path: Path):
    """The settings of `more_eps` when its intervention makes these changes."""

    def settings(*changes: str, scenario: str = "more_eps") -> Settings:
        path = tmp_path / "small.yaml"
        listed = "\n      - ".join(changes)
        path.write_text(SMALL.replace(CHANGE, listed), encoding="utf-8")
        return read(path).settings(scenario)

    return settings


def test_a_recruitment_ramps_up_from_its_date(with_change) -> None:
    fte = with_change(CHANGE).staff_pools["ep"].fte
    assert fte.at(START - timedelta(days=1)) == 6
    assert 6 < fte.at(START) < 6.2
    assert fte.at(START + timedelta(weeks=13)) == pytest.approx(6 + 3 * 14 / 26)
    assert fte.at(START + timedelta(weeks=25)) == 9


@pytest.mark.parametrize(
    "ramp, full",
    [
        ("10 days", date(2021, 4, 8)),
        ("3 months", date(2021, 6, 24)),
        ("1 week", START),
        ("13 weeks", date(2021, 6, 24)),
    ],
)
def test_a_ramp_is_given_in_days_weeks_or_months(with_change, ramp: str, full: date) -> None:
    fte = with_change(CHANGE.replace("26 weeks", ramp)).staff_pools["ep"].fte
    assert fte.at(full) == 9
    assert fte.at(full - timedelta(days=1)) < 9


def test_the_baseline_knows_nothing_of_interventions(with_change) -> None:
    assert with_change(CHANGE, scenario="baseline").staff_pools["ep"].fte == Schedule.constant(6)


def test_what_sets_comes_before_what_multiplies_and_that_before_what_adds(with_change) -> None:
    ten = "{path: staff_pools.ep.fte, operation: set, value: 10}"
    double = "{path: staff_pools.ep.fte, operation: multiply, value: 2}"
    three = "{path: staff_pools.ep.fte, operation: add, value: 3}"
    for listed in permutations((ten, double, three)):
        assert with_change(*listed).staff_pools["ep"].fte == Schedule.constant(23)


def test_changes_of_one_kind_are_made_as_they_are_listed(with_change) -> None:
    ten, eleven = (f"{{path: staff_pools.ep.fte, operation: set, value: {n}}}" for n in (10, 11))
    assert with_change(ten, eleven).staff_pools["ep"].fte == Schedule.constant(11)
    assert with_change(eleven, ten).staff_pools["ep"].fte == Schedule.constant(10)


def test_the_scenarios_own_settings_come_after_its_interventions(with_change) -> None:
    change = "{path: staff_pools.ep.agency_fte, operation: add, value: 5}"
    assert with_change(change).staff_pools["ep"].agency_fte == Schedule.constant(2)


def test_a_setting_left_to_its_default_may_change_on_a_date(with_change) -> None:
    change = "{path: demand.request_rate_multiplier, operation: multiply, value: 0.8, from: 2021-01-01}"
    rate = with_change(change).demand.request_rate_multiplier
    assert (rate.at(date(2020, 12, 31)), rate.at(date(2021, 1, 1))) == (1, 0.8)


def test_a_number_given_by_dates_keeps_its_other_steps(with_change) -> None:
    change = "{path: settings.special.places, operation: add, value: 10, from: 2021-01-01}"
    places = with_change(change).settings["special"].places
    assert [places.at(date(*day)) for day in ((2020, 6, 1), (2021, 6, 1), (2021, 10, 1))] == [120, 130, 150]


def test_a_change_may_end(with_change) -> None:
    fte = with_change(CHANGE.replace("ramp: 26 weeks", "until: 2022-04-01")).staff_pools["ep"].fte
    assert [fte.at(date(2022, 3, 31)), fte.at(date(2022, 4, 1))] == [9, 6]


def test_a_fixed_number_may_change_for_the_whole_run(with_change) -> None:
    change = "{path: reviews.report_days, operation: add, value: -4}"
    halve = "{path: reviews.meeting_spread_days, operation: multiply, value: 0.5}"
    reviews = with_change(change, halve).reviews
    assert (reviews.report_days, reviews.meeting_spread_days) == (10, 30)
    assert isinstance(reviews.meeting_spread_days, int)


def test_a_policy_in_words_may_be_set(with_change) -> None:
    order = "{path: staff_pools.ep.order, operation: set, value: twin_track}"
    hold = "{path: decisions.hold_plan_for_place, operation: set, value: true}"
    settings = with_change(order, hold)
    assert settings.staff_pools["ep"].order.values == ("twin_track",)
    assert settings.decisions.hold_plan_for_place is True


def test_places_may_be_given_to_a_setting_that_had_no_limit(with_change) -> None:
    change = "{path: settings.inmss.places, operation: set, value: 20}"
    assert with_change(change).settings["inmss"].places == Schedule.constant(20)


@pytest.mark.parametrize(
    "change",
    [
        "{path: staff_pools.ep.fte, operation: add, value: 0}",
        "{path: staff_pools.ep.fte, operation: multiply, value: 1, from: 2021-04-01, ramp: 26 weeks}",
        "{path: settings.special.places, operation: multiply, value: 1, from: 2021-04-01, until: 2022-01-01}",
        "{path: demand.shocks, operation: add, value: 0, from: 2020-05-01}",
        "{path: reviews.report_days, operation: multiply, value: 1.0}",
        "{path: needs.SLCN.volatility, operation: add, value: 0}",
        "{path: staff_pools.ep.fte, operation: add, value: 3, from: 2040-01-01}",
    ],
)
def test_an_identity_change_leaves_the_very_same_numbers(with_change, change: str) -> None:
    before, after = with_change(change, scenario="baseline"), with_change(change)
    horizon = [before.run.start + timedelta(days=day) for day in range(0, 365 * 3, 7)]
    for name in ("staff_pools", "settings"):
        for key, section in getattr(before, name).items():
            for field in ("fte", "places"):
                old = getattr(section, field, None)
                new = getattr(getattr(after, name)[key], field, None)
                assert old is None or [old.at(day) for day in horizon] == [new.at(day) for day in horizon]
    assert [before.demand.shocks.at(day) for day in horizon] == [
        after.demand.shocks.at(day) for day in horizon
    ]
    assert (before.reviews, before.needs) == (after.reviews, after.needs)


def test_an_uncertain_change_is_drawn_with_the_parameters(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    document = read(path)
    rates = [document.settings("both", draw).demand.request_rate_multiplier.values[0] for draw in range(1, 9)]
    assert all(0.8 <= rate <= 1 for rate in rates)
    assert len(set(rates)) == 8
    assert document.settings("both").demand.request_rate_multiplier == Schedule.constant(0.9)


@pytest.mark.parametrize(
    "day, months, expected",
    [
        (date(2022, 1, 31), 1, date(2022, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2022, 10, 31), 2, date(2022, 12, 31)),
        (date(2022, 12, 1), 1, date(2023, 1, 1)),
        (date(2022, 4, 1), 36, date(2025, 4, 1)),
    ],
)
def test_months_on_keep_the_day_or_end_with_the_month(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected
