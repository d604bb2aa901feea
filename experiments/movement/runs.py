"""The runs that tell what each cause did: the same replications with some causes held.

What is not held goes on as configured. A set of causes at work is named by them, and the last set, of all
that can move anything, is the scenario as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from experiments.bridge.shares import every_set, sets_of_two_orders
from experiments.movement.causes import CAUSES, NEED_MIX, REQUESTS, hold, stopped
from experiments.movement.question import Question
from experiments.plan import Plan, Unit
from experiments.reports.wording import on_one_line, plain_name
from sim.calendars import Calendar
from sim.luck import Luck
from sim.service.demand import Demand, first_of_month
from sim.settings import Settings

NOTHING = "nothing"


@dataclass(frozen=True)
class Runs:
    """Every set of causes in every replication, in the form the runner takes. `Unit.scenario` is the set."""

    plan: Plan
    """Of one scenario."""
    question: Question
    in_all_orders: bool

    @property
    def scenario(self) -> str:
        return self.plan.scenarios[0]

    @property
    def label(self) -> str:
        """The scenario as its author calls it."""
        written = self.plan.document.plain.data["scenarios"][self.scenario] or {}
        return on_one_line(written.get("label") or "") or plain_name(self.scenario)

    @cached_property
    def moving(self) -> list[str]:
        """The causes that change anything by the second date, in some draw; sorted."""
        draws = range(1, self.plan.draws + 1)
        found = {cause for draw in draws for cause in at_work(self._cut(draw), self.question)}
        return sorted(found)

    @property
    def sets(self) -> list[frozenset[str]]:
        """The sets of causes at work whose runs are needed; the last is the scenario as it is."""
        return every_set(self.moving) if self.in_all_orders else sets_of_two_orders(self.moving)

    @property
    def units(self) -> list[Unit]:
        """All sets of a replication come together, so that what was run before an end can be compared."""
        return [
            Unit(name_of(causes), unit.draw, unit.replication)
            for unit in self.plan.units
            for causes in self.sets
        ]

    def work(self, units: Iterable[Unit]) -> Iterator[tuple[Unit, Settings, bool]]:
        """Each unit with its settings, made as they are asked for."""
        sets = {name_of(causes): causes for causes in self.sets}
        draw, settings = None, self.plan.central
        for unit in units:
            if unit.draw != draw:
                draw, settings = unit.draw, self._cut(unit.draw)
            held = set(self.moving) - sets[unit.scenario]
            yield unit, hold(settings, held, self.question.first.last), False

    def _cut(self, draw: int) -> Settings:
        return cut(self.plan.document.settings(self.scenario, draw), self.question)


def name_of(causes: Collection[str]) -> str:
    """What a set of causes at work is called."""
    return "+".join(sorted(causes)) or NOTHING


def cut(settings: Settings, question: Question) -> Settings:
    """The settings of a run that ends with the second period."""
    run = settings.run.model_copy(update={"years": question.second.months / 12})
    return settings.model_copy(update={"run": run})


def at_work(settings: Settings, question: Question) -> Iterator[str]:
    """The causes that change anything between the two dates; the others need no runs."""
    last, end = question.first.last, question.second.last
    as_it_is = hold(settings, CAUSES.keys() - {REQUESTS, NEED_MIX}, end)
    for cause in CAUSES:
        held = hold(settings, {cause}, last)
        if cause in (REQUESTS, NEED_MIX):
            moves = _asks_differently(settings, held, question) or (
                cause == REQUESTS and _may_ask_more(settings, last)
            )
        else:
            moves = hold(held, CAUSES.keys() - {REQUESTS, NEED_MIX}, end) != as_it_is
        if moves:
            yield cause


def _asks_differently(settings: Settings, held: Settings, question: Question) -> bool:
    """Whether other requests are expected in some month, as far as that is known before a run."""
    start = settings.run.start
    calendar = Calendar(start, (question.second.last - start).days + 1)
    ours, theirs = (Demand(each, Luck(settings.run.seed, 1), calendar) for each in (settings, held))
    months = (first_of_month(start, month) for month in range(question.second.months))
    return any(ours.expected(month) != theirs.expected(month) for month in months)


def _may_ask_more(settings: Settings, last: date) -> bool:
    """Whether a district's requests change, or early help may be lost that would have spared some."""
    districts = settings.demand.district_multipliers.values()
    if any(stopped(multiplier, last) is not multiplier for multiplier in districts):
        return True
    helped = (pool.preventive for pool in settings.staff_pools.values())
    gain = settings.loops.preventive_time.gain
    return any(each is not None and gain * max(each.requests.values) > 0 for each in helped)
