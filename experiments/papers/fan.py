"""A forecast of a paper drawn across the simulation's fan: a number counted each January, year by year.

A fan is drawn where claims give one such number for two years or more. The paper's points for it are joined:
those that rest on one printed figure by themselves (6,044 and 47 per cent more of it), all others together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.papers.answers import Answers, measured
from experiments.papers.claims import band, claimed_value
from experiments.papers.drawing import Size, as_svg
from experiments.reports.plots import DARK_BLUE, GREY, GRID, ORANGE, WHOLE_SHADE, style_over_defaults
from experiments.reports.tables import Cell, Table
from experiments.reports.wording import say, say_on_axis
from sim.measures.measures import CENSUS, MEASURES
from sim.settings import Claim, Paper, Simulated

RIGHT, LEFT, BELOW = 74, 58, 34
"""Room in pixels for what is written beside the fan."""
APART = 1.25
"""The least distance between two numbers beside it, in font sizes."""

Points = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Fan:
    """One number by year: the simulation's band and mean, and the paper's points, a tuple for each line."""

    name: str
    scenario: str
    meaning: str
    unit: str
    years: tuple[int, ...]
    low: np.ndarray
    mean: np.ndarray
    high: np.ndarray
    lines: tuple[Points, ...]


def fans_of(paper: Paper, answers: Answers) -> list[Fan]:
    """Every fan that a paper's claims give, in their order."""
    groups: dict[tuple[str, str, str], list[Claim]] = {}
    for claim in paper.claims.values():
        simulated = claim.simulated
        if simulated is not None and _is_a_point(claim, paper):
            groups.setdefault((simulated.scenario, simulated.measure, simulated.group), []).append(claim)
    found = ((key, _lines(claims, paper)) for key, claims in groups.items())
    return [_fan(*key, lines, answers) for key, lines in found if any(len(line) > 1 for line in lines)]


def _is_a_point(claim: Claim, paper: Paper) -> bool:
    simulated = claim.simulated
    return (
        simulated is not None
        and MEASURES.get(simulated.measure) is not None
        and MEASURES[simulated.measure].over == CENSUS
        and not (simulated.against or simulated.since or simulated.per)
        and simulated.times == 1
        and claim.figure is not None
        and claimed_value(claim, paper.figures[claim.figure]) is not None
    )


def _lines(claims: Sequence[Claim], paper: Paper) -> tuple[Points, ...]:
    """Points by year; a figure that stands for two of them or more has a line of its own."""
    points: dict[str, list[tuple[int, float]]] = {}
    for claim in claims:
        assert claim.simulated is not None
        assert claim.figure is not None
        value = claimed_value(claim, paper.figures[claim.figure])
        points.setdefault(claim.figure, []).append((int(claim.simulated.periods[0]), float(value or 0.0)))
    own = [each for each in points.values() if len(each) > 1]
    together = [point for each in points.values() if len(each) == 1 for point in each]
    if len({year for year, _ in together}) < len(together):  # two numbers for one year are no line
        own, together = [*([point] for point in together), *own], []
    return tuple(tuple(sorted(each)) for each in (together, *own) if each)


def _fan(scenario: str, measure: str, group: str, lines: tuple[Points, ...], answers: Answers) -> Fan:
    years = answers.periods(scenario, "calendar", measure)
    rows = []
    for year in years:
        simulated = Simulated(
            scenario=scenario, measure=measure, group=group, calendar="calendar", periods=[year]
        )
        values = measured(simulated, answers)
        low, high = band(values, simulated)
        rows.append((low, float(np.nanmean(values)), high))
    low, mean, high = np.array(rows).T
    known, own = MEASURES[measure], "" if group == "all" else f", {group.partition('=')[2]}"
    name = f"fan-{scenario}-{measure}-{group}".replace("=", "-").lower()
    years_of = tuple(int(year) for year in years)
    return Fan(
        name, scenario, f"{known.meaning.split(';')[0]}{own}", known.unit, years_of, low, mean, high, lines
    )


def in_words(fan: Fan, band_name: str) -> str:
    """What the drawing shows, in a sentence or two."""
    first, last = fan.years[0], fan.years[-1]
    before, after, low, high = (
        say(float(each), fan.unit) for each in (fan.mean[0], fan.mean[-1], fan.low[-1], fan.high[-1])
    )
    ends = f"{after} in {last} ({band_name} {low} to {high})"
    told = [f"{fan.meaning}: simulated, from {before} in {first} to {ends}."]
    for line in fan.lines:
        if len(line) > 1:
            (begins, from_), (ends_in, to) = line[0], line[-1]
            told.append(
                f"The paper: from {say(from_, fan.unit)} in {begins} to {say(to, fan.unit)} in {ends_in}."
            )
    return " ".join(told)


def table_of(fan: Fan, band_name: str) -> Table:
    """The numbers of a fan, a row a year."""
    rows: list[tuple[str, list[Cell]]] = []
    for year, *numbers in zip(fan.years, fan.mean, fan.low, fan.high, strict=True):
        cells: list[Cell] = [(say(number, fan.unit),) for number in numbers]
        said = [(say(value, fan.unit),) for line in fan.lines for at, value in line if at == year]
        rows.append((str(year), [*cells, tuple(word for cell in said for word in cell) or ("none",)]))
    head = ["January of", "Simulated, mean", "Low end", "High end", "The paper says"]
    return Table(fan.name, fan.meaning, f"Year by year; the ends are those of the {band_name}", head, rows)


def draw_fan(fan: Fan, title: str, description: str, size: Size) -> str:
    """The band and the mean by year, and across them the paper's points, those of one line joined."""
    height = 380 if size.width > 400 else 300
    with rc_context(style_over_defaults()):
        figure = Figure(figsize=(size.width / 72, height / 72), dpi=72)
        box = (
            LEFT / size.width,
            BELOW / height,
            1 - (LEFT + RIGHT) / size.width,
            1 - (BELOW + 12) / height,
        )
        axes = figure.add_axes(box)
        axes.fill_between(fan.years, fan.low, fan.high, color=DARK_BLUE, alpha=WHOLE_SHADE, linewidth=0)
        axes.plot(fan.years, fan.mean, color=DARK_BLUE, linewidth=2.4)
        for line in fan.lines:
            years, values = zip(*line, strict=True)
            look: dict[str, Any] = {"color": ORANGE, "linewidth": 2.0, "linestyle": (0, (5, 2))}
            axes.plot(years, values, **look, marker="D", markersize=8, markeredgecolor=GREY, clip_on=False)
        _dress(axes, fan, size)
        _name_the_ends(axes, fan, size)
    return as_svg(figure, f"{fan.name}-{size.name}", title, description)


def _dress(axes: Axes, fan: Fan, size: Size) -> None:
    most = max(float(np.nanmax(fan.high)), *(value for line in fan.lines for _, value in line))
    axes.set_xlim(fan.years[0], fan.years[-1])
    axes.set_ylim(0, most * 1.05)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.grid(axis="y", color=GRID, linewidth=1)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=size.font - 1, pad=8)
    axes.xaxis.set_major_locator(MaxNLocator(6 if size.width > 400 else 3, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: say_on_axis(value, fan.unit)))


def _name_the_ends(axes: Axes, fan: Fan, size: Size) -> None:
    """The last year's numbers beside the fan, apart from each other."""
    last = fan.years[-1]
    ends = [(float(fan.mean[-1]), DARK_BLUE)]
    ends += [(value, "#A33B00") for line in fan.lines for year, value in line if year == last]
    ends = sorted(end for end in ends if math.isfinite(end[0]))
    low, high = axes.get_ylim()
    pixels = (high - low) / (axes.get_position().height * axes.figure.get_figheight() * 72)
    place = -math.inf
    for value, colour in ends:
        place = max(value, place + APART * size.font * pixels)
        axes.annotate(
            say(value, fan.unit),
            (last, place),
            (10, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            fontsize=size.font,
            fontweight="bold",
            annotation_clip=False,
        )
