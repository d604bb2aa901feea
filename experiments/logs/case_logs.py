"""A log of cases: which took which step on which day, and until when they were followed.

The same form holds an authority's own log and a simulated one. Days are calendar days, as written:
times of day and time zones are left out. References of cases are replaced by numbers on reading.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.evidence.columns import Column, Refused, Rows, day, heading_key, read_rows, text
from experiments.evidence.disclosure import THRESHOLD, at_least
from experiments.evidence.faults import DataError, DataFault
from experiments.evidence.personal import personal_columns
from experiments.evidence.sheets import Sheet, read_sheet
from experiments.logs.activities import NAMES, PLACE, not_told_by
from experiments.logs.column_map import EVENTS, IGNORE, ColumnMap, read_column_map
from experiments.reports.wording import listed
from sim.event_log import AGREED, AGREED_TO_ISSUE, CASE_CLOSED_BY, REINSTATED, REQUESTED, STAGE_OPENED_BY

EARLIEST, LATEST = date(2005, 1, 1), date(2100, 12, 31)
TIME_OF_DAY = re.compile(
    r"(?<=\d)[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(?P<zone> ?(Z|[+-]\d{2}:?\d{2}))?$", re.ASCII
)
REOPENED_BY = (REQUESTED, REINSTATED, AGREED, AGREED_TO_ISSUE)


@dataclass(frozen=True)
class CaseLog:
    """Steps of cases in order. `events` has columns case, file, activity and day (as an ordinal).

    A case that goes on after it was closed, as after an appeal, has a second file from there on.
    """

    name: str
    events: pd.DataFrame
    first: date
    """The log is complete from this day."""
    last: date
    """Open cases are followed to the close of this day."""
    activities: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    @property
    def cases(self) -> int:
        return int(self.events["case"].nunique())

    @cached_property
    def days_of_steps(self) -> pd.DataFrame:
        """For each file the first day of each step, a column for each; NaN for a step not taken."""
        table = self.events.pivot_table(index="file", columns="activity", values="day", aggfunc="min")
        return table.reindex(columns=list(NAMES)).astype(float)


def read_case_log(path: Path, column_map_path: Path) -> CaseLog:
    """An authority's log from a CSV, by its column map. Raises DataError with every fault."""
    columns = read_column_map(column_map_path)
    sheet = read_sheet(path)
    faults = personal_columns(sheet) + _not_there(sheet, columns)
    if faults:
        raise DataError(faults)
    read = _read_events if columns.layout == EVENTS else _read_milestones
    steps, warnings = read(sheet, columns)
    if zones := _with_zone(sheet, columns):
        warnings.append(f"{path.name}: {zones} times carry a time zone; the date is kept as written")
    log = case_log(path.stem, steps, columns.activities, columns.first, columns.extract_date)
    return replace(log, warnings=(*sheet.warnings, *warnings, *log.warnings))


def case_log(
    name: str,
    steps: pd.DataFrame,
    activities: tuple[str, ...],
    first: date | None = None,
    last: date | None = None,
) -> CaseLog:
    """A log from rows of case, activity and day, put in order, with what was left out as warnings."""
    warnings = []
    once = steps.drop_duplicates(["case", "activity", "day"])
    if len(once) < len(steps):
        twice = at_least(len(steps) - len(once), THRESHOLD)
        warnings.append(f"{twice} steps are there more than once on one day; counted once")
    events = divided_into_files(once)
    wrong = _out_of_order(events)
    if wrong:
        told = "a step is dated before one that must come first"
        warnings.append(f"{at_least(len(wrong), THRESHOLD)} cases left out: {told}")
        events = events[~events["case"].isin(wrong)].reset_index(drop=True)
    if events.empty:
        raise DataError([DataFault(name, 0, "", "no case is left, must have at least one")])
    if last is None:
        last = date.fromordinal(int(events["day"].max()))
        warnings.append(f"no extract_date in the map; the last step, {last}, stands for it")
    if missing := not_told_by(activities):
        told = listed([NAMES[activity].lower() for activity in missing])
        warnings.append(f"steps not in the log: {told}; cases that ended so look open")
    if first is None:
        asked = events.loc[events["activity"] == REQUESTED, "day"]
        first = date.fromordinal(int((asked if len(asked) else events["day"]).min()))
    return CaseLog(name, events, first, last, activities, tuple(warnings))


def divided_into_files(steps: pd.DataFrame) -> pd.DataFrame:
    """Steps in order within each case, with the number of the file that each belongs to.

    A new request, a reinstatement or a decision to go on begins a new file once the case was closed;
    anything else that comes after its end, as an amended draft, stays with the file that is closed.
    """
    ordered = steps.assign(place=steps["activity"].map(PLACE))
    ordered = ordered.sort_values(["case", "day", "place"], kind="stable").reset_index(drop=True)
    case = ordered["case"]
    ends = ordered["activity"].isin(CASE_CLOSED_BY).astype(int)
    ended = ends.groupby(case).cumsum() - ends
    opens = ordered["activity"].isin(REOPENED_BY)
    before = ended.where(opens).groupby(case).ffill().groupby(case).shift().fillna(0)
    ordered["file"] = np.cumsum((case != case.shift()) | (opens & (ended > before)))
    return ordered[["case", "file", "activity", "day"]]


def _out_of_order(events: pd.DataFrame) -> set[int]:
    """Cases in one of whose files a stage opens before the stage that the law puts before it."""
    openers = events[events["activity"].isin(STAGE_OPENED_BY)].drop_duplicates(["file", "activity"])
    closed = events[events["activity"].isin(CASE_CLOSED_BY)].groupby("file")["day"].min()
    openers = openers[~(openers["day"] > openers["file"].map(closed))]
    place = openers["activity"].map(PLACE)
    back = (openers["file"] == openers["file"].shift()) & (place < place.shift())
    return set(openers.loc[back, "case"])


def _not_there(sheet: Sheet, columns: ColumnMap) -> list[DataFault]:
    there = {heading_key(heading) for heading in sheet.header}
    wanted = [columns.case]
    wanted += [columns.activity, columns.time] if columns.layout == EVENTS else list(columns.steps)
    return [
        DataFault(sheet.name, sheet.header_row, heading, "missing column, the column map names it")
        for heading in wanted
        if heading_key(heading) not in there
    ]


def _day_reader(columns: ColumnMap) -> Callable[[str], Any]:
    """The calendar day of a date or a time, as written; none after the extract."""
    last = columns.extract_date or LATEST
    plain = day(EARLIEST, LATEST)
    seen: dict[str, int] = {}

    def read(cell: str) -> int:
        if cell not in seen:
            found = plain(TIME_OF_DAY.sub("", cell))
            if found > last:
                raise Refused(f"must not be after the extract_date, {last}")
            seen[cell] = found.toordinal()
        return seen[cell]

    return read


def _with_zone(sheet: Sheet, columns: ColumnMap) -> int:
    """How many of the times that are read carry a zone: one near midnight may be of another day here."""
    dates = _only(sheet, *([columns.time] if columns.layout == EVENTS else columns.steps))
    found = (TIME_OF_DAY.search(cell) for row in dates.rows for cell in row if ":" in cell)
    return sum(bool(each and each["zone"]) for each in found)


def _read_events(sheet: Sheet, columns: ColumnMap) -> tuple[pd.DataFrame, list[str]]:
    """One row an event."""
    unknown: Counter[str] = Counter()

    def step(cell: str) -> str:
        found = columns.known.get(heading_key(cell))
        if found is None:
            unknown[cell] += 1
        return found or IGNORE

    wanted = [
        Column("case", text(), aliases=(columns.case,), private=True),
        Column("activity", step, aliases=(columns.activity,)),
        Column("day", _day_reader(columns), aliases=(columns.time,)),
    ]
    rows = read_rows(_only(sheet, columns.case, columns.activity, columns.time), wanted)
    warnings = _unknown(sheet, columns, unknown)
    kept = [row for row in rows.rows if row["activity"] != IGNORE]
    return _table(kept, sheet), warnings


def _unknown(sheet: Sheet, columns: ColumnMap, unknown: Counter[str]) -> list[str]:
    """Steps that the map does not have: refused or told, with how often each is there."""
    if not unknown:
        return []
    named = [f"{name!r} {count} times" for name, count in unknown.most_common() if count >= THRESHOLD]
    rare = sum(count < THRESHOLD for count in unknown.values())
    if rare:
        named.append(f"{rare} others fewer than {THRESHOLD} times each, which may be free text")
    told = f"not in the column map: {', '.join(named)}"
    if columns.refuse_unknown:
        rule = "must be there; write `ignore` for a step that does not count"
        raise DataError([DataFault(sheet.name, 0, columns.activity, f"{told}; {rule}")])
    return [f"{sheet.name}: {columns.activity}: {told}; left out"]


def _read_milestones(sheet: Sheet, columns: ColumnMap) -> tuple[pd.DataFrame, list[str]]:
    """One row a case, with a date for each step."""
    read = _day_reader(columns)
    wanted = [
        Column("case", text(), aliases=(columns.case,), private=True),
        *(Column(heading, read, may_be_blank=True) for heading in columns.steps),
    ]
    rows = read_rows(_only(sheet, columns.case, *columns.steps), wanted)
    if faults := _repeated(rows, columns):
        raise DataError(faults)
    kept = [
        {"case": row["case"], "activity": step, "day": row[heading]}
        for row in rows.rows
        for heading, step in columns.steps.items()
        if row[heading] is not None
    ]
    return _table(kept, sheet), []


def _repeated(rows: Rows, columns: ColumnMap) -> list[DataFault]:
    """Two rows of one case; the reference itself is not shown."""
    first: dict[str, int] = {}
    faults = []
    for position, row in enumerate(rows.rows):
        number = rows.numbers[position]
        before = first.setdefault(row["case"], number)
        if before != number:
            faults.append(rows.fault(position, columns.case, f"the case of row {before}, must have one row"))
    return faults


def _only(sheet: Sheet, *headings: str) -> Sheet:
    """The sheet with these columns alone: the others are never looked at again."""
    keys = {heading_key(heading) for heading in headings}
    places = [place for place, heading in enumerate(sheet.header) if heading_key(heading) in keys]
    rows = [[row[place] for place in places] for row in sheet.rows]
    return replace(sheet, header=[sheet.header[place] for place in places], rows=rows, warnings=[])


def _table(rows: list[dict[str, Any]], sheet: Sheet) -> pd.DataFrame:
    """Steps with a number for each case in place of its reference."""
    if not rows:
        raise DataError([DataFault(sheet.name, 0, "", "no step that the column map has, must have one")])
    table = pd.DataFrame(rows, columns=["case", "activity", "day"])
    return table.assign(case=pd.factorize(table["case"])[0], day=table["day"].astype(np.int64))
