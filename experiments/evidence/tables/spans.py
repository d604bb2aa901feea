"""Rows that hold from a date until a date, and what they come to on each day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from experiments.evidence.faults import DataFault
from experiments.evidence.tables.reading import Line

FIRST_DAY, LAST_DAY = date(1960, 1, 1), date(2099, 12, 31)
FROM_UNTIL = ("from", "until")
Steps = dict[date, float]


def in_force(lines: Sequence[Line], day: date, dates: tuple[str, str] = FROM_UNTIL) -> list[Line]:
    """The rows that hold on a day; the last day is the last on which a row holds."""
    first, last = dates
    return [line for line in lines if line[first] <= day and (line[last] is None or day <= line[last])]


def turns(
    lines: Sequence[Line], since: date | None = None, dates: tuple[str, str] = FROM_UNTIL
) -> list[date]:
    """The days on which something begins or has ended, none before `since`, which is then the first."""
    first, last = dates
    days = {line[first] for line in lines} | {line[last] + timedelta(1) for line in lines if line[last]}
    return sorted(days if since is None else {since, *(day for day in days if day > since)})


def by_date(
    lines: Sequence[Line],
    reckon: Callable[[list[Line]], float | None],
    since: date | None = None,
    dates: tuple[str, str] = FROM_UNTIL,
) -> Steps:
    """What the rows in force come to, from each day on which it changes. None keeps what was before."""
    steps: Steps = {}
    for day in turns(lines, since, dates):
        value = reckon(in_force(lines, day, dates))
        if value is not None and (not steps or value != steps[max(steps)]):
            steps[day] = value
    return steps


def plain_or_dated(steps: Steps) -> float | Steps:
    """A single step is a plain number: it holds before its date as well."""
    return next(iter(steps.values())) if len(steps) == 1 else steps


def ends_before_it_begins(lines: Sequence[Line], dates: tuple[str, str] = FROM_UNTIL) -> list[DataFault]:
    first, last = dates
    return [
        line.fault(last, f"{line[last]}, must not be before {line.headings[first]}, {line[first]}")
        for line in lines
        if line[last] is not None and line[last] < line[first]
    ]


def there_twice(
    lines: Sequence[Line],
    key: Callable[[Line], Any],
    column: str,
    what: str,
    dates: tuple[str, str] = FROM_UNTIL,
) -> list[DataFault]:
    """Rows that say the same thing on the same days, which would be counted twice."""
    first, last = dates
    ordered = sorted(lines, key=lambda line: (key(line), line[first], line.file, line.row))
    faults = []
    for _, group in groupby(ordered, key):
        one, *others = group
        for other in others:
            if other[first] <= (one[last] or LAST_DAY):
                where = f"row {one.row}" if one.file == other.file else f"{one.file}:{one.row}"
                faults.append(other.fault(column, f"{what} as {where} on the same days, must be there once"))
            # Against the one that goes on longest, so that a row within it is found wherever it stands.
            one = max(one, other, key=lambda line: line[last] or LAST_DAY)
    return faults
