"""Decisions as probabilities by need, age and source.

The authority's published share of refusals is an average; a source or an age that is refused
more often has higher odds. The reference odds are solved so that the average over the usual
mix of requests is the published share.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import cached_property

from sim.settings import Settings, age_band


class RefusalToAssess:
    """Chance of a refusal to assess for each kind of request, averaging to the given share."""

    def __init__(self, settings: Settings, usual_mix: dict[tuple[str, int], float]) -> None:
        self.settings = settings
        self._usual_mix = usual_mix
        self._reference: dict[float, float] = {0.0: 0.0}

    def chance(self, share: float, need: str, age: int, source: str) -> float:
        if share >= 1:
            return 1.0
        odds = self._reference_odds(share) * self._relative_odds(need, age_band(age), source)
        return odds / (1 + odds)

    def _relative_odds(self, need: str, band: str, source: str) -> float:
        decisions = self.settings.decisions
        return (
            self.settings.demand.sources[source].refusal_odds
            * decisions.refusal_odds_by_age.get(band, 1.0)
            * decisions.refusal_odds_by_need.get(need, 1.0)
        )

    @cached_property
    def _mix(self) -> list[tuple[float, float]]:
        """(weight, relative odds) of every kind of request; the weights sum to 1."""
        weights: dict[float, float] = {}
        total = math.fsum(self._usual_mix.values())
        for (need, age), count in self._usual_mix.items():
            for name, source in self.settings.demand.sources.items():
                odds = self._relative_odds(need, age_band(age), name)
                weights[odds] = weights.get(odds, 0.0) + count / total * source.share
        return [(weight, odds) for odds, weight in weights.items() if weight > 0]

    def _reference_odds(self, share: float) -> float:
        """Odds that give the average `share`, by bisection on their logarithm."""
        if share not in self._reference:
            low, high = -50.0, 50.0
            for _ in range(60):
                middle = (low + high) / 2
                reference = math.exp(middle)
                mean = math.fsum(w * reference * o / (1 + reference * o) for w, o in self._mix)
                low, high = (middle, high) if mean < share else (low, middle)
            self._reference[share] = math.exp((low + high) / 2)
        return self._reference[share]


class Hazard:
    """A yearly chance of an event, at any time, as one date for each child.

    The date is where the cumulative hazard since `after` reaches the child's own exponential
    threshold, so a later start or another child changes nobody else's.
    """

    def __init__(self, per_year_on_day: list[float]) -> None:
        total = 0.0
        self._cumulative = [0.0]
        for rate in per_year_on_day:
            # A yearly share p is the hazard -ln(1 - p), spread evenly over the year.
            total -= math.log1p(-min(rate, 1 - 1e-12)) / 365.25
            self._cumulative.append(total)

    def day(self, after: int, u: float) -> int | None:
        """The first day after `after` on which it happens, or None within the horizon."""
        threshold = self._cumulative[min(after + 1, len(self._cumulative) - 1)] - math.log(u)
        if threshold >= self._cumulative[-1]:
            return None
        return bisect_right(self._cumulative, threshold) - 1
