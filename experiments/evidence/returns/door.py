"""The door: what of a return's file comes in, and in which form.

A column that is not wanted is cut off each row as it comes off the file. A date of birth becomes an
age there and then. Nothing that a cell holds is ever shown: a fault is told by its row, its column and
the rule, for a shifted column may hold anything.
"""

from __future__ import annotations

import csv
import io
import re
from calendar import month_abbr
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from experiments.evidence.columns import heading_key, tidy
from experiments.evidence.faults import DataError, DataFault
from experiments.evidence.returns.dialects import Field, Module
from experiments.evidence.sheets import LONGEST_FIELD, content_of, decoded
from sim.settings import AGES

MONTHS = {name.lower(): number for number, name in enumerate(month_abbr) if number}
DATE_FORMS = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2}|[A-Za-z]{3})-(?P<d>\d{1,2})", re.ASCII),
    re.compile(r"(?P<d>\d{1,2})[/-](?P<m>\d{1,2}|[A-Za-z]{3})[/-](?P<y>\d{4})", re.ASCII),
)
MIDNIGHT = re.compile(r"[ T]0{1,2}:00(:00(\.0+)?)?$", re.ASCII)
EARLIEST = date(1990, 1, 1)
DATE_RULE = "must be a date such as 2022-Sep-28, 2022-09-28 or, day first, 28/09/2022"
RANK_RULE = "must be a rank, 1 for the first"
NEVER_BLANK = ("key", "parent", "birth")
LONGEST_TEXT = 40
ROWS_NAMED = 5


class Rule(ValueError):
    """What a cell may hold and this one does not. Never with the value."""


@dataclass
class Table:
    """The wanted columns of a file, typed, by COLLECT's names; `numbers` are the rows of the file."""

    name: str
    columns: dict[str, list[Any]]
    numbers: list[int]
    dropped: list[str] = field(default_factory=list)
    """Headings of the columns that were not read."""
    warnings: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.numbers)

    def column(self, name: str) -> list[Any]:
        """A column's values; None all the way down where the file has no such column."""
        return self.columns.get(name) or [None] * len(self.numbers)

    def fault(self, position: int, column: str, rule: str) -> DataFault:
        return DataFault(self.name, self.numbers[position], column, rule)


def read_table(path: Path, module: Module, collection: int, may_be_empty: bool = True) -> Table:
    """One file of the return. Raises DataError with every fault of it."""
    text, warnings = decoded(content_of(path), path.name)
    rows = _rows(text, path.name)
    number, header = next(rows, (0, []))
    if not header:
        raise DataError([DataFault(path.name, 0, "", "empty, must have a row of headings")])
    places, dropped, faults = _placed(path.name, [tidy(each) for each in header], module.fields)
    if faults:
        raise DataError(faults)
    there = {each.name for each, _ in places}
    warnings += [
        f"{path.name}: no column {each.name} (or {each.long!r})"
        for each in module.fields
        if each.name not in there and each.first <= collection
    ]
    table = Table(path.name, {each.name: [] for each, _ in places}, [], dropped, warnings)
    _fill(table, rows, places, len(header), collection)
    if not len(table) and not may_be_empty:
        raise DataError(
            [DataFault(path.name, number, "", "headings and no rows, must have at least one row")]
        )
    return table


def _rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, one at a time, with the line on which each begins."""
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield line, row
            line = reader.line_num + 1
    except csv.Error:
        rule = "must be a well-formed CSV row; perhaps a quotation mark is not closed"
        raise DataError([DataFault(name, line, "", rule)]) from None


def _placed(
    file: str, header: Sequence[str], fields: Sequence[Field]
) -> tuple[list[tuple[Field, int]], list[str], list[DataFault]]:
    """Where each wanted column stands, which are dropped, and what is wrong with the headings.

    Headings are shown only once the file is seen to have the right ones: without them its first row
    may be a person's.
    """
    wanted = {heading_key(name): each for each in fields for name in (each.name, each.long, *each.others)}
    places: dict[str, tuple[Field, int]] = {}
    dropped, faults = [], []
    for place, heading in enumerate(header):
        column = wanted.get(heading_key(heading))
        if column is None:
            dropped.append(heading)
        elif column.name in places:
            first = places[column.name][1] + 1
            rule = f"column {place + 1} means the same as column {first}, must be there once"
            faults.append(DataFault(file, 1, column.name, rule))
        else:
            places[column.name] = (column, place)
    for each in fields:
        if each.required and each.name not in places:
            rule = f"missing column (or {each.long!r}); row 1 must hold the headings"
            faults.append(DataFault(file, 1, each.name, rule))
    return list(places.values()), dropped, faults


def _fill(
    table: Table,
    rows: Iterator[tuple[int, list[str]]],
    places: Sequence[tuple[Field, int]],
    wide: int,
    collection: int,
) -> None:
    """Read every row, the wanted cells only."""
    faults: list[DataFault] = []
    unknown: dict[str, dict[str, list[int]]] = {}
    columns = [(each, place, table.columns[each.name], reader_of(each, collection)) for each, place in places]
    for number, row in rows:
        if len(row) != wide:
            faults.append(DataFault(table.name, number, "", f"{len(row)} fields, must be {wide} as in row 1"))
            continue
        table.numbers.append(number)
        for each, place, column, read in columns:
            text = tidy(row[place])
            value = None
            try:
                if text:
                    value = read(text)
                elif each.kind in NEVER_BLANK:
                    raise Rule("must not be blank")
            except KeyError:
                unknown.setdefault(each.name, {}).setdefault(heading_key(text), []).append(number)
            except Rule as rule:
                faults.append(DataFault(table.name, number, each.name, str(rule)))
            column.append(value)
    faults += _unknown_codes(table.name, {each.name: each for each, _ in places}, unknown)
    if faults:
        raise DataError(sorted(faults, key=lambda fault: (fault.row, fault.column)))


def _unknown_codes(
    file: str, fields: dict[str, Field], unknown: dict[str, dict[str, list[int]]]
) -> Iterator[DataFault]:
    """One fault for each code that no list has: how often and where, not what it says."""
    for column, codes in unknown.items():
        known = ", ".join(code for code in fields[column].codes if len(code) <= 4)
        for rows in codes.values():
            others = ", ".join(map(str, rows[1:ROWS_NAMED]))
            where = f" (also {'row' if len(rows) == 2 else 'rows'} {others})" if others else ""
            count = f"in {len(rows)} rows{where}" if len(rows) > 1 else "in 1 row"
            yield DataFault(file, rows[0], column, f"an unknown code, not shown, {count}; known: {known}")


def reader_of(each: Field, collection: int) -> Callable[[str], Any]:
    """How the cells of a column become values. Raises Rule, or KeyError for an unknown code."""
    if each.kind in ("code", "flag"):
        known = {heading_key(code): name for code, name in each.codes.items()}
        return lambda text: known[heading_key(text)]
    if each.kind == "birth":
        return lambda text: age_on_31_august(date_of(text), collection - 1)
    return {"date": date_of, "rank": _rank, "year": _year}.get(each.kind, _reference)


def date_of(text: str) -> date:
    """A date in any of the forms that returns have; times of day are left off."""
    bare = MIDNIGHT.sub("", text)
    found = next((form.fullmatch(bare) for form in DATE_FORMS if form.fullmatch(bare)), None)
    if found is None:
        raise Rule(DATE_RULE)
    try:
        month = MONTHS[found["m"].lower()] if found["m"].isalpha() else int(found["m"])
        day = date(int(found["y"]), month, int(found["d"]))
    except (KeyError, ValueError):
        raise Rule(DATE_RULE) from None
    if day < EARLIEST:
        raise Rule(f"must be a date from {EARLIEST.year} on")
    return day


def age_on_31_august(born: date, year: int) -> int:
    """Age in whole years on 31 August of a year, -1 for a child born between then and the census."""
    age = year - born.year - ((born.month, born.day) > (8, 31))
    if not -1 <= age <= AGES or born > date(year + 1, 1, 31):
        raise Rule(f"must be the birth date of somebody aged 0 to {AGES - 1}")
    return age


def _rank(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or len(text) > 3:
        raise Rule(RANK_RULE)
    return int(text)


def _year(text: str) -> int:
    if not re.fullmatch(r"20\d\d", text, re.ASCII):
        raise Rule("must be the year of the collection, such as 2025")
    return int(text)


def _reference(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise Rule(f"must be at most {LONGEST_TEXT} characters")
    return text
