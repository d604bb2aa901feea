"""Who and what is scarce: people with working hours, panels with dates, places in settings.

A `StaffPool` is a heap of waiting jobs and a heap of people. A person has a timetable, the
minutes they can work on each day, so part-time posts, leave, ramps and dated changes need no
rounding: a job's end is looked up in the timetable. `Panel` and `Places` are batch and long-stay
capacity. None of them knows the law; the authority asks and tells.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Iterator
from heapq import heapify, heappop, heappush, heapreplace
from typing import Any

import numpy as np

from sim.calendars import DAY
from sim.service.queues import Order
from sim.service.timetables import NEVER, Timetable, minutes_by_day

NOTHING: Iterator[Any] = iter(())


class Job:
    """Work that one child waits for: in a pool, or as a case before a panel.

    `then(job)` is called when it is done; `turn` is the wait of the child's story it is to end.
    """

    __slots__ = (
        "child",
        "deadline",
        "expires",
        "minutes",
        "occasion",
        "rank",
        "rest",
        "since",
        "state",
        "task",
        "then",
        "turn",
    )

    def __init__(
        self,
        child: Any,
        since: int,
        deadline: int,
        then: Callable[[Job], None],
        rank: int = 1,
        expires: int = NEVER,
        occasion: int = 0,
        rest: Iterator[Any] = NOTHING,
        task: Any = None,
        minutes: int = 0,
    ) -> None:
        self.child = child
        self.turn = child.turn
        self.since = since  # the day on which the case's clock began
        self.deadline = deadline  # the day of its next statutory limit
        self.rank = rank  # 0 jumps the queue
        self.expires = expires  # the day from which nobody starts it any more
        self.occasion = occasion
        self.rest = rest  # the tasks of the stage that come after this one
        self.then = then
        self.task = task
        self.minutes = minutes
        self.state = "waiting"


class StaffPool:
    """People who take waiting jobs one at a time, best first, and finish what they start.

    `work(now, until)` lets everybody who is free before `until` start work. The diary of
    minutes available and used by day is exact: a job's minutes are written on the days they
    are worked. A person keeps its number whoever else comes or goes: it settles who of two
    people free at the same minute begins.
    """

    def __init__(
        self,
        name: str,
        people: dict[int, Timetable],
        queue: Order,
        days: int,
        on_start: Callable[[Job, int, int], None] | None = None,
    ) -> None:
        self.name = name
        self.people = people
        self.queue = queue
        self.on_start = on_start or (lambda job, start, end: None)
        self.on_lapse: Callable[[Job], None] = lambda job: None
        self.waiting = 0
        self.used_by_day = array("i", bytes(4 * days))
        self.extra_by_day = array("i", bytes(4 * days))  # worked after a post has ended
        self.worked = 0
        self._free = [(person.start_from(0), number) for number, person in people.items()]
        heapify(self._free)

    def join(self, number: int, person: Timetable, now: int) -> None:
        """One more person, who may start work after `now`."""
        self.people[number] = person
        heappush(self._free, (now, number))

    def remove(self, number: int) -> None:
        """Somebody who has not worked yet does not come after all."""
        del self.people[number]
        self._free = [entry for entry in self._free if entry[1] != number]
        heapify(self._free)

    def look_again(self, number: int, minute: int) -> None:
        """The timetable of a person has changed: from `minute` on ask it afresh when they can start."""
        self._free = [entry for entry in self._free if entry[1] != number]
        self._free.append((minute, number))
        heapify(self._free)

    def submit(self, job: Job, minute: int) -> None:
        self.waiting += 1
        self.queue.put(job, minute)

    def cancel(self, job: Job) -> bool:
        """Withdraw a job that has not started; what has started goes on."""
        if job.state != "waiting":
            return False
        job.state = "cancelled"
        self.waiting -= 1
        return True

    def lapse(self, day: int) -> list[Job]:
        """Withdraw the waiting jobs that nobody may start any more on `day`, and give them back."""
        lapsed = [job for job in self.queue.jobs() if job.state == "waiting" and job.expires <= day]
        for job in lapsed:
            job.state = "lapsed"
        self.waiting -= len(lapsed)
        return lapsed

    def work(self, now: int, until: int) -> None:
        """Everybody free before `until` takes the best job waiting, as long as there is one."""
        free, people, queue, used = self._free, self.people, self.queue, self.used_by_day
        while self.waiting and free:
            start, number = free[0]
            person = people[number]
            if start < now:
                start = person.start_from(now)
            if start >= until:
                if free[0][0] >= until:
                    return
                heapreplace(free, (start, number))
                continue
            day = start // DAY
            job = queue.take(day, self.worked)
            if job is None:
                raise RuntimeError(f"pool {self.name} counts {self.waiting} waiting jobs and finds none")
            self.waiting -= 1
            if job.expires <= day:
                job.state = "lapsed"
                self.on_lapse(job)
                continue
            minutes = job.minutes
            self.worked += minutes
            job.state = "started"
            end, free_again = person.end_of(start, minutes)
            person.busy_until = end
            heapreplace(free, (free_again, number))
            if end == start + minutes and day < len(used) and (end // DAY == day or not person.has_notice):
                used[day] += minutes
            else:
                self._write_hours(person, start, minutes)
            self.on_start(job, start, end)

    def _write_hours(self, person: Timetable, start: int, minutes: int) -> None:
        """Put the job's minutes on the days they are worked; past the horizon they are not counted."""
        total, contracted, used = person.kept_on, person.contracted, self.used_by_day
        day, of_day = divmod(start, DAY)
        position = total[day] + of_day - person.opens
        while minutes and day < len(used):
            day_ends = total[day + 1]
            if position < day_ends:
                worked = day_ends - position
                if worked > minutes:
                    worked = minutes
                used[day] += worked
                if contracted[day] == contracted[day + 1]:
                    self.extra_by_day[day] += worked
                minutes -= worked
                position = day_ends
            day += 1

    def available_by_day(self) -> np.ndarray:
        """Minutes contracted on each day, with those worked to finish a job after a post ended."""
        available = np.array(self.extra_by_day, dtype=np.int64)
        for person in self.people.values():
            available += minutes_by_day(person.contracted)[: len(available)]
        return available


class Panel:
    """Meets on dates, takes at most so many cases whose papers came in time, best first."""

    def __init__(self, name: str, meeting_days: list[int], paper_days: int, queue: Order) -> None:
        self.name = name
        self.meeting_days = meeting_days
        self.paper_days = paper_days
        self._in_post: deque[tuple[int, Job]] = deque()  # papers not yet due for a meeting
        self._queue = queue

    def submit(self, case: Job, day: int) -> None:
        self._in_post.append((day, case))

    def sit(self, day: int, capacity: int) -> list[Job]:
        """The cases heard on `day`, in order."""
        while self._in_post and self._in_post[0][0] <= day - self.paper_days:
            sent, case = self._in_post.popleft()
            self._queue.put(case, sent * DAY)
        heard = []
        while len(heard) < capacity and (case := self._queue.take(day)) is not None:
            case.state = "heard"
            heard.append(case)
        return heard


class Places:
    """Commissioned places of one setting and the children who wait for one, longest first."""

    __slots__ = ("_waiting", "limit", "name", "taken")

    def __init__(self, name: str, limit: Callable[[int], int] | None) -> None:
        self.name = name
        self.limit = limit  # day → most children, over number included; None takes everybody
        self.taken = 0
        self._waiting: list[tuple[int, int, Any]] = []

    def has_room(self, day: int) -> bool:
        return self.limit is None or self.taken < self.limit(day)

    def wait(self, child: Any, day: int) -> None:
        heappush(self._waiting, (day, child.number, child))

    def next_offer(self, day: int) -> Any | None:
        """The child who has waited longest, if there is room; who no longer wants it is passed over."""
        while self._waiting:
            since, _, child = self._waiting[0]
            if child.wants is not self or child.wants_since != since:
                heappop(self._waiting)
            elif self.has_room(day):
                heappop(self._waiting)
                return child
            else:
                return None
        return None
