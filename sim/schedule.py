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

from sim.lengths import months_after


@dataclass(frozen=True, slots=True)
class Schedule:
    """Values that hold from dates on. `dates` ascend; `values` has the same length: numbers or words."""

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
        """
        return self.moved(operation, value, arrival(start, until, ramp_days))

    def moved(self, operation: str, value: float, there: Schedule) -> Schedule:
        """This schedule after `set`, `add` or `multiply` by `value`, of which a share is `there` on each day.

        An identity change (add 0, multiply by 1) gives back the very same values, whatever its share.
        """
        turns = there.dates if there.values[0] else there.dates[1:]
        # The first value holds before its date, and must go on doing so when the change begins earlier.
        before = [date.min] if turns and turns[0] < self.dates[0] else []

        def new(day: date) -> float:
            old, share = self.at(day), there.at(day)
            return old if share == 0 else moved(old, operation, value, share)

        steps = {day: new(day) for day in sorted({*before, *self.dates, *turns})}
        kept = {day: now for (_, last), (day, now) in pairwise(steps.items()) if now != last}
        first = next(iter(steps))
        return Schedule.from_steps({first: steps[first], **kept})


def moved(old: float, operation: str, value: float, share: float = 1.0) -> float:
    """A number after a share of what `set`, `add` or `multiply` by `value` would do to it."""
    target = value if operation == "set" else old + value if operation == "add" else old * value
    return target if share == 1 else old + (target - old) * share


GONE = 0.01
"""A fading change is gone once less than this share of it is left."""


def arrival(
    start: date | None = None,
    until: date | None = None,
    ramp_days: int = 0,
    share: float = 1.0,
    half_life: float = 0.0,
    end: date = date.max,
) -> Schedule:
    """What share of a change is there on each day: `share` of it, from `start` until `until`.

    It comes in equal weekly steps over `ramp_days`. With a `half_life`, in months, what has come fades
    from then on in monthly steps; none is made on or after `end`.
    """
    first, weeks = start or date.min, max(-(-ramp_days // 7), 1)
    steps = {date.min: 0.0}
    steps |= {first + timedelta(weeks=week): share * ((week + 1) / weeks) for week in range(weeks)}
    if half_life > 0:
        steps |= _fading(first + timedelta(weeks=weeks - 1), share, half_life, min(until or end, end))
    if until is not None:
        steps = {day: there for day, there in steps.items() if day < until} | {until: 0.0}
    return Schedule.from_steps(steps)


def _fading(full: date, share: float, half_life: float, end: date) -> dict[date, float]:
    """What is left of a share so many months after it was all there, until it is gone."""
    steps: dict[date, float] = {}
    month, left = 1, 0.5 ** (1 / half_life)
    while left >= GONE and months_after(full, month) < end:
        steps[months_after(full, month)] = share * left
        month, left = month + 1, 0.5 ** ((month + 1) / half_life)
    gone = months_after(full, month)
    return steps | {gone: 0.0} if left < GONE and gone < end else steps


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


def product(schedule: Schedule, multiplier: Schedule) -> Schedule:
    """A schedule times another; the very same where that is 1."""
    if set(multiplier.values) == {1.0}:
        return schedule
    # The first value of each holds before its date.
    edges = {min(schedule.dates[0], multiplier.dates[0]), *schedule.dates, *multiplier.dates}
    return Schedule.from_steps({day: schedule.at(day) * multiplier.at(day) for day in edges})


def grown(schedule: Schedule, rate_per_year: Schedule, base: date, until: date) -> Schedule:
    """A schedule whose values rise by a rate each 1 April after `base`; the very same at a rate of 0."""
    aprils = [date(year, 4, 1) for year in range(base.year, until.year + 1)]
    if not any(rate_per_year.values):
        return schedule
    # The first value holds before its date too, and at `base` has not grown yet.
    first = min(base, schedule.dates[0])
    edges = {first, *schedule.dates, *(day for day in aprils if base < day <= until)}
    return Schedule.from_steps({day: schedule.at(day) * index(rate_per_year, base, day) for day in edges})
