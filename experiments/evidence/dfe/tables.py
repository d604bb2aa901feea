"""What a published table is, and reading one: from its rows to tidy figures.

Where several rows or columns make one of ours they are added up. A figure that is not published stays
unpublished; it is never nought.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from experiments.evidence.columns import Column, Reader, Rows, number, one_of, read_rows, text, tidy
from experiments.evidence.dfe.geography import ENGLAND
from experiments.evidence.faults import DataError, DataFault
from experiments.evidence.library_files import PUBLISHED
from experiments.evidence.sheets import Sheet

MOST_CHILDREN = 20_000_000
LEVELS = {"National": "national", "Regional": "region", "Local authority": "authority"}
NOT_AVAILABLE = "not_available"
SIGNS = {
    **dict.fromkeys(("z", "n/a", "#n/a"), "not_applicable"),
    **dict.fromkeys(("x", ":", ".."), NOT_AVAILABLE),
    **dict.fromkeys(("c", "low", "k", "u", "*", "~", "-"), "suppressed"),
}
"""What is written where there is no figure. `low` would round to nought and is not nought."""
PERCENTAGE = re.compile(r".*_pc|pc_.*|.*rate", re.IGNORECASE)
CODE = re.compile(r"E\d{8}", re.ASCII)
CALENDAR, ACADEMIC = "calendar", "academic"


class Value(NamedTuple):
    """A figure, or None and why."""

    value: float | None
    status: str


class Meaning(NamedTuple):
    """What a row counts: everybody (dimension "all"), or those with one key of a dimension."""

    dimension: str
    key: str


EVERYBODY = Meaning("all", "")


@dataclass(frozen=True)
class Measure:
    """A series and the columns that make it. `part` is what the columns count, such as need=ASD."""

    series: str
    columns: tuple[str, ...]
    part: str = ""
    dimensions: tuple[str, ...] = ("all", "age", "band", "setting")
    """The rows it is taken from."""


@dataclass(frozen=True)
class Table:
    """One published table."""

    name: str
    labels: tuple[str, ...]
    """The columns that say what a row counts."""
    meaning: Callable[..., Meaning | None]
    """What their values mean; None is a row to leave out. Raises KeyError for a label it does not know."""
    total: str
    """The column that counts everybody in a row, in which parts must add up."""
    measures: tuple[Measure, ...]
    unused: tuple[str, ...] = ()
    """Columns that are known and not used, beside percentages."""
    balances: tuple[str, ...] = ()
    """Columns worked out by taking away, in which the release has negative counts."""
    combined: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Labels that hold others: where both are there, the others are left out."""

    def figure_columns(self) -> list[str]:
        """The columns of figures that the table must have."""
        used = [self.total, *(column for measure in self.measures for column in measure.columns)]
        return list(dict.fromkeys(used))


class Place(NamedTuple):
    code: str
    name: str
    level: str


Key = tuple[str, int, str, str]
"""Code, period, series and group."""


class Line(NamedTuple):
    """One row that is used. `label` is what tells rows apart that mean the same."""

    code: str
    period: int
    meaning: Meaning
    label: str
    cells: dict[str, Any]


@dataclass
class Figures:
    """The tidy figures of one table or of a release."""

    values: dict[Key, Value] = field(default_factory=dict)
    sources: dict[Key, str] = field(default_factory=dict)
    """The table and columns that a figure came from."""
    places: dict[str, Place] = field(default_factory=dict)
    regions: dict[str, str] = field(default_factory=dict)
    """Each authority's region."""
    warnings: list[str] = field(default_factory=list)


def figure(cell: str) -> Value:
    """A count of children, or the reason why there is none. Raises Refused for anything else."""
    status = SIGNS.get(cell.lower())
    return Value(None, status) if status else Value(_count(cell), PUBLISHED)


def balance(cell: str) -> Value:
    """A count that was worked out by taking away and may be negative."""
    return Value(_any_count(cell), PUBLISHED) if cell.startswith("-") and len(cell) > 1 else figure(cell)


_count: Reader = number(0, MOST_CHILDREN, "children", whole=True)
_any_count: Reader = number(-MOST_CHILDREN, MOST_CHILDREN, "children", whole=True)


def read_table(table: Table, sheet: Sheet) -> tuple[Figures, list[Line]]:
    """The places of one published table and its rows that are used. Raises DataError with every fault."""
    found = Figures(warnings=[*sheet.warnings, *_unknown_columns(table, sheet)])
    kept, meanings = _wanted(table, sheet, found.warnings)
    counts = [
        Column(name, balance if name in table.balances else figure, may_be_blank=True)
        for name in table.figure_columns()
    ]
    rows = read_rows(kept, [*_PLACE_COLUMNS, *counts], unknown="ignore")
    return found, _lines(rows, meanings, found)


def _unknown_columns(table: Table, sheet: Sheet) -> list[str]:
    known = {each.name for each in _PLACE_COLUMNS} | {"old_la_code"}
    known |= {*table.figure_columns(), *table.labels, *table.unused}
    unknown = [name for name in sheet.header if name not in known and not PERCENTAGE.fullmatch(name)]
    return [f"{sheet.name}:1:{name}: unknown column, left out" for name in unknown]


def _wanted(table: Table, sheet: Sheet, warnings: list[str]) -> tuple[Sheet, list[tuple[Meaning, str]]]:
    """The rows that are used, what each counts and its label; what is unknown is told once."""
    heads = ("geographic_level", *table.labels)
    absent = [name for name in heads if name not in sheet.header]
    if absent:
        raise DataError(DataFault(sheet.name, 1, name, "missing column, must be there") for name in absent)
    at = [sheet.header.index(name) for name in heads]
    kept, meanings = Sheet(sheet.name, sheet.header, [], []), []
    unknown: dict[tuple[str, str], int] = {}
    for row, row_number in zip(sheet.rows, sheet.numbers, strict=True):
        level, *labels = (tidy(row[place]) for place in at)
        try:
            meaning = table.meaning(*labels)
        except KeyError:
            unknown.setdefault((table.labels[-1], " / ".join(labels)), row_number)
            continue
        if level not in LEVELS:
            unknown.setdefault(("geographic_level", level), row_number)
        elif meaning is not None:
            kept.rows.append(row)
            kept.numbers.append(row_number)
            meanings.append((meaning, labels[-1] if labels else ""))
    for (column, label), row_number in unknown.items():
        warnings.append(f"{sheet.name}:{row_number}:{column}: {label!r}, unknown, left out")
    return kept, meanings


def _lines(rows: Rows, meanings: list[tuple[Meaning, str]], found: Figures) -> list[Line]:
    faults, lines = [], []
    first_at: dict[tuple[str, int, str, str], int] = {}
    for position, (row, (meaning, label)) in enumerate(zip(rows.rows, meanings, strict=True)):
        place, period = _place(row), _period(row)
        if place is None or period is None:
            column, rule = ("new_la_code", CODE_RULE) if place is None else ("time_period", PERIOD_RULE)
            faults.append(rows.fault(position, column, f"{row[column]!r}, {rule}"))
            continue
        row_number = rows.numbers[position]
        first = first_at.setdefault((place.code, period, meaning.dimension, label), row_number)
        if first != row_number:
            rule = f"{label!r} of the same place and period as row {first}, must be there once"
            faults.append(rows.fault(position, "time_period", rule))
        found.places[place.code] = place
        if place.level == "authority" and row["region_code"]:
            found.regions[place.code] = row["region_code"]
        lines.append(Line(place.code, period, meaning, label, row))
    if faults:
        raise DataError(faults)
    return lines


CODE_RULE = "must be a code such as E10000003"
PERIOD_RULE = "must be a calendar year such as 2021, or an academic year such as 202425"


def _place(row: dict[str, Any]) -> Place | None:
    kind = {"national": "country", "region": "region", "authority": "new_la"}[row["geographic_level"]]
    code, name = row[f"{kind}_code"], row["la_name" if kind == "new_la" else f"{kind}_name"]
    if code is None or name is None or not CODE.fullmatch(code) or (kind == "country" and code != ENGLAND):
        return None
    return Place(code, name, row["geographic_level"])


def _period(row: dict[str, Any]) -> int | None:
    """The year; of an academic year the one it ends in, so 202425 is January 2025."""
    written = row["time_period"]
    if row["time_identifier"] == CALENDAR and re.fullmatch(r"20\d\d", written, re.ASCII):
        return int(written)
    if row["time_identifier"] == ACADEMIC and re.fullmatch(r"20\d\d\d\d", written, re.ASCII):
        start, end = int(written[2:4]), int(written[4:])
        return 2000 + end if end == start + 1 else None
    return None


_PLACE_COLUMNS = [
    Column("time_period", text(10)),
    Column("time_identifier", one_of({"Calendar year": CALENDAR, "Academic year": ACADEMIC})),
    Column("geographic_level", one_of(LEVELS)),
    *(
        Column(name, text(), may_be_blank=True)
        for name in ("country_code", "country_name", "region_code", "region_name", "new_la_code", "la_name")
    ),
]
