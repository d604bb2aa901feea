"""A release of SEN2 statistics as downloaded: a zip file, or a folder of its CSV files."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from experiments.evidence.dfe import layout_2022, layout_2025
from experiments.evidence.dfe.adding import add_up, added
from experiments.evidence.dfe.checks import do_not_add_up, merged, put_right
from experiments.evidence.dfe.tables import Figures, Table, read_table
from experiments.evidence.faults import DataError, DataFault
from experiments.evidence.library_files import STOCKS
from experiments.evidence.sheets import Sheet, content_of, parse_sheet

LARGEST_TABLE_BYTES = 300_000_000
LARGEST_RELEASE_BYTES = 1_000_000_000
MOST_FILES = 1_000

Layout = Callable[[Sequence[str]], Table]
"""A table, given the headings of its file."""


def _same(table: Table) -> Layout:
    return lambda header: table


LAYOUTS: dict[str, dict[str, Layout]] = {
    "2022": {table.name: _same(table) for table in layout_2022.TABLES},
    "2025": {table.name: _same(table) for table in layout_2025.TABLES}
    | {"annual_reviews": layout_2025.annual_reviews},
}
"""The layouts and their tables, the most trusted first."""
LAYOUT_OF = {table: layout for layout, tables in LAYOUTS.items() for table in tables}


@dataclass
class Release:
    """What one release published."""

    name: str
    """Of its file or folder."""
    layout: str
    year: int
    """Of its latest January; activity is that of the year before."""
    figures: Figures
    warnings: list[str]


def read_release(path: Path) -> Release:
    """The figures of a release, or of one of its tables. Raises DataError where it is damaged or is none."""
    layout, sheets, warnings = _recognised(path.name, _files_of(path))
    tables = []
    for name, of_header in LAYOUTS[layout].items():
        if name not in sheets:
            warnings.append(f"{path.name}: no {name}.csv, its figures are left out")
            continue
        table = of_header(sheets[name].header)
        found, lines = read_table(table, sheets[name])
        put_right(table, lines, found)
        add_up(table, lines, found)
        tables.append((name, found))
    figures = merged(tables)
    _complete(figures)
    return Release(
        path.name, layout, _year(figures), figures, [*warnings, *figures.warnings, *do_not_add_up(figures)]
    )


def _complete(figures: Figures) -> None:
    """Totals of series that two tables publish in parts: only where every part is there."""
    for series, parts in layout_2025.SUMS.items():
        for code, period, of, group in list(figures.values):
            keys = [(code, period, series, part) for part in parts]
            if of == series and group == parts[0] and all(key in figures.values for key in keys):
                whole = (code, period, series, "all")
                figures.values[whole] = added(figures.values[key] for key in keys)
                figures.sources[whole] = "requests and assessments, mediation and tribunal columns"


def _year(figures: Figures) -> int:
    return max((period + (series not in STOCKS) for _, period, series, _ in figures.values), default=0)


def _recognised(name: str, files: dict[str, bytes]) -> tuple[str, dict[str, Sheet], list[str]]:
    """The layout of a release, and its tables by name."""
    sheets: dict[str, Sheet] = {}
    warnings = []
    for file, content in files.items():
        table = PurePosixPath(file).stem
        if table not in LAYOUT_OF:
            table = _by_headings(content) or ""
            warnings.append(
                f"{file}: {f'read as {table}, by its headings' if table else 'not used, left out'}"
            )
        if table in sheets:
            raise DataError([DataFault(file, 0, "", f"a second table {table}, must be there once")])
        if table:
            sheets[table] = parse_sheet(content, PurePosixPath(file).name, layout_2025.REPEATED)
    layouts = {LAYOUT_OF[table] for table in sheets}
    if len(layouts) == 1:
        return layouts.pop(), sheets, warnings
    rule = "tables of two layouts, must be one release"
    if not layouts:
        rule = f"no table of SEN2 statistics in it, must have some of {', '.join(LAYOUT_OF)}"
    raise DataError([DataFault(name, 0, "", rule)])


def _by_headings(content: bytes) -> str | None:
    """The one table that has these headings, whatever its file is called."""
    first = content.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace")
    header = [name.strip().strip('"') for name in first.split(",")]
    found = []
    for tables in LAYOUTS.values():
        for name, of_header in tables.items():
            table = of_header(header)
            if {*table.labels, *table.figure_columns()} <= set(header):
                found.append(name)
    return found[0] if len(found) == 1 else None


def _files_of(path: Path) -> dict[str, bytes]:
    if path.is_dir():
        inside = path / "data" if (path / "data").is_dir() else path
        return {each.name: content_of(each) for each in sorted(inside.glob("*.csv"))}
    return {path.name: content_of(path)} if path.suffix.lower() == ".csv" else _in_zip(path)


def _in_zip(path: Path) -> dict[str, bytes]:
    """The CSV files of a zip file by name. Nothing is unpacked to disk."""
    try:
        with zipfile.ZipFile(io.BytesIO(content_of(path))) as archive:
            entries = _checked(path.name, archive.infolist())
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        rule = "cannot be unpacked, must be the zip file as downloaded; download it again"
        raise DataError([DataFault(path.name, 0, "", rule)]) from None


def _checked(name: str, entries: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    faults = []
    if len(entries) > MOST_FILES:
        faults.append(DataFault(name, 0, "", f"{len(entries)} files in it, must be at most {MOST_FILES}"))
    for entry in entries:
        parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
        if ".." in parts or entry.filename.startswith("/") or ":" in entry.filename:
            faults.append(DataFault(name, 0, "", f"{entry.filename!r}, must be a path inside the zip file"))
        if entry.file_size > LARGEST_TABLE_BYTES:
            rule = f"{entry.file_size:,} bytes when unpacked, must be under {LARGEST_TABLE_BYTES:,}"
            faults.append(DataFault(name, 0, "", f"{entry.filename!r}, {rule}"))
    total = sum(entry.file_size for entry in entries)
    if total > LARGEST_RELEASE_BYTES:
        rule = f"{total:,} bytes when unpacked, must be under {LARGEST_RELEASE_BYTES:,}"
        faults.append(DataFault(name, 0, "", rule))
    if faults:
        raise DataError(faults)
    wanted = [entry for entry in entries if entry.filename.lower().endswith(".csv")]
    return [entry for entry in wanted if not PurePosixPath(entry.filename).name.startswith("._")]
