"""The steps of a movement: from the first level through each cause's share to the second, exactly."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from experiments.bridge.shares import round_to_total, shapley, two_orders
from experiments.errors import ExperimentError
from experiments.movement.causes import CAUSES
from experiments.movement.question import Question
from experiments.movement.runs import Runs, name_of
from experiments.summary import describe
from experiments.task import Result

FIRST, CARRIED_OVER, SECOND = "first", "carried_over", "second"
ESTIMATES = ("ci_low", "ci_high", "p10", "p90")


@dataclass(frozen=True)
class Figures:
    """Both figures of every set of causes, for the replications that have them all."""

    draws: np.ndarray
    """The parameter draw of each replication."""
    replications: list[int]
    first: dict[frozenset[str], np.ndarray]
    """Set of causes at work → the figure of the first period in the smallest unit told, exactly."""
    second: dict[frozenset[str], np.ndarray]


@dataclass(frozen=True)
class Step:
    """A level at either end, or a share between, in the smallest unit that is told.

    Values and running totals are whole; `estimates` are the ends of the 95 % interval of the mean and
    the 10th and 90th percentile over replications, not a number where there are too few.
    """

    id: str
    label: str
    value: int
    estimates: dict[str, float]
    running_total: int
    moved: bool = True
    """Whether anything could have moved; if not the share is nought without a run."""


def gather(runs: Runs, results: Iterable[Result]) -> tuple[Figures, list[Result]]:
    """The figures of the replications that have them in every set, and the results that failed.

    Raises ExperimentError if none has.
    """
    question, sets = runs.question, runs.sets
    names = {name_of(causes): causes for causes in sets}
    found: dict[int, dict[frozenset[str], tuple[Fraction, Fraction]]] = {}
    draws, failed = {}, []
    for result in results:
        if result.failure:
            failed.append(result)
            continue
        draws[result.unit.replication] = result.unit.draw
        values = dict(zip(result.keys, result.values.tolist(), strict=True))
        pair = [values.get(key, math.nan) for key in question.keys]
        if all(map(math.isfinite, pair)):
            exact = tuple(exactly(value, question) for value in pair)
            found.setdefault(result.unit.replication, {})[names[result.unit.scenario]] = exact
    kept = sorted(number for number, of_one in found.items() if len(of_one) == len(sets))
    if not kept:
        raise ExperimentError(_nothing(question, failed))
    first, second = (
        {causes: np.array([found[number][causes][place] for number in kept], dtype=object) for causes in sets}
        for place in (0, 1)
    )
    return Figures(np.array([draws[number] for number in kept]), kept, first, second), failed


def _nothing(question: Question, failed: list[Result]) -> str:
    if failed and failed[0].failure:
        return f"no replication succeeded in every run; the first failed: {failed[0].failure.message}"
    group = "" if question.group == "all" else f" of {question.group}"
    return f"no run gives {question.measure}{group} in {question.first.name} and {question.second.name}"


def exactly(value: float, question: Question) -> Fraction:
    """A figure in the smallest unit that is told of it; money in whole pence."""
    if question.unit == "GBP":
        return Fraction(round(value * 100))
    return Fraction(value) * 10**question.places


def walk(runs: Runs, figures: Figures) -> list[Step]:
    """The first level, what was carried over, every cause's share and the second level.

    The shares are rounded so that, as they are printed, they lead from one level to the other.
    """
    nothing, everything = runs.sets[0], runs.sets[-1]
    second, start, end = figures.second, figures.first[everything], figures.second[everything]
    share_out = shapley if runs.in_all_orders else two_orders
    shares = {CARRIED_OVER: second[nothing] - start, **share_out(second.__getitem__, runs.moving)}
    levels = [round(_mean(level)) for level in (start, end)]
    whole = round_to_total({each: _mean(share) for each, share in shares.items()}, levels[1] - levels[0])
    estimates = _estimates({FIRST: start, **shares, SECOND: end}, figures.draws)
    question = runs.question
    steps = [Step(FIRST, question.first.name, levels[0], estimates[FIRST], levels[0])]
    for each, label in {CARRIED_OVER: "Carried over", **CAUSES}.items():
        stands = steps[-1].running_total + whole.get(each, 0)
        known = estimates.get(each, dict.fromkeys(ESTIMATES, 0.0))
        steps.append(Step(each, label, whole.get(each, 0), known, stands, each in whole))
    return [*steps, Step(SECOND, question.second.name, levels[1], estimates[SECOND], levels[1])]


def whole_movement(runs: Runs, figures: Figures) -> dict[str, float]:
    """The interval and range of the movement itself, in the smallest unit that is told."""
    everything = runs.sets[-1]
    moved = figures.second[everything] - figures.first[everything]
    return _estimates({"movement": moved}, figures.draws)["movement"]


def _mean(values: np.ndarray) -> Fraction:
    return Fraction(sum(values.tolist())) / len(values)


def _estimates(rows: Mapping[str, np.ndarray], draws: np.ndarray) -> dict[str, dict[str, float]]:
    """Interval and range of each row, as in `summary.csv`: the draws are what is independent."""
    found = describe(np.array(list(rows.values()), dtype=object).astype(float), draws)["all"]
    return {each: {name: float(found[name][place]) for name in ESTIMATES} for place, each in enumerate(rows)}


def rows(steps: list[Step], question: Question) -> list[dict[str, Any]]:
    """One row a step, as plain data in the unit of the measure; null where nothing is known."""
    places = question.places
    return [
        {
            "step": number,
            "id": step.id,
            "label": step.label,
            "value": as_number(step.value, places),
            **{name: as_number(step.estimates[name], places) for name in ESTIMATES},
            "running_total": as_number(step.running_total, places),
            "moved": step.moved,
        }
        for number, step in enumerate(steps)
    ]


def as_number(number: float, places: int) -> float | None:
    """From the smallest unit to that of the measure, rounded to it."""
    return float(Decimal(round(number)).scaleb(-places)) if math.isfinite(number) else None


def as_csv(table: list[dict[str, Any]], question: Question, scenario: str) -> str:
    """The movement as a tidy table."""
    what = {
        "scenario": scenario,
        "measure": question.measure,
        "unit": question.unit,
        "calendar": question.calendar,
        "group": question.group,
    }
    text = io.StringIO()
    writer = csv.DictWriter(text, [*what, *table[0]], lineterminator="\n")
    writer.writeheader()
    for row in table:
        moved = "yes" if row["moved"] else "no"
        shown = {name: _shown(value, question) for name, value in row.items() if isinstance(value, float)}
        writer.writerow(what | row | shown | {"moved": moved})
    return text.getvalue()


def _shown(value: float, question: Question) -> str:
    return f"{value:.{question.places}f}"


def values_as_csv(runs: Runs, figures: Figures) -> str:
    """Both figures of every run, from which all shares can be worked out again."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["causes_at_work", "draw", "replication", "first", "second"])
    scale = 10**runs.question.places
    for causes in runs.sets:
        for place, number in enumerate(figures.replications):
            pair = (float(level[causes][place] / scale) for level in (figures.first, figures.second))
            told = [f"{value + 0.0:.12g}" for value in pair]
            writer.writerow([name_of(causes), figures.draws[place], number, *told])
    return text.getvalue()
