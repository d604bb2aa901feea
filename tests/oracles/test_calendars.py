"""Calendars, statutory dates and working hours against days counted by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from plain_work import job
from small_settings import small_settings

from sim import calendars as law
from sim.calendars import DAY, Calendar, after_closure, bank_holidays, in_term, third_thursday_of_january
from sim.model import Model
from sim.service.queues import Queue
from sim.service.resources import StaffPool
from sim.service.timetables import Timetable

# New Year, Good Friday, Easter Monday, May Day, spring, extra days, August, Christmas, Boxing Day,
# with substitute days, as published for England and Wales or following the same rules.
BANK_HOLIDAYS = {
    2019: "1-1 4-19 4-22 5-6 5-27 8-26 12-25 12-26",
    2020: "1-1 4-10 4-13 5-8 5-25 8-31 12-25 12-28",  # May Day moved to VE Day
    2021: "1-1 4-2 4-5 5-3 5-31 8-30 12-27 12-28",
    2022: "1-3 4-15 4-18 5-2 6-2 6-3 8-29 9-19 12-26 12-27",  # Platinum Jubilee, State Funeral
    2023: "1-2 4-7 4-10 5-1 5-8 5-29 8-28 12-25 12-26",  # Coronation
    2024: "1-1 3-29 4-1 5-6 5-27 8-26 12-25 12-26",
    2025: "1-1 4-18 4-21 5-5 5-26 8-25 12-25 12-26",
    2026: "1-1 4-3 4-6 5-4 5-25 8-31 12-25 12-28",
    2027: "1-1 3-26 3-29 5-3 5-31 8-30 12-27 12-28",
    2028: "1-3 4-14 4-17 5-1 5-29 8-28 12-25 12-26",
    2029: "1-1 3-30 4-2 5-7 5-28 8-27 12-25 12-26",
    2030: "1-1 4-19 4-22 5-6 5-27 8-26 12-25 12-26",
    2031: "1-1 4-11 4-14 5-5 5-26 8-25 12-25 12-26",
}
CENSUS_DAYS = [16, 21, 20, 19, 18, 16, 15, 21, 20, 18, 17, 16]
"""Third Thursdays of January, 2020 to 2031."""


@pytest.mark.parametrize("year", BANK_HOLIDAYS)
def test_bank_holidays_are_those_of_england(year: int) -> None:
    listed = {date(year, *map(int, day.split("-"))) for day in BANK_HOLIDAYS[year].split()}
    assert bank_holidays(year) == listed


def test_the_census_is_on_the_third_thursday_of_january() -> None:
    found = [third_thursday_of_january(year) for year in range(2020, 2032)]
    assert [day.day for day in found] == CENSUS_DAYS
    assert all(day.weekday() == 3 for day in found)


def test_working_days_of_april_2020_leave_out_weekends_and_easter() -> None:
    calendar = Calendar(date(2020, 4, 1), 30)
    worked = [calendar.date_of(day).day for day in calendar.working_days(0, 30)]
    assert worked == [1, 2, 3, 6, 7, 8, 9, 14, 15, 16, 17, 20, 21, 22, 23, 24, 27, 28, 29, 30]


STATUTORY_DATES = [
    # requested, week 6, week 16, week 20
    (date(2020, 1, 1), date(2020, 2, 12), date(2020, 4, 22), date(2020, 5, 20)),
    (date(2024, 2, 29), date(2024, 4, 11), date(2024, 6, 20), date(2024, 7, 18)),
    (date(2024, 9, 2), date(2024, 10, 14), date(2024, 12, 23), date(2025, 1, 20)),
    (date(2025, 7, 21), date(2025, 9, 1), date(2025, 11, 10), date(2025, 12, 8)),
]


@pytest.mark.parametrize(("requested", "week_6", "week_16", "week_20"), STATUTORY_DATES)
def test_an_assessments_dates_are_counted_in_calendar_weeks_through_every_holiday(
    requested: date, week_6: date, week_16: date, week_20: date
) -> None:
    limits = (law.DECIDE_TO_ASSESS, law.DECIDE_TO_ISSUE, law.FINAL_PLAN)
    assert [requested + timedelta(days=limit) for limit in limits] == [week_6, week_16, week_20]


def test_advice_has_six_weeks_and_the_family_fifteen_days() -> None:
    assert date(2021, 3, 1) + timedelta(days=law.ADVICE) == date(2021, 4, 12)
    assert date(2021, 3, 1) + timedelta(days=law.FAMILY_COMMENTS) == date(2021, 3, 16)


def test_a_review_is_decided_in_four_weeks_and_the_plan_amended_in_twelve() -> None:
    meeting = date(2025, 3, 10)
    assert meeting + timedelta(days=law.REVIEW_DECISION) == date(2025, 4, 7)
    assert meeting + timedelta(days=law.REVIEW_AMENDED) == date(2025, 6, 2)


@pytest.mark.parametrize("start", [date(2020, 10, 1), date(2021, 1, 1)])
def test_a_plan_names_the_next_phase_by_15_february_or_31_march_before_the_move(start: date) -> None:
    la = Model(small_settings(run={"start": start}), 1).la
    limits = {
        phase: la.calendar.date_of(la.reviews.transfer_limit(phase))
        for phase in ("school_entry", "secondary", "post_16")
    }
    assert limits == {
        "school_entry": date(2021, 2, 15),
        "secondary": date(2021, 2, 15),
        "post_16": date(2021, 3, 31),
    }


@pytest.mark.parametrize(
    ("asked", "starts"),
    [
        (date(2021, 7, 14), date(2021, 7, 14)),  # eight days before the summer closure
        (date(2021, 7, 15), date(2021, 9, 2)),  # a week before it: the window opens
        (date(2021, 8, 10), date(2021, 9, 2)),
        (date(2021, 8, 25), date(2021, 9, 2)),
        (date(2021, 8, 27), date(2021, 8, 27)),  # less than a week before schools re-open
        (date(2021, 4, 5), date(2021, 4, 5)),  # Easter is shorter than four weeks
        (date(2021, 12, 24), date(2021, 12, 24)),  # and so is Christmas
    ],
)
def test_only_a_closure_of_four_weeks_lengthens_a_schools_advice(asked: date, starts: date) -> None:
    assert after_closure(asked) == starts


@pytest.mark.parametrize("year", range(2019, 2032))
def test_schools_are_shut_at_christmas_easter_and_in_august_and_open_in_between(year: int) -> None:
    shut = [date(year, 12, day) for day in (24, 25, 28, 31)] + [date(year, 8, day) for day in range(1, 32)]
    shut += [date(year, 1, 1), *(day for day in bank_holidays(year) if day.month in (3, 4, 12))]
    assert not any(in_term(day) for day in shut)
    open_again = [
        date(year, 1, 15),
        date(year, 3, 10),
        date(year, 6, 20),
        date(year, 9, 15),
        date(year, 12, 10),
    ]
    assert all(in_term(day) for day in open_again)


# A half-time officer, 222 minutes a day, from Thursday 9 April 2020. Friday is Good Friday, Monday
# Easter Monday, Tuesday a day of leave; so the next working days are Wednesday to Friday and the
# Monday after, 20 April.
THURSDAY, WEDNESDAY, NEXT_THURSDAY, FRIDAY, NEXT_MONDAY = 0, 6, 7, 8, 11


def half_time_officer() -> Timetable:
    calendar = Calendar(date(2020, 4, 9), 14)
    leave = 5
    return Timetable([222 if calendar.is_working[day] and day != leave else 0 for day in range(14)])


def at(day: int, hour: int, minute: int) -> int:
    return day * DAY + hour * 60 + minute


def work_through(pool: StaffPool, days: int) -> None:
    for day in range(days):
        pool.work(at(day, 9, 0), (day + 1) * DAY)


def test_a_part_time_officers_fortnight_is_the_one_drawn_by_hand() -> None:
    gantt = {}
    pool = StaffPool(
        "officer",
        {0: half_time_officer()},
        Queue("first_come"),
        14,
        on_start=lambda one, start, end: gantt.update({one.child.number: (start, end)}),
    )
    for number, minutes in enumerate((300, 144, 500, 10)):
        pool.submit(job(number, minutes), 0)
    work_through(pool, 14)
    assert gantt == {
        0: (at(THURSDAY, 9, 0), at(WEDNESDAY, 10, 18)),  # 222 minutes, then 78 after the long weekend
        1: (at(WEDNESDAY, 10, 18), at(WEDNESDAY, 12, 42)),  # ends with the shift
        2: (at(NEXT_THURSDAY, 9, 0), at(NEXT_MONDAY, 9, 56)),  # overnight, then over the weekend
        3: (at(NEXT_MONDAY, 9, 56), at(NEXT_MONDAY, 10, 6)),
    }
    worked = {THURSDAY: 222, WEDNESDAY: 222, NEXT_THURSDAY: 222, FRIDAY: 222, NEXT_MONDAY: 66}
    assert list(pool.used_by_day) == [worked.get(day, 0) for day in range(14)]
    assert pool.available_by_day().tolist() == [222 if day in {*worked, 12, 13} else 0 for day in range(14)]


def leavers_pool(jobs: list[int]) -> tuple[StaffPool, list[tuple[int, int, int]]]:
    """One person whose post ends after two days, and the work that waits for them."""
    begun: list[tuple[int, int, int]] = []
    pool = StaffPool(
        "officer",
        {0: Timetable([444, 444, 0, 0, 0, 0], notice=[444] * 6)},
        Queue("first_come"),
        6,
        on_start=lambda one, start, end: begun.append((one.child.number, start, end)),
    )
    for number, minutes in enumerate(jobs):
        pool.submit(job(number, minutes), 0)
    work_through(pool, 6)
    return pool, begun


def test_somebody_whose_post_ends_finishes_the_job_in_hand() -> None:
    pool, begun = leavers_pool([1000])
    assert begun == [(0, at(0, 9, 0), at(2, 9, 0) + 112)]
    assert list(pool.used_by_day) == [444, 444, 112, 0, 0, 0]
    assert pool.available_by_day().tolist() == [444, 444, 112, 0, 0, 0]


def test_somebody_whose_post_has_ended_starts_nothing_new() -> None:
    pool, begun = leavers_pool([1000, 100])
    assert [number for number, _, _ in begun] == [0]
    assert pool.waiting == 1


def test_a_person_takes_their_leave_days_out_of_the_working_year() -> None:
    model = Model(small_settings(staff_pools={"ep": {"fte": 2.5, "cost_per_fte_year": 1}}), 1)
    people = list(model.la.casework.pools["ep"].people.values())
    year = range(model.la.calendar.number(date(2021, 1, 1)))
    days_worked = [sum(person.on(day) > 0 for day in year) for person in people]
    assert all(abs(days - (254 - 33)) <= 1 for days in days_worked)  # 2020 has 254 working days
    full, _, half = (max(person.on(day) for day in year) for person in people)
    assert (full, half) == (444, 222)
    same_day_off = sum(
        people[0].on(day) == people[1].on(day) == 0 and model.la.calendar.is_working[day] for day in year
    )
    assert same_day_off < 10
