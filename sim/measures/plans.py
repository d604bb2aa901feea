"""Measures of life with a plan: plans, reviews, phase transfers, placements and waits for places."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from sim.calendars import REVIEW_DECISION
from sim.event_log import (
    BREAKDOWN,
    PLAN_CEASED,
    PREFERRED,
    REVIEW_DECIDED,
    REVIEW_DUE,
    TRANSFERRED_IN,
    Code,
)
from sim.measures.cases import net
from sim.measures.groups import Groups, labels, table
from sim.measures.records import Records
from sim.measures.series import Series
from sim.measures.spells import PHASES, Plans, Spells, overdue_reviews_of, phase_transfers_of
from sim.money.prices import whole_places
from sim.settings import AGE_BANDS, AGES, Settings


def measure_plans(
    series: Series,
    records: Records,
    counted: Plans,
    ceased: np.ndarray,
    stays: Spells,
    waits: Spells,
    cohort: np.ndarray,
    groups: Groups,
) -> None:
    """`counted` are the days on which plans came into and left published numbers, `ceased` ended."""
    count_plan_events(series, records)
    measure_reviews(series, records, ceased, groups)
    rate_phase_transfers(series, records, ceased)
    count_plans(series, counted, groups)
    count_places(series, stays, waits, groups)
    for year, day in series.months.census_days():
        take_census(series, counted, stays, cohort, groups, year, day)


def is_transfer_out(code: Code) -> bool:
    return code.event == PLAN_CEASED and code.resource == "transferred_out"


def count_plan_events(series: Series, records: Records) -> None:
    for measure, wanted in (
        ("plans_ceased", lambda code: code.event == PLAN_CEASED),
        ("transfers_in", lambda code: code.event == TRANSFERRED_IN),
        ("transfers_out", is_transfer_out),
        ("reviews_due", lambda code: code.event == REVIEW_DUE),
        ("reviews_completed", lambda code: code.event == REVIEW_DECIDED),
        ("placement_breakdowns", lambda code: code.event == BREAKDOWN),
        ("preferences_stated", lambda code: code.event == PREFERRED),
        ("preferences_refused", lambda code: code.event == PREFERRED and code.stage == "refused"),
    ):
        series.flow(measure, ["all"], records.count(wanted)[None])


def measure_reviews(series: Series, records: Records, ceased: np.ndarray, groups: Groups) -> None:
    overdue = overdue_reviews_of(records, ceased)
    series.stock("reviews_overdue", ["all"], net(series, overdue, 1, overdue.kind))
    decided = records.of(REVIEW_DECIDED)
    bins = series.months.bin_of(decided.day)
    whole = np.bincount(bins, minlength=series.months.bins)
    part = np.bincount(bins[decided.value <= REVIEW_DECISION], minlength=series.months.bins)
    series.ratio("review_decisions_within_4w", ["all"], 100 * part[None], whole[None])


def rate_phase_transfers(series: Series, records: Records, ceased: np.ndarray) -> None:
    """Percent named by the legal date, of those due who still held a plan; not named is late."""
    due = phase_transfers_of(records, ceased)
    bins, shape = series.months.bin_of(due.first), (len(PHASES), series.months.bins)
    whole, part = table(due.kind, bins, *shape), table(due.kind, bins, *shape, due.value)
    series.ratio("phase_transfers_on_time", labels("stage", PHASES), 100 * part, whole)
    total = part.sum(axis=0, keepdims=True), whole.sum(axis=0, keepdims=True)
    series.ratio("phase_transfers_on_time", ["all"], 100 * total[0], total[1])


def count_plans(series: Series, plans: Plans, groups: Groups) -> None:
    """Active plans at each month's close: in monthly results only, for years have the census."""
    opened, ceased = (groups.everybody.count(series.months, days) for days in plans)
    series.stock("plans_active", ["all"], opened - ceased)


def count_places(series: Series, stays: Spells, waits: Spells, groups: Groups) -> None:
    names = ["all", *labels("setting", groups.settings)]
    for measure, spells in (("placements", stays), ("waiting_for_place", waits)):
        by_setting = net(series, spells, len(groups.settings), spells.kind)
        series.stock(measure, names, np.vstack([by_setting.sum(axis=0), by_setting]))
    needs = net(series, stays, len(groups.need.labels), groups.need.of_child[stays.child])
    series.stock("placements", groups.need.labels, needs)


def count_commissioned(series: Series, settings: Settings) -> None:
    """Whole places there on each month's last day, in settings that have a number of places."""
    limited = {name: setting.places for name, setting in settings.settings.items() if setting.places}
    if limited:
        by_month = np.array(
            [[places.at(day) for day in series.months.last_dates] for places in limited.values()]
        )
        by_month = whole_places(by_month)
        series.level("places_commissioned", labels("setting", limited), by_month)
        series.level("places_commissioned", ["all"], by_month.sum(axis=0, keepdims=True))


def take_census(
    series: Series,
    plans: Plans,
    stays: Spells,
    cohort: np.ndarray,
    groups: Groups,
    year: int,
    day: int,
) -> None:
    """Plans active at the close of the census day; ages are those of the 31 August before."""
    opened, ceased = plans
    active = (opened <= day) & (ceased > day)
    for grouping in (groups.everybody, groups.need):
        number = np.bincount(grouping.of_child[active], minlength=len(grouping.labels))
        series.census("plans_active", grouping.labels, year, number)
    in_place = (stays.first <= day) & (stays.end > day) & active[stays.child]
    by_setting = np.bincount(stays.kind[in_place], minlength=len(groups.settings))
    series.census("plans_active", labels("setting", groups.settings), year, by_setting)
    ages = np.clip(year - 1 - cohort[active], 0, AGES - 1)
    by_age = np.bincount(ages, minlength=AGES)
    by_band = [by_age[low : high + 1].sum() for low, high in AGE_BANDS.values()]
    series.census("plans_active", labels("age", AGE_BANDS), year, np.array(by_band))


def rate_plans(series: Series, plans: Plans, groups: Groups, settings: Settings) -> None:
    """Plans at each census for 1,000 people aged 0 to 25, by district and in all districts."""
    people = settings.authority.district_population
    if not people:
        return
    here = [groups.district.labels.index(label) for label in labels("district", people)]
    for year, day in series.months.census_days():
        active = (plans[0] <= day) & (plans[1] > day)
        number = np.bincount(groups.district.of_child[active], minlength=len(groups.district.labels))[here]
        today = series.months.start + timedelta(days=day)
        there = np.array([schedule.at(today) for schedule in people.values()])
        names = ["all", *labels("district", people)]
        rates = 1000 * np.array([number.sum(), *number]) / np.array([there.sum(), *there])
        series.census("plans_per_1000", names, year, rates)
