"""Charts and tables of a comparison, with no more of the log than may be shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from experiments.logs.activities import NAMES
from experiments.logs.counts import COMINGS_AND_GOINGS
from experiments.logs.findings import (
    counts_headline,
    counts_sentence,
    stage_headline,
    stage_sentence,
)
from experiments.logs.side_by_side import TOO_FEW, Comparison
from experiments.logs.small_cells import NOT_SHOWN_WORDS, shown, shown_quantiles
from experiments.reports.charts import Chart
from experiments.reports.stored_results import DATA
from experiments.reports.tables import Cell, Table
from experiments.reports.wording import NO_BREAK, month_name, say, say_range

LOG, SIMULATION = "The log", "Simulation"
ENOUGH_SHOWN = 0.5
"""A chart of counts is drawn where at least this share of the log's may be shown."""


class SideBySide(Chart):
    """Two lines, the log's and the simulation's mean with the range over its replications."""

    @property
    def key_notes(self) -> tuple[str, ...]:
        return (
            f"Shading: in 8 replications of 10 the simulation lies inside it (80{NO_BREAK}% range).",
            *self.notes,
        )


def may_be_shown(found: Comparison) -> Comparison:
    """The comparison with every count and time of the log held back that must not be shown."""
    stages = found.stages
    finished = dict(zip(stages["stage"], stages["log_finished"], strict=True))
    medians = [
        shown_quantiles(np.array([median]), (0.5,), int(ended))[0]
        for median, ended in zip(stages["log_median_days"], stages["log_finished"], strict=True)
    ]
    deciles = found.quantiles
    enough = [
        shown_quantiles(np.array([days]), (share,), int(finished[stage]))[0]
        for stage, share, days in zip(
            *(deciles.get(name, ()) for name in ("stage", "share", "log")), strict=True
        )
    ]
    counts = {
        name: _counts(table) if len(table) else table
        for name, table in (
            ("follows", found.follows),
            ("throughput", found.throughput),
            ("backlog", found.backlog),
        )
    }
    return replace(
        found,
        stages=stages.assign(
            log_cases=stages["log_cases"].map(shown),
            log_finished=stages["log_finished"].map(shown),
            log_median_days=medians,
        ),
        quantiles=deciles.assign(log=enough) if len(deciles) else deciles,
        **counts,
    )


def _counts(table: pd.DataFrame) -> pd.DataFrame:
    """Counts as they may be shown; of one that is not, nothing is said either."""
    kept = table["log"].map(shown)
    return table.assign(log=kept, inside=table["inside"].astype(object).where(kept.notna(), np.nan))


def stage_charts(found: Comparison) -> list[Chart]:
    """A chart a stage: days by which a tenth, two tenths and so on are over."""
    charts = []
    for _, row in found.stages.iterrows():
        deciles = found.quantiles
        if row["finding"] == TOO_FEW:
            continue
        rows = deciles[deciles["stage"] == row["stage"]].dropna(subset=["log", "simulated"])
        if len(rows):
            charts.append(_stage_chart(row, rows))
    return charts


def _stage_chart(row: pd.Series, deciles: pd.DataFrame) -> Chart:
    table = deciles.assign(period=[f"{share:.0%}" for share in deciles["share"]])
    name = f"stage-{row['stage'].replace('+', '-').replace('_', '-')}"
    subtitle = f"{row['label']}: days by which so many are over"
    return _chart(name, stage_headline(row), subtitle, "days", table, stage_sentence(row), "Share over")


def count_charts(found: Comparison) -> tuple[list[Chart], list[str]]:
    """Charts of comings, goings and open cases, and the names of those with too little to show."""
    tables = {}
    if len(found.throughput):
        tables = {what: found.throughput[found.throughput["what"] == what] for what in COMINGS_AND_GOINGS}
    if len(found.backlog):
        tables["open"] = found.backlog
    charts, hidden = [], []
    for what, table in tables.items():
        name = COMINGS_AND_GOINGS.get(what, "Open cases")
        if table["log"].notna().mean() < ENOUGH_SHOWN:
            hidden.append(name)
            continue
        monthly = "-" in table["period"].iloc[0]
        subtitle = f"{name} {'by month' if monthly else 'by quarter'}"
        if what == "open":
            subtitle = "Open cases at the end of each month"
        charts.append(
            _chart(
                f"counts-{what.replace('_', '-')}",
                counts_headline(what, table),
                subtitle,
                "count",
                table,
                counts_sentence(table),
                "Month" if monthly else "Quarter",
            )
        )
    return charts, hidden


def _chart(
    name: str, headline: str, subtitle: str, unit: str, table: pd.DataFrame, sentence: str, period_word: str
) -> Chart:
    gaps = ("The log’s line has gaps where its numbers are not shown.",) if table["log"].isna().any() else ()
    last = table["log"].last_valid_index()
    of_log = table.loc[:last].assign(series=LOG, mean=table["log"], low=np.nan, high=np.nan)
    simulated = table.assign(series=SIMULATION, mean=table["simulated"])
    data = pd.concat([of_log, simulated], ignore_index=True)
    data = data.assign(scenario="both", process_low=np.nan, process_high=np.nan)
    data = data.rename(columns={"low": "whole_low", "high": "whole_high"})[DATA]
    return SideBySide(
        name, "lines", headline, subtitle, unit, data, sentence, period_word, {"both": ""}, gaps
    )


def data_table(chart: Chart) -> Table:
    """The numbers of a chart as its sentence says them."""
    of_log, simulated = (
        chart.data[chart.data["series"] == name].set_index("period") for name in (LOG, SIMULATION)
    )
    rows: list[tuple[str, list[Cell]]] = [
        (
            month_name(period) if chart.period_word == "Month" else period,
            [
                (_said(of_log["mean"].get(period, np.nan)),),
                (say(row["mean"], chart.unit),),
                (say_range(row["whole_low"], row["whole_high"], chart.unit),),
            ],
        )
        for period, row in simulated.iterrows()
    ]
    head = [chart.period_word, LOG, "Simulation, mean", f"Simulation, 80{NO_BREAK}% range"]
    return Table(f"{chart.name}-data", chart.headline, chart.subtitle, head, rows)


def follows_table(found: Comparison) -> Table:
    """Which step follows which, the most frequent in the log first."""
    rows: list[tuple[str, list[Cell]]] = [
        (
            f"{NAMES[row['step']]} → {NAMES[row['next']].lower()}",
            [
                (_said(row["log"]),),
                (say(row["simulated"], "count"),),
                (say_range(row["low"], row["high"], "count"),),
            ],
        )
        for _, row in found.follows.iterrows()
    ]
    head = ["Step → next step", LOG, "Simulation, mean", f"Simulation, 80{NO_BREAK}% range"]
    seen = found.follows.dropna(subset="log")
    inside = int(seen["inside"].sum())
    headline = f"{inside} of the {len(seen)} pairs shown are inside the simulation’s range"
    return Table("follows", headline, "How often one step was followed by another", head, rows)


def _said(value: float) -> str:
    return say(value, "count") if np.isfinite(value) else NOT_SHOWN_WORDS
