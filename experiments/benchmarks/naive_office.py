"""The textbook model's office: its clock, its chances, its staff, its panels and its places.

What naive.py needs from an authority, as a newcomer would write it from the SimPy tutorial: a
`PriorityResource` a pool, a `timeout` for every wait, scalar draws from one NumPy generator and
a list of tuples as the log.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Generator
from datetime import timedelta
from itertools import accumulate
from typing import Any

import numpy as np
import simpy

from sim.calendars import DAY, Calendar
from sim.settings import AGES, Delay, Settings, Task

MORNING, PANELS, OPENS = 360, 480, 540
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
WORKING_DAYS = 253


class Child:
    """One child; `born` is the year in which it was 0 on 31 August."""

    def __init__(self, number: int, need: str, born: int) -> None:
        self.number, self.need, self.born = number, need, born
        self.setting: str | None = None
        self.hours = 1.0  # how much more or less than usual this child needs
        self.process: Any = None
        self.has_plan = False
        self.transferred = 0  # academic year of the last phase transfer


class Office:
    """Everything the processes share."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self.settings = settings
        self.env = simpy.Environment()
        self.rng = np.random.default_rng(seed)
        self.start = settings.run.start
        self.days = round(settings.run.months * 365.25 / 12)
        self.calendar = Calendar(self.start, self.days + 800)
        self.log: list[tuple[float, int, str, str, float]] = []
        self.children = 0
        self.plan_holders: dict[int, Child] = {}
        self.pools, self.totals = {}, {}
        for name, pool in settings.staff_pools.items():
            people = pool.fte.values[0]
            self.pools[name] = simpy.PriorityResource(self.env, capacity=math.ceil(people))
            # Leave and part posts shorten everybody's day.
            there = people / math.ceil(people) * (1 - pool.leave_days_per_year / WORKING_DAYS)
            day = pool.hours_per_day * 60 * there
            self.totals[name] = list(accumulate(day * works for works in self.calendar.is_working))
        self.papers: dict[str, list] = {name: [] for name in settings.panels}
        self.taken = dict.fromkeys(settings.settings, 0)
        self.waiting: dict[str, list[Child]] = {name: [] for name in settings.settings}

    # The calendar and the log.

    @property
    def today(self) -> int:
        return int(self.env.now // DAY)

    @property
    def academic_year(self) -> int:
        today = self.start + timedelta(days=self.today)
        return today.year if today.month >= 9 else today.year - 1

    def day_of(self, year: int, month: int, day: int) -> int:
        return self.calendar.number(self.start.replace(year=year, month=month, day=day))

    def age(self, child: Child) -> int:
        return min(max(self.academic_year - child.born, 0), AGES - 1)

    def until(self, day: int) -> simpy.Event:
        return self.env.timeout(max(day * DAY + MORNING - self.env.now, 0))

    def note(self, child: Child, event: str, what: str = "", value: float = 0) -> None:
        self.log.append((self.env.now, child.number, event, what, value))

    # Chance.

    def happens(self, share: float) -> bool:
        return self.rng.random() < share

    def choose(self, shares: dict[str, float]) -> str:
        u = self.rng.random() * sum(shares.values())
        for name, share in shares.items():
            u -= share
            if u < 0:
                return name
        return next(iter(shares))

    def lognormal(self, mean: float, cv: float) -> float:
        variance = math.log1p(cv * cv)
        return self.rng.lognormal(math.log(mean) - variance / 2, math.sqrt(variance)) if cv else mean

    # Work.

    def elapsed(self, pool: str, minutes: float) -> float:
        """Minutes on the clock until somebody who begins now has worked so many minutes."""
        total, now = self.totals[pool], self.env.now
        day = int(now // DAY)
        before = total[day - 1] if day else 0.0
        done = before + min(max(now - day * DAY - OPENS, 0), total[day] - before)
        last = bisect_left(total, done + minutes, day, len(total) - 1)
        return last * DAY + OPENS + done + minutes - (total[last - 1] if last else 0.0) - now

    def job(self, child: Child, stage: str, task: Task, deadline: float) -> Generator:
        minutes = self.lognormal(task.hours.values[0] * 60, task.cv) * child.hours
        self.note(child, "queued", f"{stage} {task.pool}", minutes)
        with self.pools[task.pool].request(priority=deadline) as turn:
            yield turn
            self.note(child, "started", f"{stage} {task.pool}", minutes)
            yield self.env.timeout(self.elapsed(task.pool, minutes))
        self.note(child, "finished", f"{stage} {task.pool}", minutes)
        yield self.until(self.today + 1)

    def work(self, child: Child, stage: str, deadline: float) -> Generator:
        for task in getattr(self.settings.stages, stage):
            yield from self.job(child, stage, task, deadline)

    def reply(self, delay: Delay, since: int, at_least: int = 1) -> simpy.Event:
        days = round(self.lognormal(delay.days.values[0], delay.cv))
        return self.until(since + max(days, at_least))

    def panel(self, child: Child, name: str) -> simpy.Event:
        heard = self.env.event()
        self.papers[name].append((self.today, heard))
        self.note(child, "panel_joined", name)
        return heard

    def panel_meets(self, name: str) -> Generator:
        panel = self.settings.panels[name]
        for day in range(self.days):
            weekday = (self.start + timedelta(days=day)).weekday()
            if weekday != WEEKDAYS.index(panel.weekday) or not self.calendar.is_working[day]:
                continue
            if panel.term_time_only and not self.calendar.is_term[day]:
                continue
            yield self.env.timeout(day * DAY + PANELS - self.env.now)
            ready = [case for case in self.papers[name] if case[0] <= day - panel.paper_days]
            for case in ready[: int(panel.cases.values[0])]:
                self.papers[name].remove(case)
                case[1].succeed()

    # Settings and places.

    def limit(self, name: str) -> float:
        setting = self.settings.settings[name]
        if setting.places is None:
            return math.inf
        return int(setting.places.values[0] * (1 + setting.over_number.values[0]))

    def place(self, child: Child, name: str) -> None:
        """The child goes to a setting; if it is full, elsewhere, or it waits in mainstream."""
        setting = self.settings.settings[name]
        if self.taken[name] >= self.limit(name):
            if self.happens(setting.when_full.share.values[0]):
                name = setting.when_full.setting
            else:
                self.waiting[name].append(child)
                name = child.setting or self.settings.placement.waiting_setting
        if name != child.setting:
            self.enter(child, name)

    def enter(self, child: Child, name: str) -> None:
        before, child.setting = child.setting, name
        self.taken[name] += 1
        self.note(child, "placed", name, self.lognormal(1.0, self.settings.settings[name].price_cv))
        if before is not None:
            self.vacate(before)

    def vacate(self, name: str) -> None:
        self.taken[name] -= 1
        while self.waiting[name] and self.taken[name] < self.limit(name):
            child = self.waiting[name].pop(0)
            if child.has_plan:
                self.place(child, name)

    def next_setting(self, child: Child, table: str) -> str:
        row = getattr(self.settings.placement, table).get(child.setting, {})
        shares = {name: share.values[0] for name, share in row.items()}
        return self.choose(shares | {child.setting: 1 - sum(shares.values())})
