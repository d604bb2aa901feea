"""What the report says before it shows anything: the answer in short, and what each option does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.reports.chart_words import ends, in_january, path
from experiments.reports.savings import harms_beside
from experiments.reports.stored_results import StoredResults
from experiments.reports.tables import Difference, difference
from experiments.reports.wording import (
    NO_BREAK,
    POOLS,
    inside_sentence,
    listed,
    plain_name,
    say,
    say_range,
)

OUTCOMES = {
    "plans_active": "Plans at the January census",
    "plans_issued": "Plans issued in the year",
    "timeliness_20w_excl": "20-week rate (exceptions left out)",
    "open_assessments": "Open assessments at the end of the year",
    "open_assessments_over_20w": "Open assessments over 20 weeks",
    "wait_request_to_plan_mean": "Mean wait from request to plan (weeks)",
    "weeks_without_provision": "Child-weeks without provision",
    "weeks_lost_to_refusals": "Child-weeks lost to refusals that were overturned",
    "reviews_overdue": "Annual reviews overdue",
    "waiting_for_place": "Children waiting for a place",
    "appeals": "Appeals registered",
    "short_break_nights": "Nights of short breaks wanted",
    "personal_assistants": "Families with an assistant for nights",
    "beds_used_share": "Nights in homes of those staffed",
    "care_entries": "Young people who come into care",
    "care_weeks": "Weeks in care",
    "stayed_home": "Young people at risk who stayed at home",
    "cost": "Cost in the financial year",
    "dsg_cumulative": "High needs balance at the end of the financial year",
}
FINANCIAL = ("cost", "dsg_cumulative")
"""What is read by financial year."""


@dataclass(frozen=True)
class Outcome:
    """One row of the table of options: the baseline's value and each option's difference from it."""

    label: str
    period: str
    baseline: str
    differences: list[Difference]


def in_short(results: StoredResults) -> list[str]:
    """A few sentences, each from the baseline's own tables."""
    told = (
        *(_plans, _rate, _open_cases, _late_weeks, _nights, _care),
        *(_cost, _account, _appeals, _busiest),
    )
    sentences = [tell(results) for tell in told]
    found = [sentence for sentence in sentences if sentence]
    if len(results.scenarios) > 1 and found:
        label = results.scenario_label(results.scenarios[0])
        found[0] = f"With the baseline, “{label}”, {inside_sentence(found[0])}"
    return found


def _range(row: pd.Series, unit: str) -> str:
    if not np.isfinite(row["whole_low"]):
        return ""
    return f" (80{NO_BREAK}% range {say_range(row['whole_low'], row['whole_high'], unit)})"


def _half(results: StoredResults, measure: str, last: pd.Series, unit: str, subject: str = "it is") -> str:
    """The median in words, where the runs lie so far apart that the mean by itself would mislead."""
    rows = results.rows(measure)
    row = rows[(rows["scenario"] == last["scenario"]) & (rows["period"] == last["period"])].iloc[0]
    apart = abs(row["p50"] - row["mean"]) > (row["whole_high"] - row["whole_low"]) / 10
    if not apart or last["mean"] == 0:
        return ""
    at_most = " or less" if row["p50"] >= 0.5 else ""
    return f" The runs lie far apart: in half of them {subject} {say(row['p50'], unit)}{at_most}."


def _plans(results: StoredResults) -> str:
    data = results.series("plans_active", "Plans")
    if data.empty:
        return ""
    last = ends(results, data)[1]
    return f"{path(results, 'Plans', data, 'count', in_january)}{_range(last, 'count')}."


def _rate(results: StoredResults) -> str:
    data = results.series("timeliness_20w_excl", "Rate")
    if data.empty:
        return ""
    first, last = ends(results, data)
    text = f"{say(first['mean'], 'percent')} of plans are issued within 20 weeks in {first['period']}"
    if first["period"] != last["period"]:
        text += f" and {say(last['mean'], 'percent')} in {last['period']}"
    half = _half(results, "timeliness_20w_excl", last, "percent")
    return f"{text}{_range(last, 'percent')}, exceptions left out.{half}"


def _open_cases(results: StoredResults) -> str:
    every = results.series("open_assessments", "Open")
    if every.empty:
        return ""
    last = ends(results, every)[1]
    count = f"{say(last['mean'], 'count')} assessments are open{_range(last, 'count')}"
    text = f"At the end of {last['period']}, {count}"
    over = results.series("open_assessments_over_20w", "Over")
    if not over.empty:
        row = ends(results, over)[1]
        text += f", {say(row['mean'], 'count')} of them for more than 20 weeks{_range(row, 'count')}"
    half = _half(results, "open_assessments", last, "count", "the number open is")
    return f"{text}.{half}"


def _late_weeks(results: StoredResults) -> str:
    data = results.series("weeks_without_provision", "Weeks")
    if data.empty:
        return ""
    last = ends(results, data)[1]
    weeks = f"{say(last['mean'], 'count')} child-weeks{_range(last, 'count')}"
    half = _half(results, "weeks_without_provision", last, "count")
    lost = _lost_weeks(results)
    return f"In {last['period']} children wait {weeks} for a plan beyond its 20 weeks{lost}.{half}"


def _lost_weeks(results: StoredResults) -> str:
    """What refusals that were overturned add to the wait, if there were any."""
    data = results.series("weeks_lost_to_refusals", "Weeks")
    if data.empty or not data["mean"].any():
        return ""
    last = ends(results, data)[1]
    return f", and {say(last['mean'], 'count')} more because they were wrongly refused first"


def _nights(results: StoredResults) -> str:
    data = results.series("short_break_nights", "Nights")
    if data.empty:
        return ""
    last = ends(results, data)[1]
    wanted = f"{say(last['mean'], 'count')} nights of short breaks{_range(last, 'count')}"
    unmet = results.series("short_break_nights", "Unmet", "way=unmet")
    left = "all are met" if unmet.empty else f"{say(ends(results, unmet)[1]['mean'], 'count')} are unmet"
    return f"In {last['period']} families want {wanted}; {left}."


def _care(results: StoredResults) -> str:
    referred = results.series("edge_of_care_referrals", "Referrals")
    data = results.series("care_entries", "Entries")
    if referred.empty or data.empty:
        return ""
    last, known = ends(results, data)[1], ends(results, referred)[1]
    told = f"{say(last['mean'], 'count')} young people come into care{_range(last, 'count')}"
    return f"In {last['period']} {told}; {say(known['mean'], 'count')} are referred as at risk of it."


def _account(results: StoredResults) -> str:
    data = results.series("dsg_cumulative", "Balance", calendar="financial")
    if data.empty:
        return ""
    last = ends(results, data)[1]
    kind = "deficit" if last["mean"] < 0 else "surplus"
    return (
        f"The high needs account stands at {say(last['mean'], 'GBP')} at the end of {last['period']}"
        f"{_range(last, 'GBP')}: a {kind}."
    )


def _appeals(results: StoredResults) -> str:
    data = results.series("appeals", "Appeals")
    if data.empty or not data["mean"].any():
        return ""
    last = ends(results, data)[1]
    return (
        f"Families register {say(last['mean'], 'count')} appeals in {last['period']}{_range(last, 'count')}."
    )


def left_out(results: StoredResults) -> list[str]:
    """What the settings of the baseline leave out of the model, in words."""
    pools = results.given("staff_pools") or {}
    kept = {
        "mediation and appeals": _is_on(results, "disputes") and results.given("disputes") is not None,
        "vacancies and staff turnover": _is_on(results, "turnover")
        and any(results.given("staff_pools", pool, "turnover") for pool in pools),
        "the council’s grants and its deficit": results.given("account") is not None,
    }
    return [words for words, is_kept in kept.items() if not is_kept]


def _is_on(results: StoredResults, loop: str) -> bool:
    return results.given("loops", loop, "on") is not False


def _cost(results: StoredResults) -> str:
    lines = results.ranked("cost", "line", plain_name, "financial")
    if not lines:
        return ""
    name, data = lines[0]
    largest = ends(results, data)[1]
    total = results.series("cost", "Total", calendar="financial")
    mean = (
        ends(results, total)[1]["mean"]
        if len(total)
        else sum(ends(results, line)[1]["mean"] for _, line in lines)
    )
    return (
        f"The cost in {largest['period']}, the last full financial year, is {say(mean, 'GBP')}; "
        f"the largest line is {inside_sentence(name)} at {say(largest['mean'], 'GBP')}."
    )


def _busiest(results: StoredResults) -> str:
    pools = results.ranked("staff_utilisation", "pool", lambda pool: plain_name(pool, POOLS))
    if not pools:
        return ""
    name, data = pools[0]
    last = ends(results, data)[1]
    return (
        f"The busiest staff are {inside_sentence(name)}: "
        f"{say(last['mean'], 'percent')} of their hours are used in {last['period']}."
    )


def options(results: StoredResults) -> list[Outcome]:
    """The table of what each option does, one row an outcome."""
    if len(results.scenarios) < 2:
        return []
    made = [_outcome(results, measure, label) for measure, label in OUTCOMES.items()]
    return [outcome for outcome in made if outcome is not None]


def _outcome(results: StoredResults, measure: str, label: str) -> Outcome | None:
    rows = results.rows(measure, calendar="financial" if measure in FINANCIAL else "calendar")
    baseline = rows[rows["scenario"] == results.scenarios[0]].sort_values("period")
    if baseline.empty:
        return None
    last = baseline.iloc[-1]
    same_period = rows[rows["period"] == last["period"]].set_index("scenario")
    cells = [difference(same_period, name, last["unit"]) for name in results.scenarios[1:]]
    return Outcome(label, last["period"], say(last["mean"], last["unit"]), cells)


def option_sentences(results: StoredResults, outcomes: list[Outcome]) -> list[str]:
    """One sentence an option: what it clearly changes, the first four of the table."""
    return [_option_sentence(results, name, outcomes, n) for n, name in enumerate(results.scenarios[1:])]


def _option_sentence(results: StoredResults, scenario: str, outcomes: list[Outcome], number: int) -> str:
    clear = [
        f"{inside_sentence(outcome.label)} {outcome.differences[number].mean}"
        for outcome in outcomes
        if outcome.differences[number].clear
    ]
    label = results.scenario_label(scenario)
    if not clear:
        return f"{label}: no clear difference from the baseline in any line of the table."
    found = listed(clear[:4])
    words = f"{label}: clear differences in {len(clear)} of {len(outcomes)} lines, among them {found}."
    harms = harms_beside(results, scenario)
    return f"{words} Its lower cost is not a saving: {listed(harms)}." if harms else words
