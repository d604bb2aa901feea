"""Charts of services beside SEND casework: overnight short breaks, and young people at the edge of care."""

from __future__ import annotations

import pandas as pd

from experiments.reports.chart_words import chart, counted, leading, others
from experiments.reports.charts import TOTAL, Chart
from experiments.reports.stored_results import StoredResults, some, stacked
from experiments.reports.wording import inside_sentence, plain_name, say

WAYS = {"home": "Nights in homes", "direct_payment": "Nights with an assistant", "unmet": "Nights unmet"}


def short_breaks(results: StoredResults) -> list[Chart]:
    return [
        *_grouped(
            results,
            "short_break_nights",
            "way",
            WAYS,
            "Most are {name}: {value} in {period}",
            "Nights of short breaks wanted in the year by how they were met, number",
        ),
        *counted(
            results,
            "personal_assistants",
            "assistants",
            "Families with an assistant",
            "Families with a personal assistant for nights at the end of the year, number",
        ),
    ]


def edge_of_care(results: StoredResults) -> list[Chart]:
    if results.series("edge_of_care_referrals", "Referrals").empty:
        return []
    return [
        *_grouped(
            results,
            "care_entries",
            "placement",
            {},
            "Most come into {name} care: {value} in {period}",
            "Young people who come into care from home in the year, number",
        ),
        *counted(
            results,
            "care_weeks",
            "care-weeks",
            "Weeks in care",
            "Weeks that young people spend in care in the year, added up",
        ),
        *counted(
            results,
            "stayed_home",
            "stayed-home",
            "Young people who stayed at home",
            "Young people referred as at risk who were never in care before the danger passed, number a year",
        ),
    ]


def _grouped(
    results: StoredResults, measure: str, kind: str, names: dict[str, str], headline: str, subtitle: str
) -> list[Chart]:
    """The groups of a measure on top of each other; nothing where it is nought throughout."""
    frames = some(results.ranked(measure, kind, lambda name: plain_name(name, names)))
    if not frames:
        return []
    name, last = leading(results, frames)
    words = headline.format(
        name=inside_sentence(name), value=say(last["mean"], "count"), period=last["period"]
    )
    data = pd.concat([stacked(frames), results.series(measure, TOTAL)])
    title = measure.replace("_", "-")
    return [chart(results, title, words, subtitle, "count", data, "stack", notes=others(frames))]
