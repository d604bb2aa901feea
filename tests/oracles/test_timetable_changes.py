"""Changes of a person's hours against the minutes of each day written out."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.calendars import DAY
from sim.service.timetables import Timetable

DAYS = 12
MINUTES = st.lists(st.integers(0, 480), min_size=DAYS, max_size=DAYS)
FIRST = st.integers(0, DAYS - 1)


def by_day(person: Timetable) -> list[int]:
    return [person.on(day) for day in range(DAYS)]


def kept_on(person: Timetable) -> list[int]:
    return np.diff(np.array(person.kept_on)).tolist()


@given(MINUTES, FIRST, st.data())
def test_hours_taken_are_gone_on_their_days_and_on_no_other(
    minutes: list[int], first: int, data: st.DataObject
) -> None:
    person = Timetable(minutes)
    end = data.draw(st.integers(first + 1, DAYS))
    less = [data.draw(st.integers(0, minutes[day])) for day in range(first, end)]
    person.take(first, np.array(less))
    expected = [there - (less[day - first] if first <= day < end else 0) for day, there in enumerate(minutes)]
    assert by_day(person) == expected == kept_on(person)


@given(MINUTES, FIRST)
def test_after_the_last_day_there_is_no_contract_but_what_is_in_hand_goes_on(
    minutes: list[int], last: int
) -> None:
    person = Timetable(minutes)
    person.leave_after(last)
    assert by_day(person) == [there if day <= last else 0 for day, there in enumerate(minutes)]
    assert kept_on(person) == minutes
    assert person.has_notice


@given(MINUTES, FIRST)
def test_hours_lost_before_the_last_day_stay_lost(minutes: list[int], last: int) -> None:
    person = Timetable(minutes)
    person.leave_after(last)
    person.take(0, np.array(minutes[:1]))
    assert (
        by_day(person)
        == [0, *(there if day <= last else 0 for day, there in enumerate(minutes))][:1]
        + [there if day <= last else 0 for day, there in enumerate(minutes)][1:]
    )


@given(MINUTES, MINUTES, FIRST, st.data())
def test_whoever_begins_again_works_the_days_given_and_then_finishes_at_the_same_pace(
    minutes: list[int], pace: list[int], first: int, data: st.DataObject
) -> None:
    person = Timetable(minutes)
    days = data.draw(st.integers(0, DAYS - first))
    rest = np.array(pace[first:])
    person.begin_again(first, rest[:days], rest)
    until = first + days
    assert by_day(person) == [*minutes[:first], *pace[first:until], *[0] * (DAYS - until)]
    assert kept_on(person) == [*minutes[:first], *pace[first:]]


def test_hours_can_change_from_the_day_after_the_job_in_hand() -> None:
    person = Timetable([480] * DAYS)
    assert person.can_change_from(3 * DAY) == 3
    person.busy_until = 5 * DAY + 600
    assert person.can_change_from(3 * DAY) == 6
    assert person.can_change_from(5 * DAY + 600) == 5
