"""A number that changes on dates.

Everything a planner may set that can move during a run (a rate, an FTE, a price, a
number of places) is a `Schedule`: a short list of dates and the value that holds from
each. The first value also holds before its date, so a plain number is a schedule with
one step.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Schedule:
    """Values that hold from dates on. `dates` ascend; `values` has the same length."""

    dates: tuple[date, ...]
    values: tuple[float, ...]

    @classmethod
    def constant(cls, value: float) -> Schedule:
        return cls((date.min,), (value,))

    @classmethod
    def from_steps(cls, steps: dict[date, float]) -> Schedule:
        ordered = sorted(steps.items())
        return cls(tuple(day for day, _ in ordered), tuple(value for _, value in ordered))

    @property
    def is_constant(self) -> bool:
        return len(self.values) == 1

    def at(self, day: date) -> float:
        """The value that holds on `day`."""
        return self.values[max(bisect_right(self.dates, day) - 1, 0)]

    def changed(
        self,
        operation: str,
        value: float,
        start: date | None = None,
        until: date | None = None,
        ramp_days: int = 0,
    ) -> Schedule:
        """This schedule after `set`, `add` or `multiply` by `value` from `start` until `until`.

        With a ramp the change arrives in equal weekly steps; `until` ends it at once.
        An identity change (add 0, multiply by 1) gives back the very same values.
        """
        start = start or date.min
        weeks = -(-ramp_days // 7)
        starts = [start + timedelta(weeks=week) for week in range(1, weeks)] if weeks > 1 else []
        # The first value holds before its date, and must go on doing so when the change begins earlier.
        before = [date.min] if start < self.dates[0] else []
        edges = sorted({*before, *self.dates, start, *starts, *([until] if until else [])})

        def new(day: date) -> float:
            old = self.at(day)
            if day < start or (until is not None and day >= until):
                return old
            target = {"set": value, "add": old + value, "multiply": old * value}[operation]
            if weeks <= 1:
                return target
            share = min((day - start).days // 7 + 1, weeks) / weeks
            return target if share == 1 else old + (target - old) * share

        steps = {day: new(day) for day in edges}
        kept = {day: now for (_, last), (day, now) in pairwise(steps.items()) if now != last}
        first = next(iter(steps))
        return Schedule.from_steps({first: steps[first], **kept})


class Steps:
    """A schedule compiled to day numbers, for the running model: `at(day)` is quick."""

    __slots__ = ("at", "days", "values")

    def __init__(self, schedule: Schedule, start: date, times: float = 1.0) -> None:
        self.days = [(day - start).days for day in schedule.dates]
        self.values = [value * times for value in schedule.values]
        if len(self.values) == 1:
            constant = self.values[0]
            self.at = lambda _day: constant
        else:
            self.at = self._look_up

    def _look_up(self, day: int) -> float:
        return self.values[max(bisect_right(self.days, day) - 1, 0)]


def index(rate_per_year: Schedule, base: date, day: date) -> float:
    """An index that is 1 at `base` and rises by its rate each 1 April after it."""
    level = 1.0
    for year in range(base.year, day.year + 1):
        april = date(year, 4, 1)
        if base < april <= day:
            level *= 1 + rate_per_year.at(april)
    return level


def grown(schedule: Schedule, rate_per_year: Schedule, base: date, until: date) -> Schedule:
    """A schedule whose values rise by a rate each 1 April after `base`; the very same at a rate of 0."""
    aprils = [date(year, 4, 1) for year in range(base.year, until.year + 1)]
    if not any(rate_per_year.values):
        return schedule
    edges = {schedule.dates[0], *schedule.dates, *(day for day in aprils if base < day <= until)}
    return Schedule.from_steps({day: schedule.at(day) * index(rate_per_year, base, day) for day in edges})
