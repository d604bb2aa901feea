"""Staff pools and panels as the settings describe them: people's timetables and meeting days.

A pool's FTE is cut into posts: whole posts first, the rest a part-time post. When the FTE changes
on a date, the posts at the end begin, end or change their hours; agency staff are posts of their
own. Each person's leave is spread over the working days, colleagues on different days.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from sim.calendars import Calendar
from sim.schedule import Schedule, Steps
from sim.service.queues import ChangingOrder, Order, Queue, TwinTrack
from sim.service.resources import Panel, StaffPool
from sim.service.timetables import Timetable
from sim.settings import Panel as PanelSettings
from sim.settings import StaffPool as PoolSettings

WORKING_DAYS_PER_YEAR = 253
"""Weekdays less bank holidays; leave days are a share of them."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
GOLDEN_RATIO = 0.618033988749895
AGENCY = 10_000
"""Agency posts are numbered from here, so that new posts of the pool's own renumber nobody."""


def staff_pool(name: str, pool: PoolSettings, calendar: Calendar, days: int) -> StaffPool:
    """The pool's people, as if every post were always filled, and its order of work."""
    open_days = days_open(pool, calendar)
    people: dict[int, Timetable] = {}
    for first_number, fte in ((0, pool.fte), (AGENCY, pool.agency_fte)):
        for post, share in enumerate(posts(fte, calendar)):
            number = first_number + post
            people[number] = timetable(number, share, open_days, pool)
    return StaffPool(name, people, order_of_work(pool, calendar), days)


def order_of_work(pool: PoolSettings, calendar: Calendar) -> Order:
    """The pool's queue, which keeps to its order or changes it on dates."""
    on_time_share = Steps(pool.on_time_share, calendar.start).at

    def queue(order: str) -> Order:
        return TwinTrack(on_time_share) if order == "twin_track" else Queue(order)

    return in_order(pool.order, queue, calendar)


def in_order(orders: Schedule, queue: Callable[[str], Order], calendar: Calendar) -> Order:
    """A queue for each order of work, one after the other. `queue` makes an empty one of a name."""
    steps = [(day, orders.at(day)) for day in (calendar.start, *orders.dates) if day >= calendar.start]
    changes = [(calendar.number(day), queue(now)) for (_, last), (day, now) in pairwise(steps) if now != last]
    first = queue(steps[0][1])
    return ChangingOrder(first, changes) if changes else first


def days_open(pool: PoolSettings, calendar: Calendar) -> np.ndarray:
    """Whether the pool works on each day of the calendar."""
    open_days = np.array(calendar.is_working)
    if pool.term_time_only:
        open_days &= np.array(calendar.is_term)
    return open_days


def posts(fte: Schedule, calendar: Calendar) -> list[np.ndarray]:
    """Each post's share of a full one on each day of the calendar."""
    by_day = by_calendar_day(fte, calendar)
    return [np.clip(by_day - post, 0, 1) for post in range(math.ceil(by_day.max()))]


def stretches(share: np.ndarray) -> list[tuple[int, int]]:
    """First day and end of each time that a post is there."""
    turns = np.flatnonzero(np.diff(share > 0, prepend=False, append=False)).tolist()
    return list(zip(turns[::2], turns[1::2], strict=True))


def by_calendar_day(schedule: Schedule, calendar: Calendar) -> np.ndarray:
    """A schedule's value on each day of the calendar."""
    if schedule.is_constant:
        return np.full(calendar.days, schedule.values[0], dtype=float)
    steps = Steps(schedule, calendar.start)
    return np.array([steps.at(day) for day in range(calendar.days)], dtype=float)


def timetable(number: int, share: np.ndarray, open_days: np.ndarray, pool: PoolSettings) -> Timetable:
    """One person: their share of a full post on each day, less leave."""
    leave = pool.leave_days_per_year / WORKING_DAYS_PER_YEAR
    taken = np.floor(np.cumsum(open_days) * leave + number * GOLDEN_RATIO)
    here = open_days & (np.diff(taken, prepend=taken[0]) == 0)
    full_day = pool.hours_per_day * 60
    minutes = np.where(here, np.rint(share * full_day), 0).astype(np.int32)
    has_contract = share > 0
    if has_contract[np.argmax(has_contract) :].all():
        return Timetable(minutes)  # from its first day on for good
    # On days without a contract the person would still work, to finish what is in hand.
    last = np.maximum.accumulate(np.where(has_contract, np.arange(len(share)), -1))
    kept_on = np.where(last >= 0, share[last], share.max())
    return Timetable(minutes, np.where(here, np.rint(kept_on * full_day), 0).astype(np.int32))


def panel(name: str, settings: PanelSettings, calendar: Calendar, days: int) -> Panel:
    """The panel's meeting days within the run."""
    first = (WEEKDAYS.index(settings.weekday) - calendar.start.weekday()) % 7
    meetings = [
        day
        for day in range(first, days, 7 * settings.every_weeks)
        if calendar.is_working[day] and (calendar.is_term[day] or not settings.term_time_only)
    ]
    return Panel(name, meetings, settings.paper_days, in_order(settings.order, Queue, calendar))
