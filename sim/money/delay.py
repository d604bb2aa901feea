"""What late plans cost later, and what they did not cost while they were late.

A plan is late by the days from the day it was due to its issue. Its daily price is what one more
child costs in the setting the child first goes to, on the day of issue: the setting's price at the
child's own multiple or, by a contract, its spot price if there is one. On days when a block place
stood free there, one more child would have cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.calendars import FINAL_PLAN
from sim.event_log import PLAN_ISSUED, REINSTATED, REQUESTED
from sim.measures.periods import Months
from sim.measures.records import NEVER, Rows
from sim.measures.spells import Spells, occupancy
from sim.money.charges import Account, Charges, charge_once, value_by_day
from sim.money.prices import pence_a_day, price_by_day, price_steps, whole_places
from sim.settings import Contract, Settings

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
    pence = np.zeros(len(child), dtype=np.int64)
    for number, one in enumerate(settings.settings.values()):
        there = setting == number
        price, multiple = one.price_per_child_year, stays.value[stay[there]]
        since, until = due[child[there]], day[there]
        paid = until - since
        if one.contract is not None:
            paid = _days_without_room(
                one.contract, _chosen(stays, stays.kind == number), since, until, months
            )
            if one.contract.spot_price_per_child_year is not None:
                price, multiple = one.contract.spot_price_per_child_year, np.full(len(paid), 1000)
        steps = price_steps(price, settings.prices, months.start, months.days)
        pence[there] = pence_a_day(price_by_day(steps)[until], multiple) * paid
    return LatePlans(child, setting, day, pence)


def _days_without_room(
    contract: Contract, stays: Spells, since: np.ndarray, until: np.ndarray, months: Months
) -> np.ndarray:
    """How many of the days from `since` up to `until` found every block place filled.

    Days before the run are taken to be as its first.
    """
    places = whole_places(value_by_day(contract.block_places, months))
    filled = occupancy(stays, None, months.days) >= places
    before = np.concatenate(([0], np.cumsum(filled)))
    early = np.maximum(-since, 0) - np.maximum(-until, 0)
    return before[np.maximum(until, 0)] - before[np.maximum(since, 0)] + early * filled[0]


def _chosen(stays: Spells, wanted: np.ndarray) -> Spells:
    return Spells(*(column[wanted] for column in stays))


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
