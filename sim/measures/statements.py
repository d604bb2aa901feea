"""Measures of statements and learning difficulty assessments on their way to become plans."""

from __future__ import annotations

import numpy as np

from sim.event_log import CONVERSION_BEGUN, CONVERTED, STATEMENT
from sim.measures.cases import net
from sim.measures.groups import labels, table
from sim.measures.records import NEVER, Records, Rows, numbers_of
from sim.measures.series import Series
from sim.measures.spells import Plans, Spells
from sim.settings import Settings

STATEMENT_EVENTS = (STATEMENT, CONVERSION_BEGUN, CONVERTED)
"""Of which the children matter and not only the number."""


def counted_plans(records: Records, plans: Plans, settings: Settings) -> Plans:
    """For each child the days on which its plan came into and went out of published numbers.

    Holders of a learning difficulty assessment came into them when they had a plan.
    """
    kinds = [kind for kind, terms in settings.opening.statements.items() if not terms.counted_with_plans]
    if not kinds:
        return plans
    rows = records.of(STATEMENT)
    others = rows.child[numbers_of(records.codes, "stage", kinds)[rows.code] >= 0]
    opened, ceased = plans[0].copy(), plans[1].copy()
    opened[others] = records.day_of(CONVERTED)[others]
    ceased[others] = np.where(opened[others] < NEVER, ceased[others], NEVER)
    return opened, ceased


def measure_statements(series: Series, records: Records, ceased: np.ndarray, settings: Settings) -> None:
    """Nothing where every plan of the opening day is a plan already."""
    kinds = list(settings.opening.statements)
    if not kinds:
        return
    names, converted = ["all", *labels("kind", kinds)], records.day_of(CONVERTED)
    in_force = _spells(records, records.of(STATEMENT), np.minimum(converted, ceased), kinds)
    for measure in ("statements", "conversions_outstanding"):
        series.stock(measure, names, _with_all(net(series, in_force, len(kinds), in_force.kind)))
    for year, day in series.months.census_days():
        there = in_force.kind[(in_force.first <= day) & (in_force.end > day)]
        by_kind = np.bincount(there, minlength=len(kinds))
        series.census("statements", names, year, np.append(by_kind.sum(), by_kind))
    by_kind = records.count_by(CONVERTED, "stage", kinds)
    series.flow("conversions_completed", names, _with_all(by_kind))
    begun = _spells(records, records.of(CONVERSION_BEGUN), np.minimum(converted, ceased), kinds)
    due = begun._replace(first=np.minimum(begun.first + begun.value + 1, begun.end))
    series.stock("conversions_overdue", names, _with_all(net(series, due, len(kinds), due.kind)))
    done = records.of(CONVERTED)
    kind, bins = numbers_of(records.codes, "stage", kinds)[done.code], series.months.bin_of(done.day)
    in_time = table(kind, bins, len(kinds), series.months.bins, (done.value <= 0).astype(float))
    series.ratio("conversions_on_time", names, 100 * _with_all(in_time), _with_all(by_kind))


def _spells(records: Records, rows: Rows, end: np.ndarray, kinds: list[str]) -> Spells:
    """From these rows, one a child, until the child's statement comes to its end."""
    kind = numbers_of(records.codes, "stage", kinds)[rows.code]
    first = rows.day.astype(np.int64)
    return Spells(rows.child, kind, first, np.maximum(end[rows.child], first), rows.value)


def _with_all(by_kind: np.ndarray) -> np.ndarray:
    return np.vstack([by_kind.sum(axis=0), by_kind])
