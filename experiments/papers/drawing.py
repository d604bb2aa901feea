"""The two figures of a paper's page: each claim over its simulated band, and what hangs on each assumption.

Drawn twice, for wide and narrow screens, in the style, palette and accessible wrapping of the report. Every
claim has a scale of its own, because claims of one unit may be thousands or millions.
"""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.papers.claims import Judged
from experiments.papers.trials import Swing
from experiments.reports.plots import DARK_BLUE, GREY, GRID, INK, ORANGE, TURQUOISE, style_over_defaults
from experiments.reports.svg_text import tidy
from experiments.reports.wording import MINUS, say_on_axis

MOST_BARS = 10
LINE = 1.3
"""Height of a line of text in font sizes."""
ROOM = 0.12
"""Empty room beside what is drawn, as a share of its width."""


@dataclass(frozen=True)
class Size:
    name: str
    width: int
    font: int
    margin: int = 34


WIDE, NARROW = Size("wide", 720, 14), Size("narrow", 340, 14, 30)


@dataclass(frozen=True)
class Strip:
    """One row of a figure: its words and the height of its scale, in pixels."""

    words: list[str]
    height: float

    def total(self, size: Size) -> float:
        return len(self.words) * size.font * LINE + self.height


def draw_claims(name: str, title: str, description: str, claims: Sequence[Judged], size: Size) -> str:
    """A strip a claim: the band as a bar, its mean as an upright, the claim as a diamond."""
    strips = [Strip(_wrapped(claim.label, size), 62) for claim in claims]
    figure, axes = _figure(strips, size)
    for place, claim in zip(axes, claims, strict=True):
        _scale(place, claim, size)
        _band(place, claim)
    return as_svg(figure, f"{name}-{size.name}", title, description)


def draw_swings(
    name: str,
    title: str,
    description: str,
    swings: Sequence[tuple[str, Swing]],
    middle: float,
    unit: str,
    size: Size,
) -> str:
    """A bar an assumption from its answer at the low end (hollow) to that at the high end (filled)."""
    strips = [Strip(_wrapped(label, size), 26) for label, _ in swings]
    ends = [end for _, swing in swings for end in (swing.at_low, swing.at_high)]
    limits = _limits([*ends, middle])
    figure, axes = _figure(strips, size, below=26)
    for number, (place, (_, swing)) in enumerate(zip(axes, swings, strict=True)):
        place.set_xlim(*limits)
        place.axvline(middle, color=GREY, linewidth=1.2, linestyle=(0, (2, 2)))
        place.hlines(0, swing.at_low, swing.at_high, color=DARK_BLUE, linewidth=9)
        place.plot([swing.at_low], [0], "o", color=DARK_BLUE, markerfacecolor="white", markersize=9)
        place.plot([swing.at_high], [0], "o", color=DARK_BLUE, markersize=9)
        _dress(place, unit, size, number == len(swings) - 1)
    return as_svg(figure, f"{name}-{size.name}", title, description)


def _wrapped(text: str, size: Size) -> list[str]:
    return textwrap.wrap(text, int((size.width - size.margin) / (size.font * 0.53)))


def _figure(strips: Sequence[Strip], size: Size, below: float = 6) -> tuple[Figure, list[Axes]]:
    """A figure with one set of axes below the other, each under its words."""
    height = sum(strip.total(size) for strip in strips) + below
    with matplotlib.rc_context(style_over_defaults()):
        figure = Figure(figsize=(size.width / 72, height / 72), dpi=72)
        found, top = [], height
        for strip in strips:
            words = len(strip.words) * size.font * LINE
            left, width = size.margin / size.width, 1 - 2 * size.margin / size.width
            figure.text(
                4 / size.width,
                (top - 2) / height,
                "\n".join(strip.words),
                fontsize=size.font,
                fontweight="bold",
                va="top",
                linespacing=1.1,
            )
            top -= words + strip.height
            found.append(figure.add_axes((left, (top + 8) / height, width, (strip.height - 14) / height)))
        return figure, found


def _scale(axes: Axes, claim: Judged, size: Size) -> None:
    known = [each for each in (claim.low, claim.high, claim.mean, claim.claimed) if each is not None]
    axes.set_xlim(*_limits([each for each in known if math.isfinite(each)]))
    ends = (claim.low, claim.high, claim.claimed)
    whole = all(each is None or math.isinf(each) or each == round(each) for each in ends)
    _dress(axes, claim.unit, size, True, whole and claim.unit in ("", "count"))
    box = axes.get_position()
    axes.set_position((box.x0, box.y0 + box.height * 0.5, box.width, box.height * 0.5))


def _limits(numbers: Sequence[float]) -> tuple[float, float]:
    """A scale around all of the numbers, from zero where zero is not far."""
    low, high = min(numbers), max(numbers)
    reach = high - low
    if low > 0 and low <= 2 * reach:
        low = 0.0
    if high < 0 and -high <= 2 * reach:
        high = 0.0
    room = ROOM * (high - low) or max(abs(high) * ROOM, 1.0)
    return low - (room if low else 0.04 * (high - low)), high + (room if high else 0.04 * (high - low))


def _band(axes: Axes, claim: Judged) -> None:
    left, right = axes.get_xlim()
    low, high = (min(max(end, left), right) for end in (claim.low, claim.high))
    axes.hlines(0, low, high, color=TURQUOISE, linewidth=13)
    if low == high:
        axes.plot([low], [0], "|", color=TURQUOISE, markersize=13, markeredgewidth=5)
    if math.isinf(claim.high):
        axes.plot([right], [0], ">", color=TURQUOISE, markersize=11, clip_on=False)
    if math.isfinite(claim.mean):
        axes.plot([claim.mean], [0], "|", color=INK, markersize=17, markeredgewidth=2.4)
    if claim.claimed is not None:
        axes.plot([claim.claimed], [0], "D", color=ORANGE, markeredgecolor=INK, markersize=9)


def _dress(axes: Axes, unit: str, size: Size, with_scale: bool, whole: bool = False) -> None:
    axes.set_ylim(-1, 1)
    axes.set_yticks([])
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.grid(axis="x", color=GRID, linewidth=1)
    axes.set_axisbelow(True)
    axes.xaxis.set_major_locator(MaxNLocator(5 if size.width > 400 else 3, integer=whole))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: on_axis(value, unit)))
    axes.tick_params(length=0, labelsize=size.font - 1, labelbottom=with_scale)


def on_axis(value: float, unit: str) -> str:
    """A round number of an axis, with the figures it needs: neither 1.05 million nor 3.75 loses its last."""
    if unit == "GBP" and abs(value) >= 999_500:
        return f"{MINUS if value < 0 else ''}£{abs(value) / 1e6:.4g}m"
    if unit in ("", "count") and 0 < abs(value) < 10:
        return f"{value:.4g}".replace("-", MINUS)
    return say_on_axis(value, unit)


def as_svg(figure: Figure, name: str, title: str, description: str) -> str:
    """A figure as SVG text with a title and a description for those who cannot see it."""
    with matplotlib.rc_context(style_over_defaults()):
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return tidy(stream.getvalue(), name, title, description)
