"""The steps of a bridge: from the baseline through each part's share to the scenario, adding up exactly."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from experiments.bridge.figures import Figure
from experiments.bridge.parts import Bridge
from experiments.bridge.shares import round_to_total, shapley, two_orders
from experiments.summary import describe

ESTIMATES = ("ci_low", "ci_high", "p10", "p90")
COLUMNS = (
    *("measure", "unit", "calendar", "period", "step", "id", "label"),
    *("mean", *ESTIMATES, "running_total"),
)
ESTIMATES = ("ci_low", "ci_high", "p10", "p90")
_FORMULA = re.compile(r"^(?=[=+\-@\t])")


@dataclass(frozen=True)
class Step:
    """A level at either end or a part's share between, in the smallest unit that is told.

    The means and running totals are whole; `estimates` are the ends of the 95 % interval of the mean
    and the 10th and 90th percentile over replications, not a number where there are too few.
    """

    id: str
    label: str
    mean: int
    estimates: dict[str, float]
    running_total: int


@dataclass(frozen=True)
class Walk:
    """The bridge of one figure; the first and the last step are levels."""

    figure: Figure
    steps: tuple[Step, ...]
    together: Step
    """What all parts do together: the last level less the first, replication by replication."""

    def as_told(self, number: float) -> float:
        """From the smallest unit to pounds or children."""
        return number / 10**self.figure.places


def walk(bridge: Bridge, figure: Figure, start_label: str, end_label: str) -> Walk:
    """The steps of one figure. Means are rounded so that start and shares add up to the end."""
    values = figure.values
    start, end = values[bridge.names[frozenset()]], values[bridge.names[frozenset(bridge.ids)]]
    share_out = shapley if bridge.in_all_orders else two_orders
    shares = share_out(lambda parts: values[bridge.names[parts]], bridge.ids)
    first, last = round(_mean(start)), round(_mean(end))
    whole = round_to_total({each: _mean(share) for each, share in shares.items()}, last - first)
    estimates = _estimates([start, *shares.values(), end, end - start], figure.draws)
    steps, stands = [Step("", start_label, first, estimates[0], first)], first
    for part, estimate in zip(bridge.parts, estimates[1:], strict=False):
        stands += whole[part.id]
        steps.append(Step(part.id, part.label, whole[part.id], estimate, stands))
    steps.append(Step("", end_label, last, estimates[-2], last))
    together = Step("", "Together", last - first, estimates[-1], last)
    return Walk(figure, tuple(steps), together)


def _mean(values: np.ndarray) -> Fraction:
    return Fraction(sum(values.tolist())) / len(values)


def _estimates(rows: list[np.ndarray], draws: np.ndarray) -> list[dict[str, float]]:
    """Interval and band of each row, as in `summary.csv`: the draws are what is independent."""
    found = describe(np.array(rows, dtype=object).astype(float), draws)["all"]
    return [{name: float(found[name][row]) for name in ESTIMATES} for row in range(len(rows))]


def as_csv(walks: list[Walk]) -> str:
    """All bridges as one tidy table. Labels that a spreadsheet would take for a formula are quoted."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for each in walks:
        figure = each.figure
        what = {name: getattr(figure, name) for name in COLUMNS[:4]}
        for row in rows(each, as_text):
            writer.writerow(what | row | {"label": _FORMULA.sub("'", row["label"])})
    return text.getvalue()


def rows(walk: Walk, write: Callable[[float, int], Any]) -> list[dict[str, Any]]:
    """One row a step, its numbers written by `write` from the smallest unit and its decimal places."""
    places = walk.figure.places
    return [
        {
            "step": number,
            "id": step.id,
            "label": step.label,
            "mean": write(step.mean, places),
            **{name: write(step.estimates[name], places) for name in ESTIMATES},
            "running_total": write(step.running_total, places),
        }
        for number, step in enumerate(walk.steps)
    ]


def as_text(number: float, places: int) -> str:
    """A number of the smallest unit as decimal text, exactly; nothing where nothing is known."""
    return str(Decimal(round(number)).scaleb(-places)) if math.isfinite(number) else ""


def as_number(number: float, places: int) -> float | None:
    """The same as a number that prints as that text, for JSON; null where nothing is known."""
    text = as_text(number, places)
    return float(text) if text else None
