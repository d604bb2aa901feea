"""Charts of the report: a small table in, an SVG drawing out.

A chart is drawn twice, for wide and for narrow screens, because text that shrinks with its
drawing cannot be read on a telephone. Lines and bars are named beside them rather than in a
legend box, never more than four to a panel, in the palette of the Government Analysis Function.
The darker range is chance alone; the lighter one adds the uncertainty of the inputs.
"""

from __future__ import annotations

import io
import textwrap
import warnings
from collections.abc import Iterator
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.reports.charts import TOTAL, Chart, Panel
from experiments.reports.layout import (
    GUTTER,
    Frame,
    Label,
    Size,
    apart,
    title_room,
    write_label,
)
from experiments.reports.svg_text import tidy
from experiments.reports.wording import say_on_axis, say_short

DARK_BLUE, TURQUOISE, DARK_PINK, ORANGE = "#12436D", "#28A197", "#801650", "#F46A25"
GREY, INK, GRID = "#3D3D3D", "#0B0C0C", "#D8D8D8"
PALETTE = (DARK_BLUE, TURQUOISE, DARK_PINK, ORANGE)
TWO_COLOURS = (DARK_BLUE, ORANGE)
STROKES = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
MARKS = ("o", "s", "^", "D")
CHANCE_SHADE, WHOLE_SHADE = 0.38, 0.16
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "send-sim",
    "font.family": "DejaVu Sans",
    "text.parse_math": False,
    "text.color": INK,
    "axes.edgecolor": GREY,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "path.simplify": False,
}


def draw(chart: Chart, size: Size) -> str:
    """One drawing of a chart as SVG text, the same bytes every time."""
    panels = chart.panels
    columns = min(size.columns, len(panels))
    rows = -(-len(panels) // columns)
    height = (size.height + title_room(chart, size)) * rows
    with warnings.catch_warnings(), matplotlib.rc_context(style_over_defaults()):
        warnings.simplefilter("ignore")  # a letter the measuring font lacks is drawn by the reader's
        figure = Figure(figsize=(size.width / 72, height / 72), dpi=72)
        for number, panel in enumerate(panels):
            frame = Frame(chart, size, columns, rows, number)
            _draw_panel(figure, frame, panel)
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    text = f"{chart.headline}. {chart.sentence}"
    return tidy(stream.getvalue(), f"{chart.name}-{size.name}", chart.headline, text)


def style_over_defaults() -> Any:
    """Our style over matplotlib's own defaults, whatever the user's matplotlibrc says."""
    defaults: dict[Any, Any] = {
        name: value for name, value in matplotlib.rcParamsDefault.items() if name != "backend"
    }
    return {**defaults, **STYLE}


def _draw_panel(figure: Figure, frame: Frame, panel: Panel) -> None:
    axes = figure.add_axes(frame.box)
    axes.set_ylim(frame.low, frame.high)
    drawn = {"lines": _lines, "stack": _stack}[frame.chart.kind](axes, frame, panel)
    _dress(axes, frame, panel.title)
    for label in apart(drawn, frame):
        write_label(axes, frame, label)


def _lines(axes: Axes, frame: Frame, panel: Panel) -> list[Label]:
    chart = frame.chart
    labels: list[Label] = []
    place = {period: number for number, period in enumerate(chart.periods)}
    axes.set_xlim(-0.02 * len(place) - 0.1, len(place) - 0.9 + 0.02 * len(place))
    alone = len(panel.lines) == 1
    for (name, rows), colour, stroke, mark in zip(
        panel.lines, _colours(len(panel.lines)), STROKES, MARKS, strict=False
    ):
        x = [place[period] for period in rows["period"]]
        if len(labels) < (1 if chart.compares_scenarios else chart.shaded):
            _shade(axes, x, rows, colour)
        marker = mark if len(place) <= 15 else ""
        look: dict[str, Any] = {
            "color": colour,
            "linestyle": stroke,
            "linewidth": 2.4,
            "marker": marker,
            "markersize": 5,
        }
        axes.plot(x, rows["mean"], clip_on=False, **look)
        last = rows.iloc[-1]
        labels.append(Label(f"{name}: {say_short(last['mean'], chart.unit)}", colour, last["mean"]))
        if alone and chart.has_bands:
            labels += _band_labels(last, colour)
    return labels


def _shade(axes: Axes, x: list[int], rows: pd.DataFrame, colour: str) -> None:
    for range_name, shade in (("whole", WHOLE_SHADE), ("process", CHANCE_SHADE)):
        low, high = rows[f"{range_name}_low"], rows[f"{range_name}_high"]
        if low.notna().any():
            axes.fill_between(x, low, high, color=colour, alpha=shade, linewidth=0)


def _band_labels(last: pd.Series, colour: str) -> Iterator[Label]:
    """A single line has room to name its two ranges on the spot."""
    if last["whole_high"] > last["whole_low"]:
        yield Label("Lighter: inputs as well", colour, last["whole_high"])
    if last["process_high"] > last["process_low"]:
        yield Label("Darker: chance alone", colour, last["process_low"])


def _stack(axes: Axes, frame: Frame, panel: Panel) -> list[Label]:
    chart = frame.chart
    labels: list[Label] = []
    place = {period: number for number, period in enumerate(chart.periods)}
    above, below = np.zeros(len(place)), np.zeros(len(place))  # what is paid back hangs under the line
    axes.set_xlim(-0.6, len(place) - 0.4)
    parts = [(name, rows) for name, rows in panel.lines if name != TOTAL]
    for (name, rows), colour in zip(parts, _colours(len(parts)), strict=True):
        x = np.array([place[period] for period in rows["period"]])
        height = rows["mean"].to_numpy()
        foot = np.where(height < 0, below[x], above[x])
        axes.bar(x, height, 0.78, foot, color=colour, edgecolor="white", linewidth=1)
        middle = foot[-1] + height[-1] / 2
        labels.append(Label(f"{name}: {say_short(height[-1], chart.unit)}", colour, middle))
        above[x] += np.maximum(height, 0)
        below[x] += np.minimum(height, 0)
    for name, rows in panel.lines:
        if name == TOTAL:
            _total_ranges(axes, [place[period] for period in rows["period"]], rows)
    return labels


def _total_ranges(axes: Axes, x: list[int], rows: pd.DataFrame) -> None:
    """Uprights over each bar: thin for the whole range, thick for chance alone."""
    for range_name, width in (("whole", 1.6), ("process", 4.5)):
        low, high = rows[f"{range_name}_low"], rows[f"{range_name}_high"]
        axes.vlines(x, low, high, color="white", linewidth=width + 2)
        axes.vlines(x, low, high, color=INK, linewidth=width)


def _colours(count: int) -> tuple[str, ...]:
    return TWO_COLOURS if count == 2 else PALETTE[:count]


def _dress(axes: Axes, frame: Frame, title: str) -> None:
    """Light horizontal grid, few ticks, no box."""
    size, chart = frame.size, frame.chart
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.grid(axis="y", color=GRID, linewidth=1)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=size.font, pad=7)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=chart.unit == "count"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: say_on_axis(value, chart.unit)))
    places = _tick_places(chart.periods, size.ticks if len(chart.panels) == 1 else 3)
    axes.set_xticks(
        places, [chart.periods[place][: 4 if chart.period_word == "Month" else None] for place in places]
    )
    if frame.low < 0:
        axes.axhline(0, color=GREY, linewidth=1)
    if title:
        words = textwrap.fill(title, int((frame.cell_width - GUTTER) / (size.font * 0.62)))
        axes.annotate(
            words,
            (0, 1),
            (-size.left + 6, 13),
            xycoords="axes fraction",
            textcoords="offset points",
            fontsize=size.font,
            fontweight="bold",
        )


def _tick_places(periods: list[str], most: int) -> list[int]:
    """A few evenly spaced periods, counted back from the last; of months only Januaries."""
    months = len(periods[0]) == 7 and periods[0][4] == "-" and len(periods) > 24
    places = [n for n, period in enumerate(periods) if not months or period.endswith("-01")]
    step = max(1, -(-(len(places) - 1) // max(1, most - 1)))
    return places[::-1][::step][::-1]
