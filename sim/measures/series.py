"""Measures by month, and how months make a period.

A flow is the sum of its months, a stock is what is there at the close of the last one, a ratio is
the sum of its parts over the sum of its wholes, a quantile is taken over all that fell in the
period, a gap is that between ratios of the period. A ratio of nothing, the quantile of nothing or
a gap between fewer than two gives no row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.measures.periods import FIRST_MONTH, Months, Period

Row = tuple[str, str, str, float]
Key = tuple[str, str]  # measure, group


@dataclass(frozen=True, slots=True)
class Sample:
    """Values of which quantiles are wanted: one each, with its group and the bin it fell in."""

    groups: Sequence[str]
    group: np.ndarray
    bin: np.ndarray
    value: np.ndarray


class Series:
    """What has been measured so far, by measure and group."""

    def __init__(self, months: Months) -> None:
        self.months = months
        self._flows: dict[Key, np.ndarray] = {}
        self._units: dict[Key, float] = {}
        self._stocks: dict[Key, np.ndarray] = {}
        self._parts: dict[Key, np.ndarray] = {}
        self._wholes: dict[Key, np.ndarray] = {}
        self._quantiles: list[tuple[str, float, Sample]] = []
        self._gaps: list[tuple[str, str, np.ndarray, np.ndarray, int]] = []
        self._census: list[tuple[str, str, str, str, float]] = []

    def flow(self, measure: str, groups: Sequence[str], by_bin: np.ndarray, units: float = 1) -> None:
        """Numbers that add up, a line of bins for each group, given `units` to one of the measure's."""
        _put(self._flows, measure, groups, by_bin[:, 1:-1])
        self._units |= dict.fromkeys(((measure, group) for group in groups), units)

    def stock(self, measure: str, groups: Sequence[str], by_bin: np.ndarray) -> None:
        """Changes, by bin, of a number that is there."""
        _put(self._stocks, measure, groups, np.cumsum(by_bin[:, :-1], axis=1)[:, 1:])

    def level(self, measure: str, groups: Sequence[str], by_month: np.ndarray) -> None:
        """A number that is there at the close of each month; NaN gives no row."""
        _put(self._stocks, measure, groups, by_month)

    def level_of(self, measure: str, group: str) -> np.ndarray:
        """What a stock already given is at the close of each month."""
        return self._stocks[measure, group]

    def ratio(self, measure: str, groups: Sequence[str], part: np.ndarray, whole: np.ndarray) -> None:
        """Part over whole, each a line of bins for each group."""
        _put(self._parts, measure, groups, part[:, 1:-1])
        _put(self._wholes, measure, groups, whole[:, 1:-1])

    def gap(self, measure: str, group: str, part: np.ndarray, whole: np.ndarray, least: int) -> None:
        """The largest less the smallest of several ratios, of those whose whole is at least so much.

        Part and whole are lines of bins, one for each of the groups that are compared.
        """
        self._gaps.append((measure, group, part[:, 1:-1], whole[:, 1:-1], least))

    def quantile(self, measure: str, share: float, sample: Sample) -> None:
        self._quantiles.append((measure, share, sample))

    def census(self, measure: str, groups: Sequence[str], year: int, values: np.ndarray) -> None:
        """Numbers of one day, given under their year whatever part of it the run holds."""
        pairs = zip(groups, values.tolist(), strict=True)
        self._census += [("calendar", str(year), measure, group, float(value)) for group, value in pairs]

    def yearly(self, wanted: Callable[[str, str], bool]) -> list[tuple[str, str, str, str, float]]:
        """Rows (calendar, period, measure, group, value) of every kind of year, sorted.

        What has been counted by census, quantile or gap is always wanted.
        """
        rows = list(self._census)
        for calendar in FIRST_MONTH:
            periods = self.months.periods(calendar)
            rows += [(calendar, *row) for row in self._rows(periods, wanted)]
            rows += [(calendar, *row) for row in self._quantile_rows(periods)]
            rows += [(calendar, *row) for row in self._gap_rows(periods)]
        return sorted(rows)

    def monthly(self, wanted: Callable[[str, str], bool]) -> list[Row]:
        """Rows (month, measure, group, value) of the wanted measures and groups, sorted."""
        periods = [Period(label, month, month + 1) for month, label in enumerate(self.months.labels)]
        return sorted(self._rows(periods, wanted))

    def _rows(self, periods: list[Period], wanted: Callable[[str, str], bool]) -> list[Row]:
        starts = [period.first for period in periods]
        lasts = [period.end - 1 for period in periods]
        rows: list[Row] = []
        for kept, reduce in (
            (self._flows, lambda table, keys: self._add(table, keys, starts)),
            (self._stocks, lambda table, _: table[:, lasts]),
            (self._parts, lambda table, keys: self._divide(table, keys, starts)),
        ):
            keys = [key for key in kept if wanted(*key)]
            if keys:
                table = np.array([kept[key] for key in keys], dtype=np.float64)
                rows += _rows_of(keys, periods, reduce(table, keys))
        return rows

    def _add(self, table: np.ndarray, keys: list[Key], starts: list[int]) -> np.ndarray:
        units = np.array([self._units[key] for key in keys], dtype=np.float64)
        return np.add.reduceat(table, starts, axis=1) / units[:, None]

    def _divide(self, parts: np.ndarray, keys: list[Key], starts: list[int]) -> np.ndarray:
        wholes = np.array([self._wholes[key] for key in keys], dtype=np.float64)
        part, whole = (np.add.reduceat(table, starts, axis=1) for table in (parts, wholes))
        return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)

    def _gap_rows(self, periods: list[Period]) -> list[Row]:
        starts = [period.first for period in periods]
        rows: list[Row] = []
        for measure, group, *tables, least in self._gaps:
            part, whole = (np.add.reduceat(table, starts, axis=1) for table in tables)
            counts = whole >= least
            each = np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0)
            most = np.where(counts, each, -np.inf).max(axis=0, initial=-np.inf)
            fewest = np.where(counts, each, np.inf).min(axis=0, initial=np.inf)
            apart = np.where(counts.sum(axis=0) > 1, most - fewest, np.nan)
            rows += _rows_of([(measure, group)], periods, apart[None])
        return rows

    def _quantile_rows(self, periods: list[Period]) -> list[Row]:
        period_of_bin = np.full(self.months.bins, -1)
        for number, period in enumerate(periods):
            period_of_bin[period.first + 1 : period.end + 1] = number
        rows: list[Row] = []
        for measure, share, sample in self._quantiles:
            table = quantiles(sample, period_of_bin, len(periods), share)
            rows += _rows_of([(measure, group) for group in sample.groups], periods, table)
        return rows


def quantiles(sample: Sample, period_of_bin: np.ndarray, periods: int, share: float) -> np.ndarray:
    """The quantile by group and period, between neighbours in proportion; NaN where there is none."""
    period = period_of_bin[sample.bin]
    inside = (period >= 0) & (sample.group >= 0)
    cell = sample.group[inside] * periods + period[inside]
    value = sample.value[inside]
    value = value[np.lexsort((value, cell))]
    count = np.bincount(cell, minlength=len(sample.groups) * periods)
    first = np.cumsum(count) - count
    place = share * np.maximum(count - 1, 0)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(count - 1, 0))
    value = np.append(value, np.nan)  # what an empty last cell looks up
    low, high = value[first + below], value[first + above]
    table = np.where(count > 0, low + (high - low) * (place - below), np.nan)
    return table.reshape(len(sample.groups), periods)


def _put(kept: dict[Key, np.ndarray], measure: str, groups: Sequence[str], table: np.ndarray) -> None:
    for group, line in zip(groups, table, strict=True):
        kept[measure, group] = line


def _rows_of(keys: list[Key], periods: list[Period], table: np.ndarray) -> list[Row]:
    return [
        (period.label, measure, group, value)
        for (measure, group), line in zip(keys, table.tolist(), strict=True)
        for period, value in zip(periods, line, strict=True)
        if value == value  # NaN stands for no row
    ]
