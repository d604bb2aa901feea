"""A waterfall: from a level through the changes that make it up to another level, a row a step.

Rows go down the page, so that long names can be read. The scale is the difference from the first
level: small changes to a large sum stay visible, and no bar begins anywhere but where it should.
Drawn twice, for wide and narrow screens, as every chart of ours.
"""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, NamedTuple

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.reports.plots import DARK_BLUE, GREY, GRID, INK, ORANGE, style_over_defaults
from experiments.reports.svg_text import tidy
from experiments.reports.wording import NO_BREAK, say_change, say_short

BAR, GAP, FOOT, LETTER = 20, 14, 56, 0.56
"""Pixels of a bar, between rows and below the last; width of a letter as a share of the font's size."""


@dataclass(frozen=True)
class Size:
    """One of the two drawings, in pixels. Where `beside` is false names stand above their bars."""

    name: str
    width: int
    font: int
    names: int
    values: int
    beside: bool
    ticks: int


WIDE = Size("wide", width=720, font=14, names=250, values=96, beside=True, ticks=4)
NARROW = Size("narrow", width=340, font=14, names=330, values=86, beside=False, ticks=2)


@dataclass(frozen=True)
class Step:
    """A level at both ends of a waterfall, a change anywhere between; `low` to `high` its 80 % range.

    `told` is the value in words where it has to be more exact than usual.
    """

    label: str
    value: float
    low: float = math.nan
    high: float = math.nan
    told: str = ""


class Row(NamedTuple):
    """One step on the drawing: where its bar begins and ends, and its range, from the first level."""

    words: list[str]
    value: str
    begins: float
    ends: float
    low: float
    high: float
    colour: str


def waterfall(
    steps: Sequence[Step], unit: str, name: str, title: str, description: str, size: Size = WIDE
) -> str:
    """One drawing as SVG text, the same bytes every time.

    The first and the last of at least two `steps` are levels in `unit` (GBP or count), those between
    are the changes that lead from one to the other. `name` keeps two drawings of a page apart;
    `title` and `description` are for readers who cannot see it.
    """
    rows = _rows(steps, unit, size)
    heights = [_height(row, size) for row in rows]
    total = sum(heights) + FOOT
    with matplotlib.rc_context(style_over_defaults()):
        figure = Figure(figsize=(size.width / 72, total / 72), dpi=72)
        left = size.names + 10 if size.beside else 12
        box = (
            left / size.width,
            FOOT / total,
            (size.width - size.values - left) / size.width,
            1 - FOOT / total,
        )
        axes = figure.add_axes(box)
        _dress(axes, rows, sum(heights), steps[0].label, unit, size)
        tops = accumulate(heights, initial=0)
        _draw(axes, rows, [top + height - GAP / 2 for top, height in zip(tops, heights, strict=False)], size)
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return tidy(stream.getvalue(), f"{name}-{size.name}", title, description)


def both(steps: Sequence[Step], unit: str, name: str, title: str, description: str) -> tuple[str, str]:
    """The drawings for wide and for narrow screens."""
    wide, narrow = (waterfall(steps, unit, name, title, description, size) for size in (WIDE, NARROW))
    return wide, narrow


def _rows(steps: Sequence[Step], unit: str, size: Size) -> list[Row]:
    first, *changes, last = steps
    start = first.told or say_short(first.value, unit)
    rows = [Row(_words(first.label, size), start, 0, 0, math.nan, math.nan, GREY)]
    stands = 0.0
    for step in changes:
        after = stands + step.value
        colour = ORANGE if step.value > 0 else DARK_BLUE
        value = step.told or say_change(step.value, unit).replace(f"{NO_BREAK}million", "m")
        low, high = stands + step.low, stands + step.high
        rows.append(Row(_words(step.label, size), value, stands, after, low, high, colour))
        stands = after
    end, told = last.value - first.value, last.told or say_short(last.value, unit)
    return [*rows, Row(_words(last.label, size), told, 0, end, math.nan, math.nan, GREY)]


def _words(label: str, size: Size) -> list[str]:
    return textwrap.wrap(label, int(size.names / (size.font * LETTER))) or [""]


def _height(row: Row, size: Size) -> float:
    words = len(row.words) * size.font * 1.2
    return (max(words, BAR) if size.beside else words + BAR + 4) + GAP


def _dress(axes: Axes, rows: list[Row], height: float, first: str, unit: str, size: Size) -> None:
    """A light grid from the differences, which are named below; no box."""
    axes.set_xlim(*_limits(rows))
    axes.set_ylim(height, 0)
    axes.set_yticks([])
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.grid(axis="x", color=GRID, linewidth=1)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=size.font - 1, pad=5)
    axes.xaxis.set_major_locator(MaxNLocator(size.ticks, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value, unit)))
    axes.axvline(0, color=GREY, linewidth=1.2)
    axes.annotate(
        textwrap.shorten(f"difference from “{first}”", 56 if size.beside else 40, placeholder="…”"),
        (0, 0),
        (0, -FOOT + 8),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=size.font - 1,
        color=GREY,
    )


def _tick(value: float, unit: str) -> str:
    return say_change(value, unit).replace(f"{NO_BREAK}million", "m")


def _limits(rows: list[Row]) -> tuple[float, float]:
    places = [
        place for row in rows for place in (row.begins, row.ends, row.low, row.high) if math.isfinite(place)
    ]
    low, high = min(places), max(places)
    room = (high - low) * 0.04 or 1.0
    return low - room, high + room


def _draw(axes: Axes, rows: list[Row], feet: list[float], size: Size) -> None:
    """Bars, connectors, ranges and words. `feet` are the lower edges of the rows' bars or words."""
    for number, (row, foot) in enumerate(zip(rows, feet, strict=True)):
        head = foot - _height(row, size) + GAP
        middle = (head + foot) / 2 if size.beside else foot - BAR / 2
        axes.barh(
            middle,
            row.ends - row.begins,
            BAR,
            row.begins,
            color=row.colour,
            edgecolor=row.colour,
            linewidth=2,
        )
        if math.isfinite(row.low):
            axes.hlines(middle, row.low, row.high, color="white", linewidth=4)
            axes.hlines(middle, row.low, row.high, color=INK, linewidth=1.6)
        if number + 1 < len(rows):
            following = rows[number + 1]
            below = feet[number + 1] - _height(following, size) + GAP
            reach = (below + feet[number + 1]) / 2 if size.beside else feet[number + 1] - BAR / 2
            axes.vlines(row.ends, middle, reach, color=GREY, linewidth=1, zorder=0.8)
        _write(axes, row, head, middle, number in (0, len(rows) - 1), size)


def _write(axes: Axes, row: Row, head: float, middle: float, is_level: bool, size: Size) -> None:
    """The step's name before or above its bar, its value after it."""
    weight = "bold" if is_level else "normal"
    across = axes.get_yaxis_transform()
    start = -(size.names + 4) if size.beside else -10
    look: dict[str, Any] = {
        "xycoords": across,
        "textcoords": "offset points",
        "fontsize": size.font,
        "fontweight": weight,
    }
    place = (0, middle) if size.beside else (0, head)
    axes.annotate(
        "\n".join(row.words),
        place,
        (start, 0),
        va="center" if size.beside else "top",
        linespacing=1.1,
        annotation_clip=False,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
        **look,
    )
    axes.annotate(
        row.value, (1, middle), (size.values - 6, 0), va="center", ha="right", annotation_clip=False, **look
    )
