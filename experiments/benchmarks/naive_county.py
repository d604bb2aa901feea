"""The textbook model's children: who is there on the first day, who comes and who leaves in August."""

from __future__ import annotations

import math
from collections.abc import Generator

import numpy as np

from experiments.benchmarks.naive import Authority
from experiments.benchmarks.naive_office import Child
from sim.calendars import DAY
from sim.settings import AGES, age_band


class County(Authority):
    """A whole run: `County(settings, seed).run()` fills `log`."""

    def requests(self) -> Generator:
        demand, needs = self.settings.demand, self.settings.needs
        people = next(iter(self.settings.authority.population.values()))
        for month in range(self.settings.run.months):
            year, calendar_month = self.start.year + month // 12, month % 12
            first = self.day_of(year, calendar_month + 1, 1)
            days = self.calendar.working_days(first, first + 28)
            yield self.env.timeout(first * DAY - self.env.now)
            season = demand.month_weights[calendar_month] / sum(demand.month_weights)
            for name, need in needs.items():
                growth = (1 + need.growth_per_year.values[0]) ** (year - demand.base_year)
                for age in range(AGES):
                    share = demand.need_shares[age_band(age)][name]
                    rate = demand.requests_per_1000[age] * share / 1_000
                    for _ in range(self.rng.poisson(people[age] * rate * growth * season)):
                        child = self.new_child(name, age)
                        self.begin(child, self.request(child, days[int(self.rng.random() * len(days))]))
            for _ in range(self.rng.poisson(demand.transfers_in_per_year.values[0] / 12)):
                age = self.rng.integers(5, 16)
                child = self.new_child(self.choose(self.settings.opening.plans.by_need), int(age))
                self.open_plan(child, "mainstream", "transferred_in", self.today + 365)

    def august(self) -> Generator:
        for year in range(self.start.year, self.start.year + math.ceil(self.settings.run.years)):
            yield self.env.timeout(self.day_of(year, 8, 31) * DAY - self.env.now)
            for child in list(self.plan_holders.values()):
                age = year - 1 - child.born
                if self.happens(self.settings.leaving.at_31_august[min(age, AGES - 1)]):
                    child.process.interrupt("left_education")

    def open_plan(
        self, child: Child, setting: str, origin: str, due: int, decision_waits: bool = False
    ) -> None:
        self.note(child, origin)
        self.enter(child, setting)
        self.hold_plan(child)
        self.begin(child, self.plan_life(child, due, decision_waits))

    def opening(self) -> None:
        plans, settings = self.settings.opening.plans, self.settings.settings
        for age, count in enumerate(plans.by_age):
            fits = {
                n: p for n, p in plans.by_setting.items() if settings[n].ages[0] <= age <= settings[n].ages[1]
            }
            for _ in range(count):
                child = self.new_child(self.choose(plans.by_need), age)
                band = plans.months_since_review[not self.happens(plans.months_since_review[0].share)]
                months = self.rng.uniform(*band.months)
                waits = self.happens(plans.decision_outstanding)
                due = 365 - round(months * 365 / 12)
                self.open_plan(child, self.choose(fits), "opening_plan", due, waits)
        for cases in self.settings.opening.cases:
            for weeks in np.linspace(*cases.weeks, cases.count):
                child = self.new_child(self.choose(plans.by_need), age=8)
                self.begin(child, self.assessment(child, -round(weeks * 7), cases.stage))

    def run(self) -> None:
        self.opening()
        self.env.process(self.requests())
        self.env.process(self.august())
        for name in self.papers:
            self.env.process(self.panel_meets(name))
        self.env.run(until=self.days * DAY)
