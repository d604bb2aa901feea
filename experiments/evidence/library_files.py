"""The files of the evidence library: zipped CSV, the same bytes for the same rows.

`sen2.csv.gz` has a row for each published figure, also for those that are suppressed or not collected;
`population.csv.gz` a row for people of one age at a mid-year.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from experiments.evidence.faults import DataError, DataFault
from experiments.evidence.sheets import content_of

SEN2_FILE = "sen2.csv.gz"
POPULATION_FILE = "population.csv.gz"
PUBLISHED = "published"
STATUSES = {PUBLISHED, "suppressed", "not_applicable", "not_available"}
STOCKS = {"plans"}
"""Series counted in January; every other one counts a calendar year."""
OLDEST = 25
DAMAGED = "the library is damaged; import it again"


class Row(NamedTuple):
    """One figure of `sen2.csv.gz`. `period` is a January's year for a stock, else a calendar year."""

    code: str
    name: str
    level: str
    period: int
    series: str
    group: str
    value: float | None
    status: str
    collection: str
    source: str


class PeopleRow(NamedTuple):
    """One figure of `population.csv.gz`. `age` is a single year, or "0-17" for a total."""

    code: str
    name: str
    year: int
    kind: str
    age: str
    people: float


def packed(fields: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as the bytes of a zipped CSV file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(fields)
    writer.writerows(rows)
    content = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=content, mtime=0) as file:
        file.write(text.getvalue().encode())
    return content.getvalue()


def read_figures(path: Path) -> Iterator[Row]:
    """The rows of `sen2.csv.gz`. Raises DataError where it is absent or damaged."""
    for number, row in _cells(path, Row._fields):
        try:
            value = float(row[6]) if row[6] else None
            period = int(row[3])
        except ValueError:
            raise _wrong(path, number, "value", f"{row[6]!r} of {row[3]!r}, {DAMAGED}") from None
        if row[7] not in STATUSES or (value is None) == (row[7] == PUBLISHED):
            raise _wrong(path, number, "status", f"{row[6]!r} is {row[7]!r}, {DAMAGED}")
        yield Row(row[0], row[1], row[2], period, row[4], row[5], value, row[7], row[8], row[9])


def read_people(path: Path) -> Iterator[PeopleRow]:
    """The rows of `population.csv.gz`. Raises DataError where it is absent or damaged."""
    for number, row in _cells(path, PeopleRow._fields):
        try:
            people = float(row[5])
            year = int(row[2])
        except ValueError:
            people = math.nan
        if not math.isfinite(people):
            raise _wrong(path, number, "people", f"{row[5]!r} of {row[2]!r}, {DAMAGED}")
        yield PeopleRow(row[0], row[1], year, row[3], row[4], people)


def _cells(path: Path, fields: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Row numbers and cells of a file of the library."""
    if not path.exists():
        rule = "no such file; `send-sim import dfe` and `send-sim import population` make the library"
        raise DataError([DataFault(str(path), 0, "", rule)])
    try:
        text = gzip.decompress(content_of(path)).decode()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError):
        raise _wrong(path, 0, "", f"cannot be unpacked, {DAMAGED}") from None
    reader = csv.reader(io.StringIO(text, newline=""))
    if next(reader, None) != list(fields):
        raise _wrong(path, 1, "", f"must have the columns {', '.join(fields)}; {DAMAGED}")
    for number, row in enumerate(reader, start=2):
        if len(row) != len(fields):
            raise _wrong(path, number, "", f"{len(row)} fields, {DAMAGED}")
        yield number, row


def _wrong(path: Path, row: int, column: str, message: str) -> DataError:
    return DataError([DataFault(path.name, row, column, message)])
