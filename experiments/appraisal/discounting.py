"""The discount factor of each financial year of a run.

It is the mean over the year's months of what a pound of that month is worth in the prices of
`prices.base_date` at the start of the run, by `account.deflator_per_year` and the dated table
`account.discount_per_year`: the same worth, month by month, that the measure cost_present_value has.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from sim.measures.periods import Months
from sim.money.valuation import at_present_value, in_real_terms
from sim.settings import Settings

FINE = 10**12
"""Pence so many that rounding them to whole ones loses nothing worth having."""


def year_factors(settings: Settings, years: Sequence[str]) -> np.ndarray | None:
    """One factor for each of these financial years; None for settings without an account.

    A year of which the run holds a part is taken for the months that it holds. KeyError for other years.
    """
    if settings.account is None:
        return None
    months = Months(settings.run.start, _days(settings))
    real = in_real_terms(np.full(months.count, FINE), settings.account, settings.prices, months)
    worth = at_present_value(real, settings.account, months) / FINE
    by_year = {
        period.label: float(worth[period.first : period.end].mean()) for period in months.periods("financial")
    }
    return np.array([by_year[year] for year in years])


def _days(settings: Settings) -> int:
    """Days of the run."""
    from sim.lengths import months_after

    start: date = settings.run.start
    return (months_after(start, settings.run.months) - start).days
