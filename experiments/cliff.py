"""The utilisation cliff: the 20-week rate against the staff of one pool, from stored results.

    python -m experiments.cliff results/ep_cliff/RUN_ID ep staff.svg

Reads `summary.csv` and `config.yaml` of a run whose scenarios differ in the FTE of one pool, and
draws the published rate of each full calendar year against that FTE, with a table of the same
numbers beside the picture. It runs no model.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from experiments import store
from experiments.reports.plots import GREY, MARKS, PALETTE, STROKES, STYLE
from sim.config.documents import read

RATE, SERIES = "timeliness_20w_incl", 4


def table(run: Path, pool: str) -> pd.DataFrame:
    """One row a scenario and year: FTE on 1 January, the rate's mean and its 80 % range (percent)."""
    document = read(run / "config.yaml")
    summary = pd.read_csv(run / "summary.csv", dtype={"period": str})
    rates = summary[
        (summary.measure == RATE)
        & (summary.calendar == "calendar")
        & (summary.group == "all")
        & (summary.uncertainty == "all")
        & ~summary.period.str.contains("part")
    ].copy()
    schedules = {name: document.settings(name).staff_pools[pool].fte for name in document.scenario_names}
    constant = [name for name, fte in schedules.items() if fte.is_constant]
    rates = rates[rates.scenario.isin(constant)]
    rates["fte"] = [schedules[name].values[0] for name in rates.scenario]
    return rates.sort_values(["period", "fte"])[["period", "scenario", "fte", "mean", "p10", "p90"]]


def draw(rates: pd.DataFrame, pool: str) -> str:
    """The chart as SVG text, the same bytes every time."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(7.2, 4.2), layout="constrained")
        axes = figure.add_subplot()
        for number, (year, one) in enumerate(list(rates.groupby("period"))[:SERIES]):
            colour = PALETTE[number]
            axes.plot(one.fte, one["mean"], color=colour, marker=MARKS[number], linestyle=STROKES[number])
            last = one.iloc[-1]
            axes.annotate(year, (last.fte, last["mean"]), (8, -4), textcoords="offset points", color=colour)
        axes.fill_between(one.fte, one.p10, one.p90, color=colour, alpha=0.13, linewidth=0)
        axes.annotate(
            f"80 % range, {year}",
            (one.fte.iloc[-3], one.p10.iloc[-3]),
            (0, 6),
            textcoords="offset points",
            color=colour,
        )
        axes.set_xlabel(f"{pool.upper()} full-time equivalents on statutory work")
        axes.set_ylabel("plans issued within 20 weeks, %")
        axes.set_ylim(0, 100)
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(color=GREY)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()


def main(run: str, pool: str, picture: str) -> None:
    """Write the picture and, beside it, its numbers as CSV."""
    rates = table(Path(run), pool)
    store.write_text(Path(picture), draw(rates, pool))
    store.write_text(Path(picture).with_suffix(".csv"), rates.to_csv(index=False, float_format="%.4g"))


if __name__ == "__main__":
    asked = argparse.ArgumentParser(prog="python -m experiments.cliff", description=__doc__.splitlines()[0])
    asked.add_argument("run", help="the folder of a stored run")
    asked.add_argument("pool", help="the staff pool, such as ep")
    asked.add_argument("picture", help="the SVG to write; its numbers go beside it as CSV")
    main(**vars(asked.parse_args()))
