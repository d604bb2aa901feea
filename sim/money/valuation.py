"""Money of different years made comparable: in the prices of one date, and at its present value.

A month's money is taken at its first day. Present value follows the Treasury's Green Book: money is
first given in the prices of the base date, then discounted to the start of the run.
"""

from __future__ import annotations

import numpy as np

from sim.measures.periods import Months
from sim.money.charges import value_by_day
from sim.money.prices import DAYS_A_YEAR
from sim.schedule import index
from sim.settings import Account, Prices


def in_real_terms(pence: np.ndarray, terms: Account, prices: Prices, months: Months) -> np.ndarray:
    """Pence by month in the prices of the base date, by the deflator."""
    level = [index(terms.deflator_per_year, prices.base_date, first) for first in months.firsts]
    return np.rint(pence / np.array(level)).astype(np.int64)


def at_present_value(real: np.ndarray, terms: Account, months: Months) -> np.ndarray:
    """Real pence by month, discounted by the days gone by at the rates that held on them."""
    by_day = np.log1p(value_by_day(terms.discount_per_year, months)) / DAYS_A_YEAR
    gone_by = np.concatenate(([0.0], np.cumsum(by_day)))[months.edges[:-1]]
    return np.rint(real * np.exp(-gone_by)).astype(np.int64)
