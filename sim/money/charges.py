"""Charges: so many pence a day for a child, from a first day up to an end, and their sums."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.measures.periods import Months
from sim.measures.spells import Spells, occupancy
from sim.money.prices import Step, pence_a_day
from sim.schedule import Schedule


class Account(NamedTuple):
    """What money is spent on: `detail` is the setting, the staff pool, the intervention or the event."""

    line: str
    fund: str
    detail: str


class Charges(NamedTuple):
    """Pence a day for a child from a first day up to an end."""

    child: np.ndarray
    first: np.ndarray
    end: np.ndarray
    pence: np.ndarray


def charge(stays: Spells, thousandths: np.ndarray, steps: list[Step]) -> Charges:
    """Each stay cut where its price changes, with the pence of a day of each piece."""
    firsts, ends, pounds = (np.array(column) for column in zip(*steps, strict=True))
    from_step = np.searchsorted(firsts, stays.first, side="right") - 1
    pieces = np.maximum(np.searchsorted(firsts, stays.end, side="left") - from_step, 0)
    pieces[stays.end <= stays.first] = 0
    stay = np.repeat(np.arange(len(pieces)), pieces)
    step = np.arange(len(stay)) - np.repeat(np.cumsum(pieces) - pieces - from_step, pieces)
    return Charges(
        stays.child[stay],
        np.maximum(stays.first[stay], firsts[step]),
        np.minimum(stays.end[stay], ends[step]),
        pence_a_day(pounds[step], thousandths[stay]),
    )


def charge_whole(stays: Spells, steps: list[Step]) -> Charges:
    """The same for stays that all cost the same."""
    return charge(stays, np.full(len(stays.child), 1000), steps)


def charge_once(child: np.ndarray, day: np.ndarray, pence: np.ndarray) -> Charges:
    """Pence on one day."""
    return Charges(child, day, day + 1, pence)


def sum_by_day(charges: Charges, days: int) -> np.ndarray:
    spells = Spells(charges.child, charges.child, charges.first, charges.end, charges.pence)
    return occupancy(spells, charges.pence, days)


def sum_by_child(charges: Charges, children: int) -> np.ndarray:
    # The sums stay far below 2**53, so adding them as floating-point numbers is exact.
    totals = np.bincount(charges.child, charges.pence * (charges.end - charges.first), children)
    return totals.astype(np.int64)


def value_by_day(schedule: Schedule, months: Months) -> np.ndarray:
    """A schedule's value on each day of the run."""
    days = np.array([(day - months.start).days for day in schedule.dates])
    place = np.searchsorted(days, np.arange(months.days), side="right") - 1
    return np.array(schedule.values, dtype=np.float64)[np.maximum(place, 0)]
