"""Case reviews: prices changed by decision only, and paid to the penny from the day they changed."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from typing import NamedTuple

import numpy as np

from sim.audit.evidence import Evidence
from sim.calendars import DAY
from sim.event_log import CASE_REVIEWED, ORDER_MET, PLACED, PLAN_CEASED, PRICE_CUT, PRICE_RESTORED

CHANGES = (PRICE_CUT, PRICE_RESTORED)


class Price(NamedTuple):
    """What is paid for a child from a day on: a setting and thousandths of its price."""

    day: int
    setting: str
    thousandths: int


class PricesPaid:
    """The own prices of the children for whom one has changed, followed from row to row."""

    def __init__(self, evidence: Evidence) -> None:
        self._prices: dict[int, list[Price]] = defaultdict(list)
        concerned = set(evidence.find(*CHANGES).child.tolist())
        if concerned:
            found = evidence.find(PLACED, *CHANGES)
            order = np.argsort(found.minute, kind="stable")
            for minute, child, code, value in zip(*(column[order].tolist() for column in found), strict=True):
                if child in concerned:
                    price = Price(minute // DAY, evidence.codes[code].resource, value)
                    self._prices[child].append(price)

    def days(self, name: str) -> set[int]:
        """On which some child's price in a setting begins or changes."""
        return {price.day for prices in self._prices.values() for price in prices if price.setting == name}

    def on(self, day: int, name: str, child: np.ndarray, thousandths: np.ndarray) -> np.ndarray:
        """What is paid on a day for children in a setting who first paid so much."""
        now = thousandths.copy()
        for place in np.flatnonzero(np.isin(child, list(self._prices))).tolist():
            prices = self._prices[int(child[place])]
            last = bisect_right([price.day for price in prices], day) - 1
            if last >= 0 and prices[last].setting == name:
                now[place] = prices[last].thousandths
        return now

    def differences(
        self, name: str, child: np.ndarray, first: np.ndarray, end: np.ndarray, thousandths: np.ndarray
    ) -> list[tuple[int, int, int, int, int]]:
        """(place of the stay, day, end, thousandths at first, thousandths paid) where they differ."""
        found = []
        for place in np.flatnonzero(np.isin(child, list(self._prices))).tolist():
            prices = self._prices[int(child[place])]
            ends = [price.day for price in prices[1:]] + [int(end[place])]
            for price, until in zip(prices, ends, strict=True):
                begin, until = max(price.day, int(first[place])), min(until, int(end[place]))
                if price.setting == name and begin < until:
                    found.append((place, begin, until, int(thousandths[place]), price.thousandths))
        return found


def wrong_price_changes(evidence: Evidence) -> int:
    """Prices cut that no review had decided, twice for one decision, in another setting or after the plan
    ended, and prices restored that were not cut or though the family had won nothing."""
    concerned = np.unique(evidence.find(*CHANGES).child)
    if not len(concerned):
        return 0
    found = evidence.find(PLACED, PLAN_CEASED, CASE_REVIEWED, ORDER_MET, *CHANGES)
    order = np.argsort(found.minute, kind="stable")
    order = order[np.isin(found.child[order], concerned)]
    where: dict[int, str] = {}
    decided, cut, won = (defaultdict(int) for _ in range(3))
    wrong = 0
    for child, number in zip(found.child[order].tolist(), found.code[order].tolist(), strict=True):
        code = evidence.codes[number]
        if code.event == PLACED:
            where[child], cut[child] = code.resource, 0
        elif code.event == PLAN_CEASED:
            where[child] = ""
        elif code.event == CASE_REVIEWED:
            decided[child] += code.stage == "price_cut"
        elif code.event == ORDER_MET:
            won[child] += code.stage == "amended"
        else:
            wrong += where.get(child) != code.resource
            if code.event == PRICE_CUT:
                wrong += decided[child] < 1
                decided[child], cut[child] = decided[child] - 1, cut[child] + 1
            else:
                wrong += cut[child] < 1 or won[child] < 1
                cut[child], won[child] = cut[child] - 1, won[child] - 1
    return wrong
