"""The calendars a case meets: working days, school terms and statutory weeks.

Statutory time is calendar time and never stops (SEND Regulations 2014). Staff work on weekdays
that are not bank holidays in England; panels and some staff only in term. Days are numbered from
the start of the run; a minute is a day number times 1,440 plus the minute of the day.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter

DAY = 1440
WEEK = 7

EXITS, MORNING, PANELS, OPENS = 0, 360, 480, 540
"""Minutes of the day: children leave, the post is opened, panels sit; at nine work starts."""

# Clocks of the SEND Regulations 2014, in days.
DECIDE_TO_ASSESS = 6 * WEEK  # reg 5(3), from the request
ADVICE = 6 * WEEK  # reg 8(1), from the request for advice
DECIDE_TO_ISSUE = 16 * WEEK  # reg 10(1), from the request
FINAL_PLAN = 20 * WEEK  # reg 13(2), from the request
APPEAL = 61  # s45(4): two months in which to appeal against ceasing; the plan stays in force
FAMILY_COMMENTS = 15  # reg 13(1) and 22(2)(c), at least
REVIEW_DECISION = 4 * WEEK  # reg 20(10), from the review meeting
REVIEW_AMENDED = 12 * WEEK  # regs 20(10) and 22(3), from the review meeting
CLOSURE = 4 * WEEK  # reg 10(4)(a): a school closure that long lengthens its advice

# Disagreement, in days; after regs 42, 44 and 45 from the agreement, concession or order.
MEDIATION = 30  # s54 and the Regulations under it: for the authority to arrange it
RESPONSE = 6 * WEEK  # 30 working days in which the authority answers an appeal
DECISION = 10  # working days that the Tribunal usually takes after a hearing
WON_ASSESSMENT = 14 * WEEK  # reg 44(2)(b): the final plan; a decision not to issue in 10 weeks
WON_DRAFT = 5 * WEEK  # reg 44(2)(c), of a plan that was refused
WON_PLAN = 11 * WEEK  # reg 44(2)(c), the final plan
WON_AMENDMENT = 5 * WEEK  # reg 44(2)(e)
WON_SETTING = 2 * WEEK  # reg 44(2)(f), by order, and reg 42 by agreement at mediation

SPECIAL_HOLIDAYS = {
    date(2022, 6, 3),  # Platinum Jubilee
    date(2022, 9, 19),  # State Funeral
    date(2023, 5, 8),  # Coronation
}
MOVED_MAY_HOLIDAYS = {2020: date(2020, 5, 8)}  # VE Day anniversary
MOVED_SPRING_HOLIDAYS = {2022: date(2022, 6, 2)}


@lru_cache(maxsize=256)
def bank_holidays(year: int) -> frozenset[date]:
    """Bank holidays of England and Wales from 2014 on, with substitute days."""
    fixed = [date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)]
    good_friday = easter(year) - timedelta(days=2)
    days = {
        good_friday,
        good_friday + timedelta(days=3),
        MOVED_MAY_HOLIDAYS.get(year, _monday_from(date(year, 5, 1))),
        MOVED_SPRING_HOLIDAYS.get(year, _monday_from(date(year, 5, 25))),
        _monday_from(date(year, 8, 25)),
        *(day for day in SPECIAL_HOLIDAYS if day.year == year),
    }
    for day in fixed:
        while day.weekday() >= 5 or day in days:
            day += timedelta(days=1)
        days.add(day)
    return frozenset(days)


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


@lru_cache(maxsize=256)
def closures(year: int) -> tuple[tuple[date, date], ...]:
    """School holidays that begin in a calendar year, first and last day, on the usual English pattern.

    Half terms are the weeks of mid-February, the spring bank holiday and the end of October;
    Easter is two weeks about Good Friday; summer runs from the fourth week of July to 1 September;
    Christmas starts on the Saturday after the third week of December.
    """
    good_friday = easter(year) - timedelta(days=2)
    spring = _monday_from(date(year, 5, 25))
    february = _monday_from(date(year, 2, 12))
    october = _monday_from(date(year, 10, 22))
    christmas = _monday_from(date(year, 12, 13)) + timedelta(days=5)
    return (
        (february, february + timedelta(days=6)),
        (good_friday - timedelta(days=4), good_friday + timedelta(days=9)),
        (spring, spring + timedelta(days=6)),
        (date(year, 7, 22), date(year, 9, 1)),
        (october, october + timedelta(days=6)),
        (christmas, date(year + 1, 1, 2)),
    )


def in_term(day: date) -> bool:
    """Whether schools are open that week; weekends in term count as term."""
    years = (day.year - 1, day.year)
    return not any(first <= day <= last for year in years for first, last in closures(year))


@lru_cache(maxsize=1024)
def after_closure(asked: date) -> date:
    """When the clock of a school's advice starts: once it re-opens, if asked in a long closure.

    Regulation 10(4)(a) excuses the authority in a window that opens one week before a closure of
    four continuous weeks or more and ends one week before re-opening. That the school then
    answers only after re-opening is assumed.
    """
    for first, last in closures(asked.year):
        long = (last - first).days + 1 >= CLOSURE
        if long and first - timedelta(days=7) <= asked <= last - timedelta(days=6):
            return last + timedelta(days=1)
    return asked


def academic_year(day: date) -> int:
    """The year in which the academic year of `day` began."""
    return day.year if day.month >= 9 else day.year - 1


def third_thursday_of_january(year: int) -> date:
    """The SEN2 census date."""
    first = date(year, 1, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 14)


class Calendar:
    """Day numbers of one run: which are working days, which are in term."""

    def __init__(self, start: date, days: int) -> None:
        self.start = start
        self.days = days
        dates = [start + timedelta(days=number) for number in range(days)]
        holidays = frozenset().union(*(bank_holidays(year) for year in {day.year for day in dates}))
        self.is_working = [day.weekday() < 5 and day not in holidays for day in dates]
        self.is_term = [in_term(day) for day in dates]

    def date_of(self, day: int) -> date:
        return self.start + timedelta(days=day)

    def number(self, day: date) -> int:
        return (day - self.start).days

    def working_days(self, first: int, last: int) -> list[int]:
        """Working days from `first` up to, not including, `last`."""
        return [day for day in range(max(first, 0), min(last, self.days)) if self.is_working[day]]

    def after_working_days(self, day: int, count: int) -> int:
        """The day that comes so many working days after `day`."""
        while count:
            day += 1
            count -= self.is_working[day]
        return day

    def next_in_term(self, day: int) -> int:
        """The first day from `day` on in which schools are open."""
        return self.is_term.index(True, day)
