"""Measures of requests and cases: counts, the 20 weeks as SEN2 counts them, waits and open cases."""

from __future__ import annotations

import numpy as np

from sim.calendars import ADVICE, DECIDE_TO_ASSESS, DECIDE_TO_ISSUE, FINAL_PLAN, WEEK
from sim.event_log import (
    ADVICE_ASKED,
    ADVICE_RECEIVED,
    AGREED,
    CASE_STAGES,
    NOT_ISSUED,
    REFUSED,
)
from sim.measures.groups import Grouping, Groups, labels, table
from sim.measures.records import NEVER, Records
from sim.measures.series import Sample, Series
from sim.measures.spells import Cases, Spells, late_cases_of, occupancy


def measure_cases(series: Series, records: Records, cases: Cases, groups: Groups) -> None:
    count_requests(series, records, cases, groups)
    count_plans_issued(series, cases, groups)
    rate_in_time(series, cases, groups)
    rate_steps(series, records, cases, groups)
    measure_waits(series, cases, groups)
    count_open(series, cases, groups)
    measure_stages(series, records, cases, groups.everybody)


def within(days: int, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Whether `end` came within so many days of `start`, if both came; the day of the start is day 0."""
    return (start < NEVER) & (end < NEVER) & (end - start <= days)


def count_requests(series: Series, records: Records, cases: Cases, groups: Groups) -> None:
    months = series.months
    for grouping in (groups.everybody, groups.need, groups.district):
        series.flow("requests", grouping.labels, grouping.count(months, cases.requested))
    refused, not_issued = records.day_of(REFUSED), records.day_of(NOT_ISSUED)
    series.flow("requests_refused", ["all"], groups.everybody.count(months, refused))
    completed = np.minimum(cases.issued, not_issued)
    series.flow("assessments_completed", ["all"], groups.everybody.count(months, completed))


def count_plans_issued(series: Series, cases: Cases, groups: Groups) -> None:
    months = series.months
    for grouping in (groups.everybody, groups.need, groups.district):
        series.flow("plans_issued", grouping.labels, grouping.count(months, cases.issued))
    in_time = only(within(FINAL_PLAN, cases.requested, cases.issued), cases.issued)
    series.flow("plans_issued_within_20_weeks", ["all"], groups.everybody.count(months, in_time))


def rate_in_time(series: Series, cases: Cases, groups: Groups) -> None:
    """SEN2's rate over plans issued in the period, exceptions in, and out of both its parts."""
    in_return = (cases.issued < NEVER) & ~cases.outside
    in_time = within(FINAL_PLAN, cases.requested, cases.issued)
    for suffix, counted, groupings in (
        ("incl", in_return, (groups.everybody, groups.district)),
        ("excl", in_return & ~cases.exception, (groups.everybody,)),
    ):
        for grouping in groupings:
            whole = grouping.count(series.months, only(counted, cases.issued))
            part = grouping.count(series.months, only(counted & in_time, cases.issued))
            series.ratio(f"timeliness_20w_{suffix}", grouping.labels, 100 * part, whole)
            series.flow(f"timeliness_20w_denominator_{suffix}", grouping.labels, whole)


def rate_steps(series: Series, records: Records, cases: Cases, groups: Groups) -> None:
    """Percentages of decisions, EP advice and drafts that kept their own limit."""
    decided = np.minimum(records.day_of(AGREED), records.day_of(REFUSED))
    drafted = cases.opened["finalising"]
    asked, received = records.day_of(ADVICE_ASKED), records.day_of(ADVICE_RECEIVED)
    for measure, limit, start, end in (
        ("decisions_by_week_6", DECIDE_TO_ASSESS, cases.requested, decided),
        ("ep_advice_within_6w", ADVICE, asked, received),
        ("drafts_by_week_16", DECIDE_TO_ISSUE, cases.requested, drafted),
    ):
        whole = groups.everybody.count(series.months, only(start < NEVER, end))
        part = groups.everybody.count(series.months, only(within(limit, start, end), end))
        series.ratio(measure, ["all"], 100 * part, whole)


def measure_waits(series: Series, cases: Cases, groups: Groups) -> None:
    """Weeks from request to plan, over the plans issued in the period."""
    waited = np.flatnonzero(cases.has_waited)
    wait, bins = cases.wait[waited], series.months.bin_of(cases.issued[waited])
    for grouping in (groups.everybody, groups.need, groups.district):
        group = grouping.of_child[waited]
        shape = (len(grouping.labels), series.months.bins)
        days, number = table(group, bins, *shape, wait), table(group, bins, *shape)
        series.ratio("wait_request_to_plan_mean", grouping.labels, days, WEEK * number)
        if grouping is not groups.district:
            sample = Sample(grouping.labels, group, bins, wait / WEEK)
            series.quantile("wait_request_to_plan_median", 0.5, sample)
            series.quantile("wait_request_to_plan_p90", 0.9, sample)


def count_open(series: Series, cases: Cases, groups: Groups) -> None:
    """Open cases, those past 20 weeks, and the child-weeks gone by past 20 weeks.

    A case taken up again after a refusal has a limit of its own in place of the 20 weeks.
    """
    stages = list(cases.stages())
    opened = np.concatenate([first for _, first, _ in stages])
    closed = np.concatenate([end for _, _, end in stages])
    number = np.repeat(np.arange(len(stages)), len(cases.requested))
    by_stage = Grouping(labels("stage", CASE_STAGES), number)
    spans = [
        (grouping, cases.begun, cases.closed, cases.overdue) for grouping in (groups.everybody, groups.need)
    ]
    for grouping, first, end, overdue in (
        *spans,
        (by_stage, opened, closed, np.tile(cases.overdue, len(stages))),
    ):
        series.stock("open_assessments", grouping.labels, _net(series, grouping, first, end))
        late = np.minimum(np.maximum(first, overdue), end)
        series.stock("open_assessments_over_20w", grouping.labels, _net(series, grouping, late, end))
    days = occupancy(late_cases_of(cases), None, series.months.days)
    by_bin = np.pad(series.months.total(days), 1)
    series.flow("weeks_without_provision", ["all"], by_bin[None], WEEK)


def measure_stages(series: Series, records: Records, cases: Cases, everybody: Grouping) -> None:
    """Mean weeks of the stages closed in the period, whichever way they closed."""
    asked, received = records.day_of(ADVICE_ASKED), records.day_of(ADVICE_RECEIVED)
    for stage, first, end in (*cases.stages(), ("ep_advice", asked, received)):
        done = np.flatnonzero((first < NEVER) & (end < NEVER))
        bins, nobody = series.months.bin_of(end[done]), everybody.of_child[done]
        days = table(nobody, bins, 1, series.months.bins, end[done] - first[done])
        number = table(nobody, bins, 1, series.months.bins)
        series.ratio("wait_stage_mean", [f"stage={stage}"], days, WEEK * number)


def only(chosen: np.ndarray, days: np.ndarray) -> np.ndarray:
    """The days of the chosen; NEVER for the others."""
    return np.where(chosen, days, NEVER)


def net(series: Series, spells: Spells, groups: int, group: np.ndarray) -> np.ndarray:
    """By group and bin, spells begun less spells ended."""
    first, end = series.months.bin_of(spells.first), series.months.bin_of(spells.end)
    shape = (groups, series.months.bins)
    return table(group, first, *shape) - table(group, end, *shape)


def _net(series: Series, grouping: Grouping, first: np.ndarray, end: np.ndarray) -> np.ndarray:
    return grouping.count(series.months, first) - grouping.count(series.months, end)
