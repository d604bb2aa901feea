"""Stored runs side by side: the key figures of every scenario, and how they differ.

Within a run the differences from its baseline are in its summary already. Between two runs with
the same seed the replications share their luck too, so their differences are paired as well and
are worked out here from the yearly tables; without that no difference is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments import key_figures, store, summary
from experiments.reports.wording import say, say_change, say_range

ROWS_AT_ONCE = 500_000
FIGURES = ["mean", "p10", "p90", "diff_mean", "diff_ci_low", "diff_ci_high"]
KEYS = ["calendar", "period", "measure", "group"]


@dataclass(frozen=True)
class Run:
    """One stored run, and the totals of its summary."""

    folder: Path
    manifest: dict[str, Any]
    totals: pd.DataFrame

    @property
    def name(self) -> str:
        return f"{self.manifest['experiment']}/{self.manifest['run_id']}"


def compare(folders: Sequence[Path], scenarios: Sequence[str] = ()) -> pd.DataFrame:
    """One row a key figure, run and scenario; the first run's baseline is what others are compared with."""
    runs = [Run(folder, store.read_manifest(folder), key_figures.read_totals(folder)) for folder in folders]
    tables = []
    for run in runs:
        table = key_figures.at_the_end(run.totals)
        if run is not runs[0]:
            table = _against(runs[0], run, table)
        tables.append(table.assign(run=run.name))
    table = pd.concat(tables, ignore_index=True)
    if scenarios:
        table = table[table["scenario"].isin(scenarios)]
    place = table["measure"].map({measure: place for place, measure in enumerate(key_figures.LABELS)})
    table = table.assign(place=place).sort_values("place", kind="stable", ignore_index=True)
    return table[["measure", "unit", "calendar", "period", "run", "scenario", "replications", *FIGURES]]


def _against(first: Run, run: Run, table: pd.DataFrame) -> pd.DataFrame:
    """The table with its differences taken from the first run's baseline instead of its own."""
    table = table.assign(diff_mean=np.nan, diff_ci_low=np.nan, diff_ci_high=np.nan)
    if first.manifest["seed"] != run.manifest["seed"]:
        return table
    wanted = table[KEYS].drop_duplicates()
    baseline = first.manifest["scenarios"][0]
    before = _replications(first.folder, wanted)
    before = before[before["scenario"] == baseline].drop(columns="scenario")
    both = _replications(run.folder, wanted).merge(
        before, on=[*KEYS, "draw", "replication"], suffixes=("", "_before")
    )
    both["difference"] = both["value"] - both["value_before"]
    for place, row in table.iterrows():
        same = (both[KEYS] == row[KEYS]).all(axis=1) & (both["scenario"] == row["scenario"])
        pairs = both[same].sort_values("replication")
        if len(pairs):
            matrix = pairs["difference"].to_numpy()[None, :]
            figures = summary.describe(matrix, pairs["draw"].to_numpy())["all"]
            for name in ("mean", "ci_low", "ci_high"):
                table.loc[place, f"diff_{name}"] = figures[name][0]
    return table


def _replications(folder: Path, wanted: pd.DataFrame) -> pd.DataFrame:
    """The wanted rows of a yearly table, which may be far larger than they are."""
    texts = dict.fromkeys(["scenario", *KEYS], str)
    pieces = pd.read_csv(folder / "yearly.csv", dtype=texts, keep_default_na=False, chunksize=ROWS_AT_ONCE)
    return pd.concat(
        [piece[piece["group"] == "all"].merge(wanted, on=KEYS) for piece in pieces], ignore_index=True
    )


def as_text(table: pd.DataFrame) -> str:
    """The comparison as a plain table for a console."""
    many_runs = table["run"].nunique() > 1
    lines = [["", "", "mean", "eight in ten futures", "difference from baseline (95 %)"]]
    before = None
    for _, row in table.iterrows():
        heading = f"{key_figures.LABELS[row['measure']]}, {row['period']}"
        who = f"{row['run']} {row['scenario']}" if many_runs else row["scenario"]
        band = "" if pd.isna(row["p10"]) else say_range(row["p10"], row["p90"], row["unit"])
        shown = heading if heading != before else ""
        lines.append([shown, who, say(row["mean"], row["unit"]), band, _change(row)])
        before = heading
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _change(row: pd.Series) -> str:
    """The paired difference with its interval, as far as they are known."""
    if pd.isna(row["diff_mean"]):
        return ""
    text = say_change(row["diff_mean"], row["unit"])
    if pd.isna(row["diff_ci_low"]):
        return text
    low, high = (say_change(row[f"diff_ci_{end}"], row["unit"]) for end in ("low", "high"))
    return f"{text} ({low} to {high})"
