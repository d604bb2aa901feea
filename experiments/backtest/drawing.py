"""The figure of a backtest: skill by figure and horizon, with intervals, against nought.

Drawn twice, for wide and narrow screens, in the style, palette and accessible wrapping of the report.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.backtest.targets import TARGETS
from experiments.reports.plots import DARK_BLUE, GREY, GRID, INK, ORANGE, style_over_defaults
from experiments.reports.svg_text import tidy
from experiments.reports.wording import say

LOWEST = -100.0
"""Skill below this is cut off in the drawing; the table beside it has the number."""
SHIFT = 0.11
"""Points of two comparisons stand a little beside each other."""


@dataclass(frozen=True)
class Size:
    name: str
    columns: int
    width: int
    panel: int
    font: int


WIDE, NARROW = Size("wide", 2, 720, 250, 14), Size("narrow", 1, 340, 230, 14)


@dataclass(frozen=True)
class Comparison:
    """One set of points: skill rows of one target, percent, in the order of the horizons."""

    label: str
    rows: pd.DataFrame
    """Columns horizon, skill, low, high."""


def draw(
    name: str,
    title: str,
    description: str,
    panels: Mapping[str, Sequence[Comparison]],
    breaks: Mapping[str, int | None],
    size: Size,
) -> str:
    """One drawing as SVG text: a panel a target, the same bytes every time."""
    rows = -(-len(panels) // size.columns)
    with matplotlib.rc_context(style_over_defaults()):
        figure = Figure(figsize=(size.width / 72, rows * size.panel / 72), dpi=72, layout="constrained")
        grid = figure.subplots(rows, size.columns, squeeze=False, sharey=True)
        limits = _limits(panels)
        places = list(grid.flat)
        for axes, (target, comparisons) in zip(places, panels.items(), strict=False):
            _panel(axes, target, comparisons, breaks.get(target), limits, size)
        for axes in places[len(panels) :]:
            axes.set_visible(False)
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return tidy(stream.getvalue(), f"{name}-{size.name}", title, description)


def _limits(panels: Mapping[str, Sequence[Comparison]]) -> tuple[float, float]:
    every = [comparison.rows for comparisons in panels.values() for comparison in comparisons]
    low = min(float(rows["low"].min()) for rows in every)
    high = max(float(rows["high"].max()) for rows in every)
    return max(min(low, -10.0), LOWEST) - 5, min(max(high, 10.0), 100.0) + 5


def _panel(
    axes: Axes,
    target: str,
    comparisons: Sequence[Comparison],
    person_from: int | None,
    limits: tuple[float, float],
    size: Size,
) -> None:
    horizons = sorted({int(each) for comparison in comparisons for each in comparison.rows["horizon"]})
    axes.set_ylim(*limits)
    axes.set_xlim(horizons[0] - 0.5, horizons[-1] + 0.5)
    axes.axhline(0, color=INK, linewidth=1.4)
    for number, (comparison, colour, mark) in enumerate(
        zip(comparisons, (DARK_BLUE, ORANGE), "os", strict=False)
    ):
        shift = (number - (len(comparisons) - 1) / 2) * 2 * SHIFT
        _points(axes, comparison.rows, shift, colour, mark)
    if person_from is not None:
        axes.axvline(person_from - 0.5, color=GREY, linewidth=1.2, linestyle=(0, (2, 2)))
        axes.annotate(
            "child by child →",
            (person_from - 0.5, limits[0]),
            (3, 4),
            textcoords="offset points",
            fontsize=size.font - 3,
            color=GREY,
        )
    axes.set_title(TARGETS[target].label, fontsize=size.font, fontweight="bold", loc="left")
    axes.set_xticks(horizons, [f"{horizon} y" for horizon in horizons])
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: say(value, "percent")))
    axes.tick_params(length=0, labelsize=size.font - 1, labelleft=True)
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.grid(axis="y", color=GRID, linewidth=1)
    axes.set_axisbelow(True)


def _points(axes: Axes, rows: pd.DataFrame, shift: float, colour: str, mark: str) -> None:
    x = rows["horizon"].astype(float) + shift
    low, high = rows["low"].clip(lower=LOWEST), rows["high"].clip(lower=LOWEST)
    axes.vlines(x, low, high, color=colour, linewidth=2.4)
    axes.plot(x, rows["skill"].clip(lower=LOWEST), linestyle="", marker=mark, color=colour, markersize=7)
    beyond = rows["low"] < LOWEST
    axes.plot(x[beyond], [LOWEST] * int(beyond.sum()), linestyle="", marker="v", color=colour, markersize=7)
