"""Jobs without an authority behind them, and a clock that lets a staff pool work at any minute."""

from __future__ import annotations

import math
from collections import defaultdict
from types import SimpleNamespace

import simpy

from sim.calendars import DAY
from sim.luck import Luck, key_of
from sim.service.queues import Order
from sim.service.resources import Job, StaffPool
from sim.service.timetables import Timetable

TASK = SimpleNamespace(number=0)


def job(number: int, minutes: int, deadline: int = 0, since: int = 0, rank: int = 1) -> Job:
    """Work for child `number`, of whom nothing else is known."""
    child = SimpleNamespace(number=number, turn=0)
    return Job(child, since, deadline, then=print, rank=rank, task=TASK, minutes=minutes)


def day_and_night(people: int, days: int) -> dict[int, Timetable]:
    """People who never go home, so that a pool becomes the queue of the textbooks."""
    return {number: Timetable([DAY] * days, opens=0) for number in range(people)}


def exponentials(seed: int, name: str, mean: float, count: int) -> list[int]:
    """Whole minutes, exponential with this mean, from keyed luck."""
    draw = Luck(seed, 1).purpose(name)
    return [round(-mean * math.log(draw(key_of(name, number)))) for number in range(count)]


class AnyMinute:
    """A pool that is asked to work whenever a job arrives or ends, day and night."""

    def __init__(self, people: int, days: int, queue: Order) -> None:
        self.env = simpy.Environment()
        self.pool = StaffPool("pool", day_and_night(people, days), queue, days, self._on_start)
        self.spans: dict[int, tuple[int, int]] = {}

    def run(self, arrivals: list[tuple[int, Job]]) -> dict[int, tuple[int, int]]:
        """(start, end) of every job, by the number of its child."""
        self.env.process(self._arrive(arrivals))
        self.env.run()
        return self.spans

    def _arrive(self, arrivals: list[tuple[int, Job]]):
        together = defaultdict(list)
        for minute, one in arrivals:
            together[minute].append(one)
        for minute in sorted(together):
            yield self.env.timeout(minute - self.env.now)
            for one in together[minute]:
                self.pool.submit(one, minute)
            self._work()

    def _on_start(self, one: Job, start: int, end: int) -> None:
        self.spans[one.child.number] = (start, end)
        self.env.timeout(end - self.env.now).callbacks.append(lambda _event: self._work())

    def _work(self) -> None:
        self.pool.work(self.env.now, self.env.now + 1)
