"""Nobody works more than the hours there are, and no piece of work is lost, doubled or done early."""

from __future__ import annotations

from calendar import monthrange
from datetime import timedelta
from math import ceil
from typing import NamedTuple

import numpy as np

from sim.audit.evidence import PARTS, Evidence
from sim.audit.services import wrong_staffing
from sim.calendars import DAY
from sim.event_log import (
    CANCELLED,
    FINISHED,
    FTE_DAYS,
    LEFT_POST,
    MINUTES_AVAILABLE,
    MINUTES_USED,
    PREVENTIVE_LOST,
    PREVENTIVE_MINUTES,
    QUEUED,
    STARTED,
    VACANT_FTE_DAYS,
)
from sim.settings import Settings

WORK = (QUEUED, STARTED, FINISHED, CANCELLED)
YEAR = 365


def audit_hours(evidence: Evidence, settings: Settings) -> int:
    """The number of pool months overdrawn, posts miscounted, jobs out of order, pools that do not add up,
    and weeks of homes and cases of teams without the people or the room."""
    return (
        overdrawn_months(evidence)
        + miscounted_posts(evidence, settings)
        + wrong_jobs(evidence, settings)
        + wrong_staffing(evidence, settings)
    )


Monthly = dict[tuple[str, int], int]  # by pool and the minute at which the month begins


def monthly(evidence: Evidence, event: str) -> Monthly:
    """The values of a monthly row of the staff."""
    found: Monthly = {}
    for minute, _, code, value in zip(*(column.tolist() for column in evidence.find(event)), strict=True):
        key = evidence.codes[code].resource, minute
        found[key] = found.get(key, 0) + value
    return found


def overdrawn_months(evidence: Evidence) -> int:
    """Pools and months with more minutes used than there were, or more early help lost than there
    was, or either fewer than none."""
    pairs = ((MINUTES_USED, MINUTES_AVAILABLE), (PREVENTIVE_LOST, PREVENTIVE_MINUTES))
    wrong = 0
    for used, available in pairs:
        there = monthly(evidence, available)
        wrong += sum(not 0 <= part <= there.get(key, 0) for key, part in monthly(evidence, used).items())
    return wrong


def miscounted_posts(evidence: Evidence, settings: Settings) -> int:
    """Months in which the posts filled and those vacant are not the posts that the settings give.

    Only pools whose posts can stand vacant have both rows; people trained in the service are beside
    the posts, so their pools are left out.
    """
    paid, vacant = monthly(evidence, FTE_DAYS), monthly(evidence, VACANT_FTE_DAYS)
    wrong = 0
    for (name, minute), thousandths in vacant.items():
        pool = settings.staff_pools[name]
        if not pool.trainees:
            first = evidence.log.start + timedelta(days=minute // DAY)
            days = [first + timedelta(days=day) for day in range(monthrange(first.year, first.month)[1])]
            posts = sum(round(1000 * pool.fte.at(day)) for day in days)
            wrong += not 0 <= thousandths <= posts or paid.get((name, minute), 0) != posts - thousandths
    return wrong


class Jobs(NamedTuple):
    """Rows about jobs, sorted by job: its child, stage and pool.

    Of several jobs alike the first queued is the first started or cancelled, and the first
    started is the first finished.
    """

    job: np.ndarray
    minute: np.ndarray
    code: np.ndarray
    value: np.ndarray

    def only(self, chosen: np.ndarray) -> Jobs:
        return Jobs(*(column[chosen] for column in self))


def jobs_of(evidence: Evidence, kind_of: np.ndarray, part: int, *events: str) -> Jobs:
    found = evidence.find(*events, part=part)
    job = found.child * np.int32(kind_of.max(initial=0) + 1) + kind_of[found.code]
    order = radix_order(job)
    return Jobs(job[order], found.minute[order], found.code[order], found.value[order])


def kinds_of(evidence: Evidence) -> np.ndarray:
    """For each code the number of its stage and pool, if it is about work."""
    numbers: dict[tuple[str, str], int] = {}
    kinds = [
        numbers.setdefault((code.stage, code.resource), len(numbers)) if code.event in WORK else 0
        for code in evidence.codes
    ]
    return np.array(kinds, dtype=np.int32)


def partner(rows: Jobs, others: Jobs) -> np.ndarray:
    """For the n-th row of each job the place of the n-th row among the others; -1 without."""
    places = np.arange(len(rows.job), dtype=np.int32)
    begins = np.append(True, rows.job[1:] != rows.job[:-1])[: len(places)]
    nth = places - np.maximum.accumulate(np.where(begins, places, 0))
    place = np.searchsorted(others.job, rows.job, side="left").astype(np.int32) + nth
    there = np.append(others.job, -1)[np.minimum(place, len(others.job))] == rows.job
    return np.where(there, place, -1)


def wrong_jobs(evidence: Evidence, settings: Settings) -> int:
    """Jobs out of order, and pools whose jobs do not add up to the minutes used."""
    kind_of = kinds_of(evidence)
    names, pool_of = evidence.names("resource", np.arange(len(evidence.codes)))
    pools = Pools(names, *np.zeros((4, len(names)), dtype=np.int64))
    wrong = 0
    for part in range(PARTS):
        started, out_of_order = begun_jobs(evidence, kind_of, part)
        finished = jobs_of(evidence, kind_of, part, FINISHED)
        source = partner(finished, started)
        known = source >= 0
        wrong += out_of_order + int(np.count_nonzero(~known))
        wrong += int(np.count_nonzero(finished.minute[known] < started.minute[source[known]]))
        pools.add(pool_of, started, started.only(source[known]))
    return wrong + wrong_pools(evidence, settings, pools, pool_of)


def begun_jobs(evidence: Evidence, kind_of: np.ndarray, part: int) -> tuple[Jobs, int]:
    """Jobs started, with the minutes of work they were queued with, and how many rows are wrong:
    started or cancelled without being queued, or before it."""
    queued = jobs_of(evidence, kind_of, part, QUEUED)
    ended = jobs_of(evidence, kind_of, part, STARTED, CANCELLED)
    source = partner(ended, queued)
    known = source >= 0
    early = ended.minute[known] < queued.minute[source[known]]
    ended.value[known] = queued.value[source[known]]
    is_start = np.array([code.event == STARTED for code in evidence.codes], dtype=bool)
    return ended.only(is_start[ended.code]), int(np.count_nonzero(~known) + np.count_nonzero(early))


class Pools(NamedTuple):
    """By pool: minutes of the jobs begun and of those finished, and how many of each."""

    names: list[str]
    begun: np.ndarray
    done: np.ndarray
    jobs_begun: np.ndarray
    jobs_done: np.ndarray

    def add(self, pool_of: np.ndarray, started: Jobs, finished: Jobs) -> None:
        for rows, minutes, jobs in (
            (started, self.begun, self.jobs_begun),
            (finished, self.done, self.jobs_done),
        ):
            pool = pool_of[rows.code]
            minutes += np.bincount(pool, rows.value, len(self.names)).astype(np.int64)
            jobs += np.bincount(pool, minlength=len(self.names))


def wrong_pools(evidence: Evidence, settings: Settings, pools: Pools, pool_of: np.ndarray) -> int:
    """Pools whose minutes used are not between those finished and those started, and the jobs
    left unfinished that are more than the people who could have them in hand."""
    used = evidence.find(MINUTES_USED)
    worked = np.bincount(pool_of[used.code], used.value, len(pools.names))
    wrong = int(np.count_nonzero((pools.done > worked) | (worked > pools.begun)))
    unfinished = pools.jobs_begun - pools.jobs_done
    for name, number in zip(pools.names, unfinished.tolist(), strict=True):
        if name in settings.staff_pools:
            wrong += max(0, number - people(evidence, settings, name))
    return wrong


def people(evidence: Evidence, settings: Settings, name: str) -> int:
    """The most people who could have a piece of work in hand on the last day.

    Whoever left in the last year may still be finishing one, and somebody from an agency another.
    """
    pool = settings.staff_pools[name]
    kinds = [pool.fte, pool.agency_fte]
    if pool.preventive is not None:
        kinds.append(pool.preventive.fte)
    left = evidence.find(LEFT_POST)
    gone = sum(
        evidence.codes[code].resource == name and minute >= (evidence.log.days - YEAR) * DAY
        for minute, code in zip(left.minute.tolist(), left.code.tolist(), strict=True)
    )
    trainees = sum(group.count for group in pool.trainees)
    return sum(ceil(max(kind.values)) for kind in kinds) + trainees + 2 * gone


def radix_order(cell: np.ndarray) -> np.ndarray:
    """The stable order of whole numbers below 2**32, by their lower and then their upper half."""
    order = np.argsort((cell & 0xFFFF).astype(np.uint16), kind="stable")
    return order[np.argsort((cell >> 16).astype(np.uint16)[order], kind="stable")]
