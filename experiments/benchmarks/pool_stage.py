"""A staff pool of the engine as one stage of a textbook queue, with customers instead of children."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import simpy

from sim.calendars import DAY
from sim.service.diary import Diary
from sim.service.queues import Queue
from sim.service.resources import Job, StaffPool
from sim.service.timetables import Timetable

OPENS = 540

Counts = dict[str, float]
Timed = Callable[[], Callable[[], Counts]]
WARM_UP = 0.1
"""Share of the customers, those who come first, whose waits are not counted."""


class Customer:
    """Whom a job is for."""

    __slots__ = ("arrived", "number", "stage", "turn")

    def __init__(self, number: int, arrived: int) -> None:
        self.number = number
        self.arrived = arrived
        self.stage = 0
        self.turn = 0


class Stage:
    """A staff pool in continuous time: it is told whenever a job comes or ends."""

    number = 0

    def __init__(
        self,
        env: simpy.Environment,
        servers: int,
        timetable: Timetable,
        days: int,
        then: Callable[[Job], None],
    ) -> None:
        self.env = env
        self.pool = StaffPool("pool", dict.fromkeys(range(servers), timetable), Queue("first_come"), days)
        self.pool.on_start = self.on_start
        self.then = then
        self.waits: list[tuple[int, int, int]] = []  # customer, rank, minutes

    def submit(self, customer: Customer, minutes: int, rank: int = 1) -> None:
        now = self.env.now
        self.pool.submit(Job(customer, now, 0, self.then, rank, task=self, minutes=minutes), now)
        self.work()

    def work(self) -> None:
        now = self.env.now
        self.pool.work(now, now + 1)

    def on_start(self, job: Job, start: int, end: int) -> None:
        self.waits.append((job.child.number, job.rank, start - job.since))
        self.env.timeout(end - start, job).callbacks.append(self._ended)

    def _ended(self, event: simpy.Event) -> None:
        event.value.then(event.value)
        if self.pool.waiting:
            self.work()


class Office(Stage):
    """A staff pool as the model uses it: the post of each morning, and work from nine."""

    def __init__(self, diary: Diary, *others: Any) -> None:
        super().__init__(*others)
        self.diary = diary

    def submit(self, customer: Customer, minutes: int, rank: int = 1) -> None:
        now = self.env.now
        self.pool.submit(Job(customer, now, 0, self.then, rank, task=self, minutes=minutes), now)

    def work(self) -> None:
        now = self.env.now
        self.pool.work(now, now + DAY - OPENS)

    def on_start(self, job: Job, start: int, end: int) -> None:
        self.waits.append((job.child.number, job.rank, start - job.since))
        self.diary.add(end // DAY + 1, job.child.number, job.then, job)


def exponential(mean: float) -> int:
    """A whole number of minutes, at least one, drawn as Ciw draws."""
    return round(random.expovariate(1 / mean)) or 1
