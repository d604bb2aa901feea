"""The assessment written again as a SimPy textbook would, and the same to the day for every child.

The twin has one `simpy.Process` a child and one `simpy.PriorityResource` a pool. It shares with
the engine only the settings, the calendar of working days and each child's keyed luck.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest
import simpy
from small_settings import by_band, small_config

from sim import event_log as events
from sim.calendars import DAY, Calendar, after_closure
from sim.luck import Luck, lognormal
from sim.model import Model
from sim.service.demand import Demand, first_of_month
from sim.settings import Settings, Task

MORNING, PANELS, REQUESTS, OPENS = 360, 480, 510, 540
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
MILESTONES = (
    events.REQUESTED,
    events.AGREED,
    events.REFUSED,
    events.ADVICE_COMPLETE,
    events.AGREED_TO_ISSUE,
    events.NOT_ISSUED,
    events.DRAFT_SENT,
    events.PLAN_ISSUED,
)


class Twin:
    """The first five steps of the pathway, as processes that ask for resources."""

    def __init__(self, settings: Settings, replication: int) -> None:
        self.settings = settings
        self.luck = Luck(settings.run.seed, replication)
        start = settings.run.start
        self.days = (first_of_month(start, settings.run.months) - start).days
        self.calendar = Calendar(start, self.days + 800)
        self.env = simpy.Environment()
        self.milestones: dict[str, dict[int, int]] = {event: {} for event in MILESTONES}
        pools = settings.staff_pools
        self.staff = {n: simpy.PriorityResource(self.env, round(p.fte.values[0])) for n, p in pools.items()}
        self.shift = {n: round(pool.hours_per_day * 60) for n, pool in pools.items()}
        self.asking: list[tuple] = []  # what the post of this morning asks of the staff
        self.agendas: dict[str, list[tuple]] = {name: [] for name in settings.panels}

    def run(self) -> dict[str, dict[int, int]]:
        children = 0
        demand = Demand(self.settings, self.luck, self.calendar)
        for month in range(self.settings.run.months):
            for request in demand.month(month):
                self.env.process(self.assessment(children, request.key, request.day))
                children += 1
        self.env.process(self.office())
        for name in self.agendas:
            self.env.process(self.panel(name))
        self.env.run(until=self.days * DAY)
        return self.milestones

    # The pathway.

    def assessment(self, child: int, key: int, requested: int) -> Generator:
        stages, decisions = self.settings.stages, self.settings.decisions
        week_6, week_16, week_20 = requested + 42, requested + 112, requested + 140

        def work(stage: str, deadline: int) -> Generator:
            yield from self.stage(child, key, stage, requested, deadline)

        yield self.until(requested)
        self.note(events.REQUESTED, child)
        yield from work("registration", week_6)
        yield self.until(
            requested + max(1, self.delay(key, "delay.first_information", stages.first_information))
        )
        yield from work("decide_to_assess", week_6)
        yield self.hearing("assess", child)
        if self.draw(key, "decision.assess") < decisions.refuse_to_assess.values[0]:
            yield from work("refusal", week_6)
            return self.note(events.REFUSED, child)
        self.note(events.AGREED, child)
        asked = self.today
        yield self.env.all_of(
            [
                self.env.process(self.advice(child, key, body, requested, asked))
                for body in self.settings.advice
            ]
        )
        self.note(events.ADVICE_COMPLETE, child)
        yield from work("decide_to_issue", week_16)
        yield self.hearing("issue", child)
        if self.draw(key, "decision.issue") < decisions.refuse_to_issue.values[0]:
            yield from work("refusal_to_issue", week_16)
            return self.note(events.NOT_ISSUED, child)
        self.note(events.AGREED_TO_ISSUE, child)
        yield from work("draft_plan", week_16)
        self.note(events.DRAFT_SENT, child)
        yield self.until(self.today + max(15, self.delay(key, "delay.consultation", stages.consultation)))
        yield from work("final_plan", week_20)
        self.note(events.PLAN_ISSUED, child)

    def advice(self, child: int, key: int, name: str, requested: int, asked: int) -> Generator:
        body = self.settings.advice[name]
        if self.draw(key, f"advice.{name}.asked") >= body.share.values[0]:
            return
        begins = asked
        if body.paused_by_closure:
            begins = self.calendar.number(after_closure(self.calendar.date_of(asked)))
        yield self.until(begins + max(1, self.delay(key, f"advice.{name}.delay", body.delay)))
        if body.pool:
            yield from self.task(child, key, f"{name}_advice", body, requested, asked + 42)

    def stage(self, child: int, key: int, stage: str, requested: int, deadline: int) -> Generator:
        for task in getattr(self.settings.stages, stage):
            if self.draw(key, f"{stage}.{task.pool}.needed") < task.share.values[0]:
                yield from self.task(child, key, stage, task, requested, deadline)

    def task(self, child: int, key: int, stage: str, task: Task, requested: int, deadline: int) -> Generator:
        mean = task.hours.values[0] * 60 * self.complexity(key)
        minutes = round(lognormal(self.draw(key, f"{stage}.{task.pool}.hours"), mean, task.cv))
        order = self.settings.staff_pools[task.pool].order.values[0]
        urgency = {"first_come": self.env.now, "oldest_first": requested, "earliest_deadline": deadline}[
            order
        ]
        granted = self.env.event()
        self.asking.append(((urgency, child), len(self.asking), task.pool, granted))
        turn = yield granted
        yield turn
        end, free_again = self.end_of(minutes, self.shift[task.pool])
        yield self.env.timeout(end - self.env.now)
        self.env.process(self.release(task.pool, turn, free_again))
        yield self.until(end // DAY + 1)

    # Staff, panels and the post.

    def office(self) -> Generator:
        """The requests of the morning reach the staff best first, before they open at nine."""
        for day in self.calendar.working_days(0, self.days):
            yield self.env.timeout(day * DAY + REQUESTS - self.env.now)
            asking, self.asking = sorted(self.asking, key=lambda one: one[:2]), []
            for urgency, _, pool, granted in asking:
                granted.succeed(self.staff[pool].request(priority=urgency))

    def release(self, pool: str, turn: simpy.Event, at: int) -> Generator:
        yield self.env.timeout(at - self.env.now)
        self.staff[pool].release(turn)

    def end_of(self, minutes: int, shift: int) -> tuple[int, int]:
        """When work begun now ends, and when the person can begin again."""
        day, of_day = divmod(self.env.now, DAY)
        of_day = max(of_day, OPENS)
        while minutes > OPENS + shift - of_day:
            minutes -= OPENS + shift - of_day
            day, of_day = self.next_working_day(day), OPENS
        end = day * DAY + of_day + minutes
        at_closing_time = of_day + minutes == OPENS + shift
        return end, self.next_working_day(day) * DAY + OPENS if at_closing_time else end

    def next_working_day(self, day: int) -> int:
        return next(later for later in range(day + 1, day + 15) if self.calendar.is_working[later])

    def hearing(self, panel: str, child: int) -> simpy.Event:
        heard = self.env.event()
        self.agendas[panel].append((self.today, child, heard))
        return heard

    def panel(self, name: str) -> Generator:
        panel = self.settings.panels[name]
        for day in self.calendar.working_days(0, self.days):
            term = self.calendar.is_term[day] or not panel.term_time_only
            if self.calendar.date_of(day).weekday() == WEEKDAYS.index(panel.weekday) and term:
                yield self.env.timeout(day * DAY + PANELS - self.env.now)
                ready = sorted(case for case in self.agendas[name] if case[0] <= day - panel.paper_days)
                for case in ready[: round(panel.cases.values[0])]:
                    self.agendas[name].remove(case)
                    case[2].succeed()

    # Time, luck and the record.

    @property
    def today(self) -> int:
        return self.env.now // DAY

    def until(self, day: int) -> simpy.Event:
        return self.env.timeout(max(day * DAY + MORNING - self.env.now, 0))

    def note(self, event: str, child: int) -> None:
        self.milestones[event][child] = self.today

    def draw(self, key: int, purpose: str) -> float:
        return self.luck.purpose(purpose)(key)

    def delay(self, key: int, purpose: str, delay) -> int:
        return round(lognormal(self.draw(key, purpose), delay.days.values[0], delay.cv))

    def complexity(self, key: int) -> float:
        return lognormal(self.draw(key, "child.complexity"), 1.0, self.settings.demand.complexity_cv)


def busy_settings(order: str, **fte: int) -> Settings:
    """An authority with queues everywhere, full-time staff without leave, and no opening caseload."""
    config = small_config()
    config["demand"] |= {"requests_per_1000": [9] * 16 + [0] * 10, "complexity_cv": 0.4}
    config["demand"]["month_weights"] = [2, 1, 1, 1, 1, 1, 1, 0, 3, 2, 2, 1]
    config["decisions"] |= {"withdraw_per_year": 0.0}
    config["stages"]["draft_plan"] = [
        {"pool": "casework_officer", "hours": 7, "cv": 0.6},
        {"pool": "business_support", "hours": 2, "cv": 0.3, "share": 0.5},
    ]
    config["stages"]["first_information"]["cv"] = config["stages"]["consultation"]["cv"] = 0.5
    config["advice"]["ep"] |= {"cv": 0.5, "delay": {"days": 10, "cv": 0.5}}
    config["advice"]["school"]["delay"]["cv"] = 0.4
    config["advice"]["health"] = {"delay": {"days": 35, "cv": 0.5}, "share": 0.6}
    for name, pool in config["staff_pools"].items():
        pool |= {"fte": fte.get(name, 2), "leave_days_per_year": 0, "order": order}
    config["panels"] = {
        "assess": {"weekday": "tuesday", "cases": 6},
        "issue": {"weekday": "thursday", "cases": 5, "term_time_only": False},
    }
    config["placement"]["new_plans"] = by_band({"mainstream": 1.0})
    config["opening"]["cases"] = []
    config["opening"]["plans"] |= {
        "by_age": [0] * 26,
        "by_need": {"ASD": 0, "SEMH": 0},
        "by_setting": {"mainstream": 0},
    }
    return Settings.model_validate(config)


def engines(settings: Settings, replication: int) -> dict[str, dict[int, int]]:
    log = Model(settings, replication).run()
    milestones: dict[str, dict[int, int]] = {event: {} for event in MILESTONES}
    for minute, child, code, _ in log.rows().tolist():
        event = log.codes[code].event
        if event in milestones:
            milestones[event][child] = minute // DAY
    return milestones


@pytest.mark.parametrize("order", ["first_come", "earliest_deadline", "oldest_first"])
@pytest.mark.parametrize("replication", [1, 2])
def test_every_milestone_of_every_child_falls_on_the_same_day_as_in_the_textbook_twin(
    order: str, replication: int
) -> None:
    settings = busy_settings(order, ep=1, casework_officer=2, business_support=1)
    ours, twins = engines(settings, replication), Twin(settings, replication).run()
    assert {event: len(days) for event, days in ours.items()} == {e: len(days) for e, days in twins.items()}
    assert ours == twins
    assert all(len(days) > 5 for days in ours.values()), "a milestone nobody reached proves nothing"


def test_the_twin_agrees_when_nobody_has_to_wait_for_staff() -> None:
    settings = busy_settings("earliest_deadline", ep=60, casework_officer=60, business_support=60)
    assert engines(settings, 3) == Twin(settings, 3).run()
