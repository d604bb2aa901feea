"""Who asks for an EHC needs assessment, and when.

Each need × age × month is a cell. Its expected requests are population × rate × the need's
growth × season × shocks; its count is the Poisson quantile of the cell's own uniform, and child
j of the cell has its own key. So a changed rate appends or removes the last children of a cell
and nobody else moves (design: common random numbers). Where requests are held, their total, their mix or
both come from the twelve months before, and the cells are filled as ever.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sim.calendars import Calendar, academic_year
from sim.luck import Luck, key_of, normal_quantile, poisson_quantile
from sim.service.districts import Districts
from sim.settings import AGES, Settings, age_band


@dataclass(frozen=True, slots=True)
class Request:
    """One request to come: its child's name (key), and what the child is."""

    key: int
    day: int
    need: str
    cohort: int
    district: str = ""
    """Where the child lives, if that had a part in its asking."""


Cells = dict[tuple[str, int], float]
"""Expected requests, or what they are in proportion to, by need and age."""
More = Callable[[int], float]


def as_usual(_day: int) -> float:
    """What the requests of a month are multiplied by where no early help was lost."""
    return 1.0


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
        self._years_before: dict[date, Cells] = {}
        self.districts = Districts(settings, luck)
        weights = settings.demand.month_weights
        self._season = [weight / math.fsum(weights) for weight in weights]

    def month(self, month: int, more: More = as_usual) -> Iterator[Request]:
        """The requests of the month that is `month` months after the start, cell by cell.

        `more` says what the rate of the month that begins on a day, by its number, is multiplied by.
        """
        first = first_of_month(self.settings.run.start, month)
        after = first_of_month(self.settings.run.start, month + 1)
        days = self.calendar.working_days(self.calendar.number(first), self.calendar.number(after))
        occasion = first.year * 12 + first.month
        year_began = academic_year(first)
        expected = self.expected(first, more)
        for need, age, cell in self._cells:
            count = poisson_quantile(expected[need, age], self._count(cell, occasion))
            keys = (key_of("request", need, age, occasion, j) for j in range(count))
            asking: Iterable[tuple[int, str]] = ((key, "") for key in keys)
            if self.districts.differ:
                asking = self.districts.asking(keys, expected[need, age], (need, age), first)
            for key, district in asking:
                day = days[int(self._day(key) * len(days))]
                yield Request(key, day, need, year_began - age, district)

    def expected(self, first: date, more: More = as_usual) -> Cells:
        """Expected requests in the month that begins on `first`, by need and age; held ones as they were."""
        held, cells = self.settings.demand.held, self._unheld(first, more)
        if not any(since and since <= first for since in (held.requests_from, held.mix_from)):
            return cells
        total, mix = math.fsum(cells.values()), self._rates(first)
        if held.requests_from and held.requests_from <= first:
            year = self._year_before(held.requests_from, more)
            total = self._season[first.month - 1] * math.fsum(year.values())
        if held.mix_from and held.mix_from <= first:
            year = self._year_before(held.mix_from, more)
            mix = year if any(year.values()) else mix
        whole = math.fsum(mix.values()) or 1.0
        kept = {cell: total * share / whole for cell, share in mix.items()}
        # What has not moved keeps its very number: rounding must not bring or lose a child.
        return {
            cell: was if math.isclose(was, kept[cell], rel_tol=1e-12) else kept[cell]
            for cell, was in cells.items()
        }

    def _year_before(self, since: date, more: More) -> Cells:
        """Expected requests in the twelve months before the first that begins on or after `since`."""
        if since not in self._years_before:
            end = first_of_month(since, 0 if since.day == 1 else 1)
            months = [self._unheld(first_of_month(end, -back), more) for back in range(12, 0, -1)]
            self._years_before[since] = {cell: math.fsum(one[cell] for one in months) for cell in months[0]}
        return self._years_before[since]

    def _unheld(self, first: date, more: More) -> Cells:
        demand = self.settings.demand
        month = (
            self._season[first.month - 1]
            * demand.shocks.at(first)
            * demand.request_rate_multiplier.at(first)
            * more(self.calendar.number(first))
            / 1000
        )
        return {cell: rate * month for cell, rate in self._rates(first).items()}

    def _rates(self, first: date) -> Cells:
        """People times 1,000 rates with their growth, by need and age."""
        growth = self.growth(first.year)
        return {
            (need, age): requests * growth[need]
            for (need, age), requests in self._requests_at_base_rate(first).items()
        }

    def _requests_at_base_rate(self, day: date) -> Cells:
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

    def usual_mix(self) -> Cells:
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
