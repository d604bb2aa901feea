"""The four input files of witan.send, read strictly and written.

`transitions.csv` has a row for each child and step from one January to the next, `population.csv` the
people of each school year, `costs.csv` what a child-year costs, `valid-states.csv` the settings. A
school year is the National Curriculum's: Reception is 0, so it is the age on 31 August less 4.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.evidence.columns import Column, Reader, Rows, number, read_rows, text
from experiments.evidence.faults import DataError, DataFault
from experiments.evidence.sheets import content_of, parse_sheet

NONSEND = "NONSEND"
"""Both the setting and the need of a child who has no plan."""
YOUNGEST, OLDEST = -5, 25
TRANSITIONS, POPULATION, COSTS, STATES = "transitions.csv", "population.csv", "costs.csv", "valid-states.csv"
HEADERS = {
    TRANSITIONS: (
        "calendar-year",
        *("setting-1", "need-1", "academic-year-1"),
        *("setting-2", "need-2", "academic-year-2"),
    ),
    POPULATION: ("calendar-year", "academic-year", "population"),
    COSTS: ("need", "setting", "cost"),
    STATES: (
        *("setting", "setting-group", "min-academic-year", "max-academic-year"),
        *("needs", "setting->setting"),
    ),
}


@dataclass(frozen=True)
class ValidState:
    """One setting: its group, the school years and needs it takes, where children may move to."""

    setting: str
    group: str
    youngest: int
    oldest: int
    needs: tuple[str, ...]
    moves_to: tuple[str, ...]


@dataclass(frozen=True)
class WitanFiles:
    """What the four files say."""

    transitions: pd.DataFrame
    """Columns of `HEADERS[TRANSITIONS]` with _ for -."""
    population: dict[tuple[int, int], int]
    """(January's year, school year) → people."""
    costs: dict[tuple[str, str], float]
    """(need, setting) → pounds for a child-year."""
    states: dict[str, ValidState]
    warnings: tuple[str, ...] = ()


def read_witan(folder: Path) -> WitanFiles:
    """The four files of a folder. Raises DataError with every fault of all of them."""
    faults: list[DataFault] = []
    tables: dict[str, Rows] = {}
    for name in HEADERS:
        try:
            tables[name] = _rows(folder / name)
        except DataError as error:
            faults += error.faults
    if not faults:
        faults = [fault for check in CHECKS for fault in check(tables)]
    if faults:
        raise DataError(faults)
    states = {row["setting"]: _state(row) for row in tables[STATES].rows}
    transitions = pd.DataFrame(tables[TRANSITIONS].rows).rename(columns=lambda name: name.replace("-", "_"))
    return WitanFiles(
        transitions,
        {(row["calendar-year"], row["academic-year"]): row["population"] for row in tables[POPULATION].rows},
        {(row["need"], row["setting"]): row["cost"] for row in tables[COSTS].rows},
        states,
        (*(told for table in tables.values() for told in table.warnings), *_unusual(transitions, states)),
    )


def _rows(path: Path) -> Rows:
    content = content_of(path)  # witan.send's own files may end without a line feed
    sheet = parse_sheet(content if content.endswith(b"\n") else content + b"\n", path.name)
    wanted = HEADERS[path.name]
    if tuple(sheet.header) != wanted:
        rule = f"must be {','.join(wanted)}"
        raise DataError(
            [DataFault(sheet.name, sheet.header_row, "", f"the header is {','.join(sheet.header)}, {rule}")]
        )
    return read_rows(sheet, [Column(name, READERS[name]) for name in wanted])


def codes(cell: str) -> tuple[str, ...]:
    """The codes in a list with commas."""
    return tuple(code.strip() for code in cell.split(",") if code.strip())


_YEAR, _SCHOOL_YEAR = number(1990, 2100, "", whole=True), number(YOUNGEST - 1, OLDEST + 1, "", whole=True)
READERS: dict[str, Reader] = {
    "calendar-year": _YEAR,
    **dict.fromkeys(("academic-year", "academic-year-1", "academic-year-2"), _SCHOOL_YEAR),
    **dict.fromkeys(("min-academic-year", "max-academic-year"), number(YOUNGEST, OLDEST, "", whole=True)),
    **dict.fromkeys(
        ("setting", "setting-1", "setting-2", "need", "need-1", "need-2", "setting-group"), text(60)
    ),
    "population": number(0, 5_000_000, "people", whole=True),
    "cost": number(0, 2_000_000, "pounds"),
    "needs": lambda cell: codes(cell),
    "setting->setting": lambda cell: codes(cell),
}


def _state(row: dict[str, Any]) -> ValidState:
    return ValidState(*(row[name] for name in HEADERS[STATES]))


def _steps(tables: dict[str, Rows]) -> Iterator[DataFault]:
    """A child is a year older at the end of a step, and has a plan at one of its ends at least."""
    table = tables[TRANSITIONS]
    for position, row in enumerate(table.rows):
        if row["academic-year-2"] != row["academic-year-1"] + 1:
            rule = f"must be academic-year-1 + 1, {row['academic-year-1'] + 1}"
            yield table.fault(position, "academic-year-2", f"{row['academic-year-2']}, {rule}")
        for end in ("1", "2"):
            without = [row[f"{what}-{end}"] == NONSEND for what in ("setting", "need")]
            if any(without) and not all(without):
                rule = f"{NONSEND} in one of setting-{end} and need-{end}, must be in both or neither"
                yield table.fault(position, f"setting-{end}", rule)
            elif not any(without) and not YOUNGEST <= row[f"academic-year-{end}"] <= OLDEST:
                rule = f"must be from {YOUNGEST} to {OLDEST} for a child with a plan"
                yield table.fault(position, f"academic-year-{end}", f"{row[f'academic-year-{end}']}, {rule}")
        if row["setting-1"] == row["setting-2"] == NONSEND:
            yield table.fault(position, "setting-2", f"{NONSEND} at both ends, must be a setting at one")


def _known_states(tables: dict[str, Rows]) -> Iterator[DataFault]:
    """Settings and needs must be among the valid states, and each setting is there once."""
    valid = tables[STATES]
    settings = {row["setting"] for row in valid.rows}
    needs = {need for row in valid.rows for need in row["needs"]}
    yield from _repeated(valid, ("setting",))
    for position, row in enumerate(valid.rows):
        if row["min-academic-year"] > row["max-academic-year"]:
            yield valid.fault(position, "max-academic-year", "must not be below min-academic-year")
        for other in row["setting->setting"]:
            if other not in settings:
                yield valid.fault(position, "setting->setting", f"{other!r}, must be a setting of this file")
    ends = (("setting-1", settings), ("setting-2", settings), ("need-1", needs), ("need-2", needs))
    for name, wanted, known in (
        *((TRANSITIONS, column, known) for column, known in ends),
        (COSTS, "setting", settings),
        (COSTS, "need", needs),
    ):
        for position, row in enumerate(tables[name].rows):
            code = row[wanted]
            if code not in known and not (name == TRANSITIONS and code == NONSEND):
                yield tables[name].fault(position, wanted, f"{code!r}, must be in {STATES}")


def _priced(tables: dict[str, Rows]) -> Iterator[DataFault]:
    """Each need and setting of a child has one cost: a missing one is never taken as nought."""
    costs, steps = tables[COSTS], tables[TRANSITIONS]
    yield from _repeated(costs, ("need", "setting"))
    priced = {(row["need"], row["setting"]) for row in costs.rows}
    missing = {
        (row[f"need-{end}"], row[f"setting-{end}"]) for row in steps.rows for end in ("1", "2")
    } - priced
    for need, setting in sorted(missing):
        if NONSEND not in (need, setting):
            rule = f"no cost for need {need} in setting {setting}, every pair in {TRANSITIONS} must have one"
            yield DataFault(costs.name, 0, "cost", rule)


def _peopled(tables: dict[str, Rows]) -> Iterator[DataFault]:
    """Every year and school year, of the children and of the file itself, has its people once."""
    table, steps = tables[POPULATION], tables[TRANSITIONS]
    yield from _repeated(table, ("calendar-year", "academic-year"))
    there = {(row["calendar-year"], row["academic-year"]) for row in table.rows}
    years = [row["calendar-year"] for row in (*table.rows, *steps.rows)]
    ages = [row["academic-year"] for row in table.rows]
    ages += [
        row[f"academic-year-{end}"]
        for row in steps.rows
        for end in ("1", "2")
        if row[f"setting-{end}"] != NONSEND
    ]
    for year in range(min(years), max(years) + 1):
        for age in range(min(ages), max(ages) + 1):
            if (year, age) not in there:
                rule = f"no row for calendar-year {year} and academic-year {age}, must be there"
                yield DataFault(table.name, 0, "population", rule)


def _repeated(table: Rows, keys: Sequence[str]) -> Iterator[DataFault]:
    first: dict[tuple, int] = {}
    for position, row in enumerate(table.rows):
        key = tuple(row[name] for name in keys)
        before = first.setdefault(key, position)
        if before != position:
            told = ", ".join(map(str, key))
            yield table.fault(
                position, keys[-1], f"{told} is on row {table.numbers[before]} already, must be once"
            )


CHECKS = (_steps, _known_states, _priced, _peopled)


def _unusual(transitions: pd.DataFrame, states: dict[str, ValidState]) -> Iterator[str]:
    """Children in a setting that, by the valid states, does not take their school year or need."""
    for end in ("1", "2"):
        there = transitions[transitions[f"setting_{end}"] != NONSEND]
        columns = (there[f"{what}_{end}"] for what in ("setting", "need", "academic_year"))
        odd = sum(
            not states[setting].youngest <= age <= states[setting].oldest or need not in states[setting].needs
            for setting, need, age in zip(*columns, strict=True)
        )
        if odd:
            yield f"{TRANSITIONS}: {odd} rows have a setting-{end} that by {STATES} takes no such child"


def written(name: str, rows: Sequence[Sequence[object]]) -> str:
    """The text of one of the four files; a list of codes is put in quotes."""
    lines = [",".join(HEADERS[name])]
    for row in rows:
        cells = [",".join(cell) if isinstance(cell, tuple) else str(cell) for cell in row]
        lines.append(",".join(f'"{cell}"' if "," in cell else cell for cell in cells))
    return "\n".join(lines) + "\n"
