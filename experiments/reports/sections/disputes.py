"""Disputes: mediation, appeals and complaints, and what comes of refusing more."""

from __future__ import annotations

import pandas as pd

from experiments.reports.chart_words import chart, leading, others, path
from experiments.reports.charts import TOTAL, Chart
from experiments.reports.stored_results import StoredResults, some, stacked
from experiments.reports.tables import Column, Table, against_baseline, clearly, difference, last_year
from experiments.reports.wording import DECISIONS, OUTCOMES_OF_APPEALS, inside_sentence, plain_name, say

LINES = {
    "appeals": "Appeals registered",
    "mediations": "Mediations",
    "appeals_heard": "Appeals heard",
}
COMPLAINTS = {"complaints": "Complaints", "complaints_upheld": "Upheld and remedied"}
REFUSED = Column("Requests refused", "requests_refused")
AFTER_REFUSAL = (
    Column("Plans issued", "plans_issued"),
    Column("Appeals", "appeals"),
    Column("Assessments reinstated", "assessments_reinstated"),
    Column("Tribunal officers’ hours", "staff_hours_used", "pool=tribunal_officer"),
    Column("Their work waiting", "work_waiting", "pool=tribunal_officer"),
)


def disputes(results: StoredResults) -> list[Chart | Table]:
    return [
        *_numbers(results, "disputes", LINES, "Mediations and appeals in the year, number"),
        *_by_decision(results),
        *_endings(results),
        *_refusals(results),
        *_numbers(results, "complaints", COMPLAINTS, "Complaints about late cases in the year, number"),
    ]


def _numbers(results: StoredResults, name: str, lines: dict[str, str], subtitle: str) -> list[Chart]:
    data = results.several(lines)
    if data.empty or not data["mean"].any():
        return []
    subject = data["series"].iloc[0]
    headline = path(results, subject, data[data["series"] == subject], "count")
    return [chart(results, name, headline, subtitle, "count", data)]


def _by_decision(results: StoredResults) -> list[Chart]:
    frames = some(results.ranked("appeals", "decision", lambda name: plain_name(name, DECISIONS)))
    if not frames:
        return []
    name, last = leading(results, frames)
    headline = (
        f"Most appeals are about {inside_sentence(name)}: {say(last['mean'], 'count')} in {last['period']}"
    )
    data = pd.concat([stacked(frames), results.series("appeals", TOTAL)])
    subtitle = "Appeals registered in the year by the decision they are about, number"
    return [chart(results, "appeals", headline, subtitle, "count", data, "stack", notes=others(frames))]


def _endings(results: StoredResults) -> list[Chart]:
    frames = some(
        results.ranked("appeals_ended", "outcome", lambda name: plain_name(name, OUTCOMES_OF_APPEALS))
    )
    if not frames:
        return []
    name, last = leading(results, frames)
    headline = (
        f"Appeals most often end like this: {inside_sentence(name)} "
        f"({say(last['mean'], 'count')} in {last['period']})"
    )
    subtitle = "Appeals that ended in the year by how they ended, number"
    return [
        chart(
            results,
            "appeals-ended",
            headline,
            subtitle,
            "count",
            stacked(frames),
            "stack",
            notes=others(frames),
        )
    ]


def _refusals(results: StoredResults) -> list[Table]:
    """Side by side, for options that refuse more or fewer requests, what that saves and what it brings."""
    refused = last_year(results, REFUSED)
    options = [option for option in results.scenarios[1:] if clearly(refused, option)]
    if not options or last_year(results, AFTER_REFUSAL[1]).empty:
        return []
    headline = "What comes of refusing more, or fewer, requests"
    notes = (
        "A refusal is not a saving by itself: families may dispute it, and a refusal that is overturned is "
        "assessed after all, later. Appeals follow refusals by months, some of them in the next year.",
        *(
            sentence
            for option in options
            if clearly(refused, option) > 0 and (sentence := _what_follows(results, option))
        ),
    )
    return [against_baseline(results, "refusals", headline, [REFUSED, *AFTER_REFUSAL], options, notes)]


def _what_follows(results: StoredResults, option: str) -> str:
    refused = last_year(results, REFUSED)
    more = difference(refused, option, "count").mean
    parts = []
    for column in AFTER_REFUSAL:
        rows = last_year(results, column)
        if len(rows):
            change = difference(rows, option, rows["unit"].iloc[0])
            doubt = " (not clear)" if change.interval and not change.clear else ""
            parts.append(f"{inside_sentence(column.label)} {change.mean}{doubt}")
    return (
        f"“{results.scenario_label(option)}”, {refused['period'].iloc[0]}: requests refused {more}; "
        f"{'; '.join(parts)}."
    )
