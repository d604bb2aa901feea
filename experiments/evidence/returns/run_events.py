"""One replication's event log, as a person-level return needs it: a story for each person.

A refused child whose assessment is taken up again has a second file in the log; the two are one person
and one request.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from experiments.errors import InputError
from sim import event_log as log
from sim.calendars import DAY

WANTED = {
    *(log.REQUESTED, log.AGREED, log.REFUSED, log.AGREED_TO_ISSUE, log.NOT_ISSUED, log.WITHDRAWN),
    *(log.PLAN_ISSUED, log.OPENING_PLAN, log.TRANSFERRED_IN, log.PLAN_CEASED),
    *(log.REVIEW_HELD, log.REVIEW_DECIDED, log.REVIEW_DUE, log.TRANSFER_DUE),
    *(log.PLACED, log.PLACE_WANTED, log.SENT_ELSEWHERE, log.MEDIATED, log.APPEALED, log.REOPENED_AS),
}


@dataclass(slots=True)
class Event:
    """One row of the log."""

    minute: int
    day: date
    event: str
    stage: str
    resource: str
    value: int


@dataclass(slots=True)
class Person:
    """What the log says of one child, in the order in which it happened, with its later files."""

    number: int
    need: str
    cohort: int
    source: str
    origin: str
    events: list[Event] = field(default_factory=list)

    def first(self, *kinds: str) -> Event | None:
        return next((each for each in self.events if each.event in kinds), None)

    def all(self, *kinds: str) -> list[Event]:
        return [each for each in self.events if each.event in kinds]


@dataclass(frozen=True)
class RunEvents:
    """The people of a replication, and the first and last day of the run."""

    people: list[Person]
    start: date
    end: date


def read_run_events(run_folder: Path, scenario: str, replication: int) -> RunEvents:
    """A replication of a run made with --event-log. Raises InputError where it is not there."""
    prefix = f"{scenario},{replication},"
    people: dict[int, Person] = {}
    for row in _rows(Path(run_folder) / "children.csv.gz", prefix):
        person = Person(int(row["child"]), row["need"], int(row["cohort"]), row["source"], row["origin"])
        people[person.number] = person
    if not people:
        raise InputError(f"{run_folder}: no children of scenario {scenario!r}, replication {replication}")
    events, later = defaultdict(list), {}
    start, last = date.max, date.min
    for row in _rows(Path(run_folder) / "events.csv.gz", prefix):
        minute, day = int(row["minute"]), date.fromisoformat(row["date"])
        start = min(start, day - timedelta(minute // DAY))
        if not row["child"]:  # hours of staff, by month: what falls due to children may lie after the run
            last = max(last, day)
        if row["event"] not in WANTED:
            continue
        child, value = int(row["child"]), int(row["value"])
        events[child].append(Event(minute, day, row["event"], row["stage"], row["resource"], value))
        if row["event"] == log.REOPENED_AS:
            later[value] = child
    return RunEvents(_joined(people, events, later), start, _end_of_month(last))


def _rows(path: Path, prefix: str) -> Iterator[dict[str, str]]:
    """The rows of one scenario and replication."""
    if not path.is_file():
        raise InputError(f"{path.parent}: no {path.name} in it; run with --event-log")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        header = next(lines, "")
        yield from csv.DictReader(
            line for line in _headed(header, lines) if line is header or line.startswith(prefix)
        )


def _headed(header: str, lines: Iterator[str]) -> Iterator[str]:
    yield header
    yield from lines


def _joined(people: dict[int, Person], events: dict[int, list[Event]], later: dict[int, int]) -> list[Person]:
    """Everybody once, by number: a later file's events follow those of the file it takes up again."""
    for number, person in people.items():
        root = number
        while root in later:
            root = later[root]
        people[root].events += events.get(number, [])
        if root != number:
            person.events = []
    for person in people.values():
        person.events.sort(key=lambda each: each.minute)
    return [person for number, person in sorted(people.items()) if number not in later]


def _end_of_month(day: date) -> date:
    """The last day of the month: a run is whole months, and staff hours are logged on the first of each."""
    return (day.replace(day=1) + timedelta(32)).replace(day=1) - timedelta(1)
