"""The event log as the audit reads it: rows by event, by way of nothing that the measures use.

The audit is worth something only if it does not repeat the measures' mistakes, so it finds its
rows by itself, and fetches them when asked for.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.event_log import EventLog

NONE = 2**31 - 1
"""The minute of what never happened."""


PARTS = 8
"""Children are looked at in so many parts where whole columns would take much memory."""


class Found(NamedTuple):
    """Rows found, as columns, in the order they were written."""

    minute: np.ndarray
    child: np.ndarray
    code: np.ndarray
    value: np.ndarray


class Evidence:
    """Rows of the log by event."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self.codes = log.codes
        self.children = len(log.children["need"])
        self.rows = log.rows()
        self.events = list(dict.fromkeys(code.event for code in log.codes))
        self.event_of = np.array([self.events.index(code.event) for code in log.codes], dtype=np.uint8)
        self._event = self.event_of[self.rows[:, 2]]
        self._known: dict[str, tuple[np.ndarray, np.ndarray]] = {}

    def find(self, *events: str, part: int | None = None) -> Found:
        """The rows of these events, in the order they were written; of a part of the children only."""
        places = [self._places(event) for event in events if event in self.events]
        place = places[0] if len(places) == 1 else np.sort(np.concatenate([*places, np.empty(0, np.int64)]))
        if part is not None:
            place = place[self.rows[place, 1] % PARTS == part]
        return Found(*self.rows[place].T)

    def minute_of(self, *events: str) -> np.ndarray:
        """For each child the minute of the earliest of these events; NONE without one."""
        return np.minimum.reduce([self._lives(event)[0] for event in events])

    def times(self, *events: str) -> np.ndarray:
        """How often each child has these events."""
        return np.sum([self._lives(event)[1] for event in events], axis=0)

    def _lives(self, event: str) -> tuple[np.ndarray, np.ndarray]:
        """For each child the first minute of an event, and how often it has it."""
        if event not in self._known:
            found = self.find(event)
            minutes = np.full(self.children, NONE, dtype=np.int64)
            np.minimum.at(minutes, found.child, found.minute)
            self._known[event] = minutes, np.bincount(found.child, minlength=self.children)
        return self._known[event]

    def names(self, field: str, codes: np.ndarray) -> tuple[list[str], np.ndarray]:
        """The stages or resources there are, and which of them each code has."""
        every = sorted({getattr(code, field) for code in self.codes})
        own = np.array([every.index(getattr(code, field)) for code in self.codes], dtype=np.int64)
        return every, own[codes]

    def _places(self, event: str) -> np.ndarray:
        return np.flatnonzero(self._event == self.events.index(event))
