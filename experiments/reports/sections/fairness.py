"""Who waits longer: mean waits by need, district and who asked, and what each option does to the gaps."""

from __future__ import annotations

import pandas as pd

from experiments.reports.chart_words import chart, ends, spread
from experiments.reports.charts import Chart
from experiments.reports.stored_results import StoredResults
from experiments.reports.tables import Cell, Column, Table, against_baseline, last_year, value
from experiments.reports.wording import NO_BREAK, group_name, inside_sentence, listed, say

KINDS = {"need": "need", "district": "district", "source": "who asked"}
ENOUGH = 10
"""Plans a year below which a group's mean is not compared, as in the measure itself."""
BY_CHANCE = (
    "Small groups differ by chance, so some gap is always there, and a wider one between many small groups: "
    "a change of the gap says more than its size."
)
WAIT, GAP = "wait_request_to_plan_mean", "wait_gap"
OTHER_MEASURES = {
    "weeks_without_provision": "Child-weeks past the 20",
    "requests_refused": "Requests refused",
    "months_in_tuition": "Child-months in tuition",
}


def who_waits_longer(results: StoredResults) -> list[Chart | Table]:
    return [*_gaps(results), *_longest(results), *_options(results), *_groups(results)]


def _gaps(results: StoredResults) -> list[Chart]:
    frames = [results.series(GAP, f"By {words}", f"by={kind}") for kind, words in KINDS.items()]
    data = pd.concat(frames)
    if data.empty:
        return []
    widest = max((frame for frame in frames if len(frame)), key=lambda frame: ends(results, frame)[1]["mean"])
    last = ends(results, widest)[1]
    headline = (
        f"Mean waits differ most {inside_sentence(last['series'])}: "
        f"by {spread(last, 'weeks')} in {last['period']}"
    )
    subtitle = "Weeks between the groups with the longest and the shortest mean wait from request to plan"
    notes = (f"Groups with fewer than {ENOUGH} plans in the year are left out.", BY_CHANCE)
    return [chart(results, "gaps", headline, subtitle, "weeks", data, notes=notes, shaded=1)]


def _waits_of(results: StoredResults, kind: str) -> list[tuple[str, pd.Series]]:
    """Groups with enough plans and the baseline's mean wait in the last full year, longest first."""
    found = []
    for group in results.groups(WAIT, kind):
        wait, plans = (_last(results, measure, f"{kind}={group}") for measure in (WAIT, "plans_issued"))
        if wait is not None and plans is not None and plans["mean"] >= ENOUGH:
            found.append((group_name(kind, group), wait))
    return sorted(found, key=lambda pair: -pair[1]["mean"])


def _last(results: StoredResults, measure: str, group: str) -> pd.Series | None:
    rows = last_year(results, Column("", measure, group))
    return rows.loc[results.scenarios[0]] if len(rows) else None


def _longest(results: StoredResults) -> list[Table]:
    """For each kind of group, who waits longest and who shortest with the baseline."""
    rows: list[tuple[str, list[Cell]]] = []
    said = []
    for kind, words in KINDS.items():
        waits = _waits_of(results, kind)
        if len(waits) < 2:
            continue
        (longest, most), (shortest, least) = waits[0], waits[-1]
        cells = [_named(longest, most), _named(shortest, least)]
        gap = _last(results, GAP, f"by={kind}")
        rows.append((f"By {words}", [*cells, value(gap) if gap is not None else ("not known",)]))
        name = longest if kind == "district" else inside_sentence(longest)
        said.append(f"{name} ({say(most['mean'], 'weeks')} weeks)")
        period = most["period"]
    if not rows:
        return []
    headline = f"Longest mean waits in {period}: {listed(said)}"
    caption = f"Mean weeks from request to plan with the baseline, {period}; 80{NO_BREAK}% ranges in brackets"
    note = (
        f"Groups with fewer than {ENOUGH} plans are left out. The gap is worked out in each replication and "
        "then averaged, so it is wider than the difference of the two means beside it: it need not be the "
        "same group every time."
    )
    return [
        Table(
            "longest",
            headline,
            caption,
            ["Groups", "Wait longest", "Wait least", "Gap"],
            rows,
            (note, BY_CHANCE),
        )
    ]


def _named(name: str, row: pd.Series) -> Cell:
    return (name, *value(row))


def _options(results: StoredResults) -> list[Table]:
    options = results.scenarios[1:]
    columns = [
        Column(f"Gap by {words}", GAP, f"by={kind}")
        for kind, words in KINDS.items()
        if len(last_year(results, Column("", GAP, f"by={kind}")))
    ]
    if not options or not columns:
        return []
    headline = "What each option does to the gaps, in weeks"
    return [against_baseline(results, "gaps-by-option", headline, columns, options, (BY_CHANCE,))]


def _groups(results: StoredResults) -> list[Table]:
    """Every group of children in numbers, for the baseline's last full year."""
    measures = {WAIT: "Mean wait, weeks", **OTHER_MEASURES}
    rows: list[tuple[str, list[Cell]]] = []
    for kind in KINDS:
        for group in results.groups(WAIT, kind):
            found = [_last(results, measure, f"{kind}={group}") for measure in measures]
            if any(row is not None for row in found):
                cells: list[Cell] = [
                    (say(row["mean"], row["unit"]),) if row is not None else ("none",) for row in found
                ]
                name = group_name(kind, group)
                rows.append((f"District: {name}" if kind == "district" else name, cells))
    periods = results.rows(WAIT)["period"]
    if not rows or periods.empty:
        return []
    caption = f"Means of the baseline, {periods.max()}"
    head = ["Children by need, district and who asked", *measures.values()]
    return [Table("groups", "Every group of children", caption, head, rows)]
