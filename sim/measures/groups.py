"""Groups that measures are given by, such as need=ASD or setting=inmss, and counting by them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sim.event_log import SERVICES, EventLog
from sim.measures.periods import Months
from sim.settings import Settings


@dataclass(frozen=True, slots=True)
class Grouping:
    """Labels such as "need=ASD", for each child the number of its label, and their kind, "need"."""

    labels: list[str]
    of_child: np.ndarray
    kind: str = ""

    def count(self, months: Months, days: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
        """How many children by group and bin of their day, or the sum of their weights."""
        return table(self.of_child, months.bin_of(days), len(self.labels), months.bins, weight)


@dataclass(frozen=True, slots=True)
class Groups:
    """The groupings of children, and the names that rows of the log may carry."""

    everybody: Grouping
    need: Grouping
    district: Grouping
    source: Grouping
    settings: list[str]
    pools: list[str]

    @property
    def compared(self) -> tuple[Grouping, ...]:
        """Groups of children who may fare differently."""
        return self.need, self.district, self.source


def groups_of(log: EventLog, settings: Settings) -> Groups:
    """Groups come from the config, so a replication without a need has a row with 0 for it."""
    everybody = Grouping(["all"], np.zeros(len(log.children["need"]), dtype=np.int64))
    others = sum(map(log.children["origin"].count, SERVICES))
    return Groups(
        everybody,
        _grouping("need", settings.needs, log.children["need"], others),
        _grouping("district", settings.authority.districts, log.children["district"], others),
        _grouping("source", settings.demand.sources, log.children["source"], others),
        list(settings.settings),
        list(settings.staff_pools),
    )


def table(
    group: np.ndarray, bin_: np.ndarray, groups: int, bins: int, weight: np.ndarray | None = None
) -> np.ndarray:
    """Counts, or sums of weights, with a line for each group and a column for each bin."""
    return np.bincount(group * bins + bin_, weight, groups * bins).reshape(groups, bins)


def labels(kind: str, names: Iterable[str]) -> list[str]:
    return [f"{kind}={name}" for name in names]


def _grouping(kind: str, known: Iterable[str], column: list[str], others: int) -> Grouping:
    """`others` children are of other services: they have no need, district or source and are not counted."""
    names = list(dict.fromkeys([*known, *sorted({name for name in column if name})]))
    number = {name: place for place, name in enumerate(names)}
    if column.count("") > others or (others and not names):  # a child of no district or source
        names, number[""] = [*names, "unknown"], len(names)
    number.setdefault("", 0)  # where those of other services stand is all one
    of_child = np.fromiter(map(number.__getitem__, column), dtype=np.int64, count=len(column))
    return Grouping(labels(kind, names), of_child, kind)
