"""Charts of plans, requests, the backlog, the 20 weeks and waits."""

from __future__ import annotations

import pandas as pd

from experiments.reports.chart_words import chart, ends, in_january, path
from experiments.reports.charts import Chart
from experiments.reports.stored_results import MOST_SERIES, StoredResults, stacked
from experiments.reports.wording import (
    STAGES,
    inside_sentence,
    listed,
    month_name,
    plain_name,
    say,
    with_unit,
)


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
