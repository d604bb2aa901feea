"""Measures of an investment, from pounds spent and saved by year.

`spending` and `savings` are arrays of shape (replications, years), in pounds; every measure gives an
array of length replications, in which NaN stands for never or for not defined. The pay-back period and the
ratio are those that councils' business cases print; the present value is the Green Book's (HM Treasury,
2022, chapter 5 and annex 6). Nothing here is discounted but `present_value`.
"""

from __future__ import annotations

import numpy as np

TEN_YEARS = 10
NORMAL_95 = 1.959963984540054


def pay_back_year(spending: np.ndarray, savings: np.ndarray) -> np.ndarray:
    """The first year, of those with or after the first spending, by whose end savings cover spending.

    Year 1 is the first year with spending. Savings from before it count. NaN: never within these years,
    or nothing was spent.
    """
    year = _year_of_spending(spending)
    covered = (_covered(spending, savings)) & (year >= 1)
    first = np.where(covered.any(axis=1), covered.argmax(axis=1), 0)
    years = np.take_along_axis(year, first[:, None], axis=1)[:, 0]
    return np.where(covered.any(axis=1), years, np.nan)


def covered_at_the_end(spending: np.ndarray, savings: np.ndarray) -> np.ndarray:
    """True where savings cover spending when the last year ends, whatever happened before."""
    return _covered(spending, savings)[:, -1]


def savings_investment_ratio(
    spending: np.ndarray, savings: np.ndarray, years: int | None = None
) -> np.ndarray:
    """Pounds saved for each pound spent, in all years or in the first so many from the first spending on.

    NaN where nothing was spent, or where there are fewer than `years` years.
    """
    if years is not None:
        year = _year_of_spending(spending)
        enough = year[:, -1] >= years
        within = year <= years
        spending, savings = np.where(within, spending, 0.0), np.where(within, savings, 0.0)
    else:
        enough = np.ones(len(spending), dtype=bool)
    spent, saved = spending.sum(axis=1), savings.sum(axis=1)
    known = enough & (spent > 0)
    return np.divide(saved, spent, out=np.full(len(spent), np.nan), where=known)


def present_value(spending: np.ndarray, savings: np.ndarray, factors: np.ndarray | float = 1.0) -> np.ndarray:
    """Savings less spending over all years, each year's money times its discount factor.

    `factors` has one number a year, or one a replication and year; 1.0 leaves money as it is.
    """
    return ((savings - spending) * factors).sum(axis=1)


def _covered(spending: np.ndarray, savings: np.ndarray) -> np.ndarray:
    # Money is whole pence, and sums of pounds may miss it by a rounding error.
    return np.rint(np.cumsum(savings - spending, axis=1) * 100) >= 0


def _year_of_spending(spending: np.ndarray) -> np.ndarray:
    """1 in the first year with spending, 2 in the next; 0 or less before, and where nothing is spent."""
    spent = spending > 0
    years = spending.shape[1]
    first = np.where(spent.any(axis=1), spent.argmax(axis=1), years)
    return np.arange(years)[None, :] - first[:, None] + 1


def wilson(times: int, tries: int) -> tuple[float, float]:
    """The 95 % interval of a share seen `times` in so many tries (Wilson 1927); 0 to 1 without any."""
    if tries == 0:
        return 0.0, 1.0
    share, square = times / tries, NORMAL_95**2
    middle = share + square / (2 * tries)
    reach = NORMAL_95 * np.sqrt(share * (1 - share) / tries + square / (4 * tries**2))
    low, high = ((middle + side * reach) / (1 + square / tries) for side in (-1, 1))
    return float(max(low, 0.0)), float(min(high, 1.0))
