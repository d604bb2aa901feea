"""What every planners' table is read with: rows that know their place, and what no table may hold."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from experiments.errors import InputError
from experiments.evidence.columns import Column, Reader, Refused, heading_key, one_of, read_rows
from experiments.evidence.faults import DataError, DataFault
from experiments.evidence.personal import by_heading, by_values
from experiments.evidence.sheets import Sheet, content_of, parse_sheet

DIGEST_LENGTH = 12
PERSONAL = {
    "the number of a member of staff": r".*payroll.*|ninumber|trn|teacherreference.*"
    r"|(employee|staff|worker|person)s?(no|number|id|ref|reference)?",
    "who somebody is": r".*(employee|holder|person)s?name"
    r"|(post)?holder|(line)?manager|initials|sex|gender|ethnicity|religion",
    "whose case it is": r"(case|child|pupil|student|mosaic|liquidlogic|socialcare)s?"
    r"(id|no|number|ref|reference)?",
}
"""Headings that no planners' table may have, beside those that no log may."""
TOTAL = re.compile(r"(grand |sub[- ]?)?totals?\b", re.IGNORECASE)
TOTAL_RULE = "a row of totals, must be left out; the rows are added up here"


@dataclass(frozen=True)
class Line:
    """One typed row, and where it stands."""

    file: str
    row: int
    values: dict[str, Any]
    headings: dict[str, str]

    def __getitem__(self, column: str) -> Any:
        """The value of a column; None where it is blank or the file has no such column."""
        return self.values.get(column)

    def fault(self, column: str, message: str) -> DataFault:
        return DataFault(self.file, self.row, self.headings.get(column, column), message)


@dataclass
class Table:
    """The rows of all files of one kind, with the SHA-256 of each file (its first digits)."""

    lines: list[Line] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Imported:
    """What one kind of table becomes."""

    table: Table
    layer: dict[str, Any]
    """A part of a config, as nested maps."""
    tidy: list[dict[str, Any]]
    """Sums and means, a row each; None where there is no figure."""
    words: list[str]
    warnings: list[str]


def read_table(files: Sequence[Path], columns: Sequence[Column]) -> Table:
    """The rows of some files with the same columns, or a DataError with every fault of all of them."""
    if not files:
        raise InputError("no file named; name at least one CSV file")
    table, faults = Table(), []
    for path in files:
        try:
            _add(table, path, columns)
        except DataError as error:
            faults += error.faults
    if faults:
        raise DataError(faults)
    return table


def _add(table: Table, path: Path, columns: Sequence[Column]) -> None:
    content = content_of(path)
    if path.name in table.files:
        rule = "a second file of this name, must have a name of its own"
        raise DataError([DataFault(path.name, 0, "", rule)])
    sheet = parse_sheet(content, path.name)
    personal, totals = _personal(sheet), _totals(sheet)
    sheet = _without(sheet, {fault.column for fault in personal}, {fault.row for fault in totals})
    faults = personal + totals
    try:
        rows = read_rows(sheet, columns)
    except DataError as error:
        faults += error.faults
    if faults:
        raise DataError(sorted(faults, key=lambda fault: fault.row))
    keys = {heading_key(heading): heading for heading in sheet.header}
    headings = {
        column.name: keys[heading_key(name)]
        for column in columns
        for name in (column.name, *column.aliases)
        if heading_key(name) in keys
    }
    table.lines += [Line(path.name, *pair, headings) for pair in zip(rows.numbers, rows.rows, strict=True)]
    table.warnings += rows.warnings
    table.files[path.name] = hashlib.sha256(content).hexdigest()[:DIGEST_LENGTH]


def _personal(sheet: Sheet) -> list[DataFault]:
    """Columns about a person, by their heading or by the form of what they hold; no value is shown."""
    rule = "must not be in the file: take the column out"
    return [
        DataFault(sheet.name, sheet.header_row, heading, f"holds {found}, {rule}")
        for place, heading in enumerate(sheet.header)
        if (found := _staff(heading) or by_heading(heading) or by_values(row[place] for row in sheet.rows))
    ]


def _staff(heading: str) -> str:
    return next((what for what, form in PERSONAL.items() if re.fullmatch(form, heading_key(heading))), "")


def _totals(sheet: Sheet) -> list[DataFault]:
    return [
        sheet.fault(position, sheet.header[0], f"{row[0][:40]!r}, {TOTAL_RULE}")
        for position, row in enumerate(sheet.rows)
        if TOTAL.match(row[0].strip())
    ]


def _without(sheet: Sheet, columns: Collection[str], rows: Collection[int]) -> Sheet:
    """The sheet without columns and rows whose faults are told already."""
    places = [place for place, heading in enumerate(sheet.header) if heading not in columns]
    kept = [position for position, number in enumerate(sheet.numbers) if number not in rows]
    return Sheet(
        sheet.name,
        [sheet.header[place] for place in places],
        [[sheet.rows[position][place] for place in places] for position in kept],
        [sheet.numbers[position] for position in kept],
        sheet.warnings,
        sheet.header_row,
    )


def refuse(faults: Sequence[DataFault]) -> None:
    """Raise what is wrong between rows, in the order of the files."""
    if faults:
        raise DataError(sorted(faults, key=lambda fault: (fault.file, fault.row)))


# Readers that several tables share.


def known_as(names: Collection[str], also: Mapping[str, str] | None = None) -> Reader:
    """One of some names of the config; `also` says what else they are called. The rule lists the names."""
    called = {
        heading_key(key): name for key, name in {**{each: each for each in names}, **(also or {})}.items()
    }

    def read(cell: str) -> str:
        found = called.get(heading_key(cell))
        if found is None:
            near = get_close_matches(heading_key(cell), called, n=1, cutoff=0.6)
            hint = f", did you mean {called[near[0]]!r}?" if near else ""
            raise Refused(f"must be one of {', '.join(names)}{hint}")
        return found

    return read


def yes_no() -> Reader:
    """True or False."""
    choice = one_of({"yes": "yes", "no": "no", "y": "yes", "n": "no", "true": "yes", "false": "no"})
    return lambda cell: choice(cell) == "yes"


def code(pattern: str, rule: str) -> Reader:
    """Text of a fixed form."""

    def read(cell: str) -> str:
        if not re.fullmatch(pattern, cell, re.ASCII):
            raise Refused(rule)
        return cell

    return read


def same_everywhere(lines: Sequence[Line], column: str) -> tuple[Any, list[DataFault]]:
    """The one value of a column that must be the same on every row, and the rows where it is not."""
    first = lines[0]
    rule = f"must be the same on every row, and row {first.row} has {_told(first[column])}"
    wrong = [line for line in lines if line[column] != first[column]]
    return first[column], [line.fault(column, f"{_told(line[column])}, {rule}") for line in wrong]


def _told(value: Any) -> str:
    return "nothing" if value is None else str(value) if isinstance(value, date) else repr(value)
