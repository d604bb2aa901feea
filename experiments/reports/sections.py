"""The charts of the report, section by section, in the order a committee asks.

Each function takes the stored results and returns the charts of one section; a measure the run
did not keep leaves its chart out. Headlines and sentences are worked out from the same small
table that is drawn, so words and pictures cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.reports.chart_words import chart, ends, in_january, others, path
from experiments.reports.charts import TOTAL, Chart
from experiments.reports.stored_results import BANDS, MOST_SERIES, StoredResults, stacked
from experiments.reports.wording import (
    FUNDS,
    POOLS,
    STAGES,
    inside_sentence,
    listed,
    month_name,
    plain_name,
    say,
    with_unit,
)


@dataclass(frozen=True)
class Section:
    id: str
    title: str
    charts: list[Chart]


def plans(results: StoredResults) -> list[Chart]:
    data = results.series("plans_active", "Plans")
    if data.empty:
        return []
    headline = path(results, "Plans", data, "count", in_january)
    subtitle = "Children and young people with an EHC plan at the January census"
    return [
        chart(results, "plans", headline, subtitle, "count", data, period_word="January", said=in_january)
    ]


def requests(results: StoredResults) -> list[Chart]:
    measures = {"requests": "Requests", "requests_refused": "Refused", "plans_issued": "Plans issued"}
    data = results.several(measures)
    if data.empty:
        return []
    subject = data["series"].iloc[0]
    headline = path(results, subject, data[data["series"] == subject], "count")
    subtitle = (
        "Requests for an EHC needs assessment, refusals to assess and first plans issued, number a year"
    )
    return [chart(results, "requests", headline, subtitle, "count", data)]


def backlog(results: StoredResults) -> list[Chart]:
    every = results.monthly("open_assessments", "All open")
    if every.empty:
        return []
    data = pd.concat([every, results.monthly("open_assessments_over_20w", "Over 20 weeks")])
    rows = every[every["scenario"] == results.scenarios[0]]
    most, last = rows.loc[rows["mean"].idxmax()], rows.iloc[-1]
    headline = path(results, "Open assessments", every, "count", month_name)
    if say(most["mean"], "count") not in (say(rows.iloc[0]["mean"], "count"), say(last["mean"], "count")):
        headline += f", with the most, {say(most['mean'], 'count')}, in {month_name(most['period'])}"
    subtitle = (
        "Needs assessments still open at the end of each month, and those of them older than 20 weeks, number"
    )
    return [
        chart(results, "backlog", headline, subtitle, "count", data, period_word="Month", said=month_name)
    ]


def timeliness(results: StoredResults) -> list[Chart]:
    measures = {"timeliness_20w_excl": "Exceptions left out", "timeliness_20w_incl": "Exceptions counted"}
    charts, data = [], results.several(measures)
    if not data.empty:
        first_series = data[data["series"] == data["series"].iloc[0]]
        headline = path(results, "The 20-week rate", first_series, "percent", plural=False)
        subtitle = "Plans issued within 20 weeks of the request, per cent of plans issued in the year"
        note = "Clearing old cases lowers this rate for a time: read it together with the next chart."
        charts.append(
            chart(results, "timeliness", headline, subtitle, "percent", data, notes=(note,), shaded=1)
        )
    overdue = results.series("open_assessments_over_20w", "Over 20 weeks")
    if not overdue.empty:
        headline = path(results, "Open assessments over 20 weeks", overdue, "count")
        subtitle = "Needs assessments open for more than 20 weeks at the end of the year, number"
        charts.append(chart(results, "overdue", headline, subtitle, "count", overdue))
    return charts


def waits(results: StoredResults) -> list[Chart]:
    measures = {
        "wait_request_to_plan_mean": "Mean",
        "wait_request_to_plan_p90": "Slowest tenth wait longer than",
    }
    charts, data = [], results.several(measures)
    if not data.empty:
        first_series = data[data["series"] == data["series"].iloc[0]]
        headline = path(results, "The wait from request to plan", first_series, "weeks", plural=False)
        subtitle = "Weeks from request to final plan, of plans issued in the year"
        charts.append(chart(results, "waits", headline, subtitle, "weeks", data))
    return charts + _waits_by_stage(results)


def _waits_by_stage(results: StoredResults) -> list[Chart]:
    """The stages a case passes one after another; waits within a stage are told beside them."""
    named = {
        stage: results.series("wait_stage_mean", name, f"stage={stage}") for stage, name in STAGES.items()
    }
    frames = [(STAGES[stage], data) for stage, data in named.items() if not data.empty]
    if not frames:
        return []
    name, longest = max(frames, key=lambda pair: ends(results, pair[1])[1]["mean"])
    last = ends(results, longest)[1]
    headline = (
        f"The longest stage is {inside_sentence(name)}: "
        f"{with_unit(say(last['mean'], 'weeks'), 'weeks')} on average in {last['period']}"
    )
    rest = [
        name if n == 0 else inside_sentence(name) for n, (name, _) in enumerate(frames[MOST_SERIES - 1 :])
    ]
    subtitle = "Mean weeks in each stage, of stages that ended in the year"
    data, notes = stacked(frames, listed(rest)), _waits_within(results)
    return [chart(results, "stages", headline, subtitle, "weeks", data, "stack", notes=notes)]


def _waits_within(results: StoredResults) -> tuple[str, ...]:
    within = results.ranked("wait_stage_mean", "stage", plain_name)
    known = {plain_name(stage) for stage in STAGES}
    parts = [
        f"{inside_sentence(name)} {with_unit(say(last['mean'], 'weeks'), 'weeks')} in {last['period']}"
        for name, last in ((name, ends(results, data)[1]) for name, data in within if name not in known)
    ]
    return (f"Within these stages, and so not added: {listed(parts)}.",) if parts else ()


def staff(results: StoredResults) -> list[Chart]:
    frames = results.ranked("staff_utilisation", "pool", lambda pool: plain_name(pool, POOLS))
    if not frames:
        return []
    name, busiest = frames[0]
    last = ends(results, busiest)[1]
    headline = (
        f"{name} are the busiest: {say(last['mean'], 'percent')} of their hours are used in {last['period']}"
    )
    others = [
        f"{inside_sentence(name)} {say(ends(results, frame)[1]['mean'], 'percent')}"
        for name, frame in frames[MOST_SERIES:]
    ]
    notes = (f"Less busy in {last['period']}, and not drawn: {listed(others)}.",) if others else ()
    data = pd.concat([frame for _, frame in frames[:MOST_SERIES]])
    subtitle = "Hours used of the hours available, per cent, the four busiest staff pools"
    return [chart(results, "staff", headline, subtitle, "percent", data, notes=notes, shaded=1)]


def reviews(results: StoredResults) -> list[Chart]:
    measures = {"reviews_due": "Due", "reviews_completed": "Completed", "reviews_overdue": "Overdue"}
    data = results.several(measures)
    if data.empty:
        return []
    subject = data["series"].iloc[-1]
    headline = path(results, f"Annual reviews {subject.lower()}", data[data["series"] == subject], "count")
    subtitle = "Annual reviews due and completed in the year, and overdue at its end, number"
    return [chart(results, "reviews", headline, subtitle, "count", data)]


def places(results: StoredResults) -> list[Chart]:
    return [*_placements(results), *_waiting(results), *_commissioned(results)]


def _placements(results: StoredResults) -> list[Chart]:
    frames = results.ranked("placements", "setting", results.setting_label)
    if not frames:
        return []
    name, largest = frames[0]
    last = ends(results, largest)[1]
    headline = f"{name} has the most placements: {say(last['mean'], 'count')} in {last['period']}"
    data = pd.concat([stacked(frames), results.series("placements", TOTAL)])
    subtitle = "Children placed, by setting, number"
    return [chart(results, "placements", headline, subtitle, "count", data, "stack", notes=others(frames))]


def _waiting(results: StoredResults) -> list[Chart]:
    data = results.series("waiting_for_place", "Waiting")
    if data.empty:
        return []
    headline = path(results, "Children waiting for a place", data, "count")
    return [
        chart(
            results,
            "waiting",
            headline,
            "Children with a plan but not yet in its place, number",
            "count",
            data,
        )
    ]


def _commissioned(results: StoredResults) -> list[Chart]:
    """Children beside places, over the settings that have a number of places."""
    groups = results.groups("places_commissioned", "setting")
    measures = {"placements": "Children placed", "places_commissioned": "Places commissioned"}
    frames = [
        results.series(measure, label, f"setting={group}")
        for measure, label in measures.items()
        for group in groups
    ]
    if not groups or any(frame.empty for frame in frames):
        return []
    data = (
        pd.concat(frames).groupby(["series", "scenario", "period"], sort=False, as_index=False)["mean"].sum()
    )
    data = data.assign(**dict.fromkeys(BANDS, np.nan))
    placed, commissioned = (ends(results, data[data["series"] == label])[1] for label in measures.values())
    headline = (
        f"{say(placed['mean'], 'count')} children for {say(commissioned['mean'], 'count')} "
        f"commissioned places in {placed['period']}"
    )
    named = listed([inside_sentence(results.setting_label(group)) for group in groups])
    note = f"Settings with a commissioned number of places: {named}. Sums over settings, so no ranges."
    subtitle = "Children placed and places commissioned, in settings that have a number of places"
    return [chart(results, "commissioned", headline, subtitle, "count", data, notes=(note,))]


def cost(results: StoredResults) -> list[Chart]:
    return [
        *_cost_by(results, "cost-by-line", "line", plain_name),
        *_cost_by(results, "cost-by-fund", "fund", lambda fund: plain_name(fund, FUNDS)),
    ]


def _cost_by(results: StoredResults, name: str, kind: str, label: Callable[[str], str]) -> list[Chart]:
    frames = results.ranked("cost", kind, label, "financial")
    if not frames:
        return []
    last = ends(results, frames[0][1])[1]
    headline = (
        f"{frames[0][0]} is the largest {'line' if kind == 'line' else 'payer'}: "
        f"{say(last['mean'], 'GBP')} in {last['period']}"
    )
    data = pd.concat([stacked(frames), results.series("cost", TOTAL, calendar="financial")])
    subtitle = f"Cost by {'line' if kind == 'line' else 'who pays'}, financial years from April to March"
    return [
        chart(
            results,
            name,
            headline,
            subtitle,
            "GBP",
            data,
            "stack",
            period_word="Financial year",
            notes=others(frames),
        )
    ]


SECTIONS: tuple[tuple[str, str, Callable[[StoredResults], list[Chart]]], ...] = (
    ("plans", "Plans", plans),
    ("requests", "Requests and decisions", requests),
    ("backlog", "Backlog", backlog),
    ("timeliness", "The 20-week rate and the cases still open", timeliness),
    ("waits", "Waits", waits),
    ("staff", "Staff", staff),
    ("reviews", "Annual reviews", reviews),
    ("places", "Places", places),
    ("cost", "Cost", cost),
)


def all_sections(results: StoredResults) -> list[Section]:
    """The sections that have anything to show."""
    made = [Section(id, title, make(results)) for id, title, make in SECTIONS]
    return [section for section in made if section.charts]
