"""The page of a calibration: what was learnt, what could not be, and whether the method can be trusted."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import matplotlib
import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.reports.plots import DARK_BLUE, GREY, GRID, ORANGE, style_over_defaults
from experiments.reports.report import environment
from experiments.reports.svg_text import tidy
from experiments.reports.wording import say

BARS = 20
WIDE, NARROW = 2, 1
"""Panels beside each other on a wide and on a narrow screen."""
PANEL = (4.9, 2.6)
"""Inches."""


class Table(NamedTuple):
    """A table as the templates draw it: rows of a name and cells, each cell a list of lines."""

    name: str
    headline: str
    caption: str
    head: list[str]
    rows: list[tuple[str, list[list[str]]]]
    notes: list[str]


class Drawing(NamedTuple):
    headline: str
    sentence: str
    wide: Markup
    narrow: Markup


def page(told: dict[str, Any], rows: np.ndarray) -> str:
    """The whole page as HTML, the same bytes for the same calibration. `rows` are the posterior's."""
    return (
        environment()
        .get_template("calibration.html.j2")
        .render(
            told=told,
            unknown=[each for each in told["parameters"] if not each["identifiable"]],
            surprising=[each for each in told["figures"] if each["surprising"]],
            learnt=_learnt(told),
            figures=_figures(told),
            waves=_waves(told),
            coverage=_coverage(told),
            posterior_drawing=_posterior_drawing(told, rows),
            rank_drawing=_rank_drawing(told),
        )
    )


def _learnt(told: dict[str, Any]) -> Table:
    rows = [
        (
            each["path"],
            [
                [_span(each["prior"])],
                [_span(each["posterior"])],
                [f"{each['posterior']['0.5']:.3g}"],
                [f"{max(each['contraction'], 0):.0%}"],
                [f"{max(each['mean_contraction'], 0):.0%}"],
                ["yes" if each["identifiable"] else "no"],
            ],
        )
        for each in told["parameters"]
    ]
    head = [
        "Parameter",
        "Before, 90 %",
        "After, 90 %",
        "Median after",
        "Variance taken off",
        "On average over trials",
        "Identifiable",
    ]
    pairs = [
        f"{each['first']} and {each['second']} are known better together than apart: their correlation is "
        f"{each['correlation']:.2f}."
        for each in told["together"]
    ]
    return Table("learnt", "What was learnt", "Ranges before and after", head, rows, pairs)


def _span(quantiles: dict[str, float]) -> str:
    return f"{quantiles['0.05']:.3g} to {quantiles['0.95']:.3g}"


def _figures(told: dict[str, Any]) -> Table:
    rows = []
    for each in told["figures"]:
        unit, found = each["unit"], each["predicted"]
        spread = f"{say(found['0.1'], unit)} to {say(found['0.9'], unit)}" if found else "none"
        cells = [
            say(each["value"], unit),
            spread,
            "no" if each["surprising"] else "yes",
            each["source"] or "not said",
        ]
        rows.append((each["name"], [[cell] for cell in cells]))
    head = ["Figure", "Published", "New runs from the posterior, 80 %", "Within 95 % of them", "Source"]
    note = "The runs of this table draw from the posterior as any run does; none of them was learnt from."
    return Table(
        "figures", "The figures, and what the posterior makes of them", "Figures", head, rows, [note]
    )


def _waves(told: dict[str, Any]) -> Table:
    rows = [
        (str(each["wave"]), [[f"{each['runs']:,}"], [f"{each['space_left']:.2%}"], [each["furthest"]]])
        for each in told["waves"]
    ]
    head = ["Wave", "Runs", "Draws of the prior left", "Figure that ruled out most"]
    note = (
        "A draw is ruled out when some figure lies three standard deviations or more from its emulated mean."
    )
    return Table("waves", "History matching", "Waves of runs", head, rows, [note])


def _coverage(told: dict[str, Any]) -> Table:
    rows = []
    for each in told["trial"]["parameters"]:
        cells = [f"{found:.0%}" for found in each["coverage"].values()]
        verdict = "inside the band" if each["inside_band"] else "outside the band"
        rows.append(
            (each["path"], [[cell] for cell in (*cells, f"{each['largest_difference']:.3f}", verdict)])
        )
    shares = [f"{float(share):.0%} interval" for share in told["trial"]["parameters"][0]["coverage"]]
    head = ["Parameter", *shares, "Largest difference of the ranks", "Ranks"]
    note = "A right method has 50 %, 80 % and 95 % of the true values in its intervals, but for chance."
    return Table("coverage", "True values inside intervals", "Coverage", head, rows, [note])


def _posterior_drawing(told: dict[str, Any], rows: np.ndarray) -> Drawing:
    """Prior (line) and posterior (bars) of each parameter."""

    def panel(axes: Axes, number: int) -> None:
        each = told["parameters"][number]
        axes.hist(
            rows[:, number],
            bins=np.linspace(each["low"], each["high"], BARS + 1).tolist(),
            density=True,
            color=DARK_BLUE,
        )
        peak = 2 / (each["high"] - each["low"])
        axes.plot([each["low"], each["value"], each["high"]], [0, peak, 0], color=ORANGE, linewidth=2)
        axes.set_yticks([])
        axes.set_xlim(each["low"], each["high"])

    names = [each["path"] for each in told["parameters"]]
    headline = "Before (line) and after (bars)"
    sentence = "Bars narrower than the line show what the figures taught."
    return _drawing("posterior", headline, sentence, names, panel)


def _rank_drawing(told: dict[str, Any]) -> Drawing:
    """The curve of the ranks less the diagonal, with the band it must keep to."""
    limits = told["trial"]["band"]
    points = np.array(limits["points"])

    def panel(axes: Axes, number: int) -> None:
        each = told["trial"]["parameters"][number]
        low, high = (np.array(limits[end]) - points for end in ("low", "high"))
        axes.fill_between(points, low, high, color=GRID, linewidth=0)
        axes.axhline(0, color=GREY, linewidth=0.8)
        axes.plot(points, each["difference"], color=DARK_BLUE if each["inside_band"] else ORANGE, linewidth=2)
        axes.set_xlim(0, 1)
        axes.set_ylim(-0.25, 0.25)

    names = [each["path"] for each in told["trial"]["parameters"]]
    headline = f"Ranks of the true values of {told['trial']['authorities']} simulated authorities"
    sentence = (
        "The line is the share of ranks up to each point less what it should be. It stays inside the grey "
        "band, all of it at once, 99 times in 100 if the method is right."
    )
    return _drawing("ranks", headline, sentence, names, panel)


def _drawing(
    name: str, headline: str, sentence: str, panels: list[str], draw: Callable[[Axes, int], None]
) -> Drawing:
    drawings = [
        Markup(_svg(f"{name}-{columns}", headline, sentence, panels, draw, columns))
        for columns in (WIDE, NARROW)
    ]
    return Drawing(headline, sentence, *drawings)


def _svg(
    name: str,
    headline: str,
    sentence: str,
    panels: list[str],
    draw: Callable[[Axes, int], None],
    columns: int,
) -> str:
    rows = -(-len(panels) // columns)
    with warnings.catch_warnings(), matplotlib.rc_context(style_over_defaults()):
        warnings.simplefilter("ignore")  # a letter the measuring font lacks is drawn by the reader's
        figure = Figure(figsize=(PANEL[0] * columns, PANEL[1] * rows), dpi=72, layout="constrained")
        for number, title in enumerate(panels):
            axes = figure.add_subplot(rows, columns, number + 1)
            draw(axes, number)
            axes.set_title(title, loc="left", fontsize=12)
            axes.tick_params(labelsize=11)
            axes.spines[["top", "right"]].set_visible(False)
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return tidy(stream.getvalue(), name, headline, sentence)
