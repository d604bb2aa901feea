"""A number that changes on dates, and what a change makes of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.schedule import Schedule, Steps, grown

START = date(2022, 4, 1)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
NUMBERS = st.floats(0, 100)
SCHEDULES = st.dictionaries(DAYS, NUMBERS, min_size=1, max_size=5).map(Schedule.from_steps)


def test_a_plain_number_holds_on_every_day() -> None:
    six = Schedule.constant(6)
    assert six.is_constant
    assert six.at(date.min) == six.at(START) == six.at(date.max) == 6


def test_a_value_holds_from_its_date_and_the_first_also_before() -> None:
    steps = Schedule.from_steps({date(2022, 1, 1): 8, date(2021, 1, 1): 6})
    assert [steps.at(date(year, 6, 1)) for year in (2020, 2021, 2022)] == [6, 6, 8]
    assert (steps.at(date(2021, 12, 31)), steps.at(date(2022, 1, 1))) == (6, 8)


@pytest.mark.parametrize("operation, expected", [("set", 3), ("add", 9), ("multiply", 18)])
def test_a_change_holds_from_its_date(operation: str, expected: float) -> None:
    changed = Schedule.constant(6).changed(operation, 3, START)
    assert (changed.at(START - timedelta(days=1)), changed.at(START)) == (6, expected)


def test_a_change_without_a_date_holds_from_the_beginning() -> None:
    assert Schedule.constant(6).changed("add", 3) == Schedule.constant(9)


def test_a_change_ends_on_the_day_of_until() -> None:
    until = date(2023, 4, 1)
    changed = Schedule.constant(6).changed("add", 3, START, until)
    assert (changed.at(until - timedelta(days=1)), changed.at(until)) == (9, 6)


def test_a_change_follows_later_steps_of_what_it_changes() -> None:
    steps = Schedule.from_steps({date(2020, 1, 1): 6, date(2023, 1, 1): 10})
    changed = steps.changed("add", 3, START)
    assert [changed.at(date(year, 6, 1)) for year in (2021, 2022, 2023)] == [6, 9, 13]


def test_a_ramp_arrives_in_equal_weekly_steps() -> None:
    changed = Schedule.constant(6).changed("add", 4, START, ramp_days=28)
    weekly = [changed.at(START + timedelta(weeks=week)) for week in range(-1, 6)]
    assert weekly == [6, 7, 8, 9, 10, 10, 10]


@given(SCHEDULES, st.none() | DAYS, st.none() | DAYS, st.integers(0, 400))
def test_an_identity_change_leaves_the_very_same_values(schedule, start, until, ramp) -> None:
    for operation, value in (("add", 0), ("multiply", 1)):
        changed = schedule.changed(operation, value, start, until, ramp)
        assert {changed.at(day) for day in schedule.dates} == {schedule.at(day) for day in schedule.dates}
        probes = [*changed.dates, *schedule.dates, date(2019, 1, 1), date(2031, 1, 1)]
        assert all(changed.at(day) == schedule.at(day) for day in probes)


@given(SCHEDULES, st.lists(DAYS, min_size=1, max_size=9))
def test_compiled_steps_say_the_same_as_the_schedule(schedule, days) -> None:
    start = date(2024, 1, 1)
    steps = Steps(schedule, start)
    assert all(steps.at((day - start).days) == schedule.at(day) for day in days)


def test_a_change_that_begins_before_the_first_date_leaves_what_came_before_it() -> None:
    schedule = Schedule.from_steps({date(2021, 1, 1): 5.0}).changed("multiply", 2, date(2020, 6, 1))
    assert schedule.at(date(2020, 1, 1)) == 5.0
    assert schedule.at(date(2020, 6, 1)) == 10.0
    assert schedule.at(date(2021, 6, 1)) == 10.0


def test_posts_grow_each_april_after_the_start_and_an_end_of_a_post_grows_too() -> None:
    posts = Schedule.from_steps({date(2020, 1, 1): 10.0, date(2021, 9, 1): 8.0})
    rate = Schedule.constant(0.1)
    found = grown(posts, rate, date(2020, 6, 1), date(2022, 12, 31))
    days = [date(2020, 4, 1), date(2021, 3, 31), date(2021, 4, 1), date(2021, 9, 1), date(2022, 4, 1)]
    assert [found.at(day) for day in days] == pytest.approx([10, 10, 11, 8.8, 8 * 1.1**2])


def test_posts_that_do_not_grow_are_the_very_same() -> None:
    posts = Schedule.from_steps({date(2020, 1, 1): 10.0})
    assert grown(posts, Schedule.constant(0.0), date(2020, 1, 1), date(2030, 1, 1)) is posts
