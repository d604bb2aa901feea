"""The real caseload at the start: plans by age × need × setting, and open cases.

Published figures give margins, not the joint table. It is fitted to the margins by iterative
proportional fitting from the association seen in a larger population (England), then rounded so
that the total holds. Children so made have their own keys, as requests have.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from sim.luck import key_of
from sim.settings import AGES, OpeningPlans, Settings, age_band


@dataclass(frozen=True, slots=True)
class Holder:
    """One plan-holder at the start."""

    key: int
    need: str
    age: int
    setting: str


def plan_holders(settings: Settings) -> Iterator[Holder]:
    """The plans in force at the start, one at a time, in a fixed order."""
    plans = settings.opening.plans
    needs, names = list(plans.by_need), list(plans.by_setting)
    counts = joint_table(settings)
    for n, s, age in zip(*(axis.tolist() for axis in np.nonzero(counts)), strict=True):
        for j in range(counts[n, s, age]):
            key = key_of("opening_plan", needs[n], age, names[s], j)
            yield Holder(key, needs[n], age, names[s])


def joint_table(settings: Settings) -> np.ndarray:
    """Whole plans by (need, setting, age), shape (needs, settings, 26), summing to the total."""
    targets = margins(settings.opening.plans)
    table = fit(seed(settings), targets)
    whole = round_along(table)
    for axis in (1, 2):
        settle(whole, table, targets[axis], axis)
    return whole


def margins(plans: OpeningPlans) -> list[np.ndarray]:
    return [
        np.array(list(plans.by_need.values()), float),
        np.array(list(plans.by_setting.values()), float),
        np.array(plans.by_age, float),
    ]


def seed(settings: Settings) -> np.ndarray:
    """Weights before fitting: the larger population's association, and the settings' ages."""
    plans = settings.opening.plans
    table = np.zeros((len(plans.by_need), len(plans.by_setting), AGES))
    for n, need in enumerate(plans.by_need):
        by_age = plans.need_by_age_seed.get(need, {})
        by_setting = plans.need_by_setting_seed.get(need, {})
        for s, setting in enumerate(plans.by_setting):
            in_setting = plans.setting_by_age_seed.get(setting, {})
            low, high = settings.settings[setting].ages
            for age in range(low, high + 1):
                band = age_band(age)
                weight = by_age.get(band, 1.0) * in_setting.get(band, 1.0)
                table[n, s, age] = weight * by_setting.get(setting, 1.0)
    return table


def fit(table: np.ndarray, targets: list[np.ndarray], rounds: int = 200) -> np.ndarray:
    """Iterative proportional fitting of a table to one margin for each axis.

    Raises ValueError when a margin cannot be met, because every cell that could is empty.
    """
    for _ in range(rounds):
        before = table
        for axis, target in enumerate(targets):
            others = tuple(other for other in range(table.ndim) if other != axis)
            have = table.sum(axis=others)
            if np.any((have == 0) & (target > 0)):
                raise ValueError(f"no cell of the opening table can hold margin {axis}'s plans")
            factor = np.divide(target, have, out=np.zeros_like(have), where=have > 0)
            shape = [1] * table.ndim
            shape[axis] = -1
            table = table * factor.reshape(shape)
        if np.array_equal(table, before):
            break
    # Sums may differ in the last bit between processors; rounding settles them before they decide.
    return np.round(table, 9)


def round_along(table: np.ndarray) -> np.ndarray:
    """Whole numbers whose running total never strays from the table's by more than a half.

    So the total, every leading margin and every row are right to within one, however small the
    cells are (rounding each cell by itself would lose the rare needs).
    """
    running = np.floor(np.cumsum(table) + 0.5)
    return np.diff(running, prepend=0).astype(int).reshape(table.shape)


def settle(whole: np.ndarray, table: np.ndarray, target: np.ndarray, axis: int) -> None:
    """Make one margin exact by moving plans along `axis`, where rounding has strayed most.

    The other margins stay as they are. Where no plan can go straight from a slice with too many
    to one with too few, it goes by way of others. Raises ValueError when there is no way.
    """
    others = tuple(other for other in range(whole.ndim) if other != axis)
    while np.any(excess := whole.sum(axis=others) - target.astype(int)):
        way = shortest_way(whole, table, excess, axis)
        if way is None:
            raise ValueError(f"no plan of the opening table can move to meet margin {axis}")
        for here, there in pairwise(way):
            move_one(whole, table, here, there, axis)


def shortest_way(whole: np.ndarray, table: np.ndarray, excess: np.ndarray, axis: int) -> list[int] | None:
    """Slices from one with too many plans to one with too few, each able to pass a plan on."""
    ways = [[int(most)] for most in np.argsort(-excess, kind="stable") if excess[most] > 0]
    seen = {way[0] for way in ways}
    for way in ways:
        if excess[way[-1]] < 0:
            return way
        many = np.take(whole, way[-1], axis) > 0
        for there in range(len(excess)):
            if there not in seen and np.any(many & (np.take(table, there, axis) > 0)):
                seen.add(there)
                ways.append([*way, there])
    return None


def move_one(whole: np.ndarray, table: np.ndarray, here: int, there: int, axis: int) -> None:
    """Move one plan between two slices, in the cell where rounding has strayed most."""
    many, few = np.take(whole, here, axis), np.take(whole, there, axis)
    error = (many - np.take(table, here, axis)) - (few - np.take(table, there, axis))
    error = np.where((many > 0) & (np.take(table, there, axis) > 0), error, -np.inf)
    cell = list(np.unravel_index(int(np.argmax(error)), error.shape))
    whole[tuple([*cell[:axis], here, *cell[axis:]])] -= 1
    whole[tuple([*cell[:axis], there, *cell[axis:]])] += 1


class Chooser:
    """Draws an item by weight from one uniform."""

    def __init__(self, weights: dict) -> None:
        self.items = [item for item, weight in weights.items() if weight > 0]
        self.steps = list(accumulate(weights[item] for item in self.items))

    def choose(self, u: float):
        return self.items[min(bisect_right(self.steps, u * self.steps[-1]), len(self.items) - 1)]
