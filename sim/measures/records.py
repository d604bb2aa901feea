"""The event log made ready to be measured: one pass counts it and marks what is looked at closely.

Most rows of a log are work queued, started and finished, of which only numbers by month matter.
`Records` counts every code by month, block by block so that little memory is used, and finds the
rows of chosen codes by event.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from sim.calendars import DAY
from sim.event_log import Code, EventLog
from sim.measures.periods import Months

BLOCK = 1 << 17
NOT_KEPT = 255
NEVER = 2**31 - 1
"""The day of what has not happened: later than any day of a run."""


class Rows(NamedTuple):
    """Some rows of the log, as columns, in the order they were written."""

    minute: np.ndarray
    child: np.ndarray
    code: np.ndarray
    value: np.ndarray

    @property
    def day(self) -> np.ndarray:
        return self.minute // DAY


def select(log: EventLog, *events: str) -> dict[str, Rows]:
    """The rows of each of these events."""
    rows = log.rows()
    event_of = [events.index(code.event) if code.event in events else -1 for code in log.codes]
    chosen = np.array(event_of, dtype=np.int8)
    found = _collect(rows, chosen >= 0)
    event = chosen[found[:, 2]]
    columns = np.ascontiguousarray(found.T)
    return {name: Rows(*columns[:, event == number]) for number, name in enumerate(events)}


def _collect(rows: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """The rows whose code is chosen, gathered block by block."""
    parts = [np.empty((0, 4), dtype=np.int32)]
    for first in range(0, len(rows), BLOCK):
        block = rows[first : first + BLOCK]
        parts.append(block[np.flatnonzero(chosen[block[:, 2]])])
    return np.concatenate(parts)


def numbers_of(codes: Sequence[Code], field: str, names: Sequence[str]) -> np.ndarray:
    """For each code, the place in `names` of its stage or resource; -1 where it is not there."""
    place = {name: number for number, name in enumerate(names)}
    return np.array([place.get(getattr(code, field), -1) for code in codes], dtype=np.int64)


class Records:
    """Counts of every code by month (`tally[code, bin]`), and the rows of the codes kept."""

    def __init__(self, log: EventLog, months: Months, kept: Callable[[Code], bool]) -> None:
        self.codes = log.codes
        self.months = months
        self.children = len(log.children["need"])
        self.events = sorted({code.event for code in log.codes})
        self._rows = log.rows()
        self.tally = self._count(self._rows)
        # The event of each row, in a byte; NOT_KEPT for those of which only the tally matters.
        event_of = [self.events.index(code.event) if kept(code) else NOT_KEPT for code in log.codes]
        self._event = np.array(event_of, dtype=np.uint8)[self._rows[:, 2]]

    def _count(self, rows: np.ndarray) -> np.ndarray:
        bins = self.months.bins
        tally = np.zeros(len(self.codes) * bins, dtype=np.int64)
        for first in range(0, len(rows), BLOCK):
            block = rows[first : first + BLOCK]
            cell = self.months.bin_of(block[:, 0] // DAY)
            cell += block[:, 2] * bins
            tally += np.bincount(cell, minlength=len(tally))
        return tally.reshape(len(self.codes), bins)

    def of(self, event: str) -> Rows:
        """The kept rows of an event, fetched when asked for: held all at once they are too many."""
        if event not in self.events:
            return Rows(*np.empty((4, 0), dtype=np.int32))
        places = np.flatnonzero(self._event == self.events.index(event))
        return Rows(*(self._rows[places, column] for column in range(4)))

    def day_of(self, event: str) -> np.ndarray:
        """For each child the day of the event, NEVER without one; the first written counts."""
        rows = self.of(event)
        days = np.full(self.children, NEVER, dtype=np.int64)
        days[rows.child[::-1]] = rows.day[::-1]
        return days

    def count(self, wanted: Callable[[Code], bool]) -> np.ndarray:
        """How many rows of the wanted codes, by bin."""
        numbers = [number for number, code in enumerate(self.codes) if wanted(code)]
        return self.tally[numbers].sum(axis=0)

    def count_by(self, event: str, field: str, names: Sequence[str]) -> np.ndarray:
        """How many rows of an event by bin, a line for each name of a stage or resource."""
        table = np.zeros((len(names), self.months.bins), dtype=np.int64)
        named = numbers_of(self.codes, field, names)
        for number, code in enumerate(self.codes):
            if code.event == event and named[number] >= 0:
                table[named[number]] += self.tally[number]
        return table
