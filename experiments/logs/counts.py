"""How often one step follows another, how many cases come and go, and how many are open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pandas as pd

from experiments.logs.case_logs import CaseLog
from sim.event_log import CASE_CLOSED_BY, PLAN_ISSUED, REQUESTED

COMINGS_AND_GOINGS = {
    "requests": "Requests received",
    "plans": "Final plans issued",
    "ended_otherwise": "Cases ended without a plan",
}
Namer = Callable[[date], str]


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def quarter_of(day: date) -> str:
    return f"{day.year} Q{(day.month + 2) // 3}"


def follows(log: CaseLog, first: date, last: date) -> pd.Series:
    """How often a case's step was followed by which next one between two days, by (step, next)."""
    events = log.events
    same = (events["case"] == events["case"].shift()).to_numpy()
    within = events["day"].between(first.toordinal(), last.toordinal()).to_numpy()
    pairs = pd.DataFrame({"step": events["activity"].shift(), "next": events["activity"]})[same & within]
    return pairs.groupby(["step", "next"]).size()


def throughput(log: CaseLog, first: date, last: date, named: Namer) -> pd.DataFrame:
    """Requests, plans and other ends by whole month or quarter, whatever `named` calls its days."""
    table = log.days_of_steps
    closed = table[list(CASE_CLOSED_BY)].min(axis=1)
    issued = table[PLAN_ISSUED].where(table[PLAN_ISSUED] <= closed)
    days = {
        "requests": log.events.loc[log.events["activity"] == REQUESTED, "day"],
        "plans": issued,
        "ended_otherwise": closed.where(issued.isna()),
    }
    periods = whole_periods(first, last, named)
    counted = {name: _by_period(each, first, last, named) for name, each in days.items()}
    return pd.DataFrame(counted).reindex(periods, fill_value=0).fillna(0).astype(int)


def _by_period(days: pd.Series, first: date, last: date, named: Namer) -> pd.Series:
    kept = days[days.between(first.toordinal(), last.toordinal())].astype(int)
    each, count = np.unique(kept.to_numpy(), return_counts=True)
    names = [named(date.fromordinal(int(day))) for day in each]
    return pd.Series(count, index=names, dtype=float).groupby(level=0).sum()


def backlog(log: CaseLog, first: date, last: date) -> pd.Series:
    """Cases open at the close of each month's last day: their first step taken and not closed."""
    table = log.days_of_steps
    opened = table.min(axis=1).to_numpy()
    closed = table[list(CASE_CLOSED_BY)].min(axis=1).to_numpy()
    ends = month_ends(first, last)
    open_then = [np.sum((opened <= day.toordinal()) & ~(closed <= day.toordinal())) for day in ends]
    return pd.Series(open_then, index=[month_of(day) for day in ends], dtype=int)


def month_ends(first: date, last: date) -> list[date]:
    """The last days of months between two days."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in days if (day + timedelta(days=1)).day == 1]


def whole_periods(first: date, last: date, named: Namer) -> list[str]:
    """The months or quarters that lie wholly between two days, in order."""
    before, after = named(first - timedelta(days=1)), named(last + timedelta(days=1))
    days = range(first.toordinal(), last.toordinal() + 1)
    names = dict.fromkeys(named(date.fromordinal(day)) for day in days)
    return [name for name in names if name not in (before, after)]
