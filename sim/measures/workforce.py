"""Measures of people who come and go: vacancies, leavers, agency people and hours lost."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.event_log import (
    AGENCY_FTE_DAYS,
    INDUCTION_MINUTES,
    LEFT_POST,
    PREVENTIVE_LOST,
    PREVENTIVE_MINUTES,
    SICK_MINUTES,
    VACANT_FTE_DAYS,
)
from sim.measures.capacity import CASELOADS, MINUTES_AN_HOUR, staff_records
from sim.measures.groups import Groups, labels
from sim.measures.records import Records
from sim.measures.series import Series
from sim.settings import Settings, StaffPool

WORKFORCE_EVENTS = (
    AGENCY_FTE_DAYS,
    VACANT_FTE_DAYS,
    SICK_MINUTES,
    INDUCTION_MINUTES,
    PREVENTIVE_MINUTES,
    PREVENTIVE_LOST,
)
"""Of which the values matter and not only the number."""


def measure_workforce(series: Series, records: Records, groups: Groups, settings: Settings) -> None:
    """Each measure for the pools that the settings make it possible for, and for all of them."""
    leaving = _pools(settings, lambda pool: pool.turnover is not None)
    preventive = _pools(settings, lambda pool: pool.preventive is not None)
    mean_fte(series, records, "agency_fte", AGENCY_FTE_DAYS, groups.pools)
    mean_fte(series, records, "vacancies", VACANT_FTE_DAYS, leaving)
    if leaving:
        left = records.count_by(LEFT_POST, "resource", leaving)
        series.flow("posts_left", *_with_all(leaving, left))
    for measure, event, pools in (
        ("staff_hours_sick", SICK_MINUTES, leaving),
        ("staff_hours_inducting", INDUCTION_MINUTES, leaving),
        ("preventive_hours_available", PREVENTIVE_MINUTES, preventive),
        ("preventive_hours_lost", PREVENTIVE_LOST, preventive),
    ):
        if pools and (event in records.events or event != PREVENTIVE_MINUTES):
            minutes = staff_records(records, event, pools)
            series.flow(measure, *_with_all(pools, minutes), MINUTES_AN_HOUR)
    measure_other_caseloads(series, settings)


def mean_fte(series: Series, records: Records, measure: str, event: str, pools: list[str]) -> None:
    """Days of a full post over the days of the period."""
    if pools:
        names, thousandths = _with_all(pools, staff_records(records, event, pools))
        days = np.pad(np.diff(series.months.edges), 1).astype(float)
        series.ratio(measure, names, thousandths / 1000, np.tile(days, (len(names), 1)))


def measure_other_caseloads(series: Series, settings: Settings) -> None:
    """Plan-holders for each FTE of a service that works beside its pool's statutory tasks."""
    plans = series.level_of("plans_active", "all")
    for name in _pools(settings, lambda pool: pool.caseload is not None):
        if name not in CASELOADS:
            caseload = settings.staff_pools[name].caseload
            people, share = (
                np.array([schedule.at(day) for day in series.months.last_dates])
                for schedule in (caseload.fte, caseload.share_of_plans)
            )
            each = np.divide(plans * share, people, out=np.full(len(people), np.nan), where=people > 0)
            series.level("caseload_per_fte", labels("pool", [name]), each[None])


def _pools(settings: Settings, wanted: Callable[[StaffPool], bool]) -> list[str]:
    return [name for name, pool in settings.staff_pools.items() if wanted(pool)]


def _with_all(pools: list[str], by_pool: np.ndarray) -> tuple[list[str], np.ndarray]:
    """The labels of all pools together and of each, and their lines."""
    return ["all", *labels("pool", pools)], np.vstack([by_pool.sum(axis=0), by_pool])
