"""Pieces of work of a run's event log: who they are for, which pool, when queued, begun and ended."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from heapq import heappop, heappush

import pandas as pd

from sim.event_log import CANCELLED, FINISHED, QUEUED, STARTED

WORK = (QUEUED, STARTED, FINISHED, CANCELLED)


@dataclass(slots=True, eq=False)
class Job:
    """One piece of work; minutes from the start of the run. What never came about is None."""

    number: int
    child: int
    stage: str
    pool: str
    queued: int
    begun: int | None = None
    ended: int | None = None
    cancelled: int | None = None
    person: int = 0
    """Which of the pool's people does it, from 1: the lowest number that is free."""
    rows: list[int] = field(default_factory=list)
    """Where its rows stand in the table of events."""


def jobs_of(events: pd.DataFrame) -> list[Job]:
    """Every piece of work of one replication, in the order of asking. `events` are in the order of time.

    A pool serves equal pieces of work of one child in the order in which they were asked for.
    """
    jobs: list[Job] = []
    waiting: dict[tuple, deque[Job]] = defaultdict(deque)
    in_hand: dict[tuple, deque[Job]] = defaultdict(deque)
    work = events[events["event"].isin(WORK)]
    columns = (work[name].tolist() for name in ("minute", "child", "event", "stage", "resource"))
    for row, minute, child, event, stage, pool in zip(work.index.tolist(), *columns, strict=True):
        key = (child, stage, pool)
        if event == QUEUED:
            job = Job(len(jobs) + 1, child, stage, pool, minute)
            jobs.append(job)
            waiting[key].append(job)
        elif event == FINISHED:
            job = in_hand[key].popleft()
            job.ended = minute
        else:
            job = waiting[key].popleft()
            if event == STARTED:
                job.begun = minute
                in_hand[key].append(job)
            else:
                job.cancelled = minute
        job.rows.append(row)
    return jobs


def hand_out(jobs: list[Job], until: int) -> dict[str, int]:
    """Give every piece of work that was begun one of its pool's people; the most at once, by pool.

    The log does not say who did it, so people are numbered as they are needed. Work that goes on past
    `until` ends there.
    """
    free: dict[str, list[int]] = defaultdict(list)
    busy: dict[str, list[tuple[int, int]]] = defaultdict(list)
    most: dict[str, int] = defaultdict(int)
    for begun, _, job in sorted((job.begun, job.number, job) for job in jobs if job.begun is not None):
        pool = job.pool
        while busy[pool] and busy[pool][0][0] <= begun:
            heappush(free[pool], heappop(busy[pool])[1])
        if not free[pool]:
            most[pool] += 1
            heappush(free[pool], most[pool])
        job.person = heappop(free[pool])
        heappush(busy[pool], (until if job.ended is None else job.ended, job.person))
    return dict(most)
