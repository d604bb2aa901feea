"""Days of the run made into months, and months into calendar, financial and academic years.

A run starts on the first of a month, so the three kinds of year are whole months of it. What is
counted by month can therefore be added up to any year. Day 0 is the first day of the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from sim.calendars import third_thursday_of_january

FIRST_MONTH = {"academic": 9, "calendar": 1, "financial": 4}
"""The month each kind of year begins in."""


@dataclass(frozen=True, slots=True)
class Period:
    """A year, or the part of it inside the run: months `first` up to but not including `end`."""

    label: str
    first: int
    end: int


class Months:
    """The months of a run: `labels[m]` is "2020-01" and begins on day `edges[m]`.

    A bin is a month plus one: bin 0 holds all days before the run, the last bin all after it.
    """

    def __init__(self, start: date, days: int) -> None:
        self.start = start
        self.days = days
        self.firsts = _first_days(start, start + timedelta(days=days))
        self.labels = [f"{day.year}-{day.month:02d}" for day in self.firsts]
        self.edges = np.array([(day - start).days for day in self.firsts] + [days])
        self.count = len(self.firsts)
        self.bins = self.count + 2
        lengths = np.diff(self.edges)
        self._bin_of_day = np.repeat(np.arange(self.bins), [1, *lengths, 1])

    def bin_of(self, days: np.ndarray) -> np.ndarray:
        """The bin of each day."""
        return self._bin_of_day[np.clip(days, -1, self.days) + 1]

    def total(self, by_day: np.ndarray) -> np.ndarray:
        """Daily numbers of the run added up by month."""
        return np.add.reduceat(by_day, self.edges[:-1])

    @property
    def last_dates(self) -> list[date]:
        """The last day of each month."""
        return [self.start + timedelta(days=int(edge) - 1) for edge in self.edges[1:]]

    def periods(self, calendar: str) -> list[Period]:
        """The years of a calendar; one only partly inside the run is labelled so."""
        opening = FIRST_MONTH[calendar]
        years = [day.year if day.month >= opening else day.year - 1 for day in self.firsts]
        found = []
        for year in sorted(set(years)):
            first, months = years.index(year), years.count(year)
            name = str(year) if opening == 1 else f"{year}-{(year + 1) % 100:02d}"
            found.append(Period(name if months == 12 else f"{name} (part)", first, first + months))
        return found

    def census_days(self) -> list[tuple[int, int]]:
        """Year and day number of each SEN2 census, the third Thursday of January, in the run."""
        years = [first.year for first in self.firsts if first.month == 1]
        days = [(year, (third_thursday_of_january(year) - self.start).days) for year in years]
        return [(year, day) for year, day in days if day < self.days]


def _first_days(start: date, end: date) -> list[date]:
    firsts = []
    day = start
    while day < end:
        firsts.append(day)
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return firsts
