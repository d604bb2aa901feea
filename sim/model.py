"""Assemble one authority and let time pass.

The processes below share SimPy's clock with the diaries: requests arrive, families move in and
staff give notice month by month, panels sit on their days, every pool keeps office hours, places
open on dates, and on 31 August young people leave. Within a day the order is exits, post, panels,
work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from itertools import pairwise

import numpy as np
import simpy

from sim import event_log as events
from sim.calendars import DAY, EXITS, MORNING, OPENS, PANELS, WEEK
from sim.caseload import Caseload
from sim.event_log import EventLog
from sim.luck import Luck, key_of, poisson_quantile
from sim.pathway import assessment, case_review, complaint, plan_life
from sim.service.authority import LocalAuthority
from sim.service.child import Child
from sim.service.demand import first_of_month
from sim.service.diary import PER_CHILD
from sim.service.edge_of_care import EdgeOfCare
from sim.service.opening import Chooser, plan_holders
from sim.service.resources import StaffPool
from sim.service.short_breaks import ShortBreaks
from sim.service.staffing import panel, staff_pool
from sim.settings import Settings


class Model:
    """One replication of one authority: `Model(settings, replication).run()` gives its event log."""

    def __init__(self, settings: Settings, replication: int) -> None:
        self.settings = settings
        start, months = settings.run.start, settings.run.months
        self.month_starts = [(first_of_month(start, month) - start).days for month in range(months + 1)]
        self.days = self.month_starts[-1]
        self.env = simpy.Environment()
        self.luck = Luck(settings.run.seed, replication)
        self.la = la = LocalAuthority(self.env, settings, self.luck, self.days)
        la.open_departments(
            {
                name: staff_pool(name, pool, la.calendar, self.days)
                for name, pool in settings.staff_pools.items()
            },
            {name: panel(name, one, la.calendar, self.days) for name, one in settings.panels.items()},
        )

    def run(self) -> EventLog:
        """Let the years pass. The log is complete afterwards, the staff's hours included."""
        casework = self.la.casework
        Caseload(self.la).take_on()
        processes = [
            self._months_begin(),
            self._requests(),
            self._families_move_in(),
            self._places_open(),
            self._school_years_end(),
        ]
        if self.settings.case_reviews:
            processes.append(self._case_reviews_begin())
        for service in self._other_services():
            service.open()
            processes += [self._months_of(service), self._weeks_of(service)]
        processes += [self._panel_sits(name) for name in casework.panels]
        processes += [self._office_hours(pool) for pool in casework.pools.values()]
        for process in processes:
            self.env.process(process)
        self.env.run(until=self.days * DAY)
        self.la.finish()
        for pool in casework.pools.values():
            self._write_hours(pool)
        return self.la.log

    def _other_services(self) -> list[ShortBreaks | EdgeOfCare]:
        """Services beside SEND casework, where the settings have them."""
        settings = self.settings
        short_breaks = [] if settings.short_breaks is None else [ShortBreaks(self.la, settings.short_breaks)]
        edge_of_care = [] if settings.edge_of_care is None else [EdgeOfCare(self.la, settings.edge_of_care)]
        return [*short_breaks, *edge_of_care]

    # Processes: where SimPy's time passes.

    def _at(self, day: int, minute_of_day: int) -> simpy.Event:
        return self.env.timeout(day * DAY + minute_of_day - self.env.now)

    def _office_hours(self, pool: StaffPool) -> Generator:
        for day in self.la.calendar.working_days(0, self.days):
            yield self._at(day, OPENS)
            self.la.set_clock(self.env.now)
            pool.work(self.env.now, (day + 1) * DAY)

    def _panel_sits(self, name: str) -> Generator:
        for day in self.la.casework.panels[name].meeting_days:
            yield self._at(day, PANELS)
            self.la.set_clock(self.env.now)
            self.la.casework.sit(name)

    def _months_begin(self) -> Generator:
        """After the day's exits: who gives notice or falls ill, and which families complain."""
        la = self.la
        for month, (first, end) in enumerate(pairwise(self.month_starts)):
            yield self._at(first, EXITS + 1)
            la.set_clock(self.env.now)
            la.workforce.new_month(month, end)
            la.disputes.sweep(complaint)

    def _case_reviews_begin(self) -> Generator:
        """On Mondays, after the day's exits and what a month begins with."""
        la = self.la
        for day in range(-la.start.weekday() % 7, self.days, 7):
            yield self._at(day, EXITS + 2)
            la.set_clock(self.env.now)
            la.case_reviews.begin(case_review)

    def _months_of(self, service: ShortBreaks | EdgeOfCare) -> Generator:
        """After what a month begins with in casework."""
        for month, (first, end) in enumerate(pairwise(self.month_starts)):
            yield self._at(first, EXITS + 3)
            self.la.set_clock(self.env.now)
            service.new_month(month, first, end)

    def _weeks_of(self, service: ShortBreaks | EdgeOfCare) -> Generator:
        """After the morning's post."""
        for day in range(0, self.days, WEEK):
            yield self._at(day, MORNING + 1)
            self.la.set_clock(self.env.now)
            service.new_week()

    def _requests(self) -> Generator:
        la = self.la
        for month, first in enumerate(self.month_starts[:-1]):
            yield self._at(first, EXITS)
            la.set_clock(self.env.now)
            la.casework.drop_overtaken()
            if month % 3 == 0:
                la.luck.forget()
            requests = list(la.demand.month(month, la.workforce.more_requests))
            la.luck.expect([request.key for request in requests])
            for request in requests:
                child = la.meet(request.key, request.need, request.cohort, "request", request.district)
                la.morning.add(request.day, child.number * PER_CHILD, self._ask, child)

    def _ask(self, child: Child) -> None:
        """The request arrives with the morning's post and the story of the child begins."""
        la = self.la
        child.requested = child.stage_entered = la.today
        la.note(events.REQUESTED, child)
        la.open_case(child)
        child.story = assessment(child, la)
        next(child.story)

    def _families_move_in(self) -> Generator:
        """Children with plans arrive from other authorities, like those already here."""
        la, draw = self.la, self.luck.purpose
        count, when, like = draw("transfer_in.count"), draw("transfer_in.day"), draw("transfer_in.like")
        if not sum(self.settings.opening.plans.by_age):
            return
        alike = Chooser(Counter((one.need, one.age, one.setting) for one in plan_holders(self.settings)))
        per_year = la.steps(self.settings.demand.transfers_in_per_year)
        for month, first in enumerate(self.month_starts[:-1]):
            yield self._at(first, EXITS)
            la.set_clock(self.env.now)
            arrivals = poisson_quantile(per_year.at(first) / 12, count(key_of("transfer_in"), month))
            keys = [key_of("transfer_in", month, j) for j in range(arrivals)]
            la.luck.expect(keys)
            for key in keys:
                need, age, setting = alike.choose(like(key))
                child = la.meet(key, need, la.academic_year - age, "transferred_in")
                day = first + int(when(key) * (self.month_starts[month + 1] - first))
                la.begin(child, self._arrive(child, setting), day)

    def _arrive(self, child: Child, setting: str) -> Generator:
        la = self.la
        la.note(events.TRANSFERRED_IN, child)
        child.review_due = la.reviews.due_after_transfer(child)
        la.hold_plan(child)
        la.placing.name_setting(child, setting)
        yield from plan_life(child, la)

    def _places_open(self) -> Generator:
        for day in self.la.placing.limit_changes():
            if day < self.days:
                yield self._at(day, EXITS)
                self.la.set_clock(self.env.now)
                self.la.placing.offer()

    def _school_years_end(self) -> Generator:
        la = self.la
        for year in range(la.start.year, la.calendar.date_of(self.days).year + 1):
            day = la.day_of(year, 8, 31)
            if 0 < day < self.days:
                # After the day's other exits, whoever entered theirs first.
                yield self._at(day, EXITS + 1)
                la.set_clock(self.env.now)
                la.leavers.on_31_august()

    def _write_hours(self, pool: StaffPool) -> None:
        """One row a pool and month of hours there, hours used, hours lost and FTE."""
        log = self.la.log
        series = {
            (events.MINUTES_AVAILABLE, "minutes"): pool.available_by_day(),
            (events.MINUTES_USED, "minutes"): np.array(pool.used_by_day, dtype=np.int64),
        }
        series |= self.la.workforce.by_day(pool)
        for (event, unit), by_day in series.items():
            code = log.code(event, resource=pool.name, unit=unit)
            totals = np.add.reduceat(by_day[: self.days], self.month_starts[:-1])
            for first, total in zip(self.month_starts[:-1], totals.tolist(), strict=True):
                log.write((first * DAY, events.NOBODY, code, total))
