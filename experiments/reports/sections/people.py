"""Charts of staff: how busy they are, who leaves, what is lost, and annual reviews."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.reports.chart_words import chart, ends, leading, others, path
from experiments.reports.charts import TOTAL, Chart
from experiments.reports.stored_results import BANDS, MOST_SERIES, StoredResults, some, stacked
from experiments.reports.wording import POOLS, inside_sentence, listed, plain_name, say, with_unit


def staff(results: StoredResults) -> list[Chart]:
    frames = results.ranked("staff_utilisation", "pool", lambda pool: plain_name(pool, POOLS))
    if not frames:
        return []
    name, last = leading(results, frames)
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


HOURS_LOST = {
    "staff_hours_sick": "Sickness",
    "staff_hours_inducting": "Induction of newcomers",
    "preventive_hours_lost": "Preventive time given up",
}


def coming_and_going(results: StoredResults) -> list[Chart]:
    return [
        *_by_pool(
            results,
            "vacancies",
            "Posts stand vacant, most among {pool}: {value} FTE in {period}",
            "Vacant posts, mean of the year, FTE",
        ),
        *_by_pool(
            results,
            "posts_left",
            "{pool} leave most often: {value} in {period}",
            "People who left their post in the year, number",
        ),
        *_by_pool(
            results,
            "agency_fte",
            "Agency people are most used for {pool}: {value} FTE in {period}",
            "Agency people, mean of the year, FTE",
        ),
        *_hours_lost(results),
        *_by_pool(
            results,
            "reports_bought",
            "Work is bought outside most often for {pool}: {value} times in {period}",
            "Reports and attendance bought outside because a pool was overloaded, number",
        ),
    ]


def _by_pool(results: StoredResults, measure: str, headline: str, subtitle: str) -> list[Chart]:
    """Pools on top of each other; nothing where the measure is nought throughout."""
    frames = some(results.ranked(measure, "pool", lambda pool: plain_name(pool, POOLS)))
    if not frames:
        return []
    name, last = leading(results, frames)
    pool = name if headline.startswith("{pool}") else inside_sentence(name)
    words = headline.format(pool=pool, value=say(last["mean"], "count"), period=last["period"])
    data = pd.concat([stacked(frames), results.series(measure, TOTAL)])
    name = measure.replace("_", "-")
    return [chart(results, name, words, subtitle, "count", data, "stack", notes=others(frames))]


def _hours_lost(results: StoredResults) -> list[Chart]:
    """Hours that staff were paid for and could not give to cases, summed over pools."""
    frames = []
    for measure, label in HOURS_LOST.items():
        pools = [results.series(measure, label, f"pool={pool}") for pool in results.groups(measure, "pool")]
        if pools and (data := pd.concat(pools))["mean"].any():
            keys = ["scenario", "series", "period"]
            total = data.groupby(keys, sort=False, as_index=False)["mean"].sum()
            frames.append((label, total.assign(**dict.fromkeys(BANDS, np.nan))))
    if not frames:
        return []
    name, largest = max(frames, key=lambda pair: ends(results, pair[1])[1]["mean"])
    last = ends(results, largest)[1]
    hours = with_unit(say(last["mean"], "hours"), "hours")
    headline = f"Most hours go to {inside_sentence(name)}: {hours} in {last['period']}"
    subtitle = (
        "Hours a year lost to sickness and induction, and of preventive time given up to statutory work"
    )
    note = "Sums over staff pools, so no ranges."
    return [
        chart(results, "hours-lost", headline, subtitle, "hours", stacked(frames), "stack", notes=(note,))
    ]
