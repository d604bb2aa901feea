"""Lengths of time as planners write them: 26 weeks, 10 days, 7 months."""

from __future__ import annotations

from datetime import date

import pytest

from sim.lengths import in_days, in_months, later


@pytest.mark.parametrize(
    "lengths, expected",
    [
        (("10 days",), date(2020, 2, 10)),
        (("3 weeks",), date(2020, 2, 21)),
        (("1 month",), date(2020, 2, 29)),
        (("13 months",), date(2021, 2, 28)),
        (("0 weeks",), date(2020, 1, 31)),
        (("1 month", "1 day"), date(2020, 3, 1)),
        (("1 day", "1 month"), date(2020, 3, 1)),
        ((None, "2 days", None), date(2020, 2, 2)),
        ((), date(2020, 1, 31)),
    ],
)
def test_a_day_moves_on_by_each_length_in_turn(lengths: tuple, expected: date) -> None:
    assert later(date(2020, 1, 31), *lengths) == expected


@pytest.mark.parametrize("length", ["1 day", "9999 weeks", "9999 months"])
def test_a_day_beyond_all_calendars_is_the_last_of_them(length: str) -> None:
    assert later(date.max, length) == date.max


@pytest.mark.parametrize(
    "length, days, months",
    [("2 months", 61, 2), ("12 months", 365, 12), ("3 weeks", 21, 21 / 30.4375), ("0 days", 0, 0)],
)
def test_a_length_by_itself_takes_a_month_as_a_twelfth_of_a_year(length, days, months) -> None:
    assert in_days(length) == days
    assert in_months(length) == pytest.approx(months)


@pytest.mark.parametrize(
    "text", ["half a year", "3", "weeks", "-1 weeks", "1.5 weeks", "3 years", "12345 days"]
)
def test_anything_else_is_no_length_of_time(text: str) -> None:
    with pytest.raises(ValueError, match="must be a number of days, weeks or months: 26 weeks"):
        later(date(2020, 1, 1), text)
