"""What is forecast and scored: four published figures of an authority, each year.

A backtest is frozen at a January. Known are stocks to that January and activity to the calendar
year before it. `horizon` years on, the stock is that of January + horizon and the activity that of
calendar year January + horizon - 1, so horizon 1 of both ends about a year after the freeze.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from experiments.evidence.library import is_slip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from experiments.evidence.library import Library

FIRST_YEAR = 2015
"""The reforms took effect in September 2014; what was counted before was made by another law."""
FIRST_ORIGIN = 2016
"""In 2015 new plans and requests were still being built up, so no forecast is tried at its end."""
SMALLEST = 30
"""With fewer requests in the last known year an authority is scored but listed apart."""
NOT_CREDIBLE = "not_credible"
"""Published as nought by an authority that had many the year before: a return
that was not made, not a year without children."""


@dataclass(frozen=True)
class Target:
    """One published figure: its name here, in the library and in the simulation's measures."""

    name: str
    label: str
    measure: str
    unit: str
    is_stock: bool = False
    parts: tuple[str, str] | None = None
    """A rate is 100 times the first of these series over the second."""

    @property
    def is_rate(self) -> bool:
        return self.parts is not None

    def year(self, january: int, horizon: int) -> int:
        """The year of the library that a horizon means."""
        return january + horizon - (0 if self.is_stock else 1)

    def last_known(self, january: int) -> int:
        return self.year(january, 0)


TARGETS = {
    target.name: target
    for target in (
        Target("plans", "EHC plans in January", "plans_active", "count", is_stock=True),
        Target("requests", "Requests for assessment", "requests", "count"),
        Target("plans_issued", "New plans", "plans_issued", "count"),
        Target(
            "timeliness",
            "20-week rate, exceptions left out",
            "timeliness_20w_excl",
            "percent",
            parts=("timeliness_on_time_excl", "timeliness_denominator_excl"),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure of one authority and year; `value` is None where none was published."""

    code: str
    target: str
    year: int
    value: float | None
    status: str
    """published, suppressed, not_applicable, not_available, absent where the library has no row, or
    not_credible."""
    collection: str


def figures(library: Library, codes: Iterable[str], years: Iterable[int]) -> Iterator[Figure]:
    """Every figure of these authorities and years, also those that are missing, and why."""
    asked = sorted(years)
    for code in codes:
        for target in TARGETS.values():
            before: float | None = None
            for year in asked:
                found = figure(library, code, target, year)
                if not target.is_rate and is_slip(found.value, before):
                    found = replace(found, value=None, status=NOT_CREDIBLE)
                before = found.value
                yield found


def figure(library: Library, code: str, target: Target, year: int) -> Figure:
    """One figure. A rate whose parts are not both published, or that is of nobody, has no value."""
    found = [library.figure(code, series, year) for series in target.parts or (target.name,)]
    missing = [part for part in found if part is None or part.value is None]
    if missing or None in found:
        status = next((part.status for part in missing if part is not None), "absent")
        collection = next((part.collection for part in found if part is not None), "")
        return Figure(code, target.name, year, None, status, collection)
    values = [part.value for part in found if part is not None and part.value is not None]
    collection = next(part.collection for part in found if part is not None)
    if not target.is_rate:
        return Figure(code, target.name, year, float(values[0]), "published", collection)
    on_time, all_of_them = values
    if all_of_them <= 0:
        return Figure(code, target.name, year, None, "not_applicable", collection)
    return Figure(code, target.name, year, 100 * on_time / all_of_them, "published", collection)
