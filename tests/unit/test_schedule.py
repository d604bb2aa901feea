"""A number that changes on dates, and what a change makes of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.lengths import months_after
from sim.schedule import Schedule, Steps, arrival, grown

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


def test_posts_whose_first_date_is_yet_to_come_have_not_grown_at_the_start() -> None:
    posts = Schedule.from_steps({date(2021, 9, 1): 10.0, date(2022, 9, 1): 8.0})
    found = grown(posts, Schedule.constant(0.1), date(2020, 1, 1), date(2022, 12, 31))
    days = [date(2020, 1, 1), date(2020, 3, 31), date(2020, 4, 1), date(2021, 9, 1), date(2022, 9, 1)]
    assert [found.at(day) for day in days] == pytest.approx([10, 10, 11, 12.1, 8 * 1.1**3])


def test_posts_that_do_not_grow_are_the_very_same() -> None:
    posts = Schedule.from_steps({date(2020, 1, 1): 10.0})
    assert grown(posts, Schedule.constant(0.0), date(2020, 1, 1), date(2030, 1, 1)) is posts


def changed_without_share_or_decay(
    schedule: Schedule, operation: str, value: float, start: date | None, until: date | None, ramp_days: int
) -> Schedule:
    """A change worked out day by day from its words: from a date, until a date, in equal weekly steps."""
    first = start or date.min
    weeks = max(-(-ramp_days // 7), 1)
    steps = [first + timedelta(weeks=week) for week in range(weeks)]
    edges = {*schedule.dates, *steps, *([until] if until else [])}
    if first < schedule.dates[0]:
        edges.add(date.min)

    def new(day: date) -> float:
        old = schedule.at(day)
        arrived = sum(step <= day for step in steps)
        if not arrived or (until is not None and day >= until):
            return old
        target = {"set": value, "add": old + value, "multiply": old * value}[operation]
        return target if arrived == weeks else old + (target - old) * (arrived / weeks)

    return Schedule.from_steps({day: new(day) for day in edges})


@given(
    SCHEDULES,
    st.sampled_from(["set", "add", "multiply"]),
    NUMBERS,
    st.none() | DAYS,
    st.none() | DAYS,
    st.integers(0, 400),
)
def test_a_change_in_full_that_lasts_is_what_its_words_say(
    schedule, operation, value, start, until, ramp
) -> None:
    plain = schedule.changed(operation, value, start, until, ramp)
    moved = schedule.moved(operation, value, arrival(start, until, ramp, share=1.0, half_life=0.0))
    expected = changed_without_share_or_decay(schedule, operation, value, start, until, ramp)
    assert plain == moved
    probes = [*plain.dates, *expected.dates, date(2019, 1, 1), date(2031, 1, 1)]
    assert [plain.at(day) for day in probes] == [expected.at(day) for day in probes]


@given(SCHEDULES, DAYS, st.none() | DAYS, st.integers(0, 400), st.floats(0, 2), st.floats(0.1, 40))
def test_an_identity_change_in_part_or_fading_leaves_the_very_same_values(
    schedule, start, until, ramp, share, half_life
) -> None:
    there = arrival(start, until, ramp, share, half_life, date(2031, 1, 1))
    for operation, value in (("add", 0), ("multiply", 1)):
        changed = schedule.moved(operation, value, there)
        probes = [*changed.dates, *schedule.dates, *there.dates]
        assert all(changed.at(day) == schedule.at(day) for day in probes)


@given(SCHEDULES, st.sampled_from(["set", "add", "multiply"]), NUMBERS, DAYS, st.integers(0, 400))
def test_nothing_delivered_is_nothing_changed(schedule, operation, value, start, ramp) -> None:
    changed = schedule.moved(operation, value, arrival(start, None, ramp, share=0.0))
    assert all(changed.at(day) == schedule.at(day) for day in (*changed.dates, *schedule.dates))


@pytest.mark.parametrize("operation, value, half", [("set", 10, 8), ("add", 3, 7.5), ("multiply", 2, 9)])
def test_half_delivered_moves_the_number_half_of_the_way(operation, value, half) -> None:
    changed = Schedule.constant(6).moved(operation, value, arrival(START, share=0.5))
    assert (changed.at(START - timedelta(days=1)), changed.at(START)) == (6, half)


def test_a_ramp_that_then_fades_by_hand() -> None:
    """Eight more in four weekly steps; half of what is left is gone two months after the last, and so on."""
    changed = Schedule.constant(6).moved("add", 8, arrival(START, ramp_days=28, half_life=2))
    weekly = [changed.at(START + timedelta(weeks=week)) for week in range(-1, 4)]
    assert weekly == [6, 8, 10, 12, 14]
    full = date(2022, 4, 22)
    assert changed.at(date(2022, 5, 21)) == 14
    assert changed.at(date(2022, 5, 22)) == pytest.approx(6 + 8 * 0.5**0.5)
    assert [changed.at(months_after(full, months)) for months in (2, 4, 6)] == [10, 8, 7]


def test_what_fades_is_gone_when_less_than_a_hundredth_is_left() -> None:
    """With a half-life of a month 1/64 is left after six months, and 1/128 would be after seven."""
    changed = Schedule.constant(6).moved("add", 64, arrival(START, half_life=1))
    assert [changed.at(date(2022, month, 1)) for month in (4, 5, 6, 10, 11, 12)] == [70, 38, 22, 7, 6, 6]


def test_fading_stops_where_the_change_or_the_run_ends() -> None:
    until, end = date(2022, 6, 15), date(2022, 7, 15)
    ended = Schedule.constant(6).moved("add", 8, arrival(START, until, half_life=1))
    assert [ended.at(date(2022, 6, day)) for day in (1, 14, 15)] == [8, 8, 6]
    over = Schedule.constant(6).moved("add", 8, arrival(START, half_life=1, end=end))
    assert over.dates[-1] == date(2022, 7, 1)


def test_a_share_and_a_half_life_go_together() -> None:
    changed = Schedule.constant(6).moved("add", 8, arrival(START, share=0.5, half_life=1))
    assert [changed.at(date(2022, month, 1)) for month in (4, 5, 6)] == [10, 8, 7]
