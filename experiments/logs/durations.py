"""How long each stage of a case lasts, with the cases that are still in it.

A case still open when it was last followed has lasted at least so long: it is censored, not left
out, or the long ones would be missing. Shares of stages over by a day are Kaplan and Meier's.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from scipy.stats import CensoredData, ecdf, lognorm

from experiments.logs.activities import TO_CLOSE, TO_PLAN, stages_between
from experiments.logs.case_logs import CaseLog
from sim.event_log import CASE_CLOSED_BY, PLAN_ISSUED, REQUESTED

DECILES = tuple(share / 10 for share in range(1, 10))
SAME_DAY = 0.5
"""A stage that opens and closes on one day counts as half a day where it must be above nought."""


def spells(log: CaseLog, first: date | None = None, last: date | None = None) -> pd.DataFrame:
    """Stages opened between two days: stage, file, days, done (False: still open at the close of `last`).

    The time from request to plan is that of plans issued alone, as the 20-week return counts it.
    """
    table = log.days_of_steps
    begin, end = (first or log.first).toordinal(), (last or log.last).toordinal()
    closed = table[list(CASE_CLOSED_BY)].min(axis=1)
    stages = stages_between(log.activities)
    parts = []
    for place, stage in enumerate(stages):
        after = [each.opened_by for each in stages[place + 1 :]]
        ended = pd.concat([table[after], closed], axis=1).min(axis=1)
        parts.append(_spells(stage.name, table[stage.opened_by], ended, closed, begin, end))
    if REQUESTED in log.activities:
        parts.append(_spells(TO_CLOSE, table[REQUESTED], closed, closed, begin, end))
        issued = table[PLAN_ISSUED].where((table[PLAN_ISSUED] <= end) & (table[PLAN_ISSUED] <= closed))
        asked = table[REQUESTED].where(issued.notna())
        parts.append(_spells(TO_PLAN, asked, issued, closed, begin, end))
    return pd.concat(parts, ignore_index=True)


def _spells(
    stage: str, opened: pd.Series, ended: pd.Series, closed: pd.Series, begin: int, end: int
) -> pd.DataFrame:
    """One stage's spells of the files that entered it in time and before they were closed."""
    entered = (opened >= begin) & (opened <= end) & ~(opened > closed)
    opened, ended = opened[entered], ended[entered]
    done = ended <= end
    days = np.where(done, ended, end) - opened
    return pd.DataFrame({"stage": stage, "file": opened.index, "days": days.astype(int), "done": done})


def share_over(rows: pd.DataFrame, days: np.ndarray) -> np.ndarray:
    """Kaplan and Meier's share of stages that are over by the close of each of these days."""
    found = ecdf(CensoredData.right_censored(rows["days"].to_numpy(float), ~rows["done"].to_numpy(bool)))
    return found.cdf.evaluate(days)


def quantiles(rows: pd.DataFrame, shares: tuple[float, ...] = DECILES) -> np.ndarray:
    """The first day by which each share of the stages is over; NaN where so many never are in the log."""
    days = np.unique(rows["days"].to_numpy(float))
    over = share_over(rows, days)
    places = np.searchsorted(over, np.array(shares) - 1e-9)
    return np.where(places < len(days), days[np.minimum(places, len(days) - 1)], np.nan)


def lognormal(rows: pd.DataFrame) -> tuple[float, float]:
    """Mean days and coefficient of variation of the lognormal that fits best, open stages censored."""
    days = np.maximum(rows["days"].to_numpy(float), SAME_DAY)
    done = rows["done"].to_numpy(bool)
    if not done.any() or np.ptp(days[done]) == 0:
        return (float(days[done][0]), 0.0) if done.all() and len(days) else (np.nan, np.nan)
    spread, _, scale = lognorm.fit(CensoredData.right_censored(days, ~done), floc=0)
    return float(scale * np.exp(spread**2 / 2)), float(np.sqrt(np.expm1(spread**2)))
