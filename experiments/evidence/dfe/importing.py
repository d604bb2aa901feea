"""`send-sim import dfe`: releases of SEN2 into the evidence library."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from experiments import store
from experiments.evidence.dfe.checks import Difference, in_one_line
from experiments.evidence.dfe.releases import Release, read_release
from experiments.evidence.library_files import SEN2_FILE, STOCKS, Row, packed, read_figures

FIRST_JANUARY_OF_PERSONS = 2023
"""The first collection of a record for each child (January 2023, with the activity of 2022)."""


def import_dfe(files: list[Path], out: Path) -> dict[str, Any]:
    """Put releases into the library in `out`, beside what it has; later releases win.

    Returns counts and warnings. Raises DataError, with nothing written, where a file is faulty.
    """
    releases = sorted((read_release(path) for path in files), key=lambda each: each.year)
    path = out / SEN2_FILE
    rows = {_key(row): row for row in read_figures(path)} if path.exists() else {}
    warnings = [line for release in releases for line in release.warnings]
    for release in releases:
        warnings += _take(rows, release)
    ordered = [rows[key] for key in sorted(rows)]
    store.make_folder(out)
    store.write_bytes(path, packed(Row._fields, map(_written, ordered)))
    return _told(ordered, releases, warnings, path)


def _key(row: Row) -> tuple[str, str, int, str]:
    return row.code, row.series, row.period, row.group


def _take(rows: dict[tuple[str, str, int, str], Row], release: Release) -> list[str]:
    """Put the figures of a release among the rows; tells what it revised.

    A later release that leaves a figure out does not take it away.
    """
    revised: list[Difference] = []
    for row in _rows(release):
        older, newer = rows.get(_key(row)), row
        if older is not None and _year_of(older) > release.year:
            older, newer = newer, older
        stands = newer if older is None or newer.value is not None else older
        rows[_key(row)] = newer if stands.value is None else stands
        if older is not None and None not in (older.value, newer.value) and older.value != newer.value:
            before, after = older.value or 0, newer.value or 0
            words = f"{row.name} {row.period}, {row.series} {row.group}: {before:,.10g} became {after:,.10g}"
            revised.append((abs(after - before), words))
    return in_one_line("published differently by two releases, the later one taken", revised)


def _rows(release: Release) -> Iterable[Row]:
    figures = release.figures
    for (code, period, series, group), (value, status) in figures.values.items():
        if value is None and status != "suppressed" and group != "all":
            continue  # a breakdown that nobody collected
        place = figures.places[code]
        by_child = period + (series not in STOCKS) >= FIRST_JANUARY_OF_PERSONS
        source = f"SEN2 {release.year}, {figures.sources[code, period, series, group]}"
        collection = "person" if by_child else "aggregate"
        yield Row(code, place.name, place.level, period, series, group, value, status, collection, source)


def _year_of(row: Row) -> int:
    """The year of the release that a row came from, which its source begins with."""
    found = re.match(r"SEN2 (\d{4})", row.source, re.ASCII)
    return int(found[1]) if found else 0


def _written(row: Row) -> list[object]:
    value = "" if row.value is None else int(row.value)
    return [*row[:6], value, *row[7:]]


def _told(rows: list[Row], releases: list[Release], warnings: list[str], path: Path) -> dict[str, Any]:
    series = Counter(row.series for row in rows if row.value is not None)
    authorities = {row.code for row in rows if row.level == "authority" and row.value is not None}
    return {
        "file": str(path),
        "releases": [{"file": each.name, "layout": each.layout, "year": each.year} for each in releases],
        "figures": len(rows),
        "series": dict(sorted(series.items())),
        "periods": sorted({row.period for row in rows if row.value is not None}),
        "authorities": len(authorities),
        "warnings": warnings,
    }


def in_words(told: dict[str, Any]) -> str:
    """What `import_dfe` returned, for people."""
    lines = [f"SEN2 {each['year']} read from {each['file']}" for each in told["releases"]]
    periods = told["periods"]
    spread = f"{periods[0]} to {periods[-1]}" if periods else "none published"
    lines.append(
        f"{told['figures']:,} figures of {told['authorities']} authorities, {spread}: {told['file']}"
    )
    width = max(map(len, told["series"]), default=0)
    lines += [f"  {series:<{width}} {count:>9,}" for series, count in told["series"].items()]
    lines += [f"Warning: {warning}" for warning in told["warnings"]]
    return "\n".join(lines)
