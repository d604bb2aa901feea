"""Measures of staff and of the work that waits for them."""

from __future__ import annotations

import numpy as np

from sim.event_log import (
    AGENCY_FTE_DAYS,
    CANCELLED,
    FTE_DAYS,
    MINUTES_AVAILABLE,
    MINUTES_USED,
    QUEUED,
    STARTED,
)
from sim.measures.groups import Groups, labels
from sim.measures.records import Records, numbers_of
from sim.measures.series import Series

MINUTES_AN_HOUR = 60
CASELOADS = {"review_officer": "plans_active", "casework_officer": "open_assessments"}
"""What each FTE of a pool carries."""


def measure_staff(series: Series, records: Records, groups: Groups) -> None:
    names = labels("pool", groups.pools)
    available = staff_records(records, MINUTES_AVAILABLE, groups.pools)
    used = staff_records(records, MINUTES_USED, groups.pools)
    series.flow("staff_hours_available", names, available, MINUTES_AN_HOUR)
    series.flow("staff_hours_used", names, used, MINUTES_AN_HOUR)
    series.ratio("staff_utilisation", names, 100 * used, available)
    queued, *left = (
        records.count_by(event, "resource", groups.pools) for event in (QUEUED, STARTED, CANCELLED)
    )
    series.stock("work_waiting", names, queued - left[0] - left[1])


def measure_caseloads(series: Series, records: Records, groups: Groups) -> None:
    """What each FTE carries at a month's close; contracted and agency people carry alike."""
    lengths = np.diff(series.months.edges)
    for pool in (pool for pool in groups.pools if pool in CASELOADS):
        days = sum(staff_records(records, event, [pool])[0, 1:-1] for event in (FTE_DAYS, AGENCY_FTE_DAYS))
        people = days / 1000 / lengths
        carried = series.level_of(CASELOADS[pool], "all")
        each = np.divide(carried, people, out=np.full(len(people), np.nan), where=people > 0)
        series.level("caseload_per_fte", [f"pool={pool}"], each[None])


def staff_records(records: Records, event: str, pools: list[str]) -> np.ndarray:
    """Values of the monthly staff rows of an event, by pool and bin."""
    rows, bins = records.of(event), records.months.bins
    pool = numbers_of(records.codes, "resource", pools)[rows.code]
    known = pool >= 0
    cell = pool[known] * bins + records.months.bin_of(rows.day[known])
    return np.bincount(cell, rows.value[known], len(pools) * bins).reshape(len(pools), bins)
