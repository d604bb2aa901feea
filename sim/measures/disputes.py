"""Measures of disputes and complaints: how many, how they end, what is put right and by when."""

from __future__ import annotations

import numpy as np

from sim.calendars import WEEK
from sim.event_log import (
    APPEAL_ENDED,
    APPEALED,
    COMPLAINED,
    MEDIATED,
    ORDER_MET,
    REINSTATED,
    REMEDIED,
    REOPENED_AS,
    REPORT_BOUGHT,
)
from sim.measures.cases import only
from sim.measures.groups import Grouping, labels
from sim.measures.records import NEVER, Records
from sim.measures.series import Series
from sim.measures.spells import Cases
from sim.settings import DECISIONS, Disputes, Settings

DISPUTE_EVENTS = (APPEAL_ENDED, ORDER_MET, REOPENED_AS)
"""Of which the values matter and not only the number."""
MEDIATION_OUTCOMES = ("agreed", "not_agreed")
APPEAL_OUTCOMES = ("withdrawn", "conceded", "upheld", "dismissed")


def measure_disputes(
    series: Series, records: Records, cases: Cases, everybody: Grouping, settings: Settings
) -> None:
    """Nothing where nobody can dispute, and of reports bought only where a pool may have them bought."""
    count_bought(series, records, settings)
    if settings.disputes is not None:
        count_disputes(series, records, settings.disputes)
        count_complaints(series, records)
        time_appeals(series, records)
        count_reinstated(series, records, cases, everybody)


def count_disputes(series: Series, records: Records, disputes: Disputes) -> None:
    decisions = [name for name in DECISIONS if getattr(disputes, name) is not None]
    for measure, event, outcomes in (
        ("mediations", MEDIATED, MEDIATION_OUTCOMES),
        ("appeals", APPEALED, ()),
        ("appeals_ended", APPEAL_ENDED, APPEAL_OUTCOMES),
    ):
        by_decision = records.count_by(event, "stage", decisions)
        by_outcome = records.count_by(event, "resource", outcomes)
        names = ["all", *labels("decision", decisions), *labels("outcome", outcomes)]
        series.flow(measure, names, np.vstack([by_decision.sum(axis=0), by_decision, by_outcome]))
    heard = records.count_by(APPEAL_ENDED, "resource", ("upheld", "dismissed")).sum(axis=0)
    series.flow("appeals_heard", ["all"], heard[None])


def count_complaints(series: Series, records: Records) -> None:
    for measure, event in (("complaints", COMPLAINED), ("complaints_upheld", REMEDIED)):
        series.flow(measure, ["all"], records.count(lambda code, event=event: code.event == event)[None])


def time_appeals(series: Series, records: Records) -> None:
    """Weeks from registration to end, of the appeals ended, and what was won done in its own time."""
    ended, met = records.of(APPEAL_ENDED), records.of(ORDER_MET)
    bins = series.months.bin_of(ended.day)
    days, number = (np.bincount(bins, weight, series.months.bins)[None] for weight in (ended.value, None))
    series.ratio("wait_appeal_mean", ["all"], days, WEEK * number)
    bins = series.months.bin_of(met.day)
    in_time, done = (np.bincount(bins, weight, series.months.bins)[None] for weight in (met.value <= 0, None))
    series.ratio("orders_met_on_time", ["all"], 100 * in_time, done)


def count_reinstated(series: Series, records: Records, cases: Cases, everybody: Grouping) -> None:
    """Refused children's assessments taken up again, and their plans by the limits of their own."""
    reinstated = records.day_of(REINSTATED)
    series.flow("assessments_reinstated", ["all"], everybody.count(series.months, reinstated))
    issued = only(reinstated < NEVER, cases.issued)
    in_time = only(issued <= cases.overdue, issued)
    whole, part = (everybody.count(series.months, days) for days in (issued, in_time))
    series.ratio("reinstated_plans_on_time", ["all"], 100 * part, whole)


def count_bought(series: Series, records: Records, settings: Settings) -> None:
    pools = [name for name, pool in settings.staff_pools.items() if pool.bought]
    if pools:
        by_pool = records.count_by(REPORT_BOUGHT, "resource", pools)
        series.flow("reports_bought", ["all", *labels("pool", pools)], np.vstack([by_pool.sum(0), by_pool]))
