"""Measures of what children live through, who waits longer, and the places their plans need."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import numpy as np

from sim.calendars import WEEK
from sim.event_log import REFUSED, REOPENED_AS
from sim.measures.groups import Grouping, Groups, labels, table
from sim.measures.periods import Months
from sim.measures.records import NEVER, Records
from sim.measures.series import Series
from sim.measures.spells import Cases, Spells, late_cases_of, sent_elsewhere_of
from sim.money.prices import whole_places
from sim.settings import Settings

DAYS_A_MONTH = 365.25 / 12
ENOUGH = 10
"""Plans that a group needs in a period before its mean wait is compared with others'."""
PHASES = {"early_years": 4, "primary": 11, "secondary": 16, "post_16": 100}
"""Phase of education → the age, on the 31 August before, from which the next one begins."""


def measure_experience(series: Series, records: Records, cases: Cases, groups: Groups) -> None:
    refused = records.day_of(REFUSED)
    for grouping in groups.compared:
        series.flow("requests_refused", grouping.labels, grouping.count(series.months, refused))
    compare_waits(series, cases, groups)
    add_up_late_weeks(series, cases, groups)


def compare_waits(series: Series, cases: Cases, groups: Groups) -> None:
    """Plans and mean weeks to them by source of the request; how far the means of groups lie apart."""
    waited = np.flatnonzero(cases.has_waited)
    wait, bins = cases.wait[waited], series.months.bin_of(cases.issued[waited])
    for grouping in groups.compared:
        group, shape = grouping.of_child[waited], (len(grouping.labels), series.months.bins)
        days, number = table(group, bins, *shape, wait), table(group, bins, *shape)
        if grouping is groups.source:
            series.flow("plans_issued", grouping.labels, number)
            series.ratio("wait_request_to_plan_mean", grouping.labels, days, WEEK * number)
        series.gap("wait_gap", f"by={grouping.kind}", days / WEEK, number, ENOUGH)


def add_up_late_weeks(series: Series, cases: Cases, groups: Groups) -> None:
    late = late_cases_of(cases)
    for grouping in groups.compared:
        days = days_in(late, grouping, series.months)
        series.flow("weeks_without_provision", grouping.labels, days, WEEK)


def measure_lost_weeks(series: Series, records: Records, cases: Cases, groups: Groups) -> None:
    """What wrongful refusals cost children: time past the first request's 20 weeks.

    Without what already stands under weeks without provision, so that the two can be added.
    """
    lost = lost_to_refusals(records, cases)
    for grouping in (groups.everybody, groups.need):
        days = days_in(lost, grouping, series.months)
        series.flow("weeks_lost_to_refusals", grouping.labels, days, WEEK)


def lost_to_refusals(records: Records, cases: Cases) -> Spells:
    """For each new file of a refused child, the days from the first request's limit to its own.

    A file that ends without a plan has no late weeks of its own, so its days count to its end. Where
    it is refused again, the next new file counts from there.
    """
    links = records.of(REOPENED_AS)
    order = np.argsort(links.value, kind="stable")
    since = cases.overdue.astype(np.int64)
    for old, new in zip(links.child[order].tolist(), links.value[order].tolist(), strict=True):
        counted = cases.closed[old] if cases.requested[old] == NEVER else 0
        since[new] = max(since[old], counted)
    child = links.value[order].astype(np.int64)
    child = child[since[child] < NEVER]
    closed = cases.closed[child].astype(np.int64)
    has_own = (cases.issued[child] < NEVER) | (closed == NEVER)
    end = np.where(has_own, np.minimum(cases.overdue[child], closed), closed)
    nothing = np.zeros(len(child), dtype=np.int64)
    return Spells(child, nothing, since[child], np.maximum(since[child], end), nothing)


def measure_tuition(series: Series, stays: Spells, groups: Groups, settings: Settings) -> None:
    """Time in the interim setting, whatever for, and how long the stays begun in the run lasted."""
    interim = stays.kind == groups.settings.index(settings.placement.interim_setting)
    there = _chosen(stays, interim)
    # When a stay of the opening day really began is not known.
    ended = _chosen(there, (there.first > 0) & (there.end < NEVER))
    bins = series.months.bin_of(ended.end)
    for grouping in (groups.everybody, *groups.compared):
        days = days_in(there, grouping, series.months)
        series.flow("months_in_tuition", grouping.labels, days, DAYS_A_MONTH)
        group, shape = grouping.of_child[ended.child], (len(grouping.labels), series.months.bins)
        lasted, number = table(group, bins, *shape, ended.end - ended.first), table(group, bins, *shape)
        series.ratio("tuition_stay_mean", grouping.labels, lasted, DAYS_A_MONTH * number)


def measure_places(
    series: Series,
    records: Records,
    stays: Spells,
    waits: Spells,
    cohort: np.ndarray,
    groups: Groups,
    settings: Settings,
) -> None:
    """Places needed and filled, in settings that have a number of places."""
    places = {name: setting.places for name, setting in settings.settings.items() if setting.places}
    if not places:
        return
    limited = list(places)
    rate_occupancy(series, labels("setting", limited))
    elsewhere = sent_elsewhere_of(records, stays, _instead(groups.settings, settings), groups.settings)
    for year, day in series.months.census_days():
        named = _named((stays, elsewhere, waits), len(cohort), day)
        needed = count_places_needed(series, named, limited, cohort, groups, year)
        census = series.months.start + timedelta(days=day)
        there = whole_places(np.array([there.at(census) for there in places.values()]))
        series.census("places_short", labels("setting", limited), year, needed - there)
        series.census("places_short", ["all"], year, np.array([(needed - there).sum()]))


def rate_occupancy(series: Series, names: list[str]) -> None:
    """Children in place for each hundred places there, at each month's close."""
    placed, places = (
        np.array([series.level_of(measure, name) for name in names], dtype=np.float64)
        for measure in ("placements", "places_commissioned")
    )
    part, whole = (np.vstack([by_setting, by_setting.sum(axis=0)]) for by_setting in (placed, places))
    rate = np.divide(100 * part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    series.level("place_occupancy", [*names, "all"], rate)


def count_places_needed(
    series: Series, named: np.ndarray, limited: list[str], cohort: np.ndarray, groups: Groups, year: int
) -> np.ndarray:
    """Children by the setting they need, and by need, phase, district and each combination of these.

    Returns those by setting.
    """
    place_of = np.full(len(groups.settings) + 1, -1)  # the last is for children in no setting
    place_of[[groups.settings.index(name) for name in limited]] = range(len(limited))
    setting = place_of[named]
    child = np.flatnonzero(setting >= 0)
    phase = np.searchsorted(list(PHASES.values()), year - 1 - cohort[child], side="right")
    kinds = [
        (groups.need.labels, groups.need.of_child[child]),
        (labels("phase", PHASES), phase),
        (groups.district.labels, groups.district.of_child[child]),
    ]
    by_setting = np.bincount(setting[child], minlength=len(limited))
    series.census("places_needed", ["all"], year, by_setting.sum(keepdims=True))
    series.census("places_needed", labels("setting", limited), year, by_setting)
    for names, group in (*kinds, _combined(kinds)):
        series.census("places_needed", names, year, np.bincount(group, minlength=len(names)))
    return by_setting


def days_in(spells: Spells, grouping: Grouping, months: Months) -> np.ndarray:
    """Days that the spells of each group last in each bin; those outside the run are left out."""
    shape = (len(grouping.labels), months.days + 1)
    group = grouping.of_child[spells.child]
    change = table(group, np.clip(spells.first, 0, months.days), *shape)
    change -= table(group, np.clip(spells.end, 0, months.days), *shape)
    by_day = np.cumsum(change, axis=1)[:, :-1]
    return np.pad(np.add.reduceat(by_day, months.edges[:-1], axis=1), ((0, 0), (1, 1)))


def _instead(names: list[str], settings: Settings) -> np.ndarray:
    """For each setting the place of the one that children go to when it is full, -1 for none."""
    full = [settings.settings[name].when_full for name in names]
    return np.array([names.index(one.setting) if one else -1 for one in full])


def _named(spells_in_turn: tuple[Spells, ...], children: int, day: int) -> np.ndarray:
    """For each child the setting it needs at the close of a day, -1 for none.

    A child counts once: by the last of the spells that it is in.
    """
    named = np.full(children, -1)
    for spells in spells_in_turn:
        there = (spells.first <= day) & (spells.end > day)
        named[spells.child[there]] = spells.kind[there]
    return named


def _combined(kinds: list[tuple[list[str], np.ndarray]]) -> tuple[list[str], np.ndarray]:
    """Every combination, as "need=ASD;phase=primary;district=North", and the place of each child's."""
    names = [";".join(parts) for parts in product(*(names for names, _ in kinds))]
    group = np.ravel_multi_index([group for _, group in kinds], [len(names) for names, _ in kinds])
    return names, group


def _chosen(spells: Spells, wanted: np.ndarray) -> Spells:
    return Spells(*(column[wanted] for column in spells))
