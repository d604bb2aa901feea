"""CSV files as people save them: read strictly, with every fault told by row.

What Excel does and can be undone without guessing is undone: a byte-order mark, blank rows and blank
columns, Windows-1252 text (with a warning). What would have to be guessed is refused.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from experiments.evidence.faults import DataError, DataFault

LARGEST_BYTES = 2_000_000_000
LONGEST_FIELD = 100_000


@dataclass
class Sheet:
    """A table of text: `rows[i]` stands on row `numbers[i]` of the file and is as long as `header`."""

    name: str
    header: list[str]
    rows: list[list[str]]
    numbers: list[int]
    warnings: list[str] = field(default_factory=list)
    header_row: int = 1

    def fault(self, position: int, column: str, message: str) -> DataFault:
        """A fault in the row at this position of `rows`."""
        return DataFault(self.name, self.numbers[position], column, message)


def read_sheet(path: Path, may_repeat: Collection[str] = (), may_be_empty: bool = False) -> Sheet:
    """The table in a CSV file. Raises DataError where it is not one.

    `may_repeat` names columns whose second copy is dropped if it says the same as the first.
    """
    return parse_sheet(content_of(path), path.name, may_repeat, may_be_empty)


def content_of(path: Path) -> bytes:
    """The bytes of a file, or a DataError that says why there are none."""
    try:
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise _wrong(path.name, 0, f"{size} bytes, must be under {LARGEST_BYTES}")
        return path.read_bytes()
    except FileNotFoundError:
        raise _wrong(str(path), 0, "no such file") from None
    except OSError as error:
        if path.is_dir():
            raise _wrong(str(path), 0, "a folder, must be a file") from None
        rule = f"cannot be read ({error.strerror}); if it is open in Excel, close it"
        raise _wrong(path.name, 0, rule) from None


def parse_sheet(
    content: bytes, name: str, may_repeat: Collection[str] = (), may_be_empty: bool = False
) -> Sheet:
    """The table in the bytes of a CSV file called `name`."""
    text, warnings = decoded(content, name)
    rows, numbers = _fields(text, name)
    if not rows:
        raise _wrong(name, 0, "empty, must have a header and rows")
    header = [" ".join(cell.replace("\u00a0", " ").split()) for cell in rows[0]]
    sheet = Sheet(name, header, rows[1:], numbers[1:], warnings, numbers[0])
    if not text.endswith(("\n", "\r")):
        warnings.append(f"{name}:{numbers[-1]}: no line end after the last row; the file may be cut short")
    _refuse_other_separators(sheet, rows[0][0])
    faults = _uneven(sheet)
    if not faults:
        _drop_blank_columns(sheet)
        faults = _nameless_or_repeated(sheet, may_repeat)
    if not sheet.rows and not may_be_empty:
        faults.append(DataFault(name, numbers[0], "", "a header and no rows, must have at least one row"))
    if faults:
        raise DataError(faults)
    return sheet


def _refuse_other_separators(sheet: Sheet, first: str) -> None:
    """`first` is the first heading as it stands in the file, where a tab is still a tab."""
    if first.lower().startswith("sep="):
        raise _wrong(sheet.name, sheet.header_row, f"{first[:40]!r}, a line for Excel, must be left out")
    if len(sheet.header) == 1 and any(mark in first for mark in ";\t|"):
        rule = "columns must be separated by commas; in Excel, save as CSV UTF-8 (comma delimited)"
        raise _wrong(sheet.name, sheet.header_row, f"{first[:40]!r}, {rule}")


def _drop_blank_columns(sheet: Sheet) -> None:
    """Leave out columns that Excel keeps although nothing stands in them, not even a name."""
    for place in reversed(range(len(sheet.header))):
        if not sheet.header[place] and not any(row[place].strip() for row in sheet.rows):
            for row in (sheet.header, *sheet.rows):
                del row[place]


def decoded(content: bytes, name: str) -> tuple[str, list[str]]:
    """The text in the bytes of a CSV file, and a warning where it is not UTF-8."""
    if content.startswith(b"PK\x03\x04"):
        raise _wrong(name, 0, "an Excel workbook or zip file, must be a CSV; in Excel, save as CSV UTF-8")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _wrong(name, 0, "UTF-16 text, must be UTF-8; in Excel, save as CSV UTF-8 (comma delimited)")
    if b"\0" in content:
        row = content.count(b"\n", 0, content.index(b"\0")) + 1
        raise _wrong(name, row, "a NUL byte, must be plain text; the file may be damaged")
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        raise _wrong(name, row, "not UTF-8 text, must be UTF-8; in Excel, save as CSV UTF-8") from None
    return text, [f"{name}:{row}: not UTF-8, read as Windows-1252 (what older Excel writes)"]


def _fields(text: str, name: str) -> tuple[list[list[str]], list[int]]:
    """Every row that is not blank, with its number: the line of the file on which it begins."""
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, numbers, line = [], [], 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(row)
                numbers.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        told = "a quotation mark that is not closed" if "unexpected end" in str(error) else str(error)
        raise _wrong(name, line, f"{told}, must be a well-formed CSV row") from None
    return rows, numbers


def _uneven(sheet: Sheet) -> list[DataFault]:
    wide = len(sheet.header)
    if wide == 1 and sheet.rows and all(len(row) > 1 for row in sheet.rows):
        return [_title(sheet)]
    return [
        sheet.fault(position, "", f"{len(row)} fields, must be {wide} as in the header")
        for position, row in enumerate(sheet.rows)
        if len(row) != wide
    ]


def _title(sheet: Sheet) -> DataFault:
    rule = "looks like a title; the first row must be the names of the columns"
    return DataFault(sheet.name, sheet.header_row, "", f"{sheet.header[0][:40]!r}, {rule}")


def _nameless_or_repeated(sheet: Sheet, may_repeat: Collection[str]) -> list[DataFault]:
    """Faults of the header; a repeated column that may be repeated is dropped instead."""
    if sum(not name for name in sheet.header) > len(sheet.header) / 2:
        return [_title(sheet)]
    faults, first_at, drop = [], {}, []
    for position, name in enumerate(sheet.header):
        if not name:
            rule = "no name, must have one; a merged cell names only its first column"
            faults.append(DataFault(sheet.name, sheet.header_row, f"column {position + 1}", rule))
        elif name not in first_at:
            first_at[name] = position
        elif name in may_repeat and all(row[position] == row[first_at[name]] for row in sheet.rows):
            drop.append(position)
        else:
            rule = "a repeated column, must be there once"
            faults.append(DataFault(sheet.name, sheet.header_row, name, f"column {position + 1}, {rule}"))
    for position in reversed(drop):
        repeated = sheet.header[position]
        where = f"{sheet.name}:{sheet.header_row}:{repeated}"
        sheet.warnings.append(f"{where}: repeated column, second copy left out")
        for row in (sheet.header, *sheet.rows):
            del row[position]
    return faults


def _wrong(name: str, row: int, message: str) -> DataError:
    return DataError([DataFault(name, row, "", message)])
