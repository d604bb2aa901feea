"""Where things stand on a drawing: panels, their scales, and the words beside lines and bars."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import NamedTuple

from matplotlib.axes import Axes

from experiments.reports.charts import TOTAL, Chart


@dataclass(frozen=True)
class Size:
    """One of the two drawings, in pixels of its own coordinate system."""

    name: str
    columns: int
    width: int
    height: int
    font: int
    label: int
    left: int
    ticks: int


WIDE = Size("wide", columns=2, width=720, height=330, font=14, label=150, left=62, ticks=6)
NARROW = Size("narrow", columns=1, width=340, height=270, font=14, label=112, left=58, ticks=3)
TOP, BOTTOM, TITLE_LINE, GUTTER = 14, 34, 1.35, 10


def title_room(chart: Chart, size: Size) -> float:
    """Height for a panel's title, of up to two lines, where there are several panels."""
    return size.font * TITLE_LINE * 2.2 if len(chart.panels) > 1 else 0


class Frame:
    """Where one panel stands on the drawing, and how values become positions in it."""

    def __init__(self, chart: Chart, size: Size, columns: int, rows: int, number: int) -> None:
        self.chart, self.size = chart, size
        self.label = size.label if columns == 1 else size.label * 0.78
        self.title_room = title_room(chart, size)
        self.cell_width = size.width / columns
        self.width = self.cell_width - size.left - self.label - GUTTER
        self.height = size.height - TOP - BOTTOM
        left = (number % columns) * self.cell_width + size.left
        row_height = size.height + self.title_room
        bottom = (rows - 1 - number // columns) * row_height + BOTTOM
        total = row_height * rows
        self.box = (left / size.width, bottom / total, self.width / size.width, self.height / total)
        self.low, self.high = limits(chart)

    def pixel(self, value: float) -> float:
        return (value - self.low) / (self.high - self.low) * self.height


def limits(chart: Chart) -> tuple[float, float]:
    """From zero to a little above the highest value; the same in every panel."""
    columns = ["mean", "process_low", "process_high", "whole_low", "whole_high"]
    tops = chart.data[columns].max().max()
    if chart.kind == "stack":
        parts = chart.data[chart.data["series"] != TOTAL]
        parts = parts.assign(mean=parts["mean"].clip(lower=0))
        tops = max(tops, parts.groupby(["scenario", "period"])["mean"].sum().max())
    low = min(0.0, float(chart.data[columns].min().min()) * 1.05)
    if chart.unit == "percent" and 50 < tops <= 100:
        return low, 100.0
    return low, max(float(tops) * 1.05, 0.0 if low < 0 else 1.0)


class Label(NamedTuple):
    """Words beside the end of a line or bar: its colour, the height it points at, where it stands."""

    text: str
    colour: str
    target: float
    stands: float = 0.0

    def lines(self, frame: Frame) -> list[str]:
        letters = max(8, int((frame.label - 22) / (frame.size.font * 0.5)))
        longest = max(len(word) for word in self.text.split())
        return textwrap.wrap(self.text, max(letters, min(longest, letters + 2)))


def apart(labels: list[Label], frame: Frame) -> list[Label]:
    """Move labels up or down until none covers another and all stay within the panel."""
    line = frame.size.font * 1.15
    ordered = sorted(labels, key=lambda label: label.target)
    heights = [len(label.lines(frame)) * line + 5 for label in ordered]
    places = [frame.pixel(label.target) for label in ordered]
    floor: float = -4.0
    for number, height in enumerate(heights):
        places[number] = max(places[number], floor + height / 2)
        floor = places[number] + height / 2
    ceiling: float = frame.height + (0 if frame.title_room else TOP)
    for number in reversed(range(len(places))):
        places[number] = min(places[number], ceiling - heights[number] / 2)
        ceiling = places[number] - heights[number] / 2
    return [label._replace(stands=place) for label, place in zip(ordered, places, strict=True)]


def write_label(axes: Axes, frame: Frame, label: Label) -> None:
    across, up = 1 / frame.width, 1 / frame.height
    ends = [frame.pixel(label.target) * up, label.stands * up]
    axes.plot(
        [1 + 2 * across, 1 + 14 * across],
        ends,
        color=label.colour,
        linewidth=2,
        transform=axes.transAxes,
        clip_on=False,
    )
    axes.text(
        1 + 18 * across,
        label.stands * up,
        "\n".join(label.lines(frame)),
        fontsize=frame.size.font,
        linespacing=1.1,
        va="center",
        transform=axes.transAxes,
    )
