"""What late plans cost later, and what they did not cost while they were late.

A plan is late by the days from the day it was due to its issue. Its daily price is that of the
setting the child first goes to, on the day of issue, at the child's own multiple and whatever the
setting's contract.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.calendars import FINAL_PLAN
from sim.event_log import PLAN_ISSUED, REINSTATED, REQUESTED
from sim.measures.periods import Months
from sim.measures.records import NEVER, Rows
from sim.measures.spells import Spells
from sim.money.charges import Account, Charges, charge_once, value_by_day
from sim.money.prices import pence_a_day, price_by_day, price_steps
from sim.settings import Settings

BACK_DATING = "back_dating"


class LatePlans(NamedTuple):
    """Plans issued late in the run: the child, its setting, the day of issue, and pence of the days late."""

    child: np.ndarray
    setting: np.ndarray
    day: np.ndarray
    pence: np.ndarray


def late_plans(
    settings: Settings,
    stays: Spells,
    found: dict[str, Rows],
    children: int,
    months: Months,
) -> LatePlans:
    """Late plans of children who have gone to a setting, and the price of the days they were late."""
    requested, reinstated, issued = found[REQUESTED], found[REINSTATED], found[PLAN_ISSUED]
    due = np.full(children, NEVER, dtype=np.int64)
    due[requested.child] = requested.day + FINAL_PLAN
    due[reinstated.child] = reinstated.day + reinstated.value
    late = (issued.day > due[issued.child]) & (issued.day >= 0) & (issued.day < months.days)
    settled, first_stay = np.unique(stays.child, return_index=True)
    child, day = issued.child[late].astype(np.int64), issued.day[late].astype(np.int64)
    placed = np.isin(child, settled)
    child, day = child[placed], day[placed]
    stay = first_stay[np.searchsorted(settled, child)]
    setting = stays.kind[stay]
    daily = np.zeros(len(child), dtype=np.int64)
    for number, one in enumerate(settings.settings.values()):
        there = setting == number
        steps = price_steps(one.price_per_child_year, settings.prices, months.start, months.days)
        daily[there] = pence_a_day(price_by_day(steps)[day[there]], stays.value[stay[there]])
    return LatePlans(child, setting, day, daily * (day - due[child]))


def charge_back_dating(
    settings: Settings, late: LatePlans, months: Months
) -> Iterator[tuple[Account, Charges]]:
    """What is paid on the day of issue for the days late: of every late plan its expected share."""
    if settings.account is None or not any(settings.account.backdated.values):
        return
    share = value_by_day(settings.account.backdated, months)
    for number, (name, setting) in enumerate(settings.settings.items()):
        there = late.setting == number
        day = late.day[there]
        pence = np.rint(late.pence[there] * share[day]).astype(np.int64)
        yield Account(BACK_DATING, setting.fund, name), charge_once(late.child[there], day, pence)
