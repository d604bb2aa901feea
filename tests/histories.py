"""An event log read as stories: what happened to each child, and on which date."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from sim.calendars import DAY
from sim.event_log import EventLog
from sim.model import Model
from sim.settings import Settings


class Entry(NamedTuple):
    """A row of the log in words. Rows of pools as a whole have child -1."""

    minute: int
    child: int
    event: str
    stage: str
    resource: str
    value: int

    @property
    def day(self) -> int:
        return self.minute // DAY


class History:
    """The entries of one run, in order of time."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        written = [
            Entry(
                minute, child, log.codes[code].event, log.codes[code].stage, log.codes[code].resource, value
            )
            for minute, child, code, value in log.rows().tolist()
        ]
        self.entries = sorted(written, key=lambda entry: entry.minute)

    def of(self, *events: str, child: int | None = None) -> list[Entry]:
        """The entries of these events, perhaps of one child only."""
        return [
            entry
            for entry in self.entries
            if entry.event in events and (child is None or entry.child == child)
        ]

    def day_of(self, event: str, resource: str | None = None) -> dict[int, int]:
        """For each child, the first day of an event."""
        days: dict[int, int] = {}
        for entry in self.of(event):
            if resource is None or entry.resource == resource:
                days.setdefault(entry.child, entry.day)
        return days

    def story(self, child: int) -> list[str]:
        """The events of one child in order."""
        return [entry.event for entry in self.entries if entry.child == child]

    def children(self, origin: str) -> list[int]:
        return [number for number, found in enumerate(self.log.children["origin"]) if found == origin]

    def date_of(self, day: int) -> date:
        return self.log.start + timedelta(days=day)

    def number(self, day: date) -> int:
        return (day - self.log.start).days


def history(settings: Settings, replication: int = 1) -> History:
    """What happens in one replication."""
    return History(Model(settings, replication).run())
