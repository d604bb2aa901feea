"""Three forecasts anybody could make without a model, each with the errors it used to have.

A method gives a point. Its errors are what became of the same method at earlier origins: the log
ratio of outcome to point for counts (half a case is added to both, so that nought can be told), the
difference in points for a rate. They are pooled over all authorities, because each has only a few
years, and over all origins whose outcome was known by the freeze. The forecast is the point moved by
each of these errors, so a method that used to be too low by 5 % is put right by 5 %.

Where no earlier origin reaches a horizon, the errors of the longest one reached are stretched: their
mean in proportion to the horizon, and their variance in proportion to it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from experiments.backtest.targets import FIRST_ORIGIN, FIRST_YEAR, Target

YearValues = Mapping[int, float]
History = Mapping[str, YearValues]
"""Authority code → year → published value."""
Point = Callable[[YearValues, int, int, bool], float | None]

LEAST_FACTOR, MOST_FACTOR = 0.75, 1.33
"""A year's growth carried on is never more than a third up or a quarter down a year."""
MOST_POINTS = 10.0
"""Nor does a rate move by more points a year than this."""
TREND_YEARS, FEWEST_YEARS = 5, 3
HALF = 0.5
FEWEST_ERRORS = 20


def last_value(years: YearValues, last: int, horizon: int, is_rate: bool) -> float | None:
    """The last known year, again."""
    return years.get(last)


def growth(years: YearValues, last: int, horizon: int, is_rate: bool) -> float | None:
    """The last year's growth factor repeated; of a rate, its change in points."""
    now, before = years.get(last), years.get(last - 1)
    if now is None or before is None or (before <= 0 and not is_rate):
        return None
    if is_rate:
        step = min(max(now - before, -MOST_POINTS), MOST_POINTS)
        return min(max(now + step * horizon, 0.0), 100.0)
    return now * min(max(now / before, LEAST_FACTOR), MOST_FACTOR) ** horizon


def linear_trend(years: YearValues, last: int, horizon: int, is_rate: bool) -> float | None:
    """Least squares through the last five known years, carried on; never below nought."""
    known = [year for year in range(last - TREND_YEARS + 1, last + 1) if year in years]
    if len(known) < FEWEST_YEARS or last not in years:
        return None
    middle = sum(known) / len(known)
    mean = sum(years[year] for year in known) / len(known)
    slope = sum((year - middle) * years[year] for year in known) / sum((year - middle) ** 2 for year in known)
    point = max(mean + slope * (last + horizon - middle), 0.0)
    return min(point, 100.0) if is_rate else point


METHODS: dict[str, Point] = {"last_value": last_value, "growth": growth, "linear_trend": linear_trend}
LABELS = {
    "simulated": "The simulation",
    "last_value": "Last value",
    "growth": "Growth carried on",
    "linear_trend": "Linear trend",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What a method would have said at an earlier origin, and what happened."""

    code: str
    last: int
    """The last year known at that origin."""
    horizon: int
    point: float
    outcome: float


def trials(history: History, target: Target, method: str, horizons: int) -> Iterator[Trial]:
    """Every forecast a method could have made within the history, at every origin."""
    first = FIRST_YEAR if target.is_stock else FIRST_ORIGIN
    for code, values in history.items():
        years = {year: value for year, value in values.items() if year >= FIRST_YEAR}
        for last in sorted(year for year in years if year >= first):
            for horizon in range(1, horizons + 1):
                outcome = years.get(last + horizon)
                point = METHODS[method](years, last, horizon, target.is_rate)
                if point is not None and outcome is not None:
                    yield Trial(code, last, horizon, point, outcome)


def error_of(point: float, outcome: float, is_rate: bool) -> float:
    """Outcome against point: a difference in points, or a log ratio."""
    return outcome - point if is_rate else float(np.log((outcome + HALF) / (point + HALF)))


@dataclass(frozen=True)
class Errors:
    """Past errors of one method: horizon → errors, sorted; those beyond `reach` are stretched ones."""

    by_horizon: dict[int, np.ndarray]
    reach: int


def errors_by_horizon(made: list[Trial], target: Target, last: int, horizons: int) -> Errors:
    """The errors of the trials whose outcome was known in the year `last`.

    A horizon that no trial reaches has the errors of the longest that one does, stretched. Empty
    where no horizon has enough of them.
    """
    found: dict[int, list[float]] = {}
    for trial in made:
        if trial.last + trial.horizon <= last:
            error = error_of(trial.point, trial.outcome, target.is_rate)
            found.setdefault(trial.horizon, []).append(error)
    enough = {h: np.sort(np.array(errors)) for h, errors in found.items() if len(errors) >= FEWEST_ERRORS}
    longest = max(enough, default=0)
    beyond = {h: stretched(enough[longest], h / longest) for h in range(longest + 1, horizons + 1) if longest}
    return Errors(enough | beyond, longest)


def stretched(errors: np.ndarray, times: float) -> np.ndarray:
    """Errors of a horizon so many times as long: mean and variance both in proportion to it."""
    mean = errors.mean()
    return mean * times + (errors - mean) * np.sqrt(times)


def moved(point: float, errors: np.ndarray, is_rate: bool) -> np.ndarray:
    """The forecast distribution: the point moved by each error, within what is possible. Sorted."""
    if is_rate:
        return np.clip(point + errors, 0.0, 100.0)
    return np.maximum((point + HALF) * np.exp(errors) - HALF, 0.0)


@dataclass(frozen=True)
class Naive:
    """The three methods for one target, frozen in the year `last`, with their errors by then."""

    target: Target
    last: int
    errors: dict[str, Errors]

    @property
    def methods(self) -> list[str]:
        """Those that have any errors to go by."""
        return [name for name, errors in self.errors.items() if errors.reach]

    def draws(self, method: str, years: YearValues, horizon: int) -> np.ndarray | None:
        """The forecast distribution of one authority, or None where the method has none."""
        known = {year: value for year, value in years.items() if FIRST_YEAR <= year <= self.last}
        point = METHODS[method](known, self.last, horizon, self.target.is_rate)
        errors = self.errors[method].by_horizon.get(horizon)
        if point is None or errors is None:
            return None
        return moved(point, errors, self.target.is_rate)


def freeze(history: History, target: Target, last: int, horizons: int) -> Naive:
    """The naive forecasters as they stood when the year `last` was the last one known.

    What the history holds of later years is not looked at.
    """
    errors = {}
    for method in METHODS:
        made = list(trials(history, target, method, horizons))
        errors[method] = errors_by_horizon(made, target, last, horizons)
    return Naive(target, last, errors)
