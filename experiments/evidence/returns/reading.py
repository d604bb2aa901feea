"""A folder with a return: which files are its tables, of which year, and how their rows hang together.

Identifiers serve to join the tables and are let go; a case is a place in a list and nothing else.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from experiments.errors import InputError
from experiments.evidence.faults import DataError, DataFault
from experiments.evidence.returns.cases import Return
from experiments.evidence.returns.dialects import FIRST_COLLECTION, MODULES
from experiments.evidence.returns.door import Table, read_table
from experiments.evidence.returns.establishments import FILE, read_establishments
from experiments.evidence.returns.joining import join
from sim.calendars import third_thursday_of_january

BLADE = re.compile(r"(?:Blade-Export_[0-9-]+_)?([a-z0-9]+)\.csv", re.IGNORECASE)


def read_return(folder: Path, collection_year: int | None = None) -> Return:
    """A folder of a person-level return. Raises DataError with every fault that was found."""
    paths, others = _files(Path(folder))
    header = read_table(paths["sen2"], MODULES["sen2"], FIRST_COLLECTION) if "sen2" in paths else None
    census = _census(header, collection_year)
    tables, faults = {}, []
    for name, path in paths.items():
        if name != "sen2":
            try:
                tables[name] = read_table(path, MODULES[name], census.year, may_be_empty=name != "person")
            except DataError as error:
                faults += error.faults
    places = read_establishments(Path(folder))
    if faults:
        raise DataError(faults)
    read = Return(census, [], *_about(paths, tables), _warnings(tables, paths, others))
    links, faults = _links(tables)
    if faults:
        raise DataError(faults)
    join(read, tables, links, places)
    return read


def _files(folder: Path) -> tuple[dict[str, Path], int]:
    """The file of each table, and the number of other CSV files in the folder."""
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder")
    found: dict[str, list[Path]] = {}
    others = 0
    for path in sorted(folder.iterdir()):
        match = BLADE.fullmatch(path.name)
        if match and match[1].lower() in MODULES:
            found.setdefault(match[1].lower(), []).append(path)
        elif path.suffix.lower() == ".csv" and path.name != FILE:
            others += 1
    faults = [
        DataFault(f"{name}.csv", 0, "", "no such file (or Blade-Export_<date>_<table>.csv) in the folder")
        for name, module in MODULES.items()
        if module.required and name not in found
    ]
    faults += [
        DataFault(paths[1].name, 0, "", f"the same table as {paths[0].name}, must be there once")
        for paths in found.values()
        if len(paths) > 1
    ]
    if faults:
        raise DataError(faults)
    return {name: found[name][0] for name in MODULES if name in found}, others


def _census(header: Table | None, collection_year: int | None) -> date:
    """The census date: what the header says, or the third Thursday of the January of the collection."""
    said = next((year for year in header.column("year") if year), None) if header else None
    if header and said and collection_year and said != collection_year:
        raise DataError([header.fault(0, "year", f"{said}, and --year says {collection_year}")])
    year = collection_year or said
    if year is None:
        raise InputError("no collection year: give it with --year, the January of the return, such as 2025")
    dated = next((day for day in header.column("referencedate") if day), None) if header else None
    return dated if dated and dated.year == year else third_thursday_of_january(year)


def _about(
    paths: dict[str, Path], tables: dict[str, Table]
) -> tuple[dict[str, str], dict[str, int], dict[str, list[str]]]:
    files = {name: path.name for name, path in paths.items()}
    rows = {name: len(table) for name, table in tables.items()}
    return files, rows, {table.name: table.dropped for table in tables.values() if table.dropped}


def _warnings(tables: dict[str, Table], paths: dict[str, Path], others: int) -> list[str]:
    told = [warning for table in tables.values() for warning in table.warnings]
    told += [f"{name}.csv is not in the folder" for name in MODULES if name not in paths]
    if others:
        told.append(f"{others} other CSV file(s) in the folder were not opened")
    return told


def _links(tables: dict[str, Table]) -> tuple[dict[str, list[int]], list[DataFault]]:
    """For each table the position of each row's parent, once keys are known to be whole."""
    links: dict[str, list[int]] = {}
    faults: list[DataFault] = []
    keys: dict[str, dict[str, int]] = {}
    for name, table in tables.items():
        module = MODULES[name]
        known = keys[module.key.name] = {}
        for position, key in enumerate(table.columns.pop(module.key.name)):
            first = known.setdefault(key, position)
            if first != position:
                rule = f"the same key as row {table.numbers[first]}, must be there once"
                faults.append(table.fault(position, module.key.name, rule))
        if module.parent is not None:
            above = keys[module.parent.name]
            links[name] = [above.get(key, -1) for key in table.columns.pop(module.parent.name)]
            rule = "no such row in the table above, must be a key of it"
            faults += [
                table.fault(position, module.parent.name, rule)
                for position, parent in enumerate(links[name])
                if parent < 0
            ]
    return links, faults
