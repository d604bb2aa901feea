"""Charts of placements, of waits for places, and of places needed and commissioned."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.reports.chart_words import chart, counted, ends, in_january, leading, others
from experiments.reports.charts import TOTAL, Chart
from experiments.reports.stored_results import BANDS, MOST_SERIES, StoredResults, stacked
from experiments.reports.tables import Cell, Table
from experiments.reports.wording import PHASES, group_name, inside_sentence, listed, say


def places(results: StoredResults) -> list[Chart]:
    return [*_placements(results), *_waiting(results), *_tuition(results)]


def _placements(results: StoredResults) -> list[Chart]:
    frames = results.ranked("placements", "setting", results.setting_label)
    if not frames:
        return []
    name, last = leading(results, frames)
    headline = f"{name} has the most placements: {say(last['mean'], 'count')} in {last['period']}"
    data = pd.concat([stacked(frames), results.series("placements", TOTAL)])
    subtitle = "Children placed, by setting, number"
    return [chart(results, "placements", headline, subtitle, "count", data, "stack", notes=others(frames))]


def _waiting(results: StoredResults) -> list[Chart]:
    subtitle = "Children with a plan but not yet in its place, number"
    return counted(results, "waiting_for_place", "waiting", "Children waiting for a place", subtitle)


def _tuition(results: StoredResults) -> list[Chart]:
    subtitle = "Time that children spend in tuition in the year, child-months; twelve are a child for a year"
    return counted(results, "months_in_tuition", "tuition", "Child-months in tuition", subtitle)


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


def needed(results: StoredResults) -> list[Chart | Table]:
    return [*_commissioned(results), *_needed(results), *_short(results), *_needed_by(results)]


def _needed(results: StoredResults) -> list[Chart]:
    """Places needed beside those there at the census; what is there has no ranges."""
    data, short = (results.series(measure, "Needed") for measure in ("places_needed", "places_short"))
    if data.empty:
        return []
    last = ends(results, data)[1]
    headline = f"{say(last['mean'], 'count')} places are needed in {in_january(last['period'])}"
    if len(short):
        there = data.assign(series="Commissioned", **dict.fromkeys(BANDS, np.nan))
        there["mean"] = data["mean"] - short["mean"]
        headline += f", and {say(ends(results, there)[1]['mean'], 'count')} are commissioned"
        data = pd.concat([data, there])
    named = listed(
        [
            inside_sentence(results.setting_label(group))
            for group in results.groups("places_needed", "setting")
        ]
    )
    notes = (
        f"Settings with a commissioned number of places: {named}.",
        "A child needs a place where it is or, if it waits for another, there. Children sent to another "
        "setting because theirs was full need a place in their own.",
    )
    subtitle = "Places that children’s plans need and places commissioned, January census, number"
    return [
        chart(results, "needed", headline, subtitle, "count", data, "lines", "January", in_january, notes)
    ]


def _short(results: StoredResults) -> list[Chart]:
    frames = results.ranked("places_short", "setting", results.setting_label)[:MOST_SERIES]
    if not frames:
        return []
    name, last = leading(results, frames)
    places = say(abs(last["mean"]), "count")
    words = f"is short of {places} places" if last["mean"] > 0 else f"has {places} places to spare"
    headline = f"{name} {words} in {in_january(last['period'])}"
    subtitle = (
        "Places needed less places commissioned, January census, number; below nought places stand empty"
    )
    data = pd.concat([data for _, data in frames])
    return [chart(results, "short", headline, subtitle, "count", data, "lines", "January", in_january)]


def _needed_by(results: StoredResults) -> list[Table]:
    """The baseline's last census by need and by district, each by phase of education."""
    cells = _cells_of_the_last_census(results)
    if cells.empty:
        return []
    year = cells["period"].iloc[0]
    return [
        _by_phase(cells, year, "need", "Need", "places-by-need", "Which children the places are needed for"),
        _by_phase(cells, year, "district", "District", "places-by-district", "Where the children live"),
    ]


def _cells_of_the_last_census(results: StoredResults) -> pd.DataFrame:
    """One row a combination of need, phase and district: these columns, the mean and the period."""
    table = results.values
    found = table[(table["measure"] == "places_needed") & table["group"].str.contains(";")]
    found = found[found["scenario"] == results.scenarios[0]]
    found = found[found["period"] == found["period"].max()]
    parts = [dict(part.split("=", 1) for part in group.split(";")) for group in found["group"]]
    named = pd.DataFrame(parts, columns=["need", "phase", "district"], index=found.index)
    return pd.concat([named, found[["mean", "period"]]], axis=1)


def _by_phase(cells: pd.DataFrame, year: str, kind: str, word: str, name: str, headline: str) -> Table:
    """Means add up over groups; ranges do not, so there are none."""
    table = cells.pivot_table(
        index=kind, columns="phase", values="mean", aggfunc="sum", fill_value=0.0, sort=False
    )
    table = table.assign(total=table.sum(axis=1)).sort_values("total", ascending=False, kind="stable")
    table.loc["total"] = table.sum()
    phases = [phase for phase in PHASES if phase in table.columns]
    rows: list[tuple[str, list[Cell]]] = [
        (
            TOTAL if group == "total" else group_name(kind, str(group)),
            [(say(numbers[column], "count"),) for column in (*phases, "total")],
        )
        for group, numbers in table.iterrows()
    ]
    caption = f"Places needed by {kind} and phase of education with the baseline, January {year}, means"
    return Table(name, headline, caption, [word, *(PHASES[phase] for phase in phases), TOTAL], rows)
