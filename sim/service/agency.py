"""Agency people who stand in for vacant posts, day by day, as long as the year's money lasts."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from sim.schedule import index
from sim.settings import AGENCY_DAYS_A_YEAR, Agency, StaffPool

if TYPE_CHECKING:
    from sim.service.authority import LocalAuthority

DAYS_A_YEAR = 365.25
PENCE_A_POUND = 100
APRIL = 4


class AgencyCover:
    """What one pool spends on cover, reckoned when it is booked, at the prices of the month's first day.

    Each month's bill is rounded up to a penny, so that what is paid is never above the budget.
    """

    def __init__(self, la: LocalAuthority, pool: StaffPool, terms: Agency) -> None:
        self.la = la
        self.pool = pool
        self.terms = terms
        self._rates: dict[date, float] = {}
        self._booked: dict[date, int] = defaultdict(int)  # thousandths of a post, over a month's days
        self._spent: dict[int, int] = defaultdict(int)  # pence by the year in which April began it

    def book(self, vacant: np.ndarray, first: int, end: int) -> np.ndarray:
        """Thousandths of a post covered on each day from `first` up to `end`, of those vacant then.

        `vacant` holds shares of a post by day. Days that the budget cannot bear stay uncovered.
        """
        covered = np.zeros(len(vacant), dtype=np.int64)
        for day in range(first + self.terms.after_days, end):
            today = self.la.calendar.date_of(day)
            wanted = round(1000 * self.terms.cover.at(today) * vacant[day])
            if self._pay(today, wanted):
                covered[day] = wanted
        return covered

    def _pay(self, day: date, thousandths: int) -> bool:
        """Take one day's cover from the budget of its financial year, if there is enough left."""
        if self.terms.budget_per_year is None:
            return True
        month = day.replace(day=1)
        april = date(day.year if day.month >= APRIL else day.year - 1, APRIL, 1)
        rate, booked = self._rate(month), self._booked[month]
        spent = self._spent[april.year] - math.ceil(rate * booked) + math.ceil(rate * (booked + thousandths))
        if spent > round(self.terms.budget_per_year.at(april) * PENCE_A_POUND):
            return False
        self._booked[month], self._spent[april.year] = booked + thousandths, spent
        return True

    def _rate(self, month: date) -> float:
        """Pence for a thousandth of a post on one calendar day of the month."""
        if month not in self._rates:
            prices = self.la.settings.prices
            inflation = index(prices.inflation_per_year, prices.base_date, month)
            yearly = self.pool.agency_cost_per_day.at(month) * inflation * AGENCY_DAYS_A_YEAR
            self._rates[month] = yearly * PENCE_A_POUND / DAYS_A_YEAR / 1000
        return self._rates[month]
