"""What places cost: block places paid whether filled or not, spot prices, and children over number."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sim.measures.periods import Months
from sim.measures.spells import Spells
from sim.money.charges import Account, Charges, charge, charge_whole, value_by_day
from sim.money.own_prices import Parts, at_own_prices
from sim.money.prices import pence_a_day, price_by_day, price_steps, whole_places
from sim.settings import Settings

BLOCK, OVER_NUMBER = "block_contract", "over_number"


class Terms(NamedTuple):
    """A contract on offer: so many block places at a yearly price, and the price of each child beyond."""

    block_places: float
    block_price: float
    spot_price: float

    def cost(self, children: float) -> float:
        """Pounds a year for so many children."""
        beyond = max(children - self.block_places, 0.0)
        return self.block_places * self.block_price + beyond * self.spot_price


def break_even_occupancy(now: Terms, offer: Terms) -> float | None:
    """The fewest children, the year round, at which `offer` costs no more than `now`; None if it never does.

    Both costs are straight lines between their numbers of block places, so the difference is closed
    in proportion within one of these stretches.
    """
    turns = sorted({0.0, now.block_places, offer.block_places})
    for low, high in pairwise([*turns, math.inf]):
        gap = offer.cost(low) - now.cost(low)
        if gap <= 0:
            return low
        closing = _next_child(now, low) - _next_child(offer, low)
        if closing > 0 and gap <= closing * (high - low):
            return low + gap / closing
    return None


def _next_child(terms: Terms, children: float) -> float:
    """Pounds a year for one child more."""
    return terms.spot_price if children >= terms.block_places else 0.0


def charge_places(
    settings: Settings, name: str, stays: Spells, months: Months, parts: Parts
) -> Iterator[tuple[Account, Charges]]:
    """The children in a setting, each at its own multiple of the price or by the setting's contract.

    In some `parts` of their stays children have another multiple, after a case review.
    """
    setting = settings.settings[name]
    account, price, multiple = Account(setting.line, setting.fund, name), setting.price_per_child_year, True
    if setting.contract is not None:
        stays = beyond(stays, whole_places(value_by_day(setting.contract.block_places, months)))
        if setting.contract.spot_price_per_child_year is not None:
            price, multiple = setting.contract.spot_price_per_child_year, False
    steps = price_steps(price, settings.prices, months.start, months.days)
    stays = at_own_prices(stays, parts)
    yield account, charge(stays, stays.value, steps) if multiple else charge_whole(stays, steps)


def charge_over_number(
    settings: Settings, name: str, stays: Spells, months: Months
) -> Iterator[tuple[Account, Charges]]:
    """What each child above the commissioned places costs besides: the last to come, as for contracts."""
    setting = settings.settings[name]
    if setting.places is None or not any(setting.over_number_price_per_child_year.values):
        return
    above = beyond(stays, whole_places(value_by_day(setting.places, months)))
    price = setting.over_number_price_per_child_year
    steps = price_steps(price, settings.prices, months.start, months.days)
    yield Account(OVER_NUMBER, setting.fund, name), charge_whole(above, steps)


def block_lines(settings: Settings, name: str, months: Months) -> Iterator[tuple[Account, np.ndarray]]:
    """Every block place is paid by the day, filled or not."""
    setting = settings.settings[name]
    if setting.contract is None:
        return
    places = whole_places(value_by_day(setting.contract.block_places, months))
    price = setting.contract.block_price_per_place_year
    steps = price_steps(price, settings.prices, months.start, months.days)
    yield Account(BLOCK, setting.fund, name), months.total(places * pence_a_day(price_by_day(steps)))


def beyond(stays: Spells, places: np.ndarray) -> Spells:
    """The parts of stays in one setting that are beyond its first `places[day]` children of the day.

    Those who have been there longest come first, then by number. All stays lie within the days.
    """
    order = np.lexsort((stays.child, stays.first))
    order = order[stays.end[order] > stays.first[order]]
    ordered = Spells(*(column[order] for column in stays))
    threshold = _first_beyond(ordered, places)
    stay, first, end = [], [], []
    for rank, (came, left) in enumerate(zip(ordered.first.tolist(), ordered.end.tolist(), strict=True)):
        outside = np.concatenate(([False], threshold[came:left] <= rank, [False]))
        turns = (came + np.flatnonzero(outside[1:] != outside[:-1])).tolist()
        first += turns[0::2]
        end += turns[1::2]
        stay += [rank] * (len(turns) // 2)
    own = np.array(stay, dtype=np.int64)
    firsts, ends = np.array(first, dtype=np.int64), np.array(end, dtype=np.int64)
    return Spells(ordered.child[own], ordered.kind[own], firsts, ends, ordered.value[own])


def _first_beyond(stays: Spells, places: np.ndarray) -> np.ndarray:
    """For each day the place, among the ordered stays, of the first child who is beyond `places`."""
    came, left = stays.first.tolist(), stays.end.tolist()
    leaving = np.argsort(stays.end, kind="stable").tolist()
    present: list[int] = []  # places of the stays of the day, ascending because they come in that order
    arrived = gone = 0
    threshold = np.full(len(places), len(came), dtype=np.int64)
    for day, block in enumerate(places.tolist()):
        while arrived < len(came) and came[arrived] <= day:
            present.append(arrived)
            arrived += 1
        while gone < len(left) and left[leaving[gone]] <= day:
            del present[bisect_left(present, leaving[gone])]
            gone += 1
        if block < len(present):
            threshold[day] = present[block]
    return threshold
