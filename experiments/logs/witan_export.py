"""A simulated event log as witan.send's input files, with summaries in the columns of its outputs.

States are those of the SEN2 census, at the close of the third Thursday of January. One replication
makes the transitions; the summaries are over all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments import store
from experiments.errors import InputError
from experiments.logs.run_logs import RunLog, run_log
from experiments.logs.witan_files import COSTS, NONSEND, POPULATION, STATES, TRANSITIONS, written
from experiments.task import number
from sim.calendars import third_thursday_of_january
from sim.event_log import PLACED, PLAN_CEASED, PLAN_OPENED_BY
from sim.service.demand import population

RECEPTION_AGE = 4
GROUPS = {
    **dict.fromkeys(("mainstream", "resourced_provision", "early_years"), "mainstream"),
    **dict.fromkeys(("state_special", "inmss"), "special"),
    **dict.fromkeys(("fe", "specialist_post16"), "post_16"),
}
SUMMARIES = {"Count": [], "AY": ["academic_year"], "Need": ["need"], "Setting": ["setting"]}
"""Output files and what they are by, apart from the January's year."""
STATISTICS = (
    *("mean", "std-dev", "iqr", "min", "low-95pc-bound", "q1", "median", "q3"),
    *("high-95pc-bound", "max", "low-ci", "high-ci"),
)


def export_witan(run: Path, scenario: str | None, replication: int, out: Path) -> dict[str, Any]:
    """Write the four files and the summaries of one scenario into the folder `out`.

    Raises InputError where there is no event log or the run has fewer than two Januaries.
    """
    log = run_log(run, scenario)
    states = census_states(log)
    januaries = census_days(log)
    there = sorted(set(states["replication"]))
    if replication not in there:
        raise InputError(f"--replication: {replication} is not in the event log of {log.scenario!r}")
    steps = transitions(states[states["replication"] == replication])
    costs, priced_in = unit_costs(log)
    with store.Staging(out) as staging:
        for name, rows in (
            (TRANSITIONS, steps),
            (POPULATION, people(log, januaries)),
            (
                COSTS,
                [
                    (need, setting, number(cost))
                    for setting, cost in costs.items()
                    for need in log.config["needs"]
                ],
            ),
            (STATES, valid_states(log, states, list(costs))),
        ):
            store.write_text(staging.folder / name, written(name, rows))
        for name, text in summaries(states).items():
            store.write_text(staging.folder / name, text)
        staging.publish()
    return {
        "kind": "export",
        "form": "witan",
        "folder": str(out),
        "scenario": log.scenario,
        "replication": replication,
        "replications": len(there),
        "januaries": list(januaries),
        "steps": len(steps),
        "costs_of": priced_in,
    }


def census_days(log: RunLog) -> dict[int, int]:
    """The day of the run, counted from 0, on which each January's census is taken."""
    years = range(log.start.year, log.end.year + 1)
    days = {year: (third_thursday_of_january(year) - log.start).days for year in years}
    inside = {year: day for year, day in days.items() if 0 <= day < log.days}
    if len(inside) < 2:
        raise InputError(f"{log.folder}: covers {len(inside)} January, must cover two; make a longer run")
    return inside


def census_states(log: RunLog) -> pd.DataFrame:
    """Every plan in force on a census day: replication, january, child, need, setting, academic_year."""
    events = log.all_events({*PLAN_OPENED_BY, PLAN_CEASED, PLACED})
    events["day"] = events["minute"] // 1440
    children = log.children().set_index(["replication", "child"])
    found = pd.concat(_census(events, year, day) for year, day in census_days(log).items())
    found = found.join(children[["need", "cohort"]], on=["replication", "child"])
    found["academic_year"] = found["january"] - 1 - found["cohort"] - RECEPTION_AGE
    found = found.sort_values(["replication", "january", "child"]).reset_index(drop=True)
    return found[["replication", "january", "child", "need", "setting", "academic_year"]]


def _census(events: pd.DataFrame, year: int, day: int) -> pd.DataFrame:
    """Plans begun by the close of a day and not ceased by then, with the last setting they were placed in."""
    until = events[events["day"] <= day]
    key = ["replication", "child"]
    held = until[until["event"].isin(PLAN_OPENED_BY)][key].drop_duplicates()
    gone = until[until["event"] == PLAN_CEASED][key].drop_duplicates().assign(gone=True)
    placed = until[until["event"] == PLACED].drop_duplicates(key, keep="last")
    placed = placed[[*key, "resource"]].rename(columns={"resource": "setting"})
    # Whoever has a plan is placed on its first day, if only to wait: the audit of every run says so.
    table = held.merge(placed, on=key).merge(gone, on=key, how="left")
    return table[table["gone"].isna()].drop(columns="gone").assign(january=year)


def transitions(states: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Rows of `transitions.csv` of one replication, by January and child."""
    rows = []
    by_january = {int(year): _by_child(table) for year, table in states.groupby("january")}
    for year in sorted(by_january)[:-1]:
        before, after = by_january[year], by_january.get(year + 1, {})
        for child in sorted(before.keys() | after.keys()):
            setting, need, age = before.get(child) or (
                NONSEND,
                NONSEND,
                after[child][2] - 1 if child in after else 0,
            )
            rows.append((year, setting, need, age, *(after.get(child) or (NONSEND, NONSEND, age + 1))))
    return rows


def _by_child(states: pd.DataFrame) -> dict[int, tuple[str, str, int]]:
    columns = (states[name].tolist() for name in ("child", "setting", "need", "academic_year"))
    return {child: (setting, need, age) for child, setting, need, age in zip(*columns, strict=True)}


def people(log: RunLog, januaries: Iterable[int]) -> list[tuple[int, int, int]]:
    """Rows of `population.csv`: people by the age they had on the 31 August before each January."""
    by_year = log.config["authority"]["population"]
    return [
        (year, age - RECEPTION_AGE, round(there))
        for year in januaries
        for age, there in enumerate(population(by_year, date(year - 1, 9, 1)))
    ]


def unit_costs(log: RunLog) -> tuple[dict[str, float], str]:
    """What a child-year in each setting costs on average in the first calendar year that has it.

    A setting in which no child ever was has no cost and is left out.
    """
    table = pd.read_csv(log.folder / "summary.csv", dtype=str, keep_default_na=False)
    rows = table[
        (table["scenario"] == log.scenario)
        & (table["measure"] == "unit_cost")
        & (table["calendar"] == "calendar")
        & (table["uncertainty"] == "all")
        & table["group"].str.startswith("setting=")
        & ~table["mean"].isin(["", "nan"])
    ]
    first = rows.sort_values("period", kind="stable").drop_duplicates("group")
    costs = dict(zip(first["group"].str.removeprefix("setting="), first["mean"].astype(float), strict=True))
    return {name: costs[name] for name in log.config["settings"] if name in costs}, first["period"].min()


def valid_states(log: RunLog, states: pd.DataFrame, settings: list[str]) -> list[tuple[Any, ...]]:
    """Rows of `valid-states.csv`: the school years that the config or the simulated children have."""
    needs = tuple(log.config["needs"])
    rows = []
    for name in settings:
        youngest, oldest = log.config["settings"][name].get("ages", (0, 25))
        seen = states.loc[states["setting"] == name, "academic_year"]
        years = [youngest - RECEPTION_AGE, oldest - RECEPTION_AGE, *seen.tolist()]
        rows.append((name, GROUPS.get(name, "other"), min(years), max(years), needs, tuple(settings)))
    return rows


def summaries(states: pd.DataFrame) -> dict[str, str]:
    """The text of each summary by its file's name: plans over all replications, by January and group."""
    replications = sorted(set(states["replication"]))
    files = {}
    for name, by in SUMMARIES.items():
        counts = states.groupby(["january", *by, "replication"]).size().unstack(fill_value=0)
        counts = counts.reindex(columns=replications, fill_value=0)
        names = ["calendar-year", *(column.replace("_", "-") for column in by)]
        lines = [",".join([*names, *STATISTICS])]
        for group, row in counts.iterrows():
            told = group if isinstance(group, tuple) else (group,)
            lines.append(",".join([*map(str, told), *map(number_or_blank, statistics(row.to_numpy(float)))]))
        files[f"Output_{name}.csv"] = "\n".join(lines) + "\n"
    return files


def statistics(values: np.ndarray) -> list[float]:
    """The numbers named in `STATISTICS`; the confidence interval is the mean's, 1.96 standard errors."""
    low, q1, median, q3, high = np.percentile(values, [2.5, 25, 50, 75, 97.5])
    mean = values.mean()
    spread = values.std(ddof=1) if len(values) > 1 else np.nan
    error = 1.96 * spread / np.sqrt(len(values))
    return [
        mean,
        spread,
        q3 - q1,
        values.min(),
        low,
        q1,
        median,
        q3,
        high,
        values.max(),
        mean - error,
        mean + error,
    ]


def number_or_blank(value: float) -> str:
    """A number as every table writes it; nothing where one replication cannot tell."""
    return number(value) if np.isfinite(value) else ""
