"""What a column of a table must hold, and reading it.

A table is a list of `Column`s. `read_rows` gives typed rows or a DataError with every fault.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Any

from experiments.evidence.faults import DataError, DataFault
from experiments.evidence.sheets import Sheet

SUPPRESSED = {"x", "z", "c", "low", "k", "u", ":", "..", "~", "*", "-", "n/a", "#n/a"}
"""What official statistics and Excel write where there is no figure."""
PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?|-?\.\d+", re.ASCII)
THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(([, ])\d{3})(\2\d{3})*(\.\d+)?", re.ASCII)
POUND_SIGN = re.compile(r"^(-?) ?£ ?")
EXCEL_DAY = re.compile(r"(\d{5})(\.\d+)?", re.ASCII)
EXCEL_DAY_ZERO, MACINTOSH_DAY_ZERO = date(1899, 12, 30), date(1904, 1, 1)
MONTH_FIRST = re.compile(r"(0?[1-9]|1[0-2])/(1[3-9]|2\d|3[01])/\d{4}", re.ASCII)
WITH_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*", re.ASCII)
DATE_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%b-%d %H:%M:%S", "%Y-%b-%d", "%d-%b-%Y")
DATE_RULE = "must be a date such as 2024-09-30 or, day first, 30/09/2024"


class Refused(ValueError):
    """A value that a column may not hold; the message is the rule."""


Reader = Callable[[str], Any]


@dataclass(frozen=True)
class Column:
    """One column: its name, what it may hold, and the other headings it goes by."""

    name: str
    read: Reader
    required: bool = True
    """Must the file have the column?"""
    may_be_blank: bool = False
    """A blank is read as None, never as nought."""
    aliases: tuple[str, ...] = ()
    private: bool = False
    """Personal: the value is never shown."""


@dataclass
class Rows:
    """Typed rows by column name; `numbers` are their rows in the file."""

    name: str
    rows: list[dict[str, Any]]
    numbers: list[int]
    columns: list[str]
    """The columns of the table that the file has."""
    warnings: list[str] = field(default_factory=list)

    def fault(self, position: int, column: str, message: str) -> DataFault:
        return DataFault(self.name, self.numbers[position], column, message)


def read_rows(sheet: Sheet, columns: Sequence[Column], unknown: str = "refuse") -> Rows:
    """Check a sheet against its columns. `unknown` columns: "refuse", "warn" or "ignore"."""
    places, faults, warnings = _placed(sheet, columns, unknown)
    rows = []
    for position, cells in enumerate(sheet.rows):
        row = {}
        for column, place in places:
            try:
                row[column.name] = _value(column, cells[place])
            except Refused as rule:
                seen = "a personal value, not shown" if column.private else _short(cells[place])
                faults.append(sheet.fault(position, sheet.header[place], f"{seen}, {rule}"))
        rows.append(row)
    if faults:
        raise DataError(faults)
    names = [column.name for column, _ in places]
    return Rows(sheet.name, rows, list(sheet.numbers), names, [*sheet.warnings, *warnings])


def _placed(
    sheet: Sheet, columns: Sequence[Column], unknown: str
) -> tuple[list[tuple[Column, int]], list[DataFault], list[str]]:
    """Where each column stands, and what is wrong with the headings."""
    by_heading = {heading_key(name): column for column in columns for name in (column.name, *column.aliases)}
    places: dict[str, tuple[Column, int]] = {}
    faults, warnings = [], []
    for place, heading in enumerate(sheet.header):
        column = by_heading.get(heading_key(heading))
        if column is None and unknown == "refuse":
            known = [each.name for each in columns if each.name not in sheet.header]
            near = get_close_matches(heading, known, n=1, cutoff=0.6)
            names = ", ".join(each.name for each in columns)
            hint = f", did you mean {near[0]!r}?" if near else f"; known: {names}"
            faults.append(DataFault(sheet.name, sheet.header_row, heading, f"unknown column{hint}"))
        elif column is None and unknown == "warn":
            warnings.append(f"{sheet.name}:{sheet.header_row}:{heading}: unknown column, left out")
        elif column is not None and column.name in places:
            other = sheet.header[places[column.name][1]]
            rule = f"means the same as {other!r}, must be there once"
            faults.append(DataFault(sheet.name, sheet.header_row, heading, rule))
        elif column is not None:
            places[column.name] = (column, place)
    for column in columns:
        if column.required and column.name not in places:
            faults.append(
                DataFault(sheet.name, sheet.header_row, column.name, "missing column, must be there")
            )
    return list(places.values()), faults, warnings


def heading_key(heading: str) -> str:
    """Headings compare without case, spaces and punctuation."""
    return re.sub(r"[^a-z0-9]", "", heading.lower())


def tidy(text: str) -> str:
    """Text without the spaces, non-breaking ones too, that spreadsheets leave around it."""
    return " ".join(text.replace("\u00a0", " ").split())


def _value(column: Column, cell: str) -> Any:
    text = tidy(cell)
    if text:
        return column.read(text)
    if column.may_be_blank:
        return None
    raise Refused("must not be blank")


def _short(cell: str) -> str:
    return repr(cell if len(cell) <= 60 else f"{cell[:57]}...")


# Readers.


def text(longest: int = 200) -> Reader:
    def read(cell: str) -> str:
        if len(cell) > longest:
            raise Refused(f"{len(cell)} characters, must be at most {longest}")
        return cell

    return read


def number(low: float, high: float, unit: str, whole: bool = False) -> Reader:
    """A number within a range. Thousands separators and a pound sign are taken off."""

    def read(cell: str) -> float:
        value = _number(cell)
        if whole and value != int(value):
            raise Refused(f"must be a whole number of {unit}")
        if not low <= value <= high:
            raise Refused(f"must be between {low:,.12g} and {high:,.12g} {unit}")
        return int(value) if whole else value

    return read


def _number(cell: str) -> float:
    if cell.lower() in SUPPRESSED:
        raise Refused("a sign for a missing figure, must be a number; leave the row out if it is not known")
    bare = cell if PLAIN_NUMBER.fullmatch(cell) else _as_excel_shows(cell)
    if not PLAIN_NUMBER.fullmatch(bare):
        raise Refused(f"must be a number{_number_hint(bare)}")
    value = float(bare)
    if not math.isfinite(value):
        raise Refused("must be a finite number")
    return value


def _as_excel_shows(cell: str) -> str:
    """A number without its pound sign, its separators and the brackets that stand for a minus."""
    negative = cell.startswith("(") and cell.endswith(")")
    bare = POUND_SIGN.sub(r"\1", cell[1:-1].strip() if negative else cell)
    if THOUSANDS.fullmatch(bare):
        bare = bare.replace(",", "").replace(" ", "")
    return f"-{bare}" if negative else bare


def _number_hint(cell: str) -> str:
    if cell.endswith("%"):
        return "; write it without the percentage sign"
    return "; write 12.5 with a point, not a comma" if "," in cell else ""


def share() -> Reader:
    """A share of one, written 0.35 or 35 %."""

    def read(cell: str) -> float:
        value = _number(cell.removesuffix("%").strip()) / (100 if cell.endswith("%") else 1)
        if not 0 <= value <= 1:
            raise Refused("must be a share between 0 and 1, or a percentage with its sign such as 35%")
        return value

    return read


def day(first: date, last: date) -> Reader:
    """A date between two others."""

    def read(cell: str) -> date:
        value = _date(cell)
        if not first <= value <= last:
            raise Refused(f"must be a date from {first} to {last}")
        return value

    return read


def _date(cell: str) -> date:
    serial = EXCEL_DAY.fullmatch(cell)
    if serial:
        days = timedelta(days=int(serial[1]))
        meant = (
            f"perhaps {EXCEL_DAY_ZERO + days}, or {MACINTOSH_DAY_ZERO + days} in a workbook of a Macintosh"
        )
        raise Refused(f"an Excel day number ({meant}); format the column as a date, then save again")
    if MONTH_FIRST.fullmatch(cell):
        raise Refused("the month first, must be day first as 30/09/2024; so may be others of the column")
    for form in DATE_FORMS:
        try:
            return datetime.strptime(cell, form).date()
        except ValueError:
            continue
    if WITH_TIME.fullmatch(cell):
        raise Refused("a time of day or a time zone, must be a date alone such as 2024-09-30")
    raise Refused(DATE_RULE)


def one_of(choices: Collection[str] | Mapping[str, str]) -> Reader:
    """One of some codes, whatever its case; a mapping also says what each is called here."""
    called = dict(choices) if isinstance(choices, Mapping) else {each: each for each in choices}
    by_key = {heading_key(key): value for key, value in called.items()}

    def read(cell: str) -> str:
        found = by_key.get(heading_key(cell))
        if found is None:
            near = get_close_matches(cell, called, n=1, cutoff=0.6)
            hint = f", did you mean {near[0]!r}?" if near else ""
            raise Refused(f"must be one of {', '.join(called)}{hint}")
        return found

    return read
