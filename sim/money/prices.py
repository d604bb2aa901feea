"""Prices on a day: what the config says, raised each 1 April after the base date."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from sim.schedule import Schedule, index
from sim.settings import Prices

DAYS_A_YEAR = 365.25
PENCE_A_POUND = 100
ROUNDING = 1e-9
WHOLE = Schedule.constant(1.0)


class Step(NamedTuple):
    """A price in pounds that holds from day `first` up to, not including, `end`."""

    first: int
    end: int
    pounds: float


def inflation(prices: Prices, day: date) -> float:
    """What a pound of the base date's prices has become by `day`."""
    return index(prices.inflation_per_year, prices.base_date, day)


def price_steps(
    schedule: Schedule, prices: Prices, start: date, days: int, share: Schedule = WHOLE
) -> list[Step]:
    """A share of a price through the run: a step for each 1 April and each change of either."""
    end = start + timedelta(days=days)
    aprils = [date(year, 4, 1) for year in range(start.year, end.year + 1)]
    turns = {day for day in (*aprils, *schedule.dates, *share.dates) if start < day < end}
    firsts = [start, *sorted(turns)]
    return [
        Step(
            (day - start).days,
            (until - start).days,
            schedule.at(day) * share.at(day) * inflation(prices, day),
        )
        for day, until in zip(firsts, [*firsts[1:], end], strict=True)
    ]


def price_by_day(steps: list[Step]) -> np.ndarray:
    """What holds on each day of the run."""
    return np.repeat([step.pounds for step in steps], [step.end - step.first for step in steps])


def pence_a_day(pounds_a_year: np.ndarray | float, thousandths: np.ndarray | int = 1000) -> np.ndarray:
    """The daily charge for a yearly price times a multiplier in thousandths, in whole pence."""
    pence = np.asarray(pounds_a_year) * PENCE_A_POUND / DAYS_A_YEAR
    return np.rint(pence * thousandths / 1000).astype(np.int64)


def whole_places(places: np.ndarray | float) -> np.ndarray:
    """Places that a child can take: a ramp's fractions do not count until they make one."""
    return np.floor(np.asarray(places) + ROUNDING).astype(np.int64)
