"""Everything that is fitted to a return, as one table."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from experiments.evidence.returns.caseload import fit_open_cases, fit_reviews
from experiments.evidence.returns.cases import Return
from experiments.evidence.returns.decisions import fit_decisions, fit_leaving
from experiments.evidence.returns.definitions import Defined
from experiments.evidence.returns.demand import fit_demand, fit_moves
from experiments.evidence.returns.durations import fit_durations
from experiments.evidence.returns.fitted import COLUMNS, Fitted
from experiments.evidence.returns.vocabulary import Names

SIGNIFICANT = 6


@dataclass(frozen=True)
class Fits:
    """The fitted numbers, found by parameter."""

    rows: list[Fitted]

    def of(self, parameter: str, kind: str = "") -> list[Fitted]:
        """The rows of a parameter, those by a kind of group only where one is given."""
        return [
            row
            for row in self.rows
            if row.parameter == parameter and (not kind or row.group.startswith(f"{kind}="))
        ]

    def one(self, parameter: str) -> Fitted | None:
        """A parameter's figure for everybody, if it could be fitted."""
        return next((row for row in self.of(parameter) if row.group == "all"), None)


def fit(
    read: Return, table: list[Defined], people: Sequence[float] | None, names: Names, threshold: int
) -> Fits:
    """Fit all that can be fitted without showing fewer people than the threshold.

    `people` are those aged 0 to 25 at mid-year; without them there are no requests for each 1,000.
    """
    return Fits(
        [
            *fit_durations(read, threshold),
            *fit_demand(read, table, people, names, threshold),
            *fit_decisions(read, threshold),
            *fit_leaving(read, threshold),
            *fit_moves(read, threshold),
            *fit_reviews(read, threshold),
            *fit_open_cases(read, threshold),
        ]
    )


def as_csv(fits: Fits, threshold: int) -> str:
    """`fitted.csv`: a line for each number, with its sample and the threshold it kept to."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, "threshold"])
    for row in fits.rows:
        writer.writerow([*(_cell(getattr(row, column)) for column in COLUMNS), threshold])
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, float):
        return f"{float(value):.{SIGNIFICANT}g}"
    return "" if value is None else value
