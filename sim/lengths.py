"""Lengths of time as planners write them, `26 weeks`, `10 days` or `7 months`, and the days they lead to."""

from __future__ import annotations

import re
from datetime import date, timedelta

LENGTH = re.compile(r"(\d{1,4}) (day|week|month)s?", re.ASCII)
RULE = "must be a number of days, weeks or months: 26 weeks"
DAYS_IN = {"day": 1, "week": 7}
DAYS_A_MONTH = 365.25 / 12


def read_length(text: str) -> tuple[int, str]:
    """How many of which unit (`day`, `week` or `month`); ValueError for anything else."""
    match = LENGTH.fullmatch(text.strip())
    if match is None:
        raise ValueError(RULE)
    return int(match[1]), match[2]


def in_days(text: str) -> int:
    """A length by itself in whole days; a month is a twelfth of 365.25 of them."""
    number, unit = read_length(text)
    return round(number * DAYS_A_MONTH) if unit == "month" else number * DAYS_IN[unit]


def in_months(text: str) -> float:
    """A length by itself in months."""
    number, unit = read_length(text)
    return float(number) if unit == "month" else number * DAYS_IN[unit] / DAYS_A_MONTH


def later(day: date, *lengths: str | None) -> date:
    """A day moved on by each length in turn, months by the calendar; `date.max` if there is no such day."""
    for text in lengths:
        if text is None:
            continue
        number, unit = read_length(text)
        try:
            days = timedelta(days=number * DAYS_IN.get(unit, 0))
            day = months_after(day, number) if unit == "month" else day + days
        except (OverflowError, ValueError):
            return date.max
    return day


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months on, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))
