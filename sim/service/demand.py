"""Who asks for an EHC needs assessment, and when.

Each need × age × month is a cell. Its expected requests are population × rate × the need's
growth × season × shocks; its count is the Poisson quantile of the cell's own uniform, and child
j of the cell has its own key. So a changed rate appends or removes the last children of a cell
and nobody else moves (design: common random numbers).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sim.calendars import Calendar, academic_year
from sim.luck import Luck, key_of, normal_quantile, poisson_quantile
from sim.settings import AGES, Settings, age_band


@dataclass(frozen=True, slots=True)
class Request:
    """One request to come: its child's name (key), and what the child is."""

    key: int
    day: int
    need: str
    cohort: int


def first_of_month(start: date, month: int) -> date:
    """The first day of the month that is `month` months after `start`."""
    years, months = divmod(start.month - 1 + month, 12)
    return date(start.year + years, months + 1, 1)


class Demand:
    """Requests month by month. Asked in any order, a month gives the same children."""

    def __init__(self, settings: Settings, luck: Luck, calendar: Calendar) -> None:
        self.settings = settings
        self.calendar = calendar
        self._count = luck.purpose("demand.count")
        self._day = luck.purpose("demand.day")
        self._shock = luck.purpose("demand.shock")
        self._cells = [
            (need, age, key_of("cell", need, age)) for need in settings.needs for age in range(AGES)
        ]
        self._growth = {settings.demand.base_year: dict.fromkeys(settings.needs, 1.0)}
        weights = settings.demand.month_weights
        self._season = [weight / math.fsum(weights) for weight in weights]

    def month(self, month: int, more: float = 1.0) -> Iterator[Request]:
        """The requests of the month that is `month` months after the start, cell by cell.

        `more` multiplies the month's rate.
        """
        first = first_of_month(self.settings.run.start, month)
        after = first_of_month(self.settings.run.start, month + 1)
        days = self.calendar.working_days(self.calendar.number(first), self.calendar.number(after))
        occasion = first.year * 12 + first.month
        year_began = academic_year(first)
        expected = self.expected(first, more)
        for need, age, cell in self._cells:
            count = poisson_quantile(expected[need, age], self._count(cell, occasion))
            for j in range(count):
                child = key_of("request", need, age, occasion, j)
                day = days[int(self._day(child) * len(days))]
                yield Request(child, day, need, year_began - age)

    def expected(self, first: date, more: float = 1.0) -> dict[tuple[str, int], float]:
        """Expected requests in the month that begins on `first`, by need and age."""
        demand = self.settings.demand
        growth = self.growth(first.year)
        month = (
            self._season[first.month - 1]
            * demand.shocks.at(first)
            * demand.request_rate_multiplier.at(first)
            * more
            / 1000
        )
        return {
            (need, age): requests * growth[need] * month
            for (need, age), requests in self._requests_at_base_rate(first).items()
        }

    def _requests_at_base_rate(self, day: date) -> dict[tuple[str, int], float]:
        """People times 1,000 base rates, by need and age."""
        demand = self.settings.demand
        people = population(self.settings.authority.population, day)
        return {
            (need, age): people[age]
            * demand.requests_per_1000[age]
            * demand.need_shares.get(age_band(age), {}).get(need, 0.0)
            for need in self.settings.needs
            for age in range(AGES)
        }

    def usual_mix(self) -> dict[tuple[str, int], float]:
        """Who usually asks at the start, by need and age, whatever the season and the shocks.

        Only ratios matter. Where nobody is expected to ask, all needs and ages count the same.
        """
        mix = self._requests_at_base_rate(self.settings.run.start)
        return mix if any(mix.values()) else dict.fromkeys(mix, 1.0)

    def growth(self, year: int) -> dict[str, float]:
        """Request rate of each need against the base year.

        The log rate follows the need's drift and a yearly shock, part common to all needs and
        part its own; the shocks leave the expected rate on the drift.
        """
        base = self.settings.demand.base_year
        if year <= base:
            return self._growth[base]
        if year not in self._growth:
            before = self.growth(year - 1)
            new_year = date(year, 1, 1)
            common = self._shock_of("all", year, self.settings.demand.common_volatility)
            shared = 1 + self.settings.demand.growth_per_year.at(new_year)
            self._growth[year] = {
                code: before[code]
                * (1 + need.growth_per_year.at(new_year))
                * shared
                * math.exp(common + self._shock_of(code, year, need.volatility))
                for code, need in self.settings.needs.items()
            }
        return self._growth[year]

    def _shock_of(self, name: str, year: int, volatility: float) -> float:
        if volatility == 0:
            return 0.0
        return volatility * normal_quantile(self._shock(key_of("shock", name), year)) - volatility**2 / 2


def population(by_year: dict[int, list[float]], day: date) -> list[float]:
    """People by single year of age on `day`: mid-year figures, in between on a straight line."""
    years = sorted(by_year)
    when = day.year + (day.month - 7) / 12
    if when <= years[0]:
        return by_year[years[0]]
    if when >= years[-1]:
        return by_year[years[-1]]
    later = next(index for index, year in enumerate(years) if year > when)
    before, after = years[later - 1], years[later]
    share = (when - before) / (after - before)
    return [a + (b - a) * share for a, b in zip(by_year[before], by_year[after], strict=True)]
