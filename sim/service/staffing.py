"""Staff pools and panels as the settings describe them: people's timetables and meeting days.

A pool's FTE is cut into posts: whole posts first, the rest a part-time post. When the FTE changes
on a date, the posts at the end begin, end or change their hours; agency staff are posts of their
own. Each person's leave is spread over the working days, colleagues on different days.
"""

from __future__ import annotations

import math

import numpy as np

from sim.calendars import Calendar
from sim.schedule import Schedule, Steps
from sim.service.resources import Panel, Queue, StaffPool, Timetable, TwinTrack
from sim.settings import Panel as PanelSettings
from sim.settings import StaffPool as PoolSettings

WORKING_DAYS_PER_YEAR = 253
"""Weekdays less bank holidays; leave days are a share of them."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
GOLDEN_RATIO = 0.618033988749895
AGENCY = 10_000
"""Agency posts are numbered from here, so that new posts of the pool's own renumber nobody."""


def staff_pool(name: str, pool: PoolSettings, calendar: Calendar, days: int) -> StaffPool:
    """The pool's people and its order of work."""
    open_days = np.array(calendar.is_working)
    if pool.term_time_only:
        open_days &= np.array(calendar.is_term)
    people: dict[int, Timetable] = {}
    for first_number, fte in ((0, pool.fte), (AGENCY, pool.agency_fte)):
        by_day = by_calendar_day(fte, calendar)
        for post in range(math.ceil(by_day.max())):
            number = first_number + post
            people[number] = timetable(number, np.clip(by_day - post, 0, 1), open_days, pool)
    queue = TwinTrack(pool.on_time_share) if pool.order == "twin_track" else Queue(pool.order)
    return StaffPool(name, people, queue, days)


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
    if (share > 0).all():
        return Timetable(minutes)
    # On days without a contract the person would still work, to finish what is in hand.
    last = np.maximum.accumulate(np.where(share > 0, np.arange(len(share)), -1))
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
    return Panel(name, meetings, settings.paper_days, settings.order)
