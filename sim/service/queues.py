"""Orders of work: which of the waiting jobs is done next, and orders that change on a date."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Protocol

from sim.calendars import DAY

if TYPE_CHECKING:
    from sim.service.resources import Job


class Order(Protocol):
    """What a pool or a panel asks of its queue."""

    def put(self, job: Job, minute: int) -> None:
        """A job comes to wait at this minute."""

    def take(self, day: int, worked: int = 0) -> Job | None:
        """The job to do next, out of the queue; `worked` minutes have been given out so far."""

    def jobs(self) -> list[Job]:
        """Everything in the queue, in no order, withdrawn jobs included."""


class Queue:
    """Waiting jobs, best first by (rank, key, child, task, occasion): never by the order of asking."""

    __slots__ = ("_heap", "_order")

    def __init__(self, order: str) -> None:
        if order not in ("first_come", "oldest_first", "earliest_deadline"):
            raise ValueError(f"no order of work is called {order!r}")
        self._order = order
        self._heap: list[tuple] = []

    def put(self, job: Job, minute: int) -> None:
        if self._order == "earliest_deadline":
            key = job.deadline
        else:
            key = job.since if self._order == "oldest_first" else minute
        # The same task of one child may wait twice: for its own review and for a case review beside it.
        heappush(self._heap, (job.rank, key, job.child.number, job.task.number, job.occasion, job))

    def take(self, _day: int = 0, _worked: int = 0) -> Job | None:
        """The job to do next; cancelled ones are dropped on the way."""
        heap = self._heap
        while heap:
            job = heappop(heap)[-1]
            if job.state == "waiting":
                return job
        return None

    def jobs(self) -> list[Job]:
        """Everything in the queue, in no order, withdrawn jobs included."""
        return [entry[-1] for entry in self._heap]

    def first(self) -> Job | None:
        """The job to do next, left in the queue."""
        job = self.take()
        if job is not None:
            self.put(job, 0)
        return job


class TwinTrack:
    """Two queues: a share of the work is kept for cases that can still meet their deadline.

    The others wait in the order of their age. Either track uses what the other leaves. The share may
    change on a date; from then on only the work since is counted.
    """

    __slots__ = ("_before", "_late", "_on_time", "_on_time_minutes", "_share", "_share_on")

    def __init__(self, on_time_share: Callable[[int], float]) -> None:
        self._share_on = on_time_share  # day → share
        self._share = -1.0  # none yet: the first job taken begins the count
        self._before = 0  # minutes worked before the share was what it is now
        self._on_time = Queue("earliest_deadline")
        self._late = Queue("oldest_first")
        self._on_time_minutes = 0

    def put(self, job: Job, minute: int) -> None:
        (self._late if job.deadline < minute // DAY else self._on_time).put(job, minute)

    def take(self, day: int, worked: int) -> Job | None:
        self._move_those_now_late(day)
        share = self._share_on(day)
        if share != self._share:
            self._share, self._before, self._on_time_minutes = share, worked, 0
        on_time, late = self._on_time.first(), self._late.first()
        behind = self._on_time_minutes < share * (worked - self._before)
        urgent_late = late is not None and late.rank == 0
        if on_time is not None and (on_time.rank == 0 or (not urgent_late and (behind or late is None))):
            self._on_time_minutes += on_time.minutes
            return self._on_time.take()
        return self._late.take()

    def jobs(self) -> list[Job]:
        return [*self._on_time.jobs(), *self._late.jobs()]

    def _move_those_now_late(self, day: int) -> None:
        while (job := self._on_time.first()) is not None and job.deadline < day:
            self._on_time.take()
            self._late.put(job, day * DAY)


class ChangingOrder:
    """One order of work after another: on the day of a change all that wait are put in the new one."""

    __slots__ = ("_came", "_later", "_now")

    def __init__(self, first: Order, later: list[tuple[int, Order]]) -> None:
        self._now = first
        self._later = later  # (the day from which it holds, the order), by day
        self._came: dict[Job, int] = {}  # the minute at which each job came, while that may matter

    def put(self, job: Job, minute: int) -> None:
        if self._later:
            self._came[job] = minute
        self._now.put(job, minute)

    def take(self, day: int, worked: int = 0) -> Job | None:
        while self._later and self._later[0][0] <= day:
            self._change()
        job = self._now.take(day, worked)
        self._came.pop(job, None)
        return job

    def _change(self) -> None:
        _, self._now = self._later.pop(0)
        for job, minute in self._came.items():
            self._now.put(job, minute)
        if not self._later:
            self._came = {}

    def jobs(self) -> list[Job]:
        return self._now.jobs()
