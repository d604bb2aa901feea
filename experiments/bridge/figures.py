"""What a bridge leads across: exact values of a stored run, by scenario and replication.

Money is read from the text of `yearly.csv` in whole pence, so nothing is lost on the way. Counts are
whole in each replication; their means are kept to a tenth.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from experiments.errors import ExperimentError
from experiments.key_figures import LABELS, PART, STOCKS_ON_A_DAY
from sim.measures.measures import MEASURES

PLACES = {"GBP": 2, "count": 1}
"""Unit → decimal places that are told of it: pence of a pound, tenths of a mean count."""
RUN = "run"
"""What stands for the calendar of a sum over the whole of the run."""
_COLUMNS = ["scenario", "draw", "replication", "calendar", "period", "measure", "group", "value"]
_CHUNK_ROWS = 500_000


class Asked(NamedTuple):
    """A measure, and the kind of year whose last whole one counts; or the sum over the whole run."""

    measure: str
    calendar: str
    over_the_run: bool = False


ASKED = (
    Asked("cost", "financial"),
    Asked("cost", "calendar", over_the_run=True),
    Asked("dsg_cumulative", "financial"),
    Asked("open_assessments", "calendar"),
    Asked("open_assessments_over_20w", "calendar"),
    Asked("plans_active", "calendar"),
)


@dataclass(frozen=True)
class Figure:
    """One measure of one period in every scenario of a run."""

    measure: str
    calendar: str
    period: str
    values: dict[str, np.ndarray]
    """Scenario → exact numbers, one a replication, in the smallest unit that is told."""
    draws: np.ndarray
    """The parameter draw of each replication."""

    @property
    def unit(self) -> str:
        return MEASURES[self.measure].unit

    @property
    def places(self) -> int:
        return PLACES[self.unit]

    @property
    def label(self) -> str:
        return f"{LABELS[self.measure]}, {self.when}"

    @property
    def when(self) -> str:
        return f"the whole run, {self.period}" if self.calendar == RUN else self.period


def read(folder: Path, scenarios: list[str]) -> list[Figure]:
    """The figures of `ASKED` that a stored run has, for replications that every scenario has.

    Raises ExperimentError if no replication is there in every scenario.
    """
    table = _rows(folder, scenarios)
    shared = _shared(table, scenarios)
    if not len(shared):
        raise ExperimentError(
            f"{folder}: no replication succeeded in every scenario, so none can be compared; see failed.csv"
        )
    table = table[table["replication"].isin(shared.index)]
    found = (_figure(table, asked, scenarios, shared) for asked in ASKED)
    return [figure for figure in found if figure is not None]


def _rows(folder: Path, scenarios: list[str]) -> pd.DataFrame:
    """Rows of the asked measures for everybody, numbers as the text they are stored in."""
    measures = {asked.measure for asked in ASKED}
    parts = []
    for rows in pd.read_csv(
        folder / "yearly.csv", dtype=str, keep_default_na=False, usecols=_COLUMNS, chunksize=_CHUNK_ROWS
    ):
        wanted = (rows["group"] == "all") & rows["measure"].isin(measures) & rows["scenario"].isin(scenarios)
        parts.append(rows[wanted])
    table = pd.concat(parts, ignore_index=True)
    return table.assign(draw=table["draw"].astype(int), replication=table["replication"].astype(int))


def _shared(table: pd.DataFrame, scenarios: list[str]) -> pd.Series:
    """Replication → draw, of the replications that every scenario has, in ascending order."""
    runs = table[["scenario", "draw", "replication"]].drop_duplicates()
    counts = runs.groupby("replication")["scenario"].size()
    draws = runs.drop_duplicates("replication").set_index("replication")["draw"].sort_index()
    return draws[counts.sort_index() == len(scenarios)]


def _figure(table: pd.DataFrame, asked: Asked, scenarios: list[str], shared: pd.Series) -> Figure | None:
    rows = table[(table["measure"] == asked.measure) & (table["calendar"] == asked.calendar)]
    rows, period = _whole_run(rows) if asked.over_the_run else _last_whole_year(rows, asked.measure)
    if rows.empty:
        return None
    smallest = 10 ** PLACES[MEASURES[asked.measure].unit]
    sums: dict[tuple[str, int], Fraction | int] = {}
    for key, text in zip(zip(rows["scenario"], rows["replication"], strict=True), rows["value"], strict=True):
        sums[key] = sums.get(key, 0) + Fraction(text) * smallest
    values = {
        scenario: np.array([sums[scenario, replication] for replication in shared.index], dtype=object)
        for scenario in scenarios
    }
    calendar = RUN if asked.over_the_run else asked.calendar
    return Figure(asked.measure, calendar, period, values, shared.to_numpy())


def _whole_run(rows: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """All years, part years too, and the years from the first to the last."""
    years = sorted(period.removesuffix(PART).strip() for period in rows["period"].unique())
    return rows, " to ".join(dict.fromkeys((years[0], years[-1]))) if years else ""


def _last_whole_year(rows: pd.DataFrame, measure: str) -> tuple[pd.DataFrame, str]:
    periods = rows["period"]
    if measure in STOCKS_ON_A_DAY:
        periods = periods.str.removesuffix(PART)
    whole = periods[~periods.str.endswith(PART)]
    last = whole.max() if len(whole) else ""
    return rows[periods == last], last
