"""Tables that say what no drawing does: who fares how, and what each option changes beside its cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from experiments.reports.stored_results import DIFFERENCES, StoredResults
from experiments.reports.wording import NO_BREAK, POINTS, say, say_change, say_range

Cell = tuple[str, ...]
"""What a cell says, and smaller lines below it."""
FEWEST_RUNS = 8
"""With fewer replications, of fewer than four draws, an interval leaves out zero by accident too often."""


@dataclass(frozen=True)
class Table:
    """A table with its own headline, as a chart has."""

    name: str
    headline: str
    caption: str
    head: list[str]
    """The heading of the rows' names first."""
    rows: list[tuple[str, list[Cell]]]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """An option minus the baseline, with the 95 % interval of the mean difference."""

    mean: str
    interval: str
    clear: bool

    @property
    def cell(self) -> Cell:
        if not self.interval:
            return (self.mean,)
        return (
            (self.mean, f"({self.interval})")
            if self.clear
            else (self.mean, f"({self.interval})", "not clear")
        )


class Column(NamedTuple):
    """A measure of a table of options, of one group, in one kind of year."""

    label: str
    measure: str
    group: str = "all"
    calendar: str = "calendar"


def last_year(results: StoredResults, column: Column) -> pd.DataFrame:
    """The row of each scenario in the baseline's last full year; none if the run did not keep it."""
    rows = results.rows(column.measure, column.group, column.calendar)
    periods = rows.loc[rows["scenario"] == results.scenarios[0], "period"]
    return rows[rows["period"] == periods.max()].set_index("scenario") if len(periods) else rows.iloc[:0]


def is_clear(row: pd.Series) -> bool:
    """Whether the interval of a paired difference leaves out zero and rests on enough runs to say so."""
    return bool(row["replications"] >= FEWEST_RUNS and (row["diff_ci_low"] > 0 or row["diff_ci_high"] < 0))


def difference(rows: pd.DataFrame, scenario: str, unit: str) -> Difference:
    """An option's paired difference, said to be clear when its interval leaves out zero."""
    if scenario not in rows.index or not np.isfinite(rows.loc[scenario, "diff_mean"]):
        return Difference("not known", "", False)
    mean, low, high = (float(rows.loc[scenario, column]) for column in DIFFERENCES)
    if not np.isfinite(low):
        return Difference(say_change(mean, unit), "", False)
    if mean == low == high == 0:
        return Difference("no difference", "", False)
    interval = f"{say_change(low, unit).removesuffix(POINTS)} to {say_change(high, unit)}"
    return Difference(say_change(mean, unit), interval, is_clear(rows.loc[scenario]))


def clearly(rows: pd.DataFrame, scenario: str) -> int:
    """1 where an option clearly raises a measure, -1 where it lowers it, 0 where neither is clear."""
    if scenario not in rows.index:
        return 0
    row = rows.loc[scenario]
    return int(np.sign(row["diff_mean"])) if is_clear(row) else 0


def value(row: pd.Series) -> Cell:
    """A mean and, below it, its 80 % range with uncertain inputs."""
    mean = say(row["mean"], row["unit"])
    if not np.isfinite(row["whole_low"]):
        return (mean,)
    return mean, f"({say_range(row['whole_low'], row['whole_high'], row['unit'])})"


def against_baseline(
    results: StoredResults,
    name: str,
    headline: str,
    columns: Sequence[Column],
    options: Sequence[str],
    notes: tuple[str, ...] = (),
) -> Table:
    """What the baseline gives and how far each option is from it, a column a measure.

    Columns that the run did not keep are left out.
    """
    kept = [(column, last_year(results, column)) for column in columns]
    kept = [(column, rows) for column, rows in kept if len(rows)]
    head = ["Scenario", *(f"{column.label}, {rows['period'].iloc[0]}" for column, rows in kept)]
    baseline = results.scenarios[0]
    first = (
        f"{results.scenario_label(baseline)} (baseline)",
        [value(rows.loc[baseline]) for _, rows in kept],
    )
    others = [
        (
            f"{results.scenario_label(option)}: difference",
            [difference(rows, option, rows["unit"].iloc[0]).cell for _, rows in kept],
        )
        for option in options
    ]
    caption = (
        f"The baseline’s values with their 80{NO_BREAK}% ranges, and each option minus the baseline "
        f"with the 95{NO_BREAK}% interval"
    )
    return Table(name, headline, caption, head, [first, *others], notes)
