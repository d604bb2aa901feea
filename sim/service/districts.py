"""Where children live, and districts that ask for more or less than their share.

A district that asks for less loses requests picked by the children's own luck; one that asks for more
gains children of its own, a further Poisson count for each cell. Both leave a Poisson process at
the district's own rate (thinning and superposition), and nobody in another district moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from sim.luck import Luck, key_of, poisson_quantile
from sim.settings import Settings


class Districts:
    """The districts of one authority, and which of their families ask."""

    def __init__(self, settings: Settings, luck: Luck) -> None:
        self._shares = settings.authority.districts
        self._multipliers = settings.demand.district_multipliers
        self.differ = bool(self._multipliers)
        self._home, self._asks = luck.purpose("child.district"), luck.purpose("demand.district")
        self._count = luck.purpose("demand.district_count")
        self.at_start = self._weighted(settings.run.start)

    def _weighted(self, day: date) -> dict[str, float]:
        """The share of each district times its multiplier of that day; their sum need not be 1."""
        return {name: share * self._multiplier(name, day) for name, share in self._shares.items()}

    def _multiplier(self, district: str, day: date) -> float:
        schedule = self._multipliers.get(district)
        return schedule.at(day) if schedule is not None else 1.0

    def home(self, u: float) -> str:
        """Where somebody lives who is there at the start or moves in, from their own uniform."""
        if not self.differ:
            return slice_of(self._shares, u)
        return slice_of(self.at_start, u * sum(self.at_start.values()))

    def asking(
        self, keys: Iterable[int], expected: float, cell: tuple[str, int], month: date
    ) -> Iterator[tuple[int, str]]:
        """The keys and districts of those who ask in a cell of need and age, in the month begun.

        `keys` are those who would ask at the county's rates, `expected` how many would on average.
        """
        for key in keys:
            district = slice_of(self._shares, self._home(key))
            if self._asks(key) < self._multiplier(district, month):
                yield key, district
        occasion = month.year * 12 + month.month
        for district, share in self._shares.items():
            more = expected * share * max(self._multiplier(district, month) - 1, 0.0)
            count = poisson_quantile(more, self._count(key_of("cell", *cell, district), occasion))
            for j in range(count):
                yield key_of("request", *cell, district, occasion, j), district


def slice_of(shares: dict[str, float], u: float) -> str:
    """The name whose slice of the shares `u` falls in; nothing if there is none."""
    for name, share in shares.items():
        u -= share
        if u < 0:
            return name
    return next(reversed(shares), "")
