"""A bridge in words: headlines, sentences and tables, every number of them computed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from experiments.bridge.figures import PLACES
from experiments.bridge.parts import Bridge
from experiments.bridge.steps import Walk
from experiments.reports.savings import no_saving
from experiments.reports.stored_results import StoredResults
from experiments.reports.tables import FEWEST_RUNS, Cell, Table
from experiments.reports.wording import MINUS, NO_BREAK, listed, say, say_change, say_range
from sim.config.intervention_checks import unbiased
from sim.settings import Settings

UNKNOWN = "not known"


def headline(walk: Walk) -> str:
    """What all parts do together to one figure, in a few words."""
    change = walk.as_told(walk.together.mean)
    if not walk.together.mean:
        return f"{_titled(walk)}: the same with all of it"
    direction = "higher" if change > 0 else "lower"
    sure = "" if is_clear(walk) else ", not clear"
    return f"{_titled(walk)}: {say(abs(change), walk.figure.unit)} {direction} with all of it{sure}"


def is_clear(walk: Walk) -> bool:
    """Whether the interval of what all parts do leaves out zero, and enough runs say so."""
    low, high = (walk.together.estimates[name] for name in ("ci_low", "ci_high"))
    return len(walk.figure.draws) >= FEWEST_RUNS and (low > 0 or high < 0)


def sentence(walk: Walk) -> str:
    """From where to where, how sure that is, and whose share is the largest."""
    unit, (first, *parts, last) = walk.figure.unit, walk.steps
    start, end = (say(walk.as_told(step.mean), unit) for step in (first, last))
    low, high = (walk.as_told(walk.together.estimates[name]) for name in ("ci_low", "ci_high"))
    interval = f"95{NO_BREAK}% interval of the difference: {_between(low, high, unit)}"
    largest = max(parts, key=lambda step: abs(step.mean))
    share = exactly(walk.as_told(largest.mean), unit, signed=True)
    told = f" The largest share is that of “{largest.label}”: {share}." if largest.mean else ""
    return f"It goes from {start} to {end} ({interval}).{told}"


def _titled(walk: Walk) -> str:
    return f"{walk.figure.label[:1].upper()}{walk.figure.label[1:]}"


def description(walk: Walk) -> str:
    """Every step of the drawing, for readers who cannot see it."""
    unit, (first, *parts, last) = walk.figure.unit, walk.steps
    shares = "; ".join(f"{step.label}: {say_change(walk.as_told(step.mean), unit)}" for step in parts)
    start, end = (say(walk.as_told(step.mean), unit) for step in (first, last))
    return f"{first.label}: {start}. {shares}. {last.label}: {end}."


def table(walk: Walk, name: str) -> Table:
    """The steps as printed: means to the penny, or a tenth of a count, that add up as they stand."""
    head = ["Step", "Mean", "Running total", "95\u00a0% interval", "80\u00a0% range"]
    rows = [(step.label, _cells(walk, number)) for number, step in enumerate(walk.steps)]
    caption = "The first level and the shares add up to the last"
    return Table(name, f"{_titled(walk)}, step by step", caption, head, rows)


def _cells(walk: Walk, number: int) -> list[Cell]:
    step, unit = walk.steps[number], walk.figure.unit
    is_level = number in (0, len(walk.steps) - 1)
    ends = {name: walk.as_told(value) for name, value in step.estimates.items()}
    texts = (
        exactly(walk.as_told(step.mean), unit, signed=not is_level),
        exactly(walk.as_told(step.running_total), unit),
        _between(ends["ci_low"], ends["ci_high"], unit, is_level),
        _between(ends["p10"], ends["p90"], unit, is_level),
    )
    return [(text,) for text in texts]


def exactly(number: float, unit: str, signed: bool = False) -> str:
    """A number to the last place that is told of its unit: −£1,234.50, +3.2."""
    number = round(number, PLACES[unit])
    sign = MINUS if number < 0 else "+" if signed and number > 0 else ""
    return f"{sign}{'£' if unit == 'GBP' else ''}{abs(number):,.{PLACES[unit]}f}"


def _between(low: float, high: float, unit: str, is_level: bool = False) -> str:
    """The ends of an interval; of money to what can be taken in, as everywhere."""
    if not math.isfinite(low + high):
        return UNKNOWN
    if unit == "GBP" and is_level:
        return say_range(low, high, unit)
    ends = (
        say_change(end, unit) if unit == "GBP" else exactly(end, unit, not is_level) for end in (low, high)
    )
    return " to ".join(ends)


def method(bridge: Bridge) -> str:
    """Which orders the shares are means of, and how many scenarios that took."""
    count = len(bridge.parts)
    orders = (
        f"all {math.factorial(count):,} orders (Shapley values)"
        if bridge.in_all_orders and count > 1
        else "the order of their names and its reverse"
        if count > 1
        else "the only order there is"
    )
    return (
        "What a part adds depends on which others are there before it, so it was worked out in "
        f"{orders} and averaged, in each replication and then over replications: {len(bridge.names)} "
        "scenarios, each with the same children and the same luck. In other orders the shares would differ; "
        "their sum would not."
    )


def cautions(bridge: Bridge, results: StoredResults, settings: Settings) -> list[str]:
    """What a reader should know before taking a share for a saving."""
    return [*_no_bias(bridge, settings), *_worse_off(bridge, results)]


def _no_bias(bridge: Bridge, settings: Settings) -> Iterator[str]:
    names = unbiased(settings)
    full = [f"“{part.label}”" for part in bridge.parts if part.id in names]
    if full:
        yield (
            f"Nothing is taken off for optimism bias: {listed(full)} {'is' if len(full) == 1 else 'are'} "
            "taken to do all that is intended, at the price that is given."
        )


def _worse_off(bridge: Bridge, results: StoredResults) -> Iterator[str]:
    """The scenario, and each part that was also run alone, if cheaper while children are worse off."""
    alone = [name for parts, name in bridge.names.items() if len(parts) == 1 and name != bridge.scenario]
    for option in (bridge.scenario, *alone):
        warning = no_saving(results, option)
        if warning:
            yield warning


def in_columns(told: dict[str, Any]) -> str:
    """One bridge as a table for a terminal, to the penny."""
    unit, steps = told["unit"], told["steps"]
    lines = [(told["headline"], "mean", "running total", "95 % interval")]
    for number, step in enumerate(steps):
        is_level = number in (0, len(steps) - 1)
        low, high = (math.nan if step[name] is None else step[name] for name in ("ci_low", "ci_high"))
        lines.append(
            (
                step["label"],
                exactly(step["mean"], unit, signed=not is_level),
                exactly(step["running_total"], unit),
                _between(low, high, unit, is_level),
            )
        )
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_row(line, widths) for line in lines)


def _row(line: Sequence[str], widths: Sequence[int]) -> str:
    """The name to the left, the numbers to the right."""
    cells = [line[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True))]
    return "  ".join(cells).rstrip()
